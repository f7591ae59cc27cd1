/* SPDX-License-Identifier: MIT */
/* getsockopt and setsockopt. */
#include "api/call.h"

#include <stdio.h>
#include <sys/time.h>

int lab_set_int(struct here here, struct sock *sock, int level, int option, const char *names, int value)
{
    int64_t began = record_begin(sock->lab, here, "setsockopt(%s, %s, %d)", sock->name, names, value);
    return call_done(sock, here, began, setsockopt(sock->fd, level, option, &value, sizeof value));
}

int lab_get_int(struct here here, struct sock *sock, int level, int option, const char *names)
{
    int value = 0;
    socklen_t size = sizeof value;
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, %s)", sock->name, names);
    int result = getsockopt(sock->fd, level, option, &value, &size);
    int error = result < 0 ? errno : 0; /* a value below zero is none */
    record_call(sock->lab, here, sock->lab->bench.topology.host[sock->host], began, error ? -1 : value,
                error);
    if (error)
        lab_must(here, -error);
    if (size != sizeof value)
        lab_fail(sock->lab, here, "%s has %u bytes, and is no int", names, size);
    return value;
}

#define IP_NAMES 96

static int of_family(const struct sock *sock, char names[IP_NAMES], const char *v4_name, const char *v6_name)
{
    bool v6 = is_v6(sock->lab);
    snprintf(names, IP_NAMES, "%s, %s", v6 ? "IPPROTO_IPV6" : "IPPROTO_IP", v6 ? v6_name : v4_name);
    return v6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

int lab_set_ip_int(struct here here, struct sock *sock, int v4_option, const char *v4_name, int v6_option,
                   const char *v6_name, int value)
{
    char names[IP_NAMES];
    int level = of_family(sock, names, v4_name, v6_name);
    return lab_set_int(here, sock, level, level == IPPROTO_IP ? v4_option : v6_option, names, value);
}

int lab_get_ip_int(struct here here, struct sock *sock, int v4_option, const char *v4_name, int v6_option,
                   const char *v6_name)
{
    char names[IP_NAMES];
    int level = of_family(sock, names, v4_name, v6_name);
    return lab_get_int(here, sock, level, level == IPPROTO_IP ? v4_option : v6_option, names);
}

int lab_set_time(struct here here, struct sock *sock, int level, int option, const char *names,
                 unsigned milliseconds)
{
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    int64_t began =
        record_begin(sock->lab, here, "setsockopt(%s, %s, %u ms)", sock->name, names, milliseconds);
    return call_done(sock, here, began, setsockopt(sock->fd, level, option, &time, sizeof time));
}

void *lab_get_value(struct here here, struct sock *sock, int level, int option, const char *names,
                    void *value, socklen_t size)
{
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, %s)", sock->name, names);
    lab_must(here, call_done(sock, here, began, getsockopt(sock->fd, level, option, value, &size)));
    return value;
}

int lab_set_option(struct here here, struct sock *sock, int level, int option, const char *names,
                   const void *value, socklen_t size)
{
    int64_t began = record_begin(sock->lab, here, "setsockopt(%s, %s, %u bytes)", sock->name, names, size);
    return call_done(sock, here, began, setsockopt(sock->fd, level, option, value, size));
}

int lab_get_option(struct here here, struct sock *sock, int level, int option, const char *names, void *value,
                   socklen_t *size)
{
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, %s, %u bytes)", sock->name, names, *size);
    return call_done(sock, here, began, getsockopt(sock->fd, level, option, value, size));
}

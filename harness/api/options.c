/* SPDX-License-Identifier: MIT */
/* getsockopt and setsockopt. */
#include "api/call.h"

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
    lab_must(here, call_done(sock, here, began, result < 0 ? -1 : value));
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

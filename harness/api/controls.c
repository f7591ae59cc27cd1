/* SPDX-License-Identifier: MIT */
/* fcntl, ioctl, and calls that have no word of their own. */
#include "api/call.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

int lab_fcntl(struct here here, struct sock *sock, int command, long argument, const char *names)
{
    int64_t began = record_begin(sock->lab, here, "fcntl(%s, %s)", sock->name, names);
    return call_done(sock, here, began, fcntl(sock->fd, command, argument));
}

void lab_change_flag(struct here here, struct sock *sock, int flag, bool on, const char *name)
{
    int64_t began =
        record_begin(sock->lab, here, "fcntl(%s, F_SETFL, flags %s %s)", sock->name, on ? "|" : "& ~", name);
    int flags = fcntl(sock->fd, F_GETFL);
    lab_must(here, call_done(sock, here, began, fcntl(sock->fd, F_SETFL, on ? flags | flag : flags & ~flag)));
}

int lab_ioctl(struct here here, struct sock *sock, unsigned long request, void *argument, const char *name)
{
    int64_t began = record_begin(sock->lab, here, "ioctl(%s, %s)", sock->name, name);
    return call_done(sock, here, began, ioctl(sock->fd, request, argument));
}

int lab_ioctl_int(struct here here, struct sock *sock, unsigned long request, int value, const char *name)
{
    int64_t began = record_begin(sock->lab, here, "ioctl(%s, %s, %d)", sock->name, name, value);
    return call_done(sock, here, began, ioctl(sock->fd, request, &value));
}

int lab_ioctl_get(struct here here, struct sock *sock, unsigned long request, const char *name)
{
    int value = 0;
    lab_must(here, lab_ioctl(here, sock, request, &value, name));
    return value;
}

static int64_t called_at;

void lab_calling(struct here here, struct sock *sock, const char *text)
{
    called_at = record_begin(sock->lab, here, "%s", text);
}

int lab_called(struct here here, struct sock *sock, int64_t result)
{
    return call_done(sock, here, called_at, (int)result);
}

/* SPDX-License-Identifier: MIT */
/* fcntl(2), ioctl(2), and calls that have no word of their own. */
#ifndef LAB_API_CONTROLS_H
#define LAB_API_CONTROLS_H

#include "api/sockets.h"

/* fcntl(2) with its argument as a long. */
#define try_fcntl(sock, command, argument) lab_fcntl(HERE, sock, command, argument, #command ", " #argument)
#define do_fcntl(sock, command, argument)  lab_must(HERE, try_fcntl(sock, command, argument))
int lab_fcntl(struct here here, struct sock *sock, int command, long argument, const char *names);
/* A flag of the open file (O_NONBLOCK, O_ASYNC) by F_GETFL and F_SETFL: the others stay as they are. */
#define set_flag(sock, flag)   lab_change_flag(HERE, sock, flag, true, #flag)
#define clear_flag(sock, flag) lab_change_flag(HERE, sock, flag, false, #flag)
#define has_flag(sock, flag)   ((do_fcntl(sock, F_GETFL, 0) & (flag)) != 0)
void lab_change_flag(struct here here, struct sock *sock, int flag, bool on, const char *name);
/* ioctl(2) with any argument; with a pointer to an int that holds `value`; that gives an int. */
#define try_ioctl(sock, request, argument)  lab_ioctl(HERE, sock, request, argument, #request)
#define do_ioctl(sock, request, argument)   lab_must(HERE, try_ioctl(sock, request, argument))
#define try_ioctl_int(sock, request, value) lab_ioctl_int(HERE, sock, request, value, #request)
#define ioctl_set(sock, request, value)     lab_must(HERE, try_ioctl_int(sock, request, value))
#define ioctl_get(sock, request)            lab_ioctl_get(HERE, sock, request, #request)
int lab_ioctl(struct here here, struct sock *sock, unsigned long request, void *argument, const char *name);
int lab_ioctl_int(struct here here, struct sock *sock, unsigned long request, int value, const char *name);
int lab_ioctl_get(struct here here, struct sock *sock, unsigned long request, const char *name);
/* Any other call, as it is: `try_call(s, readv(fd_of(s), parts, 2))` is its result or -errno. */
#define try_call(sock, call) (lab_calling(HERE, sock, #call), lab_called(HERE, sock, call))
#define do_call(sock, call)  lab_must(HERE, try_call(sock, call))
void lab_calling(struct here here, struct sock *sock, const char *text);
int lab_called(struct here here, struct sock *sock, int64_t result);

#endif

/* SPDX-License-Identifier: MIT */
/* Whether a socket can be read or written: poll(2), select(2), epoll(7). */
#ifndef LAB_API_READINESS_H
#define LAB_API_READINESS_H

#include "api/sockets.h"

#include <poll.h>

/* Whether a connection waits there / data can be read right now, without waiting. */
#define is_readable(sock) lab_is_readable(HERE, sock)
bool lab_is_readable(struct here here, struct sock *sock);
/* Waits until something can be read (or accepted). */
#define await_readable(sock) lab_await_readable(HERE, sock)
void lab_await_readable(struct here here, struct sock *sock);
/* Waits until one of several can be read (or accepted from); its index. */
#define await_one_of(socks, count) lab_await_one_of(HERE, socks, count)
unsigned lab_await_one_of(struct here here, struct sock *const socks[], unsigned count);

/* All that poll(2) tells of the socket right now: POLLIN, POLLOUT, POLLPRI, POLLRDHUP, POLLERR, POLLHUP. */
#define events_of(sock) lab_events_of(HERE, sock)
int lab_events_of(struct here here, struct sock *sock);
#define is_writable(sock) ((events_of(sock) & POLLOUT) != 0)
/* One poll, select or epoll_wait for POLLIN or POLLOUT, as it is: how many sockets are ready, 0 or 1, when it
 * returns; sleeps for so long if none is. */
#define try_poll(sock, events, milliseconds)   lab_poll(HERE, sock, events, milliseconds, #events)
#define try_select(sock, events, milliseconds) lab_select(HERE, sock, events, milliseconds, #events)
#define try_epoll(sock, events, milliseconds)  lab_epoll(HERE, sock, events, milliseconds, #events)
int lab_poll(struct here here, struct sock *sock, short events, int milliseconds, const char *names);
int lab_select(struct here here, struct sock *sock, short events, int milliseconds, const char *names);
int lab_epoll(struct here here, struct sock *sock, short events, int milliseconds, const char *names);

#endif

/* SPDX-License-Identifier: MIT */
/* Keepalive at its fastest. */
#ifndef LAB_API_KEEPALIVE_H
#define LAB_API_KEEPALIVE_H

#include "api/sockets.h"

/* Probes after one second of idleness, then every second, and after `count` without answer it is over. */
#define probe_every_second(sock, count) lab_probe_every_second(HERE, sock, count)
void lab_probe_every_second(struct here here, struct sock *sock, int count);
/* The kernel looks at once, not an interval later, how long the connection has been idle: setting
 * TCP_KEEPIDLE starts its timer anew, with what is left of one second (tcp_sock_set_keepidle_locked). */
#define look_again_now(sock) lab_look_again_now(HERE, sock)
void lab_look_again_now(struct here here, struct sock *sock);

#endif

/* SPDX-License-Identifier: MIT */
/* Requests to the routing socket. */
#ifndef LAB_API_RTNETLINK_H
#define LAB_API_RTNETLINK_H

#include "api/sockets.h"

/* A request (struct nlmsghdr and what follows) on a socket of AF_NETLINK, NETLINK_ROUTE: 0 or what the kernel
 * answers, as -errno. Copies of what is done that come before the answer are dropped. */
#define try_route_request(sock, message) lab_route_request(HERE, sock, message, #message)
#define do_route_request(sock, message)  lab_must(HERE, try_route_request(sock, message))
int lab_route_request(struct here here, struct sock *sock, void *message, const char *name);

#endif

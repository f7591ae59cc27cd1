/* SPDX-License-Identifier: MIT */
/* Connections with TCP_FASTOPEN: a server that gives cookies, a client that sends in its SYN. */
#ifndef LAB_API_FASTOPEN_H
#define LAB_API_FASTOPEN_H

#include "api/sockets.h"

#define FASTOPEN_SYSCTL "net.ipv4.tcp_fastopen"

/* A socket bound to this port, on a host that allows both sides of Fast Open, before anything is asked of it.
 */
#define fastopen_socket(lab, host, port) lab_fastopen_socket(HERE, lab, host, port)
struct sock *lab_fastopen_socket(struct here here, struct lab *lab, const char *host, uint16_t port);
/* The server's, with TCP_FASTOPEN 5, listening. */
#define fastopen_listener(lab, port) lab_fastopen_listener(HERE, lab, port)
struct sock *lab_fastopen_listener(struct here here, struct lab *lab, uint16_t port);
/* A client that sends "Hello\n" by sendto with MSG_FASTOPEN, which returns with the SYN-ACK. */
#define say_hello(lab, host, server) lab_say_hello(HERE, lab, host, server)
struct sock *lab_say_hello(struct here here, struct lab *lab, const char *host, struct endpoint server);
/* A first connection, which stays open: from now on the client has `$cookie`. */
#define obtain_cookie(lab, listener) lab_obtain_cookie(HERE, lab, listener)
struct stream lab_obtain_cookie(struct here here, struct lab *lab, struct sock *listener);

#endif

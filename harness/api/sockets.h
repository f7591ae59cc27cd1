/* SPDX-License-Identifier: MIT */
/* Sockets: made, bound, connected, accepted, shut down and closed. */
#ifndef LAB_API_SOCKETS_H
#define LAB_API_SOCKETS_H

#include "api/hosts.h"

#include <sys/socket.h>

struct sock; /* owned by the lab; lives as long as the claim */

#define tcp_socket(lab, host)                        lab_socket(HERE, lab, host, 0, SOCK_STREAM, 0)
#define udp_socket(lab, host)                        lab_socket(HERE, lab, host, 0, SOCK_DGRAM, 0)
#define socket_on(lab, host, domain, type, protocol) lab_socket(HERE, lab, host, domain, type, protocol)
struct sock *lab_socket(struct here here, struct lab *lab, const char *host, int domain, int type,
                        int protocol);
/* One of this type, SOCK_STREAM or SOCK_DGRAM, of the run's family; and what is the same for both. */
#define socket_of_type(lab, host, type) lab_socket(HERE, lab, host, 0, type, 0)
#define FOR_TCP_AND_UDP(type)           for (int type = SOCK_STREAM; type; type = type == SOCK_STREAM ? SOCK_DGRAM : 0)
/* Two local sockets that are connected with each other. */
#define unix_pair(lab, host, type, pair) lab_unix_pair(HERE, lab, host, type, pair)
void lab_unix_pair(struct here here, struct lab *lab, const char *host, int type, struct sock *pair[2]);
int fd_of(const struct sock *sock);
/* Its own address and its peer's, as the kernel tells (getsockname, getpeername). */
struct endpoint name_of(const struct sock *sock);
struct endpoint peer_of(const struct sock *sock);

/* Of a host's first two addresses the one that its kernel sends from to that peer, where the socket leaves it
 * the choice, and the other one: "server", "server#2". */
#define preferred_address(lab, host, peer)   lab_preferred_address(HERE, lab, host, peer, true)
#define unpreferred_address(lab, host, peer) lab_preferred_address(HERE, lab, host, peer, false)
const char *lab_preferred_address(struct here here, struct lab *lab, const char *host, const char *peer,
                                  bool preferred);

/* A TCP connection from the client to the server, port 7890, its handshake behind the next expectation. */
#define SERVICE 7890
struct stream {
    struct sock *client, *server, *listener;
};
#define tcp_stream(lab) lab_tcp_stream(HERE, lab)
struct stream lab_tcp_stream(struct here here, struct lab *lab);
/* The pieces it is made of, for claims that act in between. */
#define tcp_listener(lab, host, port) lab_tcp_listener(HERE, lab, host, port)
struct sock *lab_tcp_listener(struct here here, struct lab *lab, const char *host, uint16_t port);
/* A UDP socket bound to this port of all the host's addresses. */
#define udp_receiver(lab, host, port) lab_udp_receiver(HERE, lab, host, port)
struct sock *lab_udp_receiver(struct here here, struct lab *lab, const char *host, uint16_t port);
/* Two UDP sockets that are connected with each other, both at port SERVICE. */
struct udp_pair {
    struct sock *client, *server;
};
#define udp_pair(lab) lab_udp_pair(HERE, lab)
struct udp_pair lab_udp_pair(struct here here, struct lab *lab);

#define try_bind(sock, endpoint) lab_bind(HERE, sock, endpoint)
#define bind_to(sock, endpoint)  lab_must(HERE, lab_bind(HERE, sock, endpoint))
int lab_bind(struct here here, struct sock *sock, struct endpoint endpoint);
#define try_listen(sock, backlog) lab_listen(HERE, sock, backlog)
#define listen_on(sock, backlog)  lab_must(HERE, lab_listen(HERE, sock, backlog))
int lab_listen(struct here here, struct sock *sock, int backlog);
/* Waits until connected (as a blocking connect does, but never longer than PATIENCE_MS). */
#define try_connect(sock, endpoint) lab_connect(HERE, sock, endpoint)
#define connect_to(sock, endpoint)  lab_must(HERE, lab_connect(HERE, sock, endpoint))
int lab_connect(struct here here, struct sock *sock, struct endpoint endpoint);
/* Sends the SYN and does not wait. */
#define start_connect(sock, endpoint) lab_start_connect(HERE, sock, endpoint)
void lab_start_connect(struct here here, struct sock *sock, struct endpoint endpoint);
#define finish_connect(sock)     lab_must(HERE, lab_finish_connect(HERE, sock))
#define try_finish_connect(sock) lab_finish_connect(HERE, sock)
int lab_finish_connect(struct here here, struct sock *sock);
/* One connect(2) as it is: sleeps if connect does. */
#define try_connect_waiting(sock, endpoint) lab_connect_waiting(HERE, sock, endpoint)
int lab_connect_waiting(struct here here, struct sock *sock, struct endpoint endpoint);
#define accept_from(listener) lab_accept(HERE, listener)
struct sock *lab_accept(struct here here, struct sock *listener);
/* One accept(2) as it is; the connection, if there is one, is closed. */
#define try_accept_waiting(listener) lab_accept_waiting(HERE, listener)
int lab_accept_waiting(struct here here, struct sock *listener);
#define shut_down(sock, how)     lab_must(HERE, lab_shutdown(HERE, sock, how, #how))
#define try_shut_down(sock, how) lab_shutdown(HERE, sock, how, #how)
int lab_shutdown(struct here here, struct sock *sock, int how, const char *name);
#define close_socket(sock) lab_must(HERE, lab_close(HERE, sock))
#define try_close(sock)    lab_close(HERE, sock)
int lab_close(struct here here, struct sock *sock);

#endif

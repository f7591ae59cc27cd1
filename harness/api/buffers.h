/* SPDX-License-Identifier: MIT */
/* What lies in the buffers of a socket, how much fits in, and how large they may be. */
#ifndef LAB_API_BUFFERS_H
#define LAB_API_BUFFERS_H

#include "api/sockets.h"

#include <string.h>

/* Bytes that came and were not read (SIOCINQ); that were sent and not acknowledged, or for UDP have not left
 * the host (SIOCOUTQ); of these, that have not even left (SIOCOUTQNSD). */
#define bytes_to_read(sock)        lab_bytes_to_read(HERE, sock)
#define bytes_unacknowledged(sock) lab_bytes_unacknowledged(HERE, sock)
#define bytes_unsent(sock)         lab_bytes_unsent(HERE, sock)
int lab_bytes_to_read(struct here here, struct sock *sock);
int lab_bytes_unacknowledged(struct here here, struct sock *sock);
int lab_bytes_unsent(struct here here, struct sock *sock);
/* Waits until the peer has acknowledged everything sent (SIOCOUTQ is 0). */
#define await_all_acknowledged(sock) lab_await_all_acknowledged(HERE, sock)
void lab_await_all_acknowledged(struct here here, struct sock *sock);

/* Sends without waiting for as long as anything is taken; how many bytes that were. */
#define send_until_full(sock) lab_send_until_full(HERE, sock)
int lab_send_until_full(struct here here, struct sock *sock);
/* Sends until all that has left is acknowledged and the rest does not leave: the peer's window is closed. How
 * many bytes were taken. */
#define send_until_window_closes(sock) lab_send_until_window_closes(HERE, sock)
int64_t lab_send_until_window_closes(struct here here, struct sock *sock);

/* Sends a datagram to a socket that does not read meanwhile, and waits until it has come there: true if it
 * was queued, false if it was dropped for want of buffer. */
#define deliver_text(from, to, text)   lab_deliver(HERE, from, to, text, strlen(text))
#define deliver_bytes(from, to, count) lab_deliver(HERE, from, to, NULL, count)
bool lab_deliver(struct here here, struct sock *from, struct sock *to, const char *data, size_t length);
/* The memory that the kernel charges the socket with: SK_MEMINFO_RMEM_ALLOC and others of linux/sock_diag.h.
 * Skips, as the two above do, where there is no SO_MEMINFO (before 4.12). */
#define memory_of(sock, item) lab_memory_of(HERE, sock, item)
unsigned lab_memory_of(struct here here, struct sock *sock, unsigned item);

/* What net.core.rmem_max or wmem_max allows for SO_RCVBUF or SO_SNDBUF, told by a socket: before 6.11 the
 * sysctls are hidden in a namespace. */
#define largest_allowed(lab, option) lab_largest_allowed(HERE, lab, option)
int lab_largest_allowed(struct here here, struct lab *lab, int option);
/* Window scale 7 is that of tcp_rmem's maximum on the bench; net.core.rmem_max, which is the whole machine's,
 * must not ask for more. */
#define need_window_scale_7(lab)                                                                             \
    need(lab, largest_allowed(lab, SO_RCVBUF) < 8 << 20, "net.core.rmem_max below 8 MiB")

#endif

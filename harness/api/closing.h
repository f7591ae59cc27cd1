/* SPDX-License-Identifier: MIT */
/* How a connection is closed. */
#ifndef LAB_API_CLOSING_H
#define LAB_API_CLOSING_H

#include "api/sockets.h"

#define set_linger(sock, onoff, seconds) lab_must(HERE, lab_set_linger(HERE, sock, onoff, seconds))
int lab_set_linger(struct here here, struct sock *sock, int onoff, int seconds);
/* SO_LINGER {1, 0} and close: no FIN but a RST, and no TIME_WAIT. */
#define close_with_rst(sock) lab_close_with_rst(HERE, sock)
void lab_close_with_rst(struct here here, struct sock *sock);
/* The same as for the death of the socket's host: it is up again and knows nothing of the connection, and
 * nothing tells the peer. */
#define forget_connection(sock) lab_forget_connection(HERE, sock)
void lab_forget_connection(struct here here, struct sock *sock);
/* Closes a connection from both ends, one after the other: the first one keeps the TIME_WAIT. */
#define close_both(first, second) lab_close_both(HERE, first, second)
void lab_close_both(struct here here, struct sock *first, struct sock *second);

/*
 * close(2) beside the claim, for a close that sleeps (SO_LINGER): start_close returns as soon as it sleeps or
 * has returned, finish_close waits for its end and returns what it returned, or -errno. Owned by the lab.
 */
struct closing;
#define start_close(sock)      lab_start_close(HERE, sock)
#define still_closing(closing) lab_still_closing(HERE, closing)
#define finish_close(closing)  lab_finish_close(HERE, closing)
/* A signal for the thread that closes, with a handler that does nothing. */
#define interrupt_close(closing) lab_interrupt_close(HERE, closing)
struct closing *lab_start_close(struct here here, struct sock *sock);
bool lab_still_closing(struct here here, struct closing *closing);
int lab_finish_close(struct here here, struct closing *closing);
void lab_interrupt_close(struct here here, struct closing *closing);
int64_t close_took_ms(const struct closing *closing); /* once it has returned */

#endif

/* SPDX-License-Identifier: MIT */
/* Calls that may sleep in the kernel. */
#ifndef LAB_API_PATIENCE_H
#define LAB_API_PATIENCE_H

#include "api/sockets.h"

/* patiently(lab, call): a call that may sleep in the kernel (try_receive_waiting, or recvmsg(2) itself on
 * fd_of(sock)); its int result, errno kept. The claim fails when it sleeps longer than PATIENCE_MS. */
#define patiently(lab, call) lab_patience_ends(HERE_AS(#call), lab, (lab_patience_begins(lab), (int)(call)))
void lab_patience_begins(struct lab *lab);
int lab_patience_ends(struct here here, struct lab *lab, int result);
/* The call on this socket sleeps, and returns -1 with EAGAIN when so many milliseconds have passed or more.
 */
#define expect_timeout(lab, sock, milliseconds, call)                                                        \
    (lab_timeout_begins(HERE, sock, #call), lab_timeout_ends(HERE_AS(#call), sock, milliseconds, (call)))
void lab_timeout_begins(struct here here, struct sock *sock, const char *text);
void lab_timeout_ends(struct here here, struct sock *sock, int64_t milliseconds, int64_t result);

#endif

/* SPDX-License-Identifier: MIT */
/* Other processes, other users. */
#ifndef LAB_API_PROCESSES_H
#define LAB_API_PROCESSES_H

#include "api/sockets.h"

#include <sys/types.h>

/* Runs `act` in a process of its own with this real and effective user id; its result. Skips where ids are
 * refused. */
#define NOBODY                          65534
#define as_user(lab, uid, act, context) lab_as_user(HERE, lab, uid, act, context)
int lab_as_user(struct here here, struct lab *lab, unsigned uid, int (*act)(struct lab *lab, void *context),
                void *context);

/*
 * A process that runs `act` beside the claim. start_process returns as soon as it sleeps in a call (or has
 * ended); was_woken tells whether it has run since, be it only to find nothing and sleep on; result_of waits
 * for its end. Those that still run when the claim ends are ended with it.
 */
struct process;
#define MYSELF                                ((unsigned)-1) /* the claim's own user id */
#define start_process(lab, uid, act, context) lab_start_process(HERE, lab, uid, act, context)
struct process *lab_start_process(struct here here, struct lab *lab, unsigned uid,
                                  int (*act)(struct lab *lab, void *context), void *context);
bool was_woken(struct process *process);
#define result_of(process) lab_result_of(HERE, process)
int lab_result_of(struct here here, struct process *process);
/* A process that makes one recv(2), as it is; its result is recv's. */
#define start_receiver(sock, size, flags) lab_start_receiver(HERE, sock, size, flags, #flags)
struct process *lab_start_receiver(struct here here, struct sock *sock, size_t size, int flags,
                                   const char *names);
/* A child with descriptors of all the sockets that are open now, which does nothing: it exits on SIGTERM. */
#define share_sockets(lab) lab_share_sockets(HERE, lab)
struct process *lab_share_sockets(struct here here, struct lab *lab);
/* The same, and the claim closes this socket: what happens to the process happens to the socket. */
#define leave_to_process(sock) lab_leave_to_process(HERE, sock)
struct process *lab_leave_to_process(struct here here, struct sock *sock);
/* Sends it the signal and waits for its end, which closes its descriptors: the signal that killed it, or 0.
 */
#define end_process(process, signal) lab_end_process(HERE, process, signal)
int lab_end_process(struct here here, struct process *process, int signal);
/* The process id of one; and the signal that has killed it, or 0: waits for its end. */
pid_t pid_of(const struct process *process);
#define killed_by(process) lab_killed_by(HERE, process)
int lab_killed_by(struct here here, struct process *process);

#endif

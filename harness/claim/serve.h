/* SPDX-License-Identifier: MIT */
/* --serve: one process of the experiment makes all others by fork, on the lab's order (FORMAT.md). */
#ifndef LAB_CLAIM_SERVE_H
#define LAB_CLAIM_SERVE_H

/* Whether this build can serve: ThreadSanitizer does not survive a fork that it did not see. */
#ifdef __SANITIZE_THREAD__
#define CAN_SERVE false
#else
#define CAN_SERVE true
#endif

/*
 * Takes orders from standard input until its other end is closed. In each child made it returns what `run`
 * made of the order's arguments: the status to exit with.
 */
int serve(char *program, int (*run)(int argc, char **argv));

#endif

/* SPDX-License-Identifier: MIT */
/* What a process that the lab starts inherits of it: nothing but three descriptors, and its death. */
#ifndef LAB_RUNNER_SPAWN_H
#define LAB_RUNNER_SPAWN_H

#include <signal.h>
#include <sys/types.h>

/* Keeps SIGINT, SIGTERM and SIGHUP pending (SIGPIPE ignored) until signals_release: nothing is left half
 * done. */
void signals_hold(void);
void signals_release(void);

/* Those of SIGINT, SIGTERM and SIGHUP that are not ignored: a lab started by nohup, or in the background of a
 * script, stays so. */
sigset_t signals_that_stop(void);

/*
 * In a new child of `parent`, the lab: a group of its own, these as standard input (-1: /dev/null), output
 * and error, nothing else open, signals as the lab found them; it dies with the lab. Then executes argv[0];
 * exits with 127 and a message where that fails.
 */
_Noreturn void spawned(pid_t parent, int input, int output, int errors, const char *const *argv);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * An experiment that serves (harness/claim/FORMAT.md, --serve): loaded once, it makes a process for each of
 * its claims by fork, which costs a tenth of executing it anew. Those processes are the lab's own children
 * all the same: waited for, limited and killed as if it had executed them.
 */
#ifndef LAB_RUNNER_SERVER_H
#define LAB_RUNNER_SERVER_H

#include <sys/types.h>

/* The experiments that serve at present. Zero is empty. */
struct servers {
    struct server *first;
};

/*
 * A child of this process that is argv[0] with these arguments, its standard output and error as given, in a
 * process group that the caller makes. -1 if the experiment does not do that: then execute it.
 */
pid_t servers_spawn(struct servers *servers, const char *const *argv, int output, int errors);

/* Ends them all and waits for it; children that they made are not concerned. */
void servers_stop(struct servers *servers);

#endif

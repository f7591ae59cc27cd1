/* SPDX-License-Identifier: MIT */
/*
 * An experiment that serves (harness/claim/FORMAT.md, --serve): loaded once, it makes the processes for its
 * listing and its claims by fork, which costs a tenth of executing it anew. Those processes are the lab's own
 * children all the same: waited for, limited and killed as if it had executed them.
 */
#ifndef LAB_RUNNER_SERVER_H
#define LAB_RUNNER_SERVER_H

#include <sys/types.h>

/* The experiments that serve at present. Zero is empty; at the latest they end with the lab. */
struct servers {
    struct server *first;
    long limit_s; /* one that does not answer within so many seconds does not serve; 0: the usual limit */
};

/* Starts the experiment at `path` (kept by the caller), without waiting until it is there. */
void servers_begin(struct servers *servers, const char *path);

/*
 * A child of this process that is argv[0] with these arguments, its standard output and error as given, in a
 * process group that the caller makes. -1 if that was not begun or does not serve: then execute it.
 */
pid_t servers_spawn(const struct servers *servers, const char *const *argv, int output, int errors);

/* Ends them all and waits for it; children that they made are not concerned. */
void servers_stop(struct servers *servers);

#endif

/* SPDX-License-Identifier: MIT */
/* Per-namespace sysctls of the network namespace the calling thread is in. */
#ifndef LAB_BENCH_SYSCTL_H
#define LAB_BENCH_SYSCTL_H

#include <stddef.h>

/* `name` as sysctl(8) writes it ("net.ipv4.tcp_fastopen"). Both return 0 or -errno. */
int sysctl_write(const char *name, const char *value);
int sysctl_read(const char *name, char *value, size_t size); /* without the final newline */

/*
 * What every host of a bench begins with: the kernel's own defaults, written out because a new
 * namespace inherits some of them from the host, whose tuning must not change an outcome.
 */
struct pinned_sysctl {
    const char *name, *value;
};
extern const struct pinned_sysctl sysctl_pinned[]; /* ends with a NULL name */

#endif

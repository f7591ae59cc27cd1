/* SPDX-License-Identifier: MIT */
/*
 * The private network of one claim: a network namespace for each host and one
 * for the wires, joined by veth pairs with every offload off. When it stands,
 * addresses are usable and no packet has been sent that is not a claim's own.
 * It goes away with the processes that live in it.
 */
#ifndef LAB_BENCH_BENCH_H
#define LAB_BENCH_BENCH_H

#include "bench/topology.h"

struct bench {
    struct topology topology;
    bool patient; /* retransmission timers wait for half a minute, and loss probes are off: see lab.h,
                     kernel_timers */
    int host_netns[HOSTS_MAX]; /* file descriptors of the namespaces */
    int wire_netns;
    int wire_socket[INTERFACES_MAX]; /* packet sockets on the wire's ends, non-blocking */
    const char *step;                /* what was being tried, for the error message */
};

#define BENCH_WIRE (-1) /* in place of a host: the namespace of the wires */

/* Builds the bench; leaves the calling thread in the wires' namespace. 0, or -errno with `step` set. */
int bench_build(struct bench *bench);
/* Moves the calling thread into the namespace of a host, or of the wires. 0 or -errno. */
int bench_enter(const struct bench *bench, int host);

#endif

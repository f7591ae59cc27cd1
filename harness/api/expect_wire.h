/* SPDX-License-Identifier: MIT */
/* What is judged: packets. */
#ifndef LAB_API_EXPECT_WIRE_H
#define LAB_API_EXPECT_WIRE_H

#include "api/here.h"

#include <stdint.h>

/*
 * The next packets, in the pattern language (pattern/GRAMMAR.md), exactly these and in this order, as they
 * pass the interface of one host: outgoing ones when they leave, incoming ones when they arrive.
 * `expect_wire` looks at the first host of the bench (the client); `expect_at` at another one ("server",
 * "router-eth1", "client-lo"). Returns when the last line has come; what has been matched is behind the next
 * expectation.
 */
#define expect_wire(lab, ...)     lab_expect_wire(HERE, lab, NULL, (const char *const[]){__VA_ARGS__, NULL})
#define expect_at(lab, host, ...) lab_expect_wire(HERE, lab, host, (const char *const[]){__VA_ARGS__, NULL})
void lab_expect_wire(struct here here, struct lab *lab, const char *view, const char *const lines[]);
/* Nothing that matches has passed the host's interface since what was last expected: no time is waited. */
#define expect_nothing(lab, pattern)          lab_expect_nothing(HERE, lab, NULL, pattern)
#define expect_nothing_at(lab, host, pattern) lab_expect_nothing(HERE, lab, host, pattern)
void lab_expect_nothing(struct here here, struct lab *lab, const char *view, const char *pattern);
/* Nothing that matches passes for so long. */
#define expect_silence(lab, milliseconds, pattern) lab_expect_silence(HERE, lab, milliseconds, pattern)
void lab_expect_silence(struct here here, struct lab *lab, unsigned milliseconds, const char *pattern);
/*
 * `lab mutate` mutates every expectation, and the claim must then fail. Where the next one is met as well
 * with the mutation ("2.ack", "1.remove"; "ever" if nothing like it comes in the whole run), this says why
 * that is in order.
 */
#define equivalent(lab, mutation, why) lab_equivalent(HERE, lab, mutation, why)
void lab_equivalent(struct here here, struct lab *lab, const char *mutation, const char *why);
/* What has passed the host's interface so far is not of interest: the next expectation begins with what
 * comes. */
#define skip_packets(lab)          lab_skip_packets(lab, NULL)
#define skip_packets_at(lab, host) lab_skip_packets(lab, host)
void lab_skip_packets(struct lab *lab, const char *view);

/* The number-th packet (from 1) of the client's capture as `tcpdump -n -t -S` prints it; valid until the next
 * call. */
const char *as_tcpdump_prints(struct lab *lab, unsigned number);
/* Waits until the network is at rest: what was sent has arrived, and what that caused at once too. */
void settle(struct lab *lab);
/* How many packets that match have passed the host's interface since the claim began. */
unsigned count_packets(struct lab *lab, const char *host, const char *pattern);
/* Nanoseconds between the first and the last packet of the latest expectation at the client. */
int64_t expected_took_ns(const struct lab *lab);
/* The value that a pattern's `$name` has taken, or NULL; and giving one a value beforehand. */
const char *bound(const struct lab *lab, const char *name);
void let(struct lab *lab, const char *name, int64_t value);

#endif

/* SPDX-License-Identifier: MIT */
/* What an option refuses, with the errno kept as a fact. */
#ifndef LAB_API_REFUSALS_H
#define LAB_API_REFUSALS_H

#include "api/options.h"

/* Judged as by expect_refused; the errno is kept as a fact: fact_refused(lab, "two_bytes", try_…, EINVAL). */
#define fact_refused(lab, name, call, error) lab_fact_refused(HERE_AS(#call), lab, name, (call), (error))
bool lab_fact_refused(struct here here, struct lab *lab, const char *name, int result, int error);

/*
 * What every int option of IPPROTO_TCP refuses: two bytes in place of four, an address that is not mapped, a
 * UDP socket, a Unix socket. Each errno is a fact. `value` is one that a TCP socket takes. `misuse` false, as
 * in a placebo run: everything is done right, and nothing is refused.
 */
#define expect_misuse_refused(lab, misuse, option, value)                                                    \
    lab_expect_misuse_refused(HERE, lab, misuse, option, "IPPROTO_TCP, " #option, value)
void lab_expect_misuse_refused(struct here here, struct lab *lab, bool misuse, int option, const char *names,
                               int value);

#endif

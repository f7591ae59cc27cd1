/* SPDX-License-Identifier: MIT */
/* The run of a claim: its treatment, what it needs, and the values kept of it. */
#ifndef LAB_API_RUN_H
#define LAB_API_RUN_H

#include "api/here.h"

#include <stdint.h>

/* The treatment is the act under test: `if (treatment(lab)) set_int(…);`. False in a placebo run. */
#define treatment(lab) lab_treatment(HERE, lab)
bool lab_treatment(struct here here, struct lab *lab);

/* A precondition of this machine or kernel: the claim is skipped, naming it, if it is not met. */
#define need(lab, condition, ...) ((condition) ? (void)0 : lab_skip(HERE, lab, __VA_ARGS__))
_Noreturn void lab_skip(struct here here, struct lab *lab, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool is_v6(const struct lab *lab);
bool in_virtual_time(const struct lab *lab);
/* The largest TCP payload on a 1500-byte path without TCP options: 1460 or 1440 (RFC 9293 section 3.7.1). */
unsigned ethernet_mss(const struct lab *lab);

/* A value measured, kept for comparison between kernels: fact(lab, "default_rcvbuf", n, "bytes"). */
void fact(struct lab *lab, const char *name, int64_t value, const char *unit);
void fact_text(struct lab *lab, const char *name, const char *value);
/* A remark for the reader of the notebook. */
void note(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

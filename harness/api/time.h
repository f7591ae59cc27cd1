/* SPDX-License-Identifier: MIT */
/* Time that passes. */
#ifndef LAB_API_TIME_H
#define LAB_API_TIME_H

#include "claim/claim.h"

#include <stdint.h>

/* Sleeps: only where time itself is the subject (typing, idle timers). */
void let_pass_ms(struct lab *lab, unsigned milliseconds);
int64_t now_ns(void); /* CLOCK_MONOTONIC */
int64_t milliseconds_since(int64_t began_ns);

#endif

/* SPDX-License-Identifier: MIT */
/* What tells two suites apart in results.json. */
#ifndef LAB_RUNNER_DIGEST_H
#define LAB_RUNNER_DIGEST_H

#include "runner/suite.h"

/*
 * 16 hexadecimal digits over all claims (what they say and which kernels they
 * are for) and all statements with their links: the same wherever and with
 * whatever choice of claims the suite runs. Not the C code that proves them.
 */
const char *suite_digest(const struct suite *suite);

#endif

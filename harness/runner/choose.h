/* SPDX-License-Identifier: MIT */
/* Which claims a PATTERN of the command line means. */
#ifndef LAB_RUNNER_CHOOSE_H
#define LAB_RUNNER_CHOOSE_H

#include "runner/suite.h"

/* An experiment's name, a claim with or without /v4 or /v6, or a glob over these. */
bool claim_matches(const char *pattern, const struct claim *claim);

/*
 * The claims that match any of the patterns, by id; all of them if there is no
 * pattern. -1 after a message if a pattern matches none.
 */
int choose(const struct suite *suite, const struct texts *patterns, struct claims *chosen);

/* Keeps every N-th claim, from the K-th on, of `part` "K/N": the share of one of N machines. -1 after a
 * message. */
int claims_part(struct claims *claims, const char *part);

#endif

/* SPDX-License-Identifier: MIT */
/* The suggestion after a typo: which known name is nearest to what was written. */
#ifndef LAB_RUNNER_SUGGEST_H
#define LAB_RUNNER_SUGGEST_H

#include <stddef.h>

#include "runner/keep.h"

/* Insertions, deletions, replacements and swaps of neighbours that make one text of the other. */
size_t edit_distance(const char *a, const char *b);

/* The nearest of the names; NULL if none is near enough to be what was meant. */
const char *suggest(const char *text, const struct texts *names);

/* "; did you mean `tcp_cork'?", or `otherwise` if nothing is near. */
const char *suggest_words(const char *text, const struct texts *names, const char *otherwise);

#endif

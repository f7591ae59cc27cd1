/* SPDX-License-Identifier: MIT */
/* The word that was probably meant, for error messages. */
#ifndef LAB_PATTERN_NEAREST_H
#define LAB_PATTERN_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *word; /* as written, not terminated */
    size_t length;
    const char *best; /* NULL while no candidate is near enough */
    unsigned distance;
};

struct nearest nearest_to(const char *word, size_t length);
/* Remembers the candidate if it is nearer than those before. */
void nearest_try(struct nearest *nearest, const char *candidate);

#endif

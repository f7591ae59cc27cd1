/* SPDX-License-Identifier: MIT */
/* Two texts side by side, wrapped at blanks where they are longer than their column. */
#ifndef LAB_PATTERN_COLUMNS_H
#define LAB_PATTERN_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

struct columns {
    FILE *out;
    size_t left, right; /* widths */
};

/*
 * In `width` columns, the mark included, for texts of at most these lengths: the left column is as wide as
 * its texts, but takes more than half only of what the right one leaves.
 */
struct columns columns_of(FILE *out, size_t width, size_t left, size_t right);
/* `mark` (2 columns) stands before the first line only; what is wrapped goes on 4 columns further in. */
void columns_print(const struct columns *columns, const char *mark, const char *left, const char *right);
/* What was expected beside what was observed, below these two words, and marked as a difference. */
void columns_difference(FILE *out, size_t width, const char *expected, const char *observed);
/* One text over the whole width, wrapped. */
void columns_paragraph(FILE *out, size_t width, const char *text);

#endif

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

/* `mark` (2 columns) stands before the first line only; what is wrapped goes on 4 columns further in. */
void columns_print(const struct columns *columns, const char *mark, const char *left, const char *right);
/* One text over the whole width, wrapped. */
void columns_paragraph(FILE *out, size_t width, const char *text);

#endif

/* SPDX-License-Identifier: MIT */
/* Walking through text of unknown origin, one displayable character at a time. */
#ifndef LAB_SHOW_TEXT_CURSOR_H
#define LAB_SHOW_TEXT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_cursor {
    const unsigned char *p, *end;
    bool unicode;      /* otherwise characters are replaced by ASCII for them */
    const char *spare; /* ASCII still to come for the character before */
    char escape[8];
};

void text_begin(struct text_cursor *cursor, const char *text, size_t length, bool unicode);
/* The next character, a printable one; 0 at the end. Tabs and newlines are blanks, controls read as \xNN. */
uint32_t text_next(struct text_cursor *cursor);
/* Columns that a character returned by text_next takes: 1 or 2. */
unsigned text_columns(uint32_t c);

#endif

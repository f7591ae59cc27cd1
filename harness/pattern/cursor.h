/* SPDX-License-Identifier: MIT */
/*
 * Reading a line of the pattern language from left to right: blanks, words,
 * numbers, quoted text. The first trouble sticks, with its column; after it
 * every function returns false and moves nothing.
 */
#ifndef LAB_PATTERN_CURSOR_H
#define LAB_PATTERN_CURSOR_H

#include "pattern/line.h"

struct cursor {
    const char *text;
    size_t at;
    bool failed;
    const struct names *names; /* of hosts */
    struct pattern_trouble *trouble;
};

/* Sets the trouble at this offset (0-based); always returns false. */
__attribute__((format(printf, 3, 4))) bool cursor_fail(struct cursor *cursor, size_t at, const char *format,
                                                       ...);
bool cursor_ended(const struct cursor *cursor);
void cursor_skip_blanks(struct cursor *cursor);
/* Blanks and commas: people paste the lines of tcpdump. */
void cursor_skip_between(struct cursor *cursor);
char cursor_peek(const struct cursor *cursor);
/* Takes this character if it comes next. */
bool cursor_take(struct cursor *cursor, char c);
/* Takes this whole word if it comes next (ended by anything that no word contains). */
bool cursor_take_word(struct cursor *cursor, const char *word);
/* Length of the word at the cursor: letters, digits, "-", "_"; 0 if there is none. */
size_t cursor_word(const struct cursor *cursor);
/* Length of what comes up to the next blank or comma: what messages quote. */
size_t cursor_chunk(const struct cursor *cursor);

/* "502", "0x1f6", "$v", "$v+3", and if `compared` ">502" and the like. `what` is named in messages. */
bool cursor_number(struct cursor *cursor, struct number *out, uint64_t max, bool compared, const char *what);
bool cursor_at_number(const struct cursor *cursor, bool compared);
/* "$name" alone. */
bool cursor_variable(struct cursor *cursor, struct number *out);
/* "text" with \n \r \t \0 \" \\ \xHH. */
bool cursor_quoted(struct cursor *cursor, uint8_t *bytes, size_t size, size_t *length);
/* Pairs of hexadecimal digits, "0x" before them optional. */
bool cursor_hex(struct cursor *cursor, uint8_t *bytes, size_t size, size_t *length, const char *what);

#endif

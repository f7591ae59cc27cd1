/* SPDX-License-Identifier: MIT */
/* The lexer: there are no token objects, the grammar is simple enough to be read at the cursor. */
#include "pattern/cursor.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool cursor_fail(struct cursor *cursor, size_t at, const char *format, ...)
{
    va_list args;

    if (cursor->failed)
        return false;
    cursor->failed = true;
    cursor->trouble->column = at + 1;
    va_start(args, format);
    vsnprintf(cursor->trouble->message, sizeof(cursor->trouble->message), format, args);
    va_end(args);
    return false;
}

char cursor_peek(const struct cursor *cursor)
{
    return cursor->text[cursor->at];
}

bool cursor_ended(const struct cursor *cursor)
{
    return cursor_peek(cursor) == '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void cursor_skip_blanks(struct cursor *cursor)
{
    while (is_blank(cursor_peek(cursor)))
        cursor->at++;
}

void cursor_skip_between(struct cursor *cursor)
{
    while (is_blank(cursor_peek(cursor)) || cursor_peek(cursor) == ',')
        cursor->at++;
}

bool cursor_take(struct cursor *cursor, char c)
{
    if (cursor->failed || cursor_peek(cursor) != c)
        return false;
    cursor->at++;
    return true;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

size_t cursor_word(const struct cursor *cursor)
{
    size_t n = 0;

    while (is_word(cursor->text[cursor->at + n]))
        n++;
    return n;
}

size_t cursor_chunk(const struct cursor *cursor)
{
    size_t n = 0;
    char c;

    while ((c = cursor->text[cursor->at + n]) && !is_blank(c) && c != ',')
        n++;
    return n;
}

bool cursor_take_word(struct cursor *cursor, const char *word)
{
    size_t n = strlen(word);

    if (cursor->failed || cursor_word(cursor) != n || memcmp(cursor->text + cursor->at, word, n) != 0)
        return false;
    cursor->at += n;
    return true;
}

/* A value must not run into the next one: "502abc" is a slip, not a number and a field. */
static bool value_ended(struct cursor *cursor, size_t start, const char *what)
{
    char c = cursor_peek(cursor);

    if (c == '\0' || is_blank(c) || strchr(",:]}()>", c))
        return true;
    cursor->at = start;
    return cursor_fail(cursor, start, "`%.*s' is no %s", (int)cursor_chunk(cursor), cursor->text + start,
                       what);
}

/* `*out` stays below 2^63; more digits than that are no number of any field. */
static bool read_digits(struct cursor *cursor, int64_t *out)
{
    unsigned base = 10;
    size_t start;

    if (cursor->text[cursor->at] == '0' && (cursor->text[cursor->at + 1] | 0x20) == 'x') {
        base = 16;
        cursor->at += 2;
    }
    start = cursor->at;
    for (*out = 0;; cursor->at++) {
        char c = cursor_peek(cursor);
        int digit = isdigit((unsigned char)c)    ? c - '0'
                    : isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10
                                                 : 16;

        if ((unsigned)digit >= base)
            return cursor->at > start;
        if (*out > (INT64_MAX - digit) / (int64_t)base)
            return false;
        *out = *out * base + digit;
    }
}

static bool read_name(struct cursor *cursor, struct number *out)
{
    size_t start = cursor->at++, n = 0;
    char c;

    while ((c = cursor->text[cursor->at + n]) && (isalnum((unsigned char)c) || c == '_'))
        n++;
    if (n == 0)
        return cursor_fail(cursor, start, "`$' must be followed by a name of letters, digits and `_'");
    if (n >= sizeof(out->variable))
        return cursor_fail(cursor, start, "the name `$%.*s' is longer than %zu letters", (int)n,
                           cursor->text + cursor->at, sizeof(out->variable) - 1);
    memcpy(out->variable, cursor->text + cursor->at, n);
    out->variable[n] = '\0';
    out->column = start + 1;
    cursor->at += n;
    return true;
}

bool cursor_at_number(const struct cursor *cursor, bool compared)
{
    char c = cursor_peek(cursor);

    return isdigit((unsigned char)c) || c == '$' || (compared && (c == '<' || c == '>'));
}

static enum compare read_compare(struct cursor *cursor)
{
    if (cursor_take(cursor, '>'))
        return cursor_take(cursor, '=') ? COMPARE_LEAST : COMPARE_MORE;
    if (cursor_take(cursor, '<'))
        return cursor_take(cursor, '=') ? COMPARE_MOST : COMPARE_LESS;
    return COMPARE_EQUAL;
}

static bool read_sum(struct cursor *cursor, struct number *out)
{
    char sign;

    if (!read_name(cursor, out))
        return false;
    sign = cursor_peek(cursor);
    if (sign != '+' && sign != '-')
        return true;
    cursor->at++;
    if (!isdigit((unsigned char)cursor_peek(cursor)) || !read_digits(cursor, &out->value))
        return cursor_fail(cursor, cursor->at, "a number must follow `$%s%c'", out->variable, sign);
    if (sign == '-')
        out->value = -out->value;
    return true;
}

bool cursor_number(struct cursor *cursor, struct number *out, uint64_t max, bool compared, const char *what)
{
    size_t start;

    memset(out, 0, sizeof(*out));
    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (!cursor_at_number(cursor, compared))
        return cursor_fail(cursor, start, "`%s' needs a number%s or `$name', not `%.*s'", what,
                           compared ? ", `>N', `<N', `>=N', `<=N'" : "", (int)cursor_chunk(cursor),
                           cursor->text + start);
    out->compare = compared ? read_compare(cursor) : COMPARE_EQUAL;
    if (cursor_peek(cursor) == '$') {
        if (!read_sum(cursor, out))
            return false;
    } else if (!isdigit((unsigned char)cursor_peek(cursor)) || !read_digits(cursor, &out->value) ||
               (uint64_t)out->value > max) {
        cursor->at = start;
        return cursor_fail(cursor, start, "`%.*s' is no number of `%s': 0 to %" PRIu64,
                           (int)cursor_chunk(cursor), cursor->text + start, what, max);
    }
    return value_ended(cursor, start, "number");
}

bool cursor_variable(struct cursor *cursor, struct number *out)
{
    size_t start = cursor->at;

    memset(out, 0, sizeof(*out));
    if (cursor->failed || !read_name(cursor, out))
        return false;
    out->compare = COMPARE_EQUAL;
    return value_ended(cursor, start, "variable");
}

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    return isxdigit((unsigned char)c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* One character between quotes, `*at` on it; -1 if it is no known escape. */
static int unescape(const char *text, size_t *at)
{
    static const char letters[] = "nrt0\"\\", values[] = "\n\r\t\0\"\\";
    const char *letter;
    int c = (unsigned char)text[(*at)++];

    if (c != '\\')
        return c;
    c = (unsigned char)text[*at];
    if (c == 'x' && hex_digit(text[*at + 1]) >= 0 && hex_digit(text[*at + 2]) >= 0) {
        *at += 3;
        return hex_digit(text[*at - 2]) * 16 + hex_digit(text[*at - 1]);
    }
    letter = c ? strchr(letters, c) : NULL;
    if (!letter)
        return -1;
    (*at)++;
    return (unsigned char)values[letter - letters];
}

bool cursor_quoted(struct cursor *cursor, uint8_t *bytes, size_t size, size_t *length)
{
    size_t start;

    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (!cursor_take(cursor, '"'))
        return cursor_fail(cursor, start, "a text in quotes must follow, as in `data \"GET\"'");
    for (*length = 0; cursor_peek(cursor) != '"'; (*length)++) {
        size_t here = cursor->at;
        int c;

        if (cursor_ended(cursor))
            return cursor_fail(cursor, start, "the quote is not closed");
        if (*length == size)
            return cursor_fail(cursor, start, "the text is longer than %zu bytes", size);
        c = unescape(cursor->text, &cursor->at);
        if (c < 0)
            return cursor_fail(cursor, here, "unknown escape; there are \\n \\r \\t \\0 \\\" \\\\ \\xHH");
        bytes[*length] = (uint8_t)c;
    }
    cursor->at++;
    if (*length == 0)
        return cursor_fail(cursor, start,
                           "an empty text says nothing; to say that there is no data: `len 0'");
    return value_ended(cursor, start, "quoted text");
}

bool cursor_hex(struct cursor *cursor, uint8_t *bytes, size_t size, size_t *length, const char *what)
{
    size_t start;

    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (cursor_peek(cursor) == '0' && cursor->text[cursor->at + 1] == 'x')
        cursor->at += 2;
    for (*length = 0; *length < size; (*length)++, cursor->at += 2) {
        const char *p = cursor->text + cursor->at;
        int high = hex_digit(p[0]), low = high < 0 ? -1 : hex_digit(p[1]);

        if (low < 0)
            break;
        bytes[*length] = (uint8_t)(high * 16 + low);
    }
    if (*length == 0 || cursor_word(cursor)) {
        cursor->at = start;
        return cursor_fail(cursor, start, "`%.*s' is no %s: 1 to %zu pairs of hexadecimal digits",
                           (int)cursor_chunk(cursor), cursor->text + start, what, size);
    }
    return value_ended(cursor, start, what);
}

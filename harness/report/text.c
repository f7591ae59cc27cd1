/* SPDX-License-Identifier: MIT */
#include "report/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct text *text, size_t length)
{
    size_t room = text->room ? text->room : 4096;
    char *more;

    if (text->failed)
        return false;
    if (text->room - text->length > length)
        return true;
    while (room - text->length <= length)
        room *= 2;
    more = realloc(text->bytes, room);
    if (!more) {
        text->failed = true;
        return false;
    }
    text->bytes = more;
    text->room = room;
    return true;
}

void text_put(struct text *text, const char *bytes, size_t length)
{
    if (!make_room(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_puts(struct text *text, const char *string)
{
    text_put(text, string, strlen(string));
}

/* By hand: a page has a million of them. */
void text_number(struct text *text, long number)
{
    char digits[24], *at = digits + sizeof(digits);
    unsigned long rest = number < 0 ? 0UL - (unsigned long)number : (unsigned long)number;

    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--at = '-';
    text_put(text, at, (size_t)(digits + sizeof(digits) - at));
}

void text_json(struct text *text, const char *json, size_t length)
{
    for (size_t at = 0; at < length;) {
        const char *mark = memchr(json + at, '<', length - at);
        size_t plain = (mark ? (size_t)(mark - json) : length) - at;

        text_put(text, json + at, plain);
        at += plain;
        if (mark) {
            text_puts(text, "\\u003c");
            at++;
        }
    }
}

/* Bytes of the UTF-8 character at `at` (RFC 3629), or 0. */
static size_t character(const unsigned char *at, size_t left)
{
    size_t size = at[0] < 0x80   ? 1
                  : at[0] < 0xc2 ? 0
                  : at[0] < 0xe0 ? 2
                  : at[0] < 0xf0 ? 3
                  : at[0] < 0xf5 ? 4
                                 : 0;

    if (size == 0 || size > left)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (at[i] >> 6 != 2)
            return 0;
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
        (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return size;
}

void text_json_string(struct text *text, const char *string, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)string;
    size_t plain = 0;
    char escape[8];

    text_put(text, "\"", 1);
    for (size_t at = 0; at < length;) {
        size_t size = character(bytes + at, length - at);

        if (size > 0 && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '<' &&
            bytes[at] != 0x7f) {
            at += size;
            continue;
        }
        text_put(text, string + plain, at - plain);
        snprintf(escape, sizeof(escape), "\\u%04x", size ? bytes[at] : 0xfffdu);
        text_puts(text, escape);
        plain = ++at;
    }
    text_put(text, string + plain, length - plain);
    text_put(text, "\"", 1);
}

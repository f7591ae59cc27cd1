/* SPDX-License-Identifier: MIT */
/* Memory that lives as long as the command, and small helpers for text. */
#include "runner/keep.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
    struct block *next;
    max_align_t bytes[];
};

static struct block *blocks;

void *keep(size_t size)
{
    struct block *block = calloc(1, sizeof(*block) + size);

    if (!block) {
        fprintf(stderr, "lab: out of memory (%zu bytes more)\n", size);
        exit(2);
    }
    block->next = blocks;
    blocks = block;
    return block->bytes;
}

void keep_free_all(void)
{
    while (blocks) {
        struct block *next = blocks->next;

        free(blocks);
        blocks = next;
    }
}

char *keep_bytes(const char *bytes, size_t length)
{
    char *copy = keep(length + 1);

    memcpy(copy, bytes, length);
    return copy;
}

char *keep_text(const char *text)
{
    return keep_bytes(text, strlen(text));
}

char *keep_vformat(const char *format, va_list arguments)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return keep_text(format);
    text = keep((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *keep_format(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = keep_vformat(format, arguments);
    va_end(arguments);
    return text;
}

/* The length of the well-formed UTF-8 sequence (RFC 3629) at `at` and its code point; 0 if it is none. */
static size_t utf8_sequence(const unsigned char *at, size_t left, uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80   ? 1
                    : at[0] < 0xc0 ? 0
                    : at[0] < 0xe0 ? 2
                    : at[0] < 0xf0 ? 3
                    : at[0] < 0xf5 ? 4
                                   : 0;

    if (length == 0 || length > left)
        return 0;
    if (length == 1) {
        *point = at[0];
        return 1;
    }
    *point = at[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (at[i] & 0x3f);
    }
    if (*point < smallest[length] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
        return 0;
    return length;
}

static bool printable(uint32_t point)
{
    if (point == '\n' || point == '\t')
        return true;
    /* C0, DEL and C1 steer terminals; the two noncharacters are not allowed in XML */
    if (point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0xfffe || point == 0xffff)
        return false;
    /* what turns text around, and the other ends of lines: the same as in scripts/jq/clean.jq */
    return point != 0x200e && point != 0x200f && !(point >= 0x2028 && point <= 0x202e) &&
           !(point >= 0x2066 && point <= 0x2069);
}

char *keep_clean(const char *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    char *clean = keep(length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length;) {
        uint32_t point;
        size_t n = utf8_sequence(at + i, length - i, &point);

        if (n && printable(point)) {
            memcpy(clean + used, at + i, n);
            used += n;
        } else {
            clean[used++] = '?';
        }
        i += n ? n : 1;
    }
    return clean;
}

void *keep_grow(void *list, size_t count, size_t *room, size_t size)
{
    void *larger;

    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 8;
    larger = keep(*room * size);
    if (count)
        memcpy(larger, list, count * size);
    return larger;
}

void texts_add(struct texts *texts, const char *text)
{
    texts->list = keep_grow(texts->list, texts->count, &texts->room, sizeof(*texts->list));
    texts->list[texts->count++] = text;
}

bool texts_have(const struct texts *texts, const char *text)
{
    for (size_t i = 0; i < texts->count; i++)
        if (strcmp(texts->list[i], text) == 0)
            return true;
    return false;
}

const char *texts_join(const struct texts *texts, const char *between)
{
    size_t length = 1;
    char *joined, *at;

    for (size_t i = 0; i < texts->count; i++)
        length += strlen(texts->list[i]) + strlen(between);
    at = joined = keep(length);
    for (size_t i = 0; i < texts->count; i++) {
        if (i)
            at = stpcpy(at, between);
        at = stpcpy(at, texts->list[i]);
    }
    return joined;
}

/* SPDX-License-Identifier: MIT */
/*
 * Own tables and not wcwidth(3): that answers by the locale in force, which a library should not set, and
 * evidence must read the same everywhere.
 */
#include "show/text_cursor.h"

#include <stdio.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* Take no column, or change the direction of what follows: left out. */
static const struct range invisible[] = {
    {0x00ad, 0x00ad}, {0x0300, 0x036f}, {0x0483, 0x0489},   {0x0591, 0x05bd}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},   {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0x20d0, 0x20ff}, {0xd800, 0xdfff},   {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};

/* Take two columns: East Asian Wide and Fullwidth, and pictures (Unicode standard annex 11). */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec}, {0x23f0, 0x23f0},
    {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653}, {0x267f, 0x267f},
    {0x2693, 0x2693},   {0x26a1, 0x26a1},   {0x26aa, 0x26ab},   {0x26bd, 0x26be}, {0x26c4, 0x26c5},
    {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b}, {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},   {0x2757, 0x2757}, {0x2795, 0x2797},
    {0x27b0, 0x27b0},   {0x27bf, 0x27bf},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50}, {0x2b55, 0x2b55},
    {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},
    {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},   {0xff01, 0xff60},   {0xffe0, 0xffe6}, {0x16fe0, 0x18cff},
    {0x1aff0, 0x1b2ff}, {0x1f000, 0x1faff}, {0x20000, 0x3fffd},
};

/* What people write in sentences and notes, in ASCII. */
static const struct {
    uint32_t c;
    const char *ascii;
} ascii[] = {
    {0x00a0, " "},  {0x00a7, "section "}, {0x00ab, "<<"}, {0x00b1, "+-"}, {0x00b5, "u"},  {0x00b7, "-"},
    {0x00bb, ">>"}, {0x00d7, "x"},        {0x03bc, "u"},  {0x2010, "-"},  {0x2011, "-"},  {0x2012, "-"},
    {0x2013, "-"},  {0x2014, "--"},       {0x2018, "'"},  {0x2019, "'"},  {0x201c, "\""}, {0x201d, "\""},
    {0x2022, "*"},  {0x2026, "..."},      {0x202f, " "},  {0x2190, "<-"}, {0x2192, "->"}, {0x21d2, "=>"},
    {0x2212, "-"},  {0x2248, "~"},        {0x2260, "!="}, {0x2264, "<="}, {0x2265, ">="}, {0x2500, "-"},
    {0x2502, "|"},  {0x22ee, ":"},        {0x2713, "ok"}, {0x2717, "XX"}, {0x25b6, ">"},  {0x25c0, "<"},
};

static bool in_ranges(uint32_t c, const struct range *range, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= range[i].first && c <= range[i].last)
            return true;
    return false;
}

unsigned text_columns(uint32_t c)
{
    return c >= 0x1100 && in_ranges(c, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

/* Takes one UTF-8 character (RFC 3629: no overlong forms, at most U+10FFFF). false: not UTF-8; nothing taken.
 */
static bool take_utf8(struct text_cursor *cursor, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = cursor->p;
    size_t length = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;

    if (length == 0 || length > (size_t)(cursor->end - p))
        return false;
    *c = length == 1 ? *p : *p & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2)
            return false;
        *c = *c << 6 | (p[i] & 0x3f);
    }
    if (*c < least[length] || *c > 0x10ffff)
        return false;
    cursor->p += length;
    return true;
}

static const char *ascii_for(uint32_t c)
{
    for (size_t i = 0; i < sizeof(ascii) / sizeof(ascii[0]); i++)
        if (ascii[i].c == c)
            return ascii[i].ascii;
    return "?";
}

void text_begin(struct text_cursor *cursor, const char *text, size_t length, bool unicode)
{
    *cursor = (struct text_cursor){
        .p = (const unsigned char *)text,
        .end = (const unsigned char *)text + length,
        .unicode = unicode,
    };
}

static uint32_t escaped(struct text_cursor *cursor, unsigned c)
{
    snprintf(cursor->escape, sizeof(cursor->escape), "x%02x", c & 0xff);
    cursor->spare = cursor->escape;
    return '\\';
}

uint32_t text_next(struct text_cursor *cursor)
{
    uint32_t c;

    if (cursor->spare && *cursor->spare)
        return (unsigned char)*cursor->spare++;
    while (cursor->p < cursor->end) {
        if (!take_utf8(cursor, &c))
            return escaped(cursor, *cursor->p++);
        if (c == '\t' || c == '\n' || c == '\r')
            return ' ';
        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            return escaped(cursor, c);
        if (in_ranges(c, invisible, sizeof(invisible) / sizeof(invisible[0])))
            continue;
        if (c < 0x80 || cursor->unicode)
            return c;
        cursor->spare = ascii_for(c);
        return (unsigned char)*cursor->spare++;
    }
    return 0;
}

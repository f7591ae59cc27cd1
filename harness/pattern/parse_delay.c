/* SPDX-License-Identifier: MIT */
/* "+200ms", "+190..210ms", "+190ms..", "+0..5ms": the time since the packet before. */
#include "pattern/parse.h"

#include <ctype.h>

static const struct unit {
    const char *name;
    int64_t nanoseconds;
} units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};

/* The unit at the cursor in nanoseconds, 0 if there is none. */
static int64_t take_unit(struct cursor *cursor)
{
    size_t start = cursor->at;

    cursor_skip_blanks(cursor);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (cursor_take_word(cursor, units[i].name))
            return units[i].nanoseconds;
    cursor->at = start;
    return 0;
}

/* Digits with or without a fraction; ".." ends them. In units of 10^-9, so that no rounding creeps in. */
static bool take_amount(struct cursor *cursor, int64_t *billionths)
{
    int64_t whole = 0, fraction = 0, scale = 1000000000;
    size_t start = cursor->at;

    if (!isdigit((unsigned char)cursor_peek(cursor)))
        return cursor_fail(cursor, start,
                           "a time must follow: `+200ms', `+190..210ms', `+190ms..', `+0..5ms'");
    for (; isdigit((unsigned char)cursor_peek(cursor)); cursor->at++) {
        whole = whole * 10 + (cursor_peek(cursor) - '0');
        if (whole > INT32_MAX)
            return cursor_fail(cursor, start, "this time is too long");
    }
    if (cursor_peek(cursor) == '.' && isdigit((unsigned char)cursor->text[cursor->at + 1])) {
        for (cursor->at++; isdigit((unsigned char)cursor_peek(cursor)); cursor->at++) {
            scale /= 10;
            fraction += (cursor_peek(cursor) - '0') * scale;
        }
    }
    *billionths = whole * 1000000000 + fraction;
    return true;
}

static bool to_nanoseconds(struct cursor *cursor, size_t start, int64_t billionths, int64_t unit,
                           int64_t *out)
{
    int64_t whole = billionths / 1000000000, fraction = billionths % 1000000000;

    if (__builtin_mul_overflow(whole, unit, out) ||
        __builtin_add_overflow(*out, fraction * unit / 1000000000, out))
        return cursor_fail(cursor, start, "this time is too long");
    return true;
}

static bool take_dots(struct cursor *cursor)
{
    if (cursor_peek(cursor) != '.' || cursor->text[cursor->at + 1] != '.')
        return false;
    cursor->at += 2;
    return true;
}

bool parse_delay(struct cursor *cursor, struct pattern *line)
{
    size_t start = cursor->at;
    int64_t first = 0, second = 0, first_unit, second_unit = 0;
    bool dots, bounded;

    cursor->at++; /* the "+" */
    if (!take_amount(cursor, &first))
        return false;
    first_unit = take_unit(cursor);
    dots = take_dots(cursor);
    bounded = dots && isdigit((unsigned char)cursor_peek(cursor));
    if (bounded) {
        if (!take_amount(cursor, &second))
            return false;
        second_unit = take_unit(cursor);
        if (!first_unit)
            first_unit = second_unit;
    }
    if (!first_unit || (bounded && !second_unit))
        return cursor_fail(cursor, cursor->at, "a time needs a unit: ns, us, ms or s");
    if (!to_nanoseconds(cursor, start, first, first_unit, &line->least))
        return false;
    line->most = INT64_MAX;
    if (bounded && !to_nanoseconds(cursor, start, second, second_unit, &line->most))
        return false;
    if (line->most < line->least)
        return cursor_fail(cursor, start, "the upper bound is below the lower one");
    line->has_delay = true;
    line->delay_text = (struct extent){start, cursor->at};
    if (!cursor_ended(cursor) && cursor_peek(cursor) != ' ' && cursor_peek(cursor) != '\t')
        return cursor_fail(cursor, cursor->at, "a blank must end the time");
    return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * Nine lines of ten are calls and packets, and reading them as JSON in general takes more time than all the
 * rest of a report. Strings are copied into `space` where they lie in the line: a decoded one is never
 * longer.
 */
#include "show/notebook_plain.h"

#include <string.h>

#define DIGITS_MOST 19 /* of an int64_t, and no overflow of an uint64_t */

enum member { T, KIND, HOST, TEXT, RESULT, ERRNO, TOOK, LINE, INTERFACE, DIRECTION, NUMBER, UID, MEMBERS };

static const char *const names[MEMBERS] = {
    [T] = "t",
    [KIND] = "kind",
    [HOST] = "host",
    [TEXT] = "text",
    [RESULT] = "result",
    [ERRNO] = "errno",
    [TOOK] = "took",
    [LINE] = "line",
    [INTERFACE] = "interface",
    [DIRECTION] = "direction",
    [NUMBER] = "number",
    [UID] = "uid",
};

struct value {
    const char *text; /* of a number its digits; NULL: there is no such member */
    bool is_number;
    int64_t number;
};

struct scan {
    const char *begin, *at, *end;
    char *space;
};

static bool take(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

/* After its opening quote. NULL if there is something in it that is not plain. */
static const char *take_string(struct scan *scan)
{
    char *text = scan->space + (scan->at - scan->begin), *to = text;

    for (; scan->at < scan->end && *scan->at != '"'; scan->at++) {
        if (*scan->at < ' ' || *scan->at > '~')
            return NULL;
        if (*scan->at == '\\' && (++scan->at == scan->end || (*scan->at != '"' && *scan->at != '\\')))
            return NULL;
        *to++ = *scan->at;
    }
    *to = '\0'; /* in the place of the closing quote at most */
    return take(scan, '"') ? text : NULL;
}

static bool take_number(struct scan *scan, struct value *value)
{
    const char *from = scan->at, *digits;
    bool negative = take(scan, '-');
    uint64_t number = 0;
    char *text;

    digits = scan->at;
    for (; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; scan->at++)
        if (scan->at - digits < DIGITS_MOST)
            number = 10 * number + (uint64_t)(*scan->at - '0');
    if (scan->at == digits || scan->at - digits > DIGITS_MOST || number > INT64_MAX ||
        (*digits == '0' && scan->at - from > 1) || scan->at == scan->end)
        return false;
    text = scan->space + (from - scan->begin);
    memcpy(text, from, (size_t)(scan->at - from));
    text[scan->at - from] = '\0'; /* in the place of the comma */
    value->number = negative ? -(int64_t)number : (int64_t)number;
    value->text = text;
    value->is_number = true;
    return true;
}

static bool take_member(struct scan *scan, struct value values[MEMBERS])
{
    const char *name = take(scan, '"') ? take_string(scan) : NULL;
    unsigned member = 0;

    if (!name || !take(scan, ':'))
        return false;
    while (member < MEMBERS && strcmp(name, names[member]) != 0)
        member++;
    if (member == MEMBERS || values[member].text)
        return false;
    if (!take(scan, '"'))
        return take_number(scan, &values[member]);
    values[member].text = take_string(scan);
    return values[member].text;
}

/* ---- records ---- */

static bool get_string(const struct value *value, bool required, const char **out)
{
    if (!value->text)
        return !required;
    *out = value->text;
    return !value->is_number;
}

static bool get_number(const struct value *value, bool required, int64_t most, int64_t *out)
{
    *out = 0;
    if (!value->text)
        return !required;
    *out = value->number;
    return value->is_number && *out >= 0 && *out <= most;
}

static bool get_unsigned(const struct value *value, int64_t most, unsigned *out)
{
    int64_t number;

    if (!get_number(value, false, most, &number))
        return false;
    *out = (unsigned)number;
    return true;
}

static bool none(const struct value values[MEMBERS], const enum member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[members[i]].text)
            return false;
    return true;
}

static bool read_call(const struct value values[MEMBERS], struct record *record)
{
    static const enum member others[] = {INTERFACE, DIRECTION, NUMBER, UID};

    record->kind = RECORD_CALL;
    if (values[RESULT].text) /* a number or a text: what it returned, as text */
        record->value = values[RESULT].text;
    return none(values, others, sizeof(others) / sizeof(others[0])) &&
           get_string(&values[HOST], false, &record->host) &&
           get_string(&values[TEXT], true, &record->text) &&
           get_string(&values[ERRNO], false, &record->error) &&
           get_number(&values[TOOK], false, INT64_MAX / 4, &record->took) &&
           get_unsigned(&values[LINE], 1 << 30, &record->line);
}

static bool read_packet(const struct value values[MEMBERS], struct record *record)
{
    static const enum member others[] = {RESULT, ERRNO, TOOK, LINE};
    const char *direction = "";
    int64_t uid;

    record->kind = RECORD_PACKET;
    if (!none(values, others, sizeof(others) / sizeof(others[0])) ||
        !get_string(&values[HOST], true, &record->host) ||
        !get_string(&values[INTERFACE], false, &record->interface) ||
        !get_string(&values[DIRECTION], true, &direction) ||
        !get_string(&values[TEXT], true, &record->text) ||
        !get_unsigned(&values[NUMBER], UINT32_MAX, &record->number) ||
        !get_number(&values[UID], false, INT64_MAX, &uid))
        return false;
    record->uid = (uint64_t)uid;
    record->out = strcmp(direction, "out") == 0;
    return record->out || strcmp(direction, "in") == 0;
}

bool notebook_plain(const char *line, size_t length, char *space, struct record *record)
{
    struct scan scan = {.begin = line, .at = line, .end = line + length, .space = space};
    struct value values[MEMBERS] = {0};

    if (!take(&scan, '{'))
        return false;
    do
        if (!take_member(&scan, values))
            return false;
    while (take(&scan, ','));
    if (!take(&scan, '}') || scan.at != scan.end || !values[KIND].text || values[KIND].is_number ||
        !get_number(&values[T], true, INT64_MAX / 4, &record->t))
        return false;
    if (strcmp(values[KIND].text, "packet") == 0)
        return read_packet(values, record);
    return strcmp(values[KIND].text, "call") == 0 && read_call(values, record);
}

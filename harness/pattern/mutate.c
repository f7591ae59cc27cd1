/* SPDX-License-Identifier: MIT */
/* What may be wrong in a line: one function for each way of writing a field. */
#include "pattern/mutate.h"
#include "pattern/fields.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_TEXT 512 /* of a changed line; a longer one is not changed */
#define WHATS_MAX 128 /* changes of one line */

struct maker {
    const char *const *lines;
    size_t count, line;
    struct pattern **parsed;
    const struct names *names;
    mutation_visit *visit;
    void *context;

    const char **changed;     /* `count` texts */
    char what[WHATS_MAX][32]; /* said of this line already */
    size_t whats;
};

/* A second change of the same field is "win-2". */
static void name_it(struct maker *maker, const char *what, char name[48])
{
    unsigned same = 1;

    for (size_t i = 0; i < maker->whats; i++)
        same += strcmp(maker->what[i], what) == 0;
    if (maker->whats < WHATS_MAX)
        snprintf(maker->what[maker->whats++], sizeof(maker->what[0]), "%s", what);
    if (same == 1)
        snprintf(name, 48, "%zu.%.31s", maker->line + 1, what);
    else
        snprintf(name, 48, "%zu.%.31s-%u", maker->line + 1, what, same);
}

static void offer(struct maker *maker, enum mutation_kind kind, const char *what, size_t count)
{
    struct mutation mutation = {.kind = kind,
                                .line = maker->line,
                                .exact = maker->parsed[maker->line]->repeat == PATTERN_ONCE,
                                .lines = maker->changed,
                                .count = count};

    name_it(maker, what, mutation.name);
    maker->visit(maker->context, &mutation);
}

/* The line with the text of one extent replaced: offered if it is a line, and another one. */
static void replace(struct maker *maker, const char *what, struct extent extent, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void replace(struct maker *maker, const char *what, struct extent extent, const char *format, ...)
{
    const char *text = maker->lines[maker->line];
    char with[LINE_TEXT], changed[LINE_TEXT];
    struct pattern_trouble trouble;
    struct pattern *parsed;
    va_list arguments;
    int length;

    va_start(arguments, format);
    vsnprintf(with, sizeof(with), format, arguments);
    va_end(arguments);
    length = snprintf(changed, sizeof(changed), "%.*s%s%s", (int)extent.start, text, with, text + extent.end);
    if (length >= (int)sizeof(changed) || strcmp(changed, text) == 0)
        return;
    parsed = pattern_parse(changed, maker->names, &trouble);
    if (!parsed) /* a number out of its range, say */
        return;
    pattern_free(parsed);
    maker->changed[maker->line] = changed;
    offer(maker, MUTATION_FLIP, what, maker->count);
    maker->changed[maker->line] = text;
}

/* --- numbers --- */

/* Where the number that begins here ends: "502", "0x1f6", "$v", "$v+3". */
static size_t number_end(const char *text, size_t at)
{
    if (text[at] != '$')
        return at + strspn(text + at, "0123456789abcdefABCDEFxX");
    for (at++; isalnum((unsigned char)text[at]) || text[at] == '_'; at++)
        ;
    if (text[at] == '+' || text[at] == '-')
        at += 1 + strspn(text + at + 1, "0123456789");
    return at;
}

/* ">5" becomes "<=5": what the one allows the other forbids. */
static void change_compare(struct maker *maker, const char *what, size_t at)
{
    const char *text = maker->lines[maker->line] + at;
    bool equal = text[1] == '=';

    replace(maker, what, (struct extent){at, at + 1 + equal}, "%s",
            *text == '>' ? (equal ? "<" : "<=") : (equal ? ">" : ">="));
}

/* "$v" becomes "$v+1", "$v+3" "$v+4". */
static void change_variable(struct maker *maker, const char *what, struct extent at)
{
    const char *text = maker->lines[maker->line];
    size_t sum = at.start + strcspn(text + at.start, "+-");

    if (sum > at.end)
        sum = at.end;
    replace(maker, what, (struct extent){sum, at.end}, "%+ld",
            sum < at.end ? strtol(text + sum, NULL, 10) + 1 : 1);
}

/* One more, or one less where there is no more. */
static void change_literal(struct maker *maker, const char *what, struct extent at, uint64_t max)
{
    const char *text = maker->lines[maker->line] + at.start;
    bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
    uint64_t value = strtoull(text, NULL, hex ? 16 : 10);

    value = value < max ? value + 1 : value - 1;
    if (hex)
        replace(maker, what, at, "0x%" PRIx64, value);
    else
        replace(maker, what, at, "%" PRIu64, value);
}

/* Every number between these places of the line. */
static void change_numbers(struct maker *maker, const char *what, struct extent within, uint64_t max)
{
    const char *text = maker->lines[maker->line];

    for (size_t at = within.start; at < within.end; at++) {
        struct extent number = {at, number_end(text, at)};

        if (text[at] == '<' || text[at] == '>') {
            change_compare(maker, what, at);
            at += text[at + 1] == '=';
            number.end = number_end(text, at + 1);
        } else if (text[at] == '$') {
            change_variable(maker, what, number);
        } else if (!isdigit((unsigned char)text[at])) {
            continue; /* a word between the numbers */
        } else if (text[number.end + strspn(text + number.end, " ")] != '{') {
            change_literal(maker, what, number, max);
        } /* else tcpdump's count of blocks, which says nothing */
        at = number.end - 1;
    }
}

/* --- other values --- */

/* Addresses of nobody (RFC 5737); "{…}" after one are the sources of a group record. */
static void change_address(struct maker *maker, const char *what, struct extent value)
{
    const char *text = maker->lines[maker->line];
    const char *brace = memchr(text + value.start, '{', value.end - value.start);
    size_t end = brace ? (size_t)(brace - text) : value.end;

    while (end > value.start && text[end - 1] == ' ')
        end--;
    replace(maker, what, (struct extent){value.start, end}, "192.0.2.1");
    if (brace)
        replace(maker, what, (struct extent){(size_t)(brace - text), value.end}, "{192.0.2.1}");
}

/* "options [mss 1460,sackOK]" says that there is nothing else: without the last it is not so. */
static void shorten_list(struct maker *maker, const char *what, struct extent value)
{
    const char *text = maker->lines[maker->line];
    size_t end = value.end - 1, start = end;

    while (start > value.start + 1 && text[start - 1] != ',')
        start--;
    if (start > value.start + 1)
        start--;
    replace(maker, what, (struct extent){start, end}, "%s", "");
}

/* Of a field that is only there, or not there. */
static void change_presence(struct maker *maker, const struct test *test)
{
    const char *written = maker->lines[maker->line] + test->text.start;
    int length = (int)(test->text.end - test->text.start);

    if (!test->absent)
        replace(maker, test->field->name, test->text, "no %.*s", length, written);
    else if (test->field->shape == SHAPE_NUMBER)
        replace(maker, test->field->name, test->text, "%s >=0", test->field->name);
    else if (test->field->shape == SHAPE_LIST)
        replace(maker, test->field->name, test->text, "options [TS]");
    else
        replace(maker, test->field->name, test->text, "%s", test->field->name);
}

static void change_test(struct maker *maker, const struct test *test)
{
    const char *name = test->field->name;
    const struct extent value = test->text;

    if (test->absent || !(test->count || test->has_bytes || test->hosts)) {
        change_presence(maker, test);
        return;
    }
    switch (test->field->shape) {
    case SHAPE_TEXT:
        replace(maker, name, (struct extent){value.start + 1, value.start + 1}, "~");
        break;
    case SHAPE_COOKIE:
        replace(maker, name, value, "cookie 6d757461");
        break;
    case SHAPE_BYTES:
        replace(maker, name, (struct extent){value.end - 1, value.end}, "%c",
                maker->lines[maker->line][value.end - 1] == '0' ? '1' : '0');
        break;
    case SHAPE_ADDRESS:
    case SHAPE_RECORD:
        change_address(maker, name, value);
        break;
    case SHAPE_LIST:
        if (test->number[0].compare == COMPARE_EQUAL)
            shorten_list(maker, name, value);
        break;
    default:
        change_numbers(maker, name, value, test->field->max);
    }
}

/* --- the line before its fields --- */

static void change_time(struct maker *maker, const struct pattern *line)
{
    int64_t least_s = line->least / 1000000000;

    if (line->has_delay) /* far later than it can have been: the bound must be one that is judged */
        replace(maker, "time", line->delay_text, "+%" PRId64 "s", 20 + 10 * least_s);
}

static void change_endpoints(struct maker *maker, const struct pattern *line)
{
    const char *text = maker->lines[maker->line];
    struct extent src = line->src.host_text, dst = line->dst.host_text;

    if (line->src.port.compare != COMPARE_ANY)
        src.end = line->src.port_text.end;
    if (line->dst.port.compare != COMPARE_ANY)
        dst.end = line->dst.port_text.end;
    replace(maker, "direction", (struct extent){src.start, dst.end}, "%.*s%.*s%.*s",
            (int)(dst.end - dst.start), text + dst.start, (int)(dst.start - src.end), text + src.end,
            (int)(src.end - src.start), text + src.start);
    if (line->src.port.compare != COMPARE_ANY)
        change_numbers(maker, "port", line->src.port_text, UINT16_MAX);
    if (line->dst.port.compare != COMPARE_ANY)
        change_numbers(maker, "port", line->dst.port_text, UINT16_MAX);
}

static void change_flags(struct maker *maker, const struct pattern *line)
{
    struct extent inner = {line->kind_text.end - 1, line->kind_text.end - 1};
    uint16_t without = line->flags & (uint16_t)~TCP_PSH;
    const char *text = maker->lines[maker->line];
    const char *letter;

    if (line->any_flags)
        return;
    if (without == line->flags) { /* none but P is what it becomes, or P besides the others */
        inner.start = line->flags ? inner.start : line->kind_text.start + 1;
        replace(maker, "flags", inner, "P");
    } else if (without == 0) {
        replace(maker, "flags", (struct extent){line->kind_text.start + 1, inner.end}, "none");
    } else {
        letter = strchr(text + line->kind_text.start, 'P');
        inner.start = (size_t)(letter - text);
        replace(maker, "flags", (struct extent){inner.start, inner.start + 1}, "%s", "");
    }
}

static void change_message(struct maker *maker, const struct pattern *line)
{
    const char *kind = maker->lines[maker->line] + line->kind_text.start;

    if (line->message || line->type.compare != COMPARE_ANY)
        replace(maker, "message", line->kind_text, "%.*s type 255", (int)strcspn(kind, " ,"), kind);
}

static void change_line(struct maker *maker)
{
    const struct pattern *line = maker->parsed[maker->line];

    change_time(maker, line);
    change_endpoints(maker, line);
    if (line->kind == LINE_TCP)
        change_flags(maker, line);
    else
        change_message(maker, line);
    for (size_t i = 0; i < line->test_count; i++)
        change_test(maker, &line->test[i]);
}

/* --- the lines among each other --- */

static bool is_exact(const struct maker *maker, size_t line)
{
    return maker->parsed[line]->repeat == PATTERN_ONCE;
}

static const char *without_time(const struct pattern *line)
{
    const char *text = line->text + (line->has_delay ? line->delay_text.end : 0);

    return text + strspn(text, " ");
}

static bool same_but_time(const struct maker *maker, size_t a, size_t b)
{
    return strcmp(without_time(maker->parsed[a]), without_time(maker->parsed[b])) == 0;
}

/* Of several equal lines the last one is left out: which one makes no difference but to the others' times. */
static void remove_line(struct maker *maker)
{
    size_t line = maker->line;

    if (line + 1 < maker->count && is_exact(maker, line + 1) && same_but_time(maker, line, line + 1))
        return;

    if ((line > 0 && !is_exact(maker, line - 1)) || (line + 1 < maker->count && !is_exact(maker, line + 1)))
        return; /* the packet may be one that those take */
    memmove(maker->changed + line, maker->changed + line + 1, (maker->count - line - 1) * sizeof(char *));
    offer(maker, MUTATION_REMOVE, "remove", maker->count - 1);
    memcpy(maker->changed, maker->lines, maker->count * sizeof(char *));
}

static void swap_lines(struct maker *maker)
{
    size_t line = maker->line;

    if (line + 1 >= maker->count || !is_exact(maker, line + 1) || same_but_time(maker, line, line + 1))
        return;
    maker->changed[line] = maker->lines[line + 1];
    maker->changed[line + 1] = maker->lines[line];
    offer(maker, MUTATION_SWAP, "swap", maker->count);
    memcpy(maker->changed, maker->lines, maker->count * sizeof(char *));
}

static bool parse_all(struct maker *maker)
{
    struct pattern_trouble trouble;

    for (size_t i = 0; i < maker->count; i++)
        if (!(maker->parsed[i] = pattern_parse(maker->lines[i], maker->names, &trouble)))
            return false;
    return true;
}

void mutations_each(const char *const lines[], size_t count, const struct names *names, mutation_visit *visit,
                    void *context)
{
    struct maker maker = {.lines = lines, .count = count, .names = names, .visit = visit, .context = context};

    maker.parsed = calloc(count + 1, sizeof(struct pattern *));
    maker.changed = calloc(count + 1, sizeof(char *));
    if (!maker.parsed || !maker.changed)
        abort();
    memcpy(maker.changed, lines, count * sizeof(char *));
    if (parse_all(&maker)) {
        for (maker.line = 0; maker.line < count; maker.line++) {
            maker.whats = 0;
            if (maker.parsed[maker.line]->repeat == PATTERN_SKIP)
                continue;
            change_line(&maker);
            if (!is_exact(&maker, maker.line))
                continue;
            remove_line(&maker);
            swap_lines(&maker);
        }
    }
    for (size_t i = 0; i < count; i++)
        pattern_free(maker.parsed[i]);
    free(maker.parsed);
    free(maker.changed);
}

bool mutations_may_take(const char *first, const char *removed, const struct names *names)
{
    struct pattern_trouble trouble;
    struct pattern *a = pattern_parse(first, names, &trouble), *b = pattern_parse(removed, names, &trouble);
    bool may = a && b && (a->repeat != PATTERN_ONCE || strcmp(without_time(a), without_time(b)) == 0);

    pattern_free(a);
    pattern_free(b);
    return may;
}

bool mutations_trivial(const char *line, const struct names *names)
{
    struct pattern_trouble trouble;
    struct pattern *parsed = pattern_parse(line, names, &trouble);
    bool trivial = parsed && !parsed->family && !parsed->test_count && !pattern_names_ports(parsed) &&
                   parsed->src.host.kind == HOST_ANY && parsed->dst.host.kind == HOST_ANY &&
                   (parsed->any_flags || parsed->kind == LINE_IP);

    pattern_free(parsed);
    return trivial;
}

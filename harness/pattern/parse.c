/* SPDX-License-Identifier: MIT */
/* A line from left to right: repeat, time, endpoints, what it is; the fields are read in parse_fields.c. */
#include "pattern/parse.h"
#include "packet/text.h"
#include "pattern/fields.h"
#include "pattern/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    enum line_kind kind;
    enum packet_kind messages; /* whose names may follow; PACKET_OTHER if none */
} whats[] = {
    {"UDP", LINE_UDP, PACKET_OTHER},  {"ICMP", LINE_ICMP, PACKET_ICMP}, {"ICMP6", LINE_ICMP6, PACKET_ICMP6},
    {"IGMP", LINE_IGMP, PACKET_IGMP}, {"ARP", LINE_ARP, PACKET_ARP},    {"FRAG", LINE_FRAG, PACKET_OTHER},
    {"IP", LINE_IP, PACKET_OTHER},
};

#define WHATS (sizeof(whats) / sizeof(whats[0]))

/* "[S.]", "[*]", "[none]" */
static bool parse_flags(struct cursor *cursor, struct pattern *line)
{
    static const char letters[] = "FSRP.UEWe"; /* in the order of the bits */
    size_t start = cursor->at;

    line->kind = LINE_TCP;
    if (!cursor_take(cursor, '['))
        return cursor_fail(cursor, start, "flags in brackets must follow, as in `[S.]'");
    if (cursor_take(cursor, '*')) {
        line->any_flags = true;
    } else if (cursor_peek(cursor) == ']') {
        return cursor_fail(cursor, start, "no flags: `[none]' is a segment without any, `[*]' one with any");
    } else if (!cursor_take_word(cursor, "none")) {
        while (!cursor_ended(cursor) && cursor_peek(cursor) != ']') {
            const char *letter = strchr(letters, cursor_peek(cursor));

            if (!letter)
                return cursor_fail(cursor, cursor->at,
                                   "`%c' is no flag; flags are S F R P . (ACK) U E W e, `[*]' is any",
                                   cursor_peek(cursor));
            line->flags |= (uint16_t)(1u << (letter - letters));
            cursor->at++;
        }
    }
    if (!cursor_take(cursor, ']'))
        return cursor_fail(cursor, start, "`]' must close the flags");
    line->kind_text = (struct extent){start, cursor->at};
    return true;
}

/* A copy in which commas are blanks: message_parse wants names ended by a blank. */
static void without_commas(const char *text, char *out, size_t size)
{
    snprintf(out, size, "%s", text);
    for (char *p = out; *p; p++)
        if (*p == ',')
            *p = ' ';
}

static bool parse_type(struct cursor *cursor, struct pattern *line)
{
    size_t back;

    if (!cursor_number(cursor, &line->type, 65535, false, "type"))
        return false;
    back = cursor->at;
    cursor_skip_between(cursor);
    if (cursor_take_word(cursor, "code"))
        return cursor_number(cursor, &line->code, 255, false, "code");
    cursor->at = back;
    return true;
}

/* What begins with a word that is no field must be a message: tells which ones there are. */
static bool fail_message(struct cursor *cursor, size_t start, size_t n, enum packet_kind kind)
{
    const char *word = cursor->text + start;
    struct nearest nearest = nearest_to(word, n);
    char known[112];
    struct text list = text_begin(known, sizeof(known));

    for (size_t i = 0; i < messages_count; i++) {
        if (messages[i].kind != kind)
            continue;
        nearest_try(&nearest, messages[i].text);
        text_add(&list, "%s%s", list.length ? ", " : "", messages[i].text);
    }
    if (nearest.best)
        return cursor_fail(cursor, start, "unknown message `%.*s'; did you mean `%s'?", n < 32 ? (int)n : 32,
                           word, nearest.best);
    if (list.length == sizeof(known) - 1)
        memcpy(known + sizeof(known) - 5, " ...", 5);
    return cursor_fail(cursor, start, "unknown message `%.*s'; known: %s", n < 20 ? (int)n : 20, word, known);
}

/* Whether the word at the cursor can begin a field, or nothing does. */
static bool at_field(struct cursor *cursor, const struct pattern *line)
{
    size_t n = cursor_word(cursor);
    const char *word = cursor->text + cursor->at;

    return n == 0 || field_find(word, n, line->kind) || (n == 2 && strncmp(word, "no", 2) == 0) ||
           (n == 3 && strncmp(word, "ext", 3) == 0);
}

static bool parse_message(struct cursor *cursor, struct pattern *line, enum packet_kind kind)
{
    size_t back = cursor->at, start, length;
    char text[96];

    cursor_skip_between(cursor);
    if (cursor_take_word(cursor, "type"))
        return parse_type(cursor, line);
    start = cursor->at;
    without_commas(cursor->text + start, text, sizeof(text));
    line->message = message_parse(kind, text, &length);
    if (line->message) {
        cursor->at += length;
        back = cursor->at;
        cursor_skip_blanks(cursor);
    }
    /* "unreachable prot" is no `unreachable' with a field `prot' */
    if (!at_field(cursor, line))
        return fail_message(cursor, start, cursor->at + cursor_chunk(cursor) - start, kind);
    cursor->at = back;
    return true;
}

static bool fail_what(struct cursor *cursor)
{
    size_t n = cursor_word(cursor);
    struct nearest nearest = nearest_to(cursor->text + cursor->at, n);

    if (n == 3 && strncmp(cursor->text + cursor->at, "TCP", 3) == 0)
        return cursor_fail(cursor, cursor->at,
                           "TCP is written by its flags: `[S.]', or `[*]' for any segment");
    for (size_t i = 0; i < WHATS; i++)
        nearest_try(&nearest, whats[i].word);
    if (nearest.best)
        return cursor_fail(cursor, cursor->at, "unknown protocol `%.*s'; did you mean `%s'?", (int)n,
                           cursor->text + cursor->at, nearest.best);
    return cursor_fail(
        cursor, cursor->at,
        "flags such as `[S.]', or one of UDP ICMP ICMP6 IGMP ARP FRAG IP must follow, not `%.*s'",
        (int)cursor_chunk(cursor), cursor->text + cursor->at);
}

static bool parse_what(struct cursor *cursor, struct pattern *line)
{
    size_t start;

    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (cursor_take_word(cursor, "Flags")) {
        cursor_skip_blanks(cursor);
        return parse_flags(cursor, line);
    }
    if (cursor_peek(cursor) == '[')
        return parse_flags(cursor, line);
    for (size_t i = 0; i < WHATS; i++) {
        if (!cursor_take_word(cursor, whats[i].word))
            continue;
        line->kind = whats[i].kind;
        if (whats[i].messages != PACKET_OTHER && !parse_message(cursor, line, whats[i].messages))
            return false;
        line->kind_text = (struct extent){start, cursor->at};
        return true;
    }
    return fail_what(cursor);
}

/* "12:34:56.789012 " of a pasted line: said nothing about, since times are written with "+". */
static void skip_clock(struct cursor *cursor)
{
    const char *p = cursor->text + cursor->at;
    size_t n = strspn(p, "0123456789:.");

    if (n >= 8 && p[2] == ':' && p[5] == ':' && p[n] == ' ' && strncmp(p + n, " IP", 3) == 0) {
        cursor->at += n;
        cursor_skip_blanks(cursor);
    }
}

static void parse_family(struct cursor *cursor, struct pattern *line)
{
    if (cursor_take_word(cursor, "IP"))
        line->family = AF_INET;
    else if (cursor_take_word(cursor, "IP6"))
        line->family = AF_INET6;
}

static bool parse_arrow(struct cursor *cursor)
{
    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    return cursor_take(cursor, '>') ||
           cursor_fail(cursor, cursor->at, "`>' must stand between the hosts, as in `client > server [S]'");
}

static bool check_ports(struct cursor *cursor, const struct pattern *line)
{
    const struct endpoint *ends[] = {&line->src, &line->dst};

    for (size_t i = 0; i < 2; i++)
        if (ends[i]->port.compare != COMPARE_ANY && !(line->kind & (LINE_TCP | LINE_UDP | LINE_IP)))
            return cursor_fail(cursor, ends[i]->port_text.start, "only TCP, UDP and IP lines have ports");
    return true;
}

/* What a TCP line leaves unsaid: a segment without P carries no data unless the line speaks of it. */
static bool says_no_data(const struct pattern *line)
{
    if (line->kind != LINE_TCP || line->any_flags || (line->flags & TCP_PSH))
        return false;
    for (size_t i = 0; i < line->test_count; i++)
        if (line->test[i].field->traits & FIELD_SAYS_DATA)
            return false;
    return true;
}

static bool parse_skip(struct cursor *cursor, struct pattern *line)
{
    cursor->at += 3;
    line->repeat = PATTERN_SKIP;
    cursor_skip_blanks(cursor);
    return cursor_ended(cursor) ||
           cursor_fail(cursor, cursor->at, "`...' stands alone on its line: it skips any packets");
}

static bool parse_line(struct cursor *cursor, struct pattern *line)
{
    cursor_skip_blanks(cursor);
    if (cursor_ended(cursor))
        return cursor_fail(cursor, cursor->at, "an empty line; a line is `...' or `client > server [S]'");
    if (strncmp(cursor->text + cursor->at, "...", 3) == 0)
        return parse_skip(cursor, line);
    if (cursor_take(cursor, '?'))
        line->repeat = PATTERN_OPTIONAL;
    else if (cursor_take(cursor, '*'))
        line->repeat = PATTERN_REPEATED;
    cursor_skip_blanks(cursor);
    if (cursor_peek(cursor) == '+' && !parse_delay(cursor, line))
        return false;
    cursor_skip_blanks(cursor);
    if (strncmp(cursor->text + cursor->at, "...", 3) == 0)
        return cursor_fail(cursor, cursor->at,
                           "`...' skips any packets: it takes neither `?', `*' nor a time");
    skip_clock(cursor);
    parse_family(cursor, line);
    if (!parse_endpoint(cursor, false, &line->src) || !parse_arrow(cursor) ||
        !parse_endpoint(cursor, true, &line->dst) || !parse_what(cursor, line) ||
        !check_ports(cursor, line) || !parse_fields(cursor, line))
        return false;
    line->no_data = says_no_data(line);
    return true;
}

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

struct pattern *pattern_parse(const char *text, const struct names *names, struct pattern_trouble *trouble)
{
    struct cursor cursor = {.text = text, .names = names, .trouble = trouble};
    struct pattern *line = calloc(1, sizeof(*line));

    memset(trouble, 0, sizeof(*trouble));
    if (!line || !(line->text = copy_text(text))) {
        cursor_fail(&cursor, 0, "out of memory");
        pattern_free(line);
        return NULL;
    }
    line->type.compare = line->code.compare = COMPARE_ANY;
    if (!parse_line(&cursor, line)) {
        pattern_free(line);
        return NULL;
    }
    return line;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    free(pattern->test);
    free(pattern->text);
    free(pattern);
}

const char *pattern_text(const struct pattern *pattern)
{
    return pattern->text;
}

enum pattern_repeat pattern_repeat(const struct pattern *pattern)
{
    return pattern->repeat;
}

bool pattern_delay(const struct pattern *pattern, int64_t *least, int64_t *most)
{
    if (!pattern->has_delay)
        return false;
    *least = pattern->least;
    *most = pattern->most;
    return true;
}

static void visit_number(const struct number *number, pattern_visit *visit, void *context)
{
    if (number->compare != COMPARE_ANY && number->variable[0])
        visit(context, number);
}

void pattern_variables(const struct pattern *pattern, pattern_visit *visit, void *context)
{
    if (pattern->repeat == PATTERN_SKIP)
        return;
    visit_number(&pattern->src.port, visit, context);
    visit_number(&pattern->dst.port, visit, context);
    visit_number(&pattern->type, visit, context);
    visit_number(&pattern->code, visit, context);
    for (size_t i = 0; i < pattern->test_count; i++) {
        const struct test *test = &pattern->test[i];

        for (size_t j = 0; j < test->count; j++)
            visit_number(&test->number[j], visit, context);
        if (test->has_bytes || test->hosts)
            visit_number(&test->number[0], visit, context);
    }
}

bool pattern_names_ports(const struct pattern *pattern)
{
    return pattern->repeat != PATTERN_SKIP &&
           (pattern->src.port.compare != COMPARE_ANY || pattern->dst.port.compare != COMPARE_ANY);
}

bool pattern_names_field(const struct pattern *pattern, const char *name)
{
    for (size_t i = 0; i < pattern->test_count; i++)
        if (strcmp(pattern->test[i].field->name, name) == 0)
            return true;
    return false;
}

bool pattern_names_options(const struct pattern *pattern)
{
    for (size_t i = 0; i < pattern->test_count; i++)
        if (!(pattern->test[i].field->traits & FIELD_ORDINARY))
            return true;
    return false;
}

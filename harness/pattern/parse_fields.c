/* SPDX-License-Identifier: MIT */
/* What follows flags or protocol: fields in any order, each looked up in the table and read by its shape. */
#include "pattern/fields.h"
#include "pattern/nearest.h"
#include "pattern/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TESTS_MAX 64 /* more fields than any line needs */

static bool add_test(struct cursor *cursor, struct pattern *line, const struct test *test)
{
    struct test *grown;

    if (line->test_count == TESTS_MAX)
        return cursor_fail(cursor, test->text.start, "more than %d fields on one line", TESTS_MAX);
    grown = realloc(line->test, (line->test_count + 1) * sizeof(*grown));
    if (!grown)
        return cursor_fail(cursor, test->text.start, "out of memory");
    line->test = grown;
    line->test[line->test_count++] = *test;
    return true;
}

static const struct field *field_of_shape(enum shape shape)
{
    for (size_t i = 0; field_at(i); i++)
        if (field_at(i)->shape == shape)
            return field_at(i);
    abort(); /* the table has one of each */
}

static bool is_literal(const struct number *number)
{
    return number->compare == COMPARE_EQUAL && !number->variable[0];
}

/* A SYN has number 0 by definition: whoever writes another one pasted tcpdump's absolute number. */
static bool check_syn(struct cursor *cursor, const struct pattern *line, const struct test *test)
{
    if (line->any_flags || !(line->flags & TCP_SYN) || !is_literal(&test->number[0]) ||
        test->number[0].value == 0)
        return true;
    return cursor_fail(cursor, test->text.start,
                       "numbers are relative, so that of a SYN is 0 (tcpdump prints it absolute): write 0, "
                       "0:N or leave it out");
}

/* The "(6)" of older tcpdump versions: "1:7(6)". */
static bool parse_old_length(struct cursor *cursor, struct pattern *line)
{
    struct test test = {.field = field_find("len", 3, LINE_TCP), .count = 1};

    if (!cursor_take(cursor, '('))
        return !cursor->failed;
    test.text.start = cursor->at;
    if (!cursor_number(cursor, &test.number[0], test.field->max, false, "len"))
        return false;
    test.text.end = cursor->at;
    if (!cursor_take(cursor, ')'))
        return cursor_fail(cursor, cursor->at, "`)' must close the length");
    return add_test(cursor, line, &test);
}

/* "1:7", or "7", which is "7:7"; with `named` ("seq 7") a single number says nothing about the length. */
static bool parse_range(struct cursor *cursor, struct pattern *line, bool named)
{
    struct test test = {.field = field_of_shape(SHAPE_RANGE), .count = 2};
    bool both;

    cursor_skip_blanks(cursor);
    test.text.start = cursor->at;
    if (!cursor_number(cursor, &test.number[0], test.field->max, named, named ? "seq" : "range"))
        return false;
    both = test.number[0].compare == COMPARE_EQUAL && cursor_take(cursor, ':');
    if (both && !cursor_number(cursor, &test.number[1], test.field->max, false, "range"))
        return false;
    test.text.end = cursor->at;
    if (!both && named) {
        test.field = field_of_shape(SHAPE_SEQ);
        test.count = 1;
    } else if (!both) {
        test.number[1] = test.number[0];
    } else if (is_literal(&test.number[0]) && is_literal(&test.number[1]) &&
               (uint32_t)(test.number[1].value - test.number[0].value) > INT32_MAX) {
        return cursor_fail(cursor, test.text.start, "the range ends before it begins");
    }
    for (size_t i = 0; i < line->test_count; i++)
        if (line->test[i].field->shape == SHAPE_RANGE || line->test[i].field->shape == SHAPE_SEQ)
            return cursor_fail(cursor, test.text.start, "a second sequence number or range on one line");
    return check_syn(cursor, line, &test) && add_test(cursor, line, &test) &&
           (!both || parse_old_length(cursor, line));
}

static bool parse_timestamp(struct cursor *cursor, struct test *test)
{
    test->number[0].compare = test->number[1].compare = COMPARE_ANY;
    for (size_t i = 0; i < 2; i++) {
        size_t back = cursor->at;

        cursor_skip_blanks(cursor);
        if (!cursor_take_word(cursor, i == 0 ? "val" : "ecr")) {
            cursor->at = back;
            continue;
        }
        test->count = 2;
        if (!cursor_number(cursor, &test->number[i], test->field->max, true, i == 0 ? "val" : "ecr"))
            return false;
    }
    return true;
}

/* tcpdump counts the blocks before it lists them: "sack 2 {1:5}{9:12}". */
static void skip_block_count(struct cursor *cursor)
{
    size_t digits = strspn(cursor->text + cursor->at, "0123456789");
    size_t blanks = strspn(cursor->text + cursor->at + digits, " ");

    if (digits && cursor->text[cursor->at + digits + blanks] == '{')
        cursor->at += digits + blanks;
}

static bool parse_sack(struct cursor *cursor, struct test *test)
{
    size_t end = cursor->at;

    cursor_skip_blanks(cursor);
    skip_block_count(cursor);
    while (cursor_peek(cursor) == '{' || cursor_at_number(cursor, false)) {
        size_t start = cursor->at;
        bool braced = cursor_take(cursor, '{');

        if (test->count + 2 > TEST_NUMBERS)
            return cursor_fail(cursor, start, "a segment has at most %d blocks", SACK_BLOCKS_MAX);
        if (!cursor_number(cursor, &test->number[test->count], test->field->max, false, "sack"))
            return false;
        if (!cursor_take(cursor, ':'))
            return cursor_fail(cursor, cursor->at,
                               "`:' and the end of the block must follow, as in `sack 1:5'");
        if (!cursor_number(cursor, &test->number[test->count + 1], test->field->max, false, "sack"))
            return false;
        if (braced && !cursor_take(cursor, '}'))
            return cursor_fail(cursor, cursor->at, "`}' must close the block");
        test->count += 2;
        end = cursor->at;
        cursor_skip_blanks(cursor);
    }
    cursor->at = end;
    return true;
}

static bool parse_cookie(struct cursor *cursor, struct test *test)
{
    size_t back = cursor->at;

    cursor_skip_blanks(cursor);
    if (cursor_take_word(cursor, "cookiereq")) {
        test->has_bytes = true;
        return true;
    }
    if (!cursor_take_word(cursor, "cookie")) {
        size_t n = cursor_word(cursor);
        struct nearest nearest = nearest_to(cursor->text + cursor->at, n);

        nearest_try(&nearest, "cookie");
        nearest_try(&nearest, "cookiereq");
        if (nearest.best)
            return cursor_fail(cursor, cursor->at, "unknown word `%.*s' after `%s'; did you mean `%s'?",
                               (int)n, cursor->text + cursor->at, test->field->name, nearest.best);
        cursor->at = back;
        return true;
    }
    test->has_bytes = true;
    cursor_skip_blanks(cursor);
    if (cursor_peek(cursor) == '$')
        return cursor_variable(cursor, &test->number[0]);
    return cursor_hex(cursor, test->bytes, TFO_COOKIE_MAX, &test->length, "cookie");
}

static bool parse_bytes(struct cursor *cursor, struct test *test)
{
    size_t back = cursor->at;

    cursor_skip_blanks(cursor);
    /* "0x" tells bytes from the next field's name; "ipopt", as the printer writes it, always has them */
    if (cursor_peek(cursor) != '0' && strcmp(test->field->name, "ipopt") != 0) {
        cursor->at = back;
        return true;
    }
    test->has_bytes = true;
    return cursor_hex(cursor, test->bytes, sizeof(test->bytes), &test->length, "bytes of IP options");
}

static bool parse_one_host(struct cursor *cursor, struct test *test)
{
    char text[ADDRESS_TEXT];
    size_t n = strcspn(cursor->text + cursor->at, " \t,{}");

    snprintf(text, sizeof(text), "%.*s", n < sizeof(text) ? (int)n : 0, cursor->text + cursor->at);
    if (test->hosts == TEST_HOSTS)
        return cursor_fail(cursor, cursor->at, "more than %d sources", TEST_HOSTS - 1);
    if (!parse_host(text, cursor->names, &test->host[test->hosts]))
        return cursor_fail(cursor, cursor->at, "`%s' needs an address, a host or `$name', not `%.*s'",
                           test->field->name, (int)n, cursor->text + cursor->at);
    test->hosts++;
    cursor->at += n;
    return true;
}

static bool parse_address(struct cursor *cursor, struct test *test)
{
    cursor_skip_blanks(cursor);
    if (cursor_peek(cursor) != '$')
        return parse_one_host(cursor, test);
    test->hosts = 1;
    return cursor_variable(cursor, &test->number[0]);
}

/* "to_ex 232.0.0.5", and with sources "to_ex 232.0.0.5 {10.0.0.1 10.0.0.2}", none of which is "{}" */
static bool parse_record(struct cursor *cursor, struct test *test)
{
    size_t end;

    if (!parse_address(cursor, test))
        return false;
    end = cursor->at;
    cursor_skip_blanks(cursor);
    if (!cursor_take(cursor, '{')) {
        cursor->at = end;
        return true;
    }
    test->has_sources = true;
    for (cursor_skip_between(cursor); !cursor_take(cursor, '}'); cursor_skip_between(cursor)) {
        if (cursor_ended(cursor))
            return cursor_fail(cursor, end, "`}' must close the sources");
        if (!parse_one_host(cursor, test))
            return false;
    }
    return true;
}

static bool parse_subtype(struct cursor *cursor, struct test *test)
{
    size_t back = cursor->at;

    cursor_skip_blanks(cursor);
    if (cursor_at_number(cursor, true)) {
        test->count = 1;
        return cursor_number(cursor, &test->number[0], test->field->max, true, test->field->name);
    }
    cursor->at = back;
    return true;
}

static bool parse_field(struct cursor *cursor, struct pattern *line, bool in_list);

/* "[mss 1460,nop,sackOK]": each is a field, and together they are all that there is unless "..." is in it. */
static bool parse_list(struct cursor *cursor, struct pattern *line, struct test *test)
{
    size_t start;
    uint64_t all = 0;
    bool open = false;

    cursor_skip_blanks(cursor);
    start = cursor->at;
    if (!cursor_take(cursor, '['))
        return cursor_fail(cursor, start,
                           "say `options [mss 1460,...]' for TCP options, `ipoptions' for those of IPv4");
    for (;;) {
        size_t before = line->test_count;

        cursor_skip_between(cursor);
        if (cursor_take(cursor, ']'))
            break;
        if (cursor_ended(cursor))
            return cursor_fail(cursor, start, "the list of options is not closed");
        if (cursor_take_word(cursor, "nop") || cursor_take_word(cursor, "eol"))
            continue;
        if (strncmp(cursor->text + cursor->at, "...", 3) == 0) {
            cursor->at += 3;
            open = true;
        } else if (parse_field(cursor, line, true)) {
            if (!line->test[before].absent)
                all |= field_option_bit(line->test[before].field);
        } else {
            return false;
        }
    }
    test->count = 1;
    test->number[0] = (struct number){.compare = open ? COMPARE_ANY : COMPARE_EQUAL, .value = (int64_t)all};
    test->absent = !open && all == 0; /* "options []" */
    return true;
}

static bool parse_value(struct cursor *cursor, struct pattern *line, struct test *test)
{
    switch (test->field->shape) {
    case SHAPE_PRESENT:
        return true;
    case SHAPE_NUMBER:
        test->count = 1;
        return cursor_number(cursor, &test->number[0], test->field->max, true, test->field->name);
    case SHAPE_TIMESTAMP:
        return parse_timestamp(cursor, test);
    case SHAPE_SACK:
        return parse_sack(cursor, test);
    case SHAPE_COOKIE:
        return parse_cookie(cursor, test);
    case SHAPE_TEXT:
        test->has_bytes = true;
        return cursor_quoted(cursor, test->bytes, sizeof(test->bytes), &test->length);
    case SHAPE_BYTES:
        return parse_bytes(cursor, test);
    case SHAPE_ADDRESS:
        return parse_address(cursor, test);
    case SHAPE_RECORD:
        return parse_record(cursor, test);
    case SHAPE_SUBTYPE:
        return parse_subtype(cursor, test);
    case SHAPE_LIST:
        return parse_list(cursor, line, test);
    case SHAPE_RANGE:
    case SHAPE_SEQ:
        break; /* by parse_range */
    }
    return false;
}

static const char *line_name(unsigned lines)
{
    static const struct {
        unsigned lines;
        const char *name;
    } names[] = {
        {LINE_TCP, "a TCP line"},      {LINE_UDP, "a UDP line"},    {LINE_ICMP, "an ICMP line"},
        {LINE_ICMP6, "an ICMP6 line"}, {LINE_IGMP, "an IGMP line"}, {LINE_ARP, "an ARP line"},
        {LINE_FRAG, "a FRAG line"},    {LINE_IP, "an IP line"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].lines & lines)
            return names[i].name;
    return "no line";
}

/* Fields that may stand here, as many as a message has room for. */
static void list_fields(unsigned kind, unsigned traits, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; field_at(i); i++) {
        const struct field *field = field_at(i);
        size_t n = strlen(field->name);

        if (!(field->lines & kind) || (field->traits & traits) != traits || field->shape == SHAPE_RANGE)
            continue;
        if (used + n + 5 > size) {
            memcpy(text + used, " ...", 5);
            return;
        }
        used += (size_t)snprintf(text + used, size - used, used ? " %s" : "%s", field->name);
    }
    if (used == 0)
        snprintf(text, size, "none");
}

static bool fail_field(struct cursor *cursor, size_t at, size_t n, const struct pattern *line,
                       unsigned traits)
{
    const char *word = cursor->text + at;
    const struct field *elsewhere = field_find(word, n, 0);
    struct nearest nearest = nearest_to(word, n);
    char accepted[104];

    if (n == 0) {
        cursor->at = at;
        n = cursor_chunk(cursor);
        return cursor_fail(cursor, at,
                           "`%.*s' is no field; a field begins with its name, a range with a number", (int)n,
                           word);
    }
    if (elsewhere && !(elsewhere->lines & line->kind))
        return cursor_fail(cursor, at, "`%.*s' is a field of %s, not of %s", (int)n, word,
                           line_name(elsewhere->lines), line_name(line->kind));
    for (size_t i = 0; field_at(i); i++)
        if ((field_at(i)->lines & line->kind) && (field_at(i)->traits & traits) == traits)
            nearest_try(&nearest, field_at(i)->name);
    if (!traits)
        nearest_try(&nearest, "length");
    if (nearest.best)
        return cursor_fail(cursor, at, "unknown field `%.*s'; did you mean `%s'?", n < 24 ? (int)n : 24, word,
                           nearest.best);
    list_fields(line->kind, traits, accepted, sizeof(accepted));
    return cursor_fail(cursor, at, "%s `%.*s'; accepted: %s", elsewhere ? "not here:" : "unknown field",
                       n < 24 ? (int)n : 24, word, accepted);
}

static bool parse_absent(struct cursor *cursor, struct pattern *line, struct test *test, unsigned traits)
{
    size_t start, n;

    cursor_skip_blanks(cursor);
    start = cursor->at;
    n = cursor_word(cursor);
    test->field = field_find(cursor->text + start, n, line->kind);
    if (!test->field || ((test->field->traits & traits) != traits))
        return fail_field(cursor, start, n, line, traits);
    cursor->at += n;
    test->absent = true;
    return true;
}

/* One field with its name; `in_list`: between the brackets of "options [...]". */
static bool parse_field(struct cursor *cursor, struct pattern *line, bool in_list)
{
    unsigned traits = in_list ? FIELD_TCP_OPTION : 0;
    struct test test = {0};
    size_t start = cursor->at, n = cursor_word(cursor);

    test.text.start = start;
    if (cursor_take_word(cursor, "no")) {
        if (!parse_absent(cursor, line, &test, traits | FIELD_DENIABLE))
            return false;
    } else {
        test.field = field_find(cursor->text + start, n, line->kind);
        if (!test.field || (test.field->traits & traits) != traits)
            return fail_field(cursor, start, n, line, traits);
        cursor->at += n;
        if (test.field->shape == SHAPE_SEQ)
            return parse_range(cursor, line, true);
        if (!parse_value(cursor, line, &test))
            return false;
        if (test.count || test.has_bytes || test.hosts) {
            test.text.start = start + n;
            test.text.start += strspn(cursor->text + test.text.start, " \t");
        }
    }
    test.text.end = cursor->at;
    return add_test(cursor, line, &test);
}

/* The printer lists extension headers as "ext hopopts,frag"; each is a field by itself. */
static void skip_ext(struct cursor *cursor)
{
    static const char *const names[] = {"hopopts", "dstopts", "rthdr", "frag"};
    size_t back = cursor->at;

    if (!cursor_take_word(cursor, "ext"))
        return;
    cursor_skip_blanks(cursor);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (cursor_word(cursor) == strlen(names[i]) &&
            strncmp(cursor->text + cursor->at, names[i], strlen(names[i])) == 0)
            return;
    cursor->at = back; /* an unknown field, and told so */
}

bool parse_fields(struct cursor *cursor, struct pattern *line)
{
    for (;;) {
        size_t before = cursor->at;

        cursor_skip_between(cursor);
        if (cursor->failed)
            return false;
        skip_ext(cursor);
        if (cursor_ended(cursor))
            return true;
        if (before == cursor->at)
            return cursor_fail(cursor, before, "a blank or a comma must stand before `%.*s'",
                               (int)cursor_chunk(cursor), cursor->text + before);
        if (line->kind == LINE_TCP && cursor_at_number(cursor, false)) {
            if (!parse_range(cursor, line, false))
                return false;
        } else if (!parse_field(cursor, line, false)) {
            return false;
        }
    }
}

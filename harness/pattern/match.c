/* SPDX-License-Identifier: MIT */
/* One packet held against one line: from the outside in, so that the first difference is the most telling. */
#include "packet/groups.h"
#include "packet/print.h"
#include "pattern/fields.h"

#include <stdio.h>
#include <string.h>

struct comparison {
    const struct pattern *line;
    const struct sighting *sighting;
    const struct names *names;
    struct bindings *bindings;
    struct mismatch *why; /* NULL, or where the first difference goes */
    unsigned differences;
    bool all; /* go on after the first difference, to count them */
};

/* Notes a difference; the texts of the first are kept. */
static void differ(struct comparison *c, const char *field, const char *expected, const char *observed)
{
    if (c->differences++ || !c->why)
        return;
    snprintf(c->why->field, sizeof(c->why->field), "%s", field);
    snprintf(c->why->expected, sizeof(c->why->expected), "%s", expected);
    snprintf(c->why->observed, sizeof(c->why->observed), "%s", observed);
}

/* Whether the comparison is over. */
static bool decided(const struct comparison *c)
{
    return c->differences && !c->all;
}

static void written(const struct comparison *c, struct extent extent, char *text, size_t size)
{
    snprintf(text, size, "%.*s", (int)(extent.end - extent.start), c->line->text + extent.start);
}

/* --- hosts and ports --- */

static bool is_host(const struct host *host, const struct address *address, const struct names *names)
{
    if (host->kind == HOST_ANY)
        return true;
    if (host->kind == HOST_ADDRESS)
        return address_equal(&host->address, address);
    for (size_t i = 0; names && i < names->count; i++)
        if (strcmp(names->entry[i].name, host->name) == 0 && address_equal(&names->entry[i].address, address))
            return true;
    return false;
}

static const char *host_text(const struct names *names, const struct address *address,
                             char text[ADDRESS_TEXT])
{
    const char *name = names_of(names, address);

    if (name || address->family == 0)
        return name ? name : "?";
    return address_text(address, text);
}

static void compare_direction(struct comparison *c)
{
    const struct packet *p = &c->sighting->packet;
    char src[ADDRESS_TEXT], dst[ADDRESS_TEXT], expected[96], observed[96];
    size_t used;

    if (is_host(&c->line->src.host, &p->src, c->names) && is_host(&c->line->dst.host, &p->dst, c->names))
        return;
    written(c, c->line->src.host_text, expected, sizeof(expected));
    used = strlen(expected);
    snprintf(expected + used, sizeof(expected) - used, " > ");
    used = strlen(expected);
    written(c, c->line->dst.host_text, expected + used, sizeof(expected) - used);
    snprintf(observed, sizeof(observed), "%s > %s", host_text(c->names, &p->src, src),
             host_text(c->names, &p->dst, dst));
    differ(c, "direction", expected, observed);
}

/* What the line says of a value, with what its variables stand for: "$a:$b ($a = 7)". */
static void expected_text(const struct comparison *c, struct extent extent, const struct number *numbers,
                          size_t count, char *text, size_t size)
{
    const char *before = " (";
    size_t used;

    written(c, extent, text, size);
    for (size_t i = 0; i < count; i++) {
        const struct number *number = &numbers[i];
        const char *value;

        if (number->compare == COMPARE_ANY || !number->variable[0])
            continue;
        value = bindings_get(c->bindings, number->variable);
        if (!value && number->compare == COMPARE_EQUAL && number->value == 0)
            continue; /* it would have been bound: this one is not what differs */
        used = strlen(text);
        snprintf(text + used, size - used, value ? "%s$%s = %s" : "%s$%s has no value", before,
                 number->variable, value);
        before = ", ";
    }
    used = strlen(text);
    if (before[0] == ',')
        snprintf(text + used, size - used, ")");
}

static void compare_port(struct comparison *c, const char *field, const struct endpoint *endpoint,
                         uint16_t port)
{
    enum packet_kind kind = c->sighting->packet.kind;
    bool has_ports = kind == PACKET_TCP || kind == PACKET_UDP;
    char expected[96], observed[16];

    if (endpoint->port.compare == COMPARE_ANY ||
        (has_ports && bindings_number(c->bindings, &endpoint->port, port)))
        return;
    expected_text(c, endpoint->port_text, &endpoint->port, 1, expected, sizeof(expected));
    snprintf(observed, sizeof(observed), "%u", port);
    differ(c, field, expected, has_ports ? observed : "no port");
}

/* --- protocol, flags, message --- */

static const char *family_text(sa_family_t family)
{
    return family == AF_INET ? "IP" : family == AF_INET6 ? "IP6" : "neither";
}

static bool is_kind(enum line_kind kind, const struct packet *p)
{
    switch (kind) {
    case LINE_TCP:
        return p->kind == PACKET_TCP;
    case LINE_UDP:
        return p->kind == PACKET_UDP;
    case LINE_ICMP:
        return p->kind == PACKET_ICMP;
    case LINE_ICMP6:
        return p->kind == PACKET_ICMP6;
    case LINE_IGMP:
        return p->kind == PACKET_IGMP;
    case LINE_ARP:
        return p->kind == PACKET_ARP;
    case LINE_FRAG:
        return p->kind == PACKET_FRAGMENT || p->more_fragments || p->fragment_offset;
    case LINE_IP:
        return p->src.family != 0 && p->kind != PACKET_ARP;
    }
    return false;
}

static const char *kind_text(const struct packet *p)
{
    const char *name = message_protocol(p->kind);

    return name ? name : p->src.family ? "IP of another protocol" : "no IP";
}

/* A packet of another protocol has nothing of what the line names: all of it differs. */
static void compare_kind(struct comparison *c)
{
    static const struct {
        enum line_kind kind;
        const char *name;
    } names[] = {{LINE_TCP, "TCP"},   {LINE_UDP, "UDP"}, {LINE_ICMP, "ICMP"}, {LINE_ICMP6, "ICMP6"},
                 {LINE_IGMP, "IGMP"}, {LINE_ARP, "ARP"}, {LINE_FRAG, "FRAG"}, {LINE_IP, "IP"}};
    const char *expected = "";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].kind == c->line->kind)
            expected = names[i].name;
    differ(c, "protocol", expected, kind_text(&c->sighting->packet));
    c->differences += 1 + (unsigned)c->line->test_count;
}

static void compare_flags(struct comparison *c)
{
    uint16_t flags = c->sighting->packet.flags;
    char expected[64], observed[16], text[24];

    if (c->line->kind != LINE_TCP || c->line->any_flags || flags == c->line->flags)
        return;
    written(c, c->line->kind_text, expected, sizeof(expected));
    tcp_flags_text(flags, observed);
    snprintf(text, sizeof(text), observed[0] == '[' ? "%s" : "[%s]", observed);
    differ(c, "flags", expected, text);
}

static void compare_message(struct comparison *c)
{
    const struct packet *p = &c->sighting->packet;
    const struct message *message = message_of(p);
    char expected[96], observed[96];
    unsigned type = p->kind == PACKET_ARP ? p->arp_operation : p->type;

    if (c->line->message ? message_is(c->line->message, p)
                         : bindings_number(c->bindings, &c->line->type, type) &&
                               bindings_number(c->bindings, &c->line->code, p->code))
        return;
    written(c, c->line->kind_text, expected, sizeof(expected));
    if (message)
        snprintf(observed, sizeof(observed), "%s %s", kind_text(p), message->text);
    else
        snprintf(observed, sizeof(observed), "%s type %u code %u", kind_text(p), type, p->code);
    differ(c, "message", expected, observed);
}

/* --- fields --- */

static bool bytes_hold(struct comparison *c, const struct test *test, const struct reading *reading)
{
    const struct number *variable = &test->number[0];
    char text[2 * TEST_BYTES + 1];

    if (variable->compare != COMPARE_ANY) {
        text_hex(reading->bytes, reading->length, text, sizeof(text));
        /* "tfo cookie $c" is not "tfo cookiereq" */
        return text[0] && bindings_text(c->bindings, variable->variable, text);
    }
    if (test->field->shape == SHAPE_TEXT ? reading->length < test->length : reading->length != test->length)
        return false;
    return test->length == 0 || memcmp(reading->bytes, test->bytes, test->length) == 0;
}

static bool address_holds(struct comparison *c, const struct test *test, const struct address *address)
{
    char text[ADDRESS_TEXT];

    if (test->number[0].compare != COMPARE_ANY)
        return bindings_text(c->bindings, test->number[0].variable, address_text(address, text));
    return is_host(&test->host[0], address, c->names);
}

/* The sources that the line lists are those of the record, in any order. */
static bool sources_hold(struct comparison *c, const struct test *test, const struct group_record *record)
{
    if (!test->has_sources)
        return true;
    if (record->source_count != test->hosts - 1)
        return false;
    for (size_t i = 1; i < test->hosts; i++) {
        bool found = false;

        for (size_t j = 0; j < record->source_count && !found; j++) {
            struct address source = group_source(record, j);

            found = is_host(&test->host[i], &source, c->names);
        }
        if (!found)
            return false;
    }
    return true;
}

/* A report has several records: one that is as the line says is enough. */
static bool record_holds(struct comparison *c, const struct test *test)
{
    struct group_record record;
    size_t bound = c->bindings->count;

    for (size_t i = 0; group_record(&c->sighting->packet, i, &record); i++) {
        const char *name = group_record_name(record.type);

        if (name && strcmp(name, test->field->name) == 0 && address_holds(c, test, &record.group) &&
            sources_hold(c, test, &record))
            return true;
        c->bindings->count = bound;
    }
    return false;
}

static bool test_holds(struct comparison *c, const struct test *test, const struct reading *reading)
{
    if (test->absent)
        return !reading->present;
    if (test->field->shape == SHAPE_LIST && test->number[0].compare == COMPARE_ANY)
        return true; /* an open list: its options have tests of their own */
    if (!reading->present || (test->count && test->count != reading->count))
        return false;
    for (size_t i = 0; i < test->count; i++)
        if (!bindings_number(c->bindings, &test->number[i], reading->value[i]))
            return false;
    if (test->field->shape == SHAPE_RECORD)
        return record_holds(c, test);
    if (test->field->shape == SHAPE_ADDRESS)
        return address_holds(c, test, &reading->address);
    return !test->has_bytes || bytes_hold(c, test, reading);
}

static void compare_test(struct comparison *c, const struct test *test)
{
    size_t bound = c->bindings->count;
    struct reading reading = {0};
    char expected[96], observed[96];

    test->field->read(c->sighting, &reading);
    if (test_holds(c, test, &reading))
        return;
    c->bindings->count = bound; /* what this field bound before it differed */
    expected_text(c, test->text, test->number, test->has_bytes || test->hosts ? 1 : test->count, expected,
                  sizeof(expected));
    if (test->field->shape == SHAPE_TEXT && reading.length > test->length + 8)
        reading.length = test->length + 8; /* enough to see the difference */
    field_print(test->field, &reading, observed, sizeof(observed));
    differ(c, test->field->shape == SHAPE_RANGE ? "seq" : test->field->name, expected, observed);
}

static void compare_no_data(struct comparison *c)
{
    char observed[24];

    if (!c->line->no_data || c->sighting->packet.payload_length == 0)
        return;
    snprintf(observed, sizeof(observed), "%zu", c->sighting->packet.payload_length);
    differ(c, "len", "0 (the line names no data)", observed);
}

static void compare_all(struct comparison *c)
{
    const struct packet *p = &c->sighting->packet;

    compare_direction(c);
    if (!decided(c) && c->line->family && (p->kind == PACKET_ARP || p->src.family != c->line->family))
        differ(c, "family", family_text(c->line->family), family_text(p->src.family));
    if (decided(c))
        return;
    if (!is_kind(c->line->kind, p)) {
        compare_kind(c);
        return;
    }
    compare_port(c, "source port", &c->line->src, p->src_port);
    if (!decided(c))
        compare_port(c, "destination port", &c->line->dst, p->dst_port);
    if (!decided(c))
        compare_flags(c);
    if (!decided(c) && (c->line->kind & (LINE_ICMP | LINE_ICMP6 | LINE_IGMP | LINE_ARP)))
        compare_message(c);
    for (size_t i = 0; i < c->line->test_count && !decided(c); i++)
        compare_test(c, &c->line->test[i]);
    if (!decided(c))
        compare_no_data(c);
}

bool pattern_compare(const struct pattern *pattern, const struct sighting *sighting,
                     const struct names *names, struct bindings *bindings, struct mismatch *why,
                     unsigned *differences)
{
    struct bindings none;
    struct comparison c = {pattern, sighting, names, bindings, why, 0, differences != NULL};
    size_t before;

    if (!bindings) {
        none.count = 0;
        c.bindings = &none;
    }
    before = c.bindings->count;
    if (pattern->repeat != PATTERN_SKIP)
        compare_all(&c);
    if (c.differences || differences)
        c.bindings->count = before;
    if (differences)
        *differences = c.differences;
    return c.differences == 0;
}

bool pattern_matches(const struct pattern *pattern, const struct sighting *sighting,
                     const struct names *names, struct bindings *bindings, struct mismatch *why)
{
    return pattern_compare(pattern, sighting, names, bindings, why, NULL);
}

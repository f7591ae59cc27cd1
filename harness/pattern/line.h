/* SPDX-License-Identifier: MIT */
/* A parsed line, as parser and matcher share it. Nobody outside this folder includes this. */
#ifndef LAB_PATTERN_LINE_H
#define LAB_PATTERN_LINE_H

#include "packet/message.h"
#include "pattern/pattern.h"

/* What a line speaks of: one bit each, so that a field can say on which lines it may stand. */
enum line_kind {
    LINE_TCP = 1,
    LINE_UDP = 2,
    LINE_ICMP = 4,
    LINE_ICMP6 = 8,
    LINE_IGMP = 16,
    LINE_ARP = 32,
    LINE_FRAG = 64,
    LINE_IP = 128,
};

/* A part of the line's text, for messages: what was expected is told as it was written. */
struct extent {
    size_t start, end;
};

#define VARIABLE_MAX (sizeof(((struct bindings *)0)->entry[0].name))

enum compare { COMPARE_ANY, COMPARE_EQUAL, COMPARE_MORE, COMPARE_LESS, COMPARE_LEAST, COMPARE_MOST };

/* "N", ">N", "$v", "$v+N", … */
struct number {
    enum compare compare;
    char variable[VARIABLE_MAX]; /* empty if there is none */
    int64_t value;               /* the number, or what is added to the variable */
    size_t column;               /* 1-based, of the variable */
};

enum host_kind { HOST_ANY, HOST_NAME, HOST_ADDRESS };

struct host {
    enum host_kind kind;
    char name[NAME_MAX_LENGTH + 1];
    struct address address;
};

struct endpoint {
    struct host host;
    struct number port; /* COMPARE_ANY if not given */
    struct extent host_text, port_text;
};

struct field;

#define TEST_NUMBERS (2 * SACK_BLOCKS_MAX)
#define TEST_BYTES   128
#define TEST_HOSTS   9 /* a group and eight sources */

/* One field held against a packet. */
struct test {
    const struct field *field;
    bool absent; /* "no X": the field must not be there */
    size_t count;
    struct number number[TEST_NUMBERS];
    bool has_bytes; /* a text, a cookie, raw options: `bytes` (or the variable number[0]) */
    uint8_t bytes[TEST_BYTES];
    size_t length;
    size_t hosts; /* an address (or the variable number[0]); of a group record the group, then its sources */
    struct host host[TEST_HOSTS];
    bool has_sources;
    struct extent text; /* of the value; of the whole field if it has none */
};

struct pattern {
    char *text;
    enum pattern_repeat repeat;
    bool has_delay;
    int64_t least, most;
    struct extent delay_text;
    sa_family_t family; /* "IP " or "IP6 " before the endpoints, else 0 */
    struct endpoint src, dst;
    enum line_kind kind;
    struct extent kind_text;
    bool any_flags;
    uint16_t flags;
    const struct message *message; /* ICMP, ICMP6, IGMP, ARP; NULL if any or by numbers */
    struct number type, code;      /* "type N code N" */
    bool no_data;                  /* a TCP line that says nothing about data */
    size_t test_count;
    struct test *test;
};

/* Numbers and texts against variables: binding those that have no value yet. */
bool bindings_number(struct bindings *bindings, const struct number *number, uint64_t observed);
bool bindings_text(struct bindings *bindings, const char *name, const char *observed);

/*
 * As pattern_matches, and with `differences` (may be NULL) counts the fields that differ, so that the
 * nearest of several packets can be found; then `bindings` is never changed.
 */
bool pattern_compare(const struct pattern *pattern, const struct sighting *sighting,
                     const struct names *names, struct bindings *bindings, struct mismatch *why,
                     unsigned *differences);

/* Calls `visit` for each use of a variable, in the order in which the matcher meets them. */
typedef void pattern_visit(void *context, const struct number *use);
void pattern_variables(const struct pattern *pattern, pattern_visit *visit, void *context);

/* Whether the line speaks of ports, and of anything beyond flags, sequence numbers, ack, win and length. */
bool pattern_names_ports(const struct pattern *pattern);
bool pattern_names_options(const struct pattern *pattern);
/* Whether it speaks of the field of this name: "win". */
bool pattern_names_field(const struct pattern *pattern, const char *name);

#endif

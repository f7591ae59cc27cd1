/* SPDX-License-Identifier: MIT */
/* The table of fields: for each its name, where it may stand, how it is written, and how a packet has it. */
#ifndef LAB_PATTERN_FIELDS_H
#define LAB_PATTERN_FIELDS_H

#include "packet/groups.h"
#include "pattern/line.h"

/* How a field is written after its name. */
enum shape {
    SHAPE_PRESENT,   /* nothing more */
    SHAPE_NUMBER,    /* "win 502" */
    SHAPE_RANGE,     /* "1:7", without a name */
    SHAPE_SEQ,       /* "seq 1" or "seq 1:7" */
    SHAPE_TIMESTAMP, /* "TS", "TS val 1 ecr 0" */
    SHAPE_SACK,      /* "sack", "sack 1:5 9:12", "sack 2 {1:5}{9:12}" */
    SHAPE_COOKIE,    /* "tfo", "tfo cookiereq", "tfo cookie 0a1b2c3d" */
    SHAPE_TEXT,      /* "data "GET"" */
    SHAPE_BYTES,     /* "ipoptions", "ipoptions 0x94040000" */
    SHAPE_ADDRESS,   /* "group 224.0.0.5" */
    SHAPE_RECORD,    /* "to_ex 232.0.0.5 {10.0.0.1}" */
    SHAPE_SUBTYPE,   /* "mptcp", "mptcp 1" */
    SHAPE_LIST,      /* "options [mss 1460,sackOK]" */
};

/* What a packet has of a field. */
struct reading {
    bool present;
    size_t count;
    uint64_t value[TEST_NUMBERS];
    const uint8_t *bytes;
    size_t length;
    struct address address;
    struct group_record record;
};

struct field {
    const char *name;
    unsigned lines; /* bits of enum line_kind */
    enum shape shape;
    uint64_t max;
    void (*read)(const struct sighting *sighting, struct reading *reading);
    unsigned traits;
};

enum {                       /* traits */
       FIELD_DENIABLE = 1,   /* "no X" may be said */
       FIELD_HEX = 2,        /* printed in hexadecimal */
       FIELD_SAYS_DATA = 4,  /* a TCP line with it says how much data there is, or need not */
       FIELD_ORDINARY = 8,   /* printed in any case, options or not */
       FIELD_TCP_OPTION = 16 /* may stand in "options [...]" */
};

/* The field of this name on such a line; with kind 0 on any line. NULL if there is none. */
const struct field *field_find(const char *name, size_t length, unsigned kind);
/* All fields, for suggestions: NULL after the last. */
const struct field *field_at(size_t index);
/* What stands for the value of a "[mss,sackOK]" list: one bit for each TCP option. 0 if the field is none. */
uint64_t field_option_bit(const struct field *field);

/* The reading as the pattern language would write it. */
void field_print(const struct field *field, const struct reading *reading, char *text, size_t size);
/* Bytes in hexadecimal, as many as fit. */
void text_hex(const uint8_t *bytes, size_t length, char *text, size_t size);

#endif

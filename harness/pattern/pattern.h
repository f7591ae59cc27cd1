/* SPDX-License-Identifier: MIT */
/*
 * One line of the pattern language: parsing it, and holding one packet against
 * it. The grammar is in GRAMMAR.md beside this file.
 */
#ifndef LAB_PATTERN_PATTERN_H
#define LAB_PATTERN_PATTERN_H

#include "packet/print.h"

struct pattern; /* a parsed line; immutable, owned by whoever parsed it */

enum pattern_repeat {
    PATTERN_ONCE,
    PATTERN_OPTIONAL, /* "?" before the line */
    PATTERN_REPEATED, /* "*" before the line: any number of times, none included */
    PATTERN_SKIP,     /* "...": any packets at all */
};

struct pattern_trouble {
    size_t column;     /* 1-based, of the first byte that does not parse */
    char message[160]; /* "unknown field `mms'; did you mean `mss'?" */
};

/* NULL with `trouble` filled in when the line does not parse. Host names are checked against `names`. */
struct pattern *pattern_parse(const char *text, const struct names *names, struct pattern_trouble *trouble);
void pattern_free(struct pattern *pattern);
const char *pattern_text(const struct pattern *pattern); /* as it was written */
enum pattern_repeat pattern_repeat(const struct pattern *pattern);
/* The time bounds after the line before, in nanoseconds; false if the line has none. No upper bound:
 * INT64_MAX. */
bool pattern_delay(const struct pattern *pattern, int64_t *least, int64_t *most);

/* The packet in the notation of patterns: of windows, options and ports only what this line speaks of. */
const char *pattern_print(const struct pattern *pattern, const struct sighting *sighting,
                          const struct names *names, char text[PACKET_TEXT]);

/* Variables: "$name" takes the value of the field it stands for where first met, and must equal it after. */
#define BINDINGS_MAX 32
struct bindings {
    size_t count;
    struct {
        char name[24];
        char value[72]; /* numbers in decimal, cookies in hex, addresses as text */
    } entry[BINDINGS_MAX];
};
/* The value a variable has, or NULL. */
const char *bindings_get(const struct bindings *bindings, const char *name);

struct mismatch {
    char field[32];    /* "flags", "seq", "ack", "win", "mss", "direction", "time", … */
    char expected[96]; /* as the pattern says it */
    char observed[96]; /* as the packet has it */
};

/*
 * Whether the packet is what the line says. On a match new variables are bound; otherwise `bindings`
 * is unchanged and `why` (may be NULL) tells the first field that differs. Time bounds are not judged here.
 */
bool pattern_matches(const struct pattern *pattern, const struct sighting *sighting,
                     const struct names *names, struct bindings *bindings, struct mismatch *why);

#endif

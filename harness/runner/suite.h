/* SPDX-License-Identifier: MIT */
/* What the lab knows: experiments, their claims, the statements, and the links between these two. */
#ifndef LAB_RUNNER_SUITE_H
#define LAB_RUNNER_SUITE_H

#include "runner/keep.h"
#include "runner/places.h"
#include "runner/server.h"

enum outcome { OUTCOME_NONE, OUTCOME_HOLDS, OUTCOME_FAILS, OUTCOME_SKIPPED, OUTCOME_BROKEN, OUTCOMES };
enum verdict {
    VERDICT_CONFIRMED,
    VERDICT_REFUTED,
    VERDICT_PARTLY,
    VERDICT_UNTESTABLE,
    VERDICT_OPEN,
    VERDICTS
};

extern const char *const outcome_words[OUTCOMES]; /* "" for OUTCOME_NONE: it was not run */
extern const char *const verdict_words[VERDICTS];

/* The outcome of this name; OUTCOME_NONE if there is none. */
enum outcome outcome_parse(const char *text);

struct experiment {
    const char *path; /* of the executable */
    const char *name, *option, *level, *summary;
    const char *file; /* of the source, from the home of the suite */
};

struct claim {
    const struct experiment *experiment;
    const char *id;     /* tcp_cork.uncorking_sends/v4 */
    const char *base;   /* tcp_cork.uncorking_sends */
    const char *name;   /* uncorking_sends */
    const char *family; /* v4, v6, or NULL */
    const char *sentence, *untreated, *cites, *since, *until, *bench;
    struct texts needs;
    bool treated;
    long line, takes_ms, timeout_s;
    struct texts statements; /* ids of those that link to it */

    enum outcome outcome; /* of the run that is judged */
    const char *reason;
};

/* A claim that takes so long sleeps most of that time. */
#define TAKES_LONG_MS 300

/* A list of claims (kept pointers). */
struct claims {
    struct claim **list;
    size_t count, room;
};

void claims_add(struct claims *claims, struct claim *claim);

struct statement {
    const char *id, *option, *document, *section, *kind, *text;
    struct texts confirmed_by, refuted_by; /* the links as written */
    const char *untestable;                /* the reason, or "" */
    size_t line;
    struct claims confirming, refuting; /* what the links name */

    enum verdict verdict;
    const char *reason; /* why it is untestable or open, or "" */
};

struct suite {
    struct experiment **experiments;
    size_t experiments_count, experiments_room;
    struct claims claims; /* sorted by id */
    const char *table;    /* path of the statements, for messages */
    struct statement *statements;
    size_t statements_count, statements_room;
    struct texts problems; /* "file:line: what is wrong and what to do" */
    struct servers servers;
};

void suite_problem(struct suite *suite, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Finds the executables and asks each for its claims; what is wrong with one
 * is a problem of the suite. -1 after a message if the folder cannot be read;
 * the number of a signal that stopped it.
 */
int suite_discover(struct suite *suite, const char *folder);
/* Takes one listing, as text; `where` names it in problems. For suite_discover and tests. */
void suite_add_listing(struct suite *suite, const char *path, const char *json, size_t length);
void suite_sort(struct suite *suite);

/* Reads the table; rows that are wrong become problems. -1 after a message if it cannot be read. */
int suite_read_statements(struct suite *suite, const char *path);
/* The same from memory. */
void suite_parse_statements(struct suite *suite, const char *bytes, size_t length);

/* Resolves the links of the statements; one to an unknown claim is a problem. */
void suite_link(struct suite *suite);
/* The rules over the whole: duplicates, claims that decide nothing, and so on. */
void suite_check(struct suite *suite);

/* All of the above in order, by the places. 0, -1 after a message, or the number of a signal. */
int suite_load(struct suite *suite, const struct places *places);

/* Names that suggestions can be made of: experiments, claims without and with family. */
void suite_names(const struct suite *suite, struct texts *names);

/* The verdict of each statement from the outcomes in the claims (verdict.c). */
void suite_judge(struct suite *suite);

#endif

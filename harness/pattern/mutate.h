/* SPDX-License-Identifier: MIT */
/*
 * Wrong versions of pattern lines: what a claim says, changed in one place. An expectation that is met just
 * as well when it is wrong says nothing, and that is how such expectations are found (api/mutants.c).
 */
#ifndef LAB_PATTERN_MUTATE_H
#define LAB_PATTERN_MUTATE_H

#include "pattern/pattern.h"

enum mutation_kind {
    MUTATION_FLIP,   /* a word of a line says something else */
    MUTATION_REMOVE, /* a line is left out */
    MUTATION_SWAP,   /* a line changes places with the next one */
};

struct mutation {
    enum mutation_kind kind;
    char name[48]; /* "2.ack", "2.flags", "1.remove", "1.swap": the line, from 1, and what is wrong in it */
    size_t line;   /* from 0; of a swap the first of the two */
    bool exact;    /* the line stands for exactly one packet: neither "?" nor "*" */
    const char *const *lines; /* all of them, with the mutation; valid during the visit */
    size_t count;
};

typedef void mutation_visit(void *context, const struct mutation *mutation);

/*
 * Calls `visit` for every mutation of these lines, in an order that depends on their texts only. Not made,
 * because they would be right too: changes of what a line leaves open, and changes in the order or number of
 * lines where "...", "?" or "*" leave that open.
 */
void mutations_each(const char *const lines[], size_t count, const struct names *names, mutation_visit *visit,
                    void *context);

/* Whether a packet that the line `removed` was for may be taken by a script that begins with the line `first`
 * without any mistake in that: it leaves open what comes first, or says the same. */
bool mutations_may_take(const char *first, const char *removed, const struct names *names);
/* Whether the line is about any packet whatever, so that it cannot be one that nothing matches. */
bool mutations_trivial(const char *line, const struct names *names);

#endif

/* SPDX-License-Identifier: MIT */
/* Wrong expectations (api/mutants.h) of all claims: what the notebooks tell of them, and what is said of it.
 */
#ifndef LAB_RUNNER_MUTANTS_H
#define LAB_RUNNER_MUTANTS_H

#include "runner/folder.h"
#include "runner/screen.h"
#include "runner/trial.h"

enum mutant_fate {
    MUTANT_KILLED,    /* the claim fails with it */
    MUTANT_LIVES,     /* it holds as well */
    MUTANT_EXPLAINED, /* the same, and the experiment says why that is in order */
    MUTANT_BROKEN,    /* with it the claim neither holds nor fails */
    MUTANT_FATES
};

struct mutant {
    const char *name;               /* "3.2.ack", unique in its claim */
    const char *expected, *mutated; /* lines; "" of none */
    const char *why;                /* the experiment's explanation; NULL if there is none */
    const char *reason;             /* when broken */
    long line;                      /* of the source */
    bool exact;                     /* a run of its own must fail as surely */
    bool wanted;                    /* is to have a run of its own */
    enum mutant_fate fate;
};

/* One claim and its mutants. */
struct mutated {
    struct claim *claim;
    struct trial trial; /* as it is, without a mutation */
    struct mutant *list;
    size_t count, room;
};

struct mutation_run {
    struct suite *suite;
    struct mutated *claims; /* by id */
    size_t count;
    struct folder folder;
    struct screen screen;
    long at_once, sample;
    bool every;
    size_t own_runs, fates[MUTANT_FATES];
    struct texts explained, needless; /* "FILE:LINE: WHY", each once; needless: of mutants that were killed */
    int64_t wall_ms;
};

/* The `mutant' records of the notebook in this folder. -1 if it cannot be read. */
int mutants_read(struct mutated *mutated, int folder);
/*
 * Under placebo the claim expects what is missing then: whether the expectation at this line that something
 * does not come was disappointed.
 */
bool placebo_denies(int folder, const struct mutant *mutant);

/* Counts fates and explanations. */
void mutants_count(struct mutation_run *run);
/* What came of it, on the screen. */
void mutants_report(struct mutation_run *run);
/* The same in mutants.json. -1 after a message. */
int mutants_write(struct mutation_run *run);

#endif

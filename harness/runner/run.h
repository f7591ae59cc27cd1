/* SPDX-License-Identifier: MIT */
/* One run of chosen claims: what was asked, and what came of it. The printers (report, TAP, JUnit, JSON) read
 * this. */
#ifndef LAB_RUNNER_RUN_H
#define LAB_RUNNER_RUN_H

#include <sys/utsname.h>
#include <time.h>

#include "runner/folder.h"
#include "runner/jobs.h"
#include "runner/screen.h"
#include "runner/suite.h"
#include "runner/trial.h"
#include "runner/whole.h"

/* A claim and all its trials; `final` is what the run says of it. */
struct result {
    struct claim *claim;
    struct trial *trials; /* as many as --repeat */
    size_t done;
    bool *kept;         /* of each trial: its evidence is still in ID/repeat-K */
    struct trial final; /* shares the facts of the last trial */
    const char *shown;  /* folder of the evidence that explains it best, below that of the run */
};

struct run {
    struct suite *suite;
    struct claims untreated; /* chosen, but without a treatment to leave out: not run under placebo */
    struct result *results;  /* sorted by id */
    size_t count;
    size_t counts[OUTCOMES];
    bool placebo;
    bool virtual_time; /* the claims are told so */
    bool verbose;      /* a line for each claim, not only for those that need attention */
    long repeat;
    struct jobs_room room;
    long timeout_s, setup_s; /* 0: each claim's own; the usual one for a bench's set-up */
    struct folder folder;
    struct screen screen;
    struct utsname kernel;
    const char *time; /* "real" or "virtual" */
    struct timespec started;
    int64_t wall_ms;
    bool written;       /* results.json is there */
    const char *report; /* the page is there; NULL if none was asked for */
};

/* The outcome that a claim must have in this run: holds, or under placebo fails. */
bool result_is_good(const struct run *run, const struct result *result);
/* Needs attention: neither good nor skipped. */
bool result_is_bad(const struct run *run, const struct result *result);

/* All trials of a claim are done: the outcome over them. */
void result_conclude(struct run *run, struct result *result);

/* Runs everything; 0, a signal's number, or -1 after a message. */
int run_claims(struct run *run);
/* The exit status that the outcomes amount to. */
int run_status(const struct run *run);
void run_free(struct run *run);

/* results.json in the run's folder (results.c). -1 after a message. */
int results_write(const struct run *run);

/* report.html beside it (report_command.c), unless it was a placebo run. -1 after a message. */
int report_write(struct run *run, const char *home);

/* For people, on the screen (summary.c), and at the end for those who look at it on GitHub. */
void report_start(struct run *run);
void report_trial(struct run *run, const struct result *result, size_t number);
void report_end(struct run *run);

/* Markdown for GitHub Actions, if it asks for some (github.c). A failure to write it is only told. */
void github_summary(const struct run *run);

/* TAP version 14 on standard output (tap.c). */
void tap_start(const struct run *run);
void tap_end(const struct run *run);
void tap_bail(const char *reason);

/* JUnit XML (junit.c): the temporary file is made first, so that a bad name costs no run. */
struct junit {
    const char *path; /* NULL if none was asked for */
    struct whole file;
};

int junit_open(struct junit *junit, const char *path);
int junit_write(struct junit *junit, const struct run *run);
void junit_drop(struct junit *junit);

#endif

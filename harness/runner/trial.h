/* SPDX-License-Identifier: MIT */
/* One run of one claim, as judged from its notebook and from how its process ended. */
#ifndef LAB_RUNNER_TRIAL_H
#define LAB_RUNNER_TRIAL_H

#include <jansson.h>

#include "runner/jobs.h"
#include "runner/suite.h"

struct trial {
    enum outcome outcome;
    const char *reason; /* "" if it holds */
    long line;          /* of the source, where it was decided; 0 if unknown */
    const char *report; /* of the first expectation that was not met, side by side; or NULL */
    long report_line;   /* where that stands in the source */
    const char *time;   /* "real", "virtual"; NULL if the notebook does not say */
    const char *release, *version, *machine; /* of the kernel, as the notebook says; or NULL */
    int64_t began_ns, ended_ns;              /* of the notebook, since the epoch */
    json_t *facts;                           /* list of {name, value, unit}; owned */
    struct texts captures;
    double wall_ms, cpu_ms; /* of the notebook; after trial_judge, of the process */
};

/* What FOLDER/notebook.jsonl says; a notebook that is missing, unfinished or wrong makes the trial broken. */
void trial_read(struct trial *trial, int folder, const struct claim *claim, bool placebo);
/* The same, and how the process ended: one that did not end well is broken whatever its notebook says. */
void trial_judge(struct trial *trial, int folder, const struct claim *claim, bool placebo,
                 const struct job *job);
void trial_free(struct trial *trial);

#endif

/* SPDX-License-Identifier: MIT */
/* Result files read for the report, and merged: what several runs say of one claim stands in one place. */
#ifndef LAB_REPORT_RUNS_H
#define LAB_REPORT_RUNS_H

#include "report/report.h"

#include <jansson.h>
#include <stdbool.h>

#define RUNS_MOST 16

struct report_run {
    json_t *root;
    char *folder; /* of results.json, absolute */
};

struct report_runs {
    struct report_run list[RUNS_MOST];
    size_t count;
    json_t *data; /* what the page gets: REPORT.md */
};

/* false after filling in `*error`. */
bool runs_read(struct report_runs *runs, const struct report_request *request, char **error);
void runs_free(struct report_runs *runs);

/* Of one claim of data's list in run number `run`: an object, or NULL if it was not run there. */
json_t *runs_claim(const json_t *claim, size_t run);
/* Whether the claim came out otherwise in the two: its outcome, or a fact that is no measured time. */
bool runs_differ(const json_t *claim, size_t a, size_t b);
/* Whether the path names something below where it starts, and nothing else. */
bool runs_below(const char *path);

#endif

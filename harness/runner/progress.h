/* SPDX-License-Identifier: MIT */
/* How far a run has come: what is done, what is running and for how long, how long the rest may take. */
#ifndef LAB_RUNNER_PROGRESS_H
#define LAB_RUNNER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/suite.h"

#define PROGRESS_OLD_MS 5000 /* a claim that runs for so long is worth its name */

struct progress_running {
    const struct claim *claim;
    size_t trial; /* from 0 */
    int64_t began;
};

struct progress {
    size_t total, done, bad; /* trials; the caller counts the bad ones */
    size_t at_once;
    int64_t began;
    int64_t rest_ms; /* what those that are not done say that they take */
    int64_t more_ms; /* what those that were judged took beyond that */
    size_t judged;
    struct progress_running *running; /* oldest first */
    size_t count, room;
};

/* A trial of this claim begins or has ended; `now` and all times are of the monotonic clock, in milliseconds.
 */
void progress_start(struct progress *progress, const struct claim *claim, size_t trial, int64_t now);
void progress_done(struct progress *progress, const struct claim *claim, size_t trial, enum outcome outcome,
                   double took_ms);

/* How long the rest will take, by what the claims declare and the others took; -1 while nobody can tell. */
int64_t progress_left_ms(const struct progress *progress, int64_t now);

/*
 * One line of at most `columns` characters of ASCII:
 *   412/1149 done, 32 running, 2 need attention, 14 s, about 20 s left; 9 s so_linger.waits/v4
 * Of the claims that have become old, oldest first, as many as there is room for; what does not fit is left
 * out.
 */
#define PROGRESS_TEXT 512
const char *progress_line(const struct progress *progress, int64_t now, unsigned columns,
                          char line[PROGRESS_TEXT]);

#endif

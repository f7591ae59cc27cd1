/* SPDX-License-Identifier: MIT */
/*
 * Runs claims in parallel: one process each, longest first, and what remains
 * of their evidence. With --repeat every trial has its own folder ID/repeat-K
 * while it runs; afterwards the last one's evidence moves to ID, and of the
 * others that of odd outcomes stays.
 */
#include "runner/run.h"
#include "claim/limits.h"

#include "runner/progress.h"
#include "runner/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GRACE_S 10 /* the executable enforces both limits itself; lab steps in so much later */

struct slot {
    struct job job;
    const char *argv[12];
    struct result *result;
    size_t number;      /* of the trial, from 0 */
    const char *folder; /* of its evidence, below that of the run */
    int make_error;
};

struct schedule {
    struct run *run;
    struct result **order; /* of one round */
    size_t started;
    bool folder_gone; /* evidence has no place any more */
    struct progress progress;
};

bool result_is_good(const struct run *run, const struct result *result)
{
    return result->final.outcome == (run->placebo ? OUTCOME_FAILS : OUTCOME_HOLDS);
}

bool result_is_bad(const struct run *run, const struct result *result)
{
    return !result_is_good(run, result) && result->final.outcome != OUTCOME_SKIPPED;
}

/* Those that take longest first, so that none of them is alone at the end; else by id. */
static int by_duration(const void *a, const void *b)
{
    const struct result *x = *(struct result *const *)a, *y = *(struct result *const *)b;

    if (x->claim->takes_ms != y->claim->takes_ms)
        return x->claim->takes_ms < y->claim->takes_ms ? 1 : -1;
    return strcmp(x->claim->id, y->claim->id);
}

static const char *trial_folder(const struct run *run, const struct claim *claim, size_t number)
{
    return run->repeat == 1 ? claim->id : keep_format("%s/repeat-%zu", claim->id, number + 1);
}

static struct slot *slot_make(const struct run *run, struct result *result, size_t number)
{
    struct slot *slot = keep(sizeof(*slot));
    const struct claim *claim = result->claim;
    long limit = run->timeout_s ? run->timeout_s : claim->timeout_s;
    size_t n = 0;

    slot->result = result;
    slot->number = number;
    slot->folder = trial_folder(run, claim, number);
    slot->argv[n++] = claim->experiment->path;
    slot->argv[n++] = "--claim";
    slot->argv[n++] = claim->id;
    slot->argv[n++] = "--into";
    slot->argv[n++] = keep_format("%s/%s", run->folder.path, slot->folder);
    if (run->placebo)
        slot->argv[n++] = "--placebo";
    if (run->virtual_time)
        slot->argv[n++] = "--virtual-time";
    if (run->timeout_s) {
        slot->argv[n++] = "--timeout";
        slot->argv[n++] = keep_format("%ld", run->timeout_s);
    }
    slot->job.argv = slot->argv;
    if (run->setup_s) {
        slot->argv[n++] = "--setup-timeout";
        slot->argv[n++] = keep_format("%ld", run->setup_s);
    }
    slot->job.limit_s = (run->setup_s ? run->setup_s : SETUP_LIMIT_S) + limit + GRACE_S;
    slot->job.merge = true;
    slot->job.waits = claim->takes_ms >= TAKES_LONG_MS;
    slot->job.servers = &run->suite->servers;
    return slot;
}

static struct job *next_trial(void *context)
{
    struct schedule *schedule = context;
    struct run *run = schedule->run;
    struct slot *slot;

    if (schedule->started == schedule->progress.total || schedule->folder_gone)
        return NULL;
    /* round after round: the first trial of a claim, which others are compared with, is done early */
    slot = slot_make(run, schedule->order[schedule->started % run->count], schedule->started / run->count);
    schedule->started++;
    slot->make_error = folder_make(&run->folder, slot->folder);
    if (slot->make_error == ENOENT) {
        schedule->folder_gone = true;
        return NULL;
    }
    progress_start(&schedule->progress, slot->result->claim, slot->number, now_ms());
    return &slot->job;
}

static int by_outcome_counts(const struct result *result, size_t counts[OUTCOMES])
{
    int kinds = 0;

    memset(counts, 0, OUTCOMES * sizeof(*counts));
    for (size_t i = 0; i < result->done; i++)
        kinds += counts[result->trials[i].outcome]++ == 0;
    return kinds;
}

/* Removes evidence that says nothing new, as soon as that is known: 50 repeats of a large suite are large. */
static void thin_out(const struct run *run, struct result *result)
{
    size_t last = (size_t)run->repeat - 1;

    for (size_t i = 1; i < last && result->trials[0].outcome != OUTCOME_NONE; i++) {
        if (result->kept[i] && result->trials[i].outcome == result->trials[0].outcome) {
            folder_remove(&run->folder, trial_folder(run, result->claim, i));
            result->kept[i] = false;
        }
    }
}

void result_conclude(struct run *run, struct result *result)
{
    struct trial *last = &result->trials[run->repeat - 1];
    size_t counts[OUTCOMES];
    int kinds = by_outcome_counts(result, counts);

    result->final = *last;
    result->shown = result->claim->id;
    if (kinds > 1) {
        const struct trial *odd = &result->trials[0];
        struct texts parts = {0}, numbers = {0};

        for (int i = OUTCOME_HOLDS; i < OUTCOMES; i++)
            if (counts[i])
                texts_add(&parts, keep_format("%zu %s", counts[i], outcome_words[i]));
        for (size_t i = 0; i < result->done; i++) {
            const struct trial *trial = &result->trials[i];

            if (trial->outcome == result->trials[0].outcome)
                continue;
            if (numbers.count < 10)
                texts_add(&numbers, keep_format("\nrun %zu %s: %s", i + 1, outcome_words[trial->outcome],
                                                *trial->reason ? trial->reason : "no reason"));
            if (trial->report)
                odd = trial;
        }
        result->final.report = odd->report;
        result->final.report_line = odd->report_line;
        if (odd != last)
            result->shown = trial_folder(run, result->claim, (size_t)(odd - result->trials));
        result->final.outcome = OUTCOME_BROKEN;
        result->final.reason = keep_format("outcome differs between runs: %s%s", texts_join(&parts, ", "),
                                           texts_join(&numbers, ""));
        if (*result->trials[0].reason)
            result->final.reason =
                keep_format("%s\nrun 1 %s: %s", result->final.reason,
                            outcome_words[result->trials[0].outcome], result->trials[0].reason);
    }
    if (run->repeat > 1) {
        if (kinds == 1 && result->kept[0])
            folder_remove(&run->folder, trial_folder(run, result->claim, 0));
        folder_lift(&run->folder, trial_folder(run, result->claim, (size_t)run->repeat - 1),
                    result->claim->id);
    }
    result->claim->outcome = result->final.outcome;
    result->claim->reason = result->final.reason;
    run->counts[result->final.outcome]++;
    if (last->time)
        run->time = last->time;
}

static void trial_done(void *context, struct job *job)
{
    struct schedule *schedule = context;
    struct run *run = schedule->run;
    struct slot *slot = (struct slot *)job; /* job is its first member */
    struct result *result = slot->result;
    struct trial *trial = &result->trials[slot->number];
    int folder = openat(run->folder.fd, slot->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* A claim that has lost its evidence was not broken by itself: that is no news to print. */
    if (folder_gone(&run->folder) || (folder < 0 && !slot->make_error)) {
        schedule->folder_gone = true;
        captured_free(&job->output);
        captured_free(&job->errors);
        if (folder >= 0)
            close(folder);
        return;
    }
    trial_judge(trial, folder, result->claim, run->placebo, job);
    if (slot->make_error && trial->outcome == OUTCOME_BROKEN)
        trial->reason = keep_format("cannot make the folder of its evidence, %s/%s: %s", run->folder.shown,
                                    slot->folder, errno_words(slot->make_error));
    if (folder >= 0)
        close(folder);
    captured_free(&job->output);
    captured_free(&job->errors);
    result->kept[slot->number] = true;
    result->done++;
    progress_done(&schedule->progress, result->claim, slot->number, trial->outcome, job->wall_ms);
    schedule->progress.bad +=
        trial->outcome != OUTCOME_SKIPPED && trial->outcome != (run->placebo ? OUTCOME_FAILS : OUTCOME_HOLDS);
    report_trial(run, result, slot->number);
    thin_out(run, result);
    if (result->done == (size_t)run->repeat)
        result_conclude(run, result);
}

static void tick(void *context, size_t running)
{
    struct schedule *schedule = context;
    struct screen *screen = &schedule->run->screen;
    int64_t now = now_ms();
    unsigned columns = screen_room(screen, now);
    char line[PROGRESS_TEXT];

    (void)running;
    if (columns)
        screen_progress(screen, "%s", progress_line(&schedule->progress, now, columns, line));
}

static bool over(void *context)
{
    const struct schedule *schedule = context;

    return schedule->folder_gone;
}

/*
 * The kernel stamps packets only while somebody wants it, and begins and ceases by patching its own code
 * (net_enable_timestamp): with each claim's captures, unless a socket wants stamps all the time.
 */
static int keep_stamping(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;

    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on));
    return fd;
}

int run_claims(struct run *run)
{
    static const struct jobs_work work = {next_trial, trial_done, tick, over};
    static const struct jobs_work quiet = {next_trial, trial_done, NULL, over};
    int64_t began = now_ms();
    struct schedule schedule = {
        .run = run,
        .progress = {.total = run->count * (size_t)run->repeat,
                     .at_once = (size_t)(run->room.at_once + run->room.waiting),
                     .began = began},
    };
    int result, stamping = keep_stamping();

    schedule.order = keep(run->count * sizeof(struct result *));
    for (size_t i = 0; i < run->count; i++) {
        schedule.order[i] = &run->results[i];
        schedule.progress.rest_ms += run->results[i].claim->takes_ms * run->repeat;
        run->results[i].trials = keep((size_t)run->repeat * sizeof(struct trial));
        run->results[i].kept = keep((size_t)run->repeat * sizeof(bool));
    }
    if (run->count)
        qsort(schedule.order, run->count, sizeof(struct result *), by_duration);
    clock_gettime(CLOCK_REALTIME, &run->started);
    run->time = "real";
    uname(&run->kernel);
    report_start(run);
    result = jobs_run(run->room, run->screen.terminal ? &work : &quiet, &schedule);
    run->wall_ms = now_ms() - began;
    if (stamping >= 0)
        close(stamping);
    screen_clear(&run->screen);
    if (result < 0 && schedule.folder_gone)
        folder_bury(&run->folder);
    return result;
}

void run_free(struct run *run)
{
    for (size_t i = 0; i < run->count; i++)
        for (long j = 0; run->results[i].trials && j < run->repeat; j++)
            trial_free(&run->results[i].trials[j]);
    folder_close(&run->folder);
}

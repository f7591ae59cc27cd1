/* SPDX-License-Identifier: MIT */
/*
 * lab mutate: is there an expectation about packets that nothing depends on?
 *
 * Every claim runs once and tells at its end which wrong versions of its expectations its own packets would
 * have met (api/mutants.h). Then runs of their own, with the wrong version in force from the beginning, for
 * those that were met, and for a sample of the others, so that what was said in memory is held against what
 * happens; and placebo runs for those who say that something never comes.
 */
#include "claim/limits.h"
#include "runner/choose.h"
#include "runner/commands.h"
#include "runner/mutants.h"
#include "runner/say.h"
#include "runner/spawn.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GRACE_S 10 /* as in run.c */

struct slot {
    struct job job;
    const char *argv[8];
    struct mutated *mutated;
    struct mutant *mutant; /* NULL: the claim as it is, or its placebo */
    bool placebo;
    const char *folder;
};

struct queue {
    struct mutation_run *run;
    struct slot **slots;
    size_t count, room, started, done;
    void (*judge)(struct mutation_run *run, struct slot *slot, int folder);
};

static void add_slot(struct queue *queue, struct mutated *mutated, struct mutant *mutant, bool placebo)
{
    const struct claim *claim = mutated->claim;
    struct slot *slot = keep(sizeof(*slot));
    size_t n = 0;

    slot->mutated = mutated;
    slot->mutant = mutant;
    slot->placebo = placebo;
    slot->folder = mutant    ? keep_format("%s/%s", claim->id, mutant->name)
                   : placebo ? keep_format("%s/placebo", claim->id)
                             : claim->id;
    slot->argv[n++] = claim->experiment->path;
    slot->argv[n++] = "--claim";
    slot->argv[n++] = claim->id;
    slot->argv[n++] = "--into";
    slot->argv[n++] = keep_format("%s/%s", queue->run->folder.path, slot->folder);
    slot->argv[n++] = mutant ? "--mutate" : placebo ? "--placebo" : "--mutants";
    if (mutant)
        slot->argv[n++] = mutant->name;
    slot->job.argv = slot->argv;
    slot->job.limit_s = SETUP_LIMIT_S + claim->timeout_s + GRACE_S;
    slot->job.merge = true;
    slot->job.waits = claim->takes_ms >= TAKES_LONG_MS;
    slot->job.servers = &queue->run->suite->servers;
    queue->slots = keep_grow(queue->slots, queue->count, &queue->room, sizeof(struct slot *));
    queue->slots[queue->count++] = slot;
}

/* Longest first, as in run.c. */
static int by_duration(const void *a, const void *b)
{
    const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;

    if (x->mutated->claim->takes_ms != y->mutated->claim->takes_ms)
        return x->mutated->claim->takes_ms < y->mutated->claim->takes_ms ? 1 : -1;
    return strcmp(x->folder, y->folder);
}

static struct job *next_slot(void *context)
{
    struct queue *queue = context;
    struct slot *slot;

    if (queue->started == queue->count)
        return NULL;
    slot = queue->slots[queue->started++];
    folder_make(&queue->run->folder, slot->folder); /* if not, the run says so */
    return &slot->job;
}

static void slot_done(void *context, struct job *job)
{
    struct queue *queue = context;
    struct slot *slot = (struct slot *)job; /* job is its first member */
    int folder = openat(queue->run->folder.fd, slot->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    queue->judge(queue->run, slot, folder);
    if (folder >= 0)
        close(folder);
    captured_free(&job->output);
    captured_free(&job->errors);
    queue->done++;
}

static void tick(void *context, size_t running)
{
    struct queue *queue = context;

    screen_progress(&queue->run->screen, "%zu/%zu done, %zu running", queue->done, queue->count, running);
}

static int work_off(struct queue *queue)
{
    static const struct jobs_work work = {.next = next_slot, .done = slot_done, .tick = tick};
    static const struct jobs_work quiet = {.next = next_slot, .done = slot_done};
    int result;

    if (queue->count)
        qsort(queue->slots, queue->count, sizeof(struct slot *), by_duration);
    result = jobs_run(jobs_room(queue->run->at_once), queue->run->screen.terminal ? &work : &quiet, queue);
    screen_clear(&queue->run->screen);
    return result;
}

/* --- first: all mutants in memory --- */

/* The same claims' same mutants in every run, but not of every claim the first one. */
static size_t chosen_first(const struct claim *claim, size_t count)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (const char *c = claim->id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash % count;
}

/* Marks the mutants that are to have runs of their own. */
static void choose_own_runs(const struct mutation_run *run, struct mutated *mutated)
{
    size_t exact = 0, first, nth = 0, step;

    for (size_t i = 0; i < mutated->count; i++)
        exact += mutated->list[i].exact && mutated->list[i].fate == MUTANT_KILLED;
    first = exact ? chosen_first(mutated->claim, exact) : 0;
    step = run->sample && (size_t)run->sample < exact ? exact / (size_t)run->sample : 1;
    for (size_t i = 0; i < mutated->count; i++) {
        struct mutant *mutant = &mutated->list[i];
        bool ever = !strcmp(strchr(mutant->name, '.') ? strchr(mutant->name, '.') : "", ".ever");
        size_t place;

        if (mutant->fate == MUTANT_LIVES)
            mutant->wanted = !ever;
        if (mutant->fate != MUTANT_KILLED || !mutant->exact)
            continue;
        place = (nth++ + exact - first) % exact;
        mutant->wanted = run->every || (place % step == 0 && place / step < (size_t)run->sample);
    }
}

static void judge_claim(struct mutation_run *run, struct slot *slot, int folder)
{
    struct mutated *mutated = slot->mutated;

    trial_judge(&mutated->trial, folder, mutated->claim, false, &slot->job);
    if (mutated->trial.outcome != OUTCOME_HOLDS)
        return;
    if (mutants_read(mutated, folder))
        say("cannot read the notebook of %s", mutated->claim->id);
    choose_own_runs(run, mutated);
    if (!mutated->count) /* it expects no packets */
        folder_remove(&run->folder, slot->folder);
}

/* --- then: runs of their own --- */

static void judge_own_run(struct mutation_run *run, struct slot *slot, int folder)
{
    struct trial trial = {0};

    run->own_runs++;
    trial_judge(&trial, folder, slot->mutated->claim, slot->placebo, &slot->job);
    for (size_t i = 0; slot->placebo && i < slot->mutated->count; i++)
        if (slot->mutated->list[i].fate == MUTANT_LIVES && placebo_denies(folder, &slot->mutated->list[i]))
            slot->mutated->list[i].fate = MUTANT_KILLED;
    if (slot->mutant) {
        slot->mutant->fate = trial.outcome == OUTCOME_FAILS   ? MUTANT_KILLED
                             : trial.outcome == OUTCOME_HOLDS ? MUTANT_LIVES
                                                              : MUTANT_BROKEN;
        if (slot->mutant->fate == MUTANT_BROKEN)
            slot->mutant->reason = trial.reason;
    }
    if (!slot->mutant || slot->mutant->fate == MUTANT_KILLED)
        folder_remove(&run->folder, slot->folder);
    trial_free(&trial);
}

static void add_own_runs(struct queue *queue, struct mutated *mutated)
{
    bool placebo = false;

    for (size_t i = 0; i < mutated->count; i++) {
        struct mutant *mutant = &mutated->list[i];

        if (mutant->wanted)
            add_slot(queue, mutated, mutant, false);
        else if (mutant->fate == MUTANT_LIVES)
            placebo = mutated->claim->treated;
    }
    if (placebo)
        add_slot(queue, mutated, NULL, true);
}

/* Evidence of what is as it should be is not kept. */
static void thin_out(struct mutation_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct mutated *mutated = &run->claims[i];
        bool bad = mutated->trial.outcome != OUTCOME_HOLDS;

        for (size_t j = 0; j < mutated->count; j++)
            bad = bad || mutated->list[j].fate == MUTANT_LIVES || mutated->list[j].fate == MUTANT_BROKEN;
        if (!bad)
            folder_remove(&run->folder, mutated->claim->id);
        unlinkat(run->folder.fd, mutated->claim->base, AT_REMOVEDIR); /* of v4 and v6, if both are gone */
    }
}

static int exit_status(const struct mutation_run *run)
{
    size_t judged = 0;

    for (size_t i = 0; i < run->count; i++) {
        enum outcome outcome = run->claims[i].trial.outcome;

        if (outcome == OUTCOME_FAILS || outcome == OUTCOME_BROKEN)
            return EXIT_FAILED;
        judged += run->claims[i].count;
    }
    if (run->fates[MUTANT_LIVES] || run->fates[MUTANT_BROKEN] || run->needless.count)
        return EXIT_FAILED;
    return judged ? EXIT_PASSED : EXIT_NOTHING;
}

static int carry_out(struct mutation_run *run)
{
    struct queue memory = {.run = run, .judge = judge_claim}, own = {.run = run, .judge = judge_own_run};
    int64_t began = now_ms();
    int result;

    for (size_t i = 0; i < run->count; i++)
        add_slot(&memory, &run->claims[i], NULL, false);
    fprintf(run->screen.out, "%zu claim%s with all mutants in memory\n", run->count,
            run->count == 1 ? "" : "s");
    result = work_off(&memory);
    for (size_t i = 0; i < run->count && !result; i++)
        add_own_runs(&own, &run->claims[i]);
    if (!result && own.count) {
        fprintf(run->screen.out, "%zu mutants and placebos in runs of their own\n", own.count);
        result = work_off(&own);
    }
    if (result > 0)
        say("stopped by SIG%s", sigabbrev_np(result));
    if (result)
        return load_failed(result);
    run->wall_ms = now_ms() - began;
    mutants_count(run);
    thin_out(run);
    result = mutants_write(run);
    mutants_report(run);
    return result ? EXIT_WRONG : exit_status(run);
}

static int mutate_chosen(struct mutation_run *run, const char *results)
{
    int result = EXIT_WRONG;

    if (folder_open(&run->folder, results))
        return EXIT_WRONG;
    signals_hold();
    if (folder_clear(&run->folder) == 0)
        result = carry_out(run);
    for (size_t i = 0; i < run->count; i++)
        trial_free(&run->claims[i].trial);
    folder_close(&run->folder);
    servers_stop(&run->suite->servers);
    signals_release();
    return result;
}

int command_mutate(int argc, char **argv)
{
    struct places places = {0};
    struct suite suite = {0};
    struct texts patterns = {0};
    struct claims chosen = {0};
    struct mutation_run run = {.suite = &suite, .folder.fd = -1, .sample = 1};
    const struct option_row options[] = {
        {"--jobs", OPTION_NUMBER, "N", &run.at_once, 1, JOBS_MOST},
        {"--sample", OPTION_NUMBER, "N", &run.sample, 0, 1000},
        {"--every", OPTION_FLAG, NULL, &run.every, 0, 0},
        PLACE_OPTIONS(places),
    };
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &patterns) ||
        places_fill(&places, "mutants"))
        return EXIT_WRONG;
    result = suite_load(&suite, &places);
    if (result)
        return load_failed(result);
    if (choose(&suite, &patterns, &chosen))
        return EXIT_WRONG;
    screen_open(&run.screen, stdout);
    run.claims = keep(chosen.count * sizeof(struct mutated) + 1);
    for (size_t i = 0; i < chosen.count; i++)
        run.claims[run.count++].claim = chosen.list[i];
    return mutate_chosen(&run, places.results);
}

/* SPDX-License-Identifier: MIT */
/* lab judge: verdicts and results.json from evidence that lies there, whoever gathered it
 * (scripts/kernel-run: several guests). */
#include "runner/choose.h"
#include "runner/commands.h"
#include "runner/run.h"
#include "runner/say.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Where and when the claims ran, as their notebooks tell. */
struct origin {
    const char *release, *version, *machine, *time;
    int64_t began_ns, ended_ns;
};

/* NULL, or why this notebook and those before cannot be of one run. */
static const char *take_origin(struct origin *origin, const struct trial *trial)
{
    if (!trial->release || !trial->version || !trial->machine || !trial->time)
        return NULL; /* the claim is broken, and says why */
    if (!origin->release)
        *origin = (struct origin){trial->release, trial->version,  trial->machine,
                                  trial->time,    trial->began_ns, trial->ended_ns};
    if (strcmp(origin->release, trial->release) != 0 || strcmp(origin->version, trial->version) != 0)
        return keep_format("it ran on kernel %s, others on %s", trial->release, origin->release);
    if (strcmp(origin->time, trial->time) != 0)
        return keep_format("it ran in %s time, others in %s time", trial->time, origin->time);
    if (trial->began_ns < origin->began_ns)
        origin->began_ns = trial->began_ns;
    if (trial->ended_ns > origin->ended_ns)
        origin->ended_ns = trial->ended_ns;
    return NULL;
}

/* Reads the notebooks of the chosen claims that have one. -1 after a message. */
static int read_evidence(struct run *run, const struct claims *chosen, struct origin *origin)
{
    run->results = keep(chosen->count * sizeof(struct result) + 1);
    for (size_t i = 0; i < chosen->count; i++) {
        struct result *result = &run->results[run->count];
        int folder = openat(run->folder.fd, chosen->list[i]->id, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const char *odd;

        if (folder < 0 || faccessat(folder, "notebook.jsonl", F_OK, 0) < 0) {
            if (folder >= 0)
                close(folder);
            continue;
        }
        result->claim = chosen->list[i];
        result->trials = keep(sizeof(struct trial));
        result->kept = keep(sizeof(bool));
        trial_read(&result->trials[0], folder, result->claim, run->placebo);
        close(folder);
        result->done = 1;
        run->count++;
        odd = take_origin(origin, &result->trials[0]);
        if (odd) {
            say("%s/%s: %s", run->folder.shown, result->claim->id, odd);
            return -1;
        }
        report_trial(run, result, 0);
        result_conclude(run, result);
    }
    return 0;
}

static void take_place(struct run *run, const struct origin *origin)
{
    snprintf(run->kernel.release, sizeof(run->kernel.release), "%s", origin->release);
    snprintf(run->kernel.version, sizeof(run->kernel.version), "%s", origin->version);
    snprintf(run->kernel.machine, sizeof(run->kernel.machine), "%s", origin->machine);
    run->started.tv_sec = origin->began_ns / 1000000000;
    run->wall_ms = (origin->ended_ns - origin->began_ns) / 1000000;
}

static int judge_chosen(struct run *run, const struct claims *chosen, const char *home)
{
    struct origin origin = {0};
    bool whole;

    if (read_evidence(run, chosen, &origin))
        return EXIT_WRONG;
    if (!origin.release) {
        say("no evidence of a chosen claim in %s: nothing was judged", run->folder.shown);
        return EXIT_NOTHING;
    }
    take_place(run, &origin);
    if (!run->placebo)
        suite_judge(run->suite);
    run->written = results_write(run) == 0;
    whole = run->written && report_write(run, home) == 0;
    report_end(run);
    if (run->count < chosen->count)
        say("%zu of the %zu chosen claims left no evidence in %s: they are not judged",
            chosen->count - run->count, chosen->count, run->folder.shown);
    return whole ? run_status(run) : EXIT_WRONG;
}

int command_judge(int argc, char **argv)
{
    struct places places = {0};
    struct texts patterns = {0};
    struct suite suite = {0};
    struct claims chosen = {0};
    struct run run = {.suite = &suite, .folder.fd = -1, .repeat = 1};
    const struct option_row options[] = {
        {"--placebo", OPTION_FLAG, NULL, &run.placebo, 0, 0},
        PLACE_OPTIONS(places),
    };
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &patterns) ||
        places_fill(&places, run.placebo ? "placebo" : "latest"))
        return EXIT_WRONG;
    result = suite_load(&suite, &places);
    if (result)
        return load_failed(result);
    if (choose(&suite, &patterns, &chosen) || folder_open(&run.folder, places.results))
        return EXIT_WRONG;
    screen_open(&run.screen, stdout);
    run.time = "real";
    result = judge_chosen(&run, &chosen, places.home);
    run_free(&run);
    return result;
}

/* SPDX-License-Identifier: MIT */
/* lab run: from the command line to the exit status. */
#include "runner/choose.h"
#include "runner/commands.h"
#include "runner/run.h"
#include "runner/say.h"
#include "runner/spawn.h"

#include <string.h>

struct asked {
    struct places places;
    struct texts patterns;
    const char *junit, *part;
    bool placebo, tap, verbose, no_report, virtual_time;
    long jobs, repeat, timeout_s, setup_s;
};

static int parse(int argc, char **argv, struct asked *asked)
{
    const struct option_row options[] = {
        {"--jobs", OPTION_NUMBER, "N", &asked->jobs, 1, JOBS_MOST},
        {"--repeat", OPTION_NUMBER, "N", &asked->repeat, 1, 10000},
        {"--timeout", OPTION_NUMBER, "S", &asked->timeout_s, 1, 1000000},
        {"--setup-timeout", OPTION_NUMBER, "S", &asked->setup_s, 1, 1000000},
        {"--part", OPTION_TEXT, "K/N", &asked->part, 0, 0},
        {"--placebo", OPTION_FLAG, NULL, &asked->placebo, 0, 0},
        {"--tap", OPTION_FLAG, NULL, &asked->tap, 0, 0},
        {"--verbose", OPTION_FLAG, NULL, &asked->verbose, 0, 0},
        {"--junit", OPTION_TEXT, "FILE", &asked->junit, 0, 0},
        {"--virtual-time", OPTION_FLAG, NULL, &asked->virtual_time, 0, 0},
        {"--no-report", OPTION_FLAG, NULL, &asked->no_report, 0, 0},
        PLACE_OPTIONS(asked->places),
    };

    asked->repeat = 1;
    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &asked->patterns))
        return -1;
    return places_fill(&asked->places, asked->placebo ? "placebo" : "latest");
}

/* The claims to run, out of those chosen: under placebo only such as have a treatment to leave out. */
static void take_claims(struct run *run, const struct claims *chosen)
{
    run->results = keep(chosen->count * sizeof(struct result) + 1);
    for (size_t i = 0; i < chosen->count; i++) {
        if (run->placebo && !chosen->list[i]->treated)
            claims_add(&run->untreated, chosen->list[i]);
        else
            run->results[run->count++].claim = chosen->list[i];
    }
}

int run_status(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (result_is_bad(run, &run->results[i]))
            return EXIT_FAILED;
    return run->count > run->counts[OUTCOME_SKIPPED] ? EXIT_PASSED : EXIT_NOTHING;
}

/* Everything is in place: runs, judges, writes, prints. */
static int carry_out(const struct asked *asked, struct run *run, struct junit *junit)
{
    int result = run_claims(run);
    bool tap = asked->tap;

    if (result) {
        if (tap)
            tap_bail(result > 0 ? "stopped by a signal" : "the lab itself failed");
        if (result > 0)
            say("stopped by SIG%s: no results were written", sigabbrev_np(result));
        return load_failed(result);
    }
    if (!run->placebo)
        suite_judge(run->suite);
    run->written = results_write(run) == 0;
    if (tap)
        tap_end(run);
    result = junit_write(junit, run);
    if (!asked->no_report && !asked->part && report_write(run, asked->places.home))
        result = -1;
    if (folder_gone(&run->folder)) {
        folder_bury(&run->folder);
        return EXIT_WRONG;
    }
    report_end(run);
    return run->written && result == 0 ? run_status(run) : EXIT_WRONG;
}

static int run_chosen(const struct asked *asked, struct run *run)
{
    struct junit junit;
    int result = EXIT_WRONG;

    if (folder_open(&run->folder, asked->places.results))
        return EXIT_WRONG;
    /* From here to the end a signal is an event, not the end of the process: nothing stays half done. */
    signals_hold();
    if (junit_open(&junit, asked->junit) == 0 && folder_clear(&run->folder) == 0) {
        if (asked->tap)
            tap_start(run);
        result = carry_out(asked, run, &junit);
    }
    junit_drop(&junit);
    run_free(run);
    servers_stop(&run->suite->servers);
    signals_release();
    return result;
}

int command_run(int argc, char **argv)
{
    struct asked asked = {0};
    struct suite suite = {0};
    struct claims chosen = {0};
    struct run run = {.suite = &suite, .folder.fd = -1};
    int result;

    if (parse(argc, argv, &asked))
        return EXIT_WRONG;
    suite.servers.limit_s = asked.setup_s;
    result = suite_load(&suite, &asked.places);
    if (result)
        return load_failed(result);
    if (suite.problems.count) {
        print_problems(&suite);
        say("%zu problem%s in the suite, so nothing was run (lab check tells the same)", suite.problems.count,
            suite.problems.count == 1 ? "" : "s");
        return EXIT_WRONG;
    }
    if (choose(&suite, &asked.patterns, &chosen) || (asked.part && claims_part(&chosen, asked.part)))
        return EXIT_WRONG;
    run.placebo = asked.placebo;
    run.virtual_time = asked.virtual_time;
    run.verbose = asked.verbose;
    run.repeat = asked.repeat;
    run.room = jobs_room(asked.jobs);
    run.timeout_s = asked.timeout_s;
    run.setup_s = asked.setup_s;
    screen_open(&run.screen, asked.tap ? stderr : stdout);
    take_claims(&run, &chosen);
    if (run.count)
        return run_chosen(&asked, &run);
    if (asked.tap)
        tap_start(&run);
    if (chosen.count)
        say("none of the %zu chosen claims has a treatment to leave out: nothing was judged", chosen.count);
    else
        say("there are no claims in %s: nothing was judged", path_words(asked.places.experiments));
    return EXIT_NOTHING;
}

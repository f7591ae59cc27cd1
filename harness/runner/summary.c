/* SPDX-License-Identifier: MIT */
/* What a run says to people: lines as things happen, then what needs attention, then the sums. */
#include "runner/failure.h"
#include "runner/run.h"
#include "runner/verdict.h"

#include <stdlib.h>
#include <string.h>

#define INDENT    "      "
#define FULL_MOST 20 /* claims that need attention are told in full, the others in a line */

static const enum colour colour_of[OUTCOMES] = {
    [OUTCOME_HOLDS] = GREEN,
    [OUTCOME_FAILS] = RED,
    [OUTCOME_SKIPPED] = YELLOW,
    [OUTCOME_BROKEN] = RED,
};

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static const char *first_line(const char *text)
{
    return keep_bytes(text, strcspn(text, "\n"));
}

void report_start(struct run *run)
{
    fprintf(run->screen.out, "%s%zu claim%s%s, %ld at a time%s, kernel %s\n",
            run->placebo ? "placebo run of " : "", run->count, plural(run->count),
            run->repeat > 1 ? keep_format(", %ld times each", run->repeat) : "", run->room.at_once,
            run->room.waiting ? " beside those that wait" : "", run->kernel.release);
    fflush(run->screen.out);
}

static const char *outcome_of(const struct run *run, enum outcome outcome)
{
    if (run->placebo && outcome == OUTCOME_HOLDS)
        return "insensitive";
    return outcome_words[outcome];
}

static void head_line(struct run *run, const struct claim *claim, enum outcome outcome, const char *more)
{
    enum colour colour = colour_of[outcome];

    if (run->placebo && (outcome == OUTCOME_HOLDS || outcome == OUTCOME_FAILS))
        colour = outcome == OUTCOME_HOLDS ? RED : GREEN;

    fprintf(run->screen.out, "%s%s%s  %s%s", colour_on(&run->screen, colour), outcome_of(run, outcome),
            colour_off(&run->screen), claim->id, more);
}

void report_trial(struct run *run, const struct result *result, size_t number)
{
    const struct trial *trial = &result->trials[number];
    bool good = trial->outcome == (run->placebo ? OUTCOME_FAILS : OUTCOME_HOLDS);
    const char *words = first_line(trial->outcome == OUTCOME_HOLDS ? result->claim->sentence : trial->reason);

    if (!run->verbose && (good || trial->outcome == OUTCOME_SKIPPED))
        return;
    screen_clear(&run->screen);
    head_line(run, result->claim, trial->outcome,
              run->repeat > 1 ? keep_format(" (run %zu)", number + 1) : "");
    if (run->verbose)
        fprintf(run->screen.out, "  %.2f s", trial->wall_ms / 1e3);
    fprintf(run->screen.out, "%s%s\n", good ? "" : ": ", good ? "" : words);
    fflush(run->screen.out);
}

/* Many that went wrong have mostly one cause: after those told in full, a line for each is enough. */
static void report_bad(struct run *run, const struct result *result, size_t number)
{
    const struct trial *final = &result->final;
    struct show_style style;

    if (number < FULL_MOST) {
        show_style_for(run->screen.out, &style);
        fputc('\n', run->screen.out);
        head_line(run, result->claim, final->outcome, "\n");
        failure_draw(run, result, run->screen.out, &style);
        return;
    }
    if (number == FULL_MOST)
        fputs("\n", run->screen.out);
    head_line(run, result->claim, final->outcome,
              keep_format(": %s\n", first_line(final->outcome == OUTCOME_HOLDS ? result->claim->sentence
                                                                               : final->reason)));
}

static void report_all_bad(struct run *run)
{
    size_t number = 0;

    for (size_t i = 0; i < run->count; i++)
        if (result_is_bad(run, &run->results[i]))
            report_bad(run, &run->results[i], number++);
    if (number > FULL_MOST)
        fprintf(run->screen.out, "the %zu above in full: build/lab show CLAIM\n", number - FULL_MOST);
}

static int by_reason(const void *a, const void *b)
{
    const struct result *x = *(const struct result *const *)a, *y = *(const struct result *const *)b;
    int order = strcmp(x->final.reason, y->final.reason);

    return order ? order : strcmp(x->claim->id, y->claim->id);
}

static void report_skipped(struct run *run)
{
    const struct result **skipped = keep(run->count * sizeof(struct result *) + 1);
    size_t count = 0;

    for (size_t i = 0; i < run->count; i++)
        if (run->results[i].final.outcome == OUTCOME_SKIPPED)
            skipped[count++] = &run->results[i];
    if (!count)
        return;
    qsort(skipped, count, sizeof(struct result *), by_reason);
    for (size_t i = 0; i < count;) {
        const char *reason = skipped[i]->final.reason;
        size_t same = i;

        while (same < count && strcmp(skipped[same]->final.reason, reason) == 0)
            same++;
        fprintf(run->screen.out, "\n%s%s%s  %zu claim%s%s\n", colour_on(&run->screen, YELLOW), "skipped",
                colour_off(&run->screen), same - i, plural(same - i), run->placebo ? ", not judged" : "");
        screen_block(&run->screen, INDENT, reason);
        for (; i < same; i++)
            fprintf(run->screen.out, INDENT "  %s\n", skipped[i]->claim->id);
    }
}

static void report_untreated(struct run *run)
{
    if (!run->untreated.count)
        return;
    fprintf(run->screen.out, "\nnot judged  %zu claim%s without a treatment to leave out\n",
            run->untreated.count, plural(run->untreated.count));
    for (size_t i = 0; i < run->untreated.count; i++)
        fprintf(run->screen.out, INDENT "  %s\n", run->untreated.list[i]->id);
}

static void report_sums(struct run *run)
{
    const struct result *longest = NULL;
    size_t verdicts[VERDICTS];

    fprintf(run->screen.out, "\nclaims      %zu hold%s, %zu fail%s, %zu skipped, %zu broken",
            run->counts[OUTCOME_HOLDS], run->counts[OUTCOME_HOLDS] == 1 ? "s" : "",
            run->counts[OUTCOME_FAILS], run->counts[OUTCOME_FAILS] == 1 ? "s" : "",
            run->counts[OUTCOME_SKIPPED], run->counts[OUTCOME_BROKEN]);
    if (run->count + run->untreated.count < run->suite->claims.count)
        fprintf(run->screen.out, " (%zu of %zu claims were chosen)", run->count + run->untreated.count,
                run->suite->claims.count);
    fputc('\n', run->screen.out);
    if (!run->placebo) {
        verdicts_count(run->suite, verdicts);
        fputs("statements  ", run->screen.out);
        for (int i = 0; i < VERDICTS; i++)
            fprintf(run->screen.out, "%s%zu %s", i ? ", " : "", verdicts[i], verdict_words[i]);
        fputc('\n', run->screen.out);
    }
    for (size_t i = 0; i < run->count; i++)
        if (!longest || run->results[i].final.wall_ms > longest->final.wall_ms)
            longest = &run->results[i];
    fprintf(run->screen.out, "time        %.1f s", (double)run->wall_ms / 1e3);
    if (longest)
        fprintf(run->screen.out, ", longest claim %.1f s (%s)", longest->final.wall_ms / 1e3,
                longest->claim->id);
    fprintf(run->screen.out, "\nresults     %s, kernel %s %s, %s time\n",
            run->written ? keep_format("%s/results.json", run->folder.shown) : "could not be written",
            run->kernel.release, run->kernel.machine, run->time);
    if (run->report)
        fprintf(run->screen.out, "report      %s/%s\n", run->folder.shown, run->report);
}

void report_end(struct run *run)
{
    const size_t *counts = run->counts;
    size_t bad = counts[OUTCOME_BROKEN] + counts[run->placebo ? OUTCOME_HOLDS : OUTCOME_FAILS];
    enum colour colour = bad ? RED : run->count > counts[OUTCOME_SKIPPED] ? GREEN : YELLOW;

    report_all_bad(run);
    report_skipped(run);
    report_untreated(run);
    report_sums(run);
    fputs(colour_on(&run->screen, colour), run->screen.out);
    if (run->placebo)
        fprintf(run->screen.out, "placebo: %zu of %zu treated claims turned red%s", counts[OUTCOME_FAILS],
                run->count - counts[OUTCOME_SKIPPED],
                counts[OUTCOME_SKIPPED] ? keep_format(" (%zu skipped, not judged)", counts[OUTCOME_SKIPPED])
                                        : "");
    else
        fprintf(run->screen.out, "%zu passed, %zu failed, %zu skipped", counts[OUTCOME_HOLDS], bad,
                counts[OUTCOME_SKIPPED]);
    fprintf(run->screen.out, "%s\n", colour_off(&run->screen));
    github_summary(run);
}

/* SPDX-License-Identifier: MIT */
/*
 * The summary of a run in GitHub Actions: Markdown, appended to the file that GITHUB_STEP_SUMMARY names.
 * GitHub refuses the whole when a step's file is larger than 1 MiB, so that failures beyond a part of that
 * only have their names told.
 */
#include "runner/failure.h"
#include "runner/run.h"
#include "runner/say.h"
#include "runner/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DETAILS_MOST (200 * 1024) /* bytes, several runs of one step add up */
#define NAMES_MOST   100          /* of one kind that is only listed */

/* In HTML, which Markdown leaves alone: what a claim says must not become markup. */
static void escaped_lines(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&' || *text == '<' || *text == '>')
            fprintf(out, "&#%d;", *text);
        else
            fputc(*text, out);
    }
}

/* The same outside of <pre>, where a blank line would end the HTML, and what follows it be Markdown. */
static void escaped(FILE *out, const char *text)
{
    char *line = keep_text(text);

    for (char *at = line; (at = strchr(at, '\n')) != NULL;)
        *at = ' ';
    escaped_lines(out, line);
}

static const char *outcome_of(const struct run *run, const struct result *result)
{
    return run->placebo && result->final.outcome == OUTCOME_HOLDS ? "insensitive"
                                                                  : outcome_words[result->final.outcome];
}

static void write_sums(FILE *out, const struct run *run)
{
    const size_t *counts = run->counts;
    size_t verdicts[VERDICTS], bad = 0;

    for (size_t i = 0; i < run->count; i++)
        bad += result_is_bad(run, &run->results[i]);
    fprintf(out, "### sockopt-lab%s: %zu of %zu claims need attention\n\n",
            run->placebo ? ", placebo run" : "", bad, run->count);
    fprintf(
        out,
        "| hold | fail | skipped | broken |\n| ---: | ---: | ---: | ---: |\n| %zu | %zu | %zu | %zu |\n\n",
        counts[OUTCOME_HOLDS], counts[OUTCOME_FAILS], counts[OUTCOME_SKIPPED], counts[OUTCOME_BROKEN]);
    if (!run->placebo) {
        verdicts_count(run->suite, verdicts);
        fputs("Statements: ", out);
        for (int i = 0; i < VERDICTS; i++)
            fprintf(out, "%s%zu %s", i ? ", " : "", verdicts[i], verdict_words[i]);
        fputs(".  \n", out); /* two blanks: a line break */
    }
    fprintf(out, "Kernel %s %s, %s time, %.1f s.\n", run->kernel.release, run->kernel.machine, run->time,
            (double)run->wall_ms / 1e3);
}

static void write_detail(FILE *out, const struct run *run, const struct result *result)
{
    fprintf(out, "\n<details><summary><b>%s</b> <code>", outcome_of(run, result));
    escaped(out, result->claim->id);
    fputs("</code> ", out);
    escaped(out, result->claim->sentence);
    fputs("</summary>\n\n<pre>\n", out); /* inside of which blank lines end nothing */
    escaped_lines(out, failure_text(run, result));
    fputs("</pre>\n</details>\n", out);
}

static void write_bad(FILE *out, const struct run *run)
{
    size_t told = 0, left = 0;

    for (size_t i = 0; i < run->count; i++) {
        const struct result *result = &run->results[i];

        if (!result_is_bad(run, result))
            continue;
        if (told++ == 0)
            fputs("\n#### Needs attention\n", out);
        if (ftell(out) < DETAILS_MOST) {
            write_detail(out, run, result);
        } else if (left++ < NAMES_MOST) {
            fprintf(out, "%s\n- **%s** <code>", left == 1 ? "\n" : "", outcome_of(run, result));
            escaped(out, result->claim->id);
            fputs("</code>", out);
        }
    }
    if (left > NAMES_MOST)
        fprintf(out, "\n- and %zu more", left - NAMES_MOST);
    if (left)
        fputc('\n', out);
}

static int by_reason(const void *a, const void *b)
{
    const struct result *x = *(const struct result *const *)a, *y = *(const struct result *const *)b;
    int order = strcmp(x->final.reason, y->final.reason);

    return order ? order : strcmp(x->claim->id, y->claim->id);
}

static void write_skipped(FILE *out, const struct run *run)
{
    const struct result **skipped = keep(run->count * sizeof(struct result *) + 1);
    size_t count = 0;

    for (size_t i = 0; i < run->count; i++)
        if (run->results[i].final.outcome == OUTCOME_SKIPPED)
            skipped[count++] = &run->results[i];
    if (count) {
        fputs("\n#### Skipped\n", out);
        qsort(skipped, count, sizeof(struct result *), by_reason);
    }
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && strcmp(skipped[end]->final.reason, skipped[i]->final.reason) == 0;)
            end++;
        fprintf(out, "\n<details><summary>%zu claim%s: ", end - i, end - i == 1 ? "" : "s");
        escaped(out, skipped[i]->final.reason);
        fputs("</summary>\n\n<pre>\n", out);
        for (size_t j = i; j < end && j - i < NAMES_MOST; j++) {
            escaped(out, skipped[j]->claim->id);
            fputc('\n', out);
        }
        if (end - i > NAMES_MOST)
            fprintf(out, "and %zu more\n", end - i - NAMES_MOST);
        fputs("</pre>\n</details>\n", out);
    }
}

static int append(const char *path, const char *text, size_t length)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666),
        number; /* a pipe may have no reader */

    if (fd < 0)
        return errno;
    number = write_all(fd, text, length);
    if (close(fd) && !number)
        number = errno;
    return number;
}

void github_summary(const struct run *run)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");
    char *text = NULL;
    size_t length = 0;
    FILE *out;
    int number;

    if (!path || !*path)
        return;
    out = open_memstream(&text, &length);
    if (out) {
        write_sums(out, run);
        write_bad(out, run);
        write_skipped(out, run);
        fputc('\n', out);
        number = fclose(out) ? errno : append(path, text, length);
    } else {
        number = errno;
    }
    free(text);
    if (number)
        say_errno(number, "GITHUB_STEP_SUMMARY: cannot write %s", path);
}

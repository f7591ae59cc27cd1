/* SPDX-License-Identifier: MIT */
/*
 * TAP version 14 (testanything.org) on standard output. The points come at the
 * end, sorted by id, so that two runs can be compared; the plan comes first,
 * so that a run that is killed is seen to be incomplete.
 */
#include "runner/run.h"

#include <stdio.h>
#include <string.h>

void tap_start(const struct run *run)
{
    printf("TAP version 14\n1..%zu%s\n", run->count, run->count ? "" : " # SKIP no claims");
    fflush(stdout);
}

/* In a description '#' would begin a directive; a line end would end it. */
static void description(const char *text)
{
    for (; *text && *text != '\n'; text++) {
        if (*text == '#' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
}

static void yaml_text(const char *key, const char *text)
{
    if (!text || !*text)
        return;
    /* A block scalar needs no quoting; its first line may begin with blanks, so the indentation is named. */
    printf("  %s: |2\n", key);
    while (*text) {
        size_t length = strcspn(text, "\n");

        printf("    %.*s\n", (int)length, text);
        text += length;
        if (*text)
            text++;
    }
}

static void diagnostics(const struct result *result)
{
    const struct claim *claim = result->claim;

    printf("  ---\n  outcome: %s\n  at: %s:%ld\n", outcome_words[result->final.outcome],
           claim->experiment->file, result->final.line ? result->final.line : claim->line);
    yaml_text("sentence", claim->sentence);
    yaml_text("reason", result->final.reason);
    yaml_text("report", result->final.report);
    printf("  evidence: %s\n  ...\n", claim->id);
}

void tap_end(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct result *result = &run->results[i];

        printf("%sok %zu - ", result_is_bad(run, result) ? "not " : "", i + 1);
        description(result->claim->id);
        if (result->final.outcome == OUTCOME_SKIPPED) {
            fputs(" # SKIP ", stdout);
            description(result->final.reason);
        }
        putchar('\n');
        if (result_is_bad(run, result))
            diagnostics(result);
    }
    fflush(stdout);
}

void tap_bail(const char *reason)
{
    printf("Bail out! %s\n", reason);
    fflush(stdout);
}

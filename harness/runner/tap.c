/* SPDX-License-Identifier: MIT */
/*
 * TAP version 14 (testanything.org) on standard output. The points come at the
 * end, sorted by id, so that two runs can be compared; the plan comes first,
 * so that a run that is killed is seen to be incomplete.
 */
#include "runner/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is printed here is the same in version 13, and perl's prove knows no later one up to 3.44 (Debian 12):
 * it tells those that it runs its version.
 */
static const char *version(void)
{
    const char *prove = getenv("HARNESS_VERSION");

    return prove && strtod(prove, NULL) < 3.45 ? "13" : "14";
}

void tap_start(const struct run *run)
{
    printf("TAP version %s\n1..%zu%s\n", version(), run->count, run->count ? "" : " # SKIP no claims");
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

/*
 * A block scalar needs no quoting. YAML takes its indentation from its first line, which therefore must not
 * begin with blanks; to perl's reader a line that is shorter than it, an empty one too, is the end.
 */
static void yaml_text(const char *key, const char *text)
{
    if (!text || !*text)
        return;
    printf("  %s: |\n", key);
    text += strspn(text, " \n");
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

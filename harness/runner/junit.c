/* SPDX-License-Identifier: MIT */
/*
 * JUnit XML, as CI systems read it: a test case a claim, in one suite an experiment. There is no one schema
 * of it; only what all of them know is written, and harness/tests/junit.xsd says what that is.
 */
#include "runner/failure.h"
#include "runner/run.h"

#include "runner/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int junit_open(struct junit *junit, const char *path)
{
    struct stat status;
    int number;

    junit->path = path;
    junit->file = (struct whole){.fd = -1};
    if (!path)
        return 0;
    /* What is there is replaced by rename, which must not replace a device or a link. */
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        say("--junit FILE: %s exists and is not a regular file", path);
        return -1;
    }
    number = whole_open(&junit->file, AT_FDCWD, path, keep_format("%s.%ld.new", path, (long)getpid()));
    if (!number)
        return 0;
    say_errno(number, "--junit FILE: cannot write %s", path);
    return -1;
}

void junit_drop(struct junit *junit)
{
    whole_drop(&junit->file);
}

/* Texts are clean already (keep_clean): only XML's own characters are left to escape. */
static void escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

static void attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    escaped(out, value);
    fputc('"', out);
}

static void element(FILE *out, const char *name, const struct run *run, const struct result *result,
                    const char *message)
{
    fprintf(out, "      <%s", name);
    attribute(out, "message", keep_bytes(message, strcspn(message, "\n")));
    attribute(out, "type", outcome_words[result->final.outcome]);
    if (result->final.outcome == OUTCOME_SKIPPED) {
        fputs("/>\n", out);
        return;
    }
    fputc('>', out);
    escaped(out, keep_format("\n%s", failure_text(run, result)));
    fprintf(out, "</%s>\n", name);
}

static void test_case(FILE *out, const struct run *run, const struct result *result)
{
    const struct claim *claim = result->claim;

    fputs("    <testcase", out);
    attribute(out, "classname", claim->experiment->name);
    attribute(out, "name", claim->id);
    fprintf(out, " time=\"%.3f\">\n", result->final.wall_ms / 1e3);
    if (result->final.outcome == OUTCOME_SKIPPED)
        element(out, "skipped", run, result, result->final.reason);
    else if (result->final.outcome == OUTCOME_BROKEN)
        element(out, "error", run, result, result->final.reason);
    else if (result_is_bad(run, result))
        element(out, "failure", run, result,
                run->placebo ? "holds without its treatment" : result->final.reason);
    fputs("    </testcase>\n", out);
}

/* Attributes; returns how many were skipped. */
static size_t counts_of(FILE *out, const struct run *run, size_t from, size_t to)
{
    size_t failures = 0, errors = 0, skipped = 0;
    double seconds = 0;

    for (size_t i = from; i < to; i++) {
        const struct result *result = &run->results[i];

        skipped += result->final.outcome == OUTCOME_SKIPPED;
        errors += result->final.outcome == OUTCOME_BROKEN;
        failures += result_is_bad(run, result) && result->final.outcome != OUTCOME_BROKEN;
        seconds += result->final.wall_ms / 1e3;
    }
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\"", to - from, failures, errors,
            seconds);
    return skipped;
}

static void property(FILE *out, const char *name, const char *value)
{
    fputs("      <property", out);
    attribute(out, "name", name);
    attribute(out, "value", value);
    fputs("/>\n", out);
}

/* The claims of one experiment. */
static void suite(FILE *out, const struct run *run, size_t from, size_t to)
{
    const struct experiment *experiment = run->results[from].claim->experiment;
    char started[32];
    struct tm utc;

    gmtime_r(&run->started.tv_sec, &utc);
    strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%S", &utc);
    fputs("  <testsuite", out);
    attribute(out, "name", experiment->name);
    attribute(out, "file", experiment->file);
    attribute(out, "timestamp", started);
    fprintf(out, " skipped=\"%zu\"", counts_of(out, run, from, to));
    fputs(">\n    <properties>\n", out);
    property(out, "kernel", run->kernel.release);
    property(out, "clock", run->time);
    property(out, "option", experiment->option);
    fputs("    </properties>\n", out);
    for (size_t i = from; i < to; i++)
        test_case(out, run, &run->results[i]);
    fputs("  </testsuite>\n", out);
}

static void document(FILE *out, const struct run *run)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"sockopt-lab\"", out);
    counts_of(out, run, 0, run->count);
    fputs(">\n", out);
    for (size_t i = 0, next; i < run->count; i = next) { /* sorted by id, so by experiment */
        for (next = i;
             next < run->count && run->results[next].claim->experiment == run->results[i].claim->experiment;)
            next++;
        suite(out, run, i, next);
    }
    fputs("</testsuites>\n", out);
}

int junit_write(struct junit *junit, const struct run *run)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out;
    int number;

    if (junit->file.fd < 0)
        return 0;
    out = open_memstream(&text, &length);
    if (!out)
        number = errno;
    else {
        document(out, run);
        number = fclose(out) ? errno : write_all(junit->file.fd, text, length);
    }
    free(text);
    if (!number)
        number = whole_keep(&junit->file);
    if (!number)
        return 0;
    say_errno(number, "--junit FILE: cannot write %s", junit->path);
    junit_drop(junit);
    return -1;
}

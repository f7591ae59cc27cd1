/* SPDX-License-Identifier: MIT */
/* Reads a notebook for what the lab needs of it: the outcome and why, facts, captures. */
#include "runner/trial.h"

#include "runner/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PRINTED_MOST 2000 /* bytes of a process's own words that go into the reason */

struct reading {
    struct trial *trial;
    const struct claim *claim;
    bool placebo, started, ended;
    long lossy; /* packets that a capture missed */
    const char *lossy_file;
};

static const char *member(const json_t *record, const char *key)
{
    const json_t *value = json_object_get(record, key);

    return json_is_string(value) ? keep_clean(json_string_value(value), json_string_length(value)) : NULL;
}

static int64_t member_integer(const json_t *record, const char *key)
{
    const json_t *value = json_object_get(record, key);

    return json_is_integer(value) ? (int64_t)json_integer_value(value) : 0;
}

static long member_number(const json_t *record, const char *key)
{
    return (long)member_integer(record, key);
}

/* Each take_ function returns NULL, or what is wrong with the record. */

static const char *take_start(struct reading *reading, const json_t *record)
{
    const char *id = member(record, "claim");

    if (reading->started)
        return "a second start";
    reading->started = true;
    reading->trial->time = member(record, "time");
    reading->trial->release = member(record, "kernel");
    reading->trial->version = member(record, "version");
    reading->trial->machine = member(record, "machine");
    reading->trial->began_ns = member_integer(record, "t");
    if (!id || strcmp(id, reading->claim->id) != 0)
        return keep_format("it is the notebook of another claim: `%s'", id ? id : "");
    if (json_is_true(json_object_get(record, "placebo")) != reading->placebo)
        return reading->placebo ? "--placebo was asked for and ignored"
                                : "a placebo run that nobody asked for";
    return NULL;
}

static const char *take_fact(struct reading *reading, const json_t *record)
{
    const char *name = member(record, "name"), *unit = member(record, "unit");
    json_t *value = json_object_get(record, "value");

    if (!name || (!json_is_number(value) && !json_is_string(value)))
        return "a fact needs a name, and a number or text as value";
    if (json_is_string(value))
        value = json_string(member(record, "value"));
    else
        json_incref(value);
    json_array_append_new(reading->trial->facts, json_pack("{s:s, s:o, s:s}", "name", name, "value", value,
                                                           "unit", unit ? unit : ""));
    return NULL;
}

static const char *take_expect(struct reading *reading, const json_t *record)
{
    /* the first one explains the rest */
    if (json_is_false(json_object_get(record, "ok")) && !reading->trial->report) {
        const char *report = member(record, "report");

        reading->trial->report = report && *report ? report : member(record, "text");
        reading->trial->line = reading->trial->report_line = member_number(record, "line");
    }
    return NULL;
}

static const char *take_end(struct reading *reading, const json_t *record)
{
    const char *outcome = member(record, "outcome"), *reason = member(record, "reason");
    json_t *captures = json_object_get(record, "captures"), *capture;
    size_t i;

    reading->ended = true;
    reading->trial->outcome = outcome ? outcome_parse(outcome) : OUTCOME_NONE;
    if (reading->trial->outcome == OUTCOME_NONE)
        return keep_format("unknown outcome `%s'", outcome ? outcome : "");
    reading->trial->ended_ns = member_integer(record, "t");
    reading->trial->wall_ms = (double)(reading->trial->ended_ns - reading->trial->began_ns) / 1e6;
    reading->trial->cpu_ms = (double)member_integer(record, "cpu_ns") / 1e6;
    reading->trial->reason = reason ? reason : "";
    if (!*reading->trial->reason && reading->trial->outcome != OUTCOME_HOLDS)
        reading->trial->reason = "no reason given";
    if (member_number(record, "line"))
        reading->trial->line = member_number(record, "line");
    json_array_foreach(captures, i, capture)
    {
        const char *file = member(capture, "file");

        if (!file || strchr(file, '/'))
            return "a capture without the name of its file";
        texts_add(&reading->trial->captures, file);
        if (member_number(capture, "dropped")) {
            reading->lossy = member_number(capture, "dropped");
            reading->lossy_file = file;
        }
    }
    return NULL;
}

static const char *take_record(struct reading *reading, const json_t *record)
{
    static const struct {
        const char *kind;
        const char *(*take)(struct reading *, const json_t *);
    } takers[] = {{"start", take_start}, {"fact", take_fact}, {"expect", take_expect}, {"end", take_end}};
    const char *kind = json_string_value(json_object_get(record, "kind"));

    if (!kind)
        return "a record without a kind";
    if (reading->ended)
        return "it goes on after its end";
    if (!reading->started && strcmp(kind, "start") != 0)
        return "it does not begin with start";
    for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
        if (strcmp(kind, takers[i].kind) == 0)
            return takers[i].take(reading, record);
    return NULL;
}

static void broken(struct trial *trial, const char *reason)
{
    trial->outcome = OUTCOME_BROKEN;
    trial->reason = reason;
}

/*
 * Whether the line is of a kind that tells the story and decides nothing, by how every record begins
 * (claim/notebook.c): most of a notebook, and understanding JSON is the larger part of reading it.
 */
static bool is_story(const char *line)
{
    static const char *const kinds[] = {"bench", "call", "note", "output", "packet", "sysctl", "wire"};
    char kind[16];
    int end = 0;

    if (sscanf(line, "{\"t\":%*d,\"kind\":\"%15[a-z]\",%n", kind, &end) != 1 || !end)
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static void read_lines(struct reading *reading, FILE *file)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    const char *what = NULL;
    long line = 0;

    while (!what && (length = getline(&text, &room, file)) >= 0) {
        json_error_t error;
        json_t *record;

        line++;
        if (reading->started && !reading->ended && length > 2 && memcmp(text + length - 2, "}\n", 2) == 0 &&
            is_story(text))
            continue;
        record = json_loadb(text, (size_t)length, 0, &error);
        if (text[length - 1] != '\n')
            what = "the last line is cut off";
        else if (!json_is_object(record))
            what = record ? "not a JSON object" : keep_clean(error.text, strlen(error.text));
        else
            what = take_record(reading, record);
        json_decref(record);
    }
    if (what)
        broken(reading->trial, keep_format("notebook.jsonl:%ld: %s", line, what));
    else if (ferror(file))
        broken(reading->trial, keep_format("cannot read notebook.jsonl: %s", errno_words(errno)));
    else if (!reading->ended)
        broken(reading->trial, line ? "the notebook has no end" : "the notebook is empty");
    free(text);
}

void trial_read(struct trial *trial, int folder, const struct claim *claim, bool placebo)
{
    struct reading reading = {.trial = trial, .claim = claim, .placebo = placebo};
    /* O_NONBLOCK: whatever a broken experiment left there, opening it must not wait */
    int fd = openat(folder, "notebook.jsonl", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    FILE *file;

    trial->reason = "";
    trial->facts = json_array();
    if (fd < 0) {
        broken(trial, errno == ENOENT ? "there is no notebook"
                                      : keep_format("cannot open notebook.jsonl: %s", errno_words(errno)));
        return;
    }
    if (fstat(fd, &status) || !S_ISREG(status.st_mode) || !(file = fdopen(fd, "re"))) {
        broken(trial, "notebook.jsonl is not a file");
        close(fd);
        return;
    }
    read_lines(&reading, file);
    fclose(file);
    if (reading.lossy && (trial->outcome == OUTCOME_HOLDS || trial->outcome == OUTCOME_FAILS))
        broken(trial, keep_format("the capture %s missed %ld packets", reading.lossy_file, reading.lossy));
}

/* What the process printed, if anything: "; it printed: LINE", or the lines below. */
static const char *printed(const struct captured *output)
{
    size_t length = output->length, half = PRINTED_MOST / 2;
    const char *text;

    while (length && strchr(" \n", output->bytes[length - 1]))
        length--;
    if (!length)
        return "";
    if (length <= PRINTED_MOST && !output->left_out)
        text = keep_clean(output->bytes, length);
    else if (length <= PRINTED_MOST)
        text = keep_format("%s\n[and %zu bytes more]", keep_clean(output->bytes, length), output->left_out);
    else
        text = keep_format("%s\n[... %zu bytes left out ...]\n%s", keep_clean(output->bytes, half),
                           length - 2 * half + output->left_out,
                           keep_clean(output->bytes + length - half, half));
    return keep_format(strchr(text, '\n') ? "it printed:\n%s" : "it printed: %s", text);
}

void trial_judge(struct trial *trial, int folder, const struct claim *claim, bool placebo,
                 const struct job *job)
{
    const char *words = printed(&job->output), *ending = NULL;

    trial_read(trial, folder, claim, placebo);
    trial->wall_ms = job->wall_ms;
    trial->cpu_ms = job->cpu_ms;
    if (job->start_error)
        ending = keep_format("it could not be started: %s", errno_words(job->start_error));
    else if (job->over_limit)
        ending = keep_format("killed by lab after %ld s: its own time limit did not end it", job->limit_s);
    else if (!WIFEXITED(job->status) || WEXITSTATUS(job->status))
        ending = status_words(job->status);
    if (ending) {
        /* its own words for what went wrong come first, the missing end of the notebook is the consequence */
        const char *notebook =
            trial->outcome == OUTCOME_BROKEN
                ? trial->reason
                : keep_format("its notebook had ended with `%s'", outcome_words[trial->outcome]);

        broken(trial, keep_format("%s; %s", ending, notebook));
    }
    if (*words)
        trial->reason = *trial->reason ? keep_format("%s; %s", trial->reason, words) : words;
}

void trial_free(struct trial *trial)
{
    json_decref(trial->facts);
    trial->facts = NULL;
}

/* SPDX-License-Identifier: MIT */
/* The line of progress. */
#include "runner/progress.h"

#include "packet/text.h"

#include <string.h>

#define NAME_LEAST 20   /* columns below which a claim's name says too little */
#define TOLD_AFTER 1000 /* ms of a run from which what is left can be told */
#define WORD       32

void progress_start(struct progress *progress, const struct claim *claim, size_t trial, int64_t now)
{
    progress->running =
        keep_grow(progress->running, progress->count, &progress->room, sizeof(*progress->running));
    progress->running[progress->count++] = (struct progress_running){claim, trial, now};
}

void progress_done(struct progress *progress, const struct claim *claim, size_t trial, enum outcome outcome,
                   double took_ms)
{
    size_t i = 0;

    while (i < progress->count &&
           (progress->running[i].claim != claim || progress->running[i].trial != trial))
        i++;
    if (i < progress->count) {
        progress->count--;
        memmove(&progress->running[i], &progress->running[i + 1],
                (progress->count - i) * sizeof(*progress->running));
    }
    progress->done++;
    progress->rest_ms -= claim->takes_ms;
    if (outcome == OUTCOME_SKIPPED) /* at once, whatever it would have taken */
        return;
    progress->judged++;
    if ((int64_t)took_ms > claim->takes_ms)
        progress->more_ms += (int64_t)took_ms - claim->takes_ms;
}

int64_t progress_left_ms(const struct progress *progress, int64_t now)
{
    int64_t rest = (int64_t)(progress->total - progress->done), at_once = (int64_t)progress->at_once;
    int64_t more, work, longest = 0;

    if (!progress->judged || !rest || now - progress->began < TOLD_AFTER)
        return -1;
    more = progress->more_ms / (int64_t)progress->judged;
    work = progress->rest_ms + more * rest;
    for (size_t i = 0; i < progress->count; i++) {
        int64_t age = now - progress->running[i].began, takes = progress->running[i].claim->takes_ms + more;

        work -= age < takes ? age : takes;
        if (takes - age > longest)
            longest = takes - age;
    }
    /* side by side, but none is cut in pieces */
    work /= at_once < rest ? at_once : rest;
    return work > longest ? work : longest;
}

/* "14 s", "2m05s", "1h10m" */
static const char *duration(int64_t ms, char text[WORD])
{
    int64_t s = ms / 1000;

    if (s < 100)
        snprintf(text, WORD, "%d s", (int)s);
    else if (s < 6000)
        snprintf(text, WORD, "%dm%02ds", (int)(s / 60), (int)(s % 60));
    else
        snprintf(text, WORD, "%lldh%02dm", (long long)(s / 3600), (int)(s / 60 % 60));
    return text;
}

static bool is_old(const struct progress_running *running, int64_t now)
{
    int64_t age = now - running->began;

    return age >= PROGRESS_OLD_MS && age > running->claim->takes_ms;
}

/* Of a long name the end: "...gives_ehostunreach_in_the_end/v6". */
static void add_name(struct text *line, const char *name, size_t columns)
{
    size_t length = strlen(name);

    if (length <= columns)
        text_add(line, "%s", name);
    else
        text_add(line, "...%s", name + length - (columns - 3));
}

static void add_old(struct text *line, const struct progress *progress, int64_t now, size_t columns)
{
    const char *before = "; ";
    char age[WORD];

    for (size_t i = 0; i < progress->count; i++) {
        const struct progress_running *running = &progress->running[i];
        size_t used = line->length + strlen(before) + strlen(duration(now - running->began, age)) + 1;

        if (!is_old(running, now))
            continue;
        if (used + NAME_LEAST > columns)
            break;
        text_add(line, "%s%s ", before, age);
        add_name(line, running->claim->id, columns - used);
        before = ", ";
    }
}

/* After a comma, if there is room for all of it. */
__attribute__((format(printf, 2, 3))) static void add_part(struct text *line, const char *format, ...)
{
    char part[2 * WORD];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(part, sizeof(part), format, arguments);
    va_end(arguments);
    if (line->length + strlen(", ") + strlen(part) < line->size)
        text_add(line, ", %s", part);
}

const char *progress_line(const struct progress *progress, int64_t now, unsigned columns,
                          char line[PROGRESS_TEXT])
{
    struct text text = text_begin(line, columns < PROGRESS_TEXT ? columns + 1 : PROGRESS_TEXT);
    int64_t left = progress_left_ms(progress, now);
    char word[WORD];

    text_add(&text, "%zu/%zu done", progress->done, progress->total);
    add_part(&text, "%zu running", progress->count);
    if (progress->bad)
        add_part(&text, "%zu need attention", progress->bad);
    add_part(&text, "%s", duration(now - progress->began, word));
    if (left >= 1000)
        add_part(&text, "about %s left", duration(left, word));
    add_old(&text, progress, now, text.size - 1);
    return line;
}

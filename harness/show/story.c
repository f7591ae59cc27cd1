/* SPDX-License-Identifier: MIT */
/* What stands above and below the ladder. */
#include "show/story.h"
#include "show/draw_text.h"
#include "show/list_packets.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADING 10 /* columns of the words at the left of the sections below */

static unsigned rest_of_line(const struct drawing *d, int x)
{
    return d->canvas.columns - (unsigned)x;
}

/* ---- above ---- */

static const struct {
    const char *outcome;
    enum word sign;
    enum ink ink;
} outcomes[] = {
    {"holds", WORD_TICK, INK_GOOD},
    {"fails", WORD_CROSS, INK_BAD},
    {"broken", WORD_CROSS, INK_BAD},
    {"skipped", WORD_SKIP, INK_WARN},
};

static void draw_outcome(struct drawing *d)
{
    const struct record *end = d->notebook->end;
    const char *outcome = end ? end->name : "unfinished", *sign = "";
    const char *reason = end ? end->text : "the notebook has no end: the run was killed, or still goes on";
    enum ink ink = end ? INK_PLAIN : INK_BAD;
    char *text;

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        if (strcmp(outcome, outcomes[i].outcome) == 0) {
            ink = outcomes[i].ink;
            sign = canvas_word(&d->canvas, outcomes[i].sign);
        }
    if (asprintf(&text, "%s%s%s%s%s", sign, *sign ? " " : "", outcome, *reason ? ": " : "", reason) < 0)
        return;
    canvas_wrap(&d->canvas, 2, span_of(text), rest_of_line(d, 2), ink);
    free(text);
}

static void draw_header(struct drawing *d)
{
    const struct notebook *n = d->notebook;
    const char *dot = canvas_word(&d->canvas, WORD_DOT);
    bool virtual = strcmp(n->time, "virtual") == 0;
    unsigned line = n->start ? n->start->line : 0;
    char *text, number[16] = "";

    canvas_wrap(&d->canvas, 0, span_of(n->start ? n->start->name : "(the notebook has no start)"),
                rest_of_line(d, 0), INK_BOLD);
    if (n->start)
        canvas_wrap(&d->canvas, 2, span_of(n->start->text), rest_of_line(d, 2), INK_PLAIN);
    draw_outcome(d);
    if (n->end && n->end->line)
        line = n->end->line;
    if (line)
        snprintf(number, sizeof(number), ":%u", line);
    if (asprintf(&text, "%s%s%s%s%s%s%s", n->file, number, *n->kernel && *n->file ? dot : "",
                 *n->kernel ? "Linux " : "", n->kernel, virtual ? dot : "",
                 virtual ? "virtual time" : "") >= 0) {
        canvas_wrap(&d->canvas, 2, span_of(text), rest_of_line(d, 2), INK_DIM);
        free(text);
    }
    if (n->placebo)
        canvas_wrap(&d->canvas, 2,
                    span_of("placebo run: the treatment was left out, so the claim should fail"),
                    rest_of_line(d, 2), INK_MARK);
    if (n->truncated)
        canvas_wrap(&d->canvas, 2, span_of("the notebook's last line is cut off"), rest_of_line(d, 2),
                    INK_WARN);
    canvas_emit(&d->canvas);
}

/* ---- below ---- */

/* A section's lines come one by one; its name stands before the first. */
struct section {
    struct drawing *drawing;
    const char *name;
    bool begun;
};

static void draw_item(struct section *s, struct span text, enum ink ink)
{
    struct drawing *d = s->drawing;

    if (!s->begun)
        canvas_text(&d->canvas, 0, span_of(s->name), HEADING - 1, INK_DIM);
    s->begun = true;
    canvas_wrap(&d->canvas, HEADING, text, rest_of_line(d, HEADING), ink);
}

static void draw_facts(struct drawing *d)
{
    struct section s = {.drawing = d, .name = "facts"};

    for (size_t i = 0; i < d->notebook->count; i++) {
        const struct record *fact = &d->notebook->records[i];
        char *text;

        if (fact->kind != RECORD_FACT ||
            asprintf(&text, "%s = %s%s%s", fact->name, fact->value, *fact->unit ? " " : "", fact->unit) < 0)
            continue;
        draw_item(&s, span_of(text), INK_PLAIN);
        free(text);
    }
}

static void draw_pinned(struct drawing *d)
{
    struct section s = {.drawing = d, .name = "sysctls"};

    for (size_t i = 0; i < d->notebook->pinned_count; i++) {
        char *text;

        if (asprintf(&text, "%s = %s", d->notebook->pinned[i].name, d->notebook->pinned[i].value) < 0)
            continue;
        draw_item(&s, span_of(text), INK_PLAIN);
        free(text);
    }
}

static void draw_texts(struct drawing *d, enum record_kind kind, const char *name)
{
    struct section s = {.drawing = d, .name = name};

    for (size_t i = 0; i < d->notebook->count; i++) {
        const struct record *record = &d->notebook->records[i];
        struct span text = span_of(record->text);

        while (text.length > 0 && text.p[text.length - 1] == '\n')
            text.length--;
        if (record->kind == kind && text.length > 0)
            draw_item(&s, text, INK_PLAIN);
    }
}

static void draw_unknown(struct drawing *d)
{
    struct section s = {.drawing = d, .name = "unknown"};
    char text[160];

    for (size_t i = 0; i < d->notebook->count; i++) {
        const struct record *record = &d->notebook->records[i];

        if (record->kind != RECORD_OTHER)
            continue;
        snprintf(text, sizeof(text), "line %u of the notebook is of a kind that is not known here: `%.40s'",
                 record->row, record->name);
        draw_item(&s, span_of(text), INK_WARN);
    }
}

/* A word for the shell; what is special in it gets a backslash, as quotes would not survive a line's end. */
static char *shell_word(const char *text)
{
    char *word = malloc(2 * strlen(text) + 3), *p = word;

    if (!word)
        return NULL;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x80 && !isalnum(c) && !strchr("/._-+:,=@%^~", c))
            *p++ = '\\';
        *p++ = (char)c;
    }
    *p = '\0';
    return word;
}

/*
 * A command to copy: too long for a line, it goes on in the first column of the next after a backslash, which
 * the shell takes away with the newline, so that even a path cut in two works.
 */
static void draw_command(struct section *s, const char *command)
{
    struct drawing *d = s->drawing;
    int x = HEADING;

    if (!s->begun)
        canvas_text(&d->canvas, 0, span_of(s->name), HEADING - 1, INK_DIM);
    s->begun = true;
    while (canvas_width(&d->canvas, span_of(command)) > rest_of_line(d, x)) {
        size_t fit = 0, word = 0, next;

        for (; command[fit]; fit = next) {
            next = fit + (command[fit] == '\\' && command[fit + 1] ? 2 : 1);
            while (((unsigned char)command[next] >> 6) == 2)
                next++;
            if (canvas_width(&d->canvas, (struct span){command, next}) + 1 > rest_of_line(d, x))
                break;
            if (command[fit] == ' ')
                word = next;
        }
        /* a path is moved to a line of its own if it fits there, and cut only if it does not */
        if (word > 0 && canvas_width(&d->canvas, span_of(command + word)) <= d->canvas.columns)
            fit = word;
        fit += fit == 0;
        canvas_text(&d->canvas, x, (struct span){command, fit}, d->canvas.columns, INK_PLAIN);
        canvas_text(&d->canvas, x + (int)canvas_width(&d->canvas, (struct span){command, fit}), span_of("\\"),
                    1, INK_PLAIN);
        canvas_emit(&d->canvas);
        command += fit;
        x = 0;
    }
    canvas_text(&d->canvas, x, span_of(command), d->canvas.columns, INK_PLAIN);
    canvas_emit(&d->canvas);
}

static void draw_capture(struct section *s, const char *folder, const char *file)
{
    const struct notebook *n = s->drawing->notebook;
    char *path, *word, *command;

    if (asprintf(&path, "%s/%s", folder, file) < 0)
        return;
    word = shell_word(path);
    if (word && asprintf(&command, "tcpdump -n -r %s", word) >= 0) {
        draw_command(s, command);
        free(command);
    }
    for (size_t i = 0; i < n->capture_count; i++) {
        char text[96];

        if (strcmp(n->captures[i].file, file) != 0 || n->captures[i].dropped == 0)
            continue;
        snprintf(text, sizeof(text), "  %lld packets, and %lld that the capture lost",
                 (long long)n->captures[i].packets, (long long)n->captures[i].dropped);
        draw_item(s, span_of(text), INK_WARN);
    }
    if (access(path, R_OK) < 0) {
        draw_item(s, span_of("  (this file is missing)"), INK_WARN);
    }
    free(word);
    free(path);
}

static void draw_captures(struct drawing *d, const char *folder)
{
    struct section s = {.drawing = d, .name = "packets"};
    struct dirent **entries;
    int count;

    if (d->notebook->capture_count > 0) {
        for (size_t i = 0; i < d->notebook->capture_count; i++)
            draw_capture(&s, folder, d->notebook->captures[i].file);
        return;
    }
    count = scandir(folder, &entries, list_is_pcap, alphasort);
    for (int i = 0; i < count; i++) {
        draw_capture(&s, folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void draw_again(struct drawing *d)
{
    struct section s = {.drawing = d, .name = "again"};
    char *word, *command;

    if (!d->notebook->start)
        return;
    word = shell_word(d->notebook->start->name);
    if (word && asprintf(&command, "./run-all.sh %s", word) >= 0) {
        draw_command(&s, command);
        free(command);
    }
    free(word);
}

int story_draw(const struct notebook *notebook, const char *folder, FILE *out, const struct show_style *style)
{
    struct drawing *d = calloc(1, sizeof(*d));
    struct ladder *ladder = ladder_new(notebook, style->verbose);
    int result = -1;

    if (d && ladder) {
        canvas_init(&d->canvas, out, style);
        d->notebook = notebook;
        d->ladder = ladder;
        d->verbose = style->verbose;
        draw_header(d);
        if (style->tcpdump)
            result = list_packets(&d->canvas, notebook, folder, ladder->origin);
        else
            result = draw_ladder(d) ? 0 : -1;
        if (ladder->row_count > 0 || style->tcpdump)
            canvas_emit(&d->canvas);
        draw_facts(d);
        if (d->verbose)
            draw_pinned(d);
        draw_texts(d, RECORD_NOTE, "notes");
        draw_texts(d, RECORD_OUTPUT, "output");
        draw_unknown(d);
        draw_captures(d, folder);
        draw_again(d);
    }
    ladder_free(ladder);
    free(d);
    return result;
}

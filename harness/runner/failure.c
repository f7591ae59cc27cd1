/* SPDX-License-Identifier: MIT */
/* What is told of a claim that fails or is broken. */
#include "runner/failure.h"

#include "runner/say.h"
#include "show/canvas.h"

#include <stdlib.h>
#include <string.h>

#define SCREEN      24 /* lines of a small terminal: one failure fits */
#define LADDER      5  /* lines that the ladder gets at least */
#define LABEL       13 /* columns before what stands beside a label */
#define REPORT_MOST 12 /* lines */
#define REASON_MOST 6
#define FACTS_MOST  3
#define LINKS_MOST  2 /* statements */

struct failure {
    const struct run *run;
    const struct result *result;
    const struct show_style *style;
    struct canvas canvas;
    unsigned ladder; /* lines that it may have */
};

static unsigned room(const struct failure *f, int x)
{
    return f->canvas.columns - (unsigned)x;
}

static void wrapped(struct failure *f, int x, const char *text, enum ink ink)
{
    canvas_wrap(&f->canvas, x, span_of(text), room(f, x), ink);
}

/* ---- lines of a text, those in the middle left out where there are too many ---- */

struct lines {
    struct span *line;
    size_t count;
};

static struct lines lines_of(const char *text)
{
    struct lines lines = {.line = keep((strlen(text) + 1) * sizeof(struct span))};

    while (*text) {
        size_t length = strcspn(text, "\n");

        lines.line[lines.count++] = (struct span){text, length};
        text += length + (text[length] == '\n');
    }
    return lines;
}

static void draw_lines(struct failure *f, int x, const struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (lines->line[i].length)
            canvas_wrap(&f->canvas, x, lines->line[i], room(f, x), INK_PLAIN);
        else
            canvas_emit(&f->canvas);
    }
}

static void draw_gap(struct failure *f, int x, size_t lines)
{
    if (!lines)
        return;
    canvas_print(&f->canvas, x, room(f, x), INK_DIM, "%s %zu more line%s",
                 canvas_word(&f->canvas, WORD_ELLIPSIS), lines, lines == 1 ? "" : "s");
    canvas_emit(&f->canvas);
}

/* The first lines, those around line `mark`, and the last ones. */
static void draw_some(struct failure *f, int x, const struct lines *lines, size_t most, size_t mark)
{
    size_t head = 1, tail = 2, middle = most - head - tail, from, to;

    if (lines->count <= most) {
        draw_lines(f, x, lines, 0, lines->count);
        return;
    }
    from = mark > head + middle / 2 ? mark - middle / 2 : head;
    if (from + middle > lines->count - tail)
        from = lines->count - tail - middle;
    to = from + middle;
    draw_lines(f, x, lines, 0, head);
    draw_gap(f, x, from - head);
    draw_lines(f, x, lines, from, to);
    draw_gap(f, x, lines->count - tail - to);
    draw_lines(f, x, lines, lines->count - tail, lines->count);
}

/* ---- what is wrong ---- */

/* "FILE:LINE: TEXT", the place said once. */
static void draw_place(struct failure *f, long line, const char *text)
{
    const char *place = keep_format("%s:%ld: ", f->result->claim->experiment->file, line);
    struct lines lines =
        lines_of(strncmp(text, place, strlen(place)) == 0 ? text : keep_format("%s%s", place, text));

    draw_some(f, 2, &lines, REASON_MOST, 0);
}

/* The report begins with a heading, unless it begins with the table. */
static bool has_heading(const struct lines *report)
{
    const char *first = report->count ? report->line[0].p : "";

    return *first && *first != ' ' && strncmp(first, "expected", 8) != 0;
}

static void draw_difference(struct failure *f)
{
    const struct trial *final = &f->result->final;
    struct lines report = lines_of(final->report ? final->report : "");
    bool alone = final->outcome == OUTCOME_FAILS && final->report_line == final->line && has_heading(&report);
    size_t mark = 0;

    /* the reason of a mismatch says in a sentence what its report shows */
    if (alone) {
        draw_place(f, final->line, keep_bytes(report.line[0].p, report.line[0].length));
        report.line++;
        report.count--;
    } else {
        draw_place(f, final->line ? final->line : f->result->claim->line, final->reason);
        if (final->report && strstr(final->reason, final->report))
            return;
    }
    for (size_t i = 0; i < report.count && !mark; i++)
        if (strncmp(report.line[i].p, ">>", 2) == 0)
            mark = i;
    draw_some(f, 4, &report, REPORT_MOST, mark);
}

static void draw_wrong(struct failure *f)
{
    const struct claim *claim = f->result->claim;

    wrapped(f, 2, claim->sentence, INK_BOLD);
    if (f->run->placebo && f->result->final.outcome == OUTCOME_HOLDS)
        draw_place(f, claim->line, "it holds without its treatment, so it is no evidence for it");
    else
        draw_difference(f);
}

/* ---- what else there is to know ---- */

static void draw_label(struct failure *f, const char *name)
{
    canvas_text(&f->canvas, 2, span_of(name), LABEL - 3, INK_DIM);
}

/* Something to copy: never cut, whatever the width. */
static void draw_copy(struct failure *f, const char *name, const char *text)
{
    bool colour = f->canvas.colour;

    fprintf(f->canvas.out, "  %s%-*s%s%s\n", colour ? "\033[2m" : "", LABEL - 2, name,
            colour ? "\033[0m" : "", text);
}

static bool has_claim(const struct claims *claims, const struct claim *claim)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i] == claim)
            return true;
    return false;
}

/* A statement on two lines: what it says, cut if need be, and its id. */
static void draw_link(struct failure *f, const char *name, const struct statement *statement)
{
    draw_label(f, name);
    canvas_text(&f->canvas, LABEL, span_of(statement->text), room(f, LABEL), INK_PLAIN);
    canvas_emit(&f->canvas);
    canvas_text(&f->canvas, LABEL, span_of(statement->id), room(f, LABEL), INK_DIM);
    canvas_emit(&f->canvas);
}

/* The statements that this claim would confirm or refute if it held. */
static void draw_links(struct failure *f)
{
    const struct suite *suite = f->run->suite;
    const struct claim *claim = f->result->claim;
    size_t count = 0;

    for (size_t i = 0; i < suite->statements_count && count < claim->statements.count; i++) {
        const struct statement *statement = &suite->statements[i];
        bool confirms = has_claim(&statement->confirming, claim);

        if (!confirms && !has_claim(&statement->refuting, claim))
            continue;
        if (count++ < LINKS_MOST)
            draw_link(f, confirms ? "confirms" : "refutes", statement);
    }
    if (count > LINKS_MOST) {
        canvas_print(&f->canvas, LABEL, room(f, LABEL), INK_DIM, "and %zu more: build/lab list %s",
                     count - LINKS_MOST, claim->base);
        canvas_emit(&f->canvas);
    }
    if (claim->cites && !count) {
        draw_label(f, "cites");
        canvas_text(&f->canvas, LABEL, span_of(claim->cites), room(f, LABEL), INK_PLAIN);
        canvas_emit(&f->canvas);
    }
}

static const char *fact_value(const json_t *value)
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_real(value))
        return keep_format("%.10g", json_real_value(value));
    return keep_format("%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

static void draw_facts(struct failure *f)
{
    size_t count = json_array_size(f->result->final.facts);

    for (size_t i = 0; i < count && i < FACTS_MOST; i++) {
        const json_t *fact = json_array_get(f->result->final.facts, i);

        if (i == 0)
            draw_label(f, "facts");
        canvas_print(
            &f->canvas, LABEL, room(f, LABEL), INK_PLAIN, "%s = %s %s%s",
            json_string_value(json_object_get(fact, "name")), fact_value(json_object_get(fact, "value")),
            json_string_value(json_object_get(fact, "unit")),
            i + 1 == FACTS_MOST && count > FACTS_MOST ? keep_format("  (and %zu more)", count - FACTS_MOST)
                                                      : "");
        canvas_emit(&f->canvas);
    }
}

/* "results/latest/ID/client.pcap, server.pcap"; the folder, where nobody came to say what is in it. */
static void draw_packets(struct failure *f)
{
    const struct texts *captures = &f->result->final.captures;
    const char *folder = keep_format("%s/%s", f->run->folder.shown, f->result->shown);

    if (captures->count)
        draw_copy(f, "packets", keep_format("%s/%s", folder, texts_join(captures, ", ")));
    else
        draw_copy(f, "evidence", folder);
}

/* Where it ran in virtual time, the kernel's series: `--kernel 6.1`. */
static const char *kernel_option(const struct run *run)
{
    int length = 0;

    if (!run->time || strcmp(run->time, "virtual") != 0 ||
        sscanf(run->kernel.release, "%*u.%*u%n", &length) < 0 || !length)
        return "";
    return keep_format(" --kernel %.*s", length, run->kernel.release);
}

static void draw_evidence(struct failure *f)
{
    const struct run *run = f->run;
    const char *id = f->result->claim->id, *results = run->folder.shown;
    size_t length = strlen(results), latest = strlen("results/latest");
    bool usual = length >= latest && strcmp(results + length - latest, "results/latest") == 0;

    draw_links(f);
    draw_facts(f);
    draw_packets(f);
    draw_copy(f, "all of it",
              keep_format("build/lab show %s%s", f->result->shown,
                          usual ? "" : keep_format(" --results %s", results)));
    draw_copy(f, "reproduce",
              keep_format("./run-all.sh%s %s%s", kernel_option(run), id, run->placebo ? " --placebo" : ""));
}

/* ---- all together ---- */

/* What `draw` draws, and how many lines that is. */
static const char *drawn(struct failure *f, void (*draw)(struct failure *), unsigned *lines)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const char *kept;

    *lines = 0;
    if (!out)
        return "";
    canvas_init(&f->canvas, out, f->style);
    draw(f);
    if (fclose(out)) {
        free(text);
        return "";
    }
    for (size_t i = 0; i < length; i++)
        *lines += text[i] == '\n';
    kept = keep_bytes(text, length);
    free(text);
    return kept;
}

static void draw_ladder_around(struct failure *f)
{
    show_excerpt(keep_format("%s/%s", f->run->folder.path, f->result->shown), f->canvas.out, f->style,
                 f->ladder);
}

void failure_draw(const struct run *run, const struct result *result, FILE *out,
                  const struct show_style *style)
{
    struct failure f = {.run = run, .result = result, .style = style};
    unsigned above, below, used, lines;
    const char *wrong = drawn(&f, draw_wrong, &above), *evidence = drawn(&f, draw_evidence, &below), *ladder;

    used = 1 + above + 1 + 1 + below; /* the claim's name, and a blank line on either side of the ladder */
    f.ladder = used + LADDER < SCREEN ? SCREEN - used : LADDER;
    ladder = drawn(&f, draw_ladder_around, &lines);
    fprintf(out, "%s\n%s%s%s", wrong, ladder, *ladder ? "\n" : "", evidence);
}

const char *failure_text(const struct run *run, const struct result *result)
{
    const struct show_style style = {.columns = 80, .unicode = true};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const char *kept = "";

    if (!out)
        return kept;
    failure_draw(run, result, out, &style);
    if (fclose(out) == 0)
        kept = keep_bytes(text, length);
    free(text);
    return kept;
}

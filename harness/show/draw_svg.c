/* SPDX-License-Identifier: MIT */
/* Columns, rows, and what stands beside the hosts. Arrows are in draw_svg_arrow.c. */
#include "show/draw_svg.h"
#include "show/words.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN         16
#define CALL_MOST      40 /* columns of a call before it goes on below */
#define CALL_LEAST     7  /* … that are kept free for the host's name above */
#define GAP_LEAST      36 /* columns between two lifelines */
#define GAP_OF_TWO     56
#define GAP_OF_MORE    44
#define LABEL_AIR      8 /* columns around a label */
#define ALONE_LEAST    64
#define REPORT_MOST    132
#define BASELINE       12 /* of the first line below the top of its row */
#define BESIDE         8  /* from a lifeline to the text of a call */
#define HEAD_HEIGHT    44 /* names and addresses */
#define EXPECTED_WIDTH PICTURE_X(12)

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static int smallest(int a, int b)
{
    return a < b ? a : b;
}

/* ---- text in lines ---- */

static size_t next_line(const char *text, size_t length, unsigned columns, size_t *skip)
{
    size_t fit = picture_fit(text, length, columns ? columns : 1);

    *skip = fit + (fit < length && (text[fit] == ' ' || text[fit] == '\n'));
    return fit;
}

unsigned svg_lines(const char *text, size_t length, unsigned columns)
{
    unsigned lines = 0;
    size_t skip;

    for (size_t at = 0; at < length; at += skip, lines++)
        next_line(text + at, length - at, columns, &skip);
    return lines ? lines : 1;
}

unsigned svg_put_lines(struct picture *picture, enum picture_style style, int x, int y, const char *text,
                       unsigned columns)
{
    size_t length = strlen(text), skip;
    unsigned lines = 0;

    for (size_t at = 0; at < length; at += skip, lines++) {
        size_t fit = next_line(text + at, length - at, columns, &skip);

        picture_text(picture, style, x, y + PICTURE_LINE * (int)lines, text + at, fit);
    }
    return lines;
}

/* ---- columns ---- */

/* Whether the calls of this host stand left of its lifeline. */
static bool is_left(const struct svg_drawing *d, int host)
{
    return host == 0 && d->ladder->hosts > 1;
}

static bool is_outer(const struct svg_drawing *d, int host)
{
    return host == 0 || host == d->ladder->hosts - 1;
}

struct svg_beside svg_beside(const struct svg_drawing *d, int host)
{
    if (host < 0) /* an order to the wire */
        return (struct svg_beside){d->left + BESIDE + 4, (unsigned)(d->gap - 3), false};
    if (is_left(d, host))
        return (struct svg_beside){d->x[host] - BESIDE, (unsigned)d->call_left, true};
    return (struct svg_beside){d->x[host] + BESIDE,
                               (unsigned)(is_outer(d, host) ? d->call_right : d->gap - 3), false};
}

/* false when out of memory. */
static bool put_in_words(struct svg_drawing *d)
{
    d->words = calloc(d->ladder->row_count + 1, sizeof(*d->words));
    for (size_t i = 0; d->words && i < d->ladder->row_count; i++) {
        const struct ladder_event *event = &d->ladder->events[d->ladder->rows[i].first];
        bool beside = event->kind == EVENT_CALL || event->kind == EVENT_RETURN || event->kind == EVENT_SYSCTL;

        if (d->ladder->rows[i].kind != ROW_EVENTS || !beside)
            continue;
        d->words[i] = words_beside(event, "…", false);
        if (!d->words[i])
            return false;
    }
    return d->words;
}

static void free_words(struct svg_drawing *d)
{
    for (size_t i = 0; d->words && i < d->ladder->row_count; i++)
        free(d->words[i]);
    free(d->words);
}

static void measure(struct svg_drawing *d)
{
    const struct ladder *ladder = d->ladder;
    int most = ladder->hosts > 2 ? GAP_OF_MORE : GAP_OF_TWO;

    d->call_left = d->call_right = CALL_LEAST;
    d->gap = GAP_LEAST;
    for (size_t i = 0; i < ladder->row_count; i++) {
        const struct ladder_event *event = &ladder->events[ladder->rows[i].first];
        const char *text = d->words[i];
        int *side, columns;

        if (ladder->rows[i].kind != ROW_EVENTS)
            continue;
        columns = text ? smallest((int)picture_columns(text, strlen(text)), CALL_MOST) : 0;
        side = event->host < 0            ? &d->gap
               : is_left(d, event->host)  ? &d->call_left
               : is_outer(d, event->host) ? &d->call_right
                                          : &d->gap;
        *side = largest(*side, columns);
        if (event->arrow != LADDER_NONE) {
            const char *label = ladder->arrows[event->arrow].label;

            d->gap = largest(d->gap, (int)picture_columns(label, strlen(label)) + LABEL_AIR);
        }
    }
    d->gap = smallest(d->gap, most);
}

static int time_columns(const struct ladder *ladder)
{
    int64_t latest = 0, silence = 0;
    char text[48], duration[32];
    int columns;

    for (size_t i = 0; i < ladder->row_count; i++) {
        const struct ladder_row *row = &ladder->rows[i];

        if (row->at - ladder->origin > latest)
            latest = row->at - ladder->origin;
        if (row->kind == ROW_SILENCE && row->silence > silence)
            silence = row->silence;
    }
    columns = snprintf(text, sizeof(text), "%.3f", (double)latest / 1e6);
    if (silence > 0) /* "999.9 ms" is as wide as what comes after it */
        columns = largest(columns, largest((int)strlen(words_duration(silence, duration)), 8) + 2);
    return largest(columns, 5);
}

/* Columns of the widest line of the reports of what was not met, and of what was expected. */
static int widest_report(const struct ladder *ladder)
{
    int widest = 0;

    for (size_t i = 0; i < ladder->event_count; i++) {
        const struct record *expect = ladder->events[i].record;

        if (ladder->events[i].kind != EVENT_EXPECT || expect->ok)
            continue;
        for (const char *line = expect->report; *line; line += *line == '\n') {
            size_t length = strcspn(line, "\n");

            widest = largest(widest, (int)picture_columns(line, length));
            line += length;
        }
    }
    return smallest(widest, REPORT_MOST);
}

static void place_hosts(struct svg_drawing *d, bool alone)
{
    const struct ladder *ladder = d->ladder;
    int gaps = ladder->hosts > 1 ? ladder->hosts - 1 : 0, width;

    measure(d);
    d->time_x = MARGIN + PICTURE_X(time_columns(ladder));
    d->left = d->time_x + MARGIN;
    if (ladder->hosts > 1)
        d->left += PICTURE_X(d->call_left) + BESIDE + 4;
    d->right = d->left + gaps * PICTURE_X(d->gap);
    for (int i = 0; i < ladder->hosts; i++)
        d->x[i] = d->left + i * PICTURE_X(d->gap);
    width = d->right + BESIDE + PICTURE_X(d->call_right) + MARGIN;
    if (ladder->hosts < 2) /* no arrows: the room is for expectations and orders */
        width = largest(width, d->left + PICTURE_X(GAP_OF_TWO));
    width = largest(width, PICTURE_X(widest_report(ladder)) + 2 * MARGIN + 8);
    if (alone)
        width = largest(width, PICTURE_X(ALONE_LEAST));
    d->picture->width = width;
}

/* ---- rows ---- */

static unsigned expected_columns(const struct svg_drawing *d)
{
    return (unsigned)((d->picture->width - MARGIN - d->left - BESIDE - 8 - EXPECTED_WIDTH) * 4 / 29);
}

static unsigned report_columns(const struct svg_drawing *d)
{
    return (unsigned)((d->picture->width - 2 * MARGIN - 8) * 4 / 29);
}

static int report_height(const struct svg_drawing *d, const struct record *expect)
{
    size_t length = strlen(expect->report);
    int lines = length ? (int)svg_lines(expect->report, length, report_columns(d)) : 0;

    return (lines + 1) * PICTURE_LINE + 14;
}

static int expectation_height(const struct svg_drawing *d, const struct record *expect)
{
    unsigned lines = svg_lines(expect->text, strlen(expect->text), expected_columns(d));

    return (int)lines * PICTURE_LINE + 9 + (expect->ok ? 0 : report_height(d, expect));
}

static int beside_height(const struct svg_drawing *d, const struct ladder_event *event)
{
    const char *text = d->words[event->row];

    return (int)svg_lines(text, strlen(text), svg_beside(d, event->host).columns) * PICTURE_LINE + 4;
}

static int row_height(const struct svg_drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *event = &d->ladder->events[row->first];

    if (row->kind != ROW_EVENTS)
        return 26;
    switch (event->kind) {
    case EVENT_SYSCTL:
    case EVENT_CALL:
    case EVENT_RETURN:
        return beside_height(d, event);
    case EVENT_TREATMENT:
        return 26;
    case EVENT_EXPECT:
        return expectation_height(d, event->record);
    default:
        return svg_arrow_height(d, row);
    }
}

static bool place_rows(struct svg_drawing *d, int y)
{
    d->y = calloc(d->ladder->row_count + 1, sizeof(*d->y));
    if (!d->y)
        return false;
    for (size_t i = 0; i < d->ladder->row_count; i++) {
        d->y[i] = y;
        y += row_height(d, &d->ladder->rows[i]);
    }
    d->y[d->ladder->row_count] = y;
    return true;
}

static void put(struct svg_drawing *d, enum picture_style style, int x, int y, const char *text)
{
    picture_text(d->picture, style, x, y, text, strlen(text));
}

/* The row in which a call returns that was told apart from its beginning, or the last row. */
static size_t return_row(const struct svg_drawing *d, const struct ladder_event *call)
{
    const struct ladder_event *end = d->ladder->events + d->ladder->event_count;

    for (const struct ladder_event *event = call + 1; event < end; event++)
        if (event->kind == EVENT_RETURN && event->record == call->record)
            return event->row;
    return d->ladder->row_count - 1;
}

static void draw_beside(struct svg_drawing *d, const struct ladder_event *event, int y)
{
    struct svg_beside beside = svg_beside(d, event->host);
    enum picture_style style = event->host < 0           ? STYLE_ORDER
                               : words_tell_error(event) ? STYLE_ERROR
                                                         : STYLE_CALL;

    if (beside.end)
        style += STYLE_CALL_END - STYLE_CALL;
    if (event->host >= 0) {
        if (event->kind == EVENT_CALL && !event->whole)
            picture_line(d->picture, STYLE_BUSY, d->x[event->host], y + 8, d->x[event->host],
                         d->y[return_row(d, event)] + 8);
        picture_mark(d->picture, STYLE_DOT, d->x[event->host], y + 8);
    }
    svg_put_lines(d->picture, style, beside.x, y + BASELINE, d->words[event->row], beside.columns);
}

static void draw_treatment(struct svg_drawing *d, const struct ladder_event *event, int y)
{
    const char *text = event->record->ok ? "treatment" : "placebo: treatment left out";
    int middle = (d->left + d->right) / 2, half = PICTURE_X(strlen(text) + 2) / 2;

    if (d->ladder->hosts < 2) {
        put(d, STYLE_TREATMENT, d->left + BESIDE + half, y + 16, text);
        return;
    }
    picture_line(d->picture, STYLE_RULE, d->left, y + 12, middle - half, y + 12);
    picture_line(d->picture, STYLE_RULE, middle + half, y + 12, d->right, y + 12);
    put(d, STYLE_TREATMENT, middle, y + 16, text);
}

static void draw_report(struct svg_drawing *d, const struct record *expect, int y)
{
    unsigned columns = report_columns(d);
    const char *line = expect->report;
    char place[512];

    picture_line(d->picture, STYLE_PAPER_MISSED, MARGIN - 8, y, d->picture->width - MARGIN + 8,
                 y + report_height(d, expect) - 6);
    y += BASELINE + 4;
    snprintf(place, sizeof(place), "%s:%u", d->notebook->file, expect->line);
    if (*d->notebook->file && expect->line)
        put(d, STYLE_MISSED, MARGIN, y, place);
    y += PICTURE_LINE;
    while (*line) {
        size_t length = strcspn(line, "\n");
        enum picture_style style = line[strspn(line, " ")] == '>' ? STYLE_REPORT_MARK : STYLE_REPORT;
        char *copy = strndup(line, length);

        if (!copy) {
            d->picture->failed = true;
            return;
        }
        y += PICTURE_LINE * (int)(length ? svg_put_lines(d->picture, style, MARGIN, y, copy, columns) : 1);
        free(copy);
        line += length + (line[length] == '\n');
    }
}

static void draw_expectation(struct svg_drawing *d, const struct ladder_event *event, int y)
{
    const struct record *expect = event->record;
    unsigned columns = expected_columns(d);
    int x = d->left + BESIDE, text = x + 8 + EXPECTED_WIDTH;
    int height = (int)svg_lines(expect->text, strlen(expect->text), columns) * PICTURE_LINE;

    picture_line(d->picture, expect->ok ? STYLE_BAR_MET : STYLE_BAR_MISSED, x, y + 3, x, y + 3 + height);
    put(d, expect->ok ? STYLE_MET : STYLE_MISSED, x + 8, y + BASELINE + 1,
        expect->ok ? "✓ expected" : "✗ expected");
    svg_put_lines(d->picture, expect->ok ? STYLE_MET : STYLE_MISSED, text, y + BASELINE + 1, expect->text,
                  columns);
    if (!expect->ok)
        draw_report(d, expect, y + height + 9);
}

static void draw_elided(struct svg_drawing *d, const struct ladder_row *row, int y)
{
    char text[64];

    snprintf(text, sizeof(text), "⋮ %u more packets", words_elided(d->ladder, row));
    put(d, STYLE_ELIDED, d->ladder->hosts < 2 ? d->left + 90 : (d->left + d->right) / 2, y + 16, text);
}

/* What to tell of the row besides what is drawn. */
static const char *row_title(const struct svg_drawing *d, const struct ladder_row *row, char text[256])
{
    const struct ladder_event *event = &d->ladder->events[row->first];
    const struct ladder_arrow *arrow;
    char duration[32];
    int64_t took = 0;

    if (row->kind != ROW_EVENTS || event->arrow == LADDER_NONE)
        return "";
    arrow = &d->ladder->arrows[event->arrow];
    if (event->kind == EVENT_DEPART && event->next != LADDER_NONE)
        took = d->ladder->events[event->next].at - event->at;
    snprintf(text, 256, "%.100s to %.100s%s%s%s", d->ladder->host[arrow->from], d->ladder->host[arrow->to],
             took > 0 ? ", " : "", took > 0 ? words_duration(took, duration) : "",
             took > 0 ? " on the way" : "");
    return text;
}

/* Milliseconds, to the microsecond. */
static void tell_time(const struct svg_drawing *d, const struct ladder_row *row, char text[64])
{
    int64_t us = (row->at - d->ladder->origin + 500) / 1000;

    snprintf(text, 64, "%lld.%03d", (long long)(us / 1000), (int)(us % 1000));
}

static void draw_row(struct svg_drawing *d, size_t index)
{
    const struct ladder_row *row = &d->ladder->rows[index];
    const struct ladder_event *event = &d->ladder->events[row->first];
    bool source = event->kind == EVENT_CALL || event->kind == EVENT_EXPECT || event->kind == EVENT_TREATMENT;
    char text[64], duration[32], title[256];
    int y = d->y[index];

    picture_row(d->picture, row->kind == ROW_EVENTS && source ? event->record->line : 0,
                row_title(d, row, title));
    if (row->kind == ROW_SILENCE) {
        snprintf(text, sizeof(text), "⋮ %s", words_duration(row->silence, duration));
        put(d, STYLE_SILENCE, d->time_x, y + 17, text);
        return;
    }
    if (row->kind == ROW_ELIDED) {
        draw_elided(d, row, y);
        return;
    }
    tell_time(d, row, text);
    put(d, STYLE_TIME, d->time_x, y + BASELINE + (event->kind == EVENT_TREATMENT ? 4 : 0), text);
    switch (event->kind) {
    case EVENT_SYSCTL:
    case EVENT_CALL:
    case EVENT_RETURN:
        draw_beside(d, event, y);
        break;
    case EVENT_TREATMENT:
        draw_treatment(d, event, y);
        break;
    case EVENT_EXPECT:
        draw_expectation(d, event, y);
        break;
    default:
        svg_arrow(d, row);
        break;
    }
}

/* ---- around them ---- */

static void draw_hosts(struct svg_drawing *d, int y)
{
    picture_row(d->picture, 0, "");
    put(d, STYLE_TIME, d->time_x, y + BASELINE + 2, "ms");
    for (int i = 0; i < d->ladder->hosts; i++) {
        const char *address = words_address(d->notebook, d->ladder->host[i]);

        put(d, STYLE_HOST, d->x[i], y + BASELINE + 2, d->ladder->host[i]);
        if (*address)
            put(d, STYLE_ADDRESS, d->x[i], y + BASELINE + 2 + PICTURE_LINE, address);
    }
}

static void draw_lifelines(struct svg_drawing *d, int top)
{
    const struct ladder *ladder = d->ladder;

    for (size_t i = 0, end; i < ladder->row_count; i = end) {
        bool quiet = ladder->rows[i].kind == ROW_SILENCE || ladder->rows[i].kind == ROW_ELIDED;
        int from = i ? d->y[i] : top, to;

        for (end = i + 1; end < ladder->row_count; end++)
            if (quiet != (ladder->rows[end].kind == ROW_SILENCE || ladder->rows[end].kind == ROW_ELIDED))
                break;
        to = d->y[end];
        for (int host = 0; host < ladder->hosts; host++)
            picture_line(d->picture, quiet ? STYLE_LIFE_SILENT : STYLE_LIFE, d->x[host],
                         from + (quiet ? 4 : 0), d->x[host], to - (quiet ? 4 : 0));
    }
}

/* A paragraph above or below the ladder. Returns the y below it. */
static int paragraph(struct svg_drawing *d, enum picture_style style, int y, const char *text)
{
    unsigned lines =
        svg_put_lines(d->picture, style, MARGIN, y + BASELINE, text,
                      (unsigned)((d->picture->width - 2 * MARGIN) / (style == STYLE_TITLE ? 9 : 8)));

    return y + (int)lines * (PICTURE_LINE + 2);
}

static int draw_header(struct svg_drawing *d, int y)
{
    const struct notebook *n = d->notebook;
    const char *outcome = n->end ? n->end->name : "unfinished";
    bool good = strcmp(outcome, "holds") == 0, skipped = strcmp(outcome, "skipped") == 0;
    const char *reason = n->end ? n->end->text : "the notebook has no end";
    char *text;

    picture_row(d->picture, 0, "");
    if (n->start) {
        y = paragraph(d, STYLE_TITLE, y, n->start->name) + 2;
        y = paragraph(d, STYLE_SENTENCE, y, n->start->text) + 2;
    }
    if (asprintf(&text, "%s %s%s%.*s",
                 good      ? "✓"
                 : skipped ? "–"
                           : "✗",
                 outcome, *reason ? ": " : "", (int)strcspn(reason, "\n"), reason) < 0)
        d->picture->failed = true;
    else
        y = paragraph(d, good ? STYLE_MET : skipped ? STYLE_DIM : STYLE_MISSED, y, text) + 2, free(text);
    if (asprintf(
            &text, "%s:%u%s%s%s%s", n->file, n->start ? n->start->line : 0, *n->kernel ? " · Linux " : "",
            n->kernel, strcmp(n->time, "virtual") == 0 ? " · virtual time" : "",
            n->placebo ? " · placebo run: the treatment was left out, so the claim should fail" : "") < 0)
        d->picture->failed = true;
    else
        y = paragraph(d, STYLE_DIM, y, text), free(text);
    return y + 18;
}

static int draw_facts(struct svg_drawing *d, int y)
{
    bool any = false;

    for (size_t i = 0; i < d->notebook->count; i++) {
        const struct record *fact = &d->notebook->records[i];
        char *text;

        if (fact->kind != RECORD_FACT)
            continue;
        if (!any)
            picture_row(d->picture, 0, "");
        if (asprintf(&text, "%s = %s%s%s", fact->name, fact->value, *fact->unit ? " " : "", fact->unit) < 0) {
            d->picture->failed = true;
            break;
        }
        y = paragraph(d, STYLE_SENTENCE, any ? y : y + 10, text);
        any = true;
        free(text);
    }
    return y;
}

bool draw_svg(const struct notebook *notebook, const struct ladder *ladder, bool alone,
              struct picture *picture)
{
    struct svg_drawing *d = calloc(1, sizeof(*d));
    int y = alone ? MARGIN : 4;

    *picture = (struct picture){0};
    if (!d)
        return false;
    d->picture = picture;
    d->notebook = notebook;
    d->ladder = ladder;
    picture->failed = !put_in_words(d);
    if (!picture->failed)
        place_hosts(d, alone);
    if (alone && !picture->failed)
        y = draw_header(d, y);
    if (ladder->row_count > 0 && !picture->failed) {
        picture->failed = !place_rows(d, y + HEAD_HEIGHT);
        if (!picture->failed) {
            picture_row(picture, 0, "");
            draw_lifelines(d, y + HEAD_HEIGHT - 6);
            draw_hosts(d, y);
            for (size_t i = 0; i < ladder->row_count; i++)
                draw_row(d, i);
            y = d->y[ladder->row_count];
        }
    }
    if (alone && !picture->failed)
        y = draw_facts(d, y);
    picture->height = y + (alone ? MARGIN : 6);
    free_words(d);
    free(d->y);
    free(d);
    return !picture->failed;
}

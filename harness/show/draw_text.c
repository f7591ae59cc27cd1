/* SPDX-License-Identifier: MIT */
/* The ladder in cells: columns of the lifelines, lines of the rows, and what stands beside a host. */
#include "show/draw_text.h"
#include "show/words.h"

#include <stdlib.h>
#include <string.h>

#define TIME_WIDTH    10  /* columns of "⋮ 201.3 ms" */
#define GAP_OF_TWO    100 /* columns between two lifelines at most: longer arrows are hard to follow */
#define GAP_OF_MORE   70
#define BESIDE_LINES  4 /* lines of one call at most: the last is cut */
#define BESIDE_INDENT 4
#define FLIGHTS_MOST  64 /* frames drawn under way at once */

/* ---- columns ---- */

static void place_hosts(struct drawing *d)
{
    const struct ladder *ladder = d->ladder;
    int gaps = ladder->hosts > 1 ? ladder->hosts - 1 : 1, width;
    char text[32];

    d->time_width = TIME_WIDTH;
    if (ladder->row_count > 0) {
        int64_t last = ladder->rows[ladder->row_count - 1].at - ladder->origin;

        width = snprintf(text, sizeof(text), "%.3f", (double)last / 1e6);
        d->time_width = width > TIME_WIDTH ? width : TIME_WIDTH;
    }
    d->left = d->time_width + 1;
    d->right = (int)d->canvas.columns - 1;
    width = gaps * (gaps > 1 ? GAP_OF_MORE : GAP_OF_TWO);
    if (d->right > d->left + width)
        d->right = d->left + width;
    for (int i = 0; i < ladder->hosts; i++)
        d->x[i] = d->left + (d->right - d->left) * i / gaps;
}

/* Room for text beside a lifeline: to its right, but to its left at the last host, or where there is more. */
struct place {
    int x;
    unsigned room;
    bool right; /* of the lifeline */
};

static struct place place_beside(const struct drawing *d, int host, unsigned width)
{
    int x = host >= 0 ? d->x[host] : d->left; /* an order to the wire stands by itself */
    int after = d->right - x - 3, before = x - d->left - 3;
    bool right = host < d->ladder->hosts - 1 || d->ladder->hosts < 2;

    if (right && after < (int)width && before > after)
        right = false;
    if (right)
        return (struct place){x + 2, after > 0 ? (unsigned)after : 0, true};
    return (struct place){d->left + 2, before > 0 ? (unsigned)before : 0, false};
}

/* Breaks text into lines that fit, those after the first indented. What is too much for them stays in the
 * last. */
static unsigned split_beside(const struct drawing *d, struct place place, const char *text,
                             struct span lines[BESIDE_LINES])
{
    struct span rest = span_of(text);
    unsigned count = 0;

    while (rest.length > 0 && count < BESIDE_LINES) {
        unsigned room = place.room > BESIDE_INDENT && count > 0 ? place.room - BESIDE_INDENT : place.room;
        size_t fit = count == BESIDE_LINES - 1 ? rest.length : canvas_fit(&d->canvas, rest, room);

        lines[count++] = (struct span){rest.p, fit};
        fit += fit < rest.length && rest.p[fit] == ' ';
        rest.p += fit;
        rest.length -= fit;
    }
    return count;
}

static unsigned height_beside(const struct drawing *d, int host, const char *text)
{
    struct span lines[BESIDE_LINES];
    unsigned count =
        split_beside(d, place_beside(d, host, canvas_width(&d->canvas, span_of(text))), text, lines);

    return count ? count : 1;
}

void draw_beside(struct drawing *d, int host, const char *text, unsigned line, enum ink ink)
{
    struct place place = place_beside(d, host, canvas_width(&d->canvas, span_of(text)));
    struct span lines[BESIDE_LINES];
    unsigned count = split_beside(d, place, text, lines), widest = 0;
    int x = place.x, indent = line > 0 ? BESIDE_INDENT : 0;

    if (host >= 0 && line == 0)
        canvas_glyph(&d->canvas, d->x[host], place.right ? GLYPH_TEE_RIGHT : GLYPH_TEE_LEFT, INK_PLAIN);
    for (unsigned i = 0; i < count; i++) {
        unsigned width = canvas_width(&d->canvas, lines[i]) + (i > 0 ? BESIDE_INDENT : 0);

        widest = width > widest ? width : widest;
    }
    if (!place.right && widest < place.room)
        x += (int)(place.room - widest);
    if (line >= count || (int)place.room <= indent)
        return;
    x += indent;
    x += (int)canvas_text(&d->canvas, x, lines[line], place.room - (unsigned)indent, ink);
    for (int i = 0; i < d->ladder->hosts; i++) /* a lifeline right behind it would read as part of it */
        if (d->x[i] == x && i > 0 && i < d->ladder->hosts - 1)
            canvas_text(&d->canvas, x, span_of(" "), 1, INK_PLAIN);
}

/* ---- rows ---- */

static void draw_lifelines(struct drawing *d, enum glyph glyph)
{
    for (int i = 0; i < d->ladder->hosts; i++)
        canvas_glyph(&d->canvas, d->x[i], glyph, INK_DIM);
}

static void draw_time(struct drawing *d, const char *text, enum ink ink)
{
    int width = (int)canvas_width(&d->canvas, span_of(text));

    canvas_text(&d->canvas, width < d->time_width ? d->time_width - width : 0, span_of(text),
                (unsigned)d->time_width, ink);
}

static char *text_beside(const struct drawing *d, const struct ladder_event *event)
{
    return words_beside(event, canvas_word(&d->canvas, WORD_ELLIPSIS), d->verbose);
}

static void draw_text_beside(struct drawing *d, const struct ladder_event *event, unsigned line)
{
    char *text = text_beside(d, event);
    enum ink ink = INK_PLAIN;

    if (!text)
        return;
    if (event->host < 0)
        ink = INK_DIM;
    else if (words_tell_error(event))
        ink = INK_WARN;
    draw_beside(d, event->host, text, line, ink);
    free(text);
}

static void draw_treatment(struct drawing *d, const struct ladder_event *event)
{
    const char *text = event->record->ok ? " * treatment " : " placebo: treatment left out ";
    int width = (int)strlen(text);

    if (d->ladder->hosts > 0)
        for (int x = d->left + 1; x < d->right; x++)
            canvas_glyph(&d->canvas, x, GLYPH_RULE, INK_MARK);
    canvas_text(&d->canvas, d->left + (d->right - d->left + 1 - width) / 2, span_of(text), (unsigned)width,
                INK_MARK);
}

/* One line of what was expected. */
static void draw_expectation(struct drawing *d, const struct ladder_event *event, unsigned line)
{
    const struct record *expect = event->record;
    const char *sign = canvas_word(&d->canvas, expect->ok ? WORD_TICK : WORD_CROSS), *text = expect->text;
    int x = d->left + 2, room = d->right - x - 1;
    int indent = (int)(canvas_width(&d->canvas, span_of(sign)) + strlen(" expected: "));
    enum ink ink = expect->ok ? INK_GOOD : INK_BAD;

    if (line == 0)
        canvas_print(&d->canvas, x, (unsigned)room, ink, "%s expected: ", sign);
    for (; line > 0 && strchr(text, '\n'); line--)
        text = strchr(text, '\n') + 1;
    if (room > indent)
        x += indent + (int)canvas_text(&d->canvas, x + indent, (struct span){text, strcspn(text, "\n")},
                                       (unsigned)(room - indent), ink);
    if (d->brief && strchr(text, '\n'))
        canvas_print(&d->canvas, x, (unsigned)(d->right - x), ink, " %s",
                     canvas_word(&d->canvas, WORD_ELLIPSIS));
    canvas_text(&d->canvas, d->left + 1, span_of(" "), 1, INK_PLAIN);
}

/* Below an expectation that was not met: where it stands, and the report over the whole width. */
static void draw_report(struct drawing *d, const struct record *expect, bool more)
{
    unsigned indent = 4, widest = 0;
    const char *line;

    for (line = expect->report; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        unsigned width = canvas_width(&d->canvas, (struct span){line, strcspn(line, "\n")});

        widest = width > widest ? width : widest;
    }
    if (widest + indent > d->canvas.columns)
        indent = widest < d->canvas.columns ? d->canvas.columns - widest : 0;
    canvas_emit(&d->canvas);
    if (*d->notebook->file && expect->line) {
        canvas_print(&d->canvas, (int)indent, d->canvas.columns, INK_BAD, "%s:%u:", d->notebook->file,
                     expect->line);
        canvas_emit(&d->canvas);
    }
    for (line = expect->report; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        canvas_text(&d->canvas, (int)indent, (struct span){line, strcspn(line, "\n")}, d->canvas.columns,
                    INK_PLAIN);
        canvas_emit(&d->canvas);
    }
    if (more)
        canvas_emit(&d->canvas);
}

static void draw_elided(struct drawing *d, const struct ladder_row *row)
{
    canvas_print(&d->canvas, d->left + 2, (unsigned)(d->right - d->left - 3), INK_DIM,
                 d->canvas.unicode ? "⋮ %u more packets (--verbose draws them)"
                                   : ": %u more packets (--verbose draws them)",
                 words_elided(d->ladder, row));
}

static void draw_row(struct drawing *d, const struct ladder_row *row, unsigned line)
{
    const struct ladder_event *event = &d->ladder->events[row->first];

    if (row->kind == ROW_SILENCE)
        return;
    if (row->kind == ROW_ELIDED) {
        draw_elided(d, row);
        return;
    }
    switch (event->kind) {
    case EVENT_SYSCTL:
    case EVENT_CALL:
    case EVENT_RETURN:
        draw_text_beside(d, event, line);
        break;
    case EVENT_TREATMENT:
        draw_treatment(d, event);
        break;
    case EVENT_EXPECT:
        draw_expectation(d, event, line);
        break;
    default:
        draw_arrow_row(d, row);
        break;
    }
}

static void draw_row_time(struct drawing *d, const struct ladder_row *row)
{
    char text[48], duration[32];

    if (row->kind == ROW_SILENCE)
        snprintf(text, sizeof(text), "%s %s", d->canvas.unicode ? "⋮" : ":",
                 words_duration(row->silence, duration));
    else if (row->kind == ROW_EVENTS)
        snprintf(text, sizeof(text), "%.3f", (double)(row->at - d->ladder->origin) / 1e6);
    else
        return;
    draw_time(d, text, INK_DIM);
    if ((size_t)(row - d->ladder->rows) == d->ladder->mismatch) /* as in the report of what was expected */
        canvas_text(&d->canvas, 0, span_of(">>"), 2, INK_BAD);
}

/* ---- the whole ---- */

static unsigned count_lines(const char *text)
{
    size_t length = strlen(text);
    unsigned lines = 1;

    for (size_t i = 0; i + 1 < length; i++)
        lines += text[i] == '\n';
    return lines;
}

static unsigned row_height(const struct drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *event = &d->ladder->events[row->first];
    unsigned height = 1;
    char *text;

    if (row->kind != ROW_EVENTS)
        return 1;
    if (event->kind == EVENT_EXPECT)
        return d->brief ? 1 : count_lines(event->record->text);
    text = text_beside(d, event);
    if (text)
        height = height_beside(d, event->host, text);
    free(text);
    return height;
}

static bool place_rows(struct drawing *d)
{
    unsigned y = 0;

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

/* Frames under way: the event after which each one is. */
struct flights {
    const struct ladder_event *event[FLIGHTS_MOST];
    size_t count;
};

static void land(struct drawing *d, struct flights *flights, size_t row)
{
    size_t kept = 0;

    for (size_t i = 0; i < flights->count; i++)
        if (d->ladder->events[flights->event[i]->next].row > row)
            flights->event[kept++] = flights->event[i];
    flights->count = kept;
}

static void take_off(struct drawing *d, struct flights *flights, const struct ladder_row *row, size_t index)
{
    const struct ladder_event *last = &d->ladder->events[row->first + row->count - 1];

    if (row->kind == ROW_EVENTS && last->next != LADDER_NONE && d->ladder->events[last->next].row > index &&
        flights->count < FLIGHTS_MOST)
        flights->event[flights->count++] = last;
}

static void draw_rows(struct drawing *d, size_t first, size_t end)
{
    struct flights flights = {.count = 0};

    for (size_t i = 0; i < end; i++) {
        const struct ladder_row *row = &d->ladder->rows[i];
        unsigned height = i < first ? 0 : d->y[i + 1] - d->y[i];
        const struct ladder_event *event = &d->ladder->events[row->first];

        land(d, &flights, i);
        for (unsigned line = 0; line < height; line++) {
            if (line == 0)
                draw_row_time(d, row);
            draw_lifelines(d, row->kind == ROW_SILENCE ? GLYPH_LIFELINE_SILENT : GLYPH_LIFELINE);
            for (size_t k = 0; k < flights.count; k++)
                draw_flight(d, flights.event[k], d->y[i] + line);
            draw_row(d, row, line);
            canvas_emit(&d->canvas);
        }
        if (!d->brief && row->kind == ROW_EVENTS && event->kind == EVENT_EXPECT && !event->record->ok)
            draw_report(d, event->record, i + 1 < d->ladder->row_count);
        take_off(d, &flights, row, i);
    }
}

/* A host's name, or address, above its lifeline: the first begins there, the last ends there. */
static void draw_above(struct drawing *d, int host, const char *text, enum ink ink)
{
    int width = (int)canvas_width(&d->canvas, span_of(text));
    int most = d->ladder->hosts > 2 ? (d->right - d->left) / (d->ladder->hosts - 1) - 2 : d->right - d->left;
    int x = d->x[host];

    if (width > most)
        width = most;
    if (host > 0 && host == d->ladder->hosts - 1)
        x -= width - 1;
    else if (host > 0)
        x -= width / 2;
    canvas_text(&d->canvas, x, span_of(text), (unsigned)width, ink);
}

static void draw_hosts(struct drawing *d)
{
    bool any = false;

    draw_time(d, "ms", INK_DIM);
    for (int i = 0; i < d->ladder->hosts; i++)
        draw_above(d, i, d->ladder->host[i], INK_BOLD);
    canvas_emit(&d->canvas);
    if (d->brief)
        return;
    for (int i = 0; i < d->ladder->hosts; i++) {
        const char *address = words_address(d->notebook, d->ladder->host[i]);

        draw_above(d, i, address, INK_DIM);
        any = any || *address;
    }
    if (any)
        canvas_emit(&d->canvas);
}

/* ---- in brief ---- */

#define AFTER 2 /* rows that follow what is looked at, if there is room */

static size_t unmet_row(const struct ladder *ladder)
{
    for (size_t i = 0; i < ladder->event_count; i++)
        if (ladder->events[i].kind == EVENT_EXPECT && !ladder->events[i].record->ok)
            return ladder->events[i].row;
    return LADDER_NONE;
}

static size_t central_row(const struct drawing *d, size_t unmet)
{
    const struct ladder *ladder = d->ladder;
    unsigned line = d->notebook->end ? d->notebook->end->line : 0;

    if (ladder->mismatch != LADDER_NONE)
        return ladder->mismatch;
    if (unmet != LADDER_NONE)
        return unmet;
    for (size_t i = ladder->event_count; line && i-- > 0;)
        if (ladder->events[i].record->kind == RECORD_CALL && ladder->events[i].record->line == line)
            return ladder->events[i].row;
    return ladder->row_count - 1;
}

static void draw_left_out(struct drawing *d, unsigned lines)
{
    if (!lines)
        return;
    draw_lifelines(d, GLYPH_LIFELINE_SILENT);
    canvas_print(&d->canvas, d->left + 2, (unsigned)(d->right - d->left - 3), INK_DIM, "%s %u more line%s",
                 canvas_word(&d->canvas, WORD_ELLIPSIS), lines, lines == 1 ? "" : "s");
    canvas_emit(&d->canvas);
}

/* The rows around the central one, as many as there is room for. */
static void draw_around(struct drawing *d)
{
    size_t unmet = unmet_row(d->ladder), first = central_row(d, unmet), end = first + 1,
           rows = d->ladder->row_count;
    unsigned room = d->lines > 3 ? d->lines - 3 : 1; /* the names, and what is left out on either side */

    /* to where the mismatch was noticed, if that is near; a little further; then what led to it */
    if (unmet != LADDER_NONE && unmet > first && (d->y[unmet + 1] - d->y[first]) * 3 <= room * 2)
        end = unmet + 1;
    for (size_t most = end + AFTER; end < rows && end < most && d->y[end + 1] - d->y[first] <= room;)
        end++;
    while (first > 0 && d->y[end] - d->y[first - 1] <= room)
        first--;
    while (end < rows && d->y[end + 1] - d->y[first] <= room)
        end++;
    draw_left_out(d, d->y[first]);
    draw_rows(d, first, end);
    draw_left_out(d, d->y[rows] - d->y[end]);
}

bool draw_ladder(struct drawing *d)
{
    if (d->ladder->row_count == 0)
        return true;
    place_hosts(d);
    if (!place_rows(d))
        return false;
    draw_hosts(d);
    if (d->brief)
        draw_around(d);
    else
        draw_rows(d, 0, d->ladder->row_count);
    free(d->y);
    return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * Arrows: straight lines from the place where a frame left to the place where it arrived, stopping in
 * mid-wire where the wire stopped it. The label lies above the upper end, in the row's own space, so that
 * no line crosses it but those of other frames under way.
 */
#include "show/draw_svg.h"
#include "show/words.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_SIDE 12 /* from a lifeline to the label of an arrow that leaves its row */
#define FATE_SIDE  10 /* from a mark to its words */
#define ALONE_Y    10 /* of an event without a label, below the top of its row */

struct point {
    int x, y;
};

static bool is_wire(const struct ladder_event *event)
{
    return event->kind != EVENT_DEPART && event->kind != EVENT_ARRIVE;
}

static const struct ladder_event *next_of(const struct svg_drawing *d, const struct ladder_event *event)
{
    return event->next == LADDER_NONE ? NULL : &d->ladder->events[event->next];
}

static const struct ladder_arrow *arrow_of(const struct svg_drawing *d, const struct ladder_event *event)
{
    return &d->ladder->arrows[event->arrow];
}

static bool is_loop(const struct ladder_arrow *arrow)
{
    return arrow->from == arrow->to;
}

/* Whether the label stands in the row that begins with this event: where a line begins. */
static bool has_label(const struct ladder_event *event)
{
    return event->kind == EVENT_DEPART || event->kind == EVENT_APPEAR || event->kind == EVENT_RELEASED;
}

static unsigned label_columns(const struct svg_drawing *d)
{
    return (unsigned)(d->gap - 4);
}

/* Lines of the label in the row that begins with this event. */
static int label_lines(const struct svg_drawing *d, const struct ladder_event *first)
{
    char *label = has_label(first) ? words_label(arrow_of(d, first), first) : NULL;
    int lines = label ? (int)svg_lines(label, strlen(label), label_columns(d)) : 0;

    free(label);
    return lines;
}

/* Told beside the host: a frame on a loopback interface, or on a bench of one host. To be freed. */
static char *loop_words(const struct svg_drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *last = &d->ladder->events[row->first + row->count - 1];
    const char *fate = "";
    char *text;

    if (is_wire(last))
        fate = words_fate(last);
    else if (row->count == 1)
        fate = last->kind == EVENT_ARRIVE ? "arrives" : "…";
    if (asprintf(&text, "↻ %s%s%s%s%s", last->record->interface, *last->record->interface ? " " : "",
                 arrow_of(d, last)->label, *fate ? " " : "", fate) < 0)
        return NULL;
    return text;
}

int svg_arrow_height(const struct svg_drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *first = &d->ladder->events[row->first];
    int lines = label_lines(d, first);

    if (is_loop(arrow_of(d, first))) {
        char *text = loop_words(d, row);

        lines =
            text ? (int)svg_lines(text, strlen(text), svg_beside(d, arrow_of(d, first)->from).columns) : 1;
        free(text);
        return lines * PICTURE_LINE + 4;
    }
    return lines ? lines * PICTURE_LINE + SVG_SHAFT_DOWN + 10 : 2 * ALONE_Y;
}

/*
 * Where an arrow stops that does not simply arrive: behind the middle, so that its label has room. Arrows
 * that stop at the same time stop side by side.
 */
static int mid_x(const struct svg_drawing *d, const struct ladder_event *event)
{
    const struct ladder_arrow *arrow = arrow_of(d, event);
    int from = d->x[arrow->from], to = d->x[arrow->to];

    return from + (to - from) * (58 + 3 * ((int)(event->arrow % 5) - 2)) / 100;
}

/* The place of an event: its row's, lower where it ends what began in this row. */
static struct point place_of(const struct svg_drawing *d, const struct ladder_event *event)
{
    const struct ladder_row *row = &d->ladder->rows[event->row];
    const struct ladder_event *first = &d->ladder->events[row->first];
    const struct ladder_arrow *arrow = arrow_of(d, event);
    bool stops = event->kind == EVENT_HELD || event->kind == EVENT_LOST;
    struct point place = {.x = mid_x(d, event), .y = d->y[event->row] + ALONE_Y};

    if (event->kind == EVENT_DEPART)
        place.x = d->x[arrow->from];
    else if (event->kind == EVENT_ARRIVE)
        place.x = d->x[arrow->to];
    if (row->kind != ROW_EVENTS)
        return place;
    if (has_label(first))
        place.y = d->y[event->row] + label_lines(d, first) * PICTURE_LINE + 4;
    if (event != first)
        place.y += stops || is_wire(first) ? SVG_SHAFT_DOWN / 2 : SVG_SHAFT_DOWN;
    return place;
}

/* The line from an event to the next one of its arrow. */
static void draw_segment(struct svg_drawing *d, const struct ladder_event *event)
{
    const struct ladder_event *next = next_of(d, event);
    struct point from, to;

    if (!next)
        return;
    from = place_of(d, event);
    to = place_of(d, next);
    if (from.x == to.x) { /* it waits */
        if (to.y > from.y + 14)
            picture_line(d->picture, STYLE_WAIT, from.x, from.y + 7, to.x, to.y - 7);
        return;
    }
    picture_line(d->picture, next->kind == EVENT_ARRIVE ? STYLE_ARROW : STYLE_SHAFT, from.x, from.y, to.x,
                 to.y);
}

/* The sign of what the wire did; `words` is the style of what is written at it. */
static enum picture_style mark_of(const struct ladder_event *event, enum picture_style *words)
{
    *words = STYLE_WARN;
    if (event->kind == EVENT_LOST && event->fate == SHOWN_OTHER)
        return STYLE_MARK_UNSEEN;
    if (event->kind == EVENT_LOST) {
        *words = STYLE_LOST;
        return STYLE_MARK_LOST;
    }
    if (event->kind != EVENT_APPEAR)
        return STYLE_MARK_HELD;
    if (event->fate != SHOWN_INJECTED)
        return STYLE_MARK_COPY;
    *words = STYLE_MADE;
    return STYLE_MARK_MADE;
}

/* What the wire did, with its words on the side where there is no line. */
static void draw_mark(struct svg_drawing *d, const struct ladder_event *event)
{
    const struct ladder_arrow *arrow = arrow_of(d, event);
    struct point at = place_of(d, event);
    bool ends = event->kind == EVENT_HELD || event->kind == EVENT_LOST;
    bool rightward = d->x[arrow->to] > d->x[arrow->from];
    bool after = ends == rightward; /* the words stand right of the mark */
    const char *text = words_fate(event);
    enum picture_style words, mark = mark_of(event, &words);

    picture_mark(d->picture, mark, at.x, at.y);
    picture_text(d->picture, after ? words : words + (STYLE_WARN_END - STYLE_WARN),
                 after ? at.x + FATE_SIDE : at.x - FATE_SIDE, at.y + 4, text, strlen(text));
}

/*
 * Where the label stands: over the middle of its line if it fits there; else it begins where the line begins,
 * or ends where that ends. Above an arrow that leaves its row it begins where the line lies lowest below it.
 */
static enum picture_style label_place(const struct svg_drawing *d, const struct ladder_row *row, int width,
                                      int *x)
{
    const struct ladder_event *first = &d->ladder->events[row->first];
    const struct ladder_event *last = &d->ladder->events[row->first + row->count - 1];
    const struct ladder_arrow *arrow = arrow_of(d, first);
    const struct ladder_event *next = next_of(d, first);
    int from = place_of(d, first).x, to = next ? place_of(d, next).x : d->x[arrow->to];
    bool leaves = last->next != LADDER_NONE && last->kind == EVENT_DEPART;
    bool rightward = d->x[arrow->to] > d->x[arrow->from];

    *x = (from + to) / 2;
    if (!leaves && abs(arrow->to - arrow->from) == 1 && width < abs(to - from))
        return STYLE_LABEL;
    if (first->kind != EVENT_DEPART) { /* from mid-wire */
        *x = d->x[arrow->to] + (rightward ? -LABEL_SIDE : LABEL_SIDE);
        return rightward ? STYLE_LABEL_END : STYLE_LABEL_START;
    }
    *x = from + (rightward ? LABEL_SIDE : -LABEL_SIDE);
    return rightward ? STYLE_LABEL_START : STYLE_LABEL_END;
}

static void draw_label(struct svg_drawing *d, const struct ladder_row *row, const struct ladder_event *first)
{
    char *label = words_label(arrow_of(d, first), first);
    enum picture_style style;
    unsigned width;
    int x;

    if (!label) {
        d->picture->failed = true;
        return;
    }
    width = picture_columns(label, strlen(label));
    if (width > label_columns(d))
        width = label_columns(d);
    style = label_place(d, row, PICTURE_X(width), &x);
    svg_put_lines(d->picture, style, x, d->y[first->row] + 12, label, label_columns(d));
    free(label);
}

static void draw_loop(struct svg_drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *first = &d->ladder->events[row->first];
    int host = arrow_of(d, first)->from, y = d->y[first->row];
    struct svg_beside beside = svg_beside(d, host);
    char *text = loop_words(d, row);

    if (!text) {
        d->picture->failed = true;
        return;
    }
    picture_mark(d->picture, STYLE_DOT, d->x[host], y + 8);
    svg_put_lines(d->picture, beside.end ? STYLE_LABEL_END : STYLE_LABEL_START, beside.x, y + 12, text,
                  beside.columns);
    free(text);
}

void svg_arrow(struct svg_drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *first = &d->ladder->events[row->first];
    const struct ladder_event *before =
        first->previous == LADDER_NONE ? NULL : &d->ladder->events[first->previous];

    if (is_loop(arrow_of(d, first))) {
        draw_loop(d, row);
        return;
    }
    if (before && d->ladder->rows[before->row].kind != ROW_EVENTS)
        draw_segment(d, before); /* it left among packets that are not drawn */
    for (size_t i = row->first; i < row->first + row->count; i++)
        draw_segment(d, &d->ladder->events[i]);
    if (has_label(first))
        draw_label(d, row, first);
    for (size_t i = row->first; i < row->first + row->count; i++)
        if (is_wire(&d->ladder->events[i]))
            draw_mark(d, &d->ladder->events[i]);
}

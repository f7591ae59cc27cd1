/* SPDX-License-Identifier: MIT */
/*
 * Arrows in cells. Places on an arrow are counted from the lifeline that it leaves (0) to the one that it
 * reaches (`length`), so that both directions are drawn by the same lines.
 *
 *   ├──── [P.] 1:7 ack 1 ────────────▶│    on one line
 *   ├──── [P.] 1:7 ack 1 ──╲          │    other events lie between
 *   │                       ╲────────▶│
 *   ├──── [S] ───────── ✕ dropped     │    `mid` is where it stops
 */
#include "show/draw_text.h"
#include "show/words.h"

#include <stdlib.h>
#include <string.h>

#define SHAFT       2 /* cells of line at least on either side of a label, and between a mark and the head */
#define EVENTS_MOST 8 /* of an arrow, that its layout considers: only a broken notebook has more */
#define LABEL_MIN   6 /* columns under which a cut label says nothing any more */

struct geometry {
    int start, step, length; /* column of place 0, ±1, place of the lifeline reached */
    int label;               /* its width */
    int mid;                 /* where something happened in mid-wire */
};

struct mark {
    enum glyph glyph;
    enum ink ink;
    const char *text;
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static bool is_wire(const struct ladder_event *event)
{
    return event->kind != EVENT_DEPART && event->kind != EVENT_ARRIVE;
}

static struct mark mark_of(const struct ladder_event *event)
{
    const char *words = words_fate(event);

    if (event->kind == EVENT_HELD)
        return (struct mark){GLYPH_HELD, INK_WARN, words};
    if (event->kind == EVENT_RELEASED)
        return (struct mark){GLYPH_RELEASED, INK_WARN, words};
    if (event->kind == EVENT_APPEAR && event->fate == SHOWN_INJECTED)
        return (struct mark){GLYPH_INJECTED, INK_MARK, words};
    if (event->kind == EVENT_APPEAR && event->fate == SHOWN_DUPLICATED)
        return (struct mark){GLYPH_INJECTED, INK_WARN, words};
    if (event->kind == EVENT_APPEAR || event->fate == SHOWN_OTHER)
        return (struct mark){GLYPH_UNSEEN, INK_WARN, words};
    return (struct mark){GLYPH_LOST, INK_BAD, words};
}

/*
 * Where an arrow that does not simply arrive is stopped: past the label, if what is written there leaves the
 * room, and so that after a release the label fits once more.
 */
static int mid_of(const struct drawing *d, const struct ladder_arrow *arrow, const struct geometry *g)
{
    int shaft = g->label + 2 * SHAFT + 2, text = 0, mid;
    size_t i = arrow->first;

    /* right of the middle, where the calls of the first host seldom reach */
    mid = g->length * (g->step > 0 ? 5 : 3) / 8;
    for (unsigned n = 0; n < EVENTS_MOST && i != LADDER_NONE; n++, i = d->ladder->events[i].next) {
        const struct ladder_event *event = &d->ladder->events[i];

        if (!is_wire(event))
            continue;
        text = most(text, (int)canvas_width(&d->canvas, span_of(mark_of(event).text)));
        if (event->kind == EVENT_RELEASED)
            mid = least(mid, g->length - shaft - text - 4);
    }
    if (d->ladder->events[arrow->first].kind == EVENT_APPEAR)
        return most(least(mid, g->length - shaft - text - 4), g->length / 10);
    mid = most(mid, shaft + 2);
    return most(least(mid, g->length - text - 3), g->length / 3);
}

static struct geometry geometry_of(const struct drawing *d, const struct ladder_arrow *arrow)
{
    struct geometry g = {.start = d->x[arrow->from], .step = 1};

    if (d->x[arrow->to] < g.start)
        g.step = -1;
    g.length = (d->x[arrow->to] - g.start) * g.step;
    g.label = (int)canvas_width(&d->canvas, span_of(arrow->label));
    g.mid = mid_of(d, arrow, &g);
    return g;
}

static int column(const struct geometry *g, int place)
{
    return g->start + g->step * place;
}

static bool on_lifeline(const struct drawing *d, int x)
{
    for (int i = 0; i < d->ladder->hosts; i++)
        if (d->x[i] == x)
            return true;
    return false;
}

/* The shaft from one place to another with the label in its middle, cut if need be. */
static void draw_shaft(struct drawing *d, const struct geometry *g, int first, int last, const char *label)
{
    int low = least(column(g, first), column(g, last)), cells = last - first + 1;
    int width = least(g->label, cells - 2 * SHAFT - 2);

    for (int place = first; place <= last; place++) {
        int x = column(g, place);

        canvas_glyph(&d->canvas, x, on_lifeline(d, x) ? GLYPH_CROSS : GLYPH_LINE, INK_ARROW);
    }
    if (!*label || (width < g->label && width < LABEL_MIN))
        return;
    low += (cells - width - 2) / 2;
    canvas_text(&d->canvas, low, span_of(" "), 1, INK_PLAIN);
    low += 1 + (int)canvas_text(&d->canvas, low + 1, span_of(label), (unsigned)width, INK_BOLD);
    canvas_text(&d->canvas, low, span_of(" "), 1, INK_PLAIN);
}

/* The mark and, towards the lifeline reached, its text. Returns the place after it. */
static int draw_mark(struct drawing *d, const struct geometry *g, struct mark mark, int reserve)
{
    int width = (int)canvas_width(&d->canvas, span_of(mark.text));
    int room = g->length - g->mid - 2 - reserve;

    canvas_glyph(&d->canvas, column(g, g->mid), mark.glyph, mark.ink);
    if (width > room && room < LABEL_MIN)
        return g->mid + 1;
    width = least(width, room);
    canvas_text(&d->canvas, g->step > 0 ? column(g, g->mid + 2) : column(g, g->mid + 1 + width),
                span_of(mark.text), (unsigned)width, mark.ink);
    canvas_text(&d->canvas, column(g, g->mid + 1), span_of(" "), 1, INK_PLAIN);
    return g->mid + 2 + width + (reserve > 0);
}

/* Lines from the row of `event` down to that of the next event of its arrow. */
static int depth_of(const struct drawing *d, const struct ladder_event *event)
{
    const struct ladder_event *next = &d->ladder->events[event->next];

    return (int)(d->y[next->row] - d->y[event->row]);
}

/* Where the shaft at the upper end of a slanted part stops, and where that at its lower end begins. */
static void slant(const struct drawing *d, const struct geometry *g, const struct ladder_event *event,
                  int *upper, int *lower)
{
    const struct ladder_event *next = &d->ladder->events[event->next];
    int depth = depth_of(d, event);

    if (is_wire(event)) {
        *upper = least(g->mid + 12 + g->label + 2 * SHAFT + 2, g->length - SHAFT - 4);
        *upper = most(*upper, g->mid + 1);
    } else {
        *upper = least(g->label + 2 * SHAFT + 3, g->length - SHAFT - 4);
        *upper = most(least(most(*upper, g->length / 3), is_wire(next) ? g->mid - 1 : g->length), 1);
    }
    if (is_wire(next))
        *lower = g->mid;
    else
        *lower = most(least(*upper + depth, g->length - SHAFT - 2), *upper);
}

/* A frame on the move between rows; one that is held stands still. */
void draw_flight(struct drawing *d, const struct ladder_event *event, unsigned y)
{
    struct geometry g = geometry_of(d, &d->ladder->arrows[event->arrow]);
    const struct ladder_event *next = &d->ladder->events[event->next];
    int depth = depth_of(d, event), down = (int)(y - d->y[event->row]);
    int upper, lower, place, before;

    if (depth <= 0 || g.length == 0)
        return;
    if (event->kind == EVENT_HELD || (is_wire(event) && is_wire(next))) {
        canvas_glyph(&d->canvas, column(&g, g.mid), GLYPH_WAIT, INK_WARN);
        return;
    }
    slant(d, &g, event, &upper, &lower);
    place = upper + (lower - upper) * down / depth;
    before = upper + (lower - upper) * (down - 1) / depth;
    canvas_glyph(&d->canvas, column(&g, place),
                 place == before ? GLYPH_WAIT
                 : g.step > 0    ? GLYPH_FALL_RIGHT
                                 : GLYPH_FALL_LEFT,
                 INK_ARROW);
}

static void draw_fall(struct drawing *d, const struct geometry *g, int place)
{
    canvas_glyph(&d->canvas, column(g, place), g->step > 0 ? GLYPH_FALL_RIGHT : GLYPH_FALL_LEFT, INK_ARROW);
}

static void draw_head(struct drawing *d, const struct geometry *g)
{
    canvas_glyph(&d->canvas, column(g, g->length - 1), g->step > 0 ? GLYPH_HEAD_RIGHT : GLYPH_HEAD_LEFT,
                 INK_ARROW);
}

/* A frame on a loopback interface, or on a bench of one host: told beside the host. */
static void draw_loop(struct drawing *d, const struct ladder_row *row, const struct ladder_arrow *arrow)
{
    const struct ladder_event *last = &d->ladder->events[row->first + row->count - 1];
    const char *fate = "";
    char *text;

    if (is_wire(last))
        fate = mark_of(last).text;
    else if (row->count == 1)
        fate = last->kind == EVENT_ARRIVE ? "arrives" : canvas_word(&d->canvas, WORD_ELLIPSIS);
    if (asprintf(&text, "%s %s%s%s%s%s", d->canvas.unicode ? "↻" : "@", last->record->interface,
                 *last->record->interface ? " " : "", arrow->label, *fate ? " " : "", fate) < 0)
        return;
    draw_beside(d, arrow->from, text, 0, INK_BOLD);
    free(text);
}

/* Whether other frames were under way too, so that the lower end of a slanted arrow needs its label again. */
static bool is_ambiguous(const struct drawing *d, const struct ladder_event *arrival)
{
    const struct ladder *ladder = d->ladder;

    for (size_t i = arrival->previous + 1; i < ladder->event_count && &ladder->events[i] < arrival; i++)
        if (ladder->events[i].arrow != LADDER_NONE && ladder->events[i].arrow != arrival->arrow)
            return true;
    return arrival->previous > 0 && ladder->events[arrival->previous - 1].kind == EVENT_DEPART;
}

void draw_arrow_row(struct drawing *d, const struct ladder_row *row)
{
    const struct ladder_event *first = &d->ladder->events[row->first];
    const struct ladder_event *last = &d->ladder->events[row->first + row->count - 1];
    const struct ladder_arrow *arrow = &d->ladder->arrows[first->arrow];
    struct geometry g = geometry_of(d, arrow);
    bool on = last->next != LADDER_NONE && last->kind != EVENT_HELD; /* it goes on below */
    int begin = 1, end = g.length - 2, upper = 0, lower = 0;
    char *label;

    if (g.length == 0) {
        draw_loop(d, row, arrow);
        return;
    }
    label = words_label(arrow, first);
    if (!label)
        return;
    g.label = (int)canvas_width(&d->canvas, span_of(label));

    if (first->kind == EVENT_DEPART) {
        canvas_glyph(&d->canvas, g.start, g.step > 0 ? GLYPH_TEE_RIGHT : GLYPH_TEE_LEFT, INK_ARROW);
    } else if (first->kind == EVENT_ARRIVE && first->previous != LADDER_NONE) {
        const struct ladder_event *before = &d->ladder->events[first->previous];

        slant(d, &g, before, &upper, &lower);
        if (before->kind == EVENT_HELD) /* of a fate that this lab does not know */
            lower = g.mid;
        draw_fall(d, &g, lower);
        begin = lower + 1;
        if (!is_ambiguous(d, first))
            *label = '\0';
    } else if (first == last) { /* held, released or lost, after rows of its own */
        begin = draw_mark(d, &g, mark_of(first), on ? SHAFT + 5 : 0);
        if (first->kind == EVENT_HELD || first->kind == EVENT_LOST ||
            (on && is_wire(&d->ladder->events[last->next])))
            begin = g.length;
    } else {
        begin = draw_mark(d, &g, mark_of(first), SHAFT + 2);
    }

    if (last->kind == EVENT_ARRIVE) {
        draw_shaft(d, &g, begin, end, label);
        draw_head(d, &g);
    } else if (on && begin < g.length) {
        slant(d, &g, last, &upper, &lower);
        draw_shaft(d, &g, begin, upper - 1, label);
        draw_fall(d, &g, upper);
    } else if (first->kind == EVENT_DEPART) {
        draw_shaft(d, &g, begin, g.mid - 2, label);
        if (last != first)
            draw_mark(d, &g, mark_of(last), 0);
    }
    free(label);
}

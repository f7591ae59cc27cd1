/* SPDX-License-Identifier: MIT */
/* Drawing for the terminal. What stands around the ladder is in story.c, arrows are in draw_arrow.c. */
#ifndef LAB_SHOW_DRAW_TEXT_H
#define LAB_SHOW_DRAW_TEXT_H

#include "show/canvas.h"
#include "show/ladder.h"

struct drawing {
    struct canvas canvas;
    const struct notebook *notebook;
    const struct ladder *ladder;
    bool verbose;
    int time_width;
    int x[LADDER_HOSTS_MAX]; /* column of each lifeline */
    int left, right;         /* of the first and the last one */
    unsigned *y;             /* first line of each row, and the one after the last */
    bool brief;              /* no addresses, no reports, one line for each expectation */
    unsigned lines;          /* brief: so many at most, those of the hosts' names included */
};

/*
 * The ladder with the names of the hosts above; if it is to be brief, what lies around the first mismatch,
 * else around the source line where the claim ended, else its end. false when out of memory.
 */
bool draw_ladder(struct drawing *drawing);

/* Line number `line` of an event's text beside its host, with the lifeline's tee on the first. */
void draw_beside(struct drawing *drawing, int host, const char *text, unsigned line, enum ink ink);

/* What the events of this row (all of one arrow) look like on its line. */
void draw_arrow_row(struct drawing *drawing, const struct ladder_row *row);
/* The arrow after `event` on line y between the row of `event` and that of the next one. */
void draw_flight(struct drawing *drawing, const struct ladder_event *event, unsigned y);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The ladder as a picture. Calls stand outside the outer lifelines, so that nothing but packets, marks and
 * expectations lies between them.
 *
 *   ms        client            server
 *   0.063  connect() = 0 ●        │
 *   0.076                │╌[S]╌╌╌▶│
 *   0.817                │        ● accept(server) = 0
 */
#ifndef LAB_SHOW_DRAW_SVG_H
#define LAB_SHOW_DRAW_SVG_H

#include "show/ladder.h"
#include "show/picture.h"

#define SVG_SHAFT_DOWN 6 /* what an arrow falls that arrives in its own row */

struct svg_drawing {
    struct picture *picture;
    const struct notebook *notebook;
    const struct ladder *ladder;
    int x[LADDER_HOSTS_MAX]; /* of each lifeline */
    int left, right;         /* of the first and the last one */
    int time_x;              /* where times end */
    int call_left;           /* columns of text beside the first and the last lifeline, and between two */
    int call_right;
    int gap;
    char **words; /* of each row, what stands beside a lifeline; NULL where nothing does */
    int *y;       /* top of each row, and the end of the last */
};

/*
 * Draws the claim. `alone`: with what a picture needs that stands by itself, the claim's name, sentence,
 * outcome and facts. false when out of memory.
 */
bool draw_svg(const struct notebook *notebook, const struct ladder *ladder, bool alone,
              struct picture *picture);

/* ---- between the parts of the drawing ---- */

/* Arrows (draw_svg_arrow.c): the height of a row, and what its events look like. */
int svg_arrow_height(const struct svg_drawing *drawing, const struct ladder_row *row);
void svg_arrow(struct svg_drawing *drawing, const struct ladder_row *row);

/* The style sheets' way to say it: text that ends at its x, or begins there. */
struct svg_beside {
    int x;
    unsigned columns;
    bool end;
};

struct svg_beside svg_beside(const struct svg_drawing *drawing, int host);
/* Lines of a text in so many columns. */
unsigned svg_lines(const char *text, size_t length, unsigned columns);
/* Writes them, the baseline of the first at y. Returns their number. */
unsigned svg_put_lines(struct picture *picture, enum picture_style style, int x, int y, const char *text,
                       unsigned columns);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A drawing as texts and lines with places but without a file format: written as SVG (picture_svg.c), or
 * put into a page that makes the SVG itself (the report). Units are CSS pixels, y goes down.
 */
#ifndef LAB_SHOW_PICTURE_H
#define LAB_SHOW_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a shape is: this decides what it looks like and which numbers it has. */
enum picture_style {
    STYLE_ROW, /* what follows, up to the next row, happened together; the text, or "", tells more of it */
    STYLE_TIME,
    STYLE_SILENCE,
    STYLE_HOST,
    STYLE_ADDRESS,
    STYLE_CALL,
    STYLE_CALL_END, /* ..._END: the text ends at its x */
    STYLE_ERROR,
    STYLE_ERROR_END,
    STYLE_ORDER,
    STYLE_LABEL, /* centred */
    STYLE_LABEL_START,
    STYLE_LABEL_END,
    STYLE_WARN, /* held, released */
    STYLE_WARN_END,
    STYLE_LOST,
    STYLE_LOST_END,
    STYLE_MADE, /* injected */
    STYLE_MADE_END,
    STYLE_TREATMENT,
    STYLE_ELIDED,
    STYLE_MET,
    STYLE_MISSED,
    STYLE_REPORT,
    STYLE_REPORT_MARK,
    STYLE_TITLE,
    STYLE_SENTENCE,
    STYLE_DIM,
    STYLE_DOT, /* where a call is */
    STYLE_MARK_HELD,
    STYLE_MARK_LOST,
    STYLE_MARK_UNSEEN,
    STYLE_MARK_MADE,
    STYLE_MARK_COPY,
    STYLE_LIFE,
    STYLE_LIFE_SILENT,
    STYLE_BUSY,
    STYLE_SHAFT,
    STYLE_ARROW, /* a shaft with a head */
    STYLE_WAIT,
    STYLE_RULE,
    STYLE_BAR_MET,
    STYLE_BAR_MISSED,
    STYLE_PAPER_MISSED,
    STYLES,
};

enum shape_kind {
    SHAPE_ROW,
    SHAPE_TEXT, /* at x, y (the baseline) */
    SHAPE_MARK, /* a sign at x, y */
    SHAPE_LINE, /* from x, y to x2, y2 */
    SHAPE_AREA, /* a rectangle between these */
};

struct picture_look {
    enum shape_kind kind;
    const char *class; /* in ladder.css */
    const char *mark;  /* of a mark: data of an SVG path, from its place on */
};

extern const struct picture_look picture_looks[STYLES];
/* ladder.css (the Makefile makes objects of such files), and what an SVG needs before any arrow. */
extern const char asset_show_ladder_css[];
#define PICTURE_HEAD                                                                                             \
    "<marker id=\"ladder-head\" viewBox=\"0 0 9 8\" refX=\"9\" refY=\"4\" markerWidth=\"9\" markerHeight=\"8\" " \
    "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head\" d=\"M0 .4L9 4L0 7.6z\"/></marker>"

#define PICTURE_FONT 12
#define PICTURE_LINE 15 /* from one line of text to the next */
#define PICTURE_X(columns)                                                                                   \
    ((int)(columns)*29 / 4) /* what so many columns of monospaced text take at most                          \
                             */

struct shape {
    enum picture_style style;
    int x, y, x2, y2;
    unsigned line; /* of the claim's source, of a row; or 0 */
    char *text;    /* of a row or a text: printable, else NULL */
};

struct picture {
    int width, height;
    struct shape *shapes;
    size_t count, room;
    bool failed; /* out of memory: it is not whole */
};

void picture_free(struct picture *picture);

void picture_row(struct picture *picture, unsigned line, const char *text);
/* What would not be printable in it is made so. */
void picture_text(struct picture *picture, enum picture_style style, int x, int y, const char *text,
                  size_t length);
void picture_mark(struct picture *picture, enum picture_style style, int x, int y);
/* A line or an area. */
void picture_line(struct picture *picture, enum picture_style style, int x, int y, int x2, int y2);

/* Columns that a text takes. */
unsigned picture_columns(const char *text, size_t length);
/* Bytes of the text that fit in so many columns, up to a newline; broken at a blank where there is one. At
 * least one character, if there is any. */
size_t picture_fit(const char *text, size_t length, unsigned columns);

/* A standalone SVG file. `description` is for those who cannot see it. */
/* A copy that any file format can hold: well-formed, printable, no noncharacters. NULL when out of memory. */
char *picture_printable(const char *text, size_t length);
void picture_svg(const struct picture *picture, FILE *out, const char *title, const char *description);

#endif

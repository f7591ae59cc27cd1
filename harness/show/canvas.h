/* SPDX-License-Identifier: MIT */
/*
 * One line of the terminal as cells, painted in layers and then written: what is painted later covers what
 * was there, and nothing ever gets wider than the line. Text from notebooks is made harmless on the way:
 * control characters, broken UTF-8 and marks that would turn the direction of writing are shown, not sent.
 */
#ifndef LAB_SHOW_CANVAS_H
#define LAB_SHOW_CANVAS_H

#include "show/show.h"

#include <stddef.h>
#include <stdint.h>

enum ink { INK_PLAIN, INK_DIM, INK_BOLD, INK_GOOD, INK_BAD, INK_WARN, INK_ARROW, INK_MARK };

enum glyph {
    GLYPH_LIFELINE,
    GLYPH_LIFELINE_SILENT,
    GLYPH_TEE_RIGHT, /* a lifeline with something beginning to its right */
    GLYPH_TEE_LEFT,
    GLYPH_CROSS, /* an arrow across a lifeline */
    GLYPH_LINE,
    GLYPH_HEAD_RIGHT,
    GLYPH_HEAD_LEFT,
    GLYPH_FALL_RIGHT, /* an arrow on its way down */
    GLYPH_FALL_LEFT,
    GLYPH_WAIT, /* … that stands still */
    GLYPH_LOST,
    GLYPH_HELD,
    GLYPH_RELEASED,
    GLYPH_INJECTED,
    GLYPH_UNSEEN,
    GLYPH_SILENCE,
    GLYPH_RULE,
    GLYPH_COUNT,
};

/* Texts that differ by style. */
enum word { WORD_TICK, WORD_CROSS, WORD_SKIP, WORD_ELLIPSIS, WORD_DOT, WORD_COUNT };

struct span {
    const char *p;
    size_t length;
};

struct cell {
    uint32_t c; /* code point; 0: blank; CELL_TAKEN: right half of the wide one before */
    uint8_t ink;
};

struct canvas {
    FILE *out;
    unsigned columns;
    bool unicode, colour;
    struct cell cell[SHOW_COLUMNS_MAX];
};

void canvas_init(struct canvas *canvas, FILE *out, const struct show_style *style);
/* Writes the line without trailing blanks, and clears it. */
void canvas_emit(struct canvas *canvas);

struct span span_of(const char *text);
const char *canvas_word(const struct canvas *canvas, enum word word);
/* Columns that a text takes. */
unsigned canvas_width(const struct canvas *canvas, struct span text);

/* Whatever falls outside the line is not painted. */
void canvas_glyph(struct canvas *canvas, int x, enum glyph glyph, enum ink ink);
/* At most `most` columns of text from x, with an ellipsis where it is cut. Returns the columns painted. */
unsigned canvas_text(struct canvas *canvas, int x, struct span text, unsigned most, enum ink ink);
/* `printf` for the same. */
__attribute__((format(printf, 5, 6))) unsigned canvas_print(struct canvas *canvas, int x, unsigned most,
                                                            enum ink ink, const char *format, ...);
/* Bytes of the text that fit in `most` columns, up to a newline; broken at a blank where there is one. */
size_t canvas_fit(const struct canvas *canvas, struct span text, unsigned most);
/*
 * Text in lines of at most `most` columns, broken at blanks where possible, each painted at x and written;
 * what is on the canvas before is part of the first line. Newlines in the text begin a line.
 */
void canvas_wrap(struct canvas *canvas, int x, struct span text, unsigned most, enum ink ink);

#endif

/* SPDX-License-Identifier: MIT */
/* Painting cells and writing them out. */
#include "show/canvas.h"
#include "show/text_cursor.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define CELL_TAKEN UINT32_MAX

static const struct {
    uint32_t unicode;
    char ascii;
} glyphs[GLYPH_COUNT] = {
    [GLYPH_LIFELINE] = {0x2502, '|'},        /* │ */
    [GLYPH_LIFELINE_SILENT] = {0x250a, ':'}, /* ┊ */
    [GLYPH_TEE_RIGHT] = {0x251c, '+'},       /* ├ */
    [GLYPH_TEE_LEFT] = {0x2524, '+'},        /* ┤ */
    [GLYPH_CROSS] = {0x253c, '+'},           /* ┼ */
    [GLYPH_LINE] = {0x2500, '-'},            /* ─ */
    [GLYPH_HEAD_RIGHT] = {0x25b6, '>'},      /* ▶ */
    [GLYPH_HEAD_LEFT] = {0x25c0, '<'},       /* ◀ */
    [GLYPH_FALL_RIGHT] = {0x2572, '\\'},     /* ╲ */
    [GLYPH_FALL_LEFT] = {0x2571, '/'},       /* ╱ */
    [GLYPH_WAIT] = {0x250a, ':'},            /* ┊ */
    [GLYPH_LOST] = {0x2715, 'x'},            /* ✕ */
    [GLYPH_HELD] = {0x2016, '='},            /* ‖ */
    [GLYPH_RELEASED] = {0x2016, '='},        /* ‖ */
    [GLYPH_INJECTED] = {0x25c6, '*'},        /* ◆ */
    [GLYPH_UNSEEN] = {'?', '?'},
    [GLYPH_SILENCE] = {0x22ee, ':'}, /* ⋮ */
    [GLYPH_RULE] = {0x254c, '.'},    /* ╌ */
};

static const char *const words[WORD_COUNT][2] = {
    [WORD_TICK] = {"[ok]", "✓"},    [WORD_CROSS] = {"[FAIL]", "✗"}, [WORD_SKIP] = {"[skip]", "○"},
    [WORD_ELLIPSIS] = {"...", "…"}, [WORD_DOT] = {" - ", " · "},
};

static const char *const escapes[] = {
    [INK_PLAIN] = "",       [INK_DIM] = "\033[2m",   [INK_BOLD] = "\033[1m",   [INK_GOOD] = "\033[32m",
    [INK_BAD] = "\033[31m", [INK_WARN] = "\033[33m", [INK_ARROW] = "\033[36m", [INK_MARK] = "\033[1;35m",
};

void canvas_init(struct canvas *canvas, FILE *out, const struct show_style *style)
{
    memset(canvas, 0, sizeof(*canvas));
    canvas->out = out;
    canvas->columns = style->columns;
    if (canvas->columns < SHOW_COLUMNS_MIN)
        canvas->columns = SHOW_COLUMNS_MIN;
    if (canvas->columns > SHOW_COLUMNS_MAX)
        canvas->columns = SHOW_COLUMNS_MAX;
    canvas->unicode = style->unicode;
    canvas->colour = style->colour;
}

struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

const char *canvas_word(const struct canvas *canvas, enum word word)
{
    return words[word][canvas->unicode];
}

static void put_utf8(FILE *out, uint32_t c)
{
    if (c >= 0x10000)
        fprintf(out, "%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3f)));
    else if (c >= 0x800)
        fputc((int)(0xe0 | c >> 12), out);
    if (c >= 0x800)
        fprintf(out, "%c%c", (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
    else if (c >= 0x80)
        fprintf(out, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
    else
        fputc((int)c, out);
}

void canvas_emit(struct canvas *canvas)
{
    unsigned end = canvas->columns;
    uint8_t ink = INK_PLAIN;

    while (end > 0 && (canvas->cell[end - 1].c == 0 || canvas->cell[end - 1].c == ' '))
        end--;
    for (unsigned x = 0; x < end; x++) {
        const struct cell *cell = &canvas->cell[x];

        if (cell->c == CELL_TAKEN)
            continue;
        if (canvas->colour && cell->ink != ink && cell->c != 0 && cell->c != ' ') {
            fprintf(canvas->out, "%s%s", ink == INK_PLAIN ? "" : "\033[0m", escapes[cell->ink]);
            ink = cell->ink;
        }
        put_utf8(canvas->out, cell->c ? cell->c : ' ');
    }
    fprintf(canvas->out, "%s\n", ink == INK_PLAIN ? "" : "\033[0m");
    memset(canvas->cell, 0, sizeof(canvas->cell));
}

/* Half of a wide character that gets covered leaves a blank. */
static void put(struct canvas *canvas, int x, uint32_t c, enum ink ink)
{
    struct cell *cell = &canvas->cell[x];

    if (cell->c == CELL_TAKEN && c != CELL_TAKEN)
        cell[-1].c = ' ';
    if (x + 1 < (int)canvas->columns && cell[1].c == CELL_TAKEN)
        cell[1].c = ' ';
    *cell = (struct cell){c, (uint8_t)ink};
}

void canvas_glyph(struct canvas *canvas, int x, enum glyph glyph, enum ink ink)
{
    if (x < 0 || x >= (int)canvas->columns)
        return;
    put(canvas, x, canvas->unicode ? glyphs[glyph].unicode : (uint32_t)glyphs[glyph].ascii, ink);
}

unsigned canvas_width(const struct canvas *canvas, struct span text)
{
    struct text_cursor cursor;
    unsigned width = 0;
    uint32_t c;

    text_begin(&cursor, text.p, text.length, canvas->unicode);
    while ((c = text_next(&cursor)))
        width += text_columns(c);
    return width;
}

unsigned canvas_text(struct canvas *canvas, int x, struct span text, unsigned most, enum ink ink)
{
    struct span ellipsis = span_of(canvas_word(canvas, WORD_ELLIPSIS));
    unsigned cut = canvas_width(canvas, ellipsis), at = 0;
    struct text_cursor cursor;
    bool whole;
    uint32_t c;

    if (x < 0 || x >= (int)canvas->columns)
        return 0;
    if (most > canvas->columns - (unsigned)x)
        most = canvas->columns - (unsigned)x;
    whole = canvas_width(canvas, text) <= most;
    if (!whole && most < cut)
        return 0;
    text_begin(&cursor, text.p, text.length, canvas->unicode);
    while ((c = text_next(&cursor)) && at + text_columns(c) <= (whole ? most : most - cut)) {
        put(canvas, x + (int)at, c, ink);
        if (text_columns(c) == 2)
            put(canvas, x + (int)at + 1, CELL_TAKEN, ink);
        at += text_columns(c);
    }
    if (!whole)
        at += canvas_text(canvas, x + (int)at, ellipsis, cut, ink);
    return at;
}

unsigned canvas_print(struct canvas *canvas, int x, unsigned most, enum ink ink, const char *format, ...)
{
    va_list arguments;
    unsigned width = 0;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) >= 0) {
        width = canvas_text(canvas, x, span_of(text), most, ink);
        free(text);
    }
    va_end(arguments);
    return width;
}

size_t canvas_fit(const struct canvas *canvas, struct span text, unsigned most)
{
    const char *newline = memchr(text.p, '\n', text.length);
    size_t line = newline ? (size_t)(newline - text.p) : text.length;
    size_t fit = 0, blank = 0, next;

    for (; fit < line; fit = next) {
        next = fit + 1;
        while (next < line && ((unsigned char)text.p[next] >> 6) == 2)
            next++;
        if (canvas_width(canvas, (struct span){text.p, next}) > most && fit > 0)
            return text.p[fit] == ' ' ? fit : blank ? blank : fit;
        if (text.p[fit] == ' ')
            blank = fit;
    }
    return line;
}

void canvas_wrap(struct canvas *canvas, int x, struct span text, unsigned most, enum ink ink)
{
    while (text.length > 0) {
        /* canvas_fit() measures from the start for each character: a line at a time keeps that cheap */
        size_t window = text.length < 4 * SHOW_COLUMNS_MAX ? text.length : 4 * SHOW_COLUMNS_MAX;
        size_t n = canvas_fit(canvas, (struct span){text.p, window}, most);

        canvas_text(canvas, x, (struct span){text.p, n}, most, ink);
        canvas_emit(canvas);
        if (n < text.length && (text.p[n] == '\n' || text.p[n] == ' '))
            n++;
        text.p += n;
        text.length -= n;
    }
}

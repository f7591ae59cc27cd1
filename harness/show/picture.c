/* SPDX-License-Identifier: MIT */
#include "show/picture.h"
#include "show/text_cursor.h"

#include <stdlib.h>
#include <string.h>

const struct picture_look picture_looks[STYLES] = {
    [STYLE_ROW] = {SHAPE_ROW, "", ""},
    [STYLE_TIME] = {SHAPE_TEXT, "time", ""},
    [STYLE_SILENCE] = {SHAPE_TEXT, "silence", ""},
    [STYLE_HOST] = {SHAPE_TEXT, "host", ""},
    [STYLE_ADDRESS] = {SHAPE_TEXT, "address", ""},
    [STYLE_CALL] = {SHAPE_TEXT, "call", ""},
    [STYLE_CALL_END] = {SHAPE_TEXT, "call end", ""},
    [STYLE_ERROR] = {SHAPE_TEXT, "call error", ""},
    [STYLE_ERROR_END] = {SHAPE_TEXT, "call error end", ""},
    [STYLE_ORDER] = {SHAPE_TEXT, "order", ""},
    [STYLE_LABEL] = {SHAPE_TEXT, "label middle", ""},
    [STYLE_LABEL_START] = {SHAPE_TEXT, "label", ""},
    [STYLE_LABEL_END] = {SHAPE_TEXT, "label end", ""},
    [STYLE_WARN] = {SHAPE_TEXT, "warn", ""},
    [STYLE_WARN_END] = {SHAPE_TEXT, "warn end", ""},
    [STYLE_LOST] = {SHAPE_TEXT, "lost", ""},
    [STYLE_LOST_END] = {SHAPE_TEXT, "lost end", ""},
    [STYLE_MADE] = {SHAPE_TEXT, "made", ""},
    [STYLE_MADE_END] = {SHAPE_TEXT, "made end", ""},
    [STYLE_TREATMENT] = {SHAPE_TEXT, "treatment", ""},
    [STYLE_ELIDED] = {SHAPE_TEXT, "elided", ""},
    [STYLE_MET] = {SHAPE_TEXT, "met", ""},
    [STYLE_MISSED] = {SHAPE_TEXT, "missed", ""},
    [STYLE_REPORT] = {SHAPE_TEXT, "report", ""},
    [STYLE_REPORT_MARK] = {SHAPE_TEXT, "report mark", ""},
    [STYLE_TITLE] = {SHAPE_TEXT, "title", ""},
    [STYLE_SENTENCE] = {SHAPE_TEXT, "sentence", ""},
    [STYLE_DIM] = {SHAPE_TEXT, "dim", ""},
    [STYLE_DOT] = {SHAPE_MARK, "dot", "h.01"},
    [STYLE_MARK_HELD] = {SHAPE_MARK, "sign warn", "m-2-6v12m4-12v12"},
    [STYLE_MARK_LOST] = {SHAPE_MARK, "sign lost", "m-4-4l8 8m0-8l-8 8"},
    [STYLE_MARK_UNSEEN] = {SHAPE_MARK, "sign warn", "m-4-4l8 8m0-8l-8 8"},
    [STYLE_MARK_MADE] = {SHAPE_MARK, "sign made", "m0-5l5 5l-5 5l-5-5z"},
    [STYLE_MARK_COPY] = {SHAPE_MARK, "sign warn", "m0-5l5 5l-5 5l-5-5z"},
    [STYLE_LIFE] = {SHAPE_LINE, "life", ""},
    [STYLE_LIFE_SILENT] = {SHAPE_LINE, "life quiet", ""},
    [STYLE_BUSY] = {SHAPE_LINE, "busy", ""},
    [STYLE_SHAFT] = {SHAPE_LINE, "shaft", ""},
    [STYLE_ARROW] = {SHAPE_LINE, "shaft arrow", ""},
    [STYLE_WAIT] = {SHAPE_LINE, "wait", ""},
    [STYLE_RULE] = {SHAPE_LINE, "rule", ""},
    [STYLE_BAR_MET] = {SHAPE_LINE, "bar met", ""},
    [STYLE_BAR_MISSED] = {SHAPE_LINE, "bar missed", ""},
    [STYLE_PAPER_MISSED] = {SHAPE_AREA, "paper-missed", ""},
};

void picture_free(struct picture *picture)
{
    for (size_t i = 0; i < picture->count; i++)
        free(picture->shapes[i].text);
    free(picture->shapes);
    *picture = (struct picture){0};
}

static void add(struct picture *picture, struct shape shape)
{
    if (picture->count == picture->room && !picture->failed) {
        size_t room = picture->room ? 2 * picture->room : 128;
        struct shape *more = realloc(picture->shapes, room * sizeof(*more));

        if (more) {
            picture->shapes = more;
            picture->room = room;
        }
        picture->failed = !more;
    }
    if (picture->failed)
        free(shape.text);
    else
        picture->shapes[picture->count++] = shape;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    }
    return to;
}

char *picture_printable(const char *text, size_t length)
{
    char *copy = malloc(4 * length + 1), *to = copy; /* a byte may become \xNN */
    struct text_cursor cursor;
    uint32_t c;

    if (!copy)
        return NULL;
    while (length > 0 && *text >= ' ' && *text <= '~') { /* nearly all of them */
        *to++ = *text++;
        length--;
    }
    text_begin(&cursor, text, length, true);
    while ((c = text_next(&cursor)) != 0)
        to = put_utf8(to, (c & 0xfffe) == 0xfffe ? 0xfffd : c);
    *to = '\0';
    return copy;
}

/* Bytes and columns of the first character. */
static size_t character(const char *text, size_t length, unsigned *columns)
{
    struct text_cursor cursor;
    size_t size = 1;
    uint32_t c;

    if (*text >= ' ' && *text <= '~') {
        *columns = 1;
        return 1;
    }
    while (size < length && ((unsigned char)text[size] >> 6) == 2)
        size++;
    *columns = 0;
    text_begin(&cursor, text, size, true);
    while ((c = text_next(&cursor)) != 0)
        *columns += text_columns(c);
    return size;
}

unsigned picture_columns(const char *text, size_t length)
{
    unsigned sum = 0, columns;

    for (size_t i = 0; i < length; sum += columns)
        i += character(text + i, length - i, &columns);
    return sum;
}

size_t picture_fit(const char *text, size_t length, unsigned columns)
{
    const char *newline = memchr(text, '\n', length);
    size_t line = newline ? (size_t)(newline - text) : length;
    size_t fit = 0, blank = 0, next;
    unsigned used = 0, wide;

    for (; fit < line; fit = next) {
        next = fit + character(text + fit, line - fit, &wide);
        used += wide;
        if (used > columns && fit > 0)
            return text[fit] == ' ' && text[fit - 1] != '=' ? fit : blank ? blank : fit;
        if (text[fit] == ' ' && fit > 0 && text[fit - 1] != '=') /* "= 0" stays together */
            blank = fit;
    }
    return line;
}

static void add_text(struct picture *picture, struct shape shape, const char *text, size_t length)
{
    shape.text = picture_printable(text, length);
    if (shape.text)
        add(picture, shape);
    else
        picture->failed = true;
}

void picture_row(struct picture *picture, unsigned line, const char *text)
{
    add_text(picture, (struct shape){.style = STYLE_ROW, .line = line}, text, strlen(text));
}

void picture_text(struct picture *picture, enum picture_style style, int x, int y, const char *text,
                  size_t length)
{
    add_text(picture, (struct shape){.style = style, .x = x, .y = y}, text, length);
}

void picture_mark(struct picture *picture, enum picture_style style, int x, int y)
{
    add(picture, (struct shape){.style = style, .x = x, .y = y});
}

void picture_line(struct picture *picture, enum picture_style style, int x, int y, int x2, int y2)
{
    add(picture, (struct shape){.style = style, .x = x, .y = y, .x2 = x2, .y2 = y2});
}

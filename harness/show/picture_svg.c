/* SPDX-License-Identifier: MIT */
/* The picture as an SVG file that needs nothing else: its style sheet, light and dark, is inside. */
#include "show/picture.h"

#include <stdlib.h>
#include <string.h>

static void put_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                                            : NULL;

        if (entity)
            fputs(entity, out);
        else
            putc(*text, out);
    }
}

/* What those who see it have from the drawing: told as a whole, whose packet it is. */
static void put_row(FILE *out, const struct shape *row, const struct shape *end)
{
    if (!*row->text) {
        fputs("<g>", out);
        return;
    }
    fputs("<g role=\"img\" aria-label=\"", out);
    for (const struct shape *shape = row + 1; shape < end && shape->style != STYLE_ROW; shape++)
        if (shape->text) {
            put_escaped(out, shape->text);
            putc(' ', out);
        }
    put_escaped(out, row->text);
    fputs("\"><title>", out);
    put_escaped(out, row->text);
    fputs("</title>", out);
}

static void put_shape(FILE *out, const struct shape *shape, const struct shape *end, bool *in_row)
{
    const struct picture_look *look = &picture_looks[shape->style];

    switch (look->kind) {
    case SHAPE_ROW:
        fputs(*in_row ? "</g>\n" : "", out);
        *in_row = true;
        put_row(out, shape, end);
        break;
    case SHAPE_TEXT:
        fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", look->class, shape->x, shape->y);
        put_escaped(out, shape->text);
        fputs("</text>\n", out);
        break;
    case SHAPE_MARK:
        fprintf(out, "<path class=\"%s\" d=\"M%d %d%s\"/>\n", look->class, shape->x, shape->y, look->mark);
        break;
    case SHAPE_LINE:
        fprintf(out, "<path class=\"%s\" d=\"M%d %dL%d %d\"/>\n", look->class, shape->x, shape->y, shape->x2,
                shape->y2);
        break;
    case SHAPE_AREA:
        fprintf(out, "<path class=\"%s\" d=\"M%d %dH%dV%dH%dz\"/>\n", look->class, shape->x, shape->y,
                shape->x2, shape->y2, shape->x);
        break;
    }
}

void picture_svg(const struct picture *picture, FILE *out, const char *title, const char *description)
{
    char *printable = picture_printable(title, strlen(title));
    bool in_row = false;

    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder alone\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"group\" aria-labelledby=\"title desc\" "
            "xml:space=\"preserve\">\n",
            picture->width, picture->height, picture->width, picture->height);
    fputs("<title id=\"title\">", out);
    put_escaped(out, printable ? printable : "");
    free(printable);
    fputs("</title>\n<desc id=\"desc\">", out);
    put_escaped(out, description);
    fputs("</desc>\n<style>\n", out);
    fputs(asset_show_ladder_css, out); /* holds no markup */
    fprintf(out, "</style>\n<defs>" PICTURE_HEAD "</defs>\n<path class=\"paper\" d=\"M0 0h%dv%dh-%dz\"/>\n",
            picture->width, picture->height, picture->width);
    for (size_t i = 0; i < picture->count; i++)
        put_shape(out, &picture->shapes[i], picture->shapes + picture->count, &in_row);
    fprintf(out, "%s</svg>\n", in_row ? "</g>\n" : "");
}

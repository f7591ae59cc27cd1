/* SPDX-License-Identifier: MIT */
/* Wrapping: at the last blank that fits, in mid-word only where there is none. */
#include "pattern/columns.h"

#include <string.h>

#define INDENT 4
#define MARK   3 /* ">> " */
#define GAP    2 /* between the columns */

/* How much of `text` goes on a line of this width. */
static size_t piece(const char *text, size_t width)
{
    size_t n = strlen(text);

    if (n <= width)
        return n;
    for (n = width; n > 0 && text[n] != ' ';)
        n--;
    return n ? n : width;
}

/* What is left of a text after its piece. */
static const char *after(const char *text, size_t taken)
{
    text += taken;
    while (*text == ' ')
        text++;
    return text;
}

void columns_print(const struct columns *columns, const char *mark, const char *left, const char *right)
{
    size_t indent = 0;

    do {
        size_t l = piece(left, columns->left - indent), r = piece(right, columns->right - indent);

        if (r)
            fprintf(columns->out, "%-2s %*s%-*.*s  %*s%.*s\n", indent ? "" : mark, (int)indent, "",
                    (int)(columns->left - indent), (int)l, left, (int)indent, "", (int)r, right);
        else
            fprintf(columns->out, "%-2s %*s%.*s\n", indent ? "" : mark, (int)indent, "", (int)l, left);
        left = after(left, l);
        right = after(right, r);
        indent = INDENT;
    } while (*left || *right);
}

struct columns columns_of(FILE *out, size_t width, size_t left, size_t right)
{
    size_t room = width - MARK - GAP, most = room - (right < room / 2 ? right : room / 2);
    struct columns columns = {.out = out, .left = left < most ? left : most};

    columns.right = room - columns.left;
    return columns;
}

void columns_difference(FILE *out, size_t width, const char *expected, const char *observed)
{
    size_t heading = strlen("expected"), left = strlen(expected), right = strlen(observed);
    struct columns columns =
        columns_of(out, width, left > heading ? left : heading, right > heading ? right : heading);

    columns_print(&columns, "", "expected", "observed");
    columns_print(&columns, ">>", expected, observed);
}

void columns_paragraph(FILE *out, size_t width, const char *text)
{
    size_t indent = 0;

    do {
        size_t n = piece(text, width - indent);

        fprintf(out, "%*s%.*s\n", (int)indent, "", (int)n, text);
        text = after(text, n);
        indent = INDENT;
    } while (*text);
}

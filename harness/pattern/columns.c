/* SPDX-License-Identifier: MIT */
/* Wrapping: at the last blank that fits, in mid-word only where there is none. */
#include "pattern/columns.h"

#include <string.h>

#define INDENT 4

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

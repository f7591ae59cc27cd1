/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: whatever the bytes of a notebook, reading and drawing it neither crashes nor writes a
 * line wider than asked for. Seeds are the notebooks of harness/tests/show_samples; most complaints about
 * the input are uninteresting: run it with -close_fd_mask=2.
 */
#include "show/draw_svg.h"
#include "show/story.h"
#include "show/text_cursor.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_lines(const char *text, size_t length, const struct show_style *style)
{
    struct text_cursor cursor;
    uint32_t c;

    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t line = newline ? (size_t)(newline - text) : length;
        unsigned width = 0;

        text_begin(&cursor, text, line, true);
        while ((c = text_next(&cursor)))
            width += text_columns(c);
        if (!newline || width > style->columns)
            abort();
        text += line + 1;
        length -= line + 1;
    }
}

/* As SVG: no byte that XML forbids, and no tag that a text made. */
static void draw_picture(const struct notebook *notebook)
{
    struct ladder *ladder = ladder_new(notebook, true);
    struct picture picture = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!ladder || !draw_svg(notebook, ladder, true, &picture))
        abort();
    picture_svg(&picture, out, notebook->start ? notebook->start->name : "", "");
    fclose(out);
    for (size_t i = 0; i < size; i++)
        if (((unsigned char)text[i] < ' ' && text[i] != '\n') ||
            (text[i] == '<' && !strchr("?/stgpdm", text[i + 1])))
            abort();
    free(text);
    picture_free(&picture);
    ladder_free(ladder);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct show_style styles[] = {
        {.columns = 40, .unicode = true},
        {.columns = 80, .verbose = true},
        {.columns = 133, .unicode = true, .verbose = true},
    };
    struct notebook *notebook = notebook_parse("fuzz", (const char *)bytes, length);

    for (size_t i = 0; notebook && i < sizeof(styles) / sizeof(styles[0]); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);

        story_draw(notebook, "/nonexistent", out, &styles[i]);
        fclose(out);
        check_lines(text, size, &styles[i]);
        free(text);
    }
    if (notebook)
        draw_picture(notebook);
    notebook_free(notebook);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* The entrance: a folder in, its story out; and what suits the terminal at hand. */
#include "show/show.h"
#include "show/complain.h"
#include "show/draw_svg.h"
#include "show/draw_text.h"
#include "show/story.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_USUAL 80

int show_claim(const char *folder, FILE *out, const struct show_style *style)
{
    struct notebook *notebook = notebook_read(folder);
    int result;

    if (!notebook)
        return -1;
    result = story_draw(notebook, folder, out, style);
    if (result < 0 && !style->tcpdump) /* that has said what was wrong itself */
        complain_of("draw %s: out of memory", folder);
    notebook_free(notebook);
    return result;
}

void show_excerpt(const char *folder, FILE *out, const struct show_style *style, unsigned lines)
{
    struct notebook *notebook = notebook_look(folder);
    struct ladder *ladder = notebook ? ladder_new(notebook, false) : NULL;
    struct drawing *drawing = ladder ? calloc(1, sizeof(*drawing)) : NULL;

    if (drawing) {
        canvas_init(&drawing->canvas, out, style);
        drawing->notebook = notebook;
        drawing->ladder = ladder;
        drawing->brief = true;
        drawing->lines = lines;
        draw_ladder(drawing);
    }
    free(drawing);
    ladder_free(ladder);
    notebook_free(notebook);
}

/* What the picture shows, for those who do not see it: its texts are read to them, after this. */
static void describe(const struct notebook *notebook, const struct ladder *ladder, char text[256])
{
    size_t calls = 0, frames = 0;

    for (size_t i = 0; i < ladder->event_count; i++) {
        calls += ladder->events[i].kind == EVENT_CALL;
        frames += ladder->events[i].kind == EVENT_DEPART || ladder->events[i].kind == EVENT_APPEAR;
    }
    snprintf(text, 256, "%zu calls and %zu packets between %d hosts, time downwards; the claim %.20s.", calls,
             frames, ladder->hosts, notebook->end ? notebook->end->name : "has not ended");
}

int show_svg(const char *folder, FILE *out, bool everything)
{
    struct notebook *notebook = notebook_read(folder);
    struct ladder *ladder = notebook ? ladder_new(notebook, everything) : NULL;
    struct picture picture = {0};
    char description[256];
    int result = -1;

    if (ladder && draw_svg(notebook, ladder, true, &picture)) {
        describe(notebook, ladder, description);
        picture_svg(&picture, out, notebook->start ? notebook->start->name : folder, description);
        result = 0;
    } else if (notebook) {
        complain_of("draw %s: out of memory", folder);
    }
    picture_free(&picture);
    ladder_free(ladder);
    notebook_free(notebook);
    return result;
}

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static unsigned columns_for(FILE *out, bool terminal)
{
    const char *columns = set_variable("COLUMNS");
    struct winsize size;
    long number;

    if (terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    number = columns ? strtol(columns, NULL, 10) : 0;
    return number > 0 && number <= SHOW_COLUMNS_MAX ? (unsigned)number : COLUMNS_USUAL;
}

/* As setlocale(3) chooses: the first of the three that is set and not empty decides. */
static bool locale_is_utf8(void)
{
    const char *locale = set_variable("LC_ALL");

    if (!locale)
        locale = set_variable("LC_CTYPE");
    if (!locale)
        locale = set_variable("LANG");
    return locale && (strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8"));
}

void show_style_for(FILE *out, struct show_style *style)
{
    bool terminal = isatty(fileno(out)) == 1;
    const char *term = set_variable("TERM");

    *style = (struct show_style){
        .columns = columns_for(out, terminal),
        .unicode = locale_is_utf8(),
        .colour = terminal && !set_variable("NO_COLOR") && term && strcmp(term, "dumb") != 0,
    };
}

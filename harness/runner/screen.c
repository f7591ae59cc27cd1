/* SPDX-License-Identifier: MIT */
/* Terminal output. */
#include "runner/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_USUAL 80
#define DRAW_EVERY_MS 100
#define SETTLE_MS     500

void screen_open(struct screen *screen, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    screen->out = out;
    screen->terminal = isatty(fileno(out)) && !(term && strcmp(term, "dumb") == 0);
    screen->colour = screen->terminal && !(no_colour && *no_colour);
    screen->drawn = false;
    screen->columns = 0;
    screen->next = 0;
}

const char *colour_on(const struct screen *screen, enum colour colour)
{
    static const char *const sequences[] = {
        [PLAIN] = "",          [GREEN] = "\033[32m", [RED] = "\033[31m",
        [YELLOW] = "\033[33m", [BOLD] = "\033[1m",   [DIM] = "\033[2m",
    };

    return screen->colour ? sequences[colour] : "";
}

const char *colour_off(const struct screen *screen)
{
    return screen->colour ? "\033[0m" : "";
}

static unsigned columns_now(const struct screen *screen)
{
    struct winsize size;

    return ioctl(fileno(screen->out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col
                                                                                 : COLUMNS_USUAL;
}

/*
 * The width is asked for each time: no signal is needed for that. Most terminals break a line that has become
 * too long in two when their window gets narrower, and only the second half would be replaced: so the line is
 * taken away at the first sign of a change, and comes back when the width has stayed the same for a while.
 */
unsigned screen_room(struct screen *screen, int64_t now)
{
    unsigned columns;
    bool changed;

    if (!screen->terminal || now < screen->next)
        return 0;
    columns = columns_now(screen);
    screen->next = now + DRAW_EVERY_MS;
    changed = screen->columns && columns != screen->columns;
    screen->columns = columns;
    if (changed) {
        screen_clear(screen);
        fflush(screen->out);
        screen->next = now + SETTLE_MS;
        return 0;
    }
    return columns - 1; /* in the last column the cursor would wait to wrap */
}

void screen_progress(struct screen *screen, const char *format, ...)
{
    va_list arguments;

    if (!screen->terminal)
        return;
    fputs("\r\033[K", screen->out);
    va_start(arguments, format);
    vfprintf(screen->out, format, arguments);
    va_end(arguments);
    fflush(screen->out);
    screen->drawn = true;
}

void screen_clear(struct screen *screen)
{
    if (screen->drawn)
        fputs("\r\033[K", screen->out);
    screen->drawn = false;
}

void screen_block(struct screen *screen, const char *indent, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        if (length)
            fprintf(screen->out, "%s%.*s\n", indent, (int)length, text);
        else
            fputc('\n', screen->out);
        text += length;
        if (*text)
            text++;
    }
}

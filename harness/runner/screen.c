/* SPDX-License-Identifier: MIT */
/* Terminal output. */
#include "runner/screen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void screen_open(struct screen *screen, FILE *out)
{
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

    screen->out = out;
    screen->terminal = isatty(fileno(out)) && !(term && strcmp(term, "dumb") == 0);
    screen->colour = screen->terminal && !(no_colour && *no_colour);
    screen->drawn = false;
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

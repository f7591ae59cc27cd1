/* SPDX-License-Identifier: MIT */
/* What people see while it runs: plain lines, and on a terminal colour and a line of progress. */
#ifndef LAB_RUNNER_SCREEN_H
#define LAB_RUNNER_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum colour { PLAIN, GREEN, RED, YELLOW, BOLD, DIM };

struct screen {
    FILE *out;
    bool terminal;    /* progress is drawn */
    bool colour;      /* a terminal, and no NO_COLOR (no-color.org) */
    bool drawn;       /* the progress line is there now */
    unsigned columns; /* when it was last looked */
    int64_t next;     /* ms: no line of progress is drawn before */
};

void screen_open(struct screen *screen, FILE *out);
/* Escape sequences, or "" where there is no colour. */
const char *colour_on(const struct screen *screen, enum colour colour);
const char *colour_off(const struct screen *screen);
/*
 * Columns for a line of progress, or 0 if it is not the time to draw one: without a terminal, too soon after
 * the last one, or while the window changes its size. `now` in milliseconds.
 */
unsigned screen_room(struct screen *screen, int64_t now);
/* Replaces the line of progress; nothing where there is no terminal. */
void screen_progress(struct screen *screen, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes the line of progress away, before anything else is printed. */
void screen_clear(struct screen *screen);
/* Prints a text of several lines, each after the indentation. */
void screen_block(struct screen *screen, const char *indent, const char *text);

#endif

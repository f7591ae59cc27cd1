/* SPDX-License-Identifier: MIT */
/* The story of one claim for the terminal: its ladder, what was expected, and where the evidence lies. */
#ifndef LAB_SHOW_SHOW_H
#define LAB_SHOW_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#define SHOW_COLUMNS_MIN 40  /* narrower is drawn as if this wide */
#define SHOW_COLUMNS_MAX 400 /* wider is drawn as if this wide */

struct show_style {
    unsigned columns; /* no line is wider */
    bool unicode;     /* otherwise ASCII only, whatever the notebook holds */
    bool colour;
    bool tcpdump; /* all packets of each pcap in tcpdump's notation, instead of the ladder */
    bool verbose; /* also what the bench pinned, source lines, and every packet of a long transfer */
};

/* Draws the claim whose evidence lies in FOLDER. 0, or -1 with a message on stderr. */
int show_claim(const char *folder, FILE *out, const struct show_style *style);

/*
 * Only the part of the ladder where the claim went wrong, in so many lines at most, without what stands
 * around it. Nothing, and no message, if there is no notebook to draw.
 */
void show_excerpt(const char *folder, FILE *out, const struct show_style *style, unsigned lines);

/* The whole as a standalone SVG. `everything`: every packet of a long transfer, and whole labels. */
int show_svg(const char *folder, FILE *out, bool everything);

/*
 * What suits `out` and the environment: columns of the terminal (else COLUMNS, else 80), Unicode by the
 * locale (LC_ALL, LC_CTYPE, LANG), colour only on a terminal, without NO_COLOR and not on TERM=dumb.
 * tcpdump and verbose are false.
 */
void show_style_for(FILE *out, struct show_style *style);

#endif

/* SPDX-License-Identifier: MIT */
/* What a ladder says in words, the same in every drawing. */
#ifndef LAB_SHOW_WORDS_H
#define LAB_SHOW_WORDS_H

#include "show/ladder.h"

/* "201.3 ms", "1.234 s", "12m03.4s", "2h00m00s" */
const char *words_duration(int64_t nanoseconds, char text[32]);

/*
 * What stands beside the event's host: a call with what it returned (of one that took long the two apart), a
 * sysctl that was set. `dots` is the ellipsis; `line`: tell that of the source too. To be freed; NULL for
 * events that are drawn otherwise, and when out of memory.
 */
char *words_beside(const struct ladder_event *event, const char *dots, bool line);
/* Whether these words tell that a call was refused. */
bool words_tell_error(const struct ladder_event *event);

/* "held", "dropped", "not seen to arrive": what befell a frame in mid-wire. */
const char *words_fate(const struct ladder_event *event);
/* The label of an arrow, and what befell the frame without stopping it. To be freed; NULL when out of memory.
 */
char *words_label(const struct ladder_arrow *arrow, const struct ladder_event *first);
/* Packets that a row leaves out. */
unsigned words_elided(const struct ladder *ladder, const struct ladder_row *row);
/* The first address of a host in the claim's family, empty if unknown. */
const char *words_address(const struct notebook *notebook, const char *host);

#endif

/* SPDX-License-Identifier: MIT */
/* What a frame's text says of it: between which hosts it goes, and its label. Private to the ladder. */
#ifndef LAB_SHOW_LADDER_ENDS_H
#define LAB_SHOW_LADDER_ENDS_H

#include "show/ladder.h"

/* "client > server [.] ack 1": the hosts named, -1 where none is. false if the text does not begin so. */
bool ladder_named_ends(const struct ladder *ladder, const char *text, int *source, int *destination);

/*
 * Fills in what of `*from` and `*to` is -1, for a frame with this text on this wire (-1: unknown) of the
 * bench ("client router; router server").
 */
void ladder_guess_ends(const struct ladder *ladder, const char *bench, int wire, const char *text, int *from,
                       int *to);

/* Fills in the labels of all arrows. false when out of memory. */
bool ladder_add_labels(struct ladder *ladder, const struct notebook *notebook, bool everything);

#endif

/* SPDX-License-Identifier: MIT */
/* The part of the ladder's layout that makes arrows of packets and fates. Private to the ladder. */
#ifndef LAB_SHOW_LADDER_FRAMES_H
#define LAB_SHOW_LADDER_FRAMES_H

#include "show/ladder.h"

struct ladder_event *ladder_add_event(struct ladder *ladder, enum event_kind kind,
                                      const struct record *record, int host);
/* false when out of memory. */
bool ladder_add_frames(struct ladder *ladder, const struct notebook *notebook);

#endif

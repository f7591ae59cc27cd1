/* SPDX-License-Identifier: MIT */
/* A claim's whole story on the terminal: what it says, what came of it, the ladder, the evidence. */
#ifndef LAB_SHOW_STORY_H
#define LAB_SHOW_STORY_H

#include "show/notebook.h"
#include "show/show.h"

/* `folder` names the evidence in commands. 0, or -1 when out of memory. */
int story_draw(const struct notebook *notebook, const char *folder, FILE *out,
               const struct show_style *style);

#endif

/* SPDX-License-Identifier: MIT */
/* The shortcut for most lines of a notebook. Private to its reader. */
#ifndef LAB_SHOW_NOTEBOOK_PLAIN_H
#define LAB_SHOW_NOTEBOOK_PLAIN_H

#include "show/notebook.h"

/*
 * Reads a call or a packet as the lab itself writes them: compact, flat, ASCII, each member once and of its
 * type. Whatever is otherwise, right or wrong, it leaves to the reader proper, returning false; the record is
 * then to be made anew. Strings go to `space`, of at least `length` bytes, which has to outlive the record.
 */
bool notebook_plain(const char *line, size_t length, char *space, struct record *record);

#endif

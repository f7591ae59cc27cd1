/* SPDX-License-Identifier: MIT */
/* A file that somebody named, written whole or not at all. */
#ifndef LAB_RUNNER_REPLACE_H
#define LAB_RUNNER_REPLACE_H

#include <stddef.h>

/*
 * Writes the file in place of the one that there may be. What exists and is no regular file is refused.
 * `option` names the argument in messages ("-o FILE"). -1 after a message.
 */
int replace_file(const char *option, const char *path, const char *bytes, size_t length);

#endif

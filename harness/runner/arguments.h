/* SPDX-License-Identifier: MIT */
/* The command line: a table of options drives parsing, and the messages about what is accepted. */
#ifndef LAB_RUNNER_ARGUMENTS_H
#define LAB_RUNNER_ARGUMENTS_H

#include "runner/keep.h"

enum option_kind { OPTION_FLAG, OPTION_NUMBER, OPTION_TEXT };

struct option_row {
    const char *name; /* "--jobs" */
    enum option_kind kind;
    const char *argument; /* what usage calls it: "N"; NULL for a flag */
    void *value;          /* bool *, long * or const char ** */
    long least, most;     /* of a number */
};

/*
 * Parses argv[1..]: `--name VALUE` or `--name=VALUE`, anywhere among the
 * other arguments, which go to `rest`; after `--` everything does. Returns 0,
 * or -1 after a message that quotes the input and says what is accepted.
 */
int options_parse(int argc, char **argv, const struct option_row *rows, size_t count, struct texts *rest);

/* A whole decimal number from `least` to `most`; -1 if the text is none. */
int number_parse(const char *text, long least, long most, long *out);

#endif

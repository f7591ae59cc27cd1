/* SPDX-License-Identifier: MIT */
/* How the lab command complains: on standard error, after the name of the command, with what it tried and why
 * that failed. */
#ifndef LAB_RUNNER_SAY_H
#define LAB_RUNNER_SAY_H

/* Exit statuses of the command (README, DESIGN). */
enum {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1,
    EXIT_WRONG = 2, /* wrong use, or the results could not be kept */
    EXIT_NOTHING = 3,
};

/* What messages begin with: "lab", or "lab run" once the command is known. */
extern const char *say_name;

/* "lab: TEXT" */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "lab: TEXT: ENOENT (No such file or directory)" for errno number `number`. */
void say_errno(int number, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "ENOENT (No such file or directory)" */
const char *errno_words(int number);
/* "exit status 3", "killed by signal 11 (SIGSEGV)": a status of wait(2) in words. */
const char *status_words(int status);
/* A path as the user would write it, to be shown: relative if it lies below the working directory. */
const char *path_words(const char *path);

#endif

/* SPDX-License-Identifier: MIT */
/* The commands of lab. Each takes its own name as argv[0] and returns an exit status. */
#ifndef LAB_RUNNER_COMMANDS_H
#define LAB_RUNNER_COMMANDS_H

#include "runner/suite.h"

int command_judge(int argc, char **argv);
int command_run(int argc, char **argv);
int command_mutate(int argc, char **argv);
int command_list(int argc, char **argv);
int command_check(int argc, char **argv);
int command_coverage(int argc, char **argv);
int command_show(int argc, char **argv);
int command_report(int argc, char **argv);

/* Prints the problems of the suite on standard error, one a line. */
void print_problems(const struct suite *suite);
/* The exit status for a command that could not load its suite: `result` is not 0. */
int load_failed(int result);

#endif

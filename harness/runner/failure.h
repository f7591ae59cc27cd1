/* SPDX-License-Identifier: MIT */
/* A claim that needs attention, told so that it is understood without opening its source. */
#ifndef LAB_RUNNER_FAILURE_H
#define LAB_RUNNER_FAILURE_H

#include "runner/run.h"
#include "show/show.h"

/*
 * Below the claim's name (which the caller prints): its sentence, where and what differs, the ladder around
 * it, the statements that hang on it, facts, evidence, the command to run it again. About 24 lines in all:
 * what is long is cut in the middle, and whole in results.json and the notebook.
 */
void failure_draw(const struct run *run, const struct result *result, FILE *out,
                  const struct show_style *style);
/* The same without colour, in 80 columns of Unicode, as text to be kept. */
const char *failure_text(const struct run *run, const struct result *result);

#endif

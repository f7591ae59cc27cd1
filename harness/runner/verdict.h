/* SPDX-License-Identifier: MIT */
/*
 * The verdict of one statement. Claims that hold, on the side that confirms
 * and on the side that refutes, decide it; one linked claim that fails or is
 * broken leaves it open, whatever the others say; skipped claims say nothing.
 */
#ifndef LAB_RUNNER_VERDICT_H
#define LAB_RUNNER_VERDICT_H

#include "runner/suite.h"

void statement_judge(struct statement *statement);
void verdicts_count(const struct suite *suite, size_t counts[VERDICTS]);

#endif

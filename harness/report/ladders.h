/* SPDX-License-Identifier: MIT */
/* The ladders of a report: read from the evidence, laid out and drawn on several threads, written compactly.
 */
#ifndef LAB_REPORT_LADDERS_H
#define LAB_REPORT_LADDERS_H

#include "report/runs.h"
#include "report/text.h"

/*
 * Appends the <script> elements that hold the ladders of all claims, and adds the names of their captures to
 * the claims' runs ("pcaps"). false when out of memory.
 */
bool ladders_write(struct text *page, const struct report_runs *runs, unsigned threads);

#endif

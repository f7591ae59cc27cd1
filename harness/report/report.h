/* SPDX-License-Identifier: MIT */
/*
 * The report: one self-contained HTML page over one or more results.json, with the ladders from the evidence
 * beside them and the sources of the claims. REPORT.md says what the page holds.
 */
#ifndef LAB_REPORT_REPORT_H
#define LAB_REPORT_REPORT_H

#include <stddef.h>

struct report_request {
    const char *const *results; /* paths of results.json files; the first one is in focus */
    size_t count;
    const char *home;   /* the sources of claims are named from here */
    const char *folder; /* where the page will lie, for its links to evidence */
    unsigned threads;
};

/*
 * The page, to be freed. NULL if it could not be made; then `*error` says why, to be freed too (NULL when out
 * of memory). A claim without a notebook that can be read has no ladder.
 */
char *report_page(const struct report_request *request, size_t *length, char **error);

#endif

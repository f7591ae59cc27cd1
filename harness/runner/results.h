/* SPDX-License-Identifier: MIT */
/* results.json, written and read. */
#ifndef LAB_RUNNER_RESULTS_H
#define LAB_RUNNER_RESULTS_H

#include "runner/run.h"

#define RESULTS_SCHEMA 1

/* The statements of the suite, sorted by id. */
const struct statement **statements_by_id(const struct suite *suite);
/* One statement as results.json and `lab coverage --json` have it. */
json_t *statement_json(const struct statement *row);

/*
 * Reads FOLDER/results.json and puts the outcomes into the claims of the
 * suite. Returns 1 and says in `source` of which run it is, 0 if there is no
 * such file, -1 after a message if it is not one that can be used.
 */
int results_read(struct suite *suite, const char *folder, const char **source);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Expectations about packets that are wrong on purpose (pattern/mutate.h). With --mutants a run notes what it
 * expected, and at its end holds every wrong version of that against the packets that it saw: one that is met
 * as well shows an expectation that nothing depends on. With --mutate NAME the run itself expects the wrong.
 *
 * "3.2.ack" is a mutation of the third expectation of the run; "4.ever" says that what the fourth one did not
 * see for a while never comes in the whole run, at no host: if that is so, its pattern may be one that
 * nothing matches.
 */
#ifndef LAB_API_MUTANTS_H
#define LAB_API_MUTANTS_H

#include "api/internal.h"

/* Called where an expectation begins, before it has changed anything; returns the lines to be expected. */
const char *const *mutants_expect(struct lab *lab, struct here here, unsigned view,
                                  const char *const lines[]);
/* It was met by so many packets. */
void mutants_met(struct lab *lab, size_t used);
/* The same of an expectation that nothing like `pattern` comes. */
void mutants_expect_none(struct lab *lab, struct here here, unsigned view, const char *pattern);
/* The claim's code has ended, and the captures are complete: writes the `mutant' records. */
void mutants_finish(struct lab *lab);

#endif

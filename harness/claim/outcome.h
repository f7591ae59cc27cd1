/* SPDX-License-Identifier: MIT */
/* What a claim's process tells its supervisor, in memory that survives it. */
#ifndef LAB_CLAIM_OUTCOME_H
#define LAB_CLAIM_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

enum outcome { OUTCOME_NONE, OUTCOME_HOLDS, OUTCOME_FAILS, OUTCOME_SKIPPED, OUTCOME_BROKEN };
const char *outcome_text(enum outcome outcome);

#define CAPTURES_MAX 24
struct verdict_page {
    enum outcome outcome; /* OUTCOME_NONE until the claim has decided */
    int line;             /* where it was decided, 0 if nowhere in particular */
    char reason[1024];
    int begun;     /* eventfd of the supervisor's: the bench stands, the claim's own time begins */
    int last_line; /* of the last call that the claim made, for when it is killed there */
    char last_call[200];
    unsigned captures;
    struct {
        char file[64];
        size_t packets;
        unsigned dropped;
    } capture[CAPTURES_MAX];
    int signal; /* that ended the claim's process, or 0 */
    int status; /* its exit status otherwise */
    bool ended; /* its process is gone */
    bool left_children;
};

#endif

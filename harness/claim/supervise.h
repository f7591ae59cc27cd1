/* SPDX-License-Identifier: MIT */
/*
 * One run of one claim in processes of its own:
 *
 *   supervisor   outside; keeps the time limit and writes the notebook's end, whatever happens inside
 *     reaper     process 1 of the claim's namespaces: when it goes, everything in them goes
 *       claim    the claim's code (claim/body.h) and the wires' thread
 */
#ifndef LAB_CLAIM_SUPERVISE_H
#define LAB_CLAIM_SUPERVISE_H

#include "claim/claim.h"

struct claim_run {
    const struct claim *claim;
    unsigned family;    /* V4, V6 or NO_FAMILY */
    const char *folder; /* for the evidence; exists */
    bool placebo;
    bool virtual_time;        /* the machine's clock jumps over idle time: durations can be judged */
    bool mutants;             /* at its end try what else its expectations could have said */
    const char *mutate;       /* expect this instead, wrong on purpose (api/mutants.h); NULL */
    unsigned timeout_s;       /* 0: the claim's own */
    unsigned setup_timeout_s; /* for the bench; 0: SETUP_LIMIT_S (claim/limits.h) */
};

/* Runs it in a child process of the caller. 0 when the notebook was ended; -1 with a message on stderr. */
int supervise(const struct claim_run *run);

#endif

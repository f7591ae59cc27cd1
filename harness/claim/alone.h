/* SPDX-License-Identifier: MIT */
/* An experiment's executable run by itself. */
#ifndef LAB_CLAIM_ALONE_H
#define LAB_CLAIM_ALONE_H

/*
 * Runs every claim of this executable, one after another, and shows each one's story. The evidence goes to
 * results/alone/ID of the checkout in which the executable lies. Returns the exit status: 0 no claim
 * failed or broke, 1 one did, 2 the evidence could not be kept, 3 nothing was judged.
 */
int run_alone(void);

#endif

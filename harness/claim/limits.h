/* SPDX-License-Identifier: MIT */
/* Time limits that an experiment's executable and `lab' share. */
#ifndef LAB_CLAIM_LIMITS_H
#define LAB_CLAIM_LIMITS_H

/*
 * For the bench's set-up, in seconds. It waits for locks that every network namespace of the machine shares
 * (RTNL, RCU); how long is not the claim's doing, and does not count against the claim's own limit.
 */
#define SETUP_LIMIT_S 120

#endif

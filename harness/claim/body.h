/* SPDX-License-Identifier: MIT */
/* Inside the claim's own process: bench up, wires up, the claim's code, the outcome. */
#ifndef LAB_CLAIM_BODY_H
#define LAB_CLAIM_BODY_H

#include "claim/notebook.h"
#include "claim/outcome.h"
#include "claim/supervise.h"

/* Does not return; the process ends with status 0, the outcome in `page`. */
_Noreturn void claim_body(const struct claim_run *run, const struct notebook *notebook,
                          struct verdict_page *page);

#endif

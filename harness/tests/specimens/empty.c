/* SPDX-License-Identifier: MIT */
/* A claim that does nothing: what is left is what the lab itself costs (make bench). */
#include "lab.h"

EXPERIMENT("nothing", NULL, "the fixed cost of a claim");

CLAIM(nothing_happens, NO_FAMILY, "a bench comes up and goes down",
      .untreated = "there is nothing to treat", .cites = "harness/bench/bench.h")
{
    (void)lab;
}

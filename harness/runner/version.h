/* SPDX-License-Identifier: MIT */
/* The version of the suite, in `lab --version` and results.json. The build may give another. */
#ifndef LAB_RUNNER_VERSION_H
#define LAB_RUNNER_VERSION_H

#ifndef LAB_VERSION
#define LAB_VERSION "0.1"
#endif

#endif

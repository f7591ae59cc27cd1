/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as the notebook from which `lab run' and `lab judge' take an outcome, and `lab
 * mutate' its mutants. (What `lab show' makes of notebooks: fuzz_notebook.c.)
 */
#include "tests/fuzz.h"

#include "runner/mutants.h"
#include "runner/trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct suite suite;
    struct trial trial = {0};
    struct mutated mutated = {0};

    fuzz_suite(&suite);
    fuzz_file("notebook.jsonl", bytes, length);
    trial_read(&trial, fuzz_folder_fd, suite.claims.list[0], false);
    fuzz_demand(trial.outcome != OUTCOME_NONE && trial.reason);
    fuzz_demand(trial.outcome == OUTCOME_HOLDS || *trial.reason);
    fuzz_printable(trial.reason);
    if (trial.report)
        fuzz_printable(trial.report);
    for (size_t i = 0; i < trial.captures.count; i++)
        fuzz_demand(!strchr(trial.captures.list[i], '/'));
    trial_free(&trial);
    fuzz_demand(mutants_read(&mutated, fuzz_folder_fd) == 0);
    for (size_t i = 0; i < mutated.count; i++) {
        fuzz_printable(mutated.list[i].mutated);
        placebo_denies(fuzz_folder_fd, &mutated.list[i]);
    }
    keep_free_all();
    return 0;
}

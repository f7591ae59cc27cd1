/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes as the results.json of an earlier run, and the verdicts that follow from it. */
#include "tests/fuzz.h"

#include "runner/results.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct suite suite;
    const char *source = NULL;

    fuzz_suite(&suite);
    fuzz_file("results.json", bytes, length);
    if (results_read(&suite, fuzz_folder, &source) > 0)
        fuzz_line(source);
    suite_judge(&suite);
    for (size_t i = 0; i < suite.claims.count; i++)
        fuzz_printable(suite.claims.list[i]->reason);
    keep_free_all();
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: whatever an experiment lists, ids stay folders below the results, texts one line,
 * problems printable.
 */
#include "tests/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_./";
    struct suite suite = {.table = "table"};

    suite_add_listing(&suite, "experiments/x", (const char *)bytes, length);
    suite_sort(&suite);
    suite_link(&suite);
    suite_check(&suite);
    fuzz_problems(&suite);
    for (size_t i = 0; i < suite.claims.count; i++) {
        const struct claim *claim = suite.claims.list[i];

        fuzz_demand(claim->id[0] != '/' && claim->id[0] != '.' && !strstr(claim->id, ".."));
        fuzz_demand(strspn(claim->id, letters) == strlen(claim->id));
        fuzz_line(claim->sentence);
        fuzz_line(claim->experiment->file);
        fuzz_demand(claim->timeout_s >= 0 && claim->takes_ms >= 0 && claim->line >= 0);
    }
    keep_free_all();
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes as the table of statements, linked with two claims, checked and judged. */
#include "tests/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct suite suite;

    fuzz_suite(&suite);
    suite.claims.list[0]->outcome = OUTCOME_HOLDS;
    suite_parse_statements(&suite, (const char *)bytes, length);
    suite_link(&suite);
    suite_check(&suite);
    suite_judge(&suite);
    fuzz_problems(&suite);
    for (size_t i = 0; i < suite.statements_count; i++) {
        fuzz_line(suite.statements[i].id);
        fuzz_line(suite.statements[i].text);
        fuzz_line(suite.statements[i].reason);
    }
    keep_free_all();
    return 0;
}

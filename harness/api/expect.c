/* SPDX-License-Identifier: MIT */
/* Expectations about values and results of calls. */
#include "api/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Records the judgement; a failed one is the claim's failure, in the form `expected …, got …`. */
static bool judged(struct here here, struct lab *lab, bool ok, const char *wanted, const char *observed)
{
    char report[512];
    snprintf(report, sizeof report, "expected %s: %s\nobserved: %s", here.text, wanted, observed);
    record_expect(lab, here, here.text, ok, report);
    if (!ok)
        lab_fail(lab, here, "%s: expected %s, got %s", here.text, wanted, observed);
    return ok;
}

bool lab_expect(struct here here, struct lab *lab, bool condition)
{
    return judged(here, lab, condition, "true", condition ? "true" : "false");
}

bool lab_expect_equal(struct here here, struct lab *lab, int64_t observed, int64_t wanted)
{
    char want[32], got[32];
    snprintf(want, sizeof want, "%" PRId64, wanted);
    snprintf(got, sizeof got, "%" PRId64, observed);
    return judged(here, lab, observed == wanted, want, got);
}

bool lab_expect_between(struct here here, struct lab *lab, int64_t observed, int64_t low, int64_t high)
{
    char want[64], got[32];
    if (high == INT64_MAX)
        snprintf(want, sizeof want, "at least %" PRId64, low);
    else
        snprintf(want, sizeof want, "%" PRId64 " to %" PRId64, low, high);
    snprintf(got, sizeof got, "%" PRId64, observed);
    return judged(here, lab, low <= observed && observed <= high, want, got);
}

static void result_text(int result, char text[64])
{
    if (result < 0)
        snprintf(text, 64, "%s (%s)", errno_name(-result), strerror(-result));
    else
        snprintf(text, 64, "success (%d)", result);
}

bool lab_expect_refused(struct here here, struct lab *lab, int result, int error)
{
    char want[64], got[64];
    if (error)
        result_text(-error, want);
    else
        snprintf(want, sizeof want, "success");
    result_text(result, got);
    return judged(here, lab, error ? result == -error : result >= 0, want, got);
}

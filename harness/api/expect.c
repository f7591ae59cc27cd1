/* SPDX-License-Identifier: MIT */
/* Expectations about values and results of calls. */
#include "api/internal.h"
#include "pattern/columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lab_differs(struct lab *lab, struct here here, const char *what, const char *wanted,
                 const char *observed)
{
    char *report = NULL;
    size_t size;
    FILE *out = open_memstream(&report, &size);
    columns_paragraph(out, REPORT_COLUMNS, what);
    columns_difference(out, REPORT_COLUMNS, wanted, observed);
    fclose(out);
    record_expect(lab, here, what, false, report);
    free(report);
    lab_fail(lab, here, "%s: expected %s, got %s", what, wanted, observed);
}

static bool judged(struct here here, struct lab *lab, bool ok, const char *wanted, const char *observed)
{
    if (ok)
        record_expect(lab, here, here.text, true, NULL);
    else
        lab_differs(lab, here, here.text, wanted, observed);
    return ok;
}

bool lab_expect(struct here here, struct lab *lab, bool condition)
{
    return judged(here, lab, condition, "true", condition ? "true" : "false");
}

/* What `try_…` returns is an errno number where it is negative. */
static void value_text(struct here here, int64_t value, char text[64])
{
    const char *name = value < 0 && strncmp(here.text, "try_", 4) == 0 ? strerrorname_np((int)-value) : NULL;
    if (name)
        snprintf(text, 64, "-%s (%s)", name, strerror((int)-value));
    else
        snprintf(text, 64, "%" PRId64, value);
}

bool lab_expect_equal(struct here here, struct lab *lab, int64_t observed, int64_t wanted)
{
    char want[64], got[64];
    value_text(here, wanted, want);
    value_text(here, observed, got);
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

/* SPDX-License-Identifier: MIT */
/* The least that a unit test needs: checks that tell where, what was expected and what was got. */
#ifndef LAB_TESTS_CHECK_H
#define LAB_TESTS_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned check_count, check_failures;

static inline bool check_result(bool passed)
{
    check_count++;
    if (!passed)
        check_failures++;
    return passed;
}

static inline void check_true(const char *file, int line, const char *text, bool value)
{
    if (!check_result(value))
        fprintf(stderr, "%s:%d: %s: expected true, got false\n", file, line, text);
}

static inline void check_int(const char *file, int line, const char *text, long long got, long long expected)
{
    if (!check_result(got == expected))
        fprintf(stderr, "%s:%d: %s: expected %lld, got %lld\n", file, line, text, expected, got);
}

static inline void check_str(const char *file, int line, const char *text, const char *got,
                             const char *expected)
{
    bool equal = got && expected ? strcmp(got, expected) == 0 : got == expected;

    if (!check_result(equal))
        fprintf(stderr, "%s:%d: %s:\n  expected \"%s\"\n  got      \"%s\"\n", file, line, text,
                expected ? expected : "(null)", got ? got : "(null)");
}

/* What was got comes first, what was expected second. Strings may be NULL. */
#define CHECK(condition)         check_true(__FILE__, __LINE__, #condition, (condition))
#define CHECK_INT(got, expected) check_int(__FILE__, __LINE__, #got, (long long)(got), (long long)(expected))
#define CHECK_STR(got, expected) check_str(__FILE__, __LINE__, #got, (got), (expected))

/* Says how it went; the exit status of the test. No checks at all is a failure too. */
static inline int check_done_as(const char *name)
{
    printf("%s: %u checks, %u failed\n", name, check_count, check_failures);
    return check_failures || !check_count;
}

/* The name is that of the source file, without folder and suffix. */
static inline int check_done_file(const char *file)
{
    const char *slash = strrchr(file, '/');
    char name[64];

    snprintf(name, sizeof(name), "%s", slash ? slash + 1 : file);
    if (strrchr(name, '.'))
        *strrchr(name, '.') = '\0';
    return check_done_as(name);
}
#define check_done() check_done_file(__FILE__)

#endif

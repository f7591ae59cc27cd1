/* SPDX-License-Identifier: MIT */
/* The suite as a whole: loading in order, and its small helpers. */
#include "runner/suite.h"

#include <stdlib.h>
#include <string.h>

const char *const outcome_words[OUTCOMES] = {
    [OUTCOME_NONE] = "",           [OUTCOME_HOLDS] = "holds",   [OUTCOME_FAILS] = "fails",
    [OUTCOME_SKIPPED] = "skipped", [OUTCOME_BROKEN] = "broken",
};

const char *const verdict_words[VERDICTS] = {
    [VERDICT_CONFIRMED] = "confirmed",   [VERDICT_REFUTED] = "refuted", [VERDICT_PARTLY] = "partly",
    [VERDICT_UNTESTABLE] = "untestable", [VERDICT_OPEN] = "open",
};

enum outcome outcome_parse(const char *text)
{
    for (int i = OUTCOME_HOLDS; i < OUTCOMES; i++)
        if (strcmp(outcome_words[i], text) == 0)
            return (enum outcome)i;
    return OUTCOME_NONE;
}

void claims_add(struct claims *claims, struct claim *claim)
{
    claims->list = keep_grow(claims->list, claims->count, &claims->room, sizeof(struct claim *));
    claims->list[claims->count++] = claim;
}

void suite_problem(struct suite *suite, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    texts_add(&suite->problems, keep_vformat(format, arguments));
    va_end(arguments);
}

static int by_id(const void *a, const void *b)
{
    const struct claim *x = *(struct claim *const *)a, *y = *(struct claim *const *)b;
    int order = strcmp(x->id, y->id);

    /* the path decides between duplicates, so that messages about them do not depend on chance */
    return order ? order : strcmp(x->experiment->path, y->experiment->path);
}

void suite_sort(struct suite *suite)
{
    if (suite->claims.count)
        qsort(suite->claims.list, suite->claims.count, sizeof(suite->claims.list[0]), by_id);
}

void suite_names(const struct suite *suite, struct texts *names)
{
    const char *last = "";

    for (size_t i = 0; i < suite->experiments_count; i++)
        texts_add(names, suite->experiments[i]->name);
    for (size_t i = 0; i < suite->claims.count; i++) {
        const struct claim *claim = suite->claims.list[i];

        if (strcmp(claim->base, last) != 0)
            texts_add(names, last = claim->base);
        if (claim->family)
            texts_add(names, claim->id);
    }
}

int suite_load(struct suite *suite, const struct places *places)
{
    int result = suite_discover(suite, places->experiments);

    if (result == 0)
        result = suite_read_statements(suite, places->statements);
    if (result)
        return result;
    suite_link(suite);
    suite_check(suite);
    return 0;
}

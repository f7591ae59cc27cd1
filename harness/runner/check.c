/* SPDX-License-Identifier: MIT */
/* Links resolved, and the rules that build and run insist on. */
#include "runner/say.h"
#include "runner/suggest.h"
#include "runner/suite.h"

#include <stdlib.h>
#include <string.h>

/* The claims that a link names: one id, or a name for all its families. */
static void resolve(const struct suite *suite, const char *link, struct claims *found)
{
    /* Sorted by id, and a base sorts directly before its families: but two searches would not be shorter. */
    for (size_t i = 0; i < suite->claims.count; i++) {
        struct claim *claim = suite->claims.list[i];

        if (strcmp(link, claim->id) == 0 || strcmp(link, claim->base) == 0)
            claims_add(found, claim);
    }
}

static bool claims_have(const struct claims *claims, const struct claim *claim)
{
    for (size_t i = 0; i < claims->count; i++)
        if (claims->list[i] == claim)
            return true;
    return false;
}

static void link_column(struct suite *suite, struct statement *row, const struct texts *links,
                        struct claims *into, const struct claims *other, const struct texts *names)
{
    for (size_t i = 0; i < links->count; i++) {
        struct claims found = {0};

        resolve(suite, links->list[i], &found);
        if (!found.count)
            suite_problem(suite, "%s:%zu: unknown claim `%s'%s", suite->table, row->line, links->list[i],
                          suggest_words(links->list[i], names, "; `lab list' shows those there are"));
        for (size_t j = 0; j < found.count; j++) {
            struct claim *claim = found.list[j];

            if (claims_have(other, claim))
                suite_problem(suite, "%s:%zu: claim `%s' cannot both confirm and refute; choose one",
                              suite->table, row->line, claim->id);
            if (claims_have(into, claim))
                suite_problem(suite, "%s:%zu: claim `%s' is linked twice", suite->table, row->line,
                              claim->id);
            else {
                claims_add(into, claim);
                if (!texts_have(&claim->statements, row->id))
                    texts_add(&claim->statements, row->id);
            }
        }
    }
}

/* Suggestions for links are claims, not experiments: a link must name a claim. */
static void claim_names(const struct suite *suite, struct texts *names)
{
    struct texts all = {0};

    suite_names(suite, &all);
    for (size_t i = 0; i < all.count; i++)
        if (strchr(all.list[i], '.'))
            texts_add(names, all.list[i]);
}

void suite_link(struct suite *suite)
{
    struct texts names = {0};

    claim_names(suite, &names);
    for (size_t i = 0; i < suite->statements_count; i++) {
        struct statement *row = &suite->statements[i];

        link_column(suite, row, &row->confirmed_by, &row->confirming, &row->refuting, &names);
        link_column(suite, row, &row->refuted_by, &row->refuting, &row->confirming, &names);
        if (*row->untestable && row->confirmed_by.count + row->refuted_by.count)
            suite_problem(suite, "%s:%zu: linked to claims, yet given as untestable; empty one of the two",
                          suite->table, row->line);
    }
}

static int by_row_id(const void *a, const void *b)
{
    const struct statement *x = *(const struct statement *const *)a, *y = *(const struct statement *const *)b;
    int order = strcmp(x->id, y->id);

    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static void check_statements(struct suite *suite)
{
    size_t count = suite->statements_count;
    const struct statement **sorted = keep(count * sizeof(struct statement *));

    for (size_t i = 0; i < count; i++)
        sorted[i] = &suite->statements[i];
    if (count)
        qsort(sorted, count, sizeof(struct statement *), by_row_id);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i]->id, sorted[i - 1]->id) == 0)
            suite_problem(suite,
                          "%s:%zu: the id `%s' is taken by line %zu; an id is one statement's for ever",
                          suite->table, sorted[i]->line, sorted[i]->id, sorted[i - 1]->line);
}

static const char *where(const struct claim *claim)
{
    return keep_format("%s:%ld", claim->experiment->file, claim->line);
}

static bool decides_or_cites(const struct claim *claim)
{
    return claim->statements.count || (claim->cites && *claim->cites);
}

/* A claim of two families that is linked nowhere is one problem, not two. */
static void check_links(struct suite *suite, const struct claim *claim, const struct claim *before,
                        const struct claim *after)
{
    bool follows = before && strcmp(before->base, claim->base) == 0;
    bool whole = !follows && (!after || strcmp(after->base, claim->base) != 0 || !decides_or_cites(after));

    if (decides_or_cites(claim) || (follows && !decides_or_cites(before)))
        return;
    suite_problem(
        suite,
        "%s: claim `%s' decides no statement and cites nothing; link it in %s (confirmed_by or refuted_by), "
        "or let it cite a man page, kernel document or RFC",
        where(claim), whole ? claim->base : claim->id, suite->table);
}

static void check_claim(struct suite *suite, const struct claim *claim, const struct claim *before)
{
    static const char *const needs[] = {"root", "virtual-time"};

    if (before && strcmp(claim->id, before->id) == 0) {
        suite_problem(suite, "%s: claim `%s' is also in %s (%s and %s)%s", where(claim), claim->id,
                      where(before), path_words(before->experiment->path),
                      path_words(claim->experiment->path),
                      strcmp(claim->experiment->file, before->experiment->file) == 0
                          ? "; one of these executables is left over from an older build: make clean"
                          : "; give one another name");
        return;
    }
    if (before && strcmp(claim->base, before->base) == 0 && !before->family)
        suite_problem(suite, "%s: claim `%s' exists with and without a family", where(claim), claim->base);
    if (!claim->treated && (!claim->untreated || !*claim->untreated))
        suite_problem(suite, "%s: claim `%s' treats nothing and does not say why", where(claim), claim->id);
    for (size_t i = 0; i < claim->needs.count; i++) {
        bool known = false;

        for (size_t j = 0; j < sizeof(needs) / sizeof(needs[0]); j++)
            known = known || strcmp(claim->needs.list[i], needs[j]) == 0;
        if (!known)
            suite_problem(suite, "%s: claim `%s' needs `%s'; only root and virtual-time are known",
                          where(claim), claim->id, claim->needs.list[i]);
    }
}

void suite_check(struct suite *suite)
{
    struct claim **list = suite->claims.list;
    size_t count = suite->claims.count;

    check_statements(suite);
    for (size_t i = 0; i < count; i++) {
        check_claim(suite, list[i], i ? list[i - 1] : NULL);
        check_links(suite, list[i], i ? list[i - 1] : NULL, i + 1 < count ? list[i + 1] : NULL);
    }
}

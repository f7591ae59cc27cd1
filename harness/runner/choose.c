/* SPDX-License-Identifier: MIT */
/* Selection of claims by name or glob. */
#include "runner/choose.h"

#include "runner/arguments.h"
#include "runner/say.h"
#include "runner/suggest.h"

#include <fnmatch.h>
#include <string.h>

bool claim_matches(const char *pattern, const struct claim *claim)
{
    const char *const names[] = {claim->experiment->name, claim->base, claim->id};

    /* fnmatch of a pattern without wildcards is comparison, but for the backslash, which no name has */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (fnmatch(pattern, names[i], 0) == 0)
            return true;
    return false;
}

int choose(const struct suite *suite, const struct texts *patterns, struct claims *chosen)
{
    bool *wanted = keep(suite->claims.count * sizeof(*wanted) + 1);
    struct texts names = {0};

    for (size_t i = 0; i < patterns->count; i++) {
        bool any = false;

        for (size_t j = 0; j < suite->claims.count; j++) {
            if (claim_matches(patterns->list[i], suite->claims.list[j]))
                any = wanted[j] = true;
        }
        if (any)
            continue;
        suite_names(suite, &names);
        say("no experiment or claim matches `%s'%s", keep_clean(patterns->list[i], strlen(patterns->list[i])),
            suggest_words(patterns->list[i], &names, "; `lab list' shows those there are"));
        return -1;
    }
    for (size_t i = 0; i < suite->claims.count; i++)
        if (wanted[i] || !patterns->count)
            claims_add(chosen, suite->claims.list[i]);
    return 0;
}

int claims_part(struct claims *claims, const char *part)
{
    const char *slash = strchr(part, '/');
    long number, parts;
    size_t kept = 0;

    if (!slash || number_parse(slash + 1, 1, 1000, &parts) ||
        number_parse(keep_bytes(part, (size_t)(slash - part)), 1, parts, &number)) {
        say("--part needs K/N, K from 1 to N, not `%s'", keep_clean(part, strlen(part)));
        return -1;
    }
    for (size_t i = (size_t)number - 1; i < claims->count; i += (size_t)parts)
        claims->list[kept++] = claims->list[i];
    claims->count = kept;
    return 0;
}

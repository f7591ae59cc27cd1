/* SPDX-License-Identifier: MIT */
/* The digest of a suite: 64-bit FNV-1a. It tells changes; nobody gains by a collision. */
#include "runner/digest.h"

#include "runner/results.h"

#include <inttypes.h>
#include <stdint.h>

/* A field and its end, so that fields cannot run into each other; none differs from an empty one. */
static uint64_t digest_text(uint64_t digest, const char *text)
{
    const unsigned char *at = (const unsigned char *)(text ? text : "\1");

    do
        digest = (digest ^ *at) * UINT64_C(0x100000001b3);
    while (*at++);
    return digest;
}

static uint64_t digest_texts(uint64_t digest, const struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        digest = digest_text(digest, texts->list[i]);
    return digest_text(digest, NULL);
}

const char *suite_digest(const struct suite *suite)
{
    const struct statement **statements = statements_by_id(suite);
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < suite->claims.count; i++) {
        const struct claim *claim = suite->claims.list[i];
        const char *const fields[] = {claim->id,       claim->experiment->option,
                                      claim->sentence, claim->treated ? "treated" : "untreated",
                                      claim->since,    claim->until};

        for (size_t j = 0; j < sizeof(fields) / sizeof(fields[0]); j++)
            digest = digest_text(digest, fields[j]);
        digest = digest_texts(digest, &claim->needs);
    }
    for (size_t i = 0; i < suite->statements_count; i++) {
        const struct statement *statement = statements[i];

        digest = digest_text(digest, statement->id);
        digest = digest_text(digest, statement->text);
        digest = digest_texts(digest, &statement->confirmed_by);
        digest = digest_texts(digest, &statement->refuted_by);
        digest = digest_text(digest, statement->untestable);
    }
    return keep_format("%016" PRIx64, digest);
}

/* SPDX-License-Identifier: MIT */
/* From the outcomes of claims to the verdicts of statements. */
#include "runner/verdict.h"

static void tally(const struct claims *claims, size_t *holding, const struct claim **spoiler,
                  const struct claim **unjudged)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = claims->list[i];

        if (claim->outcome == OUTCOME_HOLDS)
            (*holding)++;
        else if ((claim->outcome == OUTCOME_FAILS || claim->outcome == OUTCOME_BROKEN) && !*spoiler)
            *spoiler = claim;
        else if (!*unjudged)
            *unjudged = claim;
    }
}

void statement_judge(struct statement *statement)
{
    const struct claim *spoiler = NULL, *unjudged = NULL;
    size_t confirming = 0, refuting = 0;

    tally(&statement->confirming, &confirming, &spoiler, &unjudged);
    tally(&statement->refuting, &refuting, &spoiler, &unjudged);
    statement->reason = "";
    if (spoiler) {
        statement->verdict = VERDICT_OPEN;
        statement->reason =
            keep_format("%s %s", spoiler->id, spoiler->outcome == OUTCOME_FAILS ? "fails" : "is broken");
    } else if (confirming && refuting) {
        statement->verdict = VERDICT_PARTLY;
    } else if (confirming) {
        statement->verdict = VERDICT_CONFIRMED;
    } else if (refuting) {
        statement->verdict = VERDICT_REFUTED;
    } else if (*statement->untestable) {
        statement->verdict = VERDICT_UNTESTABLE;
        statement->reason = statement->untestable;
    } else {
        statement->verdict = VERDICT_OPEN;
        if (!unjudged)
            statement->reason = "no claim is linked";
        else if (unjudged->outcome == OUTCOME_SKIPPED)
            statement->reason = keep_format("%s was skipped: %s", unjudged->id, unjudged->reason);
        else
            statement->reason = keep_format("%s was not run", unjudged->id);
    }
}

void suite_judge(struct suite *suite)
{
    for (size_t i = 0; i < suite->statements_count; i++)
        statement_judge(&suite->statements[i]);
}

void verdicts_count(const struct suite *suite, size_t counts[VERDICTS])
{
    for (int i = 0; i < VERDICTS; i++)
        counts[i] = 0;
    for (size_t i = 0; i < suite->statements_count; i++)
        counts[suite->statements[i].verdict]++;
}

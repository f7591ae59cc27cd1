/* SPDX-License-Identifier: MIT */
/* Writes results.json; RESULTS.md documents it. */
#include "runner/results.h"

#include "runner/digest.h"
#include "runner/say.h"
#include "runner/verdict.h"
#include "runner/version.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *list_of(const struct texts *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(list, json_string(texts->list[i]));
    return list;
}

static json_t *claim_json(const struct result *result)
{
    const struct claim *claim = result->claim;
    const struct trial *final = &result->final;
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(claim->id));
    json_object_set_new(object, "experiment", json_string(claim->experiment->name));
    json_object_set_new(object, "option", json_string(claim->experiment->option));
    json_object_set_new(object, "family", text_or_null(claim->family));
    json_object_set_new(object, "sentence", json_string(claim->sentence));
    json_object_set_new(object, "file", json_string(claim->experiment->file));
    json_object_set_new(object, "line", json_integer(claim->line));
    json_object_set_new(object, "outcome", json_string(outcome_words[final->outcome]));
    json_object_set_new(object, "reason", json_string(final->reason));
    json_object_set_new(object, "treated", json_boolean(claim->treated));
    json_object_set(object, "facts", final->facts);
    json_object_set_new(object, "duration_ms", json_integer((json_int_t)(final->wall_ms + 0.5)));
    json_object_set_new(object, "cpu_ms", json_integer((json_int_t)(final->cpu_ms + 0.5)));
    json_object_set_new(object, "evidence", json_string(claim->id));
    json_object_set_new(object, "cites", text_or_null(claim->cites));
    json_object_set_new(object, "statements", list_of(&claim->statements));
    return object;
}

static int by_id(const void *a, const void *b)
{
    return strcmp((*(const struct statement *const *)a)->id, (*(const struct statement *const *)b)->id);
}

const struct statement **statements_by_id(const struct suite *suite)
{
    size_t count = suite->statements_count;
    const struct statement **sorted = keep(count * sizeof(struct statement *));

    for (size_t i = 0; i < count; i++)
        sorted[i] = &suite->statements[i];
    if (count)
        qsort(sorted, count, sizeof(struct statement *), by_id);
    return sorted;
}

json_t *statement_json(const struct statement *row)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(row->id));
    json_object_set_new(object, "option", json_string(row->option));
    json_object_set_new(object, "document", json_string(row->document));
    json_object_set_new(object, "section", json_string(row->section));
    json_object_set_new(object, "kind", json_string(row->kind));
    json_object_set_new(object, "statement", json_string(row->text));
    json_object_set_new(object, "verdict", json_string(verdict_words[row->verdict]));
    json_object_set_new(object, "confirmed_by", list_of(&row->confirmed_by));
    json_object_set_new(object, "refuted_by", list_of(&row->refuted_by));
    json_object_set_new(object, "reason", json_string(row->reason));
    return object;
}

static json_t *summary_json(const struct run *run)
{
    json_t *claims = json_object(), *statements = run->placebo ? json_null() : json_object();
    size_t verdicts[VERDICTS];

    for (int i = OUTCOME_HOLDS; i < OUTCOMES; i++)
        json_object_set_new(claims, outcome_words[i], json_integer((json_int_t)run->counts[i]));
    verdicts_count(run->suite, verdicts);
    for (int i = 0; i < VERDICTS && !run->placebo; i++)
        json_object_set_new(statements, verdict_words[i], json_integer((json_int_t)verdicts[i]));
    return json_pack("{s:o, s:o, s:I, s:I}", "claims", claims, "statements", statements, "selected",
                     (json_int_t)run->count, "known", (json_int_t)run->suite->claims.count);
}

static const char *timestamp(const struct timespec *time)
{
    char text[32];
    struct tm utc;

    gmtime_r(&time->tv_sec, &utc);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return keep_text(text);
}

static json_t *results_json(const struct run *run)
{
    json_t *root = json_object(), *claims = json_array(), *statements = json_array();

    json_object_set_new(root, "schema", json_integer(RESULTS_SCHEMA));
    json_object_set_new(root, "suite",
                        json_pack("{s:s, s:s}", "version", LAB_VERSION, "digest", suite_digest(run->suite)));
    json_object_set_new(root, "kernel",
                        json_pack("{s:s, s:s, s:s}", "release", run->kernel.release, "version",
                                  run->kernel.version, "machine", run->kernel.machine));
    json_object_set_new(root, "time", json_string(run->time));
    json_object_set_new(root, "placebo", json_boolean(run->placebo));
    json_object_set_new(root, "repeat", json_integer(run->repeat));
    json_object_set_new(root, "started", json_string(timestamp(&run->started)));
    json_object_set_new(root, "wall_ms", json_integer(run->wall_ms));
    json_object_set_new(root, "summary", summary_json(run));
    for (size_t i = 0; i < run->count; i++)
        json_array_append_new(claims, claim_json(&run->results[i]));
    json_object_set_new(root, "claims", claims);
    if (!run->placebo) { /* what a placebo run shows is about the claims, not about the documents */
        const struct statement **sorted = statements_by_id(run->suite);

        for (size_t i = 0; i < run->suite->statements_count; i++)
            json_array_append_new(statements, statement_json(sorted[i]));
    }
    json_object_set_new(root, "statements", statements);
    return root;
}

int results_write(const struct run *run)
{
    json_t *root = results_json(run);
    /* 15 digits: 0.1 stays 0.1 */
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    int result;

    json_decref(root);
    if (!text) {
        say("cannot write %s/results.json: out of memory", run->folder.shown);
        return -1;
    }
    result = folder_write(&run->folder, "results.json", keep_format("%s\n", text), strlen(text) + 1);
    free(text);
    return result;
}

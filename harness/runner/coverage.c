/* SPDX-License-Identifier: MIT */
/* lab coverage: which statements are decided, by which claims, and which are open. */
#include "runner/commands.h"
#include "runner/results.h"
#include "runner/say.h"
#include "runner/suggest.h"
#include "runner/verdict.h"

#include <fnmatch.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct row_list {
    const struct statement **list;
    size_t count;
};

/* A statement is chosen by its id, document or option, or a glob over these. */
static bool row_matches(const char *pattern, const struct statement *row)
{
    return fnmatch(pattern, row->id, 0) == 0 || fnmatch(pattern, row->document, 0) == 0 ||
           fnmatch(pattern, row->option, 0) == 0;
}

static int choose_rows(const struct suite *suite, const struct texts *patterns, struct row_list *chosen)
{
    const struct statement **sorted = statements_by_id(suite);
    bool *wanted = keep(suite->statements_count + 1);

    for (size_t i = 0; i < patterns->count; i++) {
        struct texts names = {0};
        bool any = false;

        for (size_t j = 0; j < suite->statements_count; j++) {
            if (row_matches(patterns->list[i], sorted[j]))
                any = wanted[j] = true;
            if (!texts_have(&names, sorted[j]->option))
                texts_add(&names, sorted[j]->option);
        }
        if (any)
            continue;
        for (size_t j = 0; j < suite->statements_count; j++)
            texts_add(&names, sorted[j]->id);
        say("no statement, document or option matches `%s'%s",
            keep_clean(patterns->list[i], strlen(patterns->list[i])),
            suggest_words(patterns->list[i], &names, ""));
        return -1;
    }
    chosen->list = keep(suite->statements_count * sizeof(struct statement *) + 1);
    for (size_t i = 0; i < suite->statements_count; i++)
        if (wanted[i] || !patterns->count)
            chosen->list[chosen->count++] = sorted[i];
    return 0;
}

/* Without a run: what the verdict is if every linked claim holds. */
static void pretend_all_hold(struct suite *suite)
{
    for (size_t i = 0; i < suite->claims.count; i++)
        suite->claims.list[i]->outcome = OUTCOME_HOLDS;
}

static const char *decided_by(const struct statement *row)
{
    struct texts names = {0};

    for (size_t i = 0; i < row->confirmed_by.count; i++)
        texts_add(&names, row->refuted_by.count ? keep_format("+%s", row->confirmed_by.list[i])
                                                : row->confirmed_by.list[i]);
    for (size_t i = 0; i < row->refuted_by.count; i++)
        texts_add(&names, row->confirmed_by.count ? keep_format("-%s", row->refuted_by.list[i])
                                                  : row->refuted_by.list[i]);
    if (!names.count)
        return row->reason;
    return *row->reason ? keep_format("%s (%s)", texts_join(&names, " "), row->reason)
                        : texts_join(&names, " ");
}

static void print_decided(const struct row_list *rows)
{
    int width = 9;

    for (size_t i = 0; i < rows->count; i++)
        if ((int)strlen(rows->list[i]->id) > width && rows->list[i]->verdict != VERDICT_OPEN)
            width = (int)strlen(rows->list[i]->id);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->list[i]->verdict != VERDICT_OPEN)
            printf("%-10s  %-*s  %s\n", verdict_words[rows->list[i]->verdict], width, rows->list[i]->id,
                   decided_by(rows->list[i]));
}

static void print_open(const struct row_list *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->list[i]->verdict == VERDICT_OPEN)
            printf("%-10s  %s  %s\n            %s\n", verdict_words[VERDICT_OPEN], rows->list[i]->id,
                   decided_by(rows->list[i]), rows->list[i]->text);
}

/* The documents in the order of the rows, which are sorted by id and so by document. */
static void documents_of(const struct row_list *rows, struct texts *documents)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!texts_have(documents, rows->list[i]->document))
            texts_add(documents, rows->list[i]->document);
}

/* Of one document, or of all for NULL; returns the sum. */
static size_t count_rows(const struct row_list *rows, const char *document, size_t counts[VERDICTS])
{
    size_t sum = 0;

    memset(counts, 0, VERDICTS * sizeof(*counts));
    for (size_t i = 0; i < rows->count; i++) {
        if (document && strcmp(rows->list[i]->document, document) != 0)
            continue;
        counts[rows->list[i]->verdict]++;
        sum++;
    }
    return sum;
}

static void print_totals_row(const struct row_list *rows, const char *document)
{
    size_t counts[VERDICTS], sum = count_rows(rows, document, counts);

    printf("%-12s  %10zu", document ? document : "all", sum);
    for (int i = 0; i < VERDICTS; i++)
        printf("  %10zu", counts[i]);
    putchar('\n');
}

static void print_totals(const struct row_list *rows)
{
    struct texts documents = {0};

    documents_of(rows, &documents);
    printf("\n%-12s  %10s", "document", "statements");
    for (int i = 0; i < VERDICTS; i++)
        printf("  %10s", verdict_words[i]);
    putchar('\n');
    for (size_t i = 0; i < documents.count; i++)
        print_totals_row(rows, documents.list[i]);
    print_totals_row(rows, NULL);
}

static json_t *totals_json(const struct row_list *rows, const char *document)
{
    size_t counts[VERDICTS], sum = count_rows(rows, document, counts);
    json_t *object = json_pack("{s:I}", "statements", (json_int_t)sum);

    for (int i = 0; i < VERDICTS; i++)
        json_object_set_new(object, verdict_words[i], json_integer((json_int_t)counts[i]));
    return object;
}

static void print_json(const struct row_list *rows, const char *source, bool only_open)
{
    json_t *root = json_object(), *list = json_array(), *totals = json_object();
    struct texts documents = {0};

    documents_of(rows, &documents);
    for (size_t i = 0; i < rows->count; i++)
        if (!only_open || rows->list[i]->verdict == VERDICT_OPEN)
            json_array_append_new(list, statement_json(rows->list[i]));
    for (size_t i = 0; i < documents.count; i++)
        json_object_set_new(totals, documents.list[i], totals_json(rows, documents.list[i]));
    json_object_set_new(totals, "all", totals_json(rows, NULL));
    json_object_set_new(root, "verdicts_from", json_string(source));
    json_object_set_new(root, "statements", list);
    json_object_set_new(root, "totals", totals);
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

int command_coverage(int argc, char **argv)
{
    struct places places = {0};
    bool json = false, only_open = false;
    const struct option_row options[] = {
        {"--open", OPTION_FLAG, NULL, &only_open, 0, 0},
        {"--json", OPTION_FLAG, NULL, &json, 0, 0},
        PLACE_OPTIONS(places),
    };
    const char *source = "the links only, as if every claim held: there is no run in the results folder";
    struct suite suite = {0};
    struct texts patterns = {0};
    struct row_list rows = {0};
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &patterns) ||
        places_fill(&places, "latest"))
        return EXIT_WRONG;
    result = suite_load(&suite, &places);
    if (result)
        return load_failed(result);
    if (choose_rows(&suite, &patterns, &rows))
        return EXIT_WRONG;
    result = results_read(&suite, places.results, &source);
    if (result < 0)
        return EXIT_WRONG;
    if (result == 0)
        pretend_all_hold(&suite);
    suite_judge(&suite);
    if (json) {
        print_json(&rows, source, only_open);
    } else {
        printf("verdicts from %s\n\n", source);
        if (!only_open)
            print_decided(&rows);
        print_open(&rows);
        print_totals(&rows);
    }
    if (suite.problems.count)
        say("%zu problem%s in the suite: lab check tells them", suite.problems.count,
            suite.problems.count == 1 ? "" : "s");
    return EXIT_PASSED;
}

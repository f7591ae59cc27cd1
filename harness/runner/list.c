/* SPDX-License-Identifier: MIT */
/* lab list: the claims there are. */
#include "runner/choose.h"
#include "runner/commands.h"
#include "runner/say.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static json_t *words(const struct texts *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < texts->count; i++)
        json_array_append_new(list, json_string(texts->list[i]));
    return list;
}

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? json_string(text) : json_null());
}

static json_t *claim_json(const struct claim *claim)
{
    json_t *object = json_object();

    set_text(object, "id", claim->id);
    set_text(object, "experiment", claim->experiment->name);
    set_text(object, "option", claim->experiment->option);
    set_text(object, "level", claim->experiment->level);
    set_text(object, "family", claim->family);
    set_text(object, "sentence", claim->sentence);
    set_text(object, "file", claim->experiment->file);
    json_object_set_new(object, "line", json_integer(claim->line));
    json_object_set_new(object, "treated", json_boolean(claim->treated));
    set_text(object, "untreated", claim->untreated);
    set_text(object, "cites", claim->cites);
    set_text(object, "since", claim->since);
    set_text(object, "until", claim->until);
    json_object_set_new(object, "needs", words(&claim->needs));
    json_object_set_new(object, "takes_ms", json_integer(claim->takes_ms));
    json_object_set_new(object, "timeout_s", json_integer(claim->timeout_s));
    set_text(object, "bench", claim->bench);
    json_object_set_new(object, "statements", words(&claim->statements));
    return object;
}

static void print_json(const struct claims *claims)
{
    json_t *list = json_array();

    for (size_t i = 0; i < claims->count; i++)
        json_array_append_new(list, claim_json(claims->list[i]));
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

static const char *dash(const char *text)
{
    return text && *text ? text : "-";
}

static void print_columns(const struct claims *claims)
{
    int id = 5, option = 6, needs = 5;

    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = claims->list[i];
        int n = (int)strlen(claim->id), o = (int)strlen(claim->experiment->option),
            d = (int)strlen(texts_join(&claim->needs, ","));

        id = n > id ? n : id;
        option = o > option ? o : option;
        needs = d > needs ? d : needs;
    }
    printf("%-*s  %-*s  %-9s  %-*s  %s\n", id, "CLAIM", option, "OPTION", "TREATMENT", needs, "NEEDS",
           "STATEMENTS");
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = claims->list[i];
        const char *cites = claim->cites && *claim->cites ? keep_format("cites %s", claim->cites) : "-";

        printf("%-*s  %-*s  %-9s  %-*s  %s\n", id, claim->id, option, dash(claim->experiment->option),
               claim->treated ? "treated" : "untreated", needs, dash(texts_join(&claim->needs, ",")),
               claim->statements.count ? texts_join(&claim->statements, " ") : cites);
    }
}

int command_list(int argc, char **argv)
{
    struct places places = {0};
    bool json = false;
    const struct option_row options[] = {{"--json", OPTION_FLAG, NULL, &json, 0, 0}, PLACE_OPTIONS(places)};
    struct suite suite = {0};
    struct texts patterns = {0};
    struct claims chosen = {0};
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &patterns) ||
        places_fill(&places, "latest"))
        return EXIT_WRONG;
    result = suite_load(&suite, &places);
    if (result)
        return load_failed(result);
    if (choose(&suite, &patterns, &chosen))
        return EXIT_WRONG;
    if (json)
        print_json(&chosen);
    else
        print_columns(&chosen);
    if (suite.problems.count)
        say("%zu problem%s in the suite: lab check tells them", suite.problems.count,
            suite.problems.count == 1 ? "" : "s");
    return EXIT_PASSED;
}

/* SPDX-License-Identifier: MIT */
/* The claims of this executable, in the order of their file, and the listing of them. */
#include "claim/claim.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_TIMEOUT_S 30

/* Constructors of one file run in its order; the claim's line settles it whatever the linker did. */
void claim_register(struct claim *claim)
{
    const struct claim **place = &the_experiment.claims;
    while (*place && (*place)->line < claim->line)
        place = (const struct claim **)&(*place)->next;
    if (!claim->timeout_s)
        claim->timeout_s = DEFAULT_TIMEOUT_S;
    if (!claim->bench)
        claim->bench = "client server";
    claim->next = *place;
    *place = claim;
}

const char *experiment_name(char name[64])
{
    const char *base = strrchr(the_experiment.file, '/');
    base = base ? base + 1 : the_experiment.file;
    snprintf(name, 64, "%.*s", (int)strcspn(base, "."), base);
    return name;
}

const char *claim_id(const struct claim *claim, unsigned family, char id[CLAIM_ID])
{
    char name[64];
    const char *ending = family == V4 ? "/v4" : family == V6 ? "/v6" : "";
    snprintf(id, CLAIM_ID, "%s.%s%s", experiment_name(name), claim->name, ending);
    return id;
}

void claims_each_run(void (*act)(const struct claim *claim, unsigned family, void *context), void *context)
{
    for (const struct claim *claim = the_experiment.claims; claim; claim = claim->next) {
        if (claim->families == NO_FAMILY)
            act(claim, NO_FAMILY, context);
        for (unsigned family = V4; family <= V6; family <<= 1)
            if (claim->families & family)
                act(claim, family, context);
    }
}

struct search {
    const char *id;
    const struct claim *found;
    unsigned family;
};

static void compare(const struct claim *claim, unsigned family, void *context)
{
    struct search *search = context;
    char id[CLAIM_ID];
    if (strcmp(claim_id(claim, family, id), search->id) == 0) {
        search->found = claim;
        search->family = family;
    }
}

const struct claim *claim_find(const char *id, unsigned *family)
{
    struct search search = {.id = id};
    claims_each_run(compare, &search);
    *family = search.family;
    return search.found;
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *needs(unsigned needs)
{
    json_t *list = json_array();
    if (needs & NEEDS_ROOT)
        json_array_append_new(list, json_string("root"));
    if (needs & NEEDS_VIRTUAL_TIME)
        json_array_append_new(list, json_string("virtual-time"));
    return list;
}

static void list_run(const struct claim *claim, unsigned family, void *context)
{
    char id[CLAIM_ID];
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(claim_id(claim, family, id)));
    json_object_set_new(object, "name", json_string(claim->name));
    json_object_set_new(object, "family", text_or_null(family == V4 ? "v4" : family == V6 ? "v6" : NULL));
    json_object_set_new(object, "sentence", json_string(claim->sentence));
    json_object_set_new(object, "line", json_integer(claim->line));
    json_object_set_new(object, "treated", json_boolean(!claim->untreated));
    json_object_set_new(object, "untreated", text_or_null(claim->untreated));
    json_object_set_new(object, "cites", text_or_null(claim->cites));
    json_object_set_new(object, "since", text_or_null(claim->since));
    json_object_set_new(object, "until", text_or_null(claim->until));
    json_object_set_new(object, "needs", needs(claim->needs));
    json_object_set_new(object, "takes_ms", json_integer(claim->takes_ms));
    json_object_set_new(object, "timeout_s", json_integer(claim->timeout_s));
    json_object_set_new(object, "bench", json_string(claim->bench));
    json_array_append_new(context, object);
}

void claims_list(void)
{
    char name[64];
    json_t *listing = json_object(), *claims = json_array();
    json_object_set_new(listing, "experiment", json_string(experiment_name(name)));
    json_object_set_new(listing, "option", json_string(the_experiment.option));
    json_object_set_new(listing, "level", text_or_null(the_experiment.level));
    json_object_set_new(listing, "summary", json_string(the_experiment.summary));
    json_object_set_new(listing, "file", json_string(the_experiment.file));
    claims_each_run(list_run, claims);
    json_object_set_new(listing, "claims", claims);
    json_dumpf(listing, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(listing);
}

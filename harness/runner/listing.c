/* SPDX-License-Identifier: MIT */
/* Reads one experiment's listing; strict, since ids become folders and links. */
#include "runner/say.h"
#include "runner/suite.h"

#include <jansson.h>
#include <string.h>

/* What is wrong with the listing at hand, and where. */
struct reader {
    struct suite *suite;
    const char *path;
    bool bad;
};

static void wrong(struct reader *reader, const char *what, const char *key)
{
    suite_problem(reader->suite, "%s --list: %s `%s' (harness/claim/FORMAT.md says what is expected)",
                  path_words(reader->path), what, key);
    reader->bad = true;
}

static const char *text_of(struct reader *reader, json_t *object, const char *key, bool needed)
{
    json_t *value = json_object_get(object, key);

    if (json_is_string(value)) {
        const char *text = keep_clean(json_string_value(value), json_string_length(value));

        if (strpbrk(text, "\n\t")) /* it could pass for a line of the lab's own, in TAP or Markdown */
            wrong(reader, "not one line:", key);
        return text;
    }
    if (needed || (value && !json_is_null(value)))
        wrong(reader, value ? "not a text:" : "missing:", key);
    return needed ? "" : NULL;
}

static long number_of(struct reader *reader, json_t *object, const char *key, long otherwise)
{
    json_t *value = json_object_get(object, key);

    if (json_is_integer(value) && json_integer_value(value) >= 0 && json_integer_value(value) < 1000000000)
        return (long)json_integer_value(value);
    if (value && !json_is_null(value))
        wrong(reader, "not a whole number:", key);
    return otherwise;
}

/* Names are made of these, so that an id is a safe folder and a safe word of a shell. */
static bool name_is_good(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static bool family_is_good(const char *family)
{
    return !family || strcmp(family, "v4") == 0 || strcmp(family, "v6") == 0;
}

static void add_claim(struct reader *reader, const struct experiment *experiment, json_t *object)
{
    struct claim *claim = keep(sizeof(*claim));
    json_t *needs = json_object_get(object, "needs"), *need;
    size_t i;

    if (!json_is_object(object)) {
        wrong(reader, "not an object: one of", "claims");
        return;
    }
    claim->experiment = experiment;
    claim->id = text_of(reader, object, "id", true);
    claim->name = text_of(reader, object, "name", true);
    claim->family = text_of(reader, object, "family", false);
    claim->sentence = text_of(reader, object, "sentence", true);
    claim->untreated = text_of(reader, object, "untreated", false);
    claim->cites = text_of(reader, object, "cites", false);
    claim->since = text_of(reader, object, "since", false);
    claim->until = text_of(reader, object, "until", false);
    claim->bench = text_of(reader, object, "bench", false);
    claim->line = number_of(reader, object, "line", 0);
    claim->takes_ms = number_of(reader, object, "takes_ms", 0);
    claim->timeout_s = number_of(reader, object, "timeout_s", 30);
    claim->reason = "";
    if (!json_is_boolean(json_object_get(object, "treated")))
        wrong(reader, "not true or false:", "treated");
    claim->treated = json_is_true(json_object_get(object, "treated"));
    if (needs && !json_is_null(needs) && !json_is_array(needs))
        wrong(reader, "not a list:", "needs");
    json_array_foreach(needs, i, need)
    {
        if (json_is_string(need))
            texts_add(&claim->needs, keep_clean(json_string_value(need), json_string_length(need)));
        else
            wrong(reader, "not a list of words:", "needs");
    }
    if (reader->bad)
        return;
    claim->base = keep_format("%s.%s", experiment->name, claim->name);
    if (!name_is_good(claim->name) || !family_is_good(claim->family) ||
        strcmp(claim->id, claim->family ? keep_format("%s/%s", claim->base, claim->family) : claim->base) !=
            0) {
        wrong(reader, "an id is EXPERIMENT.NAME, /v4 or /v6, of small letters, digits and _, not", claim->id);
        return;
    }
    claims_add(&reader->suite->claims, claim);
}

void suite_add_listing(struct suite *suite, const char *path, const char *json, size_t length)
{
    struct reader reader = {suite, path, false};
    struct experiment *experiment = keep(sizeof(*experiment));
    json_error_t error;
    json_t *root = json_loadb(length ? json : "", length, 0, &error), *claims, *claim;
    size_t i;

    if (!json_is_object(root)) {
        suite_problem(
            suite, "%s --list: not a JSON object%s%s (an executable there that is no experiment? remove it)",
            path_words(path), root ? "" : ": ", root ? "" : keep_clean(error.text, strlen(error.text)));
        json_decref(root);
        return;
    }
    experiment->path = path;
    experiment->name = text_of(&reader, root, "experiment", true);
    experiment->option = text_of(&reader, root, "option", true);
    experiment->level = text_of(&reader, root, "level", false);
    experiment->summary = text_of(&reader, root, "summary", false);
    experiment->file = text_of(&reader, root, "file", true);
    claims = json_object_get(root, "claims");
    if (!json_is_array(claims))
        wrong(&reader, "not a list:", "claims");
    else if (!name_is_good(experiment->name))
        wrong(&reader, "an experiment's name is of small letters, digits and _, not", experiment->name);
    if (!reader.bad) {
        suite->experiments = keep_grow(suite->experiments, suite->experiments_count, &suite->experiments_room,
                                       sizeof(*suite->experiments));
        suite->experiments[suite->experiments_count++] = experiment;
        json_array_foreach(claims, i, claim)
        {
            reader.bad = false;
            add_claim(&reader, experiment, claim);
        }
    }
    json_decref(root);
}

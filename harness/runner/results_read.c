/* SPDX-License-Identifier: MIT */
/* Reads the results of an earlier run. */
#include "runner/results.h"

#include "runner/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static struct claim *find_claim(const struct suite *suite, const char *id)
{
    for (size_t low = 0, high = suite->claims.count; low < high;) {
        size_t middle = (low + high) / 2;
        int order = strcmp(id, suite->claims.list[middle]->id);

        if (order == 0)
            return suite->claims.list[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const char *text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_string(value) ? keep_clean(json_string_value(value), json_string_length(value)) : "";
}

/* What stands in a line of the lab's own must not make another one. */
static const char *one_line(char *text)
{
    for (char *at = text; (at = strpbrk(at, "\n\t")) != NULL;)
        *at = ' ';
    return text;
}

/* NULL, or what is wrong with it. */
static const char *take(struct suite *suite, const json_t *root, const char **source)
{
    const json_t *claims = json_object_get(root, "claims"), *schema = json_object_get(root, "schema");
    const json_t *kernel = json_object_get(root, "kernel"), *claim;
    size_t i, judged = 0;

    if (!json_is_integer(schema) || json_integer_value(schema) != RESULTS_SCHEMA)
        return keep_format("its schema is not %d, that of this lab", RESULTS_SCHEMA);
    if (json_is_true(json_object_get(root, "placebo")))
        return "it is of a placebo run, which says nothing about statements";
    if (!json_is_array(claims))
        return "it has no list of claims";
    json_array_foreach(claims, i, claim)
    {
        struct claim *known = find_claim(suite, text_of(claim, "id"));

        if (!known)
            continue;
        known->outcome = outcome_parse(text_of(claim, "outcome"));
        known->reason = text_of(claim, "reason");
        judged++;
    }
    *source =
        one_line(keep_format("run of %s on kernel %s (%s, %s time), %zu of %zu claims",
                             text_of(root, "started"), text_of(kernel, "release"), text_of(kernel, "machine"),
                             text_of(root, "time"), judged, suite->claims.count));
    return NULL;
}

int results_read(struct suite *suite, const char *folder, const char **source)
{
    const char *path = keep_format("%s/results.json", folder), *what;
    json_error_t error;
    json_t *root;

    if (access(path, F_OK) && errno == ENOENT)
        return 0;
    root = json_load_file(path, 0, &error);
    if (!root) {
        say("cannot read %s: %s (line %d); remove it, or run again", path_words(path),
            keep_clean(error.text, strlen(error.text)), error.line);
        return -1;
    }
    what = take(suite, root, source);
    json_decref(root);
    if (!what)
        return 1;
    say("cannot use %s: %s; run again, or name another folder with --results DIR", path_words(path), what);
    return -1;
}

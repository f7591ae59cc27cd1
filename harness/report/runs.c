/* SPDX-License-Identifier: MIT */
/*
 * The page trusts the shape of its data, so nothing is taken over from a results.json that has another shape:
 * members are copied one by one, and a wrong one becomes an empty one.
 */
#include "report/runs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS_SCHEMA 1

__attribute__((format(printf, 2, 3))) static bool fail(char **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(error, format, arguments) < 0)
        *error = NULL;
    va_end(arguments);
    return false;
}

/* ---- members ---- */

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));

    return string ? string : "";
}

static void copy_string(json_t *to, const json_t *from, const char *key)
{
    json_t *value = json_object_get(from, key);

    json_object_set_new(to, key, json_is_string(value) ? json_incref(value) : json_string(""));
}

static void copy_integer(json_t *to, const json_t *from, const char *key)
{
    json_object_set_new(to, key, json_integer(json_integer_value(json_object_get(from, key))));
}

static void copy_strings(json_t *to, const json_t *from, const char *key)
{
    json_t *list = json_array(), *item;
    size_t i;

    json_array_foreach(json_object_get(from, key), i, item)
    {
        if (json_is_string(item))
            json_array_append(list, item);
    }
    json_object_set_new(to, key, list);
}

static json_t *facts_of(const json_t *claim)
{
    json_t *facts = json_array(), *fact;
    size_t i;

    json_array_foreach(json_object_get(claim, "facts"), i, fact)
    {
        json_t *value = json_object_get(fact, "value"), *copy = json_object();

        if (json_is_string(value) || json_is_number(value)) {
            copy_string(copy, fact, "name");
            json_object_set(copy, "value", value);
            copy_string(copy, fact, "unit");
            json_array_append(facts, copy);
        }
        json_decref(copy);
    }
    return facts;
}

/* ---- paths ---- */

bool runs_below(const char *path)
{
    if (!*path || *path == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        size_t length;

        part += *part == '/';
        length = strcspn(part, "/");
        if (length == 0 || (length == 1 && *part == '.') || (length == 2 && memcmp(part, "..", 2) == 0))
            return false;
    }
    return true;
}

/* How to get from one folder to another, both absolute: "", "../", "kernels/6.1/". */
static char *way(const char *from, const char *to)
{
    size_t common = 0, i = 0, up = 0;
    char *path;

    while (from[i] && from[i] == to[i]) {
        i++;
        if ((from[i] == '/' || !from[i]) && (to[i] == '/' || !to[i]))
            common = i;
    }
    for (i = common; from[i]; i++)
        up += from[i] == '/' && from[i + 1];
    path = malloc(3 * up + strlen(to + common) + 2);
    if (!path)
        return NULL;
    *path = '\0';
    for (i = 0; i < up; i++)
        strcat(path, "../");
    strcat(path, to + common + (to[common] == '/'));
    if (*path && path[strlen(path) - 1] != '/')
        strcat(path, "/");
    return path;
}

/* ---- one file ---- */

static bool read_run(struct report_run *run, const char *path, char **error)
{
    FILE *file = fopen(path, "re");
    json_error_t wrong;
    char *slash;

    if (!file)
        return fail(error, "cannot open %s: %s (%s)", path, strerrorname_np(errno), strerror(errno));
    run->root = json_loadf(file, 0, &wrong);
    fclose(file);
    if (!run->root)
        return fail(error, "cannot read %s: %s (line %d)", path, wrong.text, wrong.line);
    if (json_integer_value(json_object_get(run->root, "schema")) != RESULTS_SCHEMA)
        return fail(error, "cannot use %s: its schema is not %d, that of this lab", path, RESULTS_SCHEMA);
    if (json_is_true(json_object_get(run->root, "placebo")))
        return fail(error, "cannot use %s: it is of a placebo run, which says nothing about statements",
                    path);
    if (!json_is_array(json_object_get(run->root, "claims")))
        return fail(error, "cannot use %s: it has no list of claims", path);
    run->folder = realpath(path, NULL);
    if (!run->folder)
        return fail(error, "cannot find %s", path);
    slash = strrchr(run->folder, '/');
    *slash = '\0';
    return true;
}

static json_t *run_data(const struct report_run *run, const char *page)
{
    const json_t *root = run->root, *kernel = json_object_get(root, "kernel");
    json_t *data = json_object();
    char *folder = way(page, run->folder);

    copy_string(data, kernel, "release");
    copy_string(data, kernel, "version");
    copy_string(data, kernel, "machine");
    copy_string(data, root, "time");
    copy_string(data, root, "started");
    copy_integer(data, root, "wall_ms");
    copy_integer(data, root, "repeat");
    copy_integer(data, json_object_get(root, "summary"), "selected");
    copy_integer(data, json_object_get(root, "summary"), "known");
    json_object_set_new(data, "suite", json_string(string_of(json_object_get(root, "suite"), "version")));
    json_object_set_new(data, "folder", json_string(folder ? folder : ""));
    free(folder);
    return data;
}

/* ---- merging ---- */

/* The object of this id in `index`; a new one has an empty place for each run. */
static json_t *entry(json_t *index, const json_t *item, size_t runs, bool *new)
{
    const char *id = string_of(item, "id");
    json_t *object = json_object_get(index, id), *list;

    *new = !object &&*id;
    if (!*new)
        return object;
    object = json_object();
    list = json_array();
    copy_string(object, item, "id");
    for (size_t i = 0; i < runs; i++)
        json_array_append_new(list, json_null());
    json_object_set_new(object, "runs", list);
    json_object_set_new(index, id, object);
    return object;
}

static void add_claim(json_t *index, const json_t *item, size_t run, size_t runs)
{
    bool new;
    json_t *claim = entry(index, item, runs, &new), *result;
    const char *evidence = string_of(item, "evidence");

    if (!claim)
        return;
    if (new) {
        copy_string(claim, item, "experiment");
        copy_string(claim, item, "option");
        copy_string(claim, item, "family");
        copy_string(claim, item, "sentence");
        copy_string(claim, item, "file");
        copy_integer(claim, item, "line");
        copy_string(claim, item, "cites");
        copy_strings(claim, item, "statements");
        json_object_set_new(claim, "treated", json_boolean(json_is_true(json_object_get(item, "treated"))));
    }
    result = json_object();
    copy_string(result, item, "outcome");
    copy_string(result, item, "reason");
    copy_integer(result, item, "duration_ms");
    json_object_set_new(result, "facts", facts_of(item));
    if (runs_below(evidence))
        copy_string(result, item, "evidence");
    json_array_set_new(json_object_get(claim, "runs"), run, result);
}

static void add_statement(json_t *index, const json_t *item, size_t run, size_t runs)
{
    bool new;
    json_t *statement = entry(index, item, runs, &new), *result;

    if (!statement)
        return;
    if (new) {
        copy_string(statement, item, "option");
        copy_string(statement, item, "document");
        copy_string(statement, item, "section");
        copy_string(statement, item, "kind");
        copy_string(statement, item, "statement");
        copy_strings(statement, item, "confirmed_by");
        copy_strings(statement, item, "refuted_by");
    }
    result = json_object();
    copy_string(result, item, "verdict");
    copy_string(result, item, "reason");
    json_array_set_new(json_object_get(statement, "runs"), run, result);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The entries of the index, sorted by id. NULL when out of memory. */
static json_t *sorted(json_t *index)
{
    const char **ids = calloc(json_object_size(index) + 1, sizeof(*ids)), *id;
    json_t *list = json_array(), *object;
    size_t count = 0;

    if (!ids || !list) {
        free(ids);
        json_decref(list);
        return NULL;
    }
    json_object_foreach(index, id, object)
    {
        ids[count++] = id;
    }
    qsort(ids, count, sizeof(*ids), by_id);
    for (size_t i = 0; i < count; i++)
        json_array_append(list, json_object_get(index, ids[i]));
    free(ids);
    return list;
}

static json_t *merge(const struct report_runs *runs, const char *key,
                     void (*add)(json_t *index, const json_t *item, size_t run, size_t runs))
{
    json_t *index = json_object(), *list, *item;
    size_t i;

    for (size_t run = 0; run < runs->count; run++) {
        json_array_foreach(json_object_get(runs->list[run].root, key), i, item)
        {
            add(index, item, run, runs->count);
        }
    }
    list = sorted(index);
    json_decref(index);
    return list;
}

bool runs_read(struct report_runs *runs, const struct report_request *request, char **error)
{
    json_t *list, *claims, *statements;
    char *page;

    *runs = (struct report_runs){0};
    if (request->count > RUNS_MOST)
        return fail(error, "%zu result files are more than %d", request->count, RUNS_MOST);
    for (size_t i = 0; i < request->count; i++) {
        runs->count++;
        if (!read_run(&runs->list[i], request->results[i], error))
            return false;
    }
    page = realpath(request->folder, NULL);
    if (!page)
        return fail(error, "cannot find the folder %s", request->folder);
    list = json_array();
    for (size_t i = 0; i < runs->count; i++)
        json_array_append_new(list, run_data(&runs->list[i], page));
    free(page);
    claims = merge(runs, "claims", add_claim);
    statements = merge(runs, "statements", add_statement);
    runs->data = json_pack("{s:o, s:o, s:o}", "runs", list, "claims", claims, "statements", statements);
    return runs->data ? true : fail(error, "out of memory");
}

void runs_free(struct report_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        json_decref(runs->list[i].root);
        free(runs->list[i].folder);
    }
    json_decref(runs->data);
}

json_t *runs_claim(const json_t *claim, size_t run)
{
    json_t *result = json_array_get(json_object_get(claim, "runs"), run);

    return json_is_object(result) ? result : NULL;
}

static bool is_time(const char *unit)
{
    static const char *const units[] = {"s", "ms", "us", "ns"};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(unit, units[i]) == 0)
            return true;
    return false;
}

bool runs_differ(const json_t *claim, size_t a, size_t b)
{
    const json_t *x = runs_claim(claim, a), *y = runs_claim(claim, b);
    const json_t *facts = json_object_get(x, "facts"), *others = json_object_get(y, "facts"), *fact;
    size_t i;

    if (!x || !y)
        return x != y;
    if (strcmp(string_of(x, "outcome"), string_of(y, "outcome")) != 0 ||
        json_array_size(facts) != json_array_size(others))
        return true;
    json_array_foreach(facts, i, fact)
    {
        if (!is_time(string_of(fact, "unit")) && !json_equal(fact, json_array_get(others, i)))
            return true;
    }
    return false;
}

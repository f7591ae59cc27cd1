/* SPDX-License-Identifier: MIT */
#include "api/mutants.h"
#include "pattern/mutate.h"
#include "pattern/script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One expectation as it was when it began, and what became of it. */
struct expectation {
    struct here here;
    unsigned view;
    bool none; /* nothing like its one line */
    char **lines;
    size_t count;
    size_t first, used; /* packets of the view: where it began, how many it took */
    int64_t since;
    struct bindings before, after;
    struct explanation *explained; /* why these mutations of it are in order */
    size_t explained_count;
};

struct explanation {
    const char *mutation, *why;
    bool found;
};

static struct expectation *expectations;
static size_t noted, room;   /* noted: also without --mutants, for the numbers */
static bool applied;         /* --mutate NAME has found its expectation */
static const char **mutated; /* its lines */

#define EXPLANATIONS_MAX 8 /* of one expectation */
static struct explanation pending[EXPLANATIONS_MAX];
static size_t pending_count;

/* ---- while the claim runs ---- */

void lab_equivalent(struct here here, struct lab *lab, const char *mutation, const char *why)
{
    if (pending_count == EXPLANATIONS_MAX)
        lab_break(lab, here, "more than %d equivalent mutations of one expectation", EXPLANATIONS_MAX);
    pending[pending_count++] = (struct explanation){mutation, why, false};
}

static void take_explanations(struct expectation *e)
{
    e->explained = malloc(sizeof pending);
    if (!e->explained)
        abort();
    memcpy(e->explained, pending, sizeof pending);
    e->explained_count = pending_count;
    pending_count = 0;
}

static struct expectation *note_expectation(struct lab *lab, struct here here, unsigned view)
{
    if (!lab->run->mutants) {
        noted++;
        pending_count = 0;
        return NULL;
    }
    if (noted == room) {
        room = room ? 2 * room : 16;
        expectations = realloc(expectations, room * sizeof *expectations);
        if (!expectations)
            lab_break(lab, here, "out of memory");
    }
    struct expectation *e = &expectations[noted++];
    *e = (struct expectation){.here = here,
                              .view = view,
                              .first = lab->cursor[view],
                              .since = lab->last_at[view],
                              .before = lab->bindings};
    take_explanations(e);
    return e;
}

static char **copy_lines(const char *const lines[], size_t count)
{
    char **copy = calloc(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        if (!copy || !(copy[i] = strdup(lines[i])))
            abort();
    return copy;
}

static size_t count_lines(const char *const lines[])
{
    size_t count = 0;
    while (lines[count])
        count++;
    return count;
}

/* "2.ack" of "3.2.ack", if this is the third expectation; else NULL. */
static const char *asked_here(const struct lab *lab)
{
    char *name;
    if (!lab->run->mutate || strtoul(lab->run->mutate, &name, 10) != noted || *name != '.')
        return NULL;
    return name + 1;
}

static void apply(void *context, const struct mutation *mutation)
{
    if (applied || strcmp(mutation->name, context) != 0)
        return;
    mutated = (const char **)copy_lines(mutation->lines, mutation->count);
    applied = true;
}

const char *const *mutants_expect(struct lab *lab, struct here here, unsigned view, const char *const lines[])
{
    struct expectation *e = note_expectation(lab, here, view);
    size_t count = count_lines(lines);
    const char *wanted = asked_here(lab);
    if (e) {
        e->lines = copy_lines(lines, count);
        e->count = count;
    }
    if (!wanted)
        return lines;
    mutations_each(lines, count, &lab->bench.topology.names, apply, (void *)wanted);
    if (applied)
        note(lab, "mutant %s", lab->run->mutate);
    return applied ? mutated : lines;
}

void mutants_met(struct lab *lab, size_t used)
{
    if (!lab->run->mutants)
        return;
    expectations[noted - 1].used = used;
    expectations[noted - 1].after = lab->bindings;
}

void mutants_expect_none(struct lab *lab, struct here here, unsigned view, const char *pattern)
{
    struct expectation *e = note_expectation(lab, here, view);
    const char *const lines[] = {pattern, NULL};
    if (!e)
        return;
    e->none = true;
    e->lines = copy_lines(lines, 1);
    e->count = 1;
    e->used = wires_view(lab->wires, view)->count - e->first;
    e->after = e->before;
}

/* ---- when it has ended ---- */

struct trial {
    struct lab *lab;
    size_t number; /* of the expectation, from 0 */
    const struct script *plain;
};

/* Whether any packet of the view from `from` on and before `end` is what the pattern says. */
static bool any_matches(const struct lab *lab, const struct expectation *e, unsigned view, size_t from,
                        size_t end)
{
    const struct capture *capture = wires_view(lab->wires, view);
    struct pattern_trouble trouble;
    struct pattern *pattern = pattern_parse(e->lines[0], &lab->bench.topology.names, &trouble);
    bool found = false;
    for (size_t i = from; i < end && !found; i++) {
        struct bindings scratch = e->before;
        found = pattern_matches(pattern, capture->sightings[i], &lab->bench.topology.names, &scratch, NULL);
    }
    pattern_free(pattern);
    return found;
}

/* The lines held against the packets from `from` on. NULL if variables that they use have no value. */
static struct script *hold(const struct lab *lab, const struct expectation *e, const char *const lines[],
                           size_t count, size_t from, struct bindings *values)
{
    const struct capture *capture = wires_view(lab->wires, e->view);
    struct pattern_trouble trouble;
    size_t bad;
    int64_t since = from == e->first ? e->since : from ? capture->sightings[from - 1]->at : 0;
    struct script *script = script_new(lines, count, &lab->bench.topology.names, values, lab->virtual_time,
                                       since, &trouble, &bad);
    for (size_t i = from; script && script_state(script) == SCRIPT_OPEN && i < capture->count; i++)
        script_feed(script, capture->sightings[i]);
    return script;
}

static bool same_values(const struct bindings *a, const struct bindings *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *other = bindings_get(b, a->entry[i].name);
        if (!other || strcmp(other, a->entry[i].value) != 0)
            return false;
    }
    return a->count == b->count;
}

enum fate { KILLED, LIVES, NO_MUTANT };

/*
 * The expectation was met by other packets than it should have been: what the later ones of the same view say
 * of those that are left. Where its last line was removed, fewer packets are asked for than came: that is no
 * mistake unless a later line says exactly which packet comes next, and another one than the removed line.
 */
static enum fate later_fate(const struct trial *trial, size_t at, const char *removed)
{
    bool weaker = removed != NULL;
    const struct lab *lab = trial->lab;
    const struct expectation *e = &expectations[trial->number];
    size_t plain = e->first + e->used;
    for (const struct expectation *f = e + 1; f < expectations + noted; f++) {
        if (f->view != e->view)
            continue;
        if (f->first != plain) /* the claim has skipped what was left */
            break;
        if (f->none && any_matches(lab, f, f->view, at, f->first + f->used))
            return KILLED;
        if (f->none)
            continue;
        struct bindings values = f->before;
        struct script *script = hold(lab, f, (const char *const *)f->lines, f->count, at, &values);
        bool met = script && script_state(script) == SCRIPT_COMPLETE;
        at += met ? script_consumed(script) : 0;
        script_free(script);
        if (!met)
            return KILLED;
        weaker = weaker && mutations_may_take(f->lines[0], removed, &lab->bench.topology.names);
        plain = f->first + f->used;
        if (at == plain)
            break;
    }
    return weaker ? NO_MUTANT : LIVES;
}

static enum fate fate_of(const struct trial *trial, const struct mutation *mutation)
{
    const struct expectation *e = &expectations[trial->number];
    struct bindings values = e->before;
    /* What "?" and "*" lines say of packets that did not come cannot be wrong. */
    if (!mutation->exact && !script_line_matches(trial->plain, mutation->line))
        return NO_MUTANT;
    struct script *script = hold(trial->lab, e, mutation->lines, mutation->count, e->first, &values);
    if (!script)
        return NO_MUTANT;
    bool met = script_state(script) == SCRIPT_COMPLETE;
    size_t used = script_consumed(script);
    script_free(script);
    if (!met)
        return KILLED;
    bool shorter = mutation->kind == MUTATION_REMOVE && mutation->line == mutation->count;
    if (!shorter && (used == e->used || !same_values(&values, &e->after)))
        return LIVES;
    return later_fate(trial, e->first + used, shorter ? e->lines[mutation->line] : NULL);
}

static char *join(const char *const lines[], size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? "\n" : "", lines[i]);
    fclose(out);
    return text;
}

static void record_mutant(const struct trial *trial, const char *name, size_t from, size_t old, size_t new,
                          const char *const lines[], enum fate fate, bool exact)
{
    const struct expectation *e = &expectations[trial->number];
    char full[80], *was = join((const char *const *)e->lines + from, old), *is = join(lines + from, new);
    snprintf(full, sizeof full, "%zu.%s", trial->number + 1, name);
    json_t *record = notebook_record("mutant", 0);
    json_object_set_new(record, "name", json_string(full));
    json_object_set_new(record, "line", json_integer(e->here.line));
    notebook_set_text(record, "expected", was);
    notebook_set_text(record, "mutated", is);
    json_object_set_new(record, "killed", json_boolean(fate == KILLED));
    json_object_set_new(record, "exact", json_boolean(exact));
    for (size_t i = 0; i < e->explained_count; i++) {
        if (strcmp(e->explained[i].mutation, name) != 0)
            continue;
        e->explained[i].found = true;
        notebook_set_text(record, "why", e->explained[i].why);
    }
    notebook_write(trial->lab->notebook, record);
    free(was);
    free(is);
}

static void try_mutation(void *context, const struct mutation *mutation)
{
    const struct trial *trial = context;
    enum fate fate = fate_of(trial, mutation);
    size_t old = mutation->kind == MUTATION_SWAP ? 2 : 1;
    if (fate != NO_MUTANT)
        record_mutant(trial, mutation->name, mutation->line, old, mutation->kind == MUTATION_REMOVE ? 0 : old,
                      mutation->lines, fate, mutation->exact);
}

static void break_run(struct lab *lab, const struct expectation *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void break_run(struct lab *lab, const struct expectation *e, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(lab->page->reason, sizeof lab->page->reason, format, arguments);
    va_end(arguments);
    lab->page->line = e->here.line;
    lab->page->outcome = OUTCOME_BROKEN;
}

/* The whole run is long enough for everything that can come, unless the line is about any packet whatever. */
static void try_ever(const struct trial *trial)
{
    static const char *const ever[] = {"nothing like it in the whole run, at any host"};
    const struct lab *lab = trial->lab;
    const struct expectation *e = &expectations[trial->number];
    bool found = false;
    if (mutations_trivial(e->lines[0], &lab->bench.topology.names))
        return;
    for (unsigned view = 0; view < wires_views(lab->wires) && !found; view++)
        found = any_matches(lab, e, view, 0, wires_view(lab->wires, view)->count);
    record_mutant(trial, "ever", 0, 1, 1, ever, found ? KILLED : LIVES, false);
}

/* Every mutation of an expectation's lines; first, that they are met here as they were in the run. */
static void try_lines(struct lab *lab, struct trial *trial)
{
    const struct expectation *e = &expectations[trial->number];
    struct bindings values = e->before;
    struct script *plain = hold(lab, e, (const char *const *)e->lines, e->count, e->first, &values);
    if (!plain || script_state(plain) != SCRIPT_COMPLETE || script_consumed(plain) != e->used) {
        break_run(lab, e, "mutants: expectation %zu was met by %zu packets, and afterwards by %zu",
                  trial->number + 1, e->used, plain ? script_consumed(plain) : 0);
    } else {
        trial->plain = plain;
        mutations_each((const char *const *)e->lines, e->count, &lab->bench.topology.names, try_mutation,
                       trial);
    }
    script_free(plain);
}

static void try_all(struct lab *lab, size_t number)
{
    const struct expectation *e = &expectations[number];
    struct trial trial = {.lab = lab, .number = number};
    if (e->none)
        try_ever(&trial);
    else
        try_lines(lab, &trial);
    for (size_t i = 0; i < e->explained_count; i++)
        if (!e->explained[i].found)
            break_run(lab, e, "equivalent: this expectation has no mutant `%s'", e->explained[i].mutation);
}

void mutants_finish(struct lab *lab)
{
    if (lab->page->outcome != OUTCOME_NONE)
        return;
    wires_lock(lab->wires);
    for (size_t i = 0; lab->run->mutants && i < noted; i++)
        try_all(lab, i);
    wires_unlock(lab->wires);
    if (lab->run->mutate && !applied) {
        lab->page->outcome = OUTCOME_BROKEN;
        snprintf(lab->page->reason, sizeof lab->page->reason, "the run has no mutant %s", lab->run->mutate);
    }
}

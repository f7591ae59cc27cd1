/* SPDX-License-Identifier: MIT */
/* Reads what notebooks say of mutants, and reports it. */
#include "runner/mutants.h"

#include "runner/say.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INDENT "      "

/* --- notebooks --- */

static const char *text_of(const json_t *record, const char *key)
{
    const json_t *value = json_object_get(record, key);

    return json_is_string(value) ? keep_clean(json_string_value(value), json_string_length(value)) : "";
}

/* Calls `take` for each record of this kind. */
static int each_record(int folder, const char *kind, void (*take)(void *context, const json_t *record),
                       void *context)
{
    int fd = openat(folder, "notebook.jsonl", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "re");
    char *text = NULL;
    size_t room = 0;
    ssize_t length;

    if (!file) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    while ((length = getline(&text, &room, file)) >= 0) {
        json_t *record = json_loadb(text, (size_t)length, 0, NULL);
        const char *is = json_string_value(json_object_get(record, "kind"));

        if (is && strcmp(is, kind) == 0)
            take(context, record);
        json_decref(record);
    }
    free(text);
    fclose(file);
    return 0;
}

static void take_mutant(void *context, const json_t *record)
{
    struct mutated *mutated = context;
    const char *why = text_of(record, "why");
    bool killed = json_is_true(json_object_get(record, "killed"));

    mutated->list = keep_grow(mutated->list, mutated->count, &mutated->room, sizeof(struct mutant));
    mutated->list[mutated->count++] = (struct mutant){
        .name = text_of(record, "name"),
        .expected = text_of(record, "expected"),
        .mutated = text_of(record, "mutated"),
        .why = *why ? why : NULL,
        .line = (long)json_integer_value(json_object_get(record, "line")),
        .exact = json_is_true(json_object_get(record, "exact")),
        .fate = killed ? MUTANT_KILLED : MUTANT_LIVES,
    };
}

int mutants_read(struct mutated *mutated, int folder)
{
    return each_record(folder, "mutant", take_mutant, mutated);
}

struct denial {
    const struct mutant *mutant;
    bool found;
};

static void take_expect(void *context, const json_t *record)
{
    struct denial *denial = context;

    if (json_is_false(json_object_get(record, "ok")) &&
        json_integer_value(json_object_get(record, "line")) == denial->mutant->line &&
        strstr(text_of(record, "text"), denial->mutant->expected))
        denial->found = true;
}

bool placebo_denies(int folder, const struct mutant *mutant)
{
    struct denial denial = {mutant, false};

    return each_record(folder, "expect", take_expect, &denial) == 0 && denial.found;
}

/* --- the report --- */

static const char *const fate_words[MUTANT_FATES] = {"killed", "lives", "explained", "broken"};

static void print_side(struct mutation_run *run, const char *name, const char *text)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");

        fprintf(run->screen.out, INDENT "%s%-9s%s %.*s\n", colour_on(&run->screen, DIM),
                line == text ? name : "", colour_off(&run->screen), (int)length, line);
        line += length + (line[length] != '\0');
    }
}

static void print_mutant(struct mutation_run *run, const struct claim *claim, const struct mutant *mutant)
{
    bool bad = mutant->fate != MUTANT_EXPLAINED;

    fprintf(run->screen.out, "\n%s%s%s  %s\n", colour_on(&run->screen, bad ? RED : YELLOW),
            fate_words[mutant->fate], colour_off(&run->screen), claim->id);
    fprintf(run->screen.out, INDENT "%s:%ld: mutant %s%s%s\n", claim->experiment->file, mutant->line,
            mutant->name, mutant->reason ? ": " : "", mutant->reason ? mutant->reason : "");
    print_side(run, "expected", mutant->expected);
    print_side(run, "mutated", *mutant->mutated ? mutant->mutated : "(left out)");
    if (mutant->why)
        print_side(run, "because", mutant->why);
}

static void print_claim(struct mutation_run *run, const struct mutated *mutated)
{
    enum outcome outcome = mutated->trial.outcome;

    if (outcome == OUTCOME_FAILS || outcome == OUTCOME_BROKEN)
        fprintf(run->screen.out, "\n%s%s%s  %s, so its mutants tell nothing\n" INDENT "%s\n",
                colour_on(&run->screen, RED), outcome_words[outcome], colour_off(&run->screen),
                mutated->claim->id, mutated->trial.reason);
    for (size_t i = 0; i < mutated->count; i++)
        if (mutated->list[i].fate == MUTANT_LIVES || mutated->list[i].fate == MUTANT_BROKEN)
            print_mutant(run, mutated->claim, &mutated->list[i]);
}

static void print_texts(struct mutation_run *run, const char *word, enum colour colour,
                        const struct texts *texts)
{
    if (texts->count)
        fputc('\n', run->screen.out);
    for (size_t i = 0; i < texts->count; i++)
        fprintf(run->screen.out, "%s%s%s  %s\n", colour_on(&run->screen, colour), word,
                colour_off(&run->screen), texts->list[i]);
}

/* Adds the explanations of mutants that have this fate, but for those that `others` has. */
static void add_explanations(const struct mutation_run *run, enum mutant_fate fate,
                             const struct texts *others, struct texts *texts)
{
    for (size_t i = 0; i < run->count; i++)
        for (size_t j = 0; j < run->claims[i].count; j++) {
            const struct mutant *mutant = &run->claims[i].list[j];
            const char *text;

            if (!mutant->why || mutant->fate != fate)
                continue;
            text =
                keep_format("%s:%ld: %s", run->claims[i].claim->experiment->file, mutant->line, mutant->why);
            if (!texts_have(texts, text) && !texts_have(others, text))
                texts_add(texts, text);
        }
}

void mutants_count(struct mutation_run *run)
{
    static const struct texts none;

    for (size_t i = 0; i < run->count; i++)
        for (size_t j = 0; j < run->claims[i].count; j++) {
            struct mutant *mutant = &run->claims[i].list[j];

            if (mutant->fate == MUTANT_LIVES && mutant->why)
                mutant->fate = MUTANT_EXPLAINED;
            run->fates[mutant->fate]++;
        }
    /* /v4 and /v6 have their explanations from the same line, which may be needed for one of them only */
    add_explanations(run, MUTANT_EXPLAINED, &none, &run->explained);
    add_explanations(run, MUTANT_KILLED, &run->explained, &run->needless);
}

void mutants_report(struct mutation_run *run)
{
    const size_t *fates = run->fates;
    size_t all = 0, bad = fates[MUTANT_LIVES] + fates[MUTANT_BROKEN] + run->needless.count, claims = 0;

    for (int i = 0; i < MUTANT_FATES; i++)
        all += fates[i];
    for (size_t i = 0; i < run->count; i++) {
        print_claim(run, &run->claims[i]);
        claims += run->claims[i].count != 0;
    }
    print_texts(run, "explained", YELLOW, &run->explained);
    print_texts(run, "needless", RED, &run->needless);
    fprintf(run->screen.out, "\nclaims      %zu, %zu of them with expectations about packets\n", run->count,
            claims);
    fprintf(run->screen.out, "own runs    %zu\n", run->own_runs);
    fprintf(run->screen.out, "time        %.1f s\n", (double)run->wall_ms / 1e3);
    fprintf(run->screen.out, "results     %s/mutants.json\n", run->folder.shown);
    fprintf(run->screen.out, "%smutants: %zu of %zu killed, %zu explained, %zu live%s%s\n",
            colour_on(&run->screen, bad ? RED : GREEN), fates[MUTANT_KILLED], all, fates[MUTANT_EXPLAINED],
            fates[MUTANT_LIVES],
            fates[MUTANT_BROKEN] ? keep_format(", %zu broken", fates[MUTANT_BROKEN]) : "",
            colour_off(&run->screen));
}

int mutants_write(struct mutation_run *run)
{
    json_t *top = json_object(), *list = json_array();
    char *text;
    int result;

    for (int i = 0; i < MUTANT_FATES; i++)
        json_object_set_new(top, fate_words[i], json_integer((json_int_t)run->fates[i]));
    json_object_set_new(top, "own_runs", json_integer((json_int_t)run->own_runs));
    json_object_set_new(top, "wall_ms", json_integer(run->wall_ms));
    for (size_t i = 0; i < run->count; i++)
        for (size_t j = 0; j < run->claims[i].count; j++) {
            const struct mutant *mutant = &run->claims[i].list[j];

            if (mutant->fate != MUTANT_KILLED)
                json_array_append_new(list,
                                      json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "claim",
                                                run->claims[i].claim->id, "mutant", mutant->name, "fate",
                                                fate_words[mutant->fate], "line", (json_int_t)mutant->line,
                                                "expected", mutant->expected, "mutated", mutant->mutated));
        }
    json_object_set_new(top, "not_killed", list);
    text = json_dumps(top, JSON_INDENT(2));
    json_decref(top);
    result = text ? folder_write(&run->folder, "mutants.json", text, strlen(text)) : -1;
    free(text);
    return result;
}

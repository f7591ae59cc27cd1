/* SPDX-License-Identifier: MIT */
/* Expectations about packets, checked against a host's capture as it grows. */
#include "api/mutants.h"
#include "packet/print.h"
#include "pattern/columns.h"
#include "pattern/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_lines(const char *const lines[])
{
    size_t count = 0;
    while (lines[count])
        count++;
    return count;
}

/* The lines as one text, for the notebook. */
static char *join(const char *const lines[])
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; lines[i]; i++)
        fprintf(out, "%s%s", i ? "\n" : "", lines[i]);
    fclose(out);
    return text;
}

static struct script *parse_lines(struct lab *lab, struct here here, const char *const lines[], int64_t since)
{
    struct pattern_trouble trouble;
    size_t bad;
    struct script *script = script_new(lines, count_lines(lines), &lab->bench.topology.names, &lab->bindings,
                                       lab->virtual_time, since, &trouble, &bad);
    if (!script)
        lab_break(lab, here, "pattern line %zu does not parse: %s\n    %s\n    %*s^ column %zu", bad + 1,
                  trouble.message, lines[bad], (int)trouble.column - 1, "", trouble.column);
    return script;
}

static int64_t patience_ms(const struct script *script)
{
    return PATIENCE_MS + script_least_wait(script) / 1000000;
}

static _Noreturn void mismatch(struct lab *lab, struct here here, const struct script *script,
                               const char *const lines[], unsigned view, const char *host)
{
    char *report = NULL, sentence[SCRIPT_SENTENCE];
    size_t size;
    FILE *out = open_memstream(&report, &size);
    fprintf(out, "the packets at %s", host);
    if (script_state(script) == SCRIPT_OPEN)
        fprintf(out, ", waited for %.1f s", (double)patience_ms(script) / 1e3);
    fputc('\n', out);
    script_report(script, out, REPORT_COLUMNS);
    fclose(out);
    char *text = join(lines);
    record_mismatch(lab, here, text, report, view, script_culprit(script));
    lab_fail(lab, here, "the packets at %s: %s", host, script_sentence(script, sentence));
    lab_finish(lab);
}

void lab_expect_wire(struct here here, struct lab *lab, const char *view_name, const char *const lines[])
{
    unsigned view = view_named(lab, here, view_name);
    const struct capture *capture = wires_view(lab->wires, view);
    int64_t since = lab->last_at[view];
    lines = mutants_expect(lab, here, view, lines);
    struct script *script = parse_lines(lab, here, lines, since);
    record_begin(lab, here, "expecting packets at %s", view_name ? view_name : "the client");
    lab->expected_packets = true;

    struct timespec deadline = deadline_after_ms(patience_ms(script));
    size_t first = lab->cursor[view], next = first;
    enum script_state state = script_state(script);
    wires_lock(lab->wires);
    while (state == SCRIPT_OPEN) {
        if (next < capture->count)
            state = script_feed(script, capture->sightings[next++]);
        else if (!wires_wait(lab->wires, &deadline))
            break;
    }
    wires_unlock(lab->wires);
    if (state != SCRIPT_COMPLETE) {
        /* What came after the first difference helps to understand it. And where patience ended because the
         * machine stood still, what was on its way by then may be all that was missing. */
        wires_sync(lab->wires);
        wires_lock(lab->wires);
        while (next < capture->count && state != SCRIPT_COMPLETE)
            state = script_feed(script, capture->sightings[next++]);
        wires_unlock(lab->wires);
    }
    if (state != SCRIPT_COMPLETE)
        mismatch(lab, here, script, lines, view, view_name ? view_name : lab->bench.topology.host[0]);
    size_t used = script_consumed(script);
    lab->cursor[view] = first + used;
    mutants_met(lab, used);
    if (used) {
        wires_lock(lab->wires);
        lab->last_at[view] = capture->sightings[first + used - 1]->at;
        lab->took_ns = lab->last_at[view] - capture->sightings[first]->at;
        wires_unlock(lab->wires);
    }
    script_free(script);
    char *text = join(lines);
    record_expect(lab, here, text, true, NULL);
    free(text);
}

/* The first packet from the cursor on that matches, or NULL. With the lock held. */
static const struct sighting *find(struct lab *lab, unsigned view, const struct pattern *pattern, size_t from)
{
    const struct capture *capture = wires_view(lab->wires, view);
    for (size_t i = from; i < capture->count; i++) {
        struct bindings scratch = lab->bindings;
        if (pattern_matches(pattern, capture->sightings[i], &lab->bench.topology.names, &scratch, NULL))
            return capture->sightings[i];
    }
    return NULL;
}

/* What was expected not to come, in words, and since when (0: never mind). */
struct absence {
    const struct pattern *pattern;
    const char *text;
    unsigned view;
    int64_t since;
};

static void judge_absence(struct lab *lab, struct here here, const struct absence *absence,
                          const struct sighting *found)
{
    if (!found) {
        record_expect(lab, here, absence->text, true, NULL);
        return;
    }
    char packet[PACKET_TEXT], observed[PACKET_TEXT + 64], after[40] = "", *report = NULL;
    if (absence->since)
        snprintf(after, sizeof after, "%+.3f ms ", (double)(found->at - absence->since) / 1e6);
    snprintf(observed, sizeof observed, "#%u %s%s", found->number, after,
             pattern_print(absence->pattern, found, &lab->bench.topology.names, packet));
    size_t size;
    FILE *out = open_memstream(&report, &size);
    const char *file = wires_view(lab->wires, absence->view)->file;
    fprintf(out, "the packets at %.*s\n", (int)strcspn(file, "."), file);
    columns_difference(out, REPORT_COLUMNS, absence->text, observed);
    fclose(out);
    record_mismatch(lab, here, absence->text, report, absence->view, found);
    free(report);
    lab_fail(lab, here, "expected %s, and there it is", absence->text);
}

void lab_expect_nothing(struct here here, struct lab *lab, const char *view_name, const char *pattern_text)
{
    unsigned view = view_named(lab, here, view_name);
    struct pattern *pattern = pattern_or_break(lab, here, pattern_text);
    char text[256];
    snprintf(text, sizeof text, "nothing like %s", pattern_text);
    wires_sync(lab->wires);
    wires_lock(lab->wires);
    const struct sighting *found = find(lab, view, pattern, lab->cursor[view]);
    mutants_expect_none(lab, here, view, pattern_text);
    wires_unlock(lab->wires);
    judge_absence(lab, here, &(struct absence){.pattern = pattern, .text = text, .view = view}, found);
    pattern_free(pattern);
}

void lab_expect_silence(struct here here, struct lab *lab, unsigned milliseconds, const char *pattern_text)
{
    struct pattern *pattern = pattern_or_break(lab, here, pattern_text);
    char text[256];
    snprintf(text, sizeof text, "for %u ms nothing like %s", milliseconds, pattern_text);
    int64_t began = record_begin(lab, here, "expecting silence");
    struct timespec deadline = deadline_after_ms(milliseconds);
    size_t from = lab->cursor[0];
    const struct sighting *found;
    wires_lock(lab->wires);
    while (!(found = find(lab, 0, pattern, from)) && wires_wait(lab->wires, &deadline))
        ;
    mutants_expect_none(lab, here, 0, pattern_text);
    wires_unlock(lab->wires);
    judge_absence(lab, here, &(struct absence){.pattern = pattern, .text = text, .since = began}, found);
    pattern_free(pattern);
}

void lab_skip_packets(struct lab *lab, const char *view_name)
{
    unsigned view = view_named(lab, HERE, view_name);
    wires_sync(lab->wires);
    wires_lock(lab->wires);
    const struct capture *capture = wires_view(lab->wires, view);
    lab->cursor[view] = capture->count;
    if (capture->count)
        lab->last_at[view] = capture->sightings[capture->count - 1]->at;
    wires_unlock(lab->wires);
}

const char *as_tcpdump_prints(struct lab *lab, unsigned number)
{
    static char text[PACKET_TEXT];
    wires_lock(lab->wires);
    const struct capture *capture = wires_view(lab->wires, 0);
    if (number >= 1 && number <= capture->count)
        packet_print_tcpdump(&capture->sightings[number - 1]->packet, text);
    else
        text[0] = '\0';
    wires_unlock(lab->wires);
    return text;
}

void settle(struct lab *lab)
{
    wires_sync(lab->wires);
}

unsigned count_packets(struct lab *lab, const char *host, const char *pattern_text)
{
    unsigned view = view_named(lab, HERE, host), count = 0;
    struct pattern *pattern = pattern_or_break(lab, HERE, pattern_text);
    wires_sync(lab->wires);
    wires_lock(lab->wires);
    const struct capture *capture = wires_view(lab->wires, view);
    for (size_t i = 0; i < capture->count; i++) {
        struct bindings scratch = lab->bindings;
        count += pattern_matches(pattern, capture->sightings[i], &lab->bench.topology.names, &scratch, NULL);
    }
    wires_unlock(lab->wires);
    pattern_free(pattern);
    return count;
}

int64_t expected_took_ns(const struct lab *lab)
{
    return lab->took_ns;
}

const char *bound(const struct lab *lab, const char *name)
{
    return bindings_get(&lab->bindings, name);
}

void let(struct lab *lab, const char *name, int64_t value)
{
    struct bindings *b = &lab->bindings;
    size_t i = 0;
    while (i < b->count && strcmp(b->entry[i].name, name) != 0)
        i++;
    if (i == BINDINGS_MAX)
        lab_break(lab, HERE, "too many variables at `$%s'", name);
    if (i == b->count)
        b->count++;
    snprintf(b->entry[i].name, sizeof b->entry[i].name, "%s", name);
    snprintf(b->entry[i].value, sizeof b->entry[i].value, "%lld", (long long)value);
}

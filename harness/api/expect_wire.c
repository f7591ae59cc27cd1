/* SPDX-License-Identifier: MIT */
/* Expectations about packets, checked against a host's capture as it grows. */
#include "api/internal.h"
#include "packet/print.h"
#include "pattern/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_COLUMNS 110

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

static _Noreturn void mismatch(struct lab *lab, struct here here, const struct script *script,
                               const char *const lines[], const char *host)
{
    char *report = NULL;
    size_t size;
    FILE *out = open_memstream(&report, &size);
    script_report(script, out, REPORT_COLUMNS);
    fclose(out);
    char *text = join(lines);
    record_expect(lab, here, text, false, report);
    lab_fail(lab, here, "the packets at %s are not those expected", host);
    lab_finish(lab);
}

void lab_expect_wire(struct here here, struct lab *lab, const char *view_name, const char *const lines[])
{
    unsigned view = view_named(lab, here, view_name);
    const struct capture *capture = wires_view(lab->wires, view);
    int64_t since = lab->last_at[view];
    struct script *script = parse_lines(lab, here, lines, since);
    record_begin(lab, here, "expecting packets at %s", view_name ? view_name : "the client");
    lab->expected_packets = true;

    struct timespec deadline = deadline_after_ms(PATIENCE_MS + script_least_wait(script) / 1000000);
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
    if (state != SCRIPT_COMPLETE) {
        mismatch(lab, here, script, lines, view_name ? view_name : lab->bench.topology.host[0]);
    }
    size_t used = script_consumed(script);
    lab->cursor[view] = first + used;
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

static void judge_absence(struct lab *lab, struct here here, const char *text, const struct sighting *found)
{
    char report[PACKET_TEXT + 64] = "", packet[PACKET_TEXT];
    const struct print_style style = {.names = &lab->bench.topology.names, .options = true};
    if (found)
        snprintf(report, sizeof report, "expected none such, observed packet %u: %s", found->number,
                 packet_print_pattern(found, &style, packet));
    record_expect(lab, here, text, !found, report);
    if (found)
        lab_fail(lab, here, "%s was expected not to come, and came", text);
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
    wires_unlock(lab->wires);
    judge_absence(lab, here, text, found);
    pattern_free(pattern);
}

void lab_expect_silence(struct here here, struct lab *lab, unsigned milliseconds, const char *pattern_text)
{
    struct pattern *pattern = pattern_or_break(lab, here, pattern_text);
    char text[256];
    snprintf(text, sizeof text, "for %u ms nothing like %s", milliseconds, pattern_text);
    record_begin(lab, here, "expecting silence");
    struct timespec deadline = deadline_after_ms(milliseconds);
    size_t from = lab->cursor[0];
    const struct sighting *found;
    wires_lock(lab->wires);
    while (!(found = find(lab, 0, pattern, from)) && wires_wait(lab->wires, &deadline))
        ;
    wires_unlock(lab->wires);
    judge_absence(lab, here, text, found);
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

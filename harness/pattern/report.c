/* SPDX-License-Identifier: MIT */
/*
 * What was expected beside what was observed. A line stands beside the packets that it took; where the script
 * failed, the packet stands beside the line that it came nearest to, and after that lines and packets are
 * only listed, side by side in their order. Of the packets that is left out which no line speaks of and which
 * makes lines long: windows, TCP options, and the time where no line bounds it.
 */
#include "packet/print.h"
#include "packet/text.h"
#include "pattern/columns.h"
#include "pattern/script_state.h"

#include <string.h>

#define WIDTH_LEAST 70
#define SHOWN_FIRST 4 /* of many packets that one line took */
#define SHOWN_LAST  2
#define LEFT_TEXT   1024

struct report {
    const struct script *script;
    const size_t *aligned;
    struct columns columns;
    unsigned width;
    int digits;      /* of the packets' numbers */
    bool times;      /* tell how long after the one before each packet came */
    size_t bad_line; /* the line that failed or never came; NOTHING if none */
    size_t packet;   /* the next to be listed */
};

static void line_text(const struct report *report, size_t line, char text[LEFT_TEXT])
{
    const char *p = pattern_text(report->script->line[line]);

    while (*p == ' ')
        p++;
    snprintf(text, LEFT_TEXT, "%zu %s", line + 1, p);
}

static void row(const struct report *report, bool marked, size_t line, bool show_line, size_t packet)
{
    const struct script *script = report->script;
    char left[LEFT_TEXT] = "", right[LEFT_TEXT] = "", time[32] = "", text[PACKET_TEXT];

    if (show_line)
        line_text(report, line, left);
    if (packet != NOTHING && packet > 0 && report->times)
        snprintf(time, sizeof(time), "+%.3fms ",
                 (double)(script->packet[packet]->at - script->packet[packet - 1]->at) / 1e6);
    if (packet != NOTHING)
        snprintf(right, sizeof(right), "#%-*u %s%s", report->digits, script_packet_number(script, packet),
                 time, script_packet_text(script, packet, line, text));
    columns_print(&report->columns, marked ? ">>" : "", left, right);
}

/* A line and all packets that it took; of very many those in the middle are only counted. */
static void taken_rows(struct report *report, size_t line)
{
    size_t first = report->packet, end = first;
    bool marked = line == report->bad_line;

    while (end < report->script->packets && report->aligned[end] == line)
        end++;
    if (first == end) {
        row(report, marked, line, true, NOTHING);
        return;
    }
    for (size_t i = first; i < end; i++) {
        if (i == first + SHOWN_FIRST && end - i > SHOWN_LAST + 1) {
            char more[64];

            snprintf(more, sizeof(more), "(%zu more)", end - i - SHOWN_LAST);
            columns_print(&report->columns, "", "", more);
            i = end - SHOWN_LAST;
        }
        row(report, marked && i == first, line, i == first, i);
    }
    report->packet = end;
}

/* After the first difference nothing is known to belong together. */
static void remaining_rows(struct report *report, size_t line)
{
    const struct script *script = report->script;
    size_t listed = 0;
    bool first = true;

    for (; line < script->lines || report->packet < script->packets; line++, first = false) {
        size_t packet = report->packet < script->packets ? report->packet : NOTHING;

        if (listed == 32 && script->packets - report->packet > 8) { /* enough to see where it went */
            char more[64];

            snprintf(more, sizeof(more), "(%zu more)", script->packets - report->packet);
            columns_print(&report->columns, "", "", more);
            report->packet = script->packets;
            packet = NOTHING;
        }
        if (line < script->lines)
            row(report, first, line, true, packet);
        else if (packet != NOTHING)
            row(report, first, NOTHING, false, packet);
        if (packet != NOTHING) {
            report->packet++;
            listed++;
        }
    }
}

static void rows(struct report *report)
{
    const struct script *script = report->script;
    size_t lines = script->state == SCRIPT_FAILED ? report->bad_line : script->lines;

    columns_print(&report->columns, "", "expected", "observed");
    for (size_t i = 0; i < lines; i++)
        taken_rows(report, i);
    if (script->state == SCRIPT_FAILED) {
        size_t bad = report->bad_line;

        report->bad_line = NOTHING;
        if (report->aligned[report->packet] == bad)
            taken_rows(report, bad); /* a repeated line took some before it failed */
        remaining_rows(report, bad);
    } else if (report->packet < script->packets) {
        char after[64];

        snprintf(after, sizeof(after), "(%zu not part of this)", script->packets - report->packet);
        columns_print(&report->columns, "", "", after);
    }
}

struct named {
    const char *name;
    bool found;
};

static void look_for(void *context, const struct number *use)
{
    struct named *named = context;

    named->found = named->found || strcmp(use->variable, named->name) == 0;
}

static bool is_named(const struct script *script, const char *name)
{
    struct named named = {.name = name};

    for (size_t i = 0; i < script->lines; i++)
        pattern_variables(script->line[i], look_for, &named);
    return named.found;
}

/* Those that the lines speak of. */
static void variables(const struct report *report, size_t node)
{
    const struct bindings *values = report->script->values[report->script->node[node].values];
    char buffer[BINDINGS_MAX * (sizeof(values->entry[0]) + 8)];
    struct text text = text_begin(buffer, sizeof(buffer));

    for (size_t i = 0; i < values->count; i++)
        if (is_named(report->script, values->entry[i].name))
            text_add(&text, "%s$%s = %s", text.length ? ", " : "variables: ", values->entry[i].name,
                     values->entry[i].value);
    if (text.length)
        columns_paragraph(report->columns.out, report->width, buffer);
}

static void set_widths(struct report *report, FILE *out)
{
    size_t wanted = strlen("expected");

    for (size_t i = 0; i < report->script->lines; i++) {
        char text[LEFT_TEXT];

        line_text(report, i, text);
        if (strlen(text) > wanted)
            wanted = strlen(text);
    }
    report->columns = columns_of(out, report->width, wanted, report->width);
}

void script_report(const struct script *script, FILE *out, unsigned width)
{
    size_t best = script_best(script);
    char sentence[SCRIPT_SENTENCE];
    struct report report = {
        .script = script,
        .aligned = script_align(script, best),
        .width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
        .bad_line = NOTHING,
    };

    for (size_t i = 0; i < script->lines; i++)
        report.times = report.times || pattern_delay(script->line[i], &(int64_t){0}, &(int64_t){0});
    if (script->packets)
        report.digits = snprintf(NULL, 0, "%u", script_packet_number(script, script->packets - 1));
    if (script->state == SCRIPT_FAILED)
        report.bad_line = script_nearest_line(script).line;
    else if (script->state == SCRIPT_OPEN)
        report.bad_line = script_required(script, script->node[best].position);
    set_widths(&report, out);
    rows(&report);
    columns_paragraph(out, report.width, script_sentence(script, sentence));
    variables(&report, best);
}

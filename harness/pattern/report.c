/* SPDX-License-Identifier: MIT */
/*
 * What was expected beside what was observed. A line stands beside the packets that it took; where the script
 * failed, the packet stands beside the line that it came nearest to, and after that lines and packets are
 * only listed, side by side in their order.
 */
#include "packet/print.h"
#include "packet/text.h"
#include "pattern/columns.h"
#include "pattern/script_state.h"

#include <string.h>

#define WIDTH_LEAST 80
#define MARK        3 /* ">> " */
#define GAP         2
#define SHOWN_FIRST 4 /* of many packets that one line took */
#define SHOWN_LAST  2
#define LEFT_TEXT   1024

struct report {
    const struct script *script;
    const size_t *aligned;
    struct columns columns;
    unsigned width;
    struct print_style style;
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

/* As Wireshark numbers it in the capture file; made by hand it has no number there. */
static unsigned packet_number(const struct script *script, size_t packet)
{
    return script->packet[packet]->number ? script->packet[packet]->number : (unsigned)packet + 1;
}

/* `line` is the line that it stands beside, NOTHING if none: it decides whether options are worth showing. */
static const char *packet_text(const struct report *report, size_t packet, size_t line,
                               char text[PACKET_TEXT])
{
    struct print_style style = report->style;

    style.options = line != NOTHING && pattern_names_options(report->script->line[line]);
    return packet_print_pattern(report->script->packet[packet], &style, text);
}

static void row(const struct report *report, bool marked, size_t line, bool show_line, size_t packet)
{
    const struct script *script = report->script;
    char left[LEFT_TEXT] = "", right[LEFT_TEXT] = "", text[PACKET_TEXT];

    if (show_line)
        line_text(report, line, left);
    if (packet != NOTHING)
        snprintf(right, sizeof(right), "#%-3u %9.3f ms  %s", packet_number(script, packet),
                 (double)(script->packet[packet]->at - script->packet[0]->at) / 1e6,
                 packet_text(report, packet, line, text));
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

static void add_difference(struct text *text, const struct mismatch *why)
{
    text_add(text, "differs in %s: expected %s, observed %s", why->field, why->expected, why->observed);
}

/* The packet that failed line 2 may be what line 3 says: then line 2 was left out, or they changed places. */
static void add_other_line(struct text *text, const struct report *report,
                           const struct nearest_match *nearest)
{
    const struct script *script = report->script;

    for (size_t i = 0; i < script->lines; i++) {
        if (i == nearest->line || pattern_repeat(script->line[i]) == PATTERN_SKIP)
            continue;
        if (pattern_compare(script->line[i], script->packet[nearest->packet], script->names,
                            script->values[script->node[nearest->way].values], NULL, &(unsigned){0})) {
            text_add(text, " (this packet is as line %zu says)", i + 1);
            return;
        }
    }
}

static void failed_sentence(const struct report *report, struct text *text)
{
    struct nearest_match nearest = script_nearest_line(report->script);

    text_add(text, "line %zu ", nearest.line + 1);
    add_difference(text, &nearest.why);
    if (nearest.differences > 1)
        text_add(text, " (and more)");
    add_other_line(text, report, &nearest);
}

static void open_sentence(const struct report *report, struct text *text)
{
    struct nearest_match nearest = script_nearest_packet(report->script);
    char printed[PACKET_TEXT];

    text_add(text, "line %zu never came", nearest.line + 1);
    if (nearest.packet == NOTHING) {
        text_add(text, "; there was no %spacket", report->script->packets ? "further " : "");
        return;
    }
    text_add(text, "; nearest packet: #%u %s, which ", packet_number(report->script, nearest.packet),
             packet_text(report, nearest.packet, nearest.line, printed));
    if (nearest.differences == 0)
        text_add(text, "came before its turn");
    else
        add_difference(text, &nearest.why);
}

static void sentence(const struct report *report)
{
    char buffer[2 * LEFT_TEXT];
    struct text text = text_begin(buffer, sizeof(buffer));

    if (report->script->state == SCRIPT_COMPLETE)
        text_add(&text, "every line is satisfied");
    else if (report->script->state == SCRIPT_FAILED)
        failed_sentence(report, &text);
    else
        open_sentence(report, &text);
    columns_paragraph(report->columns.out, report->width, buffer);
}

static void variables(const struct report *report, size_t node)
{
    const struct bindings *values = report->script->values[report->script->node[node].values];
    char buffer[BINDINGS_MAX * (sizeof(values->entry[0]) + 8)];
    struct text text = text_begin(buffer, sizeof(buffer));

    if (values->count == 0)
        return;
    for (size_t i = 0; i < values->count; i++)
        text_add(&text, "%s$%s = %s", i ? ", " : "variables: ", values->entry[i].name,
                 values->entry[i].value);
    columns_paragraph(report->columns.out, report->width, buffer);
}

/* The left column is as wide as its texts, but never takes more than its half. */
static void set_widths(struct report *report)
{
    size_t half = (report->width - MARK - GAP) / 2, wanted = strlen("expected");

    for (size_t i = 0; i < report->script->lines; i++) {
        char text[LEFT_TEXT];

        line_text(report, i, text);
        if (strlen(text) > wanted)
            wanted = strlen(text);
    }
    report->columns.left = wanted < half ? wanted : half;
    report->columns.right = report->width - MARK - GAP - report->columns.left;
}

void script_report(const struct script *script, FILE *out, unsigned width)
{
    size_t best = script_best(script);
    struct report report = {
        .script = script,
        .aligned = script_align(script, best),
        .columns = {.out = out},
        .width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
        .style = {.names = script->names},
        .bad_line = NOTHING,
    };

    for (size_t i = 0; i < script->lines; i++)
        report.style.ports = report.style.ports || pattern_names_ports(script->line[i]);
    if (script->state == SCRIPT_FAILED)
        report.bad_line = script_nearest_line(script).line;
    else if (script->state == SCRIPT_OPEN)
        report.bad_line = script_required(script, script->node[best].position);
    set_widths(&report);
    rows(&report);
    sentence(&report);
    variables(&report, best);
}

/* SPDX-License-Identifier: MIT */
/* What is wrong with the packets, in one sentence; and how packets are printed beside a script's lines. */
#include "packet/text.h"
#include "pattern/script_state.h"

#include <string.h>

/* Of a packet is shown what a line speaks of: else the lines of a report would be long. */

static bool line_shows(const void *line, const char *field)
{
    return pattern_names_field(line, field) || pattern_names_field(line, "options");
}

static bool script_shows(const void *context, const char *field)
{
    const struct script *script = context;
    bool shows = false;

    for (size_t i = 0; i < script->lines && !shows; i++)
        shows = line_shows(script->line[i], field);
    return shows;
}

const char *pattern_print(const struct pattern *pattern, const struct sighting *sighting,
                          const struct names *names, char text[PACKET_TEXT])
{
    const struct print_style style = {
        .names = names,
        .ports = pattern_names_ports(pattern),
        .options = pattern_names_options(pattern),
        .shows = line_shows,
        .context = pattern,
    };

    return packet_print_pattern(sighting, &style, text);
}

/* As Wireshark numbers it in the capture file; made by hand it has no number there. */
unsigned script_packet_number(const struct script *script, size_t packet)
{
    return script->packet[packet]->number ? script->packet[packet]->number : (unsigned)packet + 1;
}

const char *script_packet_text(const struct script *script, size_t packet, size_t line,
                               char text[PACKET_TEXT])
{
    struct print_style style = {
        .names = script->names,
        .options = line != NOTHING && pattern_names_options(script->line[line]),
        .shows = script_shows,
        .context = script,
    };

    for (size_t i = 0; i < script->lines; i++)
        style.ports = style.ports || pattern_names_ports(script->line[i]);
    return packet_print_pattern(script->packet[packet], &style, text);
}

const struct sighting *script_culprit(const struct script *script)
{
    return script->state == SCRIPT_FAILED ? script->packet[script->failed_at] : NULL;
}

static void add_difference(struct text *text, const struct nearest_match *nearest)
{
    text_add(text, "differs in %s", nearest->why.field);
    if (nearest->differences > 1)
        text_add(text, " and %u more", nearest->differences - 1);
    text_add(text, ": expected %s, observed %s", nearest->why.expected, nearest->why.observed);
}

/* Whether the packet is what the line says, times aside. */
static bool is_as(const struct script *script, size_t way, size_t line, size_t packet)
{
    return pattern_repeat(script->line[line]) != PATTERN_SKIP &&
           pattern_compare(script->line[line], script->packet[packet], script->names,
                           script->values[script->node[way].values], NULL, &(unsigned){0});
}

/* A line other than its own that says what the packet is. */
static size_t line_as(const struct script *script, const struct nearest_match *nearest)
{
    for (size_t i = 0; i < script->lines; i++)
        if (i != nearest->line && is_as(script, nearest->way, i, nearest->packet))
            return i;
    return NOTHING;
}

/* A packet after the one at hand that is what its line says. */
static size_t packet_as(const struct script *script, const struct nearest_match *nearest)
{
    for (size_t i = nearest->packet + 1; i < script->packets; i++)
        if (is_as(script, nearest->way, nearest->line, i))
            return i;
    return NOTHING;
}

/* What is wrong in the fewest words: changed places, left out, too much, or one packet that differs. */
static void failed_sentence(const struct script *script, struct text *text)
{
    struct nearest_match nearest = script_nearest_line(script);
    bool early = nearest.differences == 1 && strcmp(nearest.why.field, "time") == 0;
    size_t other = early ? NOTHING : line_as(script, &nearest);
    size_t later = early ? NOTHING : packet_as(script, &nearest), line = nearest.line + 1;
    unsigned number = script_packet_number(script, nearest.packet);
    unsigned later_number = later == NOTHING ? 0 : script_packet_number(script, later);

    if (other != NOTHING && other < nearest.line) {
        text_add(text, "#%u is as line %zu says, once more; line %zu ", number, other + 1, line);
        text_add(text, later_number ? "came after it, as #%u" : "never came", later_number);
    } else if (other != NOTHING && later_number) {
        text_add(text, "line %zu came after line %zu: #%u is as line %zu says, #%u as line %zu", line,
                 other + 1, number, other + 1, later_number, line);
    } else if (other != NOTHING) {
        text_add(text, "line %zu never came: #%u is as line %zu says", line, number, other + 1);
    } else if (later_number && nearest.differences > 1) {
        text_add(text, "#%u was not expected: line %zu came after it, as #%u", number, line, later_number);
    } else {
        text_add(text, "line %zu ", line);
        add_difference(text, &nearest);
        if (later_number)
            text_add(text, "; it came later, as #%u", later_number);
    }
}

static void open_sentence(const struct script *script, struct text *text)
{
    struct nearest_match nearest = script_nearest_packet(script);
    char printed[PACKET_TEXT];

    text_add(text, "line %zu never came", nearest.line + 1);
    if (nearest.packet == NOTHING)
        text_add(text, "; there was no %spacket", script->packets ? "further " : "");
    /* what goes the other way is not near */
    if (nearest.packet == NOTHING || strcmp(nearest.why.field, "direction") == 0)
        return;
    text_add(text, "; nearest packet: #%u %s, which ", script_packet_number(script, nearest.packet),
             script_packet_text(script, nearest.packet, nearest.line, printed));
    if (nearest.differences == 0)
        text_add(text, "came before its turn");
    else
        add_difference(text, &nearest);
}

const char *script_sentence(const struct script *script, char sentence[SCRIPT_SENTENCE])
{
    struct text text = text_begin(sentence, SCRIPT_SENTENCE);

    if (script->state == SCRIPT_COMPLETE)
        text_add(&text, "every line is satisfied");
    else if (script->state == SCRIPT_FAILED)
        failed_sentence(script, &text);
    else
        open_sentence(script, &text);
    return sentence;
}

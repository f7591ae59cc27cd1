/* SPDX-License-Identifier: MIT */
/* Which line took which packet, and what came nearest where none did. */
#include "pattern/script_state.h"

#include <stdlib.h>

size_t script_best(const struct script *script)
{
    size_t best;

    if (script->state == SCRIPT_COMPLETE)
        return script->accepted;
    if (script->state == SCRIPT_FAILED)
        return script_nearest_line(script).way;
    best = script->now.node[0];
    for (size_t i = 1; i < script->now.count; i++)
        if (script->node[script->now.node[i]].position > script->node[best].position)
            best = script->now.node[i];
    return best;
}

const size_t *script_align(const struct script *script, size_t node)
{
    struct alignment *alignment = script->alignment;
    size_t end = script->packets;

    if (alignment->valid && alignment->made_for == node)
        return alignment->line;
    if (script->packets > alignment->packets || !alignment->line) {
        free(alignment->line);
        alignment->packets = script->packets;
        alignment->line = malloc((script->packets + 1) * sizeof(*alignment->line));
        if (!alignment->line)
            abort();
    }
    if (script->state == SCRIPT_COMPLETE)
        end = script->consumed;
    else if (script->state == SCRIPT_FAILED)
        end = script->failed_at;
    for (size_t i = end; i < script->packets; i++)
        alignment->line[i] = NOTHING;
    /* a node of "..." took all packets up to the next node, any other only its own */
    for (size_t n = node; n != NOTHING && script->node[n].line != NOTHING; n = script->node[n].before)
        while (end > script->node[n].packet)
            alignment->line[--end] = script->node[n].line;
    alignment->valid = true;
    alignment->made_for = node;
    return alignment->line;
}

size_t script_line_matches(const struct script *script, size_t line)
{
    const size_t *lines = script_align(script, script_best(script));
    size_t count = 0;

    for (size_t i = 0; i < script->packets; i++)
        count += lines[i] == line;
    return count;
}

int script_line_of(const struct script *script, size_t index)
{
    const size_t *lines;

    if (index >= script->packets)
        return -1;
    lines = script->alignment->valid ? script->alignment->line : script_align(script, script_best(script));
    return lines[index] == NOTHING ? -1 : (int)lines[index];
}

/* Lines and packets that differ in fewer fields are nearer; a time bound counts as a field. */
static unsigned compare(const struct script *script, size_t node, size_t line, size_t packet,
                        struct mismatch *why)
{
    struct bindings *values = script->values[script->node[node].values];
    struct mismatch time;
    unsigned differences;

    pattern_compare(script->line[line], script->packet[packet], script->names, values, why, &differences);
    if (!script_in_time(script, &script->node[node], line, script->packet[packet], &time)) {
        if (differences == 0)
            *why = time;
        differences++;
    }
    return differences;
}

struct nearest_match script_nearest_line(const struct script *script)
{
    struct nearest_match best = {NOTHING, NOTHING, script->failed_at, 0, {"", "", ""}};

    for (size_t i = 0; i < script->now.count; i++) {
        size_t node = script->now.node[i], position = script->node[node].position;
        size_t required = script_required(script, position);

        for (size_t line = position; line <= required && line < script->lines; line++) {
            struct nearest_match one = {node, line, script->failed_at, 0, {"", "", ""}};

            if (pattern_repeat(script->line[line]) == PATTERN_SKIP)
                continue;
            one.differences = compare(script, node, line, script->failed_at, &one.why);
            /* of lines that are equally near the one that must come is meant */
            if (best.line == NOTHING || one.differences < best.differences ||
                (one.differences == best.differences && line == required &&
                 script_skippable(script, best.line)))
                best = one;
        }
    }
    return best;
}

struct nearest_match script_nearest_packet(const struct script *script)
{
    size_t node = script_best(script);
    struct nearest_match best = {
        node, script_required(script, script->node[node].position), NOTHING, 0, {"", "", ""}};
    const size_t *lines = script_align(script, node);

    for (size_t i = 0; i < script->packets; i++) {
        struct nearest_match one = {node, best.line, i, 0, {"", "", ""}};

        /* what another line asked for is not what this one misses */
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): script_align fills all */
        if (lines[i] != NOTHING && !script_skippable(script, lines[i]))
            continue;
        one.differences = compare(script, node, best.line, i, &one.why);
        if (best.packet == NOTHING || one.differences < best.differences)
            best = one;
    }
    return best;
}

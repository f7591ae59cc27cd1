/* SPDX-License-Identifier: MIT */
/*
 * Packets held against several lines. All ways of reading the packets are
 * followed at once, as a nondeterministic automaton does: a way is a position
 * among the lines with the values of variables and the time that it has come
 * to. Ways that cannot differ in what they will accept are merged, so that
 * "*" costs the same for each packet however many came before.
 *
 * Where several ways read the same packets, the preferred one is reported:
 * earlier lines take as much as they can, but "..." takes only what no line
 * wants.
 */
#include "pattern/script_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *grow(void *memory, size_t *room, size_t wanted, size_t size)
{
    size_t more = *room ? *room : 16;

    if (wanted <= *room)
        return memory;
    while (more < wanted)
        more *= 2;
    memory = realloc(memory, more * size);
    if (!memory) {
        fprintf(stderr, "script: no memory for %zu items of %zu bytes\n", more, size);
        abort();
    }
    *room = more;
    return memory;
}

/* --- lines and positions --- */

bool script_skippable(const struct script *script, size_t line)
{
    return pattern_repeat(script->line[line]) != PATTERN_ONCE;
}

size_t script_required(const struct script *script, size_t position)
{
    while (position < script->lines && script_skippable(script, position))
        position++;
    return position;
}

/* A line whose packet leaves the way where it is: it may take further ones. */
static bool stays(const struct script *script, size_t line)
{
    enum pattern_repeat repeat = pattern_repeat(script->line[line]);

    return repeat == PATTERN_REPEATED || repeat == PATTERN_SKIP;
}

static bool is_skip(const struct script *script, size_t line)
{
    return pattern_repeat(script->line[line]) == PATTERN_SKIP;
}

bool script_in_time(const struct script *script, const struct node *node, size_t line,
                    const struct sighting *sighting, struct mismatch *why)
{
    const struct pattern *pattern = script->line[line];
    int64_t least, most, passed = sighting->at - node->since;

    if (!pattern_delay(pattern, &least, &most) || node->since == 0 ||
        (passed >= least && (!script->judge_most || passed <= most)))
        return true;
    if (why) {
        snprintf(why->field, sizeof(why->field), "time");
        snprintf(why->expected, sizeof(why->expected), "%.*s",
                 (int)(pattern->delay_text.end - pattern->delay_text.start),
                 pattern->text + pattern->delay_text.start);
        if (!script->judge_most) /* in real time the last digits are noise */
            passed -= passed % 1000;
        snprintf(why->observed, sizeof(why->observed), "%+.10gms", (double)passed / 1e6);
    }
    return false;
}

/* --- values of variables --- */

static size_t add_values(struct script *script, const struct bindings *values)
{
    struct bindings *copy = malloc(sizeof(*copy));

    script->values =
        grow(script->values, &script->values_room, script->values_count + 1, sizeof(*script->values));
    if (!copy)
        abort();
    *copy = *values;
    script->values[script->values_count] = copy;
    return script->values_count++;
}

struct agreement {
    const struct bindings *a, *b;
    bool same;
};

static void agree(void *context, const struct number *use)
{
    struct agreement *agreement = context;
    const char *a = bindings_get(agreement->a, use->variable);
    const char *b = bindings_get(agreement->b, use->variable);

    if (a != b && (!a || !b || strcmp(a, b) != 0))
        agreement->same = false;
}

/* Whether the variables that a line from `position` on still uses have the same values. */
static bool same_values(const struct script *script, size_t position, size_t a, size_t b)
{
    struct agreement agreement = {script->values[a], script->values[b], true};

    for (size_t i = position; a != b && i < script->lines && agreement.same; i++)
        pattern_variables(script->line[i], agree, &agreement);
    return agreement.same;
}

/* --- ways --- */

static size_t add_node(struct script *script, const struct node *node)
{
    script->node = grow(script->node, &script->nodes_room, script->nodes + 1, sizeof(*script->node));
    script->node[script->nodes] = *node;
    return script->nodes++;
}

static void push(struct node_list *list, size_t node)
{
    list->node = grow(list->node, &list->room, list->count + 1, sizeof(*list->node));
    list->node[list->count++] = node;
}

/*
 * Of two ways that differ only in when their time bound begins: does `a` accept all that `b` does? An earlier
 * beginning helps with lower bounds, a later one with upper bounds, an unknown one with both.
 */
static bool as_good_in_time(const struct script *script, const struct node *a, const struct node *b)
{
    bool least = script->uses_least[a->position], most = script->uses_most[a->position];

    if (a->since == b->since || a->since == 0)
        return true;
    return b->since != 0 && (!least || a->since < b->since) && (!most || a->since > b->since);
}

static void go_on(struct script *script, const struct node *node)
{
    for (size_t i = 0; i < script->next.count; i++) {
        struct node *other = &script->node[script->next.node[i]];

        if (other->position != node->position ||
            !same_values(script, node->position, other->values, node->values))
            continue;
        if (as_good_in_time(script, other, node))
            return;
        if (as_good_in_time(script, node, other)) {
            script->next.node[i] = add_node(script, node);
            return;
        }
    }
    push(&script->next, add_node(script, node));
}

/* The line takes the packet, if it can. */
static void take(struct script *script, size_t way, size_t line, size_t packet)
{
    const struct sighting *sighting = script->packet[packet];
    struct bindings *values = script->values[script->node[way].values];
    size_t bound = values->count;
    struct node node = script->node[way];

    if (!script_in_time(script, &node, line, sighting, NULL) ||
        !pattern_matches(script->line[line], sighting, script->names, values, NULL))
        return;
    if (values->count != bound) { /* other ways share these values: what is new goes into a copy */
        node.values = add_values(script, values);
        values->count = bound;
    }
    node.before = way;
    node.packet = packet;
    node.line = line;
    node.position = stays(script, line) ? line : line + 1;
    node.since = sighting->at;
    go_on(script, &node);
}

/* "..." takes the packet: one node stands for all that are skipped in a row. */
static void skip(struct script *script, size_t way, size_t line, size_t packet)
{
    struct node node = script->node[way];

    if (node.line != line) {
        node.before = way;
        node.packet = packet;
        node.line = line;
        node.position = line;
        go_on(script, &node);
        return;
    }
    for (size_t i = 0; i < script->next.count; i++) {
        const struct node *other = &script->node[script->next.node[i]];

        if (other->position == line && same_values(script, line, other->values, node.values) &&
            as_good_in_time(script, other, &node))
            return;
    }
    push(&script->next, way);
}

/* A way on which all that could come is too late already. */
static bool too_late(const struct script *script, const struct node *node, int64_t now)
{
    if (!script->judge_most || node->since == 0 || script_required(script, node->position) == script->lines)
        return false;
    for (size_t i = node->position; i < script->lines; i++) {
        int64_t least, most;

        if (!is_skip(script, i) &&
            (!pattern_delay(script->line[i], &least, &most) || now - node->since <= most))
            return false;
        if (!script_skippable(script, i))
            break;
    }
    return true;
}

/* Every line that a way could go on with: its own, and those after lines that may be left out. */
static void advance(struct script *script, size_t way, size_t packet)
{
    size_t position = script->node[way].position;
    size_t required = script_required(script, position);

    for (size_t i = position; i < script->lines && i <= required; i++)
        if (!is_skip(script, i))
            take(script, way, i, packet);
    if (too_late(script, &script->node[way], script->packet[packet]->at))
        return;
    for (size_t i = position; i < script->lines && i <= required; i++)
        if (is_skip(script, i))
            skip(script, way, i, packet);
}

/* The first way, if any, on which no line need take another packet; NOTHING if there is none. */
static size_t find_accepting(const struct script *script)
{
    for (size_t i = 0; i < script->now.count; i++)
        if (script_required(script, script->node[script->now.node[i]].position) == script->lines)
            return script->now.node[i];
    return NOTHING;
}

static void complete(struct script *script, size_t node)
{
    script->accepted = node;
    script->consumed = script->packets;
    script->state = SCRIPT_COMPLETE;
    if (script->shared)
        *script->shared = *script->values[script->node[node].values];
}

enum script_state script_feed(struct script *script, const struct sighting *sighting)
{
    struct node_list old;
    size_t accepting;

    script->packet =
        grow(script->packet, &script->packets_room, script->packets + 1, sizeof(*script->packet));
    script->packet[script->packets++] = sighting;
    script->alignment->valid = false;
    if (script->sealed || script->state == SCRIPT_FAILED)
        return script->state;

    script->next.count = 0;
    for (size_t i = 0; i < script->now.count; i++)
        advance(script, script->now.node[i], script->packets - 1);
    if (script->next.count == 0 && script->state == SCRIPT_OPEN) {
        script->state = SCRIPT_FAILED;
        script->failed_at = script->packets - 1;
        return script->state; /* `now` stays, for the report */
    }
    old = script->now;
    script->now = script->next;
    script->next = old;
    accepting = find_accepting(script);
    if (accepting != NOTHING)
        complete(script, accepting);
    else if (script->state == SCRIPT_COMPLETE)
        script->sealed = true; /* the packet is the first of what comes after this script */
    return script->state;
}

/* --- making a script --- */

struct known {
    struct pattern_trouble *trouble;
    struct bindings *names; /* only names count here */
    bool failed;
};

/* A variable must have got a value before it is calculated or compared with: else it was probably misspelt.
 */
static void check_use(void *context, const struct number *use)
{
    struct known *known = context;

    if (known->failed || bindings_get(known->names, use->variable))
        return;
    known->failed = true;
    known->trouble->column = use->column;
    if (use->compare != COMPARE_EQUAL || use->value != 0)
        snprintf(known->trouble->message, sizeof(known->trouble->message),
                 "`$%s' has no value yet: a variable gets one where it first stands alone, as in `win $%s'",
                 use->variable, use->variable);
    else if (known->names->count == BINDINGS_MAX)
        snprintf(known->trouble->message, sizeof(known->trouble->message), "more than %d variables",
                 BINDINGS_MAX);
    else
        known->failed = !bindings_text(known->names, use->variable, "");
}

static bool parse_lines(struct script *script, const char *const lines[], size_t count,
                        struct pattern_trouble *trouble, size_t *bad_line)
{
    struct bindings names = *script->values[0];
    struct known known = {trouble, &names, false};

    for (; script->lines < count; script->lines++) {
        struct pattern *line = pattern_parse(lines[script->lines], script->names, trouble);

        *bad_line = script->lines;
        if (!line)
            return false;
        script->line[script->lines] = line;
        pattern_variables(line, check_use, &known);
        if (known.failed) {
            script->lines++;
            return false;
        }
    }
    return true;
}

/* Which time bounds may look at the beginning that a way has at each position. */
static void note_time_use(struct script *script)
{
    for (size_t i = script->lines; i-- > 0;) {
        int64_t least, most = INT64_MAX;
        bool bound = pattern_delay(script->line[i], &least, &most);
        bool on = script_skippable(script, i);

        script->uses_least[i] = bound || (on && script->uses_least[i + 1]);
        script->uses_most[i] =
            (script->judge_most && bound && most != INT64_MAX) || (on && script->uses_most[i + 1]);
    }
}

struct script *script_new(const char *const lines[], size_t count, const struct names *names,
                          struct bindings *bindings, bool judge_most, int64_t since,
                          struct pattern_trouble *trouble, size_t *bad_line)
{
    static const struct bindings empty;
    struct script *script = calloc(1, sizeof(*script));
    size_t unused;

    if (!script || !(script->line = calloc(count + 1, sizeof(*script->line))) ||
        !(script->uses_least = calloc(count + 1, sizeof(bool))) ||
        !(script->uses_most = calloc(count + 1, sizeof(bool))) ||
        !(script->alignment = calloc(1, sizeof(*script->alignment))))
        abort();
    script->names = names;
    script->shared = bindings;
    script->judge_most = judge_most;
    script->since = since;
    script->failed_at = script->accepted = NOTHING;
    add_values(script, bindings ? bindings : &empty);
    if (!parse_lines(script, lines, count, trouble, bad_line ? bad_line : &unused)) {
        script_free(script);
        return NULL;
    }
    note_time_use(script);
    push(&script->now, add_node(script, &(struct node){NOTHING, NOTHING, NOTHING, 0, 0, since}));
    if (find_accepting(script) != NOTHING)
        complete(script, find_accepting(script));
    return script;
}

void script_free(struct script *script)
{
    if (!script)
        return;
    for (size_t i = 0; i < script->lines; i++)
        pattern_free(script->line[i]);
    for (size_t i = 0; i < script->values_count; i++)
        free(script->values[i]);
    free(script->alignment->line);
    free(script->alignment);
    free(script->line);
    free(script->uses_least);
    free(script->uses_most);
    free(script->packet);
    free(script->node);
    free(script->values);
    free(script->now.node);
    free(script->next.node);
    free(script);
}

/* --- how it stands --- */

enum script_state script_state(const struct script *script)
{
    return script->state;
}

size_t script_consumed(const struct script *script)
{
    return script->consumed;
}

int64_t script_least_wait(const struct script *script)
{
    int64_t sum = 0;

    for (size_t i = 0; i < script->lines; i++) {
        int64_t least, most;

        if (pattern_delay(script->line[i], &least, &most) && __builtin_add_overflow(sum, least, &sum))
            return INT64_MAX;
    }
    return sum;
}

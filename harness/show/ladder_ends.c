/* SPDX-License-Identifier: MIT */
/*
 * The ends of an arrow. A frame that arrived names both by its sightings; one that was lost names only the
 * host it left, and where it was heading follows from its wire and its destination.
 */
#include "show/ladder_ends.h"

#include <string.h>

struct ends {
    const char *source, *destination, *rest;
    size_t source_length, destination_length;
};

static bool split(const char *text, struct ends *ends)
{
    const char *arrow = strstr(text, " > ");

    if (!arrow)
        return false;
    ends->source = text;
    ends->source_length = (size_t)(arrow - text);
    ends->destination = arrow + 3;
    ends->destination_length = strcspn(ends->destination, " ");
    ends->rest = ends->destination + ends->destination_length;
    ends->rest += strspn(ends->rest, " ");
    return !memchr(text, ' ', ends->source_length);
}

bool ladder_named_ends(const struct ladder *ladder, const char *text, int *source, int *destination)
{
    struct ends ends;

    *source = *destination = -1;
    if (!split(text, &ends))
        return false;
    *source = ladder_host(ladder, ends.source, ends.source_length);
    *destination = ladder_host(ladder, ends.destination, ends.destination_length);
    return true;
}

/* The hosts of wire number `wire`: the words of its part of the bench, counts ("server*3") left aside. */
static int wire_hosts(const struct ladder *ladder, const char *bench, int wire, int host[LADDER_HOSTS_MAX])
{
    int count = 0;

    for (; wire > 0 && bench; wire--) {
        bench = strchr(bench, ';');
        bench = bench ? bench + 1 : NULL;
    }
    if (wire < 0 || !bench)
        return 0;
    while (*bench && *bench != ';' && count < LADDER_HOSTS_MAX) {
        size_t length = strcspn(bench, " *;");

        host[count] = ladder_host(ladder, bench, length);
        count += length > 0 && host[count] >= 0;
        bench += length;
        bench += *bench == '*' ? strcspn(bench, " ;") : 0;
        bench += strspn(bench, " ");
    }
    return count;
}

static bool contains(const int *host, int count, int wanted)
{
    for (int i = 0; i < count; i++)
        if (host[i] == wanted)
            return true;
    return false;
}

/* The host opposite to `end` on the wire: the one named if it is there, else any other. */
static int opposite(const struct ladder *ladder, const int *host, int count, int end, int named)
{
    if (named >= 0 && named != end && (count == 0 || contains(host, count, named)))
        return named;
    for (int i = 0; i < count; i++)
        if (host[i] != end)
            return host[i];
    if (end < 0)
        return 0;
    if (end + 1 < ladder->hosts && (named < 0 || named > end || end == 0))
        return end + 1;
    return end > 0 ? end - 1 : end;
}

void ladder_guess_ends(const struct ladder *ladder, const char *bench, int wire, const char *text, int *from,
                       int *to)
{
    int host[LADDER_HOSTS_MAX];
    int count = wire_hosts(ladder, bench, wire, host);
    int source, destination;

    ladder_named_ends(ladder, text, &source, &destination);
    if (*from < 0 && *to < 0 && destination >= 0 && (count == 0 || contains(host, count, destination)))
        *to = destination;
    if (*from < 0)
        *from = opposite(ladder, host, count, *to, source);
    if (*to < 0)
        *to = opposite(ladder, host, count, *from, destination);
}

/* The text without the ends that the drawing shows. */
static const char *without_ends(const struct ladder *ladder, const struct ladder_arrow *arrow)
{
    bool mid = ladder->events[arrow->first].kind == EVENT_APPEAR;
    int source, destination;
    struct ends ends;
    bool numbered;

    if (!split(arrow->text, &ends) || !*ends.rest)
        return arrow->text;
    ladder_named_ends(ladder, arrow->text, &source, &destination);
    numbered = memchr(arrow->text, '#', (size_t)(ends.rest - arrow->text));
    if (numbered)
        return arrow->text;
    if (source >= 0 && destination >= 0 && (source < destination) == (arrow->from < arrow->to) &&
        (source == destination) == (arrow->from == arrow->to))
        return ends.rest;
    /* an answer by the wire itself, which has no lifeline, begins where it stands */
    if (mid && destination == arrow->to && ends.source_length == 4 && memcmp(ends.source, "wire", 4) == 0)
        return ends.rest;
    if (source >= 0 && source == arrow->from && destination < 0)
        return ends.destination - 2;
    return arrow->text;
}

/* Takes " WORD …" away from the first `word` on, up to `fields` blanks further, leaving the first `keep` of
 * them. */
static void take_away(char *text, const char *word, unsigned fields, unsigned keep)
{
    char *from = strstr(text, word), *to;

    if (!from)
        return;
    for (; keep > 0; keep--)
        from += 1 + strcspn(from + 1, " ");
    for (to = from; fields > 0; fields--)
        to += *to ? 1 + strcspn(to + 1, " ") : 0;
    memmove(from, to, strlen(to) + 1);
}

static bool is_expected(const struct notebook *notebook, const char *word)
{
    for (size_t i = 0; i < notebook->count; i++)
        if (notebook->records[i].kind == RECORD_EXPECT && strstr(notebook->records[i].text, word))
            return true;
    return false;
}

bool ladder_add_labels(struct ladder *ladder, const struct notebook *notebook, bool everything)
{
    bool stamps = everything || is_expected(notebook, "TS");
    bool flow = everything || is_expected(notebook, "flow");

    for (size_t i = 0; i < ladder->arrow_count; i++) {
        struct ladder_arrow *arrow = &ladder->arrows[i];

        arrow->label = strdup(without_ends(ladder, arrow));
        if (!arrow->label)
            return false;
        /* of a SYN the option is worth knowing, its numbers are not */
        if (!stamps && strncmp(arrow->label, "[S", 2) == 0)
            take_away(arrow->label, " TS val ", 4, 1);
        else if (!stamps)
            take_away(arrow->label, " TS val ", 5, 0);
        if (!flow)
            take_away(arrow->label, " flow 0x", 2, 0);
    }
    return true;
}

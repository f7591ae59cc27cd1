/* SPDX-License-Identifier: MIT */
/*
 * Laying out the ladder: hosts, events, their order, rows. Frames become arrows in ladder_frames.c.
 */
#include "show/ladder.h"
#include "show/ladder_ends.h"
#include "show/ladder_frames.h"

#include <stdlib.h>
#include <string.h>

/* Of a long run of packets without a call or an expectation, so many rows are drawn at its ends. */
#define RUN_HEAD 16
#define RUN_TAIL 8

int ladder_host(const struct ladder *ladder, const char *name, size_t length)
{
    const char *number = memchr(name, '#', length);

    if (number)
        length = (size_t)(number - name);
    for (int i = 0; i < ladder->hosts; i++)
        if (strlen(ladder->host[i]) == length && memcmp(ladder->host[i], name, length) == 0)
            return i;
    return -1;
}

static int host_of(const struct ladder *ladder, const struct record *record)
{
    return ladder_host(ladder, record->host, strlen(record->host));
}

static void add_host(struct ladder *ladder, const char *name)
{
    if (*name && ladder->hosts < LADDER_HOSTS_MAX && ladder_host(ladder, name, strlen(name)) < 0)
        ladder->host[ladder->hosts++] = name;
}

/* Those of the start record; without one (the run died early) those that are met. */
static void find_hosts(struct ladder *ladder, const struct notebook *notebook)
{
    for (size_t i = 0; i < notebook->host_count; i++)
        add_host(ladder, notebook->hosts[i].name);
    for (size_t i = 0; i < notebook->count; i++)
        if (notebook->records[i].kind == RECORD_PACKET || notebook->records[i].kind == RECORD_CALL)
            add_host(ladder, notebook->records[i].host);
}

static void add_call(struct ladder *ladder, const struct record *record)
{
    struct ladder_event *call = ladder_add_event(ladder, EVENT_CALL, record, host_of(ladder, record));
    struct ladder_event *end;

    call->whole = record->took < LADDER_SILENCE;
    if (call->whole)
        return;
    end = ladder_add_event(ladder, EVENT_RETURN, record, call->host);
    end->at = end->drawn = record->t + record->took;
}

static void add_records(struct ladder *ladder, const struct notebook *notebook)
{
    for (size_t i = 0; i < notebook->count; i++) {
        const struct record *record = &notebook->records[i];

        if (record->kind == RECORD_CALL)
            add_call(ladder, record);
        else if (record->kind == RECORD_TREATMENT)
            ladder_add_event(ladder, EVENT_TREATMENT, record, -1);
        else if (record->kind == RECORD_EXPECT)
            ladder_add_event(ladder, EVENT_EXPECT, record, -1);
        else if (record->kind == RECORD_SYSCTL)
            ladder_add_event(ladder, EVENT_SYSCTL, record, host_of(ladder, record));
    }
}

/* At the same place: as recorded, and the events of one arrow in their own order (by index). */
static int compare_events(const void *a, const void *b)
{
    const struct ladder_event *x = a, *y = b;

    if (x->drawn != y->drawn)
        return x->drawn < y->drawn ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Sorts the events and mends the links between those of one arrow. false when out of memory. */
static bool sort_events(struct ladder *ladder)
{
    size_t *place = calloc(ladder->event_count + 1, sizeof(*place));

    if (!place)
        return false;
    for (size_t i = 0; i < ladder->event_count; i++)
        ladder->events[i].row = i; /* where it was, until rows are made */
    qsort(ladder->events, ladder->event_count, sizeof(*ladder->events), compare_events);
    for (size_t i = 0; i < ladder->event_count; i++)
        place[ladder->events[i].row] = i;
    for (size_t i = 0; i < ladder->event_count; i++) {
        struct ladder_event *event = &ladder->events[i];

        if (event->previous != LADDER_NONE)
            event->previous = place[event->previous];
        if (event->next != LADDER_NONE)
            event->next = place[event->next];
    }
    for (size_t i = 0; i < ladder->arrow_count; i++)
        ladder->arrows[i].first = place[ladder->arrows[i].first];
    free(place);
    return true;
}

/* A call that nothing interrupts is drawn once: its return needs no line of its own. */
static bool is_idle_return(const struct ladder *ladder, size_t i)
{
    return i > 0 && ladder->events[i].kind == EVENT_RETURN && ladder->events[i - 1].kind == EVENT_CALL &&
           ladder->events[i - 1].record == ladder->events[i].record;
}

/* Whether the event is drawn on the line of the one before it, of the same arrow. */
static bool joins(const struct ladder *ladder, size_t i)
{
    const struct ladder_event *event = &ladder->events[i], *before;

    if (i == 0 || event->previous != i - 1)
        return false;
    before = &ladder->events[i - 1];
    if (event->at - before->at > LADDER_FLAT)
        return false;
    if (event->kind == EVENT_ARRIVE)
        return true;
    return before->kind == EVENT_DEPART && (event->kind == EVENT_HELD || event->kind == EVENT_LOST);
}

static struct ladder_row *add_row(struct ladder *ladder, enum row_kind kind, int64_t at, size_t first)
{
    struct ladder_row *row = &ladder->rows[ladder->row_count++];

    *row = (struct ladder_row){.kind = kind, .at = at, .first = first};
    return row;
}

static void make_rows(struct ladder *ladder)
{
    int64_t last = ladder->event_count > 0 ? ladder->events[0].at : 0;

    ladder->origin = last;
    for (size_t i = 0; i < ladder->event_count; i++) {
        struct ladder_event *event = &ladder->events[i];

        if (is_idle_return(ladder, i)) {
            ladder->events[i - 1].whole = true;
            event->row = ladder->events[i - 1].row;
            continue;
        }
        if (event->at - last > LADDER_SILENCE)
            add_row(ladder, ROW_SILENCE, last, i)->silence = event->at - last;
        if (!joins(ladder, i))
            add_row(ladder, ROW_EVENTS, event->at, i);
        event->row = ladder->row_count - 1;
        ladder->rows[event->row].count++;
        last = event->at;
    }
}

static bool is_traffic(const struct ladder *ladder, const struct ladder_row *row)
{
    const struct ladder_event *event = &ladder->events[row->first];

    return row->kind == ROW_EVENTS && (event->kind == EVENT_DEPART || event->kind == EVENT_ARRIVE);
}

/* Replaces the middle of long runs of packets: a bulk transfer would bury the story. */
static void elide(struct ladder *ladder)
{
    size_t *place = calloc(ladder->row_count + 1, sizeof(*place));
    size_t kept = 0;

    for (size_t i = 0, end; place && i < ladder->row_count; i = end) {
        end = i;
        while (end < ladder->row_count && is_traffic(ladder, &ladder->rows[end]))
            end++;
        if (end == i)
            end++;
        for (size_t k = i; k < end; k++) {
            bool out = end - i > RUN_HEAD + RUN_TAIL + 1 && k >= i + RUN_HEAD && k < end - RUN_TAIL;

            if (out && k > i + RUN_HEAD) {
                ladder->rows[kept - 1].count += ladder->rows[k].count;
            } else {
                ladder->rows[kept] = ladder->rows[k];
                ladder->rows[kept].kind = out ? ROW_ELIDED : ladder->rows[k].kind;
                kept++;
            }
            place[k] = kept - 1;
        }
    }
    if (place) {
        for (size_t i = 0; i < ladder->event_count; i++)
            ladder->events[i].row = place[ladder->events[i].row];
        ladder->row_count = kept;
    }
    free(place);
}

/* Whether the capture (client.pcap, router-eth1.pcap, client-lo.pcap) is where the packet was seen. */
static bool is_capture_of(const char *capture, const struct record *packet)
{
    size_t host = strlen(packet->host);
    const char *rest = capture + host;

    if (strncmp(capture, packet->host, host) != 0)
        return false;
    if (*rest == '-')
        return strncmp(rest + 1, packet->interface, strlen(packet->interface)) == 0 &&
               strcmp(rest + 1 + strlen(packet->interface), ".pcap") == 0;
    return strcmp(rest, ".pcap") == 0 && strcmp(packet->interface, "eth0") == 0;
}

/* Of a frame that left and arrived, what its capture saw. */
static void find_mismatch(struct ladder *ladder, const struct notebook *notebook)
{
    const struct record *expect = notebook->records, *end = notebook->records + notebook->count;

    ladder->mismatch = LADDER_NONE;
    while (expect < end && !(expect->kind == RECORD_EXPECT && !expect->ok))
        expect++;
    if (expect == end || !expect->number)
        return;
    for (size_t i = 0; i < ladder->event_count; i++) {
        const struct ladder_event *event = &ladder->events[i];
        const struct record *packet = event->record;

        if (event->arrow != LADDER_NONE && packet->kind == RECORD_PACKET &&
            packet->number == expect->number && is_capture_of(expect->name, packet) &&
            event->kind == (packet->out ? EVENT_DEPART : EVENT_ARRIVE)) {
            ladder->mismatch = event->row;
            return;
        }
    }
}

struct ladder *ladder_new(const struct notebook *notebook, bool everything)
{
    struct ladder *ladder = calloc(1, sizeof(*ladder));

    if (!ladder)
        return NULL;
    find_hosts(ladder, notebook);
    /* A record makes at most three events (a frame that appears, is lost at once, and its own), a row and a
     * silence each. */
    ladder->events = calloc(3 * notebook->count + 1, sizeof(*ladder->events));
    ladder->rows = calloc(6 * notebook->count + 1, sizeof(*ladder->rows));
    ladder->arrows = calloc(notebook->count + 1, sizeof(*ladder->arrows));
    if (!ladder->events || !ladder->rows || !ladder->arrows || !ladder_add_frames(ladder, notebook)) {
        ladder_free(ladder);
        return NULL;
    }
    add_records(ladder, notebook);
    if (!sort_events(ladder)) {
        ladder_free(ladder);
        return NULL;
    }
    make_rows(ladder);
    if (!ladder_add_labels(ladder, notebook, everything)) {
        ladder_free(ladder);
        return NULL;
    }
    if (!everything)
        elide(ladder);
    find_mismatch(ladder, notebook);
    return ladder;
}

void ladder_free(struct ladder *ladder)
{
    if (!ladder)
        return;
    free(ladder->events);
    for (size_t i = 0; ladder->arrows && i < ladder->arrow_count; i++)
        free(ladder->arrows[i].label);
    free(ladder->arrows);
    free(ladder->rows);
    free(ladder);
}

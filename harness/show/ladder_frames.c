/* SPDX-License-Identifier: MIT */
/*
 * Arrows: the sighting of a frame where it left, what the wire did to it, and its sighting where it
 * arrived, joined by the frame's uid (by its text where the uid is unknown).
 *
 * One frame may reach several hosts (multicast, three hosts on one wire), or one host twice (a duplicate),
 * and one uid may come again (a forwarding host that changed nothing): so a uid names a chain of arrows, and
 * each sighting takes the one that still lacks it. Time stamps of two interfaces and of the wire need not
 * agree to the nanosecond: an arrow never runs backwards in time.
 */
#include "show/ladder_frames.h"
#include "show/ladder_ends.h"

#include <stdlib.h>
#include <string.h>

#define CHAIN_MOST 256 /* arrows of one uid looked at: only a broken notebook has more */

/* What is known of an arrow while it is being made. */
struct track {
    uint64_t key;
    size_t older; /* arrow with the same key, or in the same slot, made before */
    size_t last;  /* its latest event */
    bool loopback, arrived, held, ended;
};

struct frames {
    struct ladder *ladder;
    const struct notebook *notebook;
    struct track *tracks; /* one for each arrow */
    size_t *slots;        /* the latest arrow of each hash */
    size_t slot_count;    /* a power of two */
};

struct ladder_event *ladder_add_event(struct ladder *ladder, enum event_kind kind,
                                      const struct record *record, int host)
{
    struct ladder_event *event = &ladder->events[ladder->event_count++];

    *event = (struct ladder_event){
        .at = record->t,
        .drawn = record->t,
        .kind = kind,
        .fate = SHOWN_OTHER,
        .record = record,
        .host = host,
        .arrow = LADDER_NONE,
        .previous = LADDER_NONE,
        .next = LADDER_NONE,
        .order = record->row,
    };
    return event;
}

static bool is_loopback(const struct record *record)
{
    return strcmp(record->interface, "lo") == 0;
}

static uint64_t key_of(const struct record *record)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    if (record->uid)
        return record->uid;
    for (const char *p = record->text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
    return hash;
}

static size_t *slot_of(const struct frames *f, uint64_t key)
{
    return &f->slots[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 20 & (f->slot_count - 1)];
}

/* Adds an event to an arrow, after those that it has. */
static struct ladder_event *extend(struct frames *f, size_t arrow, enum event_kind kind,
                                   const struct record *record, int host)
{
    struct track *track = &f->tracks[arrow];
    struct ladder_event *event = ladder_add_event(f->ladder, kind, record, host);
    size_t index = (size_t)(event - f->ladder->events);

    event->arrow = arrow;
    event->previous = track->last;
    if (track->last == LADDER_NONE) {
        f->ladder->arrows[arrow].first = index;
    } else {
        struct ladder_event *before = &f->ladder->events[track->last];

        before->next = index;
        if (event->at < before->at)
            event->at = before->at;
        event->drawn = event->at > before->drawn ? event->at : before->drawn;
        if (event->order < before->order)
            event->order = before->order;
    }
    track->last = index;
    return event;
}

static size_t begin(struct frames *f, enum event_kind kind, const struct record *record, int from, int to)
{
    size_t arrow = f->ladder->arrow_count++;
    struct track *track = &f->tracks[arrow];
    size_t *slot;

    *track = (struct track){.key = key_of(record), .loopback = is_loopback(record), .last = LADDER_NONE};
    slot = slot_of(f, track->key);
    track->older = *slot;
    *slot = arrow;
    f->ladder->arrows[arrow] = (struct ladder_arrow){.from = from, .to = to, .text = record->text};
    extend(f, arrow, kind, record, kind == EVENT_DEPART ? from : -1);
    return arrow;
}

static int host_of(const struct frames *f, const struct record *record)
{
    return ladder_host(f->ladder, record->host, strlen(record->host));
}

static void guess_ends(struct frames *f, size_t arrow, int wire)
{
    struct ladder_arrow *a = &f->ladder->arrows[arrow];

    ladder_guess_ends(f->ladder, f->notebook->bench, wire, a->text, &a->from, &a->to);
}

/* ---- what the wire did ---- */

/* The arrow that a wire's record speaks of: the latest one under way by then, or for a release one held. */
static size_t find_fated(const struct frames *f, const struct record *record)
{
    uint64_t key = key_of(record);
    int from = host_of(f, record);
    size_t found = LADDER_NONE;
    unsigned looked = 0;

    for (size_t i = *slot_of(f, key); i != LADDER_NONE && looked < CHAIN_MOST;
         i = f->tracks[i].older, looked++) {
        const struct track *track = &f->tracks[i];

        if (track->key != key || track->ended || track->loopback)
            continue;
        if (from >= 0 && f->ladder->arrows[i].from >= 0 && f->ladder->arrows[i].from != from)
            continue;
        if (record->fate == SHOWN_RELEASED ? track->held : f->ladder->events[track->last].at <= record->t)
            return i;
        if (found == LADDER_NONE)
            found = i;
    }
    return found;
}

static void add_fate(struct frames *f, const struct record *record)
{
    static const enum event_kind kinds[] = {
        [SHOWN_HELD] = EVENT_HELD,     [SHOWN_RELEASED] = EVENT_RELEASED, [SHOWN_DROPPED] = EVENT_LOST,
        [SHOWN_REJECTED] = EVENT_LOST, [SHOWN_TOO_BIG] = EVENT_LOST,      [SHOWN_CUT] = EVENT_LOST,
        [SHOWN_OVERFLOW] = EVENT_LOST, [SHOWN_OTHER] = EVENT_HELD,
    };
    size_t arrow = find_fated(f, record);
    struct track *track;

    if (arrow == LADDER_NONE) {
        arrow = begin(f, EVENT_APPEAR, record, host_of(f, record), -1);
        guess_ends(f, arrow, record->wire);
    }
    track = &f->tracks[arrow];
    if (f->ladder->arrows[arrow].to < 0)
        guess_ends(f, arrow, record->wire);
    if (record->fate == SHOWN_DUPLICATED) {
        f->ladder->arrows[arrow].duplicated = true;
    } else if (record->fate == SHOWN_REORDERED) {
        f->ladder->arrows[arrow].reordered = true;
    } else {
        struct ladder_event *event = extend(f, arrow, kinds[record->fate], record, -1);

        event->fate = record->fate;
        track->held = event->kind == EVENT_HELD;
        track->ended = event->kind == EVENT_LOST;
    }
}

/* ---- arrivals ---- */

struct candidates {
    size_t waiting; /* not arrived yet: the oldest that had departed by then, else any */
    size_t sent;    /* by another host, arrived somewhere or lost */
    bool reached;   /* this host has been reached already */
};

static struct candidates find_waiting(const struct frames *f, const struct record *record, int host)
{
    struct candidates found = {.waiting = LADDER_NONE, .sent = LADDER_NONE};
    uint64_t key = key_of(record);
    bool in_time = false;
    unsigned looked = 0;

    for (size_t i = *slot_of(f, key); i != LADDER_NONE && looked < CHAIN_MOST;
         i = f->tracks[i].older, looked++) {
        const struct track *track = &f->tracks[i];
        const struct ladder_arrow *arrow = &f->ladder->arrows[i];
        bool departed = f->ladder->events[track->last].at <= record->t;

        if (track->key != key || track->loopback != is_loopback(record) ||
            (track->loopback ? arrow->from != host : arrow->from == host))
            continue;
        found.reached = found.reached || (track->arrived && arrow->to == host);
        found.sent = i;
        if (!track->arrived && !track->ended && (departed || !in_time)) {
            found.waiting = i;
            in_time = departed;
        }
    }
    return found;
}

/* A further receiver's arrow is drawn below that of the one before, and not across it, if both are flat. */
static void put_aside(struct frames *f, size_t before, size_t arrow, const struct record *arrival)
{
    const struct ladder_event *reached = &f->ladder->events[f->tracks[before].last];
    struct ladder_event *departure = &f->ladder->events[f->ladder->arrows[arrow].first];

    if (reached->kind != EVENT_ARRIVE || reached->at > arrival->t || arrival->t - departure->at > LADDER_FLAT)
        return;
    departure->drawn = reached->drawn;
    departure->order = reached->order;
}

static void add_arrival(struct frames *f, const struct record *record)
{
    struct ladder *ladder = f->ladder;
    int host = host_of(f, record);
    struct candidates found = find_waiting(f, record, host);
    size_t arrow = found.waiting;

    if (arrow == LADDER_NONE && found.sent != LADDER_NONE && !found.reached &&
        ladder->events[ladder->arrows[found.sent].first].kind == EVENT_DEPART) {
        const struct ladder_event *departure = &ladder->events[ladder->arrows[found.sent].first];

        arrow = begin(f, EVENT_DEPART, departure->record, departure->host, host);
        put_aside(f, found.sent, arrow, record);
    } else if (arrow == LADDER_NONE) {
        arrow = begin(f, EVENT_APPEAR, record,
                      found.sent == LADDER_NONE ? -1 : ladder->arrows[found.sent].from, host);
        if (found.reached)
            ladder->events[f->tracks[arrow].last].fate = SHOWN_DUPLICATED;
        guess_ends(f, arrow, -1);
    }
    ladder->arrows[arrow].to = host;
    extend(f, arrow, EVENT_ARRIVE, record, host);
    f->tracks[arrow].arrived = true;
}

/* ---- all together ---- */

static void add_departure(struct frames *f, const struct record *record)
{
    int host = host_of(f, record);

    begin(f, EVENT_DEPART, record, host, is_loopback(record) ? host : -1);
}

static void add_injection(struct frames *f, const struct record *record)
{
    size_t arrow = begin(f, EVENT_APPEAR, record, host_of(f, record), -1);

    f->ladder->events[f->tracks[arrow].last].fate = SHOWN_INJECTED;
    guess_ends(f, arrow, record->wire);
}

/* A frame that nobody saw arrive, though nothing in mid-wire kept it, still ends somewhere. */
static void end_arrows(struct frames *f)
{
    for (size_t i = 0; i < f->ladder->arrow_count; i++) {
        const struct track *track = &f->tracks[i];
        const struct ladder_event *last = &f->ladder->events[track->last];

        guess_ends(f, i, -1);
        if (!track->arrived && !track->ended && !track->held)
            extend(f, i, EVENT_LOST, last->record, -1);
    }
}

static void add_all(struct frames *f)
{
    const struct record *records = f->notebook->records;
    size_t count = f->notebook->count;

    /* In three passes, since records of different threads may stand in any order. */
    for (size_t i = 0; i < count; i++)
        if (records[i].kind == RECORD_PACKET && records[i].out)
            add_departure(f, &records[i]);
        else if (records[i].kind == RECORD_WIRE && records[i].fate == SHOWN_INJECTED)
            add_injection(f, &records[i]);
    for (size_t i = 0; i < count; i++)
        if (records[i].kind == RECORD_WIRE && records[i].fate != SHOWN_INJECTED)
            add_fate(f, &records[i]);
    for (size_t i = 0; i < count; i++)
        if (records[i].kind == RECORD_PACKET && !records[i].out)
            add_arrival(f, &records[i]);
    end_arrows(f);
}

bool ladder_add_frames(struct ladder *ladder, const struct notebook *notebook)
{
    struct frames f = {.ladder = ladder, .notebook = notebook, .slot_count = 16};
    bool done;

    while (f.slot_count < notebook->count)
        f.slot_count *= 2;
    f.tracks = calloc(notebook->count + 1, sizeof(*f.tracks));
    f.slots = malloc(f.slot_count * sizeof(*f.slots));
    done = f.tracks && f.slots;
    if (done) {
        for (size_t i = 0; i < f.slot_count; i++)
            f.slots[i] = LADDER_NONE;
        if (ladder->hosts > 0)
            add_all(&f);
    }
    free(f.tracks);
    free(f.slots);
    return done;
}

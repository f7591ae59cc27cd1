/* SPDX-License-Identifier: MIT */
/*
 * What happened, laid out but not drawn: events in the order of time, those of one frame joined to an arrow,
 * and rows, one below the other. It knows nothing of columns, glyphs or pixels, so that the terminal and
 * SVG draw the same ladder.
 */
#ifndef LAB_SHOW_LADDER_H
#define LAB_SHOW_LADDER_H

#include "show/notebook.h"

#define LADDER_HOSTS_MAX 16
#define LADDER_SILENCE   INT64_C(20000000) /* ns without an event that are compressed and told */
#define LADDER_FLAT      INT64_C(1000000)  /* ns that an arrow on one line may stand for */
#define LADDER_TOOK      INT64_C(1000000)  /* ns from which the duration of a call is worth telling */

enum event_kind {
    EVENT_SYSCTL,
    EVENT_CALL,   /* begins */
    EVENT_RETURN, /* of a call during which other things happened for longer than a silence */
    EVENT_TREATMENT,
    EVENT_EXPECT,
    EVENT_DEPART, /* of a frame, from the host it is sent by */
    EVENT_ARRIVE,
    EVENT_HELD, /* in mid-wire */
    EVENT_RELEASED,
    EVENT_LOST,   /* ends in mid-wire; `fate` says how, SHOWN_OTHER that nobody saw it arrive */
    EVENT_APPEAR, /* begins in mid-wire: injected, a duplicate, or SHOWN_OTHER: nobody saw it leave */
};

#define LADDER_NONE ((size_t)-1)

struct ladder_event {
    int64_t at;
    enum event_kind kind;
    enum shown_fate fate;
    const struct record
        *record;           /* what it comes from; of frames possibly that of another event of the arrow */
    int host;              /* index; -1 for mid-wire, and for what concerns no host */
    size_t arrow;          /* index of its arrow, or LADDER_NONE */
    size_t previous, next; /* event of the same arrow, or LADDER_NONE */
    int64_t drawn;  /* where in the order: `at`, but for copies of one frame, drawn one after the other */
    unsigned order; /* between events drawn at the same place */
    size_t row;
    bool whole; /* a call that returns before anything else happens, or soon */
};

struct ladder_arrow {
    int from, to;     /* hosts; equal on a loopback interface */
    const char *text; /* in pattern notation, the ends included */
    char *label;      /* what to write at it, see below */
    size_t first;     /* event */
    bool duplicated, reordered;
};

enum row_kind { ROW_EVENTS, ROW_SILENCE, ROW_ELIDED };

struct ladder_row {
    enum row_kind kind;
    int64_t at;          /* of its first event */
    int64_t silence;     /* ROW_SILENCE: how long */
    size_t first, count; /* its events: one, or several of one arrow; ROW_ELIDED: those left out */
};

struct ladder {
    const char *host[LADDER_HOSTS_MAX];
    int hosts;
    int64_t origin; /* time 0: the first event */
    struct ladder_event *events;
    size_t event_count;
    struct ladder_arrow *arrows;
    size_t arrow_count;
    struct ladder_row *rows;
    size_t row_count;
    size_t mismatch; /* row of the packet that the first unmet expectation blames, or LADDER_NONE */
};

/*
 * `everything`: every packet of a long transfer, and whole labels. A label is the text of a packet without
 * the ends that the drawing shows ("client > server [.] ack 1" is "[.] ack 1"; an end that is no host of the
 * ladder, or another address of one, stays) and, unless the claim expects something about them, without the
 * numbers of TCP timestamps and flow labels, which change from run to run. NULL when out of memory.
 */
struct ladder *ladder_new(const struct notebook *notebook, bool everything);
void ladder_free(struct ladder *ladder);

/* Index of a host by name ("server#2" is a name of server), or -1. */
int ladder_host(const struct ladder *ladder, const char *name, size_t length);

#endif

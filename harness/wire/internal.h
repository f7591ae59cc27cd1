/* SPDX-License-Identifier: MIT */
/* What the files of the wire share. Only they include it. */
#ifndef LAB_WIRE_INTERNAL_H
#define LAB_WIRE_INTERNAL_H

#include "wire/frame.h"
#include "wire/wire.h"

#include <pthread.h>

#define VIEWS_MAX (INTERFACES_MAX + HOSTS_MAX)

/* Frames seen at one place and soon to be seen at another, oldest first; found by their bytes. */
#define EXPECTED_MAX 512
struct expected {
    unsigned head, count;
    struct {
        uint64_t hash, uid;
        bool gone;
    } entry[EXPECTED_MAX];
};
void expected_put(struct expected *expected, uint64_t hash, uint64_t uid);
uint64_t expected_take(struct expected *expected, uint64_t hash); /* 0 if it is not there */

struct order {
    struct wire_order is;
    unsigned number, matched;
    struct frame_list held; /* WIRE_HOLD: parked; WIRE_REORDER: the one that waits for its successor */
    struct order *next;
};

struct wire {
    int64_t delay[HOSTS_MAX]; /* by sending host */
    uint64_t rate;            /* bytes a second, 0: no limit */
    unsigned queue_limit;     /* frames, 0: no limit */
    unsigned mtu;             /* 0: none */
    bool cut;
};

struct port {                 /* the wire's end of one interface */
    struct expected left;     /* captured leaving the host, not yet read by the wire */
    struct expected arrived;  /* sent by the wire, not yet captured arriving */
    int64_t free_at;          /* with a rate: when the last frame queued has left */
    struct frame_list queued; /* with a rate: those not yet left, for the limit */
};

struct wires {
    const struct bench *bench;
    struct wire_listener listener;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news; /* a capture has grown, or a sync is done */
    int wakeup;          /* eventfd */
    bool stop;
    bool unwatched; /* captures are closed; frames are only carried */
    unsigned long sync_asked, sync_done;
    int64_t
        unsettled_since; /* a sync waits since then for frames between the wire and a host; 0: none does */
    const char *trouble;

    struct capture view[VIEWS_MAX];
    unsigned views;
    struct wire wire[WIRES_MAX];
    struct port port[INTERFACES_MAX];
    struct flows *flows[WIRES_MAX];
    struct order *orders;
    unsigned last_order;
    uint64_t last_uid;
    struct frame_list due; /* on their way, by arrival */
};

int64_t wires_now(void); /* CLOCK_MONOTONIC, nanoseconds */
void wires_kick(struct wires *wires);

/* ---- fates.c: what happens to a frame; all with the lock held ---- */

/* A frame has come in from the interface `frame->from`; takes the frame. */
void fate_decide(struct wires *wires, struct frame *frame);
/* Puts it on its way to `frame->to`, with the wire's rate and delay; takes the frame. */
void fate_forward(struct wires *wires, struct frame *frame);
/* Sends on what an order has parked. */
void fate_release(struct wires *wires, struct order *order);
void fate_report(struct wires *wires, const struct frame *frame, enum wire_fate fate);

#endif

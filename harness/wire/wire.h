/* SPDX-License-Identifier: MIT */
/*
 * The wires of a bench: one thread that carries frames between the hosts'
 * interfaces, does to them what the claim has ordered, and drains the captures.
 *
 * Threads. The wires' thread owns every file descriptor here. Orders, queues and captures are shared with the
 * claim's thread and guarded by one lock, which every function below takes by itself; listeners are called
 * with the lock held. A frame is captured at its sender before the wire can read it (the tap comes before the
 * device), so a capture never misses what the wire has already carried.
 */
#ifndef LAB_WIRE_WIRE_H
#define LAB_WIRE_WIRE_H

#include "bench/bench.h"
#include "pattern/pattern.h"
#include "wire/capture.h"

#include <time.h>

struct wires;

/* What became of a frame in mid-wire; forwarding is not reported. */
enum wire_fate {
    FATE_HELD,
    FATE_RELEASED,
    FATE_DROPPED,
    FATE_REJECTED,
    FATE_DUPLICATED,
    FATE_REORDERED,
    FATE_TOO_BIG,
    FATE_INJECTED,
    FATE_CUT,
    FATE_OVERFLOW,
};
const char *wire_fate_text(enum wire_fate fate);

struct wire_listener {
    void *context;
    /* A packet was captured at interface `interface` (index in the topology; `lo` of a host: see
     * wires_start). */
    void (*packet)(void *context, unsigned view, const struct sighting *sighting, uint64_t uid);
    void (*fate)(void *context, unsigned wire, enum wire_fate fate, const struct sighting *sighting,
                 uint64_t uid);
};

/*
 * Opens a capture for each interface, and for each host's `lo` where `loopback` is set, and starts the
 * thread. Views are numbered: interfaces of the topology first, then the hosts' lo. `about` is what the
 * capture files say that they are about. NULL with a message.
 */
struct wires *wires_start(const struct bench *bench, bool loopback, const char *folder, const char *about,
                          const struct wire_listener *listener, char *message, size_t size);
/* Drains what has been captured and ends the thread. Captures stay readable until wires_free. */
void wires_stop(struct wires *wires);
void wires_free(struct wires *wires);
/*
 * Closes the captures (their counters are final) and lets everything pass at once from then on: no orders, no
 * delay, no cut. For the end of a claim, when what its sockets still say to each other is nobody's evidence.
 */
void wires_end_captures(struct wires *wires);

unsigned wires_views(const struct wires *wires);
/* The capture of a view; its counters are stable only after wires_stop or between wires_lock and
 * wires_unlock. */
const struct capture *wires_view(const struct wires *wires, unsigned view);
void wires_lock(struct wires *wires);
void wires_unlock(struct wires *wires);
/* With the lock held: waits until something new was captured, or the deadline (CLOCK_MONOTONIC). false then.
 */
bool wires_wait(struct wires *wires, const struct timespec *deadline);
/* Everything that a host has sent before this call is in its capture, and through the wire as far as it goes.
 */
void wires_sync(struct wires *wires);
/* Something that makes the evidence worthless (a lost frame, a failed write), or NULL. */
const char *wires_trouble(struct wires *wires);

/* ---- orders; `wire` counts from 0 ---- */

enum wire_action { WIRE_HOLD, WIRE_DROP, WIRE_REJECT, WIRE_DUPLICATE, WIRE_REORDER };

struct wire_order {
    enum wire_action action;
    struct pattern *pattern; /* which frames; owned by the order once given */
    unsigned nth;            /* only the nth that matches (from 1); 0: every one */
    uint8_t type4, code4;    /* WIRE_REJECT: the ICMP error for IPv4 … */
    uint8_t type6, code6;    /* … and the ICMPv6 error for IPv6 */
};

/* Adds an order, after those that are there; the first that matches a frame decides. Returns its number,
 * from 1. */
unsigned wires_order(struct wires *wires, const struct wire_order *order);
/* Withdraws an order (0: all); frames that it holds go on their way. */
void wires_withdraw(struct wires *wires, unsigned number);
/* Lets go what orders hold now; they stay in force. */
void wires_pass(struct wires *wires);
/* How many frames an order has matched. */
unsigned wires_matched(struct wires *wires, unsigned number);

/* One-way delay of frames sent by `host` (-1: by every host). Frames already under way keep theirs. */
void wires_delay(struct wires *wires, unsigned wire, int host, int64_t nanoseconds);
/* Bytes a second that each interface may send, and how many frames may queue for it (0: no limit). */
void wires_rate(struct wires *wires, unsigned wire, uint64_t bytes_per_second, unsigned queue_frames);
/* A path MTU in bytes of IP packet; larger ones are answered as a router does. 0: none. */
void wires_path_mtu(struct wires *wires, unsigned wire, unsigned mtu);
/* Nothing passes while cut. */
void wires_cut(struct wires *wires, unsigned wire, bool cut);
/* Sends a frame out of the wire to the interface `to` (index in the topology) as if it had come by the wire.
 */
void wires_inject(struct wires *wires, unsigned to, const uint8_t *frame, size_t length);

#endif

/* SPDX-License-Identifier: MIT */
/* What becomes of a frame in mid-wire: the claim's orders first, then path MTU, rate and delay. */
#include "packet/build.h"
#include "wire/internal.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <stdlib.h>
#include <string.h>

static unsigned wire_of(const struct wires *wires, const struct frame *frame)
{
    return wires->bench->topology.interface[frame->from].wire;
}

static struct sighting sight(struct wires *wires, const struct frame *frame)
{
    struct sighting sighting = {.direction = DIRECTION_OUT};
    packet_decode(frame->bytes, frame->length, frame->length, &sighting.packet);
    sighting.relative = flows_note(wires->flows[wire_of(wires, frame)], &sighting.packet);
    return sighting;
}

void fate_report(struct wires *wires, const struct frame *frame, enum wire_fate fate)
{
    if (wires->unwatched)
        return;
    struct sighting sighting = sight(wires, frame);
    wires->listener.fate(wires->listener.context, wire_of(wires, frame), fate, &sighting, frame->uid);
}

/* With a rate, a frame leaves when those before it have; beyond the limit it finds no room. */
static bool serialise(struct wires *wires, struct frame *frame, int64_t *leaves)
{
    const struct wire *wire = &wires->wire[wire_of(wires, frame)];
    struct port *port = &wires->port[frame->from];
    int64_t now = wires_now();
    *leaves = now;
    if (!wire->rate)
        return true;
    while (port->queued.first && port->queued.first->due <= now)
        free(frame_take(&port->queued));
    if (wire->queue_limit && port->queued.count >= wire->queue_limit)
        return false;
    if (port->free_at < now)
        port->free_at = now;
    port->free_at += (int64_t)(frame->length * 1000000000 / wire->rate);
    *leaves = port->free_at;
    struct frame *token = frame_new(NULL, 0);
    if (token) {
        token->due = *leaves;
        frame_append(&port->queued, token);
    }
    return true;
}

void fate_forward(struct wires *wires, struct frame *frame)
{
    const struct plan_interface *from = &wires->bench->topology.interface[frame->from];
    int64_t leaves;
    if (!serialise(wires, frame, &leaves)) {
        fate_report(wires, frame, FATE_OVERFLOW);
        free(frame);
        return;
    }
    frame->due = leaves + wires->wire[from->wire].delay[from->host];
    frame_insert_by_due(&wires->due, frame);
}

/* To the interface that owns the destination address; group and unknown addresses to all others on the wire.
 */
static void spread(struct wires *wires, struct frame *frame)
{
    const struct topology *t = &wires->bench->topology;
    unsigned wire = wire_of(wires, frame);
    int owner = -1;
    for (unsigned i = 0; i < t->interfaces; i++)
        if (t->interface[i].wire == wire && memcmp(t->interface[i].mac, frame->bytes, 6) == 0)
            owner = (int)i;
    for (unsigned i = 0; i < t->interfaces; i++) {
        if (t->interface[i].wire != wire || i == frame->from || (owner >= 0 && i != (unsigned)owner))
            continue;
        struct frame *copy = frame_copy(frame);
        if (!copy)
            continue;
        copy->to = i;
        fate_forward(wires, copy);
    }
    free(frame);
}

/* Answers the sender with an ICMP error, as a router in mid-wire would. */
static void answer(struct wires *wires, const struct frame *frame, uint8_t type, uint8_t code, uint32_t rest)
{
    struct packet about;
    packet_decode(frame->bytes, frame->length, frame->length, &about);
    const struct topology *t = &wires->bench->topology;
    const struct address *from = about.src.family == AF_INET6 ? &t->wire_v6 : &t->wire_v4;
    uint8_t bytes[1500];
    size_t length = build_icmp_error(&about, from, type, code, rest, bytes, sizeof bytes);
    struct frame *error = length ? frame_new(bytes, length) : NULL;
    if (!error)
        return;
    error->uid = ++wires->last_uid;
    error->from = error->to = frame->from;
    fate_forward(wires, error);
}

/* Whether the path MTU lets it pass; if not it is answered (RFC 1191, RFC 8201) and gone. */
static bool fits(struct wires *wires, struct frame *frame)
{
    unsigned mtu = wires->wire[wire_of(wires, frame)].mtu;
    struct packet packet;
    if (!mtu || !packet_decode(frame->bytes, frame->length, frame->length, &packet) ||
        packet.ip_length <= mtu)
        return true;
    if (packet.src.family == AF_INET && !packet.dont_fragment)
        return true; /* a router would fragment it; its fragments say nothing that the packet does not */
    fate_report(wires, frame, FATE_TOO_BIG);
    if (packet.src.family == AF_INET)
        answer(wires, frame, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
    else
        answer(wires, frame, ICMPV6_PKT_TOOBIG, 0, mtu);
    free(frame);
    return false;
}

/* One that waited to be overtaken goes right behind the frame that has just gone from the same interface. */
static void let_follow(struct wires *wires, const struct order *except, unsigned from)
{
    for (struct order *order = wires->orders; order; order = order->next)
        if (order != except && order->is.action == WIRE_REORDER && order->held.first &&
            order->held.first->from == from)
            fate_release(wires, order);
}

static void obey(struct wires *wires, struct order *order, struct frame *frame)
{
    struct frame *second;
    switch (order->is.action) {
    case WIRE_HOLD:
        fate_report(wires, frame, FATE_HELD);
        frame_append(&order->held, frame);
        return;
    case WIRE_REORDER:
        fate_report(wires, frame, FATE_REORDERED);
        fate_release(wires, order);
        frame_append(&order->held, frame);
        return;
    case WIRE_DROP:
        fate_report(wires, frame, FATE_DROPPED);
        free(frame);
        return;
    case WIRE_REJECT:
        fate_report(wires, frame, FATE_REJECTED);
        if (frame->bytes[12] == 0x08)
            answer(wires, frame, order->is.type4, order->is.code4, 0);
        else
            answer(wires, frame, order->is.type6, order->is.code6, 0);
        free(frame);
        return;
    case WIRE_DUPLICATE:
        fate_report(wires, frame, FATE_DUPLICATED);
        second = frame_copy(frame);
        spread(wires, frame);
        if (second)
            spread(wires, second);
        return;
    }
}

static struct order *order_for(struct wires *wires, const struct sighting *sighting)
{
    for (struct order *order = wires->orders; order; order = order->next) {
        struct bindings none = {0};
        if (!pattern_matches(order->is.pattern, sighting, &wires->bench->topology.names, &none, NULL))
            continue;
        order->matched++;
        if (!order->is.nth || order->matched == order->is.nth)
            return order;
    }
    return NULL;
}

void fate_decide(struct wires *wires, struct frame *frame)
{
    struct sighting sighting = sight(wires, frame);
    unsigned from = frame->from;
    if (wires->wire[wire_of(wires, frame)].cut) {
        fate_report(wires, frame, FATE_CUT);
        free(frame);
        return;
    }
    struct order *order = order_for(wires, &sighting);
    if (order)
        obey(wires, order, frame);
    else if (fits(wires, frame))
        spread(wires, frame);
    let_follow(wires, order, from);
}

void fate_release(struct wires *wires, struct order *order)
{
    for (struct frame *frame; (frame = frame_take(&order->held));) {
        if (order->is.action == WIRE_HOLD)
            fate_report(wires, frame, FATE_RELEASED);
        if (fits(wires, frame))
            spread(wires, frame);
    }
}

const char *wire_fate_text(enum wire_fate fate)
{
    static const char *const text[] = {
        [FATE_HELD] = "held",         [FATE_RELEASED] = "released",     [FATE_DROPPED] = "dropped",
        [FATE_REJECTED] = "rejected", [FATE_DUPLICATED] = "duplicated", [FATE_REORDERED] = "reordered",
        [FATE_TOO_BIG] = "too-big",   [FATE_INJECTED] = "injected",     [FATE_CUT] = "cut",
        [FATE_OVERFLOW] = "overflow",
    };
    return text[fate];
}

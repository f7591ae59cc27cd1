/* SPDX-License-Identifier: MIT */
/* The claim's side of the wire: orders given and withdrawn, and the wire's properties. */
#include "wire/internal.h"

#include <stdlib.h>

unsigned wires_order(struct wires *wires, const struct wire_order *is)
{
    struct order *order = calloc(1, sizeof *order);
    if (!order)
        return 0;
    order->is = *is;
    wires_lock(wires);
    order->number = ++wires->last_order;
    struct order **end = &wires->orders;
    while (*end)
        end = &(*end)->next;
    *end = order;
    unsigned number = order->number;
    wires_unlock(wires);
    return number;
}

void wires_withdraw(struct wires *wires, unsigned number)
{
    wires_lock(wires);
    struct order **place = &wires->orders;
    while (*place) {
        struct order *order = *place;
        if (number && order->number != number) {
            place = &order->next;
            continue;
        }
        *place = order->next;
        fate_release(wires, order);
        pattern_free(order->is.pattern);
        free(order);
    }
    wires_unlock(wires);
    wires_kick(wires);
}

void wires_pass(struct wires *wires)
{
    wires_lock(wires);
    for (struct order *order = wires->orders; order; order = order->next)
        fate_release(wires, order);
    wires_unlock(wires);
    wires_kick(wires);
}

unsigned wires_matched(struct wires *wires, unsigned number)
{
    unsigned matched = 0;
    wires_lock(wires);
    for (const struct order *order = wires->orders; order; order = order->next)
        if (order->number == number)
            matched = order->matched;
    wires_unlock(wires);
    return matched;
}

void wires_delay(struct wires *wires, unsigned wire, int host, int64_t nanoseconds)
{
    wires_lock(wires);
    for (int i = 0; i < HOSTS_MAX; i++)
        if (host < 0 || host == i)
            wires->wire[wire].delay[i] = nanoseconds;
    wires_unlock(wires);
}

void wires_rate(struct wires *wires, unsigned wire, uint64_t bytes_per_second, unsigned queue_frames)
{
    wires_lock(wires);
    wires->wire[wire].rate = bytes_per_second;
    wires->wire[wire].queue_limit = queue_frames;
    wires_unlock(wires);
}

void wires_path_mtu(struct wires *wires, unsigned wire, unsigned mtu)
{
    wires_lock(wires);
    wires->wire[wire].mtu = mtu;
    wires_unlock(wires);
}

void wires_cut(struct wires *wires, unsigned wire, bool cut)
{
    wires_lock(wires);
    wires->wire[wire].cut = cut;
    wires_unlock(wires);
}

void wires_inject(struct wires *wires, unsigned to, const uint8_t *bytes, size_t length)
{
    struct frame *frame = frame_new(bytes, length);
    if (!frame)
        return;
    wires_lock(wires);
    frame->uid = ++wires->last_uid;
    frame->from = frame->to = to;
    frame->due = wires_now();
    fate_report(wires, frame, FATE_INJECTED);
    frame_insert_by_due(&wires->due, frame);
    wires_unlock(wires);
    wires_kick(wires);
}

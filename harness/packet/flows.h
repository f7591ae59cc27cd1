/* SPDX-License-Identifier: MIT */
/*
 * Relative sequence numbers, as tcpdump prints them: the initial sequence
 * number of each direction of a TCP connection is number 0, so that its first
 * byte of data is number 1. A flow first seen without its SYN starts at 1 with
 * the first segment seen. A SYN with another initial sequence number on the
 * same addresses and ports begins a new connection.
 */
#ifndef LAB_PACKET_FLOWS_H
#define LAB_PACKET_FLOWS_H

#include "packet/decode.h"

struct flows; /* owned by whoever made it */

struct relative {
    uint32_t seq_base, ack_base; /* subtract from seq and ack for relative numbers */
};

struct flows *flows_new(void); /* NULL when out of memory */
void flows_free(struct flows *flows);
/* Takes note of a segment; for anything but TCP both bases are 0. */
struct relative flows_note(struct flows *flows, const struct packet *packet);

/* A packet as it was seen at one interface: what patterns are matched against and printers print. */
enum direction { DIRECTION_IN, DIRECTION_OUT };
struct sighting {
    struct packet packet;
    struct relative relative;
    int64_t at; /* nanoseconds since the epoch, the kernel's time stamp */
    enum direction direction;
    unsigned number; /* 1 for the first packet of its capture file, as Wireshark counts */
};

/* Relative first and one-past-last sequence number, and acknowledgement. */
static inline uint32_t sighting_seq(const struct sighting *s)
{
    return s->packet.seq - s->relative.seq_base;
}
static inline uint32_t sighting_ack(const struct sighting *s)
{
    return s->packet.ack - s->relative.ack_base;
}

#endif

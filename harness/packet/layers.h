/* SPDX-License-Identifier: MIT */
/* What the parts of the decoder share; nobody else includes this. */
#ifndef LAB_PACKET_LAYERS_H
#define LAB_PACKET_LAYERS_H

#include "packet/decode.h"

/* The bytes of one layer: `length` as the headers around it say, of which `captured` are there to be read. */
struct span {
    const uint8_t *at;
    size_t captured, length;
};

/* The span without its first `n` octets; empty if it has fewer. */
static inline struct span span_after(struct span span, size_t n)
{
    size_t captured = n < span.captured ? n : span.captured;

    return (struct span){span.at + captured, span.captured - captured, n < span.length ? span.length - n : 0};
}

/* The span as its own header gives its length, more or less than was thought. */
static inline struct span span_limit(struct span span, size_t length)
{
    return (struct span){span.at, length < span.captured ? length : span.captured, length};
}

/* The first trouble met is the one that is told. */
static inline void set_trouble(struct packet *packet, const char *what)
{
    if (!packet->trouble)
        packet->trouble = what;
}

static inline void set_payload(struct packet *packet, struct span span)
{
    packet->payload = span.length ? span.at : NULL;
    packet->payload_length = span.length;
    packet->payload_captured = span.captured;
}

/* Decodes an IP packet (of the version that packet->ethertype says) into a `packet` whose IP and transport
 * fields are still zero. */
void decode_ip(struct packet *packet, struct span span);

/* Each takes its header apart and leaves the payload; `packet` has its IP fields already. */
void decode_tcp(struct packet *packet, struct span span);
void decode_udp(struct packet *packet, struct span span);
void decode_icmp(struct packet *packet, struct span span); /* ICMP and ICMPv6, by packet->kind */
void decode_igmp(struct packet *packet, struct span span);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * ICMP (RFC 792), ICMPv6 (RFC 4443) with neighbour and listener discovery
 * (RFC 4861, RFC 2710, RFC 3810), and IGMP (RFC 1112, RFC 2236, RFC 3376).
 * All begin with type, code, checksum and four more octets; the payload is
 * what comes after these eight, though a target or group address lies in it.
 */
#include "packet/bytes.h"
#include "packet/layers.h"

#include <string.h>

#define HEADER 8

enum { ICMP6_MLD_QUERY = 130, ICMP6_MLD_DONE = 132, ICMP6_REDIRECT = 137, ICMP6_MLD2_REPORT = 143 };
enum { ICMP6_NEIGHBOR_SOLICITATION = 135 };
enum { IGMP3_REPORT = 0x22 };

static bool decode_header(struct packet *packet, struct span span, const char *truncated)
{
    if (span.captured >= 1)
        packet->type = span.at[0];
    if (span.captured >= 2)
        packet->code = span.at[1];
    if (span.captured < HEADER) {
        set_trouble(packet, truncated);
        return false;
    }
    set_payload(packet, span_after(span, HEADER));
    return true;
}

void decode_icmp(struct packet *packet, struct span span)
{
    if (!decode_header(packet, span, "truncated ICMP header"))
        return;
    packet->icmp_rest = get32(span.at + 4);
    if (packet->kind == PACKET_ICMP)
        return;
    if ((packet->type >= ICMP6_MLD_QUERY && packet->type <= ICMP6_MLD_DONE) ||
        (packet->type >= ICMP6_NEIGHBOR_SOLICITATION && packet->type <= ICMP6_REDIRECT)) {
        if (!packet->payload || packet->payload_captured < 16) {
            set_trouble(packet, "truncated ICMPv6 address");
            return;
        }
        packet->group.family = AF_INET6;
        memcpy(packet->group.bytes, packet->payload, 16);
    } else if (packet->type == ICMP6_MLD2_REPORT) {
        packet->group_count = (uint16_t)packet->icmp_rest;
    }
}

void decode_igmp(struct packet *packet, struct span span)
{
    if (!decode_header(packet, span, "truncated IGMP header"))
        return;
    if (packet->type == IGMP3_REPORT) {
        packet->group_count = get16(span.at + 6);
    } else {
        packet->group.family = AF_INET;
        memcpy(packet->group.bytes, span.at + 4, 4);
    }
}

/* Whether a message quotes the packet that it is about. */
static bool quotes(const struct packet *packet)
{
    if (packet->kind ==
        PACKET_ICMP) /* RFC 792: unreachable, quench, redirect, time exceeded, parameter problem */
        return packet->type == 3 || packet->type == 4 || packet->type == 5 || packet->type == 11 ||
               packet->type == 12;
    return packet->kind == PACKET_ICMP6 && packet->type >= 1 && packet->type <= 4; /* RFC 4443 section 2.1 */
}

bool packet_quoted(const struct packet *error, struct packet *out)
{
    struct span span = {error->payload, error->payload_captured, error->payload_length};

    memset(out, 0, sizeof(*out));
    if (!quotes(error) || !error->payload || span.captured == 0)
        return false;
    /* The quote may end early: how long the quoted packet was is told by its own header, if that does. */
    if (span.captured < 4 || get16(span.at + 2) != 0 || span.at[0] >> 4 != 4)
        span.length = 0x10000 + span.captured;
    out->frame = error->payload;
    out->captured = span.captured;
    out->length = span.captured;
    out->ethertype = error->ethertype;
    decode_ip(out, span);
    if (out->ip_length > out->length)
        out->length = out->ip_length;
    return out->src.family == error->src.family;
}

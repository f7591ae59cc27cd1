/* SPDX-License-Identifier: MIT */
/* IPv4 (RFC 791) and IPv6 (RFC 8200) headers, and the checksum of what they carry. */
#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/layers.h"

#include <string.h>

enum { PROTO_ICMP = 1, PROTO_IGMP = 2, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58 };
enum {
    EXT_HOP_BY_HOP = 0,
    EXT_ROUTING = 43,
    EXT_FRAGMENT = 44,
    EXT_AUTHENTICATION = 51,
    EXT_DESTINATION = 60,
    EXT_MOBILITY = 135,
};
enum { IPV4_LOOSE_ROUTE = 131, IPV4_STRICT_ROUTE = 137, IPV4_END = 0, IPV4_NOP = 1 };

#define IPV4_HEADER 20
#define IPV6_HEADER 40

/* Every transport that is taken apart. ICMP and IGMP belong to IPv4, ICMPv6 to IPv6; family 0 is both. */
static const struct transport {
    uint8_t protocol;
    sa_family_t family;
    enum packet_kind kind;
    void (*decode)(struct packet *packet, struct span span);
} transports[] = {
    {PROTO_TCP, 0, PACKET_TCP, decode_tcp},          {PROTO_UDP, 0, PACKET_UDP, decode_udp},
    {PROTO_ICMP, AF_INET, PACKET_ICMP, decode_icmp}, {PROTO_ICMP6, AF_INET6, PACKET_ICMP6, decode_icmp},
    {PROTO_IGMP, AF_INET, PACKET_IGMP, decode_igmp},
};

static void decode_transport(struct packet *packet, struct span span)
{
    if (packet->fragment_offset) {
        packet->kind = PACKET_FRAGMENT;
        set_payload(packet, span);
        return;
    }
    packet->transport = span.at;
    packet->transport_length = span.length;
    for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
        const struct transport *transport = &transports[i];

        if (transport->protocol != packet->protocol ||
            (transport->family && transport->family != packet->src.family))
            continue;
        packet->kind = transport->kind;
        transport->decode(packet, span);
        checksum_verify(packet);
        return;
    }
    set_payload(packet, span);
}

/* The last address of an IPv4 source route not yet used up replaces the destination (RFC 791 section 3.1). */
static void ipv4_final(const uint8_t *options, size_t length, struct address *final)
{
    while (length >= 1 && options[0] != IPV4_END) {
        size_t n = options[0] == IPV4_NOP ? 1 : length >= 2 ? options[1] : 0;

        if (n == 0 || n > length || (n == 1 && options[0] != IPV4_NOP))
            return;
        if ((options[0] == IPV4_LOOSE_ROUTE || options[0] == IPV4_STRICT_ROUTE) && n >= 7 &&
            options[2] <= n - 3)
            memcpy(final->bytes, options + n - 4, 4);
        options += n;
        length -= n;
    }
}

static void decode_ipv4(struct packet *packet, struct span span)
{
    const uint8_t *p = span.at;
    uint16_t fragment;

    if (span.captured < IPV4_HEADER) {
        set_trouble(packet, "truncated IPv4 header");
        return;
    }
    packet->ip_header_length = (size_t)(p[0] & 0x0f) * 4;
    packet->tos = p[1];
    packet->ip_length = get16(p + 2);
    packet->ip_id = get16(p + 4);
    fragment = get16(p + 6);
    packet->dont_fragment = fragment & 0x4000;
    packet->more_fragments = fragment & 0x2000;
    packet->fragment_offset = (uint16_t)((fragment & 0x1fff) * 8);
    packet->ttl = p[8];
    packet->protocol = p[9];
    packet->src.family = packet->dst.family = AF_INET;
    memcpy(packet->src.bytes, p + 12, 4);
    memcpy(packet->dst.bytes, p + 16, 4);
    packet->final = packet->dst;
    if (packet->ip_header_length < IPV4_HEADER) {
        set_trouble(packet, "bad IPv4 header length");
        return;
    }
    if (packet->ip_length > span.length)
        set_trouble(packet, "IPv4 longer than its frame");
    if (packet->ip_length) /* 0: the length did not fit, as in segments before TSO; the frame tells */
        span = span_limit(span, packet->ip_length);
    if (packet->ip_header_length > span.length) {
        set_trouble(packet, "IPv4 header longer than its packet");
        return;
    }
    if (packet->ip_header_length > IPV4_HEADER) {
        packet->ip_options = p + IPV4_HEADER;
        packet->ip_options_length = packet->ip_header_length - IPV4_HEADER;
        if (packet->ip_header_length > span.captured) {
            packet->ip_options_length = span.captured - IPV4_HEADER;
            set_trouble(packet, "truncated IPv4 options");
            return;
        }
    }
    ipv4_final(packet->ip_options, packet->ip_options_length, &packet->final);
    decode_transport(packet, span_after(span, packet->ip_header_length));
}

static bool is_extension(uint8_t protocol)
{
    return protocol == EXT_HOP_BY_HOP || protocol == EXT_ROUTING || protocol == EXT_FRAGMENT ||
           protocol == EXT_AUTHENTICATION || protocol == EXT_DESTINATION || protocol == EXT_MOBILITY;
}

/* RFC 8200 section 4: every extension header begins with the type of what follows and its own length. */
static size_t extension_length(uint8_t protocol, const uint8_t *p)
{
    if (protocol == EXT_FRAGMENT)
        return 8;
    if (protocol == EXT_AUTHENTICATION)
        return (size_t)(p[1] + 2) * 4; /* RFC 4302 section 2.2 counts in 4 octets */
    return (size_t)(p[1] + 1) * 8;
}

/* A routing header with hops left names the final destination: type 0 and 2 last, type 4 (RFC 8754) first. */
static void routing_final(const uint8_t *p, size_t length, struct address *final)
{
    if (p[3] == 0 || length < 24)
        return;
    if (p[2] == 0 || p[2] == 2)
        memcpy(final->bytes, p + length - 16, 16);
    else if (p[2] == 4)
        memcpy(final->bytes, p + 8, 16);
}

/* Walks over the extension headers; false if they end in trouble, or where no transport begins. */
static bool decode_extensions(struct packet *packet, struct span *span)
{
    while (is_extension(packet->protocol)) {
        uint8_t type = packet->protocol;
        size_t length;

        if (span->captured < 8) { /* the least that one has */
            set_trouble(packet, "truncated IPv6 extension header");
            return false;
        }
        length = extension_length(type, span->at);
        if (packet->extension_count < IPV6_EXT_MAX)
            packet->extension[packet->extension_count++] = type;
        else
            set_trouble(packet, "more IPv6 extension headers than stored");
        packet->protocol = span->at[0];
        if (length > span->captured) {
            set_trouble(packet, length > span->length ? "IPv6 extension header longer than its packet"
                                                      : "truncated IPv6 extension header");
            return false;
        }
        if (type == EXT_ROUTING)
            routing_final(span->at, length, &packet->final);
        if (type == EXT_FRAGMENT) {
            packet->fragment_offset = get16(span->at + 2) & 0xfff8;
            packet->more_fragments = span->at[3] & 1;
            packet->ip_id = get32(span->at + 4);
        }
        *span = span_after(*span, length);
        if (packet->fragment_offset)
            return true; /* what follows is data, whatever the next header's number says */
    }
    return true;
}

static void decode_ipv6(struct packet *packet, struct span span)
{
    const uint8_t *p = span.at;
    size_t length;

    if (span.captured < IPV6_HEADER) {
        set_trouble(packet, "truncated IPv6 header");
        return;
    }
    packet->ip_header_length = IPV6_HEADER;
    packet->tos = (uint8_t)(get16(p) >> 4);
    packet->flow_label = get32(p) & 0xfffff;
    packet->protocol = p[6];
    packet->ttl = p[7];
    packet->src.family = packet->dst.family = AF_INET6;
    memcpy(packet->src.bytes, p + 8, 16);
    memcpy(packet->dst.bytes, p + 24, 16);
    length = (size_t)get16(p + 4) + IPV6_HEADER;
    packet->ip_length = (uint32_t)length;
    if (length > span.length)
        set_trouble(packet, "IPv6 longer than its frame");
    /* a length of 0 before a hop-by-hop header is a jumbogram (RFC 2675): the frame tells */
    if (length > IPV6_HEADER || packet->protocol != EXT_HOP_BY_HOP)
        span = span_limit(span, length);
    packet->final = packet->dst;
    span = span_after(span, IPV6_HEADER);
    if (decode_extensions(packet, &span))
        decode_transport(packet, span);
}

void decode_ip(struct packet *packet, struct span span)
{
    packet->ip_header = span.at;
    if (span.captured < 1)
        set_trouble(packet, "truncated IP header");
    else if (span.at[0] >> 4 == 4 && packet->ethertype == 0x0800)
        decode_ipv4(packet, span);
    else if (span.at[0] >> 4 == 6 && packet->ethertype == 0x86dd)
        decode_ipv6(packet, span);
    else
        set_trouble(packet, "bad IP version");
}

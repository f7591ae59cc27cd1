/* SPDX-License-Identifier: MIT */
/* Frames from specifications, with every length and checksum right. */
#include "packet/build.h"

#include "packet/bytes.h"
#include "packet/checksum.h"

#include <string.h>

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58 };

#define ETHERNET_HEADER 14
#define IPV4_HEADER     20
#define IPV6_HEADER     40
#define TCP_HEADER      20
#define TCP_OPTIONS_MAX 40
#define UDP_HEADER      8
#define ICMP_HEADER     8
#define TTL             64
#define DONT_FRAGMENT   0x4000

/* What the headers in front of any transport need. */
struct envelope {
    const uint8_t *eth_src, *eth_dst;
    const struct address *src, *dst;
    uint8_t protocol, ttl, tos;
    uint16_t fragment; /* flags of IPv4 */
};

static size_t envelope_length(const struct envelope *envelope)
{
    return ETHERNET_HEADER + (envelope->src->family == AF_INET6 ? IPV6_HEADER : IPV4_HEADER);
}

/*
 * Writes Ethernet and IP header for `length` octets of transport; returns where the transport goes, or
 * NULL if the frame does not fit in `size` or the addresses are not of one family.
 */
static uint8_t *write_envelope(const struct envelope *envelope, size_t length, uint8_t *frame, size_t size)
{
    bool v6 = envelope->src->family == AF_INET6;
    uint8_t *ip = frame + ETHERNET_HEADER;
    size_t headers = envelope_length(envelope);

    if (envelope->src->family != envelope->dst->family || (!v6 && envelope->src->family != AF_INET))
        return NULL;
    if (length > UINT16_MAX || headers + length > size || (!v6 && IPV4_HEADER + length > UINT16_MAX))
        return NULL;
    memcpy(frame, envelope->eth_dst, 6);
    memcpy(frame + 6, envelope->eth_src, 6);
    put16(frame + 12, v6 ? 0x86dd : 0x0800);
    memset(ip, 0, headers - ETHERNET_HEADER);
    if (v6) {
        put16(ip, 0x6000u | (uint32_t)envelope->tos << 4);
        put16(ip + 4, (uint32_t)length);
        ip[6] = envelope->protocol;
        ip[7] = envelope->ttl ? envelope->ttl : TTL;
        memcpy(ip + 8, envelope->src->bytes, 16);
        memcpy(ip + 24, envelope->dst->bytes, 16);
    } else {
        ip[0] = 0x45;
        ip[1] = envelope->tos;
        put16(ip + 2, (uint32_t)(IPV4_HEADER + length));
        put16(ip + 6, envelope->fragment);
        ip[8] = envelope->ttl ? envelope->ttl : TTL;
        ip[9] = envelope->protocol;
        memcpy(ip + 12, envelope->src->bytes, 4);
        memcpy(ip + 16, envelope->dst->bytes, 4);
    }
    return frame + headers;
}

static size_t finish(const struct envelope *envelope, size_t length, uint8_t *frame)
{
    size_t total = envelope_length(envelope) + length;

    build_checksums(frame, total);
    return total;
}

size_t build_tcp(const struct tcp_spec *spec, uint8_t *frame, size_t size)
{
    struct envelope envelope = {spec->eth_src, spec->eth_dst, &spec->src, &spec->dst,
                                PROTO_TCP,     spec->ttl,     spec->tos,  DONT_FRAGMENT};
    size_t options = (spec->options_length + 3) & ~(size_t)3;
    size_t header = TCP_HEADER + options;
    uint8_t *p;

    if (spec->options_length > TCP_OPTIONS_MAX || spec->payload_length > UINT16_MAX)
        return 0;
    p = write_envelope(&envelope, header + spec->payload_length, frame, size);
    if (!p)
        return 0;
    memset(p, 0, header); /* so that options end in EOL */
    put16(p, spec->src_port);
    put16(p + 2, spec->dst_port);
    put32(p + 4, spec->seq);
    put32(p + 8, spec->ack);
    put16(p + 12, (uint32_t)(header / 4) << 12 | (spec->flags & 0x01ffu));
    put16(p + 14, spec->window);
    put16(p + 18, spec->urgent);
    if (spec->options_length)
        memcpy(p + TCP_HEADER, spec->options, spec->options_length);
    if (spec->payload_length)
        memcpy(p + header, spec->payload, spec->payload_length);
    return finish(&envelope, header + spec->payload_length, frame);
}

size_t build_udp(const struct udp_spec *spec, uint8_t *frame, size_t size)
{
    struct envelope envelope = {spec->eth_src, spec->eth_dst, &spec->src, &spec->dst,
                                PROTO_UDP,     spec->ttl,     spec->tos,  DONT_FRAGMENT};
    size_t length = UDP_HEADER + spec->payload_length;
    uint8_t *p;

    if (spec->payload_length > UINT16_MAX)
        return 0;
    p = write_envelope(&envelope, length, frame, size);
    if (!p)
        return 0;
    put16(p, spec->src_port);
    put16(p + 2, spec->dst_port);
    put16(p + 4, (uint32_t)length);
    put16(p + 6, 0);
    if (spec->payload_length)
        memcpy(p + UDP_HEADER, spec->payload, spec->payload_length);
    return finish(&envelope, length, frame);
}

static bool is_error(const struct packet *packet)
{
    if (packet->kind ==
        PACKET_ICMP) /* RFC 792: unreachable, quench, redirect, time exceeded, parameter problem */
        return packet->type == 3 || packet->type == 4 || packet->type == 5 || packet->type == 11 ||
               packet->type == 12;
    return packet->kind == PACKET_ICMP6 && (packet->type < 128 || packet->type == 137); /* errors, redirect */
}

/* A source that is no single host gets no error. */
static bool is_host(const struct address *address)
{
    static const uint8_t unspecified[16];

    if (address->family == AF_INET6)
        return memcmp(address->bytes, unspecified, 16) != 0 && address->bytes[0] != 0xff;
    return address->bytes[0] != 0 && address->bytes[0] < 224;
}

/* RFC 1122 section 3.2.2 and RFC 4443 section 2.4 (e): about what no error may be sent. */
static bool may_be_told(const struct packet *about, uint8_t type, uint8_t code)
{
    bool v6 = about->src.family == AF_INET6;
    bool to_many = (about->eth_dst[0] & 1) || (v6 ? about->dst.bytes[0] == 0xff : about->dst.bytes[0] >= 224);

    if (!about->ip_header || about->src.family == 0 || about->ip_header_length == 0 || about->fragment_offset)
        return false;
    if (is_error(about) || !is_host(&about->src))
        return false;
    /* Path MTU discovery works for IPv6 multicast, and an option there may ask for an error. */
    return !to_many || (v6 && (type == 2 || (type == 4 && code == 2)));
}

size_t build_icmp_error(const struct packet *about, const struct address *from, uint8_t type, uint8_t code,
                        uint32_t rest, uint8_t *frame, size_t size)
{
    bool v6 = about->src.family == AF_INET6;
    struct envelope envelope = {
        about->eth_dst, about->eth_src, from, &about->src, v6 ? PROTO_ICMP6 : PROTO_ICMP, TTL, 0, 0};
    size_t quote, most;
    uint8_t *p;

    if (!may_be_told(about, type, code))
        return 0;
    /* RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 (c) */
    most = v6 ? 1280 - IPV6_HEADER - ICMP_HEADER : 576 - IPV4_HEADER - ICMP_HEADER;
    if (!v6)
        envelope.tos = 0xc0; /* precedence of internetwork control, RFC 1812 section 4.3.2.5 */
    quote = (size_t)(about->frame + about->captured - about->ip_header);
    if (about->ip_length && quote > about->ip_length) /* the rest is padding of the link */
        quote = about->ip_length;
    if (quote > most)
        quote = most;
    p = write_envelope(&envelope, ICMP_HEADER + quote, frame, size);
    if (!p)
        return 0;
    p[0] = type;
    p[1] = code;
    put16(p + 2, 0);
    put32(p + 4, rest);
    memcpy(p + ICMP_HEADER, about->ip_header, quote);
    return finish(&envelope, ICMP_HEADER + quote, frame);
}

void build_checksums(uint8_t *frame, size_t length)
{
    struct checksum_place place;
    struct packet packet;

    if (!packet_decode(frame, length, length, &packet))
        return;
    if (packet.src.family == AF_INET && packet.ip_header && packet.ip_header_length >= IPV4_HEADER) {
        uint8_t *ip = frame + (packet.ip_header - frame);

        if (packet.ip_header_length > (size_t)(frame + length - ip))
            return;
        put16(ip + 10, 0);
        put16(ip + 10, checksum_finish(checksum_add(0, ip, packet.ip_header_length)));
    }
    if (checksum_place(&packet, &place)) {
        uint8_t *transport = frame + (packet.transport - frame);
        uint16_t sum;

        put16(transport + place.at, 0);
        sum = checksum_finish(checksum_add(place.sum, transport, place.covered));
        if (packet.kind == PACKET_UDP && sum == 0)
            sum = 0xffff; /* RFC 768: 0 would mean that there is none */
        put16(transport + place.at, sum);
    }
}

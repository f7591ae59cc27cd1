/* SPDX-License-Identifier: MIT */
/*
 * Lines as tcpdump writes them, down to its odd spaces: so that traces of
 * documents can be compared, and tcpdump holds the decoder to account.
 * This file has the link and IP layers, UDP and ARP.
 */
#include "packet/bytes.h"
#include "packet/print.h"
#include "packet/print_layers.h"

#include <string.h>

enum {
    EXT_HOP_BY_HOP = 0,
    EXT_ROUTING = 43,
    EXT_FRAGMENT = 44,
    EXT_AUTHENTICATION = 51,
    EXT_DESTINATION = 60
};
enum { PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ESP = 50, PROTO_NONE = 59 };

#define IPV6_HEADER 40

void print_address(struct text *out, const struct address *address)
{
    char text[ADDRESS_TEXT];

    text_add(out, "%s", address_text(address, text));
}

static void print_mac(struct text *out, const uint8_t *mac)
{
    for (size_t i = 0; i < 6; i++)
        text_add(out, i ? ":%02x" : "%02x", mac[i]);
}

static void print_arp(struct text *out, const struct packet *packet)
{
    static const uint8_t nobody[6];
    const uint8_t *p = packet->transport;
    bool told;

    if (packet->src.family == 0) {
        text_add(out, " [|arp]");
        return;
    }
    text_add(out, "ARP, ");
    switch (packet->arp_operation) {
    case 1:
        told = memcmp(p + 18, nobody, 6) != 0; /* a refresh asks somebody it knows */
        text_add(out, "Request who-has ");
        print_address(out, &packet->dst);
        if (told) {
            text_add(out, " (");
            print_mac(out, p + 18);
            text_add(out, ")");
        }
        text_add(out, " tell ");
        print_address(out, &packet->src);
        break;
    case 2:
        text_add(out, "Reply ");
        print_address(out, &packet->src);
        text_add(out, " is-at ");
        print_mac(out, p + 8);
        break;
    default:
        text_add(out, "operation %u", packet->arp_operation);
        break;
    }
    text_add(out, ", length %zu", packet->length - (size_t)(p - packet->frame));
}

static void print_udp(struct text *out, const struct packet *packet)
{
    size_t captured = captured_from(packet, packet->transport);
    size_t length;

    if (packet->transport_length < 8 && captured >= packet->transport_length) {
        text_add(out, "truncated-udp %zu", packet->transport_length);
        return;
    }
    if (captured < 8) {
        text_add(out, " [|udp]");
        return;
    }
    length = get16(packet->transport + 4);
    if (length < 8)
        text_add(out, "truncated-udplength %zu", length);
    else if (length > packet->transport_length && !packet->more_fragments)
        text_add(out, "UDP, bad length %zu > %zu", length - 8, packet->transport_length - 8);
    else
        text_add(out, "UDP, length %zu", length - 8);
}

static void print_routing(struct text *out, const uint8_t *p, size_t length)
{
    const char *deprecated = p[2] == 0 ? " [Deprecated]" : ""; /* RFC 5095 */
    struct address hop = {.family = AF_INET6};

    text_add(out, "RT6 (len=%u, type=%u%s, segleft=%u", p[1], p[2], deprecated, p[3]);
    if (p[2] == 4)
        text_add(out, ", last-entry=%u, tag=%x", p[4], get16(p + 6));
    for (size_t i = 0; 8 + i * 16 + 16 <= length; i++) {
        memcpy(hop.bytes, p + 8 + i * 16, 16);
        text_add(out, ", [%zu]", i);
        print_address(out, &hop);
    }
    text_add(out, ") ");
}

/* Walks over the extension headers as the decoder did; false where the line ends with them. */
static bool print_extensions(struct text *out, const struct packet *packet)
{
    const uint8_t *p = packet->ip_header + IPV6_HEADER;
    bool fragment = false;

    for (size_t i = 0; i < packet->extension_count; i++) {
        size_t captured = captured_from(packet, p), length, used;

        if (captured < 8) {
            text_add(out, " [|ext]");
            return false;
        }
        length = ((size_t)p[1] + 1) * 8;
        if (packet->extension[i] == EXT_FRAGMENT)
            length = 8;
        if (packet->extension[i] == EXT_AUTHENTICATION)
            length = ((size_t)p[1] + 2) * 4;
        if (captured < length) {
            text_add(out, " [|ext]");
            return false;
        }
        switch (packet->extension[i]) {
        case EXT_HOP_BY_HOP:
            text_add(out, "HBH ");
            break;
        case EXT_DESTINATION:
            text_add(out, "DSTOPT ");
            break;
        case EXT_ROUTING:
            print_routing(out, p, length);
            break;
        case EXT_FRAGMENT:
            fragment = true;
            used = (size_t)(p + length - packet->ip_header);
            text_add(out, packet->fragment_offset ? "frag (%u|%zu)" : "frag (%u|%zu) ",
                     packet->fragment_offset, packet->ip_length > used ? packet->ip_length - used : 0);
            break;
        case EXT_AUTHENTICATION:
            text_add(out, "AH(spi=0x%08x,seq=0x%x,icv=0x", get32(p + 4), captured >= 12 ? get32(p + 8) : 0);
            if (length > 12)
                text_add_hex(out, p + 12, length - 12);
            text_add(out, "): ");
            break;
        default:
            text_add(out, "ext-%u ", packet->extension[i]);
            break;
        }
        p += length;
    }
    /* a fragment of nothing: no transport is looked for */
    return !packet->fragment_offset && (packet->transport_length || !fragment);
}

static bool has_ports(const struct packet *packet)
{
    return (packet->protocol == PROTO_TCP || packet->protocol == PROTO_UDP) && packet->transport &&
           packet->transport_length >= 4 && captured_from(packet, packet->transport) >= 4;
}

static void print_transport(struct text *out, const struct packet *packet)
{
    switch (packet->kind) {
    case PACKET_TCP:
        if (!has_ports(packet))
            text_add(out, "[|tcp]");
        else
            print_tcp(out, packet);
        break;
    case PACKET_UDP:
        if (!has_ports(packet))
            text_add(out, " [|udp]");
        else
            print_udp(out, packet);
        break;
    case PACKET_ICMP:
        print_icmp(out, packet);
        break;
    case PACKET_ICMP6:
        print_icmp6(out, packet);
        break;
    case PACKET_IGMP:
        print_igmp(out, packet);
        break;
    case PACKET_FRAGMENT:
        text_add(out, "ip-proto-%u", packet->protocol);
        break;
    default:
        if (packet->protocol == PROTO_NONE)
            text_add(out, "no next header");
        else if (packet->protocol == PROTO_ESP && packet->payload_captured >= 8)
            text_add(out, "ESP(spi=0x%08x,seq=0x%x), length %zu", get32(packet->payload),
                     get32(packet->payload + 4), packet->payload_length);
        else
            text_add(out, " ip-proto-%u %zu", packet->protocol, packet->payload_length);
        break;
    }
}

static void print_ip(struct text *out, const struct packet *packet)
{
    bool v6 = packet->src.family == AF_INET6;
    bool ports = has_ports(packet);
    size_t present = packet->length - (size_t)(packet->ip_header - packet->frame);

    text_add(out, v6 ? "IP6 " : "IP ");
    if (packet->ip_header_length == 0) {
        text_add(out, v6 ? " [|ip6]" : " [|ip]");
        return;
    }
    if (!v6 && packet->ip_header_length < 20) {
        text_add(out, "bad-hlen %zu", packet->ip_header_length);
        return;
    }
    if (!v6 && packet->ip_length < packet->ip_header_length) {
        text_add(out, "bad-len %u", packet->ip_length);
        return;
    }
    if (packet->ip_length > present)
        text_add(out, v6 ? "truncated-ip6 - %zu bytes missing!" : "truncated-ip - %zu bytes missing! ",
                 packet->ip_length - present);
    print_address(out, &packet->src);
    if (ports && !packet->extension_count)
        text_add(out, ".%u", packet->src_port);
    text_add(out, " > ");
    print_address(out, &packet->dst);
    if (ports && !packet->extension_count)
        text_add(out, ".%u", packet->dst_port);
    text_add(out, ": ");
    if (v6 && !print_extensions(out, packet))
        return;
    if (ports && packet->extension_count)
        text_add(out, "%u > %u: ", packet->src_port, packet->dst_port);
    print_transport(out, packet);
}

/* Something that calls itself IP, but has no whole header of the version that the frame promises. */
static void print_bad_ip(struct text *out, const struct packet *packet)
{
    unsigned version = packet->ip_header[0] >> 4;

    if (version == (packet->ethertype == 0x86dd ? 6u : 4u))
        text_add(out, version == 6 ? " [|ip6]" : "IP  [|ip]");
    else if (version == 6)
        text_add(out, "IP6, wrong link-layer encapsulation (invalid)");
    else
        text_add(out, "IP%s%u (invalid)", packet->ethertype == 0x86dd ? "6 version " : "", version);
}

const char *packet_print_tcpdump(const struct packet *packet, char text[PACKET_TEXT])
{
    struct text out = text_begin(text, PACKET_TEXT);

    if (packet->kind == PACKET_ARP)
        print_arp(&out, packet);
    else if (packet->src.family)
        print_ip(&out, packet);
    else if (packet->ip_header && packet->captured > (size_t)(packet->ip_header - packet->frame))
        print_bad_ip(&out, packet);
    else if (packet->ip_header)
        text_add(&out, packet->ethertype == 0x86dd ? " [|ip6]" : " [|ip]");
    else
        text_add(&out, "%s, ethertype 0x%04x", packet->trouble ? packet->trouble : "not decoded",
                 packet->ethertype);
    return text;
}

/* SPDX-License-Identifier: MIT */
/* Frames: the link layer and ARP. IP is in decode_ip.c, transports in decode_*.c. */
#include "packet/bytes.h"
#include "packet/layers.h"

#include <string.h>

#define ETHERNET_HEADER 14
#define VLAN_TAG        4

static void decode_arp(struct packet *packet, struct span span)
{
    const uint8_t *p = span.at;

    packet->kind = PACKET_ARP;
    packet->transport = p;
    if (span.captured < 8) {
        set_trouble(packet, "truncated ARP");
        return;
    }
    packet->arp_operation = get16(p + 6);
    /* RFC 826 for Ethernet (1, 6 octets) and IPv4 (0x0800, 4 octets): nothing else is in use */
    if (get16(p) != 1 || get16(p + 2) != 0x0800 || p[4] != 6 || p[5] != 4) {
        set_trouble(packet, "ARP not for Ethernet and IPv4");
        return;
    }
    if (span.captured < 28) {
        set_trouble(packet, "truncated ARP");
        return;
    }
    packet->src.family = packet->dst.family = AF_INET;
    memcpy(packet->src.bytes, p + 14, 4);
    memcpy(packet->dst.bytes, p + 24, 4);
}

bool packet_decode(const uint8_t *frame, size_t captured, size_t length, struct packet *out)
{
    struct span span = {frame, captured, length < captured ? captured : length};

    memset(out, 0, sizeof(*out));
    out->frame = frame;
    out->captured = captured;
    out->length = span.length;
    if (captured < ETHERNET_HEADER) {
        out->trouble = "truncated Ethernet header";
        return false;
    }
    memcpy(out->eth_dst, frame, 6);
    memcpy(out->eth_src, frame + 6, 6);
    out->ethertype = get16(frame + 12);
    span = span_after(span, ETHERNET_HEADER);
    while (out->ethertype == 0x8100 || out->ethertype == 0x88a8) { /* 802.1Q, 802.1ad */
        if (span.captured < VLAN_TAG) {
            out->trouble = "truncated VLAN tag";
            return true;
        }
        out->ethertype = get16(span.at + 2);
        span = span_after(span, VLAN_TAG);
    }
    if (out->ethertype == 0x0806)
        decode_arp(out, span);
    else if (out->ethertype == 0x0800 || out->ethertype == 0x86dd)
        decode_ip(out, span);
    else
        set_payload(out, span);
    return true;
}

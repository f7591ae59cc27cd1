/* SPDX-License-Identifier: MIT */
/* Frames that the lab makes itself: ICMP errors of the wire, and segments that a claim injects. */
#ifndef LAB_PACKET_BUILD_H
#define LAB_PACKET_BUILD_H

#include "packet/decode.h"

#define FRAME_MAX 65600 /* bytes of the largest frame handled */

/*
 * The ICMP (RFC 792) or ICMPv6 (RFC 4443) error that a router with address `from` would send back
 * for `about`: quotes as much as the RFC allows (IPv4: at most 576 bytes in all; IPv6: 1280), swaps
 * the Ethernet addresses, fills in checksums. `rest` is the second word of the header (MTU for
 * too-big, in its place for ICMP: low 16 bits). Returns the frame's length, or 0 if no error may be
 * sent about such a packet (not IP, itself an error, multicast, not the first fragment).
 */
size_t build_icmp_error(const struct packet *about, const struct address *from, uint8_t type, uint8_t code,
                        uint32_t rest, uint8_t *frame, size_t size);

/* A TCP segment to inject; fields not given are 0. */
struct tcp_spec {
    uint8_t eth_src[6], eth_dst[6];
    struct address src, dst;
    uint16_t src_port, dst_port;
    uint32_t seq, ack; /* absolute */
    uint16_t flags, window, urgent;
    uint8_t ttl, tos; /* ttl 0 means 64 */
    const uint8_t *options;
    size_t options_length; /* at most 40; padded to a multiple of 4 with EOL */
    const void *payload;
    size_t payload_length;
};
/* Returns the frame's length, or 0 if it does not fit in `size`. */
size_t build_tcp(const struct tcp_spec *spec, uint8_t *frame, size_t size);

struct udp_spec {
    uint8_t eth_src[6], eth_dst[6];
    struct address src, dst;
    uint16_t src_port, dst_port;
    uint8_t ttl, tos;
    const void *payload;
    size_t payload_length;
};
size_t build_udp(const struct udp_spec *spec, uint8_t *frame, size_t size);

/* Recomputes the IPv4 header checksum and the TCP, UDP, ICMP or ICMPv6 checksum of a whole frame in place. */
void build_checksums(uint8_t *frame, size_t length);

#endif

/* SPDX-License-Identifier: MIT */
/* The Internet checksum (RFC 1071). */
#ifndef LAB_PACKET_CHECKSUM_H
#define LAB_PACKET_CHECKSUM_H

#include "packet/decode.h"

/* Adds bytes to a running sum; only the last piece of a sum may have an odd length. */
uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t length);
/* The pseudo-header of TCP, UDP and ICMPv6 (RFC 9293 section 3.1, RFC 8200 section 8.1). */
uint32_t checksum_pseudo(const struct address *src, const struct address *dst, uint8_t protocol,
                         size_t length);
/* The checksum to write; over bytes that hold a right checksum already it is 0. */
uint16_t checksum_finish(uint32_t sum);

/* Where the checksum of a transport is and what it covers. */
struct checksum_place {
    size_t at;      /* octets from packet->transport */
    size_t covered; /* octets from packet->transport */
    uint32_t sum;   /* over the pseudo-header, if any */
};
/* false if the packet has no such checksum, or is not all there. */
bool checksum_place(const struct packet *packet, struct checksum_place *out);
/* Fills in checksum_known and checksum_ok. */
void checksum_verify(struct packet *packet);

#endif

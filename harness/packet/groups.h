/* SPDX-License-Identifier: MIT */
/* The group records of IGMPv3 (RFC 3376 section 4.2) and MLDv2 (RFC 3810 section 5.2) reports. */
#ifndef LAB_PACKET_GROUPS_H
#define LAB_PACKET_GROUPS_H

#include "packet/decode.h"

struct group_record {
    uint8_t type; /* 1 is_in, 2 is_ex, 3 to_in, 4 to_ex, 5 allow, 6 block */
    struct address group;
    uint16_t source_count;
    const uint8_t *sources; /* inside the frame, 4 or 16 octets each */
};

/* Reads record `index` (0-based) of a report; false if there is none, or it was not captured whole. */
bool group_record(const struct packet *packet, size_t index, struct group_record *out);
/* Source `index` of the record. */
struct address group_source(const struct group_record *record, size_t index);
/* "is_in" and the like, as tcpdump -v writes the type of a record; NULL for others. */
const char *group_record_name(uint8_t type);

#endif

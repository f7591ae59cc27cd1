/* SPDX-License-Identifier: MIT */
/* Walking over the group records of a multicast membership report. */
#include "packet/groups.h"

#include "packet/bytes.h"

#include <string.h>

bool group_record(const struct packet *packet, size_t index, struct group_record *out)
{
    const uint8_t *p = packet->payload;
    size_t left = packet->payload_captured;
    size_t width = packet->kind == PACKET_ICMP6 ? 16 : 4;

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i <= index; i++) {
        size_t length;

        if (i >= packet->group_count || left < 4 + width)
            return false;
        length = 4 + width + get16(p + 2) * width + (size_t)p[1] * 4;
        if (length > left)
            return false;
        if (i == index) {
            out->type = p[0];
            out->group.family = width == 16 ? AF_INET6 : AF_INET;
            memcpy(out->group.bytes, p + 4, width);
            out->source_count = get16(p + 2);
            out->sources = p + 4 + width;
        }
        p += length;
        left -= length;
    }
    return true;
}

struct address group_source(const struct group_record *record, size_t index)
{
    struct address address = {.family = record->group.family};
    size_t width = address.family == AF_INET6 ? 16 : 4;

    if (index < record->source_count)
        memcpy(address.bytes, record->sources + index * width, width);
    return address;
}

const char *group_record_name(uint8_t type)
{
    static const char *const names[] = {
        [1] = "is_in", [2] = "is_ex", [3] = "to_in", [4] = "to_ex", [5] = "allow", [6] = "block",
    };

    return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

/* SPDX-License-Identifier: MIT */
/* What the parts of the tcpdump printer share; nobody else includes this. */
#ifndef LAB_PACKET_PRINT_LAYERS_H
#define LAB_PACKET_PRINT_LAYERS_H

#include "packet/decode.h"
#include "packet/text.h"

/* The octets at `p` that were captured. */
static inline size_t captured_from(const struct packet *packet, const uint8_t *p)
{
    return (size_t)(packet->frame + packet->captured - p);
}

void print_address(struct text *out, const struct address *address);
void print_tcp(struct text *out, const struct packet *packet);
void print_icmp(struct text *out, const struct packet *packet);
void print_icmp6(struct text *out, const struct packet *packet);
void print_igmp(struct text *out, const struct packet *packet);

/* The value of a multipath TCP option: `n` octets at `p`, behind kind and length, of a segment with these
 * flags. false where tcpdump finds fault with it. */
bool print_mptcp(struct text *out, const uint8_t *p, size_t n, uint16_t flags);

#endif

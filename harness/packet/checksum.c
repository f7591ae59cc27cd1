/* SPDX-License-Identifier: MIT */
/* The Internet checksum: ones' complement sum of 16-bit words. */
#include "packet/checksum.h"

#include "packet/bytes.h"

static uint32_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

uint32_t checksum_add(uint32_t sum, const uint8_t *bytes, size_t length)
{
    /* Folded from time to time, so that no length overflows the sum. */
    for (; length >= 2; bytes += 2, length -= 2) {
        sum += get16(bytes);
        if (sum >> 31)
            sum = fold(sum);
    }
    if (length)
        sum += (uint32_t)bytes[0] << 8;
    return fold(sum);
}

uint32_t checksum_pseudo(const struct address *src, const struct address *dst, uint8_t protocol,
                         size_t length)
{
    size_t width = src->family == AF_INET6 ? 16 : 4;
    uint32_t sum = checksum_add(0, src->bytes, width);

    sum = checksum_add(sum, dst->bytes, width);
    return fold(sum + protocol + ((uint32_t)length >> 16) + ((uint32_t)length & 0xffff));
}

uint16_t checksum_finish(uint32_t sum)
{
    return (uint16_t)~fold(sum);
}

bool checksum_place(const struct packet *packet, struct checksum_place *out)
{
    static const struct {
        enum packet_kind kind;
        uint8_t protocol;
        size_t at;
        bool pseudo;
    } places[] = {
        {PACKET_TCP, 6, 16, true},  {PACKET_UDP, 17, 6, true},   {PACKET_ICMP, 1, 2, false},
        {PACKET_IGMP, 2, 2, false}, {PACKET_ICMP6, 58, 2, true},
    };
    size_t captured;

    if (!packet->transport || packet->more_fragments)
        return false;
    captured = (size_t)(packet->frame + packet->captured - packet->transport);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (places[i].kind != packet->kind)
            continue;
        if (captured < packet->transport_length || packet->transport_length < places[i].at + 2)
            return false;
        out->at = places[i].at;
        out->covered = packet->transport_length;
        if (packet->kind == PACKET_UDP) { /* IP may carry more than the datagram */
            size_t length = get16(packet->transport + 4);

            if (length >= 8 && length < out->covered)
                out->covered = length;
        }
        out->sum = 0;
        if (places[i].pseudo)
            out->sum = checksum_pseudo(&packet->src, &packet->final, places[i].protocol, out->covered);
        return true;
    }
    return false;
}

void checksum_verify(struct packet *packet)
{
    struct checksum_place place;
    bool v4 = packet->src.family == AF_INET;

    if (!checksum_place(packet, &place))
        return;
    if (packet->kind == PACKET_UDP && get16(packet->transport + place.at) == 0) {
        /* RFC 768: none was made; RFC 8200 section 8.1: IPv6 does not do without */
        packet->checksum_known = !v4;
        return;
    }
    packet->checksum_known = true;
    packet->checksum_ok = checksum_finish(checksum_add(place.sum, packet->transport, place.covered)) == 0;
    if (v4 && checksum_finish(checksum_add(0, packet->ip_header, packet->ip_header_length)) != 0)
        packet->checksum_ok = false;
}

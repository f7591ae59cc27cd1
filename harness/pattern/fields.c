/* SPDX-License-Identifier: MIT */
/* Which fields there are and how a packet has them. A new field is a new row, and its reader above. */
#include "pattern/fields.h"

#include <string.h>

enum { EXT_HOP_BY_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_DESTINATION = 60 };
enum { TCP_OPTION_END = 0, TCP_OPTION_NOP = 1 };

static void set_number(struct reading *r, bool present, uint64_t value)
{
    r->present = present;
    r->count = 1;
    r->value[0] = value;
}

static void set_pair(struct reading *r, bool present, uint64_t first, uint64_t second)
{
    r->present = present;
    r->count = 2;
    r->value[0] = first;
    r->value[1] = second;
}

static void set_bytes(struct reading *r, bool present, const uint8_t *bytes, size_t length)
{
    r->present = present;
    r->bytes = bytes;
    r->length = length;
}

#define READER(name) static void read_##name(const struct sighting *s, struct reading *r)

/* --- TCP --- */

READER(range)
{
    uint32_t seq = sighting_seq(s);

    set_pair(r, true, seq, (uint32_t)(seq + s->packet.payload_length));
}

READER(seq)
{
    set_number(r, true, sighting_seq(s));
}

READER(ack)
{
    set_number(r, s->packet.flags & TCP_ACK, sighting_ack(s));
}

READER(win)
{
    set_number(r, true, s->packet.window);
}

READER(urg)
{
    set_number(r, s->packet.flags & TCP_URG, s->packet.urgent);
}

READER(mss)
{
    set_number(r, s->packet.tcp.has_mss, s->packet.tcp.mss);
}

READER(wscale)
{
    set_number(r, s->packet.tcp.has_wscale, s->packet.tcp.wscale);
}

READER(sack_permitted)
{
    r->present = s->packet.tcp.sack_permitted;
}

READER(timestamp)
{
    set_pair(r, s->packet.tcp.has_timestamp, s->packet.tcp.ts_value, s->packet.tcp.ts_echo);
}

READER(sack)
{
    const struct tcp_options *tcp = &s->packet.tcp;

    r->present = tcp->sack_count != 0;
    /* what is selectively acknowledged are numbers of the other direction */
    for (size_t i = 0; i < tcp->sack_count && i < SACK_BLOCKS_MAX; i++) {
        r->value[r->count++] = tcp->sack[i].left - s->relative.ack_base;
        r->value[r->count++] = tcp->sack[i].right - s->relative.ack_base;
    }
}

READER(tfo)
{
    const struct tcp_options *tcp = &s->packet.tcp;

    set_bytes(r, tcp->has_tfo && !tcp->tfo_experimental, tcp->tfo_cookie, tcp->tfo_length);
}

READER(tfo_experimental)
{
    const struct tcp_options *tcp = &s->packet.tcp;

    set_bytes(r, tcp->has_tfo && tcp->tfo_experimental, tcp->tfo_cookie, tcp->tfo_length);
}

READER(md5)
{
    r->present = s->packet.tcp.has_md5;
}

READER(mptcp)
{
    set_number(r, s->packet.tcp.has_mptcp, s->packet.tcp.mptcp_subtype);
}

READER(tcp_options);

/* --- IP --- */

static bool is_ipv4(const struct sighting *s)
{
    return s->packet.src.family == AF_INET && s->packet.kind != PACKET_ARP;
}

static bool is_ipv6(const struct sighting *s)
{
    return s->packet.src.family == AF_INET6;
}

static bool has_extension(const struct sighting *s, uint8_t type)
{
    for (size_t i = 0; i < s->packet.extension_count && i < IPV6_EXT_MAX; i++)
        if (s->packet.extension[i] == type)
            return true;
    return false;
}

READER(ttl)
{
    set_number(r, is_ipv4(s), s->packet.ttl);
}

READER(hlim)
{
    set_number(r, is_ipv6(s), s->packet.ttl);
}

READER(tos)
{
    set_number(r, is_ipv4(s), s->packet.tos);
}

READER(class)
{
    set_number(r, is_ipv6(s), s->packet.tos);
}

READER(flow)
{
    set_number(r, is_ipv6(s), s->packet.flow_label);
}

READER(proto)
{
    set_number(r, is_ipv4(s) || is_ipv6(s), s->packet.protocol);
}

READER(ip_id)
{
    set_number(r, is_ipv4(s) || has_extension(s, EXT_FRAGMENT), s->packet.ip_id);
}

READER(ip_length)
{
    set_number(r, is_ipv4(s) || is_ipv6(s), s->packet.ip_length);
}

READER(dont_fragment)
{
    r->present = s->packet.dont_fragment;
}

READER(more_fragments)
{
    r->present = s->packet.more_fragments;
}

READER(offset)
{
    set_number(r, is_ipv4(s) || has_extension(s, EXT_FRAGMENT), s->packet.fragment_offset);
}

READER(ip_options)
{
    set_bytes(r, s->packet.ip_options_length != 0, s->packet.ip_options, s->packet.ip_options_length);
}

READER(hopopts)
{
    r->present = has_extension(s, EXT_HOP_BY_HOP);
}

READER(dstopts)
{
    r->present = has_extension(s, EXT_DESTINATION);
}

READER(rthdr)
{
    r->present = has_extension(s, EXT_ROUTING);
}

READER(frag)
{
    r->present = has_extension(s, EXT_FRAGMENT);
}

/* --- messages --- */

static bool has_rest(const struct sighting *s, enum message_rest rest)
{
    const struct message *message = message_of(&s->packet);

    return message && message->rest == rest;
}

static void set_rest(const struct sighting *s, struct reading *r, enum message_rest rest)
{
    if (has_rest(s, rest))
        set_number(r, true, message_rest_value(message_of(&s->packet), &s->packet));
}

READER(mtu)
{
    set_rest(s, r, MESSAGE_REST_MTU);
}

READER(pointer)
{
    set_rest(s, r, MESSAGE_REST_POINTER);
}

READER(echo_id)
{
    set_number(r, has_rest(s, MESSAGE_REST_ID_SEQ), s->packet.icmp_rest >> 16);
}

READER(echo_seq)
{
    set_number(r, has_rest(s, MESSAGE_REST_ID_SEQ), s->packet.icmp_rest & 0xffff);
}

READER(group)
{
    r->present = s->packet.group.family != 0;
    r->address = s->packet.group;
}

READER(groups)
{
    set_number(r, true, s->packet.group_count);
}

/* The first record of this type; a line may mean another one, which the matcher looks for. */
static void set_record(const struct sighting *s, struct reading *r, uint8_t type)
{
    for (size_t i = 0; !r->present && group_record(&s->packet, i, &r->record); i++)
        r->present = r->record.type == type;
}

READER(is_in)
{
    set_record(s, r, 1);
}

READER(is_ex)
{
    set_record(s, r, 2);
}

READER(to_in)
{
    set_record(s, r, 3);
}

READER(to_ex)
{
    set_record(s, r, 4);
}

READER(allow)
{
    set_record(s, r, 5);
}

READER(block)
{
    set_record(s, r, 6);
}

/* --- length and data --- */

READER(len)
{
    set_number(r, true, s->packet.payload_length);
}

/* As tcpdump counts them: a message is as long as it is after the IP header. */
READER(message_len)
{
    const struct packet *p = &s->packet;

    set_number(r, p->transport != NULL, p->payload_length + 8);
}

READER(data)
{
    const struct packet *p = &s->packet;

    set_bytes(r, p->payload && p->payload_captured != 0, p->payload, p->payload_captured);
}

#define TCP    LINE_TCP
#define ICMPS  (LINE_ICMP | LINE_ICMP6)
#define GROUPS (LINE_ICMP6 | LINE_IGMP)
#define BLUNT  (LINE_FRAG | LINE_IP)
#define ALL_IP (LINE_TCP | LINE_UDP | ICMPS | LINE_IGMP | BLUNT)

#define U8  0xff
#define U16 0xffff
#define U20 0xfffff
#define U32 0xffffffff

static const struct field fields[] = {
    {"range", TCP, SHAPE_RANGE, U32, read_range, FIELD_SAYS_DATA | FIELD_ORDINARY},
    {"seq", TCP, SHAPE_SEQ, U32, read_seq, FIELD_SAYS_DATA | FIELD_ORDINARY},
    {"ack", TCP, SHAPE_NUMBER, U32, read_ack, FIELD_ORDINARY},
    {"win", TCP, SHAPE_NUMBER, U16, read_win, FIELD_ORDINARY},
    {"urg", TCP, SHAPE_NUMBER, U16, read_urg, FIELD_ORDINARY},
    {"mss", TCP, SHAPE_NUMBER, U16, read_mss, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"wscale", TCP, SHAPE_NUMBER, U8, read_wscale, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"sackOK", TCP, SHAPE_PRESENT, 0, read_sack_permitted, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"TS", TCP, SHAPE_TIMESTAMP, U32, read_timestamp, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"sack", TCP, SHAPE_SACK, U32, read_sack, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"tfo", TCP, SHAPE_COOKIE, 0, read_tfo, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"exp-tfo", TCP, SHAPE_COOKIE, 0, read_tfo_experimental, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"md5", TCP, SHAPE_PRESENT, 0, read_md5, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"mptcp", TCP, SHAPE_SUBTYPE, 15, read_mptcp, FIELD_DENIABLE | FIELD_TCP_OPTION},
    {"options", TCP, SHAPE_LIST, 0, read_tcp_options, FIELD_DENIABLE},

    {"mtu", ICMPS, SHAPE_NUMBER, U32, read_mtu, FIELD_ORDINARY},
    {"pointer", ICMPS, SHAPE_NUMBER, U32, read_pointer, FIELD_ORDINARY},
    {"id", ICMPS, SHAPE_NUMBER, U16, read_echo_id, FIELD_ORDINARY},
    {"seq", ICMPS, SHAPE_NUMBER, U16, read_echo_seq, FIELD_ORDINARY},
    {"group", GROUPS, SHAPE_ADDRESS, 0, read_group, FIELD_ORDINARY},
    {"target", LINE_ICMP6, SHAPE_ADDRESS, 0, read_group, FIELD_ORDINARY},
    {"groups", GROUPS, SHAPE_NUMBER, U16, read_groups, FIELD_ORDINARY},
    {"is_in", GROUPS, SHAPE_RECORD, 0, read_is_in, FIELD_DENIABLE | FIELD_ORDINARY},
    {"is_ex", GROUPS, SHAPE_RECORD, 0, read_is_ex, FIELD_DENIABLE | FIELD_ORDINARY},
    {"to_in", GROUPS, SHAPE_RECORD, 0, read_to_in, FIELD_DENIABLE | FIELD_ORDINARY},
    {"to_ex", GROUPS, SHAPE_RECORD, 0, read_to_ex, FIELD_DENIABLE | FIELD_ORDINARY},
    {"allow", GROUPS, SHAPE_RECORD, 0, read_allow, FIELD_DENIABLE | FIELD_ORDINARY},
    {"block", GROUPS, SHAPE_RECORD, 0, read_block, FIELD_DENIABLE | FIELD_ORDINARY},

    {"len", TCP, SHAPE_NUMBER, U32, read_len, FIELD_SAYS_DATA | FIELD_ORDINARY},
    {"len", LINE_UDP | BLUNT, SHAPE_NUMBER, U32, read_len, FIELD_ORDINARY},
    {"len", ICMPS | LINE_IGMP, SHAPE_NUMBER, U32, read_message_len, FIELD_ORDINARY},
    {"data", ALL_IP, SHAPE_TEXT, 0, read_data, FIELD_SAYS_DATA | FIELD_ORDINARY},

    {"ttl", ALL_IP, SHAPE_NUMBER, U8, read_ttl, 0},
    {"tos", ALL_IP, SHAPE_NUMBER, U8, read_tos, FIELD_HEX},
    {"DF", ALL_IP, SHAPE_PRESENT, 0, read_dont_fragment, FIELD_DENIABLE},
    {"MF", ALL_IP, SHAPE_PRESENT, 0, read_more_fragments, FIELD_DENIABLE},
    {"more", ALL_IP, SHAPE_PRESENT, 0, read_more_fragments, FIELD_DENIABLE},
    {"offset", ALL_IP, SHAPE_NUMBER, U16, read_offset, 0},
    {"id", ALL_IP & ~ICMPS, SHAPE_NUMBER, U32, read_ip_id, 0},
    {"ipid", ALL_IP, SHAPE_NUMBER, U32, read_ip_id, 0},
    {"proto", ALL_IP, SHAPE_NUMBER, U8, read_proto, FIELD_ORDINARY},
    {"iplen", ALL_IP, SHAPE_NUMBER, U16, read_ip_length, 0},
    {"options", ALL_IP & ~TCP, SHAPE_BYTES, 0, read_ip_options, FIELD_DENIABLE},
    {"ipoptions", ALL_IP, SHAPE_BYTES, 0, read_ip_options, FIELD_DENIABLE},
    {"ipopt", ALL_IP, SHAPE_BYTES, 0, read_ip_options, FIELD_DENIABLE},
    {"hlim", ALL_IP, SHAPE_NUMBER, U8, read_hlim, 0},
    {"class", ALL_IP, SHAPE_NUMBER, U8, read_class, FIELD_HEX},
    {"flow", ALL_IP, SHAPE_NUMBER, U20, read_flow, FIELD_HEX},
    {"hopopts", ALL_IP, SHAPE_PRESENT, 0, read_hopopts, FIELD_DENIABLE},
    {"dstopts", ALL_IP, SHAPE_PRESENT, 0, read_dstopts, FIELD_DENIABLE},
    {"rthdr", ALL_IP, SHAPE_PRESENT, 0, read_rthdr, FIELD_DENIABLE},
    {"frag", ALL_IP, SHAPE_PRESENT, 0, read_frag, FIELD_DENIABLE},
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

const struct field *field_at(size_t index)
{
    return index < FIELDS ? &fields[index] : NULL;
}

const struct field *field_find(const char *name, size_t length, unsigned kind)
{
    if (length == 6 && memcmp(name, "length", 6) == 0)
        length = 3; /* tcpdump's word */
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].shape != SHAPE_RANGE && strlen(fields[i].name) == length &&
            memcmp(fields[i].name, name, length) == 0 && (!kind || (fields[i].lines & kind)))
            return &fields[i];
    return NULL;
}

uint64_t field_option_bit(const struct field *field)
{
    return field->traits & FIELD_TCP_OPTION ? (uint64_t)1 << (field - fields) : 0;
}

/* Kinds that have a row of their own above. */
static bool known_option(uint8_t kind, const struct tcp_options *tcp)
{
    static const uint8_t kinds[] = {2, 3, 4, 5, 8, 19, 30, 34};

    return memchr(kinds, kind, sizeof(kinds)) || (kind == 254 && tcp->tfo_experimental);
}

static bool unknown_options(const struct tcp_options *tcp)
{
    const uint8_t *p = tcp->bytes;
    size_t left = p ? tcp->length : 0;

    while (left && *p != TCP_OPTION_END) {
        size_t n = *p == TCP_OPTION_NOP ? 1 : left >= 2 ? p[1] : 0;

        if (n == 0 || n > left || (n == 1 && *p != TCP_OPTION_NOP))
            return true; /* malformed: certainly not what the list says */
        if (*p != TCP_OPTION_NOP && !known_option(*p, tcp))
            return true;
        p += n;
        left -= n;
    }
    return false;
}

/* A bit for each option that is there; bit 63 for those without a row. */
READER(tcp_options)
{
    uint64_t found = 0;

    for (size_t i = 0; i < FIELDS; i++) {
        struct reading one = {0};

        if (!(fields[i].traits & FIELD_TCP_OPTION))
            continue;
        fields[i].read(s, &one);
        if (one.present)
            found |= field_option_bit(&fields[i]);
    }
    if (unknown_options(&s->packet.tcp))
        found |= (uint64_t)1 << 63;
    set_number(r, found != 0, found);
}

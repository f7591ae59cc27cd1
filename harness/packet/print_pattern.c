/* SPDX-License-Identifier: MIT */
/* Packets in the notation of patterns: what is printed can be pasted into a claim and parses. */
#include "packet/groups.h"
#include "packet/message.h"
#include "packet/print.h"
#include "packet/text.h"

#define TTL_USUAL 64 /* Linux's default for both families (RFC 1700): not worth a word */

static void add_address(struct text *out, const struct address *address, const struct names *names)
{
    const char *name = names_of(names, address);
    char text[ADDRESS_TEXT];

    text_add(out, "%s", name ? name : address_text(address, text));
}

static bool has_ports(const struct packet *packet)
{
    return packet->kind == PACKET_TCP || packet->kind == PACKET_UDP;
}

static void add_ends(struct text *out, const struct packet *packet, const struct print_style *style)
{
    bool ports = style->ports && has_ports(packet);

    add_address(out, &packet->src, style->names);
    if (ports)
        text_add(out, ".%u", packet->src_port);
    text_add(out, " > ");
    add_address(out, &packet->dst, style->names);
    if (ports)
        text_add(out, ".%u", packet->dst_port);
}

static bool shows(const struct print_style *style, const char *field)
{
    return !style->shows || style->shows(style->context, field);
}

static void add_tcp_options(struct text *out, const struct sighting *sighting,
                            const struct print_style *style)
{
    const struct tcp_options *tcp = &sighting->packet.tcp;
    /* what the peer sent: its numbers count from the base of acknowledgements */
    uint32_t base = sighting->relative.ack_base;
    const char *tfo = tcp->tfo_experimental ? "exp-tfo" : "tfo";

    if (tcp->has_mss && shows(style, "mss"))
        text_add(out, " mss %u", tcp->mss);
    if (tcp->sack_permitted && shows(style, "sackOK"))
        text_add(out, " sackOK");
    if (tcp->has_timestamp && shows(style, "TS"))
        text_add(out, " TS val %u ecr %u", tcp->ts_value, tcp->ts_echo);
    if (tcp->has_wscale && shows(style, "wscale"))
        text_add(out, " wscale %u", tcp->wscale);
    if (tcp->sack_count && shows(style, "sack")) {
        text_add(out, " sack");
        for (size_t i = 0; i < tcp->sack_count; i++)
            text_add(out, " %u:%u", tcp->sack[i].left - base, tcp->sack[i].right - base);
    }
    if (tcp->has_tfo && shows(style, tfo)) {
        text_add(out, " %s %s", tfo, tcp->tfo_length ? "cookie " : "cookiereq");
        text_add_hex(out, tcp->tfo_cookie, tcp->tfo_length);
    }
    if (tcp->has_md5 && shows(style, "md5"))
        text_add(out, " md5");
    if (tcp->has_mptcp && shows(style, "mptcp"))
        text_add(out, " mptcp");
}

static void add_tcp(struct text *out, const struct sighting *sighting, const struct print_style *style)
{
    const struct packet *packet = &sighting->packet;
    uint32_t seq = sighting_seq(sighting);
    char flags[16];

    text_add(out, " %s", tcp_flags_text(packet->flags, flags));
    if (packet->payload_length || packet->flags & TCP_FIN)
        text_add(out, " %u:%u", seq, seq + (uint32_t)packet->payload_length);
    else if (packet->flags & TCP_RST)
        text_add(out, " %u", seq);
    if (packet->flags & TCP_ACK)
        text_add(out, " ack %u", sighting_ack(sighting));
    if (shows(style, "win"))
        text_add(out, " win %u", packet->window);
    if (packet->flags & TCP_URG)
        text_add(out, " urg %u", packet->urgent);
    if (style->options)
        add_tcp_options(out, sighting, style);
}

static void add_rest(struct text *out, const struct message *message, const struct packet *packet,
                     const struct print_style *style)
{
    switch (message->rest) {
    case MESSAGE_REST_MTU:
        text_add(out, " mtu %u", message_rest_value(message, packet));
        break;
    case MESSAGE_REST_POINTER:
        text_add(out, " pointer %u", message_rest_value(message, packet));
        break;
    case MESSAGE_REST_ID_SEQ: /* the identifier is chance as often as not */
        if (style->options)
            text_add(out, " id %u seq %u", packet->icmp_rest >> 16, packet->icmp_rest & 0xffff);
        break;
    case MESSAGE_REST_NONE:
        break;
    }
}

/* The records of a report, as "to_ex 239.1.1.1 {10.0.0.1}". */
static void add_records(struct text *out, const struct packet *packet, const struct print_style *style)
{
    struct group_record record;

    for (size_t i = 0; group_record(packet, i, &record); i++) {
        const char *name = group_record_name(record.type);

        text_add(out, " %s ", name ? name : "record");
        add_address(out, &record.group, style->names);
        if (record.source_count)
            text_add(out, " {");
        for (size_t j = 0; j < record.source_count; j++) {
            struct address source = group_source(&record, j);

            text_add(out, j ? " " : "");
            add_address(out, &source, style->names);
        }
        if (record.source_count)
            text_add(out, "}");
    }
}

static void add_message(struct text *out, const struct packet *packet, const struct print_style *style)
{
    const struct message *message = message_of(packet);

    text_add(out, " %s", message_protocol(packet->kind));
    if (packet->kind == PACKET_ARP && !message) {
        text_add(out, " type %u", packet->arp_operation);
        return;
    }
    if (!message) {
        text_add(out, " type %u code %u", packet->type, packet->code);
        return;
    }
    text_add(out, " %s", message->text);
    add_rest(out, message, packet, style);
    if (packet->group.family) {
        bool discovery = packet->kind == PACKET_ICMP6 && packet->type >= 135; /* ND, not MLD */
        char address[ADDRESS_TEXT];

        text_add(out, discovery ? " target %s" : " group %s", address_text(&packet->group, address));
    }
    if (packet->group_count) {
        text_add(out, " groups %u", packet->group_count);
        add_records(out, packet, style);
    }
}

static void add_ip_fields(struct text *out, const struct packet *packet)
{
    bool v6 = packet->src.family == AF_INET6;

    if (packet->ttl != TTL_USUAL)
        text_add(out, v6 ? " hlim %u" : " ttl %u", packet->ttl);
    if (packet->tos)
        text_add(out, v6 ? " class 0x%x" : " tos 0x%x", packet->tos);
    if (packet->flow_label)
        text_add(out, " flow 0x%x", packet->flow_label);
    for (size_t i = 0; i < packet->extension_count; i++) {
        const char *name = extension_name(packet->extension[i]);

        if (name)
            text_add(out, " %s", name);
    }
    if (packet->ip_options_length) {
        text_add(out, " ipoptions 0x");
        text_add_hex(out, packet->ip_options, packet->ip_options_length);
    }
}

const char *packet_print_pattern(const struct sighting *sighting, const struct print_style *style,
                                 char text[PACKET_TEXT])
{
    const struct packet *packet = &sighting->packet;
    struct text out = text_begin(text, PACKET_TEXT);

    if (packet->src.family == 0) { /* neither IP nor a common ARP */
        text_add(&out, "frame type 0x%04x len %zu", packet->ethertype, packet->length);
        return text;
    }
    add_ends(&out, packet, style);
    switch (packet->kind) {
    case PACKET_TCP:
        add_tcp(&out, sighting, style);
        break;
    case PACKET_UDP:
        text_add(&out, " UDP len %zu", packet->payload_length);
        break;
    case PACKET_FRAGMENT:
        text_add(&out, " FRAG offset %u len %zu", packet->fragment_offset, packet->payload_length);
        break;
    case PACKET_OTHER:
        text_add(&out, " IP proto %u len %zu", packet->protocol, packet->payload_length);
        break;
    default:
        add_message(&out, packet, style);
        break;
    }
    if (packet->more_fragments)
        text_add(&out, " MF");
    if (style->options && packet->ip_header)
        add_ip_fields(&out, packet);
    return text;
}

/* SPDX-License-Identifier: MIT */
/* ICMP, ICMPv6 and IGMP messages as tcpdump writes them; what it says with -v only is left out. */
#include "packet/bytes.h"
#include "packet/print_layers.h"

#include <string.h>

enum { PROTO_TCP = 6, PROTO_UDP = 17 };

#define HEADER 8

/* The packet that an error is about. */
struct quote {
    struct packet packet;
    bool has_destination, has_port;
    uint16_t port;
};

static void read_quote(const struct packet *packet, struct quote *out)
{
    const struct packet *q = &out->packet;
    size_t at;

    memset(out, 0, sizeof(*out));
    if (!packet_quoted(packet, &out->packet) || q->dst.family == 0)
        return;
    out->has_destination = true;
    /* tcpdump looks for ports in fragments too */
    at = q->transport ? (size_t)(q->transport - q->frame) : q->ip_header_length;
    if (at + 4 <= q->captured && q->ip_header_length) {
        out->has_port = true;
        out->port = get16(q->frame + at + 2);
    }
}

static void print_port(struct text *out, const struct quote *quote)
{
    uint8_t protocol = quote->packet.protocol;

    if (protocol == PROTO_TCP || protocol == PROTO_UDP)
        text_add(out, "%s port %u", protocol == PROTO_TCP ? "tcp" : "udp", quote->port);
    else
        text_add(out, "protocol %u port %u", protocol, quote->port);
}

/* What is said of an unreachable destination, around its address. */
static const struct {
    const char *before, *after;
} unreachable[] = {
    [0] = {"net ", " unreachable"},
    [1] = {"host ", " unreachable"},
    [5] = {"", " unreachable - source route failed"},
    [6] = {"net ", " unreachable - unknown"},
    [7] = {"host ", " unreachable - unknown"},
    [8] = {"", " unreachable - source host isolated"},
    [9] = {"net ", " unreachable - admin prohibited"},
    [10] = {"host ", " unreachable - admin prohibited"},
    [11] = {"net ", " unreachable - tos prohibited"},
    [12] = {"host ", " unreachable - tos prohibited"},
    [13] = {"host ", " unreachable - admin prohibited filter"},
    [14] = {"host ", " unreachable - host precedence violation"},
    [15] = {"host ", " unreachable - precedence cutoff"},
};

static bool print_unreachable(struct text *out, const struct packet *packet, const struct quote *quote)
{
    unsigned code = packet->code, mtu = packet->icmp_rest & 0xffff;
    bool known = code < sizeof(unreachable) / sizeof(unreachable[0]) && unreachable[code].after;

    if (!quote->has_destination || (code == 3 && !quote->has_port))
        return false;
    text_add(out, "%s", known ? unreachable[code].before : "");
    print_address(out, &quote->packet.dst);
    if (known) {
        text_add(out, "%s", unreachable[code].after);
    } else if (code == 2) {
        text_add(out, " protocol %u unreachable", quote->packet.protocol);
    } else if (code == 3) {
        text_add(out, " ");
        print_port(out, quote);
        text_add(out, " unreachable");
    } else if (code == 4) {
        text_add(out, " unreachable - need to frag");
        if (mtu)
            text_add(out, " (mtu %u)", mtu);
    } else {
        text_add(out, " unreachable - #%u", code);
    }
    return true;
}

static bool print_redirect(struct text *out, const struct packet *packet, const struct quote *quote)
{
    static const char *const names[] = {"redirect", "redirect", "redirect-tos", "redirect-tos"};
    struct address gateway = {.family = AF_INET};

    if (!quote->has_destination)
        return false;
    put32(gateway.bytes, packet->icmp_rest);
    if (packet->code < 4)
        text_add(out, "%s ", names[packet->code]);
    else
        text_add(out, "redirect-#%u ", packet->code);
    print_address(out, &quote->packet.dst);
    text_add(out, packet->code >= 4 ? " to " : packet->code % 2 ? " to host " : " to net ");
    print_address(out, &gateway);
    return true;
}

/* false where the line ends in " [|icmp]". */
static bool print_icmp_message(struct text *out, const struct packet *packet)
{
    struct quote quote;

    read_quote(packet, &quote);
    switch (packet->type) {
    case 0:
    case 8:
        text_add(out, "echo %s, id %u, seq %u", packet->type ? "request" : "reply", packet->icmp_rest >> 16,
                 packet->icmp_rest & 0xffff);
        return true;
    case 3:
        return print_unreachable(out, packet, &quote);
    case 4:
        text_add(out, "source quench");
        return true;
    case 5:
        return print_redirect(out, packet, &quote);
    case 11:
        if (!quote.has_destination)
            return false;
        if (packet->code == 0)
            text_add(out, "time exceeded in-transit");
        else if (packet->code == 1)
            text_add(out, "ip reassembly time exceeded");
        else
            text_add(out, "time exceeded-#%u", packet->code);
        return true;
    case 12:
        if (packet->code)
            text_add(out, "parameter problem - code %u", packet->code);
        else
            text_add(out, "parameter problem - octet %u", packet->icmp_rest >> 24);
        return true;
    case 13:
        text_add(out, "time stamp query id %u seq %u", packet->icmp_rest >> 16, packet->icmp_rest & 0xffff);
        return true;
    case 14:
        text_add(out, "time stamp reply id %u seq %u", packet->icmp_rest >> 16, packet->icmp_rest & 0xffff);
        return true;
    default:
        text_add(out, "type-#%u", packet->type);
        return true;
    }
}

void print_icmp(struct text *out, const struct packet *packet)
{
    size_t start;

    if (captured_from(packet, packet->transport) < HEADER || packet->transport_length < HEADER) {
        text_add(out, " [|icmp]");
        return;
    }
    start = out->length; /* tcpdump says nothing of a message that it cannot finish */
    text_add(out, "ICMP ");
    if (print_icmp_message(out, packet)) {
        text_add(out, ", length %zu", packet->transport_length);
    } else {
        out->at[out->length = start] = '\0';
        text_add(out, " [|icmp]");
    }
}

static bool print_unreachable6(struct text *out, const struct packet *packet, const struct quote *quote)
{
    static const char *const reasons[] = {" unreachable route", "  unreachable prohibited", " beyond scope",
                                          " unreachable address", " unreachable port"};

    text_add(out, "destination unreachable,");
    if (packet->code >= sizeof(reasons) / sizeof(reasons[0])) {
        text_add(out, " unknown unreach code (%u)", packet->code);
        return true;
    }
    text_add(out, "%s", reasons[packet->code]);
    if (!quote->has_destination || (packet->code == 4 && !quote->has_port))
        return false;
    text_add(out, packet->code == 4 ? ", " : " ");
    print_address(out, &quote->packet.dst);
    if (packet->code == 2) {
        text_add(out, ", source address ");
        print_address(out, &quote->packet.src);
    } else if (packet->code == 4) {
        text_add(out, " ");
        print_port(out, quote);
    }
    return true;
}

static bool print_time_exceeded6(struct text *out, const struct packet *packet, const struct quote *quote)
{
    text_add(out, "time exceeded in-transit");
    if (packet->code == 0) {
        if (!quote->has_destination)
            return false;
        text_add(out, " for ");
        print_address(out, &quote->packet.dst);
    } else if (packet->code == 1) {
        text_add(out, " (reassembly)");
    } else {
        text_add(out, ", unknown code (%u)", packet->code);
    }
    return true;
}

static bool print_parameter_problem6(struct text *out, const struct packet *packet, const struct quote *quote)
{
    static const char *const problems[] = {"erroneous", "next header", "option", "incomplete header chain"};

    text_add(out, "parameter problem");
    if (!quote->has_destination)
        return false;
    if (packet->code < sizeof(problems) / sizeof(problems[0]))
        text_add(out, ", %s - octet %u", problems[packet->code], packet->icmp_rest);
    else
        text_add(out, ", code-#%u", packet->code);
    return true;
}

/* `word` and what MLDv1 (RFC 2710) says: tcpdump leaves out the blank between. */
static bool print_listener(struct text *out, const struct packet *packet, const char *word)
{
    text_add(out, "multicast listener %s", word);
    if (packet->transport_length >= 24 && packet->group.family) {
        text_add(out, "max resp delay: %u addr: ", packet->icmp_rest >> 16);
        print_address(out, &packet->group);
    }
    return true;
}

static bool print_query6(struct text *out, const struct packet *packet)
{
    unsigned sources;

    if (packet->transport_length < 28) /* RFC 3810 section 8.1: that long is version 2 */
        return print_listener(out, packet, "query");
    text_add(out, "multicast listener query v2 [gaddr ");
    print_address(out, &packet->group);
    sources = packet->payload_captured >= 20 ? get16(packet->payload + 18) : 0;
    if (sources)
        text_add(out, ", %u source(s)", sources);
    text_add(out, "]");
    return true;
}

static bool print_target(struct text *out, const struct packet *packet, const char *what, const char *word)
{
    text_add(out, "%s", what);
    if (!packet->group.family)
        return false;
    text_add(out, "%s", word);
    print_address(out, &packet->group);
    return true;
}

static bool print_redirect6(struct text *out, const struct packet *packet)
{
    struct address destination = {.family = AF_INET6};

    text_add(out, "redirect");
    if (packet->payload_captured < 32)
        return false;
    memcpy(destination.bytes, packet->payload + 16, 16);
    text_add(out, ", ");
    print_address(out, &destination);
    text_add(out, " to ");
    print_address(out, &packet->group);
    return true;
}

static bool print_icmp6_message(struct text *out, const struct packet *packet)
{
    struct quote quote;

    read_quote(packet, &quote);
    switch (packet->type) {
    case 1:
        return print_unreachable6(out, packet, &quote);
    case 2:
        text_add(out, "packet too big, mtu %u", packet->icmp_rest);
        return true;
    case 3:
        return print_time_exceeded6(out, packet, &quote);
    case 4:
        return print_parameter_problem6(out, packet, &quote);
    case 128:
    case 129:
        text_add(out, "echo %s, id %u, seq %u", packet->type == 128 ? "request" : "reply",
                 packet->icmp_rest >> 16, packet->icmp_rest & 0xffff);
        return true;
    case 130:
        return print_query6(out, packet);
    case 131:
        return print_listener(out, packet, "report");
    case 132:
        return print_listener(out, packet, "done");
    case 133:
        text_add(out, "router solicitation");
        return true;
    case 134:
        text_add(out, "router advertisement");
        return true;
    case 135:
        return print_target(out, packet, "neighbor solicitation", ", who has ");
    case 136:
        return print_target(out, packet, "neighbor advertisement", ", tgt is ");
    case 137:
        return print_redirect6(out, packet);
    case 143:
        text_add(out, "multicast listener report v2, %u group record(s)", packet->group_count);
        return true;
    default:
        text_add(out, "unknown icmp6 type (%u)", packet->type);
        return true;
    }
}

void print_icmp6(struct text *out, const struct packet *packet)
{
    if (packet->transport_length == 0) {
        text_add(out, "ICMP6, length 0 (invalid)");
        return;
    }
    if (captured_from(packet, packet->transport) < HEADER || packet->transport_length < HEADER) {
        text_add(out, "ICMP6, [|icmp6]");
        return;
    }
    text_add(out, "ICMP6, ");
    if (print_icmp6_message(out, packet))
        text_add(out, ", length %zu", packet->transport_length);
    else
        text_add(out, " [|icmp6]");
}

/* RFC 3376 section 4.1.1: from 128 on a floating point number; in tenths of a second. */
static void print_response_time(struct text *out, unsigned code)
{
    unsigned tenths = code < 128 ? code : ((code & 0xf) | 0x10) << ((code >> 4 & 7) + 3);

    if (code == 100) /* the default, 10 s, is not told */
        return;
    if (tenths < 600)
        text_add(out, " [max resp time %u.%us]", tenths / 10, tenths % 10);
    else
        text_add(out, " [max resp time %um%us]", tenths / 600, tenths / 10 % 60);
}

static void print_query(struct text *out, const struct packet *packet)
{
    bool any = get32(packet->group.bytes) == 0;
    unsigned sources = packet->payload_captured >= 4 ? get16(packet->payload + 2) : 0;

    if (packet->transport_length >= 12) { /* RFC 3376 section 7.1: that long is version 3 */
        text_add(out, "query v3");
        print_response_time(out, packet->code);
        if (any && sources == 0)
            return;
        text_add(out, " [gaddr ");
        print_address(out, &packet->group);
        if (packet->transport_length < 12 + sources * 4u)
            text_add(out, " [invalid number of sources]");
        else if (sources)
            text_add(out, ", %u source(s)", sources);
        text_add(out, "]");
        return;
    }
    text_add(out, "query v%d", packet->code ? 2 : 1);
    if (packet->code && packet->code != 100)
        text_add(out, " [max resp time %u]", packet->code);
    if (!any) {
        text_add(out, " [gaddr ");
        print_address(out, &packet->group);
        text_add(out, "]");
    }
}

void print_igmp(struct text *out, const struct packet *packet)
{
    static const struct {
        uint8_t type;
        const char *text;
    } joins[] = {{0x12, "v1 report "}, {0x16, "v2 report "}, {0x17, "leave "}};

    if (captured_from(packet, packet->transport) < HEADER || packet->transport_length < HEADER) {
        text_add(out, " [|igmp]");
        return;
    }
    text_add(out, "igmp ");
    if (packet->type == 0x11) {
        print_query(out, packet);
        if (packet->transport_length != HEADER && packet->transport_length < 12)
            text_add(out, " [len %zu]", packet->transport_length);
        return;
    }
    if (packet->type == 0x22) {
        if (packet->transport_length < 16)
            text_add(out, "v3 report [invalid len %zu]", packet->transport_length);
        else
            text_add(out, "v3 report, %u group record(s)", packet->group_count);
        return;
    }
    for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
        if (joins[i].type == packet->type) {
            text_add(out, "%s", joins[i].text);
            print_address(out, &packet->group);
            return;
        }
    }
    out->at[out->length -= 1] = '\0';
    text_add(out, "-%u", packet->type);
}

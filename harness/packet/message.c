/* SPDX-License-Identifier: MIT */
/* The table of message names. Numbers are those of IANA's registries; the RFC is named where it is not the
 * base one. */
#include "packet/message.h"

#include <string.h>

const struct message messages[] = {
    /* RFC 792; RFC 1812 section 5.2.7.1 for the later codes of unreachable */
    {PACKET_ICMP, 0, MESSAGE_ANY_CODE, "echo reply", MESSAGE_REST_ID_SEQ},
    {PACKET_ICMP, 8, MESSAGE_ANY_CODE, "echo request", MESSAGE_REST_ID_SEQ},
    {PACKET_ICMP, 3, 0, "unreachable net", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 1, "unreachable host", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 2, "unreachable proto", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 3, "unreachable port", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 4, "unreachable frag-needed", MESSAGE_REST_MTU},
    {PACKET_ICMP, 3, 5, "unreachable source-route", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 6, "unreachable net-unknown", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 7, "unreachable host-unknown", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 8, "unreachable isolated", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 9, "unreachable net-prohibited", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 10, "unreachable host-prohibited", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 11, "unreachable net-tos", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 12, "unreachable host-tos", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 13, "unreachable admin", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 14, "unreachable precedence", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, 15, "unreachable cutoff", MESSAGE_REST_NONE},
    {PACKET_ICMP, 3, MESSAGE_ANY_CODE, "unreachable", MESSAGE_REST_NONE},
    {PACKET_ICMP, 4, MESSAGE_ANY_CODE, "source quench", MESSAGE_REST_NONE},
    {PACKET_ICMP, 5, 0, "redirect net", MESSAGE_REST_NONE},
    {PACKET_ICMP, 5, 1, "redirect host", MESSAGE_REST_NONE},
    {PACKET_ICMP, 5, MESSAGE_ANY_CODE, "redirect", MESSAGE_REST_NONE},
    {PACKET_ICMP, 11, 0, "time exceeded", MESSAGE_REST_NONE},
    {PACKET_ICMP, 11, 1, "time exceeded reassembly", MESSAGE_REST_NONE},
    {PACKET_ICMP, 12, MESSAGE_ANY_CODE, "parameter problem", MESSAGE_REST_POINTER},
    {PACKET_ICMP, 13, MESSAGE_ANY_CODE, "timestamp request", MESSAGE_REST_ID_SEQ},
    {PACKET_ICMP, 14, MESSAGE_ANY_CODE, "timestamp reply", MESSAGE_REST_ID_SEQ},

    /* RFC 4443 */
    {PACKET_ICMP6, 1, 0, "unreachable route", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 1, "unreachable admin", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 2, "unreachable scope", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 3, "unreachable addr", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 4, "unreachable port", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 5, "unreachable policy", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, 6, "unreachable reject-route", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 1, MESSAGE_ANY_CODE, "unreachable", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 2, MESSAGE_ANY_CODE, "too big", MESSAGE_REST_MTU},
    {PACKET_ICMP6, 3, 0, "time exceeded", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 3, 1, "time exceeded reassembly", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 4, 0, "parameter problem header", MESSAGE_REST_POINTER},
    {PACKET_ICMP6, 4, 1, "parameter problem next-header", MESSAGE_REST_POINTER},
    {PACKET_ICMP6, 4, 2, "parameter problem option", MESSAGE_REST_POINTER},
    {PACKET_ICMP6, 4, MESSAGE_ANY_CODE, "parameter problem", MESSAGE_REST_POINTER},
    {PACKET_ICMP6, 128, MESSAGE_ANY_CODE, "echo request", MESSAGE_REST_ID_SEQ},
    {PACKET_ICMP6, 129, MESSAGE_ANY_CODE, "echo reply", MESSAGE_REST_ID_SEQ},
    /* RFC 2710 and, for the second report, RFC 3810 */
    {PACKET_ICMP6, 130, MESSAGE_ANY_CODE, "MLD query", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 131, MESSAGE_ANY_CODE, "MLD report", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 132, MESSAGE_ANY_CODE, "MLD done", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 143, MESSAGE_ANY_CODE, "MLDv2 report", MESSAGE_REST_NONE},
    /* RFC 4861 */
    {PACKET_ICMP6, 133, MESSAGE_ANY_CODE, "router solicitation", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 134, MESSAGE_ANY_CODE, "router advertisement", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 135, MESSAGE_ANY_CODE, "neighbor solicitation", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 136, MESSAGE_ANY_CODE, "neighbor advertisement", MESSAGE_REST_NONE},
    {PACKET_ICMP6, 137, MESSAGE_ANY_CODE, "redirect", MESSAGE_REST_NONE},

    /* RFC 1112, RFC 2236, RFC 3376; the code octet is a time in queries and unused elsewhere */
    {PACKET_IGMP, 0x11, MESSAGE_ANY_CODE, "query", MESSAGE_REST_NONE},
    {PACKET_IGMP, 0x12, MESSAGE_ANY_CODE, "v1 report", MESSAGE_REST_NONE},
    {PACKET_IGMP, 0x16, MESSAGE_ANY_CODE, "v2 report", MESSAGE_REST_NONE},
    {PACKET_IGMP, 0x17, MESSAGE_ANY_CODE, "leave", MESSAGE_REST_NONE},
    {PACKET_IGMP, 0x22, MESSAGE_ANY_CODE, "v3 report", MESSAGE_REST_NONE},

    /* RFC 826 */
    {PACKET_ARP, 1, MESSAGE_ANY_CODE, "request", MESSAGE_REST_NONE},
    {PACKET_ARP, 2, MESSAGE_ANY_CODE, "reply", MESSAGE_REST_NONE},
};
const size_t messages_count = sizeof(messages) / sizeof(messages[0]);

const char *message_protocol(enum packet_kind kind)
{
    static const char *const names[] = {
        [PACKET_ARP] = "ARP",     [PACKET_TCP] = "TCP",   [PACKET_UDP] = "UDP",       [PACKET_ICMP] = "ICMP",
        [PACKET_ICMP6] = "ICMP6", [PACKET_IGMP] = "IGMP", [PACKET_FRAGMENT] = "FRAG",
    };

    return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
}

bool message_is(const struct message *message, const struct packet *packet)
{
    int type = packet->kind == PACKET_ARP ? packet->arp_operation : packet->type;

    return message->kind == packet->kind && message->type == type &&
           (message->code == MESSAGE_ANY_CODE || message->code == packet->code);
}

const struct message *message_of(const struct packet *packet)
{
    const struct message *best = NULL;

    for (size_t i = 0; i < messages_count; i++) {
        const struct message *message = &messages[i];

        if (message_is(message, packet) && (!best || best->code == MESSAGE_ANY_CODE))
            best = message;
    }
    return best;
}

const struct message *message_parse(enum packet_kind kind, const char *text, size_t *length)
{
    const struct message *best = NULL;

    *length = 0;
    for (size_t i = 0; i < messages_count; i++) {
        size_t n = strlen(messages[i].text);

        if (messages[i].kind != kind || n <= *length || strncmp(text, messages[i].text, n) != 0)
            continue;
        if (text[n] == '\0' || text[n] == ' ' || text[n] == '\t') {
            best = &messages[i];
            *length = n;
        }
    }
    return best;
}

uint32_t message_rest_value(const struct message *message, const struct packet *packet)
{
    if (message->rest == MESSAGE_REST_MTU && packet->kind == PACKET_ICMP)
        return packet->icmp_rest & 0xffff;
    if (message->rest == MESSAGE_REST_POINTER && packet->kind == PACKET_ICMP)
        return packet->icmp_rest >> 24;
    return packet->icmp_rest;
}

const char *extension_name(uint8_t type)
{
    static const struct {
        uint8_t type;
        const char *name;
    } names[] = {{0, "hopopts"}, {43, "rthdr"}, {44, "frag"}, {60, "dstopts"}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].type == type)
            return names[i].name;
    return NULL;
}

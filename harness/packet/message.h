/* SPDX-License-Identifier: MIT */
/*
 * What the messages of ICMP, ICMPv6, IGMP and ARP are called in the pattern
 * language: one table for the printer and for the parser of patterns. A
 * message without a name is written "type N code N" after its protocol.
 */
#ifndef LAB_PACKET_MESSAGE_H
#define LAB_PACKET_MESSAGE_H

#include "packet/decode.h"

#define MESSAGE_ANY_CODE (-1)

/* The field that the four octets after the checksum hold, printed and parsed after the name. */
enum message_rest {
    MESSAGE_REST_NONE,
    MESSAGE_REST_MTU,     /* "mtu N": icmp_rest, of ICMP its low 16 bits (RFC 1191) */
    MESSAGE_REST_ID_SEQ,  /* "id N seq N": high and low 16 bits */
    MESSAGE_REST_POINTER, /* "pointer N": ICMP the first octet, ICMPv6 all four */
};

struct message {
    enum packet_kind kind;
    int type;         /* of ARP the operation */
    int code;         /* or MESSAGE_ANY_CODE: the name stands for every code of the type */
    const char *text; /* after the protocol: "unreachable host" */
    enum message_rest rest;
};

/* Every name. Where several are the beginning of a text ("unreachable", "unreachable host") the longest
 * counts. */
extern const struct message messages[];
extern const size_t messages_count;

/* "ICMP", "ICMP6", "IGMP", "ARP", "UDP", "TCP", "FRAG"; NULL for PACKET_OTHER. */
const char *message_protocol(enum packet_kind kind);

/* The most exact name of the packet's message; NULL if it has none. */
const struct message *message_of(const struct packet *packet);

/*
 * The longest name of this protocol that `text` begins with, ended by a blank or the end of the text;
 * `*length` is set to its length. NULL if there is none.
 */
const struct message *message_parse(enum packet_kind kind, const char *text, size_t *length);

/* Whether the packet is this message (code compared unless the name stands for every code). */
bool message_is(const struct message *message, const struct packet *packet);

/* The value of a MESSAGE_REST_MTU or MESSAGE_REST_POINTER message. */
uint32_t message_rest_value(const struct message *message, const struct packet *packet);

/* What patterns call an IPv6 extension header: "hopopts", "rthdr", "frag", "dstopts"; or NULL. */
const char *extension_name(uint8_t type);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A frame taken apart. Decoding never allocates and never reads outside the
 * bytes given: what is truncated or malformed is said in `trouble`, and the
 * fields decoded before the trouble stay valid.
 */
#ifndef LAB_PACKET_DECODE_H
#define LAB_PACKET_DECODE_H

#include "packet/address.h"

enum packet_kind {
    PACKET_OTHER, /* not understood beyond the last layer that is */
    PACKET_ARP,
    PACKET_TCP,
    PACKET_UDP,
    PACKET_ICMP,
    PACKET_ICMP6,
    PACKET_IGMP,
    PACKET_FRAGMENT, /* an IP fragment that does not begin with a transport header */
};

enum { /* TCP flags, bits of the 13th and 14th octet (RFC 9293 section 3.1) */
       TCP_FIN = 0x001,
       TCP_SYN = 0x002,
       TCP_RST = 0x004,
       TCP_PSH = 0x008,
       TCP_ACK = 0x010,
       TCP_URG = 0x020,
       TCP_ECE = 0x040,
       TCP_CWR = 0x080,
       TCP_AE = 0x100,
};

#define SACK_BLOCKS_MAX 4
#define TFO_COOKIE_MAX  16
#define IPV6_EXT_MAX    8

struct tcp_options {
    bool has_mss, has_wscale, sack_permitted, has_timestamp, has_tfo, has_md5, has_mptcp;
    bool tfo_experimental; /* option 254 with magic 0xF989 (RFC 7413 appendix) in place of option 34 */
    uint16_t mss;
    uint8_t wscale;
    uint32_t ts_value, ts_echo;
    uint8_t tfo_length; /* bytes of cookie; 0 is a cookie request */
    uint8_t tfo_cookie[TFO_COOKIE_MAX];
    uint8_t sack_count;
    struct {
        uint32_t left, right;
    } sack[SACK_BLOCKS_MAX];
    uint8_t mptcp_subtype;
    const uint8_t *bytes; /* all options as sent, inside the frame */
    size_t length;
};

struct packet {
    const uint8_t *frame; /* the frame's bytes; not owned, must outlive this struct */
    size_t captured;      /* bytes at `frame` */
    size_t length;        /* bytes that were on the wire */
    const char *trouble;  /* NULL, or what is wrong ("truncated TCP header"); static text */

    uint8_t eth_src[6], eth_dst[6];
    uint16_t ethertype; /* 0x0800, 0x86dd, 0x0806, … */
    enum packet_kind kind;

    /* IP; family is 0 if there is none (ARP has its own fields) */
    struct address src, dst;
    struct address final; /* dst, or the last address of a source route that is not used up */
    uint8_t tos;          /* IPv4 TOS or IPv6 traffic class, ECN bits included */
    uint8_t ttl;          /* IPv4 TTL or IPv6 hop limit */
    uint8_t protocol;     /* of the transport header, after IPv6 extension headers */
    uint32_t flow_label;  /* IPv6 */
    uint32_t ip_id;       /* IPv4 identification, or that of an IPv6 fragment header */
    bool dont_fragment, more_fragments;
    uint16_t fragment_offset;  /* bytes */
    uint32_t ip_length;        /* total length of the IP packet as its header says (of IPv6 up to 65575) */
    const uint8_t *ip_header;  /* first byte of the IP header */
    size_t ip_header_length;   /* IPv4 with options; IPv6 without extension headers: 40 */
    const uint8_t *ip_options; /* IPv4 options, NULL if none */
    size_t ip_options_length;
    uint8_t extension[IPV6_EXT_MAX]; /* IPv6 extension header types in order (0, 43, 44, 60, …) */
    uint8_t extension_count;

    /* transport */
    const uint8_t *transport; /* first byte of the transport header (or of ARP), NULL if none */
    size_t transport_length;  /* its header and payload, by the IP headers */
    uint16_t src_port, dst_port;
    uint32_t seq, ack; /* TCP, absolute */
    uint16_t flags;    /* TCP */
    uint16_t window;   /* TCP, as on the wire: unscaled */
    uint16_t urgent;   /* TCP */
    struct tcp_options tcp;
    uint8_t type, code;     /* ICMP, ICMPv6, IGMP */
    uint32_t icmp_rest;     /* ICMP, ICMPv6: the four octets after the checksum (MTU, id and sequence, …) */
    struct address group;   /* IGMP v1/v2, MLDv1: the group; ND: the target */
    uint16_t group_count;   /* IGMPv3, MLDv2 report: number of group records */
    bool checksum_known;    /* the whole transport was captured and has a checksum */
    bool checksum_ok;       /* it is right (IPv4 header checksum included) */
    const uint8_t *payload; /* transport payload inside the frame (of ICMP and IGMP what follows 8 octets);
                               NULL if none */
    size_t payload_length;  /* bytes by the headers; may exceed what was captured */
    size_t payload_captured;

    /* ARP */
    uint16_t arp_operation; /* 1 request, 2 reply; src and dst hold the protocol addresses */
};

/* Decodes an Ethernet frame. Returns false only if not even the Ethernet header is there. */
bool packet_decode(const uint8_t *frame, size_t captured, size_t length, struct packet *out);

/* The IP packet quoted in an ICMP or ICMPv6 error, decoded (usually truncated). false if there is none. */
bool packet_quoted(const struct packet *error, struct packet *out);

#endif

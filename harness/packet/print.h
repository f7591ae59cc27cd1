/* SPDX-License-Identifier: MIT */
/* The one printer of packets: traces, failures, `lab show` and reports all use it. */
#ifndef LAB_PACKET_PRINT_H
#define LAB_PACKET_PRINT_H

#include "packet/flows.h"

#define PACKET_TEXT 512 /* bytes enough for any packet on one line */

/*
 * As `tcpdump -n -t -S` prints it (absolute sequence numbers, numeric addresses):
 *   IP 10.0.0.1.40000 > 10.0.0.2.7890: Flags [P.], seq 17:23, ack 5, win 502, options […], length 6
 * For TCP, UDP, ICMP, ICMPv6, IGMP and ARP the text equals tcpdump's, field by
 * field, up to tcpdump's own decoding of application protocols.
 */
const char *packet_print_tcpdump(const struct packet *packet, char text[PACKET_TEXT]);

/*
 * In the notation of patterns (see pattern/GRAMMAR.md), with host names and relative numbers:
 *   client > server [P.] 1:7 ack 1 win 502
 * `options` adds TCP options and IP fields worth a look. Addresses without a name are printed
 * as they are; ports only where `ports` is set. `shows` (NULL: all) says whether the window ("win") and which
 * TCP options ("mss", "TS", …) are worth their room.
 */
struct print_style {
    const struct names *names;
    bool ports;
    bool options;
    bool (*shows)(const void *context, const char *field);
    const void *context; /* of `shows` */
};
const char *packet_print_pattern(const struct sighting *sighting, const struct print_style *style,
                                 char text[PACKET_TEXT]);

/* "[S.]" and the like, as tcpdump writes flags: S F R P then . for ACK, U, E, W, e; "none" if no flag. */
const char *tcp_flags_text(uint16_t flags, char text[16]);

#endif

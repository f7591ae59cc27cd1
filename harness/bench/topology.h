/* SPDX-License-Identifier: MIT */
/*
 * What a claim says of its bench in a line, and the plan made of it:
 *
 *   "client server"                     two hosts on one wire (the default)
 *   "client server*3"                   the server's interface has three addresses
 *   "client router; router server"      two wires; the host on both forwards between them
 *   "client server other"               three hosts on one wire
 *
 * Wire w, host place h (from 1, in the order of the wire's words): 10.0.w.h/24 and fd00:w::h/64, further
 * addresses of the same interface 10.0.w.(h+10k). A name is "server" for the host's first addresses,
 * "server#2", "server#3" for the others, interface after interface. The wire itself, where it
 * answers as a router would, is "wire" (10.0.0.254, fd00::fe).
 */
#ifndef LAB_BENCH_TOPOLOGY_H
#define LAB_BENCH_TOPOLOGY_H

#include "packet/address.h"

#define HOSTS_MAX      8
#define WIRES_MAX      4
#define INTERFACES_MAX 16
#define ADDRESSES_MAX  8 /* of one interface */

struct plan_interface {
    unsigned host, wire;
    unsigned number; /* eth0, eth1, … of its host */
    unsigned pairs;  /* pairs of an IPv4 and an IPv6 address */
    struct address v4[ADDRESSES_MAX], v6[ADDRESSES_MAX];
    uint8_t mac[6];      /* of ethN in the host */
    uint8_t wire_mac[6]; /* of the wire's end */
};

struct topology {
    unsigned hosts, wires, interfaces;
    char host[HOSTS_MAX][NAME_MAX_LENGTH + 1];
    bool forwards[HOSTS_MAX]; /* on more than one wire */
    struct plan_interface interface[INTERFACES_MAX];
    struct names names;
    struct address wire_v4, wire_v6; /* of the wire itself */
};

/* false with a message that quotes the text when it does not parse. */
bool topology_parse(const char *text, struct topology *out, char message[160]);
/* Index of the host, or -1. */
int topology_host(const struct topology *topology, const char *name);

#endif

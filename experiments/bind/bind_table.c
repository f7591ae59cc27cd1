/* SPDX-License-Identifier: MIT */
/*
 * The bind table: which address and port a second socket can bind beside a first one, for every pair of addresses, with and
 * without SO_REUSEADDR, whatever the first socket is doing.
 * [attrs] 5.4.4.1 BSD (1), the table, and (6) Linux; [socket7] Socket options, SO_REUSEADDR
 *
 * The rules are in inet_bind_conflict (TCP) and udp_lib_lport_inuse (UDP): two sockets conflict when their addresses overlap
 * (inet_rcv_saddr_equal), unless both have SO_REUSEADDR and the first one does not listen.
 */
#include "lab.h"

EXPERIMENT("bind", NULL, "who may bind beside whom: addresses, options and states, as a table");

enum place { WILDCARD,
             SPECIFIC,
             OTHER };

struct pair {
    enum place first, second;
    bool overlap;
};

/* The documents' table, row by row: 0.0.0.0 is WILDCARD, 192.168.0.1 SPECIFIC, 10.0.0.1 OTHER. */
static const struct pair pairs[] = {
    {SPECIFIC, SPECIFIC, true},
    {SPECIFIC, OTHER, false},
    {OTHER, SPECIFIC, false},
    {WILDCARD, SPECIFIC, true},
    {SPECIFIC, WILDCARD, true},
    {WILDCARD, WILDCARD, true},
};
#define FOR_EACH_PAIR(p) for (const struct pair *p = pairs; p < pairs + 6; p++)

enum state { BOUND,
             LISTENING,
             CONNECTED };

static const struct kind {
    int type;
    enum state state;
    const char *name;
} kinds[] = {
    {SOCK_DGRAM, BOUND, "UDP"},
    {SOCK_DGRAM, CONNECTED, "UDP, connected"},
    {SOCK_STREAM, BOUND, "TCP, bound only"},
    {SOCK_STREAM, CONNECTED, "TCP, connected"},
    {SOCK_STREAM, LISTENING, "TCP, listening"},
};
#define FOR_EACH_KIND(k)         for (const struct kind *k = kinds; k < kinds + 5; k++)
#define FOR_ALL_BUT_LISTENING(k) for (const struct kind *k = kinds; k < kinds + 4; k++)
static const struct kind *const only_bound = &kinds[2], *const listening = &kinds[4];

/* SPECIFIC is the address that a socket bound to the wildcard address takes when it connects, whichever the kernel chooses. */
static const char *specific, *other;

static void name_addresses(struct lab *lab)
{
    specific = preferred_address(lab, "server", "client");
    other = unpreferred_address(lab, "server", "client");
}

static struct endpoint place(struct lab *lab, enum place place, uint16_t port)
{
    return place == WILDCARD ? any_address(lab, port) : at(lab, place == SPECIFIC ? specific : other, port);
}

static struct sock *socket_of(struct lab *lab, const struct kind *kind, bool reuse)
{
    struct sock *s = socket_of_type(lab, "server", kind->type);
    if (reuse)
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
    return s;
}

/* The first socket binds, and goes on to listen or to connect to a port of the client. */
static void occupy(struct lab *lab, struct sock *first, const struct kind *kind, struct endpoint where)
{
    note(lab, "the first socket: %s", kind->name);
    bind_to(first, where);
    if (kind->state == LISTENING)
        listen_on(first, 1);
    if (kind->state == CONNECTED)
        connect_to(first, at(lab, "client", SERVICE));
}

/* What bind(2) returns to the second socket of a pair. */
static int second_bind(struct lab *lab, const struct kind *kind, const struct pair *pair, uint16_t port, bool reuse)
{
    return try_bind(socket_of(lab, kind, reuse), place(lab, pair->second, port));
}

CLAIM(without_the_option_overlapping_addresses_conflict, V4 | V6,
      "without SO_REUSEADDR a second bind to a port is EADDRINUSE when its address is the first socket's, or either of the "
      "two is the wildcard address, and succeeds when they are two specific addresses, in either order: for UDP and TCP, "
      "whether the first socket is only bound, listens or is connected",
      .bench = "client server*2")
{
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool there = treatment(lab);
    FOR_EACH_KIND(kind)
        FOR_EACH_PAIR(pair) {
            if (there)
                occupy(lab, socket_of(lab, kind, false), kind, place(lab, pair->first, ++port));
            if (pair->overlap)
                expect_refused(lab, second_bind(lab, kind, pair, port, false), EADDRINUSE);
            else
                expect_success(lab, second_bind(lab, kind, pair, port, false));
        }
}

CLAIM(with_the_option_wildcard_and_specific_address_share_a_port, V4 | V6,
      "when both sockets have SO_REUSEADDR, one binds the wildcard address and one a specific address, in either order, for "
      "UDP and TCP, while the first one does not listen",
      .bench = "client server*2")
{
    static const struct pair mixed[] = {{WILDCARD, SPECIFIC, false}, {SPECIFIC, WILDCARD, false}};
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool on = treatment(lab);
    FOR_ALL_BUT_LISTENING(kind)
        for (unsigned i = 0; i < 2; i++) {
            occupy(lab, socket_of(lab, kind, true), kind, place(lab, mixed[i].first, ++port));
            expect_success(lab, second_bind(lab, kind, &mixed[i], port, on));
        }
}

CLAIM(with_the_option_two_sockets_bind_the_very_same_address, V4 | V6,
      "when both sockets have SO_REUSEADDR, both bind the same address and port, specific or wildcard, for UDP and TCP, while "
      "the first one does not listen",
      .bench = "client server*2")
{
    static const struct pair same[] = {{SPECIFIC, SPECIFIC, false}, {WILDCARD, WILDCARD, false}};
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool on = treatment(lab);
    FOR_ALL_BUT_LISTENING(kind)
        for (unsigned i = 0; i < 2; i++) {
            occupy(lab, socket_of(lab, kind, true), kind, place(lab, same[i].first, ++port));
            expect_success(lab, second_bind(lab, kind, &same[i], port, on));
        }
}

CLAIM(a_listener_refuses_overlapping_addresses_though_both_have_the_option, V4 | V6,
      "next to a listening TCP socket SO_REUSEADDR on both sockets changes nothing: the same address, and wildcard with "
      "specific address in either order, are EADDRINUSE; two specific addresses are not",
      .bench = "client server*2")
{
    name_addresses(lab);
    uint16_t port = 20000;
    bool listens = treatment(lab);
    FOR_EACH_PAIR(pair) {
        occupy(lab, socket_of(lab, listening, true), listens ? listening : only_bound, place(lab, pair->first, ++port));
        if (pair->overlap)
            expect_refused(lab, second_bind(lab, listening, pair, port, true), EADDRINUSE);
        else
            expect_success(lab, second_bind(lab, listening, pair, port, true));
    }
}

CLAIM(one_socket_with_the_option_is_as_good_as_none, V4 | V6,
      "SO_REUSEADDR on the second socket alone, or on the first alone, changes nothing: overlapping addresses are EADDRINUSE, "
      "for UDP and TCP, whatever the first socket is doing",
      .bench = "client server*2")
{
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool there = treatment(lab);
    FOR_EACH_KIND(kind)
        for (unsigned on_second = 0; on_second < 2; on_second++)
            FOR_EACH_PAIR(pair) {
                if (there)
                    occupy(lab, socket_of(lab, kind, !on_second), kind, place(lab, pair->first, ++port));
                if (pair->overlap)
                    expect_refused(lab, second_bind(lab, kind, pair, port, on_second), EADDRINUSE);
                else
                    expect_success(lab, second_bind(lab, kind, pair, port, on_second));
            }
}

CLAIM(different_ports_never_conflict, V4 | V6,
      "sockets that bind different ports never conflict, whatever their addresses and with no option, for UDP and TCP",
      .bench = "client server*2")
{
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    unsigned apart = treatment(lab);
    FOR_EACH_KIND(kind)
        FOR_EACH_PAIR(pair) {
            occupy(lab, socket_of(lab, kind, false), kind, place(lab, pair->first, port += 2));
            expect_success(lab, second_bind(lab, kind, pair, port + apart, false));
        }
}

CLAIM(tcp_and_udp_have_ports_of_their_own, V4 | V6,
      "a UDP socket binds the address and port that a TCP socket has, and a TCP socket those that a UDP socket has, with no "
      "option",
      .bench = "client server*2", .cites = "RFC 9293 section 3.10.1, RFC 768: each protocol has its own ports")
{
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool other_protocol = treatment(lab);
    FOR_EACH_KIND(first) {
        struct kind second = *first;
        if (other_protocol)
            second.type = first->type == SOCK_DGRAM ? SOCK_STREAM : SOCK_DGRAM;
        FOR_EACH_PAIR(pair) {
            occupy(lab, socket_of(lab, first, false), first, place(lab, pair->first, ++port));
            expect_success(lab, second_bind(lab, &second, pair, port, false));
        }
    }
}

CLAIM(a_connected_socket_has_left_the_wildcard_address, V4 | V6,
      "a socket bound to the wildcard address takes one specific address when it connects: it then blocks that address and the "
      "wildcard, but another local address can be bound to its port, with no option",
      .bench = "client server*2", .cites = "ip(7), Address format, which is silent about it")
{
    /* inet_hash_connect, ip4_datagram_connect: the source address chosen becomes inet_rcv_saddr. */
    tcp_listener(lab, "client", SERVICE);
    name_addresses(lab);
    uint16_t port = 20000;
    bool connects = treatment(lab);
    static const int type[] = {SOCK_STREAM, SOCK_DGRAM};
    for (unsigned i = 0; i < 2; i++) {
        struct kind kind = {type[i], connects ? CONNECTED : BOUND, "bound to the wildcard address"};
        occupy(lab, socket_of(lab, &kind, false), &kind, any_address(lab, ++port));
        expect_refused(lab, try_bind(socket_of(lab, &kind, false), at(lab, specific, port)), EADDRINUSE);
        expect_refused(lab, try_bind(socket_of(lab, &kind, false), any_address(lab, port)), EADDRINUSE);
        expect_success(lab, try_bind(socket_of(lab, &kind, false), at(lab, other, port)));
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * IPV6_V6ONLY: whether an IPv6 socket speaks IPv4 as well, and so, which IPv4 addresses it keeps from others.
 * [unp] 6.14 IPV6_V6ONLY; RFC 3493 section 5.3
 */
#include "lab.h"

EXPERIMENT("IPV6_V6ONLY", "IPPROTO_IPV6", "keep an IPv6 socket from receiving and sending IPv4 packets");

static struct sock *ipv6_socket(struct lab *lab, const char *host, int type, bool v6only)
{
    struct sock *s = socket_on(lab, host, AF_INET6, type, 0);
    if (v6only)
        set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return s;
}

/* The bench's addresses of both families. */
#define SERVER_V4 "10.0.0.2"
#define SERVER_V6 "fd00::2"
#define MAPPED    "::ffff:10.0.0.2"
#define CLIENT_V4 "10.0.0.1"

CLAIM(is_off_unless_the_sysctl_says_otherwise, NO_FAMILY,
      "IPV6_V6ONLY is off on a new socket, while net.ipv6.bindv6only has its default 0; the sysctl turns it on for new sockets")
{
    int64_t by_default = get_sysctl(lab, "server", "net.ipv6.bindv6only");
    expect_equal(lab, by_default, 0);
    fact(lab, "default_bindv6only", by_default, "");
    FOR_TCP_AND_UDP(type)
        expect_equal(lab, get_int(ipv6_socket(lab, "server", type, false), IPPROTO_IPV6, IPV6_V6ONLY), 0);
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv6.bindv6only", "1");
    FOR_TCP_AND_UDP(type)
        expect_equal(lab, get_int(ipv6_socket(lab, "server", type, false), IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

CLAIM(is_an_int_that_reads_back_as_0_or_1, NO_FAMILY,
      "IPV6_V6ONLY is written and read as an int: any nonzero value reads back as 1, and less than an int is EINVAL")
{
    struct sock *s = ipv6_socket(lab, "server", SOCK_STREAM, false);
    if (treatment(lab))
        set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 42);
    expect_equal(lab, get_int(s, IPPROTO_IPV6, IPV6_V6ONLY), 1);
    expect_refused(lab, try_set_option(s, IPPROTO_IPV6, IPV6_V6ONLY, "", 1), EINVAL);
    set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    expect_equal(lab, get_int(s, IPPROTO_IPV6, IPV6_V6ONLY), 0);
}

CLAIM(is_refused_once_the_socket_is_bound, NO_FAMILY,
      "IPV6_V6ONLY can be set before bind only: on a bound socket it is EINVAL, and nothing changes",
      .cites = "RFC 3493 section 5.3, which is silent about it")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = ipv6_socket(lab, "server", type, false);
        if (treatment(lab))
            bind_to(s, literally(lab, "::", SERVICE));
        expect_refused(lab, try_set_int(s, IPPROTO_IPV6, IPV6_V6ONLY, 1), EINVAL);
        expect_equal(lab, get_int(s, IPPROTO_IPV6, IPV6_V6ONLY), 0);
    }
}

/* ---------------------------------------------------------------- packets */

CLAIM(with_it_a_wildcard_udp_socket_receives_no_ipv4, NO_FAMILY,
      "a UDP socket on :: receives IPv4 datagrams, too, from ::ffff:10.0.0.1, and with IPV6_V6ONLY only IPv6 ones: the IPv4 "
      "datagram is answered by an ICMP port unreachable")
{
    struct sock *v4 = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0), *v6 = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    struct sock *dual = ipv6_socket(lab, "server", SOCK_DGRAM, false), *only = ipv6_socket(lab, "server", SOCK_DGRAM, false);
    bind_to(dual, literally(lab, "::", 1000));
    send_to(v4, "by IPv4", 0, literally(lab, SERVER_V4, 1000));
    receive_text(dual, "by IPv4");
    skip_packets(lab);

    if (treatment(lab))
        set_int(only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind_to(only, literally(lab, "::", 2000));
    send_to(v4, "by IPv4", 0, literally(lab, SERVER_V4, 2000));
    expect_wire(lab,
                "IP client > server.2000 UDP",
                "IP server > client ICMP unreachable port");
    send_to(v6, "by IPv6", 0, literally(lab, SERVER_V6, 2000));
    receive_text(only, "by IPv6");
}

CLAIM(with_it_a_wildcard_listener_accepts_no_ipv4, NO_FAMILY,
      "a TCP listener on :: accepts IPv4 connections, too, and sees them come from ::ffff:10.0.0.1; with IPV6_V6ONLY it accepts "
      "IPv6 connections only, and an IPv4 SYN is answered by a RST")
{
    struct sock *dual = ipv6_socket(lab, "server", SOCK_STREAM, false), *only = ipv6_socket(lab, "server", SOCK_STREAM, false);
    bind_to(dual, literally(lab, "::", 1000));
    listen_on(dual, 1);
    connect_to(socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), literally(lab, SERVER_V4, 1000));
    struct endpoint seen = peer_of(accept_from(dual)), mapped = literally(lab, "::ffff:" CLIENT_V4, 0);
    expect(lab, address_equal(&seen.address, &mapped.address));
    settle(lab);
    skip_packets(lab);

    if (treatment(lab))
        set_int(only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind_to(only, literally(lab, "::", 2000));
    listen_on(only, 1);
    expect_refused(lab, try_connect(socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), literally(lab, SERVER_V4, 2000)), ECONNREFUSED);
    expect_wire(lab,
                "IP client > server.2000 [S]",
                "IP server.2000 > client [R.]");
    connect_to(ipv6_socket(lab, "client", SOCK_STREAM, false), literally(lab, SERVER_V6, 2000));
    accept_from(only);
}

CLAIM(with_it_nothing_is_sent_by_ipv4, NO_FAMILY,
      "an IPv6 socket sends to an IPv4-mapped address by IPv4; with IPV6_V6ONLY that is ENETUNREACH, for a datagram as for "
      "connect, TCP or UDP, and no packet leaves")
{
    struct sock *dual = ipv6_socket(lab, "client", SOCK_DGRAM, false);
    send_to(dual, "by IPv4", 0, literally(lab, MAPPED, SERVICE));
    expect_wire(lab,
                "IP client > server.7890 UDP",
                "IP server > client ICMP unreachable port");

    bool only = treatment(lab);
    expect_refused(lab, try_send_to(ipv6_socket(lab, "client", SOCK_DGRAM, only), "x", 0, literally(lab, MAPPED, SERVICE)), ENETUNREACH);
    FOR_TCP_AND_UDP(type)
        expect_refused(lab, try_connect(ipv6_socket(lab, "client", type, only), literally(lab, MAPPED, SERVICE)), ENETUNREACH);
    settle(lab);
    expect_nothing(lab, "IP client > server IP");
}

CLAIM(with_it_no_ipv4_mapped_address_can_be_bound, NO_FAMILY,
      "an IPv6 socket binds an IPv4-mapped address; with IPV6_V6ONLY that is EINVAL",
      .cites = "RFC 3493 section 5.3, which is silent about it")
{
    bool only = treatment(lab);
    FOR_TCP_AND_UDP(type) {
        expect_success(lab, try_bind(ipv6_socket(lab, "server", type, false), literally(lab, MAPPED, 1000)));
        expect_refused(lab, try_bind(ipv6_socket(lab, "server", type, only), literally(lab, MAPPED, 2000)), EINVAL);
    }
}

/* ---------------------------------------------------------------- the bind table across families */

static const struct row {
    const char *v6, *v4;
    bool overlap; /* while the IPv6 socket speaks IPv4, too */
} rows[] = {
    {"::", "0.0.0.0", true},
    {"::", SERVER_V4, true},
    {SERVER_V6, "0.0.0.0", false},
    {SERVER_V6, SERVER_V4, false},
};
#define FOR_EACH_ROW(r) for (const struct row *r = rows; r < rows + 4; r++)

/* Binds both, the IPv6 socket first or second: what the second bind returns. */
static int bind_both(struct lab *lab, struct sock *v6, struct sock *v4, const struct row *row, uint16_t port, bool v4_first)
{
    struct endpoint v6_where = literally(lab, row->v6, port), v4_where = literally(lab, row->v4, port);
    bind_to(v4_first ? v4 : v6, v4_first ? v4_where : v6_where);
    return try_bind(v4_first ? v6 : v4, v4_first ? v6_where : v4_where);
}

CLAIM(an_ipv6_wildcard_socket_keeps_ipv4_addresses_from_others, NO_FAMILY,
      "without IPV6_V6ONLY a socket on :: and one on 0.0.0.0, or on any IPv4 address, cannot have the same port: the second bind is "
      "EADDRINUSE, in either order, TCP or UDP; with the option they can, and sockets on an IPv6 and an IPv4 address can "
      "always",
      .cites = "ip(7) and ipv6(7), which share the port space: \"IPv4 and IPv6 share the local port space\"")
{
    uint16_t port = 1000;
    bool only = treatment(lab);
    FOR_TCP_AND_UDP(type)
        FOR_EACH_ROW(row)
    for (unsigned v4_first = 0; v4_first < 2; v4_first++) {
        struct sock *dual = ipv6_socket(lab, "server", type, false), *v4 = socket_on(lab, "server", AF_INET, type, 0);
        if (row->overlap)
            expect_refused(lab, bind_both(lab, dual, v4, row, ++port, v4_first), EADDRINUSE);
        else
            expect_success(lab, bind_both(lab, dual, v4, row, ++port, v4_first));

        struct sock *v6only = ipv6_socket(lab, "server", type, only);
        v4 = socket_on(lab, "server", AF_INET, type, 0);
        expect_success(lab, bind_both(lab, v6only, v4, row, ++port, v4_first));
    }
}

CLAIM(two_servers_one_for_each_family_share_a_port, NO_FAMILY,
      "with IPV6_V6ONLY on the IPv6 one, two TCP servers listen on :: and 0.0.0.0 and the same port, with no other option, and "
      "each accepts the connections of its family",
      .cites = "RFC 3493 section 5.3")
{
    struct sock *v4 = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0), *v6 = ipv6_socket(lab, "server", SOCK_STREAM, false);
    if (treatment(lab))
        set_int(v6, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    bind_to(v4, literally(lab, "0.0.0.0", SERVICE));
    listen_on(v4, 1);
    if (!expect_success(lab, try_bind(v6, literally(lab, "::", SERVICE))))
        return;
    listen_on(v6, 1);
    connect_to(socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), literally(lab, SERVER_V4, SERVICE));
    accept_from(v4);
    connect_to(socket_on(lab, "client", AF_INET6, SOCK_STREAM, 0), literally(lab, SERVER_V6, SERVICE));
    accept_from(v6);
}

CLAIM(so_reuseaddr_works_across_families, NO_FAMILY,
      "with SO_REUSEADDR on both, a socket on :: and one on 0.0.0.0 or an IPv4 address share a port, in either order, UDP, or TCP that "
      "does not listen; next to a listener the second bind is EADDRINUSE all the same",
      .cites = "socket(7), SO_REUSEADDR, which speaks of AF_INET sockets only")
{
    uint16_t port = 1000;
    bool on = treatment(lab);
    FOR_TCP_AND_UDP(type)
        for (const struct row *row = rows; row->overlap; row++)
            for (unsigned v4_first = 0; v4_first < 2; v4_first++) {
                struct sock *dual = ipv6_socket(lab, "server", type, false), *v4 = socket_on(lab, "server", AF_INET, type, 0);
                if (on) {
                    set_int(dual, SOL_SOCKET, SO_REUSEADDR, 1);
                    set_int(v4, SOL_SOCKET, SO_REUSEADDR, 1);
                }
                expect_success(lab, bind_both(lab, dual, v4, row, ++port, v4_first));
                if (type == SOCK_STREAM && name_of(dual).port && name_of(v4).port) {
                    listen_on(v4_first ? v4 : dual, 1);
                    expect_refused(lab, try_listen(v4_first ? dual : v4, 1), EADDRINUSE);
                }
            }
}

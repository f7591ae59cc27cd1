/* SPDX-License-Identifier: MIT */
/*
 * What bind(2), connect(2) and the first datagram give to a socket: its two addresses and its two ports.
 * [attrs] 5.4.4.1, the basics before the options; [socket7] Socket-layer functions
 */
#include "lab.h"

EXPERIMENT("bind and connect", NULL, "how a socket gets its local and its remote address");

static bool same(struct endpoint a, struct endpoint b)
{
    return address_equal(&a.address, &b.address) && a.port == b.port;
}

/* ---------------------------------------------------------------- bind */

CLAIM(bind_gives_the_local_address, V4 | V6,
      "a new socket, TCP or UDP, has the wildcard address and port 0; bind(2) gives it a local address and port")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "client", type);
        expect(lab, same(name_of(s), any_address(lab, 0)));
        if (treatment(lab))
            bind_to(s, at(lab, "client", 50000));
        expect(lab, same(name_of(s), at(lab, "client", 50000)));
    }
}

CLAIM(port_0_makes_the_kernel_choose_one, V4 | V6,
      "bind(2) to port 0 succeeds and gives the socket a free port out of ip_local_port_range, another one for each socket; "
      "when none is left it is EADDRINUSE")
{
    set_sysctl(lab, "client", "net.ipv4.ip_local_port_range", "50000 50001");
    FOR_TCP_AND_UDP(type) {
        struct sock *s[3];
        for (unsigned i = 0; i < 3; i++)
            s[i] = socket_of_type(lab, "client", type);
        if (treatment(lab)) {
            bind_to(s[0], at(lab, "client", 0));
            bind_to(s[1], at(lab, "client", 0));
        }
        expect_between(lab, name_of(s[0]).port, 50000, 50001);
        expect_equal(lab, name_of(s[1]).port, 50000 + 50001 - name_of(s[0]).port);
        expect_refused(lab, try_bind(s[2], at(lab, "client", 0)), EADDRINUSE);
    }
}

CLAIM(socket_bind_and_connect_make_the_five_tuple, V4 | V6,
      "socket(2) fixes the protocol, bind(2) the source address and port, connect(2) the destination address and port: the "
      "five-tuple of the SYN on the wire",
      .bench = "client*2 server")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *s = socket_on(lab, "client", 0, SOCK_STREAM, IPPROTO_TCP);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    if (treatment(lab))
        bind_to(s, at(lab, "client#2", 50000));
    connect_to(s, at(lab, "server", SERVICE));
    expect(lab, same(name_of(s), at(lab, "client#2", 50000)));
    expect(lab, same(peer_of(s), at(lab, "server", SERVICE)));
    expect_wire(lab, "client#2.50000 > server.7890 [S]", "server.7890 > client#2.50000 [S.]", "client#2.50000 > server.7890 [.]");
}

/* ---------------------------------------------------------------- connect */

CLAIM(connect_gives_the_remote_address, V4 | V6,
      "connect(2) gives a socket its remote address, TCP or UDP: getpeername is the destination, and a datagram without one goes "
      "there; before that it is EDESTADDRREQ")
{
    struct sock *here = udp_socket(lab, "server"), *udp = udp_socket(lab, "client"), *tcp = tcp_socket(lab, "client");
    struct endpoint none = {0}, there = at(lab, "server", SERVICE);
    bind_to(here, there);
    tcp_listener(lab, "server", SERVICE);

    expect(lab, same(peer_of(udp), none));
    expect_refused(lab, try_send(udp, "x", 0), EDESTADDRREQ);
    if (treatment(lab)) {
        connect_to(udp, there);
        connect_to(tcp, there);
    }
    expect(lab, same(peer_of(tcp), there));
    expect(lab, same(peer_of(udp), there));
    if (expect(lab, try_send(udp, "x", 0) == 1))
        receive_text(here, "x");
}

CLAIM(connect_binds_an_unbound_tcp_socket, V4 | V6,
      "a TCP socket that was not bound has port 0 until connect(2) gives it an address and a port of ip_local_port_range")
{
    tcp_listener(lab, "server", SERVICE);
    leave_only_port(lab, "client", 50000);
    struct sock *s = tcp_socket(lab, "client");
    expect(lab, same(name_of(s), any_address(lab, 0)));
    if (treatment(lab))
        connect_to(s, at(lab, "server", SERVICE));
    expect(lab, same(name_of(s), at(lab, "client", 50000)));
}

CLAIM(listen_binds_an_unbound_tcp_socket, V4 | V6,
      "listen(2) on a TCP socket that was not bound succeeds, on the wildcard address and a port of ip_local_port_range",
      .cites = "ip(7), Address format")
{
    leave_only_port(lab, "server", 50000);
    struct sock *s = tcp_socket(lab, "server");
    if (treatment(lab))
        listen_on(s, 1);
    expect(lab, same(name_of(s), any_address(lab, 50000)));
    expect_success(lab, try_connect(tcp_socket(lab, "client"), at(lab, "server", 50000)));
}

CLAIM(wildcard_is_replaced_by_the_address_of_the_route, V4 | V6,
      "a socket bound to the wildcard address of a host with two interfaces gets, as it connects, the address of the interface "
      "that its destination is reached by, TCP or UDP",
      .bench = "client left; client right")
{
    static const char *const towards[] = {"left", "right"}, *const source[] = {"client", "client#2"};
    tcp_listener(lab, "left", SERVICE);
    tcp_listener(lab, "right", SERVICE);
    bool connects = treatment(lab);
    FOR_TCP_AND_UDP(type)
        for (unsigned i = 0; i < 2; i++) {
            uint16_t port = 50000 + i;
            struct sock *s = socket_of_type(lab, "client", type);
            bind_to(s, any_address(lab, port));
            expect(lab, same(name_of(s), any_address(lab, port)));
            if (connects)
                connect_to(s, at(lab, towards[i], SERVICE));
            expect(lab, same(name_of(s), at(lab, source[i], port)));
        }
}

/* ---------------------------------------------------------------- the wildcard address receives */

CLAIM(wildcard_receives_on_every_local_address, V4 | V6,
      "a socket bound to the wildcard address, 0.0.0.0 or ::, receives what is sent to any address of the host, on any "
      "interface, loopback included, TCP or UDP",
      .bench = "client server*2")
{
    struct sock *udp = udp_socket(lab, "server"), *tcp = tcp_socket(lab, "server");
    struct endpoint where = treatment(lab) ? any_address(lab, SERVICE) : at(lab, "server", SERVICE);
    bind_to(udp, where);
    bind_to(tcp, where);
    listen_on(tcp, 4);

    const struct {
        const char *from;
        struct endpoint to;
    } ways[] = {
        {"client", at(lab, "server", SERVICE)},
        {"client", at(lab, "server#2", SERVICE)},
        {"server", loopback(lab, SERVICE)},
        {"server", at(lab, "server#2", SERVICE)},
    };
    for (unsigned i = 0; i < 4; i++) {
        if (!expect_success(lab, try_connect(tcp_socket(lab, ways[i].from), ways[i].to)))
            return;
        expect(lab, same(name_of(accept_from(tcp)), ways[i].to));
        send_to(udp_socket(lab, ways[i].from), "x", 0, ways[i].to);
        receive_text(udp, "x");
    }
}

/* ---------------------------------------------------------------- UDP without bind and without connect */

CLAIM(first_datagram_binds_an_unbound_udp_socket, V4 | V6,
      "a UDP socket that was neither bound nor connected has port 0 until its first sendto(2), and a port of ip_local_port_range "
      "of the wildcard address after it")
{
    leave_only_port(lab, "client", 50000);
    struct sock *s = udp_socket(lab, "client");
    expect(lab, same(name_of(s), any_address(lab, 0)));
    if (treatment(lab))
        send_to(s, "x", 0, at(lab, "server", SERVICE));
    expect(lab, same(name_of(s), any_address(lab, 50000)));
}

CLAIM(connect_binds_an_unbound_udp_socket_before_it_sends, V4 | V6,
      "connect(2) binds a UDP socket, too, before any datagram: it has an address and a port then, and nothing was sent")
{
    leave_only_port(lab, "client", 50000);
    struct sock *s = udp_socket(lab, "client");
    if (treatment(lab))
        connect_to(s, at(lab, "server", SERVICE));
    expect(lab, same(name_of(s), at(lab, "client", 50000)));
    expect_nothing(lab, "client > server UDP");
    send_text(s, "x");
    expect_wire(lab, "client.50000 > server UDP len 1");
}

CLAIM(unbound_udp_socket_receives_only_after_it_has_sent, V4 | V6,
      "nobody can send to a UDP socket that is not bound: its port, once it has one, is unreachable before, and receives the "
      "reply after its first datagram")
{
    leave_only_port(lab, "client", 50000);
    struct sock *s = udp_socket(lab, "client"), *server = udp_socket(lab, "server");
    bind_to(server, at(lab, "server", SERVICE));
    send_to(server, "too early", 0, at(lab, "client", 50000));
    if (is_v6(lab))
        expect_wire(lab, "server > client UDP", "client > server ICMP6 unreachable port");
    else
        expect_wire(lab, "server > client UDP", "client > server ICMP unreachable port");

    if (treatment(lab))
        send_to(s, "request", 0, at(lab, "server", SERVICE));
    receive_text(server, "request");
    send_to(server, "reply", 0, at(lab, "client", 50000));
    receive_text(s, "reply");
}

CLAIM(udp_needs_no_connect, V4 | V6,
      "one UDP socket that is not connected sends to two servers and receives the answers of both; a TCP socket that is not "
      "connected cannot send: EPIPE",
      .bench = "client server other")
{
    static const char *const host[] = {"server", "other"};
    struct sock *client = socket_on(lab, "client", 0, treatment(lab) ? SOCK_DGRAM : SOCK_STREAM, 0);
    expect_refused(lab, try_send_to(tcp_socket(lab, "client"), "x", MSG_NOSIGNAL, at(lab, "server", SERVICE)), EPIPE);
    bind_to(client, at(lab, "client", 50000));
    for (unsigned i = 0; i < 2; i++) {
        struct sock *server = udp_socket(lab, host[i]);
        bind_to(server, at(lab, host[i], SERVICE));
        if (!expect(lab, try_send_to(client, "request", MSG_NOSIGNAL, at(lab, host[i], SERVICE)) > 0))
            return;
        receive_text(server, "request");
        send_to(server, host[i], 0, at(lab, "client", 50000));
        receive_text(client, host[i]);
    }
}

/* ---------------------------------------------------------------- servers with several addresses */

CLAIM(tcp_server_learns_the_destination_from_getsockname, V4 | V6,
      "a TCP server bound to the wildcard address learns from getsockname on the accepted socket which of its addresses the "
      "client connected to; the listener's own name stays the wildcard",
      .bench = "client server*3")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    static const char *const address[] = {"server", "server#2", "server#3"};
    bool each = treatment(lab);
    for (unsigned i = 0; i < 3; i++) {
        connect_to(tcp_socket(lab, "client"), at(lab, address[each ? i : 0], SERVICE));
        expect(lab, same(name_of(accept_from(listener)), at(lab, address[i], SERVICE)));
    }
    expect(lab, same(name_of(listener), any_address(lab, SERVICE)));
}

CLAIM(udp_wildcard_server_answers_from_an_address_that_was_not_asked, V4 | V6,
      "a UDP server bound to the wildcard address is told by recvfrom where a request came from, but not which of its addresses "
      "it was sent to: its answer leaves from the address that the route prefers, and a connected client refuses it",
      .bench = "client server*2")
{
    const char *asked = unpreferred_address(lab, "server", "client");
    struct sock *server = udp_socket(lab, "server"), *client = udp_socket(lab, "client");
    bind_to(server, treatment(lab) ? any_address(lab, SERVICE) : at(lab, asked, SERVICE));
    bind_to(client, at(lab, "client", 50000));
    connect_to(client, at(lab, asked, SERVICE));
    send_text(client, "request");
    receive_text(server, "request");
    expect(lab, same(name_of(server), any_address(lab, SERVICE)));

    send_to(server, "answer", 0, at(lab, "client", 50000));
    if (strcmp(asked, "server") == 0)
        expect_wire(lab, "client > server UDP", "server#2 > client UDP", "client > server#2 IP");
    else
        expect_wire(lab, "client > server#2 UDP", "server > client UDP", "client > server IP");
    expect(lab, !is_readable(client));
}

CLAIM(udp_server_with_a_socket_for_each_address_answers_from_the_one_asked, V4 | V6,
      "a UDP server that binds a socket to each of its addresses, all to one port, answers each request from the address that "
      "it was sent to",
      .bench = "client server*3")
{
    static const char *const address[] = {"server", "server#2", "server#3"};
    struct sock *socket_for[3];
    bool apart = treatment(lab);
    for (unsigned i = 0; i < 3; i++) {
        socket_for[i] = udp_socket(lab, "server");
        set_int(socket_for[i], SOL_SOCKET, SO_REUSEADDR, 1); /* as in the document; not needed (bind_table.c) */
        bind_to(socket_for[i], apart ? at(lab, address[i], SERVICE) : any_address(lab, SERVICE));
    }
    for (unsigned i = 0; i < 3; i++) {
        struct sock *client = udp_socket(lab, "client");
        bind_to(client, at(lab, "client", 50000 + i));
        connect_to(client, at(lab, address[i], SERVICE));
        send_text(client, "request");
        await_readable(socket_for[apart ? i : 2]);
        send_to(socket_for[i], "answer", 0, at(lab, "client", 50000 + i));
        settle(lab);
        expect(lab, is_readable(client));
    }
    expect_wire(lab,
                "client > server UDP", "server > client UDP",
                "client > server#2 UDP", "server#2 > client UDP",
                "client > server#3 UDP", "server#3 > client UDP");
}

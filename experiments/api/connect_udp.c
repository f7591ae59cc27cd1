/* SPDX-License-Identifier: MIT */
/*
 * connect on a UDP socket: no packet leaves; the kernel remembers the peer.
 * [attrs] 5.4.4.1; udp(7), connect(2)
 */
#include "lab.h"

EXPERIMENT("connect on UDP", NULL, "give a datagram socket its peer");

CLAIM(connect_sends_nothing_and_sets_the_peer, V4 | V6,
      "connect on a UDP socket sends nothing: it sets the peer, which getpeername tells and send needs no address for, and "
      "chooses the own address")
{
    struct sock *server = udp_socket(lab, "server"), *client = udp_socket(lab, "client");
    bind_to(server, at(lab, "server", SERVICE));
    send_to(client, "address", 0, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server.7890 UDP data \"address\"");
    receive_text(server, "address");
    expect(lab, same_address(name_of(client).address, any_address(lab, 0)));

    if (treatment(lab))
        connect_to(client, at(lab, "server", SERVICE));
    settle(lab);
    expect_nothing(lab, "any > any IP");
    expect_success(lab, try_send(client, "no address", 0));
    expect_wire(lab, "client > server.7890 UDP data \"no address\"");
    receive_text(server, "no address");
    expect(lab, same_address(peer_of(client).address, at(lab, "server", 0)) && peer_of(client).port == SERVICE);
    expect(lab, same_address(name_of(client).address, at(lab, "client", 0)));
}

CLAIM(only_the_peer_is_heard, V4 | V6,
      "a connected UDP socket receives from its peer only: what others send to its address and port is answered by port "
      "unreachable",
      .bench = "client server other", .cites = "connect(2)")
{
    struct sock *server = udp_socket(lab, "server"), *client = udp_socket(lab, "client"), *other = udp_socket(lab, "other");
    bind_to(server, at(lab, "server", SERVICE));
    bind_to(client, at(lab, "client", 4000));
    if (treatment(lab))
        connect_to(client, at(lab, "server", SERVICE));
    send_to(other, "from a stranger", 0, at(lab, "client", 4000));
    expect_wire(lab,
                "other > client.4000 UDP data \"from a stranger\"",
                is_v6(lab) ? "client > other ICMP6 unreachable port" : "client > other ICMP unreachable port");
    send_to(server, "from the peer", 0, at(lab, "client", 4000));
    receive_text(client, "from the peer");
}

CLAIM(refusal_of_the_peer_is_told, V4 | V6,
      "a connected UDP socket is told that nobody listens at the peer: the port unreachable that its datagram brings is the "
      "next call's ECONNREFUSED; without connect nothing is told",
      .cites = "udp(7), Error handling")
{
    struct sock *client = udp_socket(lab, "client");
    if (treatment(lab))
        connect_to(client, at(lab, "server", SERVICE));
    send_to(client, "anybody?", 0, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server UDP",
                is_v6(lab) ? "server > client ICMP6 unreachable port" : "server > client ICMP unreachable port");
    settle(lab);
    expect_refused(lab, try_send(client, "hello?", 0), ECONNREFUSED);
}

CLAIM(it_can_be_connected_again, V4 | V6,
      "a UDP socket may be connected again, to another peer, and each time sends there; a TCP socket may not: EISCONN",
      .bench = "client server other", .cites = "connect(2)")
{
    struct sock *client = udp_socket(lab, "client"), *other = udp_socket(lab, "other");
    struct stream s = tcp_stream(lab);
    bind_to(other, at(lab, "other", SERVICE));
    connect_to(client, at(lab, "server", SERVICE));
    if (treatment(lab))
        connect_to(client, at(lab, "other", SERVICE));
    send_text(client, "x");
    expect_wire(lab, "...", "client > other.7890 UDP len 1");
    receive_text(other, "x");
    expect_refused(lab, try_connect(s.client, at(lab, "other", SERVICE)), EISCONN);
}

/* Two sockets bound to one address and port of the client; SO_REUSEADDR lets them. */
static void bind_twice(struct lab *lab, int type, struct sock *pair[2])
{
    for (int i = 0; i < 2; i++) {
        pair[i] = socket_on(lab, "client", 0, type, 0);
        set_int(pair[i], SOL_SOCKET, SO_REUSEADDR, 1);
        bind_to(pair[i], at(lab, "client", 4000));
    }
}

CLAIM(two_sockets_may_connect_the_same_addresses_and_ports, V4 | V6,
      "two UDP sockets bound to one address and port may connect to one and the same peer, and both send from there; the second "
      "of two TCP sockets is refused with EADDRNOTAVAIL")
{
    struct sock *udp[2], *tcp[2];
    bind_twice(lab, SOCK_DGRAM, udp);
    bind_twice(lab, SOCK_STREAM, tcp);
    tcp_listener(lab, "server", SERVICE);
    struct sock *server = udp_socket(lab, "server");
    bind_to(server, at(lab, "server", SERVICE));

    connect_to(tcp[0], at(lab, "server", SERVICE));
    fact_refused(lab, "second_tcp", try_connect(tcp[1], at(lab, "server", SERVICE)), EADDRNOTAVAIL);
    settle(lab);
    skip_packets(lab);
    connect_to(udp[0], at(lab, "server", SERVICE));
    if (treatment(lab))
        connect_to(udp[1], at(lab, "server", SERVICE));
    expect_success(lab, try_send(udp[0], "one", 0));
    expect_success(lab, try_send(udp[1], "two", 0));
    expect_wire(lab,
                "client.4000 > server.7890 UDP data \"one\"",
                "client.4000 > server.7890 UDP data \"two\"");
}

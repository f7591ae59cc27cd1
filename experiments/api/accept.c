/* SPDX-License-Identifier: MIT */
/*
 * listen, accept, getsockname, getpeername: how connections come in, and what their ends are called.
 * [socket7] Socket-layer functions
 */
#include "lab.h"

#include <fcntl.h>

EXPERIMENT("listen, accept", NULL, "let connections in, and tell their ends");

CLAIM(listen_lets_connections_in, V4 | V6,
      "a bound TCP socket answers a SYN with RST until listen is called on it; from then on new connections are set up by the "
      "kernel")
{
    struct sock *sock = tcp_socket(lab, "server");
    bind_to(sock, at(lab, "server", SERVICE));
    expect_refused(lab, try_connect(tcp_socket(lab, "client"), at(lab, "server", SERVICE)), ECONNREFUSED);
    expect_wire(lab,
                "client > server [S]",
                "server > client [R.] ack 1");
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_ACCEPTCONN), 0);

    if (treatment(lab))
        listen_on(sock, 5);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_ACCEPTCONN), 1);
    expect_success(lab, try_connect(tcp_socket(lab, "client"), at(lab, "server", SERVICE)));
    expect_wire(lab,
                "client > server [S]",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
}

CLAIM(accept_returns_a_new_socket_for_one_connection, V4 | V6,
      "accept returns a new descriptor for each connection, in the order in which they came, and leaves the listening socket as "
      "it was: it carries no data itself")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *first = tcp_socket(lab, "client"), *second = tcp_socket(lab, "client");
    connect_to(first, at(lab, "server", SERVICE));
    settle(lab);
    connect_to(second, at(lab, "server", SERVICE));
    settle(lab);
    send_text(first, treatment(lab) ? "first" : "second");
    send_text(second, "second");

    struct sock *one = accept_from(listener), *two = accept_from(listener);
    expect(lab, fd_of(one) != fd_of(listener) && fd_of(two) != fd_of(listener) && fd_of(one) != fd_of(two));
    expect_equal(lab, peer_of(one).port, name_of(first).port);
    expect_equal(lab, peer_of(two).port, name_of(second).port);
    receive_text(one, "first");
    receive_text(two, "second");
    expect_equal(lab, get_int(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
    expect_refused(lab, try_send(listener, "x", 0), EPIPE);
    fact_refused(lab, "receive_from_a_listener", try_receive(listener, &(char){0}, 1, 0), ENOTCONN);
}

CLAIM(names_of_a_connection_are_those_of_its_segments, V4 | V6,
      "getsockname and getpeername tell the addresses and ports of a connection's segments: what is the one's own is the "
      "other's peer, and a socket accepted at the wildcard address has the address that was called",
      .bench = "client server*2")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, treatment(lab) ? "server#2" : "server", SERVICE));
    struct sock *server = accept_from(listener);
    struct endpoint own = name_of(client), peer = peer_of(client);
    let(lab, "port", own.port);
    expect_wire(lab,
                "client.$port > server#2.7890 [S]",
                "server#2.7890 > client.$port [S.]",
                "client.$port > server#2.7890 [.]");
    expect(lab, same_address(own.address, at(lab, "client", 0)));
    expect(lab, same_address(peer.address, at(lab, "server#2", 0)) && peer.port == SERVICE);
    expect(lab, same_address(name_of(server).address, peer) && name_of(server).port == peer.port);
    expect(lab, same_address(peer_of(server).address, own) && peer_of(server).port == own.port);
}

CLAIM(names_are_there_when_they_are_given, V4 | V6,
      "getsockname tells the wildcard address and port 0 of a socket that is not bound, then what bind gave, a port of the "
      "kernel's choice included; getpeername is refused with ENOTCONN until there is a peer",
      .cites = "getsockname(2), getpeername(2)")
{
    struct sock *sock = tcp_socket(lab, "client");
    struct sockaddr_storage storage;
    socklen_t size = sizeof storage;
    tcp_listener(lab, "server", SERVICE);
    expect(lab, same_address(name_of(sock).address, any_address(lab, 0)) && name_of(sock).port == 0);
    fact_refused(lab, "getpeername_without_peer",
                 try_call(sock, getpeername(fd_of(sock), (struct sockaddr *)&storage, &size)), ENOTCONN);
    if (treatment(lab))
        bind_to(sock, at(lab, "client", 0));
    uint16_t port = name_of(sock).port;
    expect(lab, port != 0 && same_address(name_of(sock).address, at(lab, "client", 0)));
    connect_to(sock, at(lab, "server", SERVICE));
    expect_equal(lab, name_of(sock).port, port);
    expect_equal(lab, peer_of(sock).port, SERVICE);
}

CLAIM(only_listening_sockets_accept, V4 | V6,
      "accept on a TCP socket that does not listen is refused with EINVAL, on a UDP socket with EOPNOTSUPP, as listen is there",
      .cites = "accept(2), listen(2)")
{
    struct sock *tcp = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client"), *listener = tcp_listener(lab, "client", SERVICE);
    set_flag(listener, O_NONBLOCK);
    int not_listening = fd_of(treatment(lab) ? tcp : listener);
    fact_refused(lab, "accept_without_listen", try_call(tcp, accept(not_listening, NULL, NULL)), EINVAL);
    fact_refused(lab, "accept_on_udp", try_call(udp, accept(fd_of(udp), NULL, NULL)), EOPNOTSUPP);
    fact_refused(lab, "listen_on_udp", try_listen(udp, 5), EOPNOTSUPP);
}

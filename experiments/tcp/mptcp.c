/* SPDX-License-Identifier: MIT */
/*
 * IPPROTO_MPTCP: multipath TCP (RFC 8684), and how it falls back to plain TCP where the other side does not know it.
 * Documentation/networking/mptcp.rst (since Linux 5.6)
 *
 * Subtypes of the option: 0 is MP_CAPABLE, 2 is DSS (a mapping of data).
 */
#include "lab.h"

#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

EXPERIMENT("IPPROTO_MPTCP", NULL, "multipath TCP, and its fallback to plain TCP");

static struct sock *mptcp_socket(struct lab *lab, const char *host)
{
    int probe = socket(is_v6(lab) ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    need(lab, probe >= 0, "needs MPTCP (CONFIG_MPTCP)");
    close(probe);
    return socket_on(lab, host, 0, SOCK_STREAM, IPPROTO_MPTCP);
}

static struct sock *mptcp_listener(struct lab *lab)
{
    struct sock *listener = mptcp_socket(lab, "server");
    bind_to(listener, at(lab, "server", SERVICE));
    listen_on(listener, 5);
    return listener;
}

CLAIM(both_sides_exchange_their_keys, V4 | V6,
      "between two MPTCP sockets SYN, SYN-ACK and the ACK after them carry MP_CAPABLE; data carry it too or a DSS mapping",
      .cites = "RFC 8684 section 3.1")
{
    struct sock *listener = mptcp_listener(lab);
    struct sock *client = treatment(lab) ? mptcp_socket(lab, "client") : tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] mptcp 0",
                "server > client [S.] ack 1 mptcp 0",
                "client > server [.] ack 1 mptcp 0");
    struct sock *server = accept_from(listener);
    send_text(client, "first");
    expect_wire(lab, "client > server [P.] 1:6 mptcp 0", "server > client [.] ack 6 mptcp 2");
    receive_text(server, "first");
    send_text(server, "answer");
    expect_wire(lab, "...", "server > client [P.] 1:7 mptcp 2");
    receive_text(client, "answer");
}

CLAIM(client_falls_back_at_a_plain_server, V4 | V6,
      "at a plain TCP server the client's SYN carries MP_CAPABLE, the SYN-ACK does not, nor does any segment after it: the connection goes on "
      "as plain TCP, and the program does not notice",
      .cites = "RFC 8684 section 3.7")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = treatment(lab) ? mptcp_socket(lab, "client") : tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] mptcp 0",
                "server > client [S.] ack 1 no mptcp",
                "client > server [.] ack 1 no mptcp");
    struct sock *server = accept_from(listener);
    send_text(client, "request");
    expect_wire(lab, "client > server [P.] 1:8 no mptcp", "server > client [.] ack 8 no mptcp");
    receive_text(server, "request");
    send_text(server, "answer");
    receive_text(client, "answer");
    close_socket(client);
    receive_text(server, "");
    equivalent(lab, "ever", "a plain server has none to answer; an MPTCP server answers in kind (the claim above)");
    expect_nothing(lab, "any > any [*] mptcp 2");
}

CLAIM(listener_takes_plain_clients, V4 | V6,
      "a plain client at an MPTCP listener gets a SYN-ACK without the option, and the accepted socket is a TCP socket: SO_PROTOCOL says so",
      .cites = "RFC 8684 section 3.7; net/mptcp/protocol.c, mptcp_accept")
{
    struct sock *listener = mptcp_listener(lab);
    expect_equal(lab, get_int(listener, SOL_SOCKET, SO_PROTOCOL), IPPROTO_MPTCP);
    struct sock *client = treatment(lab) ? tcp_socket(lab, "client") : mptcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] no mptcp",
                "server > client [S.] ack 1 no mptcp",
                "client > server [.] ack 1");
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    send_text(client, "request");
    receive_text(server, "request");
}

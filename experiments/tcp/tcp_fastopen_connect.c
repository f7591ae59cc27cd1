/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN_CONNECT: Fast Open with plain connect and send. connect waits for the first data, where a cookie is there.
 * tcp(7) TCP_FASTOPEN_CONNECT (since Linux 4.11); RFC 7413
 */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN_CONNECT", "IPPROTO_TCP", "let connect send its SYN with the first data");

/* A socket that has the option, and a client that has `$cookie`. */
static struct sock *deferring_socket(struct lab *lab, struct sock *listener)
{
    obtain_cookie(lab, listener);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    return client;
}

CLAIM(connect_waits_for_the_first_data, V4 | V6,
      "with a cookie connect returns 0 and sends nothing; poll says writable, though getpeername ENOTCONN, and the first write leaves in the SYN; TCP_INFO tells that "
      "it was taken",
      .cites = "tcp(7) TCP_FASTOPEN_CONNECT")
{
    struct sock *listener = fastopen_listener(lab, SERVICE), *client = deferring_socket(lab, listener);
    expect_success(lab, try_connect(client, at(lab, "server", SERVICE)));
    expect_nothing(lab, "client > server [S]");
    struct sockaddr_storage peer;
    expect_refused(lab, try_call(client, getpeername(fd_of(client), (struct sockaddr *)&peer, &(socklen_t){sizeof peer})), ENOTCONN);
    expect(lab, is_writable(client));

    send_text(client, "GET /\n");
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7",
                "client > server [.] ack 1");
    receive_text(accept_from(listener), "GET /\n");
    expect(lab, get_value(client, IPPROTO_TCP, TCP_INFO, struct tcp_info).tcpi_options & TCPI_OPT_SYN_DATA);
}

CLAIM(connect_without_a_cookie_asks_for_one, V4 | V6,
      "without a cookie connect makes its handshake, asking for one, and data follow it; the next connection has it",
      .cites = "tcp(7) TCP_FASTOPEN_CONNECT")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct sock *first = tcp_socket(lab, "client"), *second = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(first, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
        set_int(second, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    }
    connect_to(first, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [.] ack 1");
    send_text(first, "GET /\n");
    receive_text(accept_from(listener), "GET /\n");
    settle(lab);
    skip_packets(lab);

    connect_to(second, at(lab, "server", SERVICE));
    send_text(second, "GET /\n");
    expect_wire(lab, "client > server [S] 0:6 tfo cookie $cookie");
}

CLAIM(connection_that_is_never_written_to_is_never_made, V4 | V6,
      "a deferred connection that is closed before anything is written leaves no trace on the wire: a program that waits for the server to "
      "speak first waits in vain",
      .cites = "tcp(7) TCP_FASTOPEN_CONNECT")
{
    struct sock *listener = fastopen_listener(lab, SERVICE), *client = deferring_socket(lab, listener);
    connect_to(client, at(lab, "server", SERVICE));
    settle(lab);
    expect(lab, !is_readable(listener));
    close_socket(client);
    expect_nothing(lab, "client > server [*]");
}

CLAIM(write_finds_out_that_nobody_listens, V4 | V6,
      "that nobody listens is found out by the first write, not by connect: ECONNREFUSED", .cites = "tcp(7) TCP_FASTOPEN_CONNECT")
{
    struct sock *listener = fastopen_listener(lab, SERVICE), *client = deferring_socket(lab, listener);
    close_socket(listener);
    expect_success(lab, try_connect(client, at(lab, "server", SERVICE)));
    expect_refused(lab, try_send(client, "GET /\n", 0), ECONNREFUSED);
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [R.] ack 7");
}

CLAIM(it_is_for_closed_sockets, V4 | V6,
      "a connected or listening socket refuses it with EINVAL, as it does values other than 0 and 1; where the client's side of Fast Open "
      "is off in net.ipv4.tcp_fastopen, it is refused with EOPNOTSUPP",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct stream s = tcp_stream(lab);
    struct sock *fresh = tcp_socket(lab, "client");
    expect_success(lab, try_set_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1));
    expect_equal(lab, get_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 1);
    fact_refused(lab, "fastopen_connect_when_connected", try_set_int(treatment(lab) ? s.client : fresh, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1), EINVAL);
    fact_refused(lab, "fastopen_connect_when_listening", try_set_int(s.listener, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1), EINVAL);
    fact_refused(lab, "fastopen_connect_2", try_set_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 2), EINVAL);

    set_sysctl(lab, "client", FASTOPEN_SYSCTL, "2");
    fact_refused(lab, "fastopen_connect_switched_off", try_set_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1), EOPNOTSUPP);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1), ENOPROTOOPT);
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN (RFC 7413): a client that has been here before sends its request in the SYN.
 * [notes] IPPROTO_TCP.TCP_FASTOPEN. The same on loopback: tcp_fastopen_loopback.c; the cookie: tcp_fastopen_cookie.c.
 *
 *     first connection                          later connections
 *     client             server                 client             server
 *       | SYN, cookie?     |                      | SYN, cookie,     |
 *       |----------------->|                      |     request      |
 *       |  SYN-ACK, cookie |                      |----------------->| reads
 *       |<-----------------|                      |  SYN-ACK of SYN  |
 *       | ACK, request     |                      |      and request |
 *       |----------------->| reads                |<-----------------|
 *       |                  |                      |           answer |
 *       |                  |                      |<-----------------|
 *
 * The server listens with TCP_FASTOPEN; the client calls sendto with MSG_FASTOPEN in place of connect and send, and its
 * kernel keeps the cookie (net/ipv4/tcp_metrics.c). Here sequence numbers count from the SYN, which is 0. tcpdump, with
 * which the document printed its traces, counts from the first segment behind it: after six bytes in the SYN its numbers
 * are smaller by 6.
 */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN", "IPPROTO_TCP", "send the request of a repeated connection in its SYN");

/* ---------------------------------------------------------------- first and later connections */

CLAIM(first_connection_asks_for_a_cookie_and_sends_its_data_after_the_syn, V4 | V6,
      "the first connection's SYN asks for a cookie and carries no data, the SYN-ACK gives one and acknowledges only the SYN, "
      "and the data go with the handshake's last ACK")
{
    struct sock *listener = fastopen_socket(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);

    struct sock *client = say_hello(lab, "client", at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    expect_wire(lab,
                "client > server [S] options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale,tfo cookiereq]",
                "server > client [S.] ack 1 options [mss $mss,sackOK,TS val $now ecr $then,nop,wscale $scale,tfo cookie $cookie]",
                "client > server [P.] 1:7 ack 1 options [nop,nop,TS]",
                "server > client [.] ack 7 options [nop,nop,TS]");

    close_socket(client);
    receive_text(server, "");
    close_socket(server);
    expect_wire(lab,
                "client > server [F.] 7 ack 1",
                "? server > client [.] ack 8", /* as on loopback */
                "server > client [F.] 1 ack 8",
                "client > server [.] ack 2");
}

CLAIM(second_connection_sends_cookie_and_data_in_its_syn, V4 | V6,
      "the second connection's SYN carries the cookie of the first and the data, the SYN-ACK acknowledges both and has no "
      "cookie, and only ACK and FIN follow from the client")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        obtain_cookie(lab, listener);

    struct sock *client = say_hello(lab, "client", at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    expect_wire(lab,
                "client > server [S] 0:6 options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale,tfo cookie $cookie]",
                "server > client [S.] ack 7 options [mss $mss,sackOK,TS val $now ecr $then,nop,wscale $scale]",
                "client > server [.] ack 1 options [nop,nop,TS]");

    close_socket(client);
    expect_wire(lab,
                "client > server [F.] 7 ack 1",
                "server > client [.] ack 8"); /* at the next tick, as on loopback */
    close_socket(server);
    expect_wire(lab,
                "server > client [F.] 1 ack 8",
                "client > server [.] ack 2");
}

/* ---------------------------------------------------------------- what is gained */

CLAIM(three_way_handshake_takes_the_client_one_round_trip, V4 | V6,
      "without Fast Open connect returns after one round trip, and data may leave with the handshake's last ACK: the handshake "
      "delays them by one round trip, not by two",
      .takes_ms = 310)
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    wire_hold(lab, "client > server [.]"); /* the third packet gets nowhere: two are all that the client needs */
    if (treatment(lab))
        wire_delay(lab, 150);

    int64_t began = now_ns();
    connect_to(client, at(lab, "server", SERVICE));
    fact(lab, "connect_over_300_ms", milliseconds_since(began), "ms");
    send_text(client, "Hello\n");
    expect_wire(lab,
                "client > server [S]",
                "+300ms server > client [S.] ack 1",
                "client > server [.] ack 1",
                "client > server [P.] 1:7 ack 1");
}

CLAIM(request_arrives_one_round_trip_earlier_with_a_cookie, V4 | V6,
      "over a round trip of 300 ms the request of a connection with a cookie is at the server after half a round trip; that of "
      "a connection without, begun before it, after one and a half",
      .takes_ms = 460)
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        obtain_cookie(lab, listener);
    wire_delay(lab, 150);

    struct sock *plain = tcp_socket(lab, "client"), *fast = tcp_socket(lab, "client");
    int64_t began = now_ns();
    start_connect(plain, at(lab, "server", SERVICE));
    /* Not waiting: otherwise the call, although its data are on their way, returns only with the SYN-ACK. */
    try_send_to(fast, "Hello\n", MSG_FASTOPEN | MSG_DONTWAIT, at(lab, "server", SERVICE));

    /* The server reads the request in the SYN, when of the other connection it has seen no more than a SYN. */
    expect_at(lab, "server",
              "client.$plain > server [S] no tfo",
              "? server > client.$plain [S.] ack 1",
              "client.$fast > server [S] 0:6 tfo cookie $cookie");
    receive_text(accept_from(listener), "Hello\n");
    int64_t with_cookie = milliseconds_since(began);

    finish_connect(plain);
    send_text(plain, "Hello\n");
    receive_text(accept_from(listener), "Hello\n");
    int64_t without_cookie = milliseconds_since(began);

    expect_duration(lab, with_cookie, 150, 160);
    expect_duration(lab, without_cookie, 450, 460);
    fact(lab, "request_with_cookie_over_300_ms", with_cookie, "ms");
    fact(lab, "request_without_cookie_over_300_ms", without_cookie, "ms");
}

CLAIM(server_answers_before_the_last_ack_of_the_handshake, V4 | V6,
      "with a cookie the server accepts, reads the request and answers while the handshake's last ACK is still on its way")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        obtain_cookie(lab, listener);
    wire_hold(lab, "client > server [.]"); /* every ACK of the client is parked in mid-wire */

    struct sock *client = say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "client > server [S] 0:6 tfo cookie $cookie",
              "server > client [S.] ack 7");
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    send_text(server, "World\n");
    receive_text(client, "World\n");

    struct tcp_info info = get_value(server, IPPROTO_TCP, TCP_INFO, struct tcp_info);
    expect_equal(lab, info.tcpi_state, TCP_SYN_RECV); /* the handshake is not over */
    expect_at(lab, "server", "server > client [P.] 1:7 ack 7");
    expect_nothing_at(lab, "server", "client > server [.]");

    wire_release(lab);
    expect_at(lab, "server",
              "client > server [.] ack 1",
              "client > server [.] ack 7");
}

/* ---------------------------------------------------------------- the calls */

CLAIM(sendto_with_msg_fastopen_connects_and_sends, V4 | V6,
      "sendto on a fresh socket with MSG_FASTOPEN, which is 0x20000000, connects, sends six bytes and returns 6; without the flag "
      "it is refused with EPIPE")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    expect_equal(lab, MSG_FASTOPEN, 0x20000000);
    expect_refused(lab, try_send_to(client, "Hello\n", 0, at(lab, "server", SERVICE)), EPIPE);

    int flags = 0;
    if (treatment(lab))
        flags = MSG_FASTOPEN;
    if (expect_equal(lab, try_send_to(client, "Hello\n", flags, at(lab, "server", SERVICE)), 6)) {
        receive_text(accept_from(listener), "Hello\n");
        expect_equal(lab, peer_of(client).port, SERVICE);
    }
}

CLAIM(sendto_that_does_not_wait_sends_nothing_without_a_cookie, V4 | V6,
      "with MSG_DONTWAIT and no cookie, sendto starts the connection, says EINPROGRESS and takes no data; with a cookie it "
      "takes them and they are in the SYN",
      .cites = "connect(2), EINPROGRESS")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct sock *early = tcp_socket(lab, "client"), *late = tcp_socket(lab, "client");
    expect_refused(lab, try_send_to(early, "Hello\n", MSG_FASTOPEN | MSG_DONTWAIT, at(lab, "server", SERVICE)), EINPROGRESS);
    finish_connect(early);
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [.] ack 1");

    int flags = MSG_DONTWAIT;
    if (treatment(lab))
        flags |= MSG_FASTOPEN;
    if (expect_equal(lab, try_send_to(late, "Hello\n", flags, at(lab, "server", SERVICE)), 6))
        expect_wire(lab, "client > server [S] 0:6 tfo cookie $cookie");
    accept_from(listener);
}

CLAIM(server_switches_fast_open_on_before_listen, V4 | V6,
      "setsockopt(TCP_FASTOPEN, 5) between bind and listen succeeds, reads back as 5, and from then on the listener gives "
      "cookies")
{
    struct sock *listener = fastopen_socket(lab, "server", SERVICE);
    expect_equal(lab, get_int(listener, IPPROTO_TCP, TCP_FASTOPEN), 0);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);

    expect_equal(lab, get_int(listener, IPPROTO_TCP, TCP_FASTOPEN), 5);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie");
}

CLAIM(server_switches_fast_open_on_after_listen_as_well, V4 | V6,
      "a socket that listens already takes TCP_FASTOPEN too; a connected one refuses it with EINVAL",
      .cites = "tcp(7), TCP_FASTOPEN (no order of calls is asked for)")
{
    struct sock *listener = fastopen_socket(lab, "server", SERVICE);
    listen_on(listener, 511);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);

    struct stream s = obtain_cookie(lab, listener);
    expect_refused(lab, try_set_int(s.server, IPPROTO_TCP, TCP_FASTOPEN, 5), EINVAL);
}

CLAIM(no_more_than_qlen_connections_may_lack_their_last_ack, V4 | V6,
      "the value of TCP_FASTOPEN is how many connections may wait for the handshake's last ACK: of the next one only the SYN is "
      "acknowledged, and its data come after the handshake",
      .cites = "tcp(7), TCP_FASTOPEN")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    obtain_cookie(lab, listener);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 1);
    wire_hold(lab, "client > server [.]");

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7",
                "client > server [.] ack 1"); /* parked: this connection waits */
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:7 ack 1");
}

/* ---------------------------------------------------------------- the sysctl */

CLAIM(sysctl_is_1_at_first_and_takes_3, NO_FAMILY,
      "net.ipv4.tcp_fastopen is 1 in a new network namespace, the client's side alone, and can be set to 3, both sides")
{
    expect_equal(lab, get_sysctl(lab, "server", FASTOPEN_SYSCTL), 1);
    if (treatment(lab))
        set_sysctl(lab, "server", FASTOPEN_SYSCTL, "3");
    expect_equal(lab, get_sysctl(lab, "server", FASTOPEN_SYSCTL), 3);
}

CLAIM(bit_0_of_the_sysctl_is_the_client_side, V4 | V6,
      "with net.ipv4.tcp_fastopen at 0 or 2 MSG_FASTOPEN is refused with EOPNOTSUPP; at 1 or 3 it is taken")
{
    fastopen_listener(lab, SERVICE);
    struct endpoint server = at(lab, "server", SERVICE);

    struct sock *client = tcp_socket(lab, "client");
    set_sysctl(lab, "client", FASTOPEN_SYSCTL, "0");
    expect_refused(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server), EOPNOTSUPP);
    set_sysctl(lab, "client", FASTOPEN_SYSCTL, "3");
    expect_success(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");

    client = tcp_socket(lab, "client");
    set_sysctl(lab, "client", FASTOPEN_SYSCTL, "2");
    expect_refused(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server), EOPNOTSUPP);
    if (treatment(lab))
        set_sysctl(lab, "client", FASTOPEN_SYSCTL, "1");
    if (expect_success(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server)))
        expect_wire(lab,
                    "client > server [S] 0:6 tfo cookie $cookie",
                    "server > client [S.] ack 7");
}

CLAIM(bit_1_of_the_sysctl_is_the_server_side, V4 | V6,
      "a listener with TCP_FASTOPEN gives no cookie while net.ipv4.tcp_fastopen is 0 or 1, and gives one at 2 or 3",
      .bench = "zero one two three server") /* a client for each value */
{
    fastopen_listener(lab, SERVICE);

    set_sysctl(lab, "server", FASTOPEN_SYSCTL, "0");
    say_hello(lab, "zero", at(lab, "server", SERVICE));
    expect_at(lab, "zero", "zero > server [S] tfo cookiereq", "server > zero [S.] ack 1 no tfo");
    set_sysctl(lab, "server", FASTOPEN_SYSCTL, "1");
    say_hello(lab, "one", at(lab, "server", SERVICE));
    expect_at(lab, "one", "one > server [S] tfo cookiereq", "server > one [S.] ack 1 no tfo");

    if (treatment(lab))
        set_sysctl(lab, "server", FASTOPEN_SYSCTL, "2");
    say_hello(lab, "two", at(lab, "server", SERVICE));
    expect_at(lab, "two", "two > server [S] tfo cookiereq", "server > two [S.] ack 1 tfo cookie $two");
    set_sysctl(lab, "server", FASTOPEN_SYSCTL, "3");
    say_hello(lab, "three", at(lab, "server", SERVICE));
    expect_at(lab, "three", "three > server [S] tfo cookiereq", "server > three [S.] ack 1 tfo cookie $three");
}

CLAIM(sysctl_can_do_without_cookies, V4 | V6,
      "with 0x4 at the client and 0x200 at the server the very first SYN carries data and no cookie, and they are taken",
      .cites = "tcp(7), tcp_fastopen")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    set_sysctl(lab, "client", FASTOPEN_SYSCTL, "5");
    if (treatment(lab))
        set_sysctl(lab, "server", FASTOPEN_SYSCTL, "0x202");

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 no tfo",
                "server > client [S.] ack 7 no tfo",
                "client > server [.] ack 1");
    receive_text(accept_from(listener), "Hello\n");
}

/* ---------------------------------------------------------------- when it does not work */

CLAIM(data_come_after_the_handshake_when_the_server_has_switched_off, V4 | V6,
      "when the listener has switched Fast Open off, the SYN-ACK ignores cookie and data, and the client sends the data again "
      "with the handshake's last ACK",
      .cites = "RFC 7413 section 4.2.2")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 0);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    receive_text(accept_from(listener), "Hello\n");
}

CLAIM(client_that_gets_no_cookie_asks_once_in_the_experimental_option, V4 | V6,
      "a client whose request for a cookie is not answered asks the next time in the experimental option 254, and then in "
      "option 34 again; its data never go in a SYN",
      .cites = "net/ipv4/tcp_input.c, tcp_rcv_fastopen_synack (try_exp)")
{
    fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        set_sysctl(lab, "server", FASTOPEN_SYSCTL, "1"); /* the server's side off */

    const char *asked[] = {"client > server [S] tfo cookiereq",
                           "client > server [S] exp-tfo cookiereq",
                           "client > server [S] tfo cookiereq",
                           "client > server [S] tfo cookiereq"};
    for (int i = 0; i < 4; i++) {
        say_hello(lab, "client", at(lab, "server", SERVICE));
        expect_wire(lab,
                    asked[i],
                    "server > client [S.] ack 1 no tfo no exp-tfo",
                    "client > server [P.] 1:7 ack 1",
                    "server > client [.] ack 7");
    }
}

CLAIM(wire_that_drops_syns_with_data_costs_a_second, V4 | V6,
      "when the wire drops SYNs with data, the SYN sent again after a second has neither data nor cookie, and the data come after "
      "the handshake; the next connection tries data in the SYN again",
      .cites = "RFC 7413 section 7.1", .takes_ms = 1020)
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    obtain_cookie(lab, listener);

    if (treatment(lab))
        wire_drop(lab, "client > server [S] 0:6");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "+1s client > server [S] no tfo", /* RFC 6298: the first timeout is one second */
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    settle(lab);
    expect(lab, !is_readable(server)); /* once */

    try_send_to(tcp_socket(lab, "client"), "Hello\n", MSG_FASTOPEN | MSG_DONTWAIT, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S] 0:6 tfo cookie $cookie");
}

CLAIM(wire_that_drops_requests_for_a_cookie_costs_a_second, V4 | V6,
      "when the wire drops SYNs that ask for a cookie, the SYN sent again after a second does not ask, and the connection comes "
      "about; the next one asks again",
      .cites = "RFC 7413 section 7.1", .takes_ms = 1020)
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        wire_drop(lab, "client > server [S] tfo cookiereq");

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "+1s client > server [S] no tfo",
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    receive_text(accept_from(listener), "Hello\n");

    try_send_to(tcp_socket(lab, "client"), "Hello\n", MSG_FASTOPEN | MSG_DONTWAIT, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S] tfo cookiereq");
}

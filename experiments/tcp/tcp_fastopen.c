/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN (RFC 7413): a client that has been here before sends its request in the SYN.
 * [notes] IPPROTO_TCP.TCP_FASTOPEN
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

#include <endian.h>
#include <stdio.h>

EXPERIMENT("TCP_FASTOPEN", "IPPROTO_TCP", "send the request of a repeated connection in its SYN");

#define SWITCH "net.ipv4.tcp_fastopen"
#define KEY    "net.ipv4.tcp_fastopen_key"

/* The server's socket before anything of Fast Open is asked of it, where the machine allows both sides. */
static struct sock *bound_socket(struct lab *lab, const char *host)
{
    set_sysctl(lab, host, SWITCH, "3");
    struct sock *listener = tcp_socket(lab, host);
    bind_to(listener, any_address(lab, SERVICE));
    return listener;
}

static struct sock *fastopen_listener(struct lab *lab)
{
    struct sock *listener = bound_socket(lab, "server");
    set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    return listener;
}

/* The document's client. The call returns with the SYN-ACK. */
static struct sock *say_hello(struct lab *lab, const char *host, struct endpoint server)
{
    struct sock *client = tcp_socket(lab, host);
    send_to(client, "Hello\n", MSG_FASTOPEN, server);
    return client;
}

/* A first connection, which stays open: from now on the client has `$cookie`. */
static struct stream obtain_cookie(struct lab *lab, struct sock *listener)
{
    struct stream s = {.listener = listener, .client = say_hello(lab, "client", at(lab, "server", SERVICE))};
    s.server = accept_from(listener);
    receive_text(s.server, "Hello\n");
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    skip_packets_at(lab, "server");
    return s;
}

static bool differ(struct lab *lab, const char *variable, const char *other)
{
    return strcmp(bound(lab, variable), bound(lab, other)) != 0;
}

/* ---------------------------------------------------------------- the two connections of the document, on loopback */

/* The loopback device's MTU is 65536. IPv4 takes 65535 of it, the largest total length of a packet; IPv6 does not count
 * its header. */
static void let_loopback_mss(struct lab *lab)
{
    let(lab, "mss", is_v6(lab) ? 65536 - 60 : 65535 - 40);
}

static struct stream connect_first(struct lab *lab, struct sock *listener)
{
    struct stream s = {.listener = listener, .client = say_hello(lab, "client", loopback(lab, SERVICE))};
    expect_at(lab, "client-lo",
              "any.$port > any.7890 [S] options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale,tfo cookiereq]",
              "any.7890 > any.$port [S.] ack 1 options [mss $mss,sackOK,TS val $now ecr $then,nop,wscale $scale,tfo cookie $cookie]",
              "any.$port > any.7890 [P.] 1:7 ack 1 options [nop,nop,TS]",
              "any.7890 > any.$port [.] ack 7 options [nop,nop,TS]");
    s.server = accept_from(listener);
    receive_text(s.server, "Hello\n");
    return s;
}

/* How long the socket would delay an ACK now. */
static unsigned ack_delay_us(struct lab *lab, struct sock *sock)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    expect_success(lab, try_get_option(sock, IPPROTO_TCP, TCP_INFO, &info, &size));
    return info.tcpi_ato;
}

CLAIM(first_connection_on_loopback_gives_the_documented_trace, V4 | V6,
      "on loopback the first connection asks for a cookie, gets one of eight bytes, sends its data with the handshake's last "
      "ACK, and takes seven packets",
      .loopback = true)
{
    struct sock *listener = bound_socket(lab, "client");
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    let_loopback_mss(lab);

    struct stream s = connect_first(lab, listener);
    expect_equal(lab, strlen(bound(lab, "cookie")), 16); /* hexadecimal digits */
    expect_equal(lab, ack_delay_us(lab, s.server), 40000);

    close_socket(s.client);
    receive_text(s.server, "");
    close_socket(s.server);
    expect_at(lab, "client-lo",
              "any.$port > any.7890 [F.] 7 ack 1",
              "? any.7890 > any.$port [.] ack 8", /* delayed, if the machine kept the server from closing for 40 ms */
              "any.7890 > any.$port [F.] 1 ack 8",
              "any.$port > any.7890 [.] ack 2");
}

CLAIM(second_connection_on_loopback_gives_the_documented_trace, V4 | V6,
      "on loopback the second connection sends the cookie and the data in its SYN, gets both acknowledged without a new cookie, "
      "sends nothing more but ACK and FIN, and takes seven packets where the server closes late",
      .loopback = true)
{
    struct sock *listener = bound_socket(lab, "client");
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    let_loopback_mss(lab);
    connect_first(lab, listener);

    struct sock *client = say_hello(lab, "client", loopback(lab, SERVICE));
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    expect_at(lab, "client-lo",
              "any.$other > any.7890 [S] 0:6 options [mss $mss,sackOK,TS val $again ecr 0,nop,wscale $scale,tfo cookie $cookie]",
              "any.7890 > any.$other [S.] ack 7 options [mss $mss,sackOK,TS val $here ecr $again,nop,wscale $scale]",
              "any.$other > any.7890 [.] ack 1 options [nop,nop,TS]");
    expect(lab, differ(lab, "port", "other"));

    /*
     * In the document the server closes 80 us after the client, and yet its ACK leaves by itself first: no segment with data
     * has been here to set the time that an ACK may be delayed (tcp_event_data_recv), and so the next tick of the clock sends
     * it. The time stamps in the trace tick just there. Whether a server closes before the tick is chance; this one waits.
     */
    expect_equal(lab, ack_delay_us(lab, server), 0);
    close_socket(client);
    expect_at(lab, "client-lo",
              "any.$other > any.7890 [F.] 7 ack 1",
              "any.7890 > any.$other [.] ack 8");
    close_socket(server);
    expect_at(lab, "client-lo",
              "any.7890 > any.$other [F.] 1 ack 8",
              "any.$other > any.7890 [.] ack 2");
}

/* The window scale follows tcp_rmem, pinned on the bench, and net.core.rmem_max, which is the whole machine's. SO_RCVBUF
 * reads twice what was asked for and allowed. */
static void need_window_scale_7(struct lab *lab)
{
    struct sock *sock = tcp_socket(lab, "client");
    set_int(sock, SOL_SOCKET, SO_RCVBUF, 1 << 29);
    need(lab, get_int(sock, SOL_SOCKET, SO_RCVBUF) / 2 < 8 << 20, "net.core.rmem_max below 8 MiB");
}

static void expect_loopback_windows(struct lab *lab)
{
    tcp_listener(lab, "client", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, loopback(lab, SERVICE));
    send_text(client, "Hello\n");
    expect_at(lab, "client-lo",
              "any > any.7890 [S] win $offered mss $mss wscale 7",
              "any.7890 > any [S.] win $answered ack 1 mss $mss wscale 7",
              "any > any.7890 [.] ack 1 win $scaled",
              "any > any.7890 [P.] 1:7 ack 1 win $scaled",
              "any.7890 > any [.] ack 7 win $scaled");
}

CLAIM(loopback_window_is_43690_with_the_receive_buffer_of_its_time, V4 | V6,
      "with tcp_rmem's default at 87380 bytes, as it was before Linux 4.20, SYN and SYN-ACK on loopback announce a window of "
      "43690, and the scaled window is 342",
      .loopback = true)
{
    need_window_scale_7(lab);
    let_loopback_mss(lab);
    let(lab, "offered", 87380 / 2);              /* half the buffer (tcp_win_from_space): less than one segment, not rounded */
    let(lab, "answered", 87380 / 2);             /* the server's buffer is the same */
    let(lab, "scaled", (87380 / 2 + 127) / 128); /* rounded up (tcp_select_window) */

    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 87380 6291456");
    expect_loopback_windows(lab);
}

CLAIM(loopback_window_is_one_segment_with_the_receive_buffer_of_today, V4 | V6,
      "with tcp_rmem's default at 131072 bytes, as it is since Linux 4.20, the SYN on loopback announces one whole segment, "
      "65495 bytes, the SYN-ACK one less 12 bytes of time stamps, and the scaled window is 512",
      .loopback = true)
{
    need_window_scale_7(lab);
    let_loopback_mss(lab);
    int mss = is_v6(lab) ? 65476 : 65495;
    let(lab, "offered", mss);       /* half the buffer, 65536, rounded down to whole segments (tcp_select_initial_window) */
    let(lab, "answered", mss - 12); /* the server knows already that each will carry a time stamp (tcp_openreq_init_rwin) */
    let(lab, "scaled", 65536 / 128);

    set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 87380 6291456");
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 131072 6291456");
    expect_loopback_windows(lab);
    fact(lab, "loopback_syn_window", mss, "bytes");
}

/* ---------------------------------------------------------------- the same between two hosts */

CLAIM(first_connection_asks_for_a_cookie_and_sends_its_data_after_the_syn, V4 | V6,
      "the first connection's SYN asks for a cookie and carries no data, the SYN-ACK gives one and acknowledges only the SYN, "
      "and the data go with the handshake's last ACK")
{
    struct sock *listener = bound_socket(lab, "server");
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
    struct sock *listener = fastopen_listener(lab);
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

CLAIM(cookie_serves_every_port_of_the_server, V4 | V6,
      "a cookie obtained at one port of the server is sent to its other ports too, and is taken there",
      .cites = "RFC 7413 section 4.1.2 (the cookie is made from IP addresses alone)")
{
    struct sock *other = tcp_socket(lab, "server");
    bind_to(other, any_address(lab, 7891));
    set_int(other, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(other, 511);
    struct sock *listener = fastopen_listener(lab);
    if (treatment(lab))
        obtain_cookie(lab, listener);

    say_hello(lab, "client", at(lab, "server", 7891));
    expect_wire(lab,
                "client > server.7891 [S] 0:6 tfo cookie $cookie",
                "server.7891 > client [S.] ack 7 no tfo");
    receive_text(accept_from(other), "Hello\n");
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
    fact(lab, "connect_over_300_ms", (now_ns() - began) / 1000000, "ms");
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
    struct sock *listener = fastopen_listener(lab);
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
    int64_t with_cookie = (now_ns() - began) / 1000000;

    finish_connect(plain);
    send_text(plain, "Hello\n");
    receive_text(accept_from(listener), "Hello\n");
    int64_t without_cookie = (now_ns() - began) / 1000000;

    expect_duration(lab, with_cookie, 150, 160);
    expect_duration(lab, without_cookie, 450, 460);
    fact(lab, "request_with_cookie_over_300_ms", with_cookie, "ms");
    fact(lab, "request_without_cookie_over_300_ms", without_cookie, "ms");
}

CLAIM(server_answers_before_the_last_ack_of_the_handshake, V4 | V6,
      "with a cookie the server accepts, reads the request and answers while the handshake's last ACK is still on its way")
{
    struct sock *listener = fastopen_listener(lab);
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

    struct tcp_info info;
    socklen_t size = sizeof info;
    expect_success(lab, try_get_option(server, IPPROTO_TCP, TCP_INFO, &info, &size));
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
    struct sock *listener = fastopen_listener(lab);
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
    struct sock *listener = fastopen_listener(lab);
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
    struct sock *listener = bound_socket(lab, "server");
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
    struct sock *listener = bound_socket(lab, "server");
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
    struct sock *listener = fastopen_listener(lab);
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
    expect_equal(lab, get_sysctl(lab, "server", SWITCH), 1);
    if (treatment(lab))
        set_sysctl(lab, "server", SWITCH, "3");
    expect_equal(lab, get_sysctl(lab, "server", SWITCH), 3);
}

CLAIM(bit_0_of_the_sysctl_is_the_client_side, V4 | V6,
      "with net.ipv4.tcp_fastopen at 0 or 2 MSG_FASTOPEN is refused with EOPNOTSUPP; at 1 or 3 it is taken")
{
    fastopen_listener(lab);
    struct endpoint server = at(lab, "server", SERVICE);

    struct sock *client = tcp_socket(lab, "client");
    set_sysctl(lab, "client", SWITCH, "0");
    expect_refused(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server), EOPNOTSUPP);
    set_sysctl(lab, "client", SWITCH, "3");
    expect_success(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");

    client = tcp_socket(lab, "client");
    set_sysctl(lab, "client", SWITCH, "2");
    expect_refused(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server), EOPNOTSUPP);
    if (treatment(lab))
        set_sysctl(lab, "client", SWITCH, "1");
    if (expect_success(lab, try_send_to(client, "Hello\n", MSG_FASTOPEN, server)))
        expect_wire(lab,
                    "client > server [S] 0:6 tfo cookie $cookie",
                    "server > client [S.] ack 7");
}

CLAIM(bit_1_of_the_sysctl_is_the_server_side, V4 | V6,
      "a listener with TCP_FASTOPEN gives no cookie while net.ipv4.tcp_fastopen is 0 or 1, and gives one at 2 or 3",
      .bench = "zero one two three server") /* a client for each value */
{
    fastopen_listener(lab);

    set_sysctl(lab, "server", SWITCH, "0");
    say_hello(lab, "zero", at(lab, "server", SERVICE));
    expect_at(lab, "zero", "zero > server [S] tfo cookiereq", "server > zero [S.] ack 1 no tfo");
    set_sysctl(lab, "server", SWITCH, "1");
    say_hello(lab, "one", at(lab, "server", SERVICE));
    expect_at(lab, "one", "one > server [S] tfo cookiereq", "server > one [S.] ack 1 no tfo");

    if (treatment(lab))
        set_sysctl(lab, "server", SWITCH, "2");
    say_hello(lab, "two", at(lab, "server", SERVICE));
    expect_at(lab, "two", "two > server [S] tfo cookiereq", "server > two [S.] ack 1 tfo cookie $two");
    set_sysctl(lab, "server", SWITCH, "3");
    say_hello(lab, "three", at(lab, "server", SERVICE));
    expect_at(lab, "three", "three > server [S] tfo cookiereq", "server > three [S.] ack 1 tfo cookie $three");
}

CLAIM(sysctl_can_do_without_cookies, V4 | V6,
      "with 0x4 at the client and 0x200 at the server the very first SYN carries data and no cookie, and they are taken",
      .cites = "tcp(7), tcp_fastopen")
{
    struct sock *listener = fastopen_listener(lab);
    set_sysctl(lab, "client", SWITCH, "5");
    if (treatment(lab))
        set_sysctl(lab, "server", SWITCH, "0x202");

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 no tfo",
                "server > client [S.] ack 7 no tfo",
                "client > server [.] ack 1");
    receive_text(accept_from(listener), "Hello\n");
}

/* ---------------------------------------------------------------- the cookie */

CLAIM(cookie_belongs_to_the_client_address, V4 | V6,
      "another client gets another cookie from the same server", .bench = "client other server")
{
    struct sock *listener = fastopen_listener(lab);
    obtain_cookie(lab, listener);

    const char *host = "client";
    if (treatment(lab))
        host = "other";
    say_hello(lab, host, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "any > server [S] tfo cookiereq",
              "server > any [S.] ack 1 tfo cookie $others");
    expect(lab, differ(lab, "others", "cookie"));
}

CLAIM(cookie_belongs_to_the_key_of_the_server, V4 | V6,
      "with another key the server refuses the cookie and gives another one; with the first key again, the first one again")
{
    struct sock *listener = fastopen_listener(lab);
    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000005-00000006-00000007-00000008");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 tfo cookie $second",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    expect(lab, differ(lab, "cookie", "second"));

    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $second",
                "server > client [S.] ack 1 tfo cookie $cookie");
}

CLAIM(cookie_of_the_backup_key_is_taken_and_replaced, V4 | V6,
      "a cookie made with what is now the backup key is still good for its data, and the SYN-ACK brings one of the new key",
      .cites = "Documentation/networking/ip-sysctl.rst, tcp_fastopen_key", .since = "5.3")
{
    struct sock *listener = fastopen_listener(lab);
    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY,
                   "00000005-00000006-00000007-00000008,00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7 tfo cookie $second");
    expect(lab, differ(lab, "cookie", "second"));
}

#define ROTATE(x, bits) ((x) << (bits) | (x) >> (64 - (bits)))

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = ROTATE(v[1], 13) ^ v[0], v[0] = ROTATE(v[0], 32);
    v[2] += v[3], v[3] = ROTATE(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = ROTATE(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = ROTATE(v[1], 17) ^ v[2], v[2] = ROTATE(v[2], 32);
}

/* SipHash-2-4 of so many 64-bit words (Aumasson and Bernstein, 2012). */
static uint64_t siphash(uint64_t key0, uint64_t key1, const uint64_t *words, size_t count)
{
    uint64_t v[4] = {key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d,
                     key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573};
    for (size_t i = 0; i <= count; i++) {
        uint64_t word = i < count ? le64toh(words[i]) : (uint64_t)(8 * count) << 56;
        v[3] ^= word;
        sip_round(v), sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    sip_round(v), sip_round(v), sip_round(v), sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* What a cookie is made of: the client's address and the server's, as in the SYN's IP header. */
static size_t put_addresses(struct lab *lab, uint64_t words[4])
{
    struct address client = at(lab, "client", 0).address, server = at(lab, "server", 0).address;
    size_t size = is_v6(lab) ? 16 : 4;
    memcpy(words, client.bytes, size);
    memcpy((uint8_t *)words + size, server.bytes, size);
    return 2 * size / sizeof *words;
}

CLAIM(cookie_is_a_keyed_hash_of_both_addresses, V4 | V6,
      "the cookie is the SipHash of client address and server address under the server's key: nothing in it can be decrypted, "
      "and port numbers and time have no part in it",
      .since = "5.3") /* before, AES of the addresses (net/ipv4/tcp_fastopen.c) */
{
    struct sock *listener = fastopen_listener(lab);
    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    uint64_t words[4];
    size_t count = put_addresses(lab, words);
    uint64_t hash = siphash(0x0000000200000001, 0x0000000400000003, words, count);
    char text[17];
    for (int i = 0; i < 8; i++)
        sprintf(text + 2 * i, "%02x", (unsigned)(hash >> 8 * i & 0xff));
    note(lab, "SipHash of the addresses: %s", text);
    expect(lab, strcmp(bound(lab, "cookie"), text) == 0);
}

/* A SYN with six bytes of data and this cookie, from the address of `like` and a port of its own. */
static struct tcp_spec syn_with_cookie(struct lab *lab, const struct sock *like, const char *hexadecimal)
{
    static uint8_t option[10] = {34, sizeof option}; /* RFC 7413 section 4.1.1 */
    for (int i = 0; i < 8; i++)
        sscanf(hexadecimal + 2 * i, "%2hhx", &option[2 + i]);
    struct tcp_spec syn = forged(lab, like);
    syn.src_port = 1234;
    syn.flags = TCP_SYN;
    syn.ack = 0;
    syn.options = option;
    syn.options_length = sizeof option;
    syn.payload = "Hello\n";
    syn.payload_length = 6;
    return syn;
}

CLAIM(syn_with_a_wrong_cookie_gets_its_data_refused, V4 | V6,
      "of a SYN with an invented cookie the data are not acknowledged and nobody reads them; the SYN-ACK brings the right cookie "
      "to the address that it belongs to")
{
    struct sock *listener = fastopen_listener(lab);
    struct stream s = obtain_cookie(lab, listener);

    const char *cookie = bound(lab, "cookie");
    if (treatment(lab))
        cookie = "0123456789abcdef";
    struct tcp_spec syn = syn_with_cookie(lab, s.client, cookie);
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "client.1234 > server [S] 0:6 tfo cookie $presented",
              "server > client.1234 [S.] ack 1 tfo cookie $cookie");
    expect(lab, !is_readable(listener));
}

CLAIM(cookie_of_another_client_is_refused, V4 | V6,
      "a valid cookie does not help from another address: the data are refused", .bench = "client other server")
{
    struct sock *listener = fastopen_listener(lab);
    struct stream s = obtain_cookie(lab, listener);
    struct sock *thief = tcp_socket(lab, "other");
    connect_to(thief, at(lab, "server", SERVICE));
    accept_from(listener);
    settle(lab);
    skip_packets_at(lab, "server");

    struct sock *from = s.client;
    if (treatment(lab))
        from = thief;
    struct tcp_spec syn = syn_with_cookie(lab, from, bound(lab, "cookie"));
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "any.1234 > server [S] 0:6 tfo cookie $cookie",
              "server > any.1234 [S.] ack 1 tfo cookie $others");
    expect(lab, !is_readable(listener));
}

CLAIM(whoever_has_the_cookie_is_taken_for_the_client, V4 | V6,
      "a SYN with the right cookie that the client has not sent is taken all the same, data included: the cookie proves that "
      "somebody could read the mail of this address, not who is writing")
{
    struct sock *listener = fastopen_listener(lab);
    struct stream s = obtain_cookie(lab, listener);
    wire_hold(lab, "server > client.1234 [*]"); /* or the client would reset what it does not know */

    const char *cookie = "0123456789abcdef";
    if (treatment(lab))
        cookie = bound(lab, "cookie");
    struct tcp_spec syn = syn_with_cookie(lab, s.client, cookie);
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "client.1234 > server [S] 0:6 tfo cookie $cookie",
              "server > client.1234 [S.] ack 7 no tfo");
    receive_text(accept_from(listener), "Hello\n");
    expect_nothing(lab, "client.1234 > server [*]"); /* it has never left the client */
}

/* ---------------------------------------------------------------- when it does not work */

CLAIM(data_come_after_the_handshake_when_the_key_has_changed, V4 | V6,
      "when the server's key has changed, the SYN-ACK refuses the data and brings a new cookie, the client sends the data again "
      "with the handshake's last ACK, the server reads them once, and the next SYN has the new cookie")
{
    struct sock *listener = fastopen_listener(lab);
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 tfo cookie $new",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    settle(lab);
    expect(lab, !is_readable(server)); /* once */

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $new",
                "server > client [S.] ack 7 no tfo");
}

CLAIM(data_come_after_the_handshake_when_the_server_has_switched_off, V4 | V6,
      "when the listener has switched Fast Open off, the SYN-ACK ignores cookie and data, and the client sends the data again "
      "with the handshake's last ACK",
      .cites = "RFC 7413 section 4.2.2")
{
    struct sock *listener = fastopen_listener(lab);
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
    fastopen_listener(lab);
    if (treatment(lab))
        set_sysctl(lab, "server", SWITCH, "1"); /* the server's side off */

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
    struct sock *listener = fastopen_listener(lab);
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
    struct sock *listener = fastopen_listener(lab);
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

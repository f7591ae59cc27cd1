/* SPDX-License-Identifier: MIT */
/*
 * Options of TCP that meet: what one does to the other. TCP_CORK with TCP_NODELAY and close, SO_LINGER with unread data,
 * TCP_FASTOPEN with TCP_DEFER_ACCEPT and SO_REUSEPORT. Keepalive with TCP_USER_TIMEOUT: tcp_user_timeout.c, tcp_keepidle.c.
 * tcp(7), socket(7), RFC 7413
 */
#include "lab.h"

#include <linux/filter.h>

#ifndef TCP_FASTOPEN_KEY
#define TCP_FASTOPEN_KEY 33
#endif
#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif

EXPERIMENT("interactions", "IPPROTO_TCP", "options that meet");

/* ---------------------------------------------------------------- TCP_CORK, TCP_NODELAY and close */

CLAIM(cork_holds_what_nodelay_would_send, V4 | V6,
      "with TCP_NODELAY and TCP_CORK both on the cork decides: a small write waits",
      .cites = "tcp(7), TCP_NODELAY")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "held");
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_NODELAY), 1);
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab, "client > server [P.] 1:5");
}

CLAIM(setting_nodelay_lets_out_what_the_cork_holds, V4 | V6,
      "TCP_NODELAY set on a corked socket sends what the cork has held so far; the cork stays in and holds what is written next",
      .cites = "tcp(7), TCP_NODELAY")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "first");
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1); /* TCP_NAGLE_PUSH: once */
    expect_wire(lab,
                "client > server [P.] 1:6",
                "server > client [.] ack 6");
    send_text(s.client, "second");
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
}

CLAIM(pulling_the_cork_does_not_push_past_nagle, V4 | V6,
      "pulling the cork while a segment is unacknowledged sends the rest only with TCP_NODELAY on; without, Nagle holds it until "
      "the ACK",
      .cites = "tcp(7), TCP_CORK")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "in flight");
    expect_wire(lab, "client > server [P.] 1:10");
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "rest");
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    settle(lab);
    expect_nothing(lab, "client > server [P.]");

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    expect_wire(lab, "client > server [P.] 10:14");
}

CLAIM(close_sends_what_the_cork_holds, V4 | V6,
      "close of a corked socket sends what the cork holds at once, the FIN in the same segment",
      .cites = "tcp(7), TCP_CORK")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "GET /");
    send_text(s.client, "Hello");
    close_socket(s.client);
    expect_wire(lab, "client > server [FP.] 1:11 ack 1");
    receive_text(s.server, "GET /Hello");
    receive_text(s.server, "");
}

/* ---------------------------------------------------------------- SO_LINGER 0 and unread data */

CLAIM(zero_linger_and_unread_data_make_one_rst, V4 | V6,
      "close with SO_LINGER 0, data unread and data unsent sends one RST: what either of the two would do alone, no FIN, and both "
      "buffers are lost",
      .cites = "socket(7), SO_LINGER")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    const struct linger zero = {1, 0};
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "unsent");
    if (treatment(lab)) {
        send_text(s.server, "unread");
        await_readable(s.client);
        set_option(s.client, SOL_SOCKET, SO_LINGER, &zero, sizeof zero);
    }
    settle(lab);
    skip_packets(lab);
    close_socket(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 7"); /* what was never sent does not count */
    settle(lab);
    expect_nothing(lab, "client > server [*]");
    expect_equal(lab, state_of(connection), 0);
    char byte;
    expect_refused(lab, try_receive(s.server, &byte, 1, 0), ECONNRESET);
}

/* ---------------------------------------------------------------- TCP_FASTOPEN with others */

static void allow_fast_open(struct lab *lab)
{
    set_sysctl(lab, "server", "net.ipv4.tcp_fastopen", "3");
}

static struct sock *listener_that(struct lab *lab, bool reuseport, bool fastopen)
{
    struct sock *listener = tcp_socket(lab, "server");
    set_int(listener, SOL_SOCKET, SO_REUSEPORT, reuseport);
    bind_to(listener, at(lab, "server", SERVICE));
    if (fastopen)
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 5);
    return listener;
}

static void say(struct lab *lab, const char *text)
{
    send_to(tcp_socket(lab, "client"), text, MSG_FASTOPEN, at(lab, "server", SERVICE));
}

CLAIM(data_in_the_syn_are_what_defer_accept_waits_for, V4 | V6,
      "with TCP_FASTOPEN and TCP_DEFER_ACCEPT accept wakes with the data in the SYN, before the handshake is over: nothing is "
      "deferred",
      .cites = "RFC 7413, 4.2")
{
    allow_fast_open(lab);
    struct sock *listener = listener_that(lab, false, treatment(lab));
    set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 60);
    say(lab, "first");
    receive_text(accept_from(listener), "first");
    settle(lab);
    skip_packets(lab);

    wire_drop(lab, "client > server [.]"); /* the last ACK of the handshake never comes */
    say(lab, "second");
    receive_text(accept_from(listener), "second");
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7",
                "...");
}

CLAIM(cookie_without_data_is_not_deferred, V4 | V6,
      "a SYN with a cookie and no data is accepted at once although TCP_DEFER_ACCEPT waits for data: Fast Open makes the "
      "connection with the SYN, and the deferring is for those that the last ACK makes",
      .cites = "RFC 7413, 4.2")
{
    allow_fast_open(lab);
    struct sock *listener = listener_that(lab, false, true);
    obtain_cookie(lab, listener);
    set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 60);

    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        send_to(client, "", MSG_FASTOPEN, at(lab, "server", SERVICE));
    else
        connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] len 0",
                "server > client [S.] ack 1",
                "...");
    settle(lab);
    expect(lab, is_readable(listener));
}

/* All connections to the group go to the socket that listened as the index-th. */
static void steer_to(struct sock *member, unsigned index)
{
    struct sock_filter code[] = {{BPF_RET | BPF_K, 0, 0, index}};
    struct sock_fprog program = {1, code};
    set_option(member, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

CLAIM(each_listener_of_a_reuseport_group_needs_fast_open_itself, V4 | V6,
      "in a SO_REUSEPORT group TCP_FASTOPEN is a listener's own: the same SYN with its cookie is taken with its data by a listener "
      "that has the option, and without them, to be sent again, by one that has not",
      .cites = "RFC 7413, 4.2")
{
    allow_fast_open(lab);
    struct sock *with = listener_that(lab, true, true);
    struct sock *without = listener_that(lab, true, !treatment(lab));
    steer_to(with, 0);
    obtain_cookie(lab, with);
    say(lab, "hello");
    receive_text(accept_from(with), "hello");
    expect_wire(lab,
                "client > server [S] 0:5 tfo cookie $cookie",
                "server > client [S.] ack 6",
                "client > server [.] ack 1");

    steer_to(with, 1);
    say(lab, "hello");
    receive_text(accept_from(without), "hello");
    expect_wire(lab,
                "client > server [S] 0:5 tfo cookie $cookie",
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
}

CLAIM(listeners_of_a_group_take_each_others_cookies, V4 | V6,
      "a cookie given by one listener of a SO_REUSEPORT group is taken by another, for the key is the namespace's; not by one with a "
      "TCP_FASTOPEN_KEY of its own, which sends a cookie of its own",
      .cites = "RFC 7413, 4.1.2")
{
    static const uint8_t key[16] = "a key of its own";
    allow_fast_open(lab);
    struct sock *first = listener_that(lab, true, true), *second = listener_that(lab, true, true);
    steer_to(first, 0);
    obtain_cookie(lab, first);
    steer_to(first, 1);
    say(lab, "hello");
    receive_text(accept_from(second), "hello");
    expect_wire(lab,
                "client > server [S] 0:5 tfo cookie $cookie",
                "server > client [S.] ack 6 no tfo",
                "client > server [.] ack 1");

    if (treatment(lab))
        set_option(second, IPPROTO_TCP, TCP_FASTOPEN_KEY, key, sizeof key);
    say(lab, "hello");
    receive_text(accept_from(second), "hello");
    expect_wire(lab,
                "client > server [S] 0:5 tfo cookie $cookie",
                "server > client [S.] ack 1 tfo cookie $other",
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
    expect(lab, strcmp(bound(lab, "cookie"), bound(lab, "other")) != 0);
}

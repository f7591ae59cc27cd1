/* SPDX-License-Identifier: MIT */
/*
 * TCP_LINGER2: how long a closed connection waits in FIN_WAIT2 for the peer's FIN. SO_LINGER, which is about close itself:
 * socket/so_linger.c.
 * tcp(7), TCP_LINGER2, tcp_fin_timeout
 */
#include "lab.h"

EXPERIMENT("TCP_LINGER2", "IPPROTO_TCP", "limit the wait for the FIN of a peer that does not close");

/* The client has closed, the server has acknowledged that and does not close. */
static struct connection close_first(struct lab *lab, struct stream s)
{
    struct connection connection = connection_of(s.client);
    skip_packets(lab);
    close_socket(s.client);
    expect_wire(lab,
                "client > server [F.] 1 ack 1",
                "server > client [.] ack 2");
    settle(lab);
    return connection;
}

CLAIM(fin_wait2_lasts_as_long_as_set, V4 | V6,
      "after close a connection whose peer does not close stays in FIN_WAIT2 for the seconds of TCP_LINGER2, here 7, in place of "
      "the 60 of net.ipv4.tcp_fin_timeout",
      .cites = "tcp(7), TCP_LINGER2", .kernel_timers = true)
{
    struct stream s = tcp_stream(lab);
    int64_t began = now_ns();
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_LINGER2, 7);
    struct connection connection = close_first(lab, s);
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT2);
    int64_t left_ms = timer_ms_of(connection), passed_ms = milliseconds_since(began);
    expect_between(lab, left_ms, 7000 - passed_ms - 30, 7000 + 1000); /* the timer wheel: up to an eighth more */
}

CLAIM(fin_wait2_is_never_shorter_than_three_and_a_half_timeouts, V4 | V6,
      "TCP_LINGER2 1 on a slow path is longer: FIN_WAIT2 lasts three and a half retransmission timeouts at least (tcp_fin_time), "
      "over a round trip of 400 ms more than two seconds",
      .cites = "tcp(7), TCP_LINGER2", .kernel_timers = true, .takes_ms = 900)
{
    if (treatment(lab))
        wire_delay(lab, 200);
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_LINGER2, 1);
    struct connection connection = close_first(lab, s);
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT2);
    int64_t left_ms = timer_ms_of(connection);
    expect(lab, left_ms > 1200);
    fact(lab, "fin_wait2_over_400_ms", left_ms, "ms");
}

CLAIM(late_fin_is_answered_with_rst, V4 | V6,
      "with TCP_LINGER2 1 the closed connection is forgotten after a second or more; a FIN or data that come after that are "
      "answered with RST",
      .cites = "tcp(7), TCP_LINGER2", .kernel_timers = true, .takes_ms = 1200)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_LINGER2, 1);
    int64_t began = now_ns();
    struct connection connection = close_first(lab, s);
    while (state_of(connection) && now_ns() - began < PATIENCE_MS * INT64_C(1000000))
        let_pass_ms(lab, 10);
    int64_t lasted_ms = milliseconds_since(began);
    expect_duration(lab, lasted_ms, 1000, 1200);
    fact(lab, "fin_wait2", lasted_ms, "ms");

    close_socket(s.server);
    expect_wire(lab,
                "server > client [F.] 1 ack 2",
                "client > server [R] 2");
}

CLAIM(negative_value_leaves_no_fin_wait2, V4 | V6,
      "with a negative TCP_LINGER2 there is no FIN_WAIT2 after close: when the peer acknowledges the FIN without closing, it gets "
      "a RST and the connection is gone",
      .cites = "tcp(7), TCP_LINGER2")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_LINGER2, -5);
    struct connection connection = close_first(lab, s);
    expect_wire(lab, "client > server [R] 2");
    expect_equal(lab, state_of(connection), 0);
    settle(lab);
    expect_refused(lab, try_send(s.server, "x", 0), EPIPE); /* so it is for a RST after the FIN: tcp_reset */
}

CLAIM(half_closed_connection_does_not_wait, V4 | V6,
      "TCP_LINGER2 counts from close: a connection shut down for sending stays in FIN_WAIT2 without a timer, and with a negative "
      "value close then sends RST",
      .cites = "tcp(7), TCP_LINGER2")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_LINGER2, -1);
    shut_down(s.client, SHUT_WR);
    expect_wire(lab,
                "client > server [F.] 1 ack 1",
                "server > client [.] ack 2");
    settle(lab);
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT2);
    expect_equal(lab, timer_ms_of(connection), -1);
    close_socket(s.client);
    expect_wire(lab, "client > server [R.] 2 ack 1");
    expect_equal(lab, state_of(connection), 0);
}

CLAIM(values_up_to_120_seconds_are_kept, V4 | V6,
      "TCP_LINGER2 reads tcp_fin_timeout, 60, until it is set; it takes 1 to 120 seconds, cuts more down to 120, takes 0 for the "
      "default again, and reads -1 after any negative value",
      .cites = "tcp(7), TCP_LINGER2")
{
    struct sock *sock = tcp_socket(lab, "client");
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_LINGER2), 60);
    if (treatment(lab))
        set_int(sock, IPPROTO_TCP, TCP_LINGER2, 5);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_LINGER2), 5);
    set_int(sock, IPPROTO_TCP, TCP_LINGER2, 120);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_LINGER2), 120);
    set_int(sock, IPPROTO_TCP, TCP_LINGER2, INT32_MAX);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_LINGER2), 120); /* TCP_FIN_TIMEOUT_MAX */
    set_int(sock, IPPROTO_TCP, TCP_LINGER2, -7);
    int value = 0;
    socklen_t size = sizeof value;
    try_get_option(sock, IPPROTO_TCP, TCP_LINGER2, &value, &size);
    expect_equal(lab, value, -1);
    set_int(sock, IPPROTO_TCP, TCP_LINGER2, 0);
    set_sysctl(lab, "client", "net.ipv4.tcp_fin_timeout", "33");
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_LINGER2), 33);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_LINGER2 takes every int, in any state; two bytes, no address, a UDP or a Unix socket are refused",
      .cites = "tcp(7), TCP_LINGER2")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_LINGER2, INT32_MIN);
    set_int(s.listener, IPPROTO_TCP, TCP_LINGER2, 5);
    expect_misuse_refused(lab, treatment(lab), TCP_LINGER2, 5);
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_USER_TIMEOUT: how long data may remain unacknowledged, or unsent before a closed window, until the connection is given up.
 * tcp(7), TCP_USER_TIMEOUT; RFC 793, 3.8; RFC 5482
 *
 * With keepalive probes: keepalive_outlives_its_count here, user_timeout_takes_the_place_of_the_count in tcp_keepidle.c, and
 * user_timeout_ends_what_keepalive_does_not in lost_peer.c.
 */
#include "lab.h"

EXPERIMENT("TCP_USER_TIMEOUT", "IPPROTO_TCP", "give up a connection whose peer acknowledges nothing for so long");

/* Waits for the end of the connection; milliseconds since `began`. */
static int64_t ended_after_ms(struct sock *sock, int64_t began)
{
    await_readable(sock);
    return milliseconds_since(began);
}

/* ---------------------------------------------------------------- unacknowledged data */

CLAIM(unacknowledged_data_end_the_connection, V4 | V6,
      "with TCP_USER_TIMEOUT 500 a connection whose data are not acknowledged ends with ETIMEDOUT 500 ms after the first "
      "retransmission, with which the clock starts (retrans_stamp): 700 ms after the data were sent, or more. The peer is told "
      "nothing",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 740)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 500);
    server_vanishes(lab);
    int64_t began = now_ns();
    send_text(s.client, "one");
    int64_t after_ms = ended_after_ms(s.client, began);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect_duration(lab, after_ms, 700, 800);
    fact(lab, "given_up_after", after_ms, "ms");
    expect_wire(lab,
                "client > server [P.] 1:4",
                "+200ms.. client > server [P.] 1:4",
                "* client > server [P.] 1:4");
    equivalent(lab, "ever", "the claim is that there is none; unanswered keepalive probes end with one (so_keepalive)");
    expect_nothing(lab, "client > server [R.]");
    expect_equal(lab, state_of(connection_of(s.client)), 0);
}

CLAIM(retransmissions_leave_when_they_would_without, V4 | V6,
      "TCP_USER_TIMEOUT does not change when a segment is sent again: with 1500 it leaves after 200 ms, twice 200, four times 200, "
      "and before the next one the connection ends",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 1800)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1500);
    server_vanishes(lab);
    send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4",
                "+200..240ms client > server [P.] 1:4",
                "+400..480ms client > server [P.] 1:4",
                "+800..960ms client > server [P.] 1:4");
    await_readable(s.client);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect_nothing(lab, "client > server [*]");
}

CLAIM(idle_connection_is_not_ended, V4 | V6,
      "TCP_USER_TIMEOUT 100 does nothing to an idle connection whose peer has vanished: only data that are not acknowledged start "
      "its clock",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 650)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 100);
    server_vanishes(lab);
    let_pass_ms(lab, 300);
    expect_nothing(lab, "any > any [*]");
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
    expect_equal(lab, timer_ms_of(connection_of(s.client)), -1);

    send_text(s.client, "one");
    await_readable(s.client);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
}

CLAIM(set_late_it_counts_from_the_first_retransmission, V4 | V6,
      "set on a connection that has retransmitted for longer than its value, TCP_USER_TIMEOUT ends it when the next "
      "retransmission would be due, not before",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 700)
{
    struct stream s = tcp_stream(lab);
    server_vanishes(lab);
    send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4",
                "+200ms.. client > server [P.] 1:4");
    int64_t began = now_ns();
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1);
    int64_t after_ms = ended_after_ms(s.client, began);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect_duration(lab, after_ms, 0, 460);
}

CLAIM(connect_is_given_up_as_well, V4 | V6,
      "TCP_USER_TIMEOUT is in force for connect too: with 100 and no answer, connect fails with ETIMEDOUT when the first "
      "retransmission of the SYN is out, after a second or more, in place of two minutes",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 1150)
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_USER_TIMEOUT, 100);
    wire_cut(lab);
    int64_t began = now_ns();
    start_connect(client, at(lab, "server", SERVICE));
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT);
    int64_t after_ms = milliseconds_since(began);
    expect_duration(lab, after_ms, 1000, 1250);
    fact(lab, "connect_given_up_after", after_ms, "ms");
    expect_wire(lab,
                "client > server [S]",
                "+1s.. client > server [S]");
    expect_nothing(lab, "client > server [S]");
}

CLAIM(closed_socket_is_given_up_as_well, V4 | V6,
      "TCP_USER_TIMEOUT goes on after close: the connection with unacknowledged data that nobody owns any more is given up after "
      "the time, with 500 so",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 760)
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 500);
    server_vanishes(lab);
    int64_t began = now_ns();
    send_text(s.client, "one");
    close_socket(s.client);
    while (state_of(connection) && now_ns() - began < PATIENCE_MS * INT64_C(1000000))
        let_pass_ms(lab, 10);
    int64_t after_ms = milliseconds_since(began);
    expect_equal(lab, state_of(connection), 0);
    expect_duration(lab, after_ms, 700, 820);
}

/* ---------------------------------------------------------------- a closed window */

/* The server does not read, and its window is closed: the client has data that cannot leave. */
static struct stream stream_with_a_closed_window(struct lab *lab)
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    set_int(s.listener, SOL_SOCKET, SO_RCVBUF, 4096);
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    send_bytes(s.client, 20000);
    expect_wire(lab,
                "...",
                "server > client [.] win 0");
    return s;
}

CLAIM(closed_window_ends_the_connection_though_the_peer_answers, V4 | V6,
      "with TCP_USER_TIMEOUT 400 a connection that cannot send, because the reader does not read, ends with ETIMEDOUT 400 ms after "
      "its first window probe was due, although the peer answers each probe",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 800)
{
    int64_t began = now_ns();
    struct stream s = stream_with_a_closed_window(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 400);
    await_readable(s.client);
    int64_t after_ms = milliseconds_since(began);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect(lab, after_ms >= 600); /* the first probe is due 200 ms after the window has closed */
    fact(lab, "given_up_after", after_ms, "ms");
    expect_wire(lab,
                "client > server [.] len 0",
                "server > client [.] win 0",
                "...");
}

/* ---------------------------------------------------------------- keepalive */

CLAIM(keepalive_outlives_its_count, V4 | V6,
      "with TCP_USER_TIMEOUT one minute a connection with TCP_KEEPCNT 1 outlives one unanswered probe, and two: it is the time that "
      "counts, not the probes",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 60);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 60000);
    settle(lab);
    skip_packets(lab);
    wire_cut(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1"); /* in place of the RST that the count would bring */
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
}

/* ---------------------------------------------------------------- values, and what refuses */

CLAIM(accepted_socket_inherits_it, V4 | V6,
      "TCP_USER_TIMEOUT is 0 at first, reads back what was set, and an accepted socket has that of its listener",
      .cites = "tcp(7), TCP_USER_TIMEOUT")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
    if (treatment(lab))
        set_int(s.listener, IPPROTO_TCP, TCP_USER_TIMEOUT, 2345);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(s.listener), IPPROTO_TCP, TCP_USER_TIMEOUT), 2345);
}

CLAIM(negative_values_are_refused_though_it_is_unsigned, V4 | V6,
      "TCP_USER_TIMEOUT, documented as unsigned, takes 0 to 2147483647 in any state; larger ones are negative ints to the kernel "
      "and refused with EINVAL",
      .cites = "tcp(7), TCP_USER_TIMEOUT")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, INT32_MAX);
    fact_refused(lab, "user_timeout_minus_1", try_set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT), INT32_MAX);
    set_int(s.listener, IPPROTO_TCP, TCP_USER_TIMEOUT, 1);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_USER_TIMEOUT, 1);
    shut_down(s.client, SHUT_WR);
    set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT), 0);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_USER_TIMEOUT of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "tcp(7), TCP_USER_TIMEOUT")
{
    expect_misuse_refused(lab, treatment(lab), TCP_USER_TIMEOUT, 1000);
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT: when the probes of SO_KEEPALIVE leave, and how many.
 * [notes] IPPROTO_TCP.TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT; [attrs] 5.4.8 SO_KEEPALIVE
 *
 * What the probes look like, and what their answers do: socket/so_keepalive.c.
 */
#include "lab.h"

EXPERIMENT("TCP_KEEPIDLE", "IPPROTO_TCP", "how soon, how often and how many times an idle connection's peer is asked");

/* Kernel timers fire up to an eighth of their length late (kernel/time/timer.c), never early. */
#define AN_EIGHTH_LATER(ms) ((ms)*9 / 8 + 8)

/* The kernel counts idleness in jiffies: a probe may come one of them, 10 ms at the most, too early. */
#define SECOND "+990..1150ms "
#define TEN    "+9.99..11.3s "

/* The timer of an idle connection has been set for `seconds` since `began` (ns) or later, and not shortened. */
static void expect_timer_of(struct lab *lab, struct sock *sock, int64_t began, int64_t seconds)
{
    int64_t left_ms = timer_ms_of(connection_of(sock));
    int64_t passed_ms = milliseconds_since(began);
    expect_between(lab, left_ms, seconds * 1000 - passed_ms - 30, seconds * 1000);
}

/* ------------------------------------------------------------------ defaults and limits */

CLAIM(first_probe_waits_for_7200_s_by_default, V4 | V6,
      "TCP_KEEPIDLE is 7200 by default, the value of net.ipv4.tcp_keepalive_time: SO_KEEPALIVE starts a timer of two hours")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_sysctl(lab, "client", "net.ipv4.tcp_keepalive_time"), 7200);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
    fact(lab, "tcp_keepalive_time", get_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE), "s");

    int64_t began = now_ns();
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_timer_of(lab, s.client, began, 7200);
}

CLAIM(nine_probes_75_s_apart_by_default, NO_FAMILY,
      "TCP_KEEPINTVL is 75 and TCP_KEEPCNT 9 by default, as net.ipv4.tcp_keepalive_intvl and tcp_keepalive_probes are",
      .untreated = "defaults; sysctls_are_the_defaults_of_sockets_that_have_set_nothing changes them")
{
    struct sock *sock = tcp_socket(lab, "client");
    expect_equal(lab, get_sysctl(lab, "client", "net.ipv4.tcp_keepalive_intvl"), 75);
    expect_equal(lab, get_sysctl(lab, "client", "net.ipv4.tcp_keepalive_probes"), 9);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPINTVL), 75);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPCNT), 9);
    fact(lab, "tcp_keepalive_intvl", get_int(sock, IPPROTO_TCP, TCP_KEEPINTVL), "s");
    fact(lab, "tcp_keepalive_probes", get_int(sock, IPPROTO_TCP, TCP_KEEPCNT), "");
}

CLAIM(sysctls_are_the_defaults_of_sockets_that_have_set_nothing, V4 | V6,
      "the sysctls tcp_keepalive_time, _intvl and _probes are in force for every socket of the namespace that has not set "
      "its own value, those that are there already and those of IPv6 included; others keep theirs")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    if (treatment(lab)) {
        set_sysctl(lab, "client", "net.ipv4.tcp_keepalive_time", "1000");
        set_sysctl(lab, "client", "net.ipv4.tcp_keepalive_intvl", "10");
        set_sysctl(lab, "client", "net.ipv4.tcp_keepalive_probes", "3");
        set_sysctl(lab, "server", "net.ipv4.tcp_keepalive_time", "1000");
    }
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE), 1000);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPCNT), 3);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_KEEPIDLE), 60);

    int64_t began = now_ns();
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_timer_of(lab, s.client, began, 1000);
}

CLAIM(sysctl_changed_later_does_not_move_a_running_timer, V4 | V6,
      "net.ipv4.tcp_keepalive_time changed after SO_KEEPALIVE was set changes what TCP_KEEPIDLE reads at once, but not the "
      "timer that runs: it goes on for two hours, unlike after setsockopt",
      .cites = "tcp(7), tcp_keepalive_time")
{
    int64_t began = now_ns();
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_keepalive_time", "60");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    expect_timer_of(lab, s.client, began, 7200);

    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    expect_timer_of(lab, s.client, began, 60);
}

CLAIM(values_read_back_as_set, NO_FAMILY,
      "TCP_KEEPIDLE 240, TCP_KEEPINTVL 300 and TCP_KEEPCNT 5 read back as set, with SO_KEEPALIVE on or off")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 240);
        set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 300);
        set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, 5);
    }
    for (int on = 0; on <= 1; on++) {
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, on);
        expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPIDLE), 240);
        expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPINTVL), 300);
        expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPCNT), 5);
    }
}

CLAIM(interval_and_count_say_nothing_of_the_idle_time, V4 | V6,
      "a program that sets SO_KEEPALIVE, TCP_KEEPINTVL 300 and TCP_KEEPCNT 5, and no TCP_KEEPIDLE, has still the idle time of "
      "7200 s")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_KEEPALIVE), 0);
    int64_t began = now_ns();
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_KEEPALIVE), 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 300);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 5);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
    expect_timer_of(lab, s.client, began, 7200);
}

CLAIM(whole_seconds_from_1_to_32767_and_1_to_127_probes, NO_FAMILY,
      "TCP_KEEPIDLE and TCP_KEEPINTVL take whole seconds from 1 to 32767, TCP_KEEPCNT 1 to 127; anything else is refused with "
      "EINVAL and changes nothing: a schedule of milliseconds is impossible")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 32767);
        set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 32767);
        set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, 127);
    }
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 32768), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 32768), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, 128), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 0), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 0), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, 0), EINVAL);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPIDLE), 32767);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPINTVL), 32767);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPCNT), 127);

    set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, 1);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_KEEPIDLE), 1);
}

CLAIM(accepted_socket_inherits_the_schedule, V4 | V6,
      "an accepted socket has the TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT of the listening socket, and its timer runs for "
      "that idle time",
      .cites = "tcp(7), TCP_KEEPIDLE")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    set_int(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab)) {
        set_int(listener, IPPROTO_TCP, TCP_KEEPIDLE, 240);
        set_int(listener, IPPROTO_TCP, TCP_KEEPINTVL, 10);
        set_int(listener, IPPROTO_TCP, TCP_KEEPCNT, 3);
    }
    int64_t began = now_ns();
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, IPPROTO_TCP, TCP_KEEPIDLE), 240);
    expect_equal(lab, get_int(server, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    expect_equal(lab, get_int(server, IPPROTO_TCP, TCP_KEEPCNT), 3);
    expect_timer_of(lab, server, began, 240);
}

/* ------------------------------------------------------------------ the idle time */

CLAIM(first_probe_leaves_after_the_idle_time, V4 | V6,
      "with TCP_KEEPIDLE 1 the first probe leaves when nothing has come from the peer for one second, not before",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    int64_t began = now_ns();
    send_text(s.client, "Hello");
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6",
                (SECOND "client > server [.] 5 len 0 ack 1"),
                "server > client [.] ack 6");
    fact(lab, "one_second_lasts", milliseconds_since(began), "ms");
}

CLAIM(idle_time_counts_from_the_last_segment_received, V4 | V6,
      "the idle time counts from the last segment that came, not from setsockopt: TCP_KEEPIDLE 100 set after 600 ms of silence "
      "leaves 99.4 s or less",
      .takes_ms = 620)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    let_pass_ms(lab, 620);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 100);
    expect_between(lab, timer_ms_of(connection_of(s.client)), 0, 99400);
}

CLAIM(data_received_begin_the_idle_time_anew, V4 | V6,
      "data that come from the peer begin the idle time anew: after 600 ms of silence TCP_KEEPIDLE is 100 s away again",
      .takes_ms = 620)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    let_pass_ms(lab, 600);
    int64_t began = now_ns();
    if (treatment(lab))
        send_text(s.server, "news");
    settle(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 100); /* shows what is left of the idle time */
    expect_timer_of(lab, s.client, began, 100);
    receive_text(s.client, "news");
}

CLAIM(data_sent_begin_the_idle_time_anew_when_acknowledged, V4 | V6,
      "data sent to the peer begin the idle time anew as well, with the acknowledgement that they bring",
      .takes_ms = 620)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    let_pass_ms(lab, 600);
    int64_t began = now_ns();
    if (treatment(lab))
        send_text(s.client, "news");
    await_all_acknowledged(s.client);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 100);
    expect_timer_of(lab, s.client, began, 100);
    receive_text(s.server, "news");
}

CLAIM(traffic_puts_the_first_probe_off, V4 | V6,
      "with TCP_KEEPIDLE 10, data received after 5 s and data sent after another 5 s put the first probe off until 10 s after "
      "the last acknowledgement",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 22000, .timeout_s = 60)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 10);
    let_pass_ms(lab, 5000);
    send_text(s.server, "news");
    let_pass_ms(lab, 5000);
    send_text(s.client, "thanks");
    let_pass_ms(lab, AN_EIGHTH_LATER(10000));
    expect_wire(lab,
                "server > client [P.] 1:5",
                "client > server [.] ack 5",
                "client > server [P.] 1:7 ack 5",
                "server > client [.] ack 7",
                (TEN "client > server [.] 6 len 0 ack 5"),
                "server > client [.] ack 7");
}

/* ------------------------------------------------------------------ interval and count */

CLAIM(unanswered_probe_is_repeated_after_the_interval, V4 | V6,
      "with TCP_KEEPINTVL 1 a probe that gets no answer is followed by the next one second later",
      .takes_ms = 2100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    wire_cut(lab);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "+1..1.15s client > server [.] 0 len 0 ack 1");
}

CLAIM(answered_probe_is_followed_by_the_longer_of_idle_time_and_interval, V4 | V6,
      "after an answered probe the next one is due in the idle time, but not before the interval is over: with TCP_KEEPIDLE 1 "
      "and TCP_KEEPINTVL 30 it is 30 s away",
      .takes_ms = 1100)
{
    /* tcp_keepalive_timer sets itself to the interval when it sends a probe, and looks at the idle time only then. */
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 30);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    int64_t began = now_ns();
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] ack 1");
    expect_timer_of(lab, s.client, began, 30);
}

CLAIM(answered_probes_are_the_idle_time_apart, V4 | V6,
      "with TCP_KEEPIDLE 10 and TCP_KEEPINTVL 3 answered probes are 10 s apart",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 34000, .timeout_s = 60)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 3);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 10);
    let_pass_ms(lab, 3 * AN_EIGHTH_LATER(10000));
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] ack 1",
                (TEN "client > server [.] 0 len 0 ack 1"),
                "server > client [.] ack 1",
                (TEN "client > server [.] 0 len 0 ack 1"),
                "server > client [.] ack 1");
}

CLAIM(connection_ends_when_the_count_is_unanswered, V4 | V6,
      "with TCP_KEEPCNT 3 three probes are sent; when they remain unanswered, the time for a fourth one brings a RST and "
      "ETIMEDOUT",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 3);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    wire_cut(lab);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), 0);

    look_again_now(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
    await_readable(s.client);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
}

CLAIM(an_answer_clears_the_count, V4 | V6,
      "TCP_KEEPCNT counts unanswered probes in a row: one answer, and the count begins again",
      .takes_ms = 2100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 2);
    wire_drop(lab, "client > server [.]");
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");

    if (treatment(lab))
        wire_obey_no_more(lab);
    look_again_now(s.client);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] ack 1");

    wire_drop(lab, "client > server [.]");
    look_again_now(s.client); /* in a second */
    expect_wire(lab, SECOND "client > server [.] 0 len 0 ack 1");
    look_again_now(s.client);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");
    look_again_now(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
}

CLAIM(user_timeout_takes_the_place_of_the_count, V4 | V6,
      "with TCP_USER_TIMEOUT set TCP_KEEPCNT is not looked at: one unanswered probe and a silence of that time are enough",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 9);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    wire_cut(lab);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");

    look_again_now(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
    await_readable(s.client);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
}

CLAIM(vanished_peer_can_be_noticed_in_two_seconds, V4 | V6,
      "with TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT all 1, the least that can be set, a vanished peer is noticed two seconds "
      "after its last segment, no sooner",
      .takes_ms = 2100)
{
    struct stream s = tcp_stream(lab);
    wire_cut(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 1);
    int64_t began = now_ns();
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "+1..1.15s client > server [R.] 1 ack 1");
    int64_t noticed_ms = milliseconds_since(began);
    expect_duration(lab, noticed_ms, 2000, 2300);
    fact(lab, "fastest_notice", noticed_ms, "ms");
}

CLAIM(default_schedule_ends_after_7875_s, V4 | V6,
      "by default the first probe leaves after two hours of idleness, nine unanswered ones 75 s apart, and 75 s later the "
      "connection is ended: 7875 s after the peer's last segment",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 9000000, .timeout_s = 20000)
{
    struct stream s = tcp_stream(lab);
    wire_cut(lab);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    let_pass_ms(lab, AN_EIGHTH_LATER(7200000) + 9 * AN_EIGHTH_LATER(75000));
    expect_wire(lab,
                "+7200..8100s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [.] 0 len 0 ack 1",
                "+75..84.4s client > server [R.] 1 ack 1");
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
}

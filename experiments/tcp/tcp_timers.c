/* SPDX-License-Identifier: MIT */
/*
 * The numbers of TCP that no option sets and that kernels have changed: the initial congestion window, and the times after which
 * what is lost is sent again, given up, forgotten. What options do to them: tcp_syncnt.c, tcp_rto_max_ms.c, tcp_user_timeout.c,
 * tcp_keepidle.c, tcp_linger2.c, delayed_ack.c.
 *
 * Kernel timers are a wheel (kernel/time/timer.c): never early, and late by an eighth of their length at most. The waits that
 * this kernel takes are kept in facts, in ms by the time stamps of the segments.
 */
#include "lab.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

EXPERIMENT("TCP timers", NULL, "how much leaves at first, and when the kernel tries again and gives up");

/* The time stamps $t0 to $tN of the latest expectation, as the waits between them: "1024 2048". */
static void fact_waits(struct lab *lab, const char *name, unsigned waits)
{
    char text[256] = "", stamp[8];
    uint32_t before = 0;
    for (unsigned i = 0; i <= waits; i++) {
        snprintf(stamp, sizeof stamp, "t%u", i);
        uint32_t now = bound(lab, stamp) ? (uint32_t)strtoul(bound(lab, stamp), NULL, 10) : 0;
        if (i > 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", i > 1 ? " " : "", now - before);
        before = now;
    }
    fact_text(lab, name, text);
}

/* ---- how much leaves at first ---- */

CLAIM(ten_segments_leave_before_the_first_ack, V4 | V6,
      "on a new connection ten segments leave before the first acknowledgement has come: the initial congestion window of RFC 6928",
      .cites = "RFC 6928; Linux 2.6.39, \"tcp: Increase the initial congestion window to 10\"")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    send_until_full(s.client);
    settle(lab);
    unsigned sent = count_packets(lab, "client", "client > server [*] len >0");
    expect_equal(lab, sent, 10); /* TCP_INIT_CWND */
    fact(lab, "initial_congestion_window", sent, "segments");
}

/* ---- the handshake ---- */

/* Milliseconds since `began` when the connection, or the attempt, has failed; or `most`. */
static int64_t failed_after_ms(struct sock *sock, int64_t began, int most)
{
    struct pollfd end = {.fd = fd_of(sock), .events = POLLIN};
    do_call(sock, poll(&end, 1, most));
    return milliseconds_since(began);
}

CLAIM(until_6_4_connect_gives_up_after_127_s, V4 | V6,
      "until Linux 6.4 a SYN is sent again after one second, two more, four, eight, 16 and 32; 64 seconds after the last one connect "
      "fails with ETIMEDOUT",
      .cites = "tcp(7), tcp_syn_retries; RFC 6298 section 2.1", .until = "6.4", .kernel_timers = true,
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 140000, .timeout_s = 400)
{
    struct sock *client = tcp_socket(lab, "client");
    tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        wire_cut(lab);
    int64_t began = now_ns();
    start_connect(client, at(lab, "server", SERVICE));
    int64_t after_ms = failed_after_ms(client, began, 150000);
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT);
    expect_wire(lab,
                "client > server [S] TS val $t0",
                "+0.99..1.15s client > server [S] TS val $t1",
                "+1.98..2.3s client > server [S] TS val $t2",
                "+3.9..4.6s client > server [S] TS val $t3",
                "+7.9..9.1s client > server [S] TS val $t4",
                "+15.9..18.1s client > server [S] TS val $t5",
                "+31.9..36.1s client > server [S] TS val $t6");
    expect_nothing(lab, "client > server [S]");
    expect_duration(lab, after_ms, 127000, 127000 * 9 / 8);
    fact_waits(lab, "syn_sent_again_ms", 6);
    fact(lab, "connect_gave_up_after", after_ms, "ms");
}

CLAIM(since_6_5_connect_gives_up_after_131_s, V4 | V6,
      "since Linux 6.5 a SYN is sent again five times a second apart (tcp_syn_linear_timeouts: four more than before), then after two "
      "seconds, four, eight, 16 and 32; 64 seconds after the last one connect fails with ETIMEDOUT",
      .cites = "ip-sysctl, tcp_syn_linear_timeouts; Linux 6.5, \"tcp: make the first N SYN RTO backoffs linear\"",
      .since = "6.5", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 140000, .timeout_s = 400)
{
    struct sock *client = tcp_socket(lab, "client");
    tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        wire_cut(lab);
    int64_t began = now_ns();
    start_connect(client, at(lab, "server", SERVICE));
    int64_t after_ms = failed_after_ms(client, began, 150000);
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT);
    expect_wire(lab,
                "client > server [S] TS val $t0",
                "+0.99..1.15s client > server [S] TS val $t1",
                "+0.99..1.15s client > server [S] TS val $t2",
                "+0.99..1.15s client > server [S] TS val $t3",
                "+0.99..1.15s client > server [S] TS val $t4",
                "+0.99..1.15s client > server [S] TS val $t5",
                "+1.98..2.3s client > server [S] TS val $t6",
                "+3.9..4.6s client > server [S] TS val $t7",
                "+7.9..9.1s client > server [S] TS val $t8",
                "+15.9..18.1s client > server [S] TS val $t9",
                "+31.9..36.1s client > server [S] TS val $t10");
    expect_nothing(lab, "client > server [S]");
    expect_duration(lab, after_ms, 131000, 131000 * 9 / 8);
    fact_waits(lab, "syn_sent_again_ms", 10);
    fact(lab, "connect_gave_up_after", after_ms, "ms");
}

CLAIM(syn_ack_is_sent_again_five_times, V4 | V6,
      "a SYN-ACK that is not acknowledged is sent again after one second, two more, four, eight and 16, and no more after that",
      .cites = "tcp(7), tcp_synack_retries", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 110000, .timeout_s = 400)
{
    tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        wire_drop(lab, "client > server [.]");
    start_connect(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    let_pass_ms(lab, 36100 + 36100); /* after the fifth time the next one would be due after 32 seconds */
    expect_at(lab, "server",
              "client > server [S]",
              "server > client [S.] TS val $t0",
              "+0.99..1.15s server > client [S.] TS val $t1",
              "+1.98..2.3s server > client [S.] TS val $t2",
              "+3.9..4.6s server > client [S.] TS val $t3",
              "+7.9..9.1s server > client [S.] TS val $t4",
              "+15.9..18.1s server > client [S.] TS val $t5");
    fact_waits(lab, "syn_ack_sent_again_ms", 5);
    expect_nothing_at(lab, "server", "server > client [S.]");
}

/* ---- an established connection ---- */

/* Loss probes are not the story (tcp_early_retrans): what follows is the retransmission timer alone. */
static struct stream stream_without_loss_probes(struct lab *lab)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_early_retrans", "0");
    return tcp_stream(lab);
}

CLAIM(data_are_sent_again_15_times_until_924_s_have_passed, V4 | V6,
      "what is not acknowledged is sent again after 200 ms and a little, then each time after twice as long, up to 120 seconds; after the "
      "fifteenth time, 924.6 s or more after the first, the connection fails with ETIMEDOUT",
      .cites = "tcp(7), tcp_retries2; ip-sysctl, tcp_retries2", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 1000000, .timeout_s = 1500)
{
    struct stream s = stream_without_loss_probes(lab);
    if (treatment(lab))
        wire_cut(lab);
    int64_t began = now_ns();
    send_text(s.client, "one");
    int64_t after_ms = failed_after_ms(s.client, began, 1100 * 1000);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
    expect_wire(lab,
                "client > server [P.] 1:4 TS val $t0",
                "+200..240ms client > server [P.] 1:4 TS val $t1",
                "+400..480ms client > server [P.] 1:4 TS val $t2",
                "+800..960ms client > server [P.] 1:4 TS val $t3",
                "+1.6..1.9s client > server [P.] 1:4 TS val $t4",
                "+3.2..3.8s client > server [P.] 1:4 TS val $t5",
                "+6.4..7.5s client > server [P.] 1:4 TS val $t6",
                "+12.8..15s client > server [P.] 1:4 TS val $t7",
                "+25.6..30s client > server [P.] 1:4 TS val $t8",
                "+51.2..60s client > server [P.] 1:4 TS val $t9",
                "+102.4..120s client > server [P.] 1:4 TS val $t10",
                "+119.9..136s client > server [P.] 1:4 TS val $t11",
                "+119.9..136s client > server [P.] 1:4 TS val $t12",
                "+119.9..136s client > server [P.] 1:4 TS val $t13",
                "+119.9..136s client > server [P.] 1:4 TS val $t14",
                "+119.9..136s client > server [P.] 1:4 TS val $t15");
    fact_waits(lab, "data_sent_again_ms", 15);
    expect_duration(lab, after_ms, 924600, 924600 * 9 / 8);
    fact(lab, "connection_failed_after", after_ms, "ms");
}

CLAIM(closed_window_is_probed_for_ever, V4 | V6,
      "a window that stays closed is probed after 200 ms and a little, then each time after twice as long, up to 120 seconds; while the "
      "peer answers, the connection does not end",
      .cites = "RFC 9293 section 3.8.6.1; tcp(7), tcp_retries2", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 1200000, .timeout_s = 2000)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        send_until_window_closes(s.client);
    skip_packets(lab);
    let_pass_ms(lab, 1200 * 1000); /* 924 s are enough to end a connection whose peer does not answer */
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), 0);
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
    expect_wire(lab,
                "? client > server [P.]", /* what the window had still room for, sent by the timer */
                "? server > client [.] win 0",
                "client > server [.] len 0 TS val $t0",
                "? server > client [.] win 0", /* not within 500 ms of the last one (tcp_invalid_ratelimit) */
                "+400..480ms client > server [.] len 0 TS val $t1",
                "? server > client [.] win 0",
                "+800..960ms client > server [.] len 0 TS val $t2",
                "server > client [.] win 0",
                "+1.6..1.9s client > server [.] len 0 TS val $t3",
                "server > client [.] win 0",
                "+3.2..3.8s client > server [.] len 0 TS val $t4",
                "server > client [.] win 0",
                "+6.4..7.5s client > server [.] len 0 TS val $t5",
                "server > client [.] win 0",
                "+12.8..15s client > server [.] len 0 TS val $t6",
                "server > client [.] win 0",
                "+25.6..30s client > server [.] len 0 TS val $t7",
                "server > client [.] win 0",
                "+51.2..60s client > server [.] len 0 TS val $t8",
                "server > client [.] win 0",
                "+102.4..120s client > server [.] len 0 TS val $t9",
                "server > client [.] win 0",
                "+119.9..136s client > server [.] len 0 TS val $t10",
                "server > client [.] win 0",
                "+119.9..136s client > server [.] len 0 TS val $t11",
                "server > client [.] win 0");
    fact_waits(lab, "window_probed_ms", 11);
}

/* Takes note in *at_ms of the milliseconds since `began` when the host does not know of the connection any more. */
static void note_end(struct connection connection, int64_t began, int64_t *at_ms)
{
    if (*at_ms == 0 && state_of(connection) == 0)
        *at_ms = milliseconds_since(began);
}

CLAIM(fin_wait2_and_time_wait_last_60_s, V4 | V6,
      "a closed connection is forgotten after 60 seconds: in FIN_WAIT2, when its peer does not close, and in TIME_WAIT, when it does",
      .cites = "tcp(7), tcp_fin_timeout; RFC 9293 section 3.6.1", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 65000, .timeout_s = 300)
{
    struct stream alone = tcp_stream(lab);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(alone.listener);
    struct connection fin_wait2 = connection_of(alone.client), time_wait = connection_of(client);

    int64_t began = now_ns(), fin_wait2_ms = 0, time_wait_ms = 0;
    if (treatment(lab)) {
        close_socket(alone.client);
        close_socket(client);
        close_socket(server);
    }
    let_pass_ms(lab, 59000);
    expect_equal(lab, state_of(fin_wait2), TCP_FIN_WAIT2);
    expect_equal(lab, state_of(time_wait), TCP_TIME_WAIT);
    while ((fin_wait2_ms == 0 || time_wait_ms == 0) && milliseconds_since(began) < 80000) {
        let_pass_ms(lab, 100);
        note_end(fin_wait2, began, &fin_wait2_ms);
        note_end(time_wait, began, &time_wait_ms);
    }
    expect_between(lab, fin_wait2_ms, 60000, 60000 * 9 / 8);
    expect_between(lab, time_wait_ms, 60000, 60000 * 9 / 8);
    fact(lab, "fin_wait2", fin_wait2_ms, "ms");
    fact(lab, "time_wait", time_wait_ms, "ms");
}

/* ---- how finely timers are grained ---- */

/* Microseconds: SO_RCVTIMEO is kept in jiffies, rounded up (sock_set_timeout). */
static int64_t jiffy_us(struct lab *lab, int64_t least_us)
{
    struct sock *sock = udp_socket(lab, "client");
    struct timeval timeout = {.tv_usec = least_us};
    socklen_t size = sizeof timeout;
    set_option(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, size);
    lab_must(HERE, try_get_option(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size));
    return timeout.tv_sec * 1000000 + timeout.tv_usec;
}

CLAIM(shortest_timeout_is_a_jiffy, NO_FAMILY,
      "SO_RCVTIMEO of one microsecond reads back as one tick of the kernel's timers: 10, 4, 3.3 or 1 ms (HZ 100, 250, 300, 1000)",
      .cites = "time(7), The software clock, HZ, and jiffies")
{
    int64_t jiffy = jiffy_us(lab, treatment(lab) ? 1 : 0);
    expect(lab, jiffy == 10000 || jiffy == 4000 || jiffy == 3333 || jiffy == 1000);
    fact(lab, "jiffy", jiffy, "us");
}

static int64_t receive_takes_us(struct lab *lab, struct sock *sock, int64_t timeout_ms)
{
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    char byte;
    if (treatment(lab))
        set_option(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    else
        set_flag(sock, O_NONBLOCK);
    int64_t began = now_ns();
    expect_refused(lab, try_receive_waiting(sock, &byte, 1, 0), EAGAIN);
    return (now_ns() - began) / 1000;
}

static int64_t poll_takes_us(struct sock *sock, int timeout_ms)
{
    struct pollfd fd = {.fd = fd_of(sock), .events = POLLIN};
    int64_t began = now_ns();
    do_call(sock, poll(&fd, 1, timeout_ms));
    return (now_ns() - began) / 1000;
}

CLAIM(timer_wheel_is_an_eighth_late_and_poll_a_thousandth, NO_FAMILY,
      "a receive timeout, which the timer wheel measures as it does all timers of TCP, ends up to an eighth of its length and two jiffies "
      "late; poll(2), whose timers are of high resolution, a thousandth and a millisecond late at most; neither is ever early",
      .cites = "time(7), High-resolution timers; prctl(2), PR_SET_TIMERSLACK",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 235000, .timeout_s = 600)
{
    struct sock *sock = udp_socket(lab, "client");
    int64_t two_jiffies = 2 * jiffy_us(lab, 1);
    for (int64_t ms = 10; ms <= 100000; ms *= 10) {
        char name[40];
        int64_t receive_us = receive_takes_us(lab, sock, ms), poll_us = poll_takes_us(sock, (int)ms);
        expect_between(lab, receive_us, ms * 1000, ms * 1000 * 9 / 8 + two_jiffies + 1000);
        expect_between(lab, poll_us, ms * 1000, ms * 1001 + 1000);
        snprintf(name, sizeof name, "receive_timeout_of_%d_ms", (int)ms);
        fact(lab, name, receive_us / 1000, "ms");
        snprintf(name, sizeof name, "poll_of_%d_ms", (int)ms);
        fact(lab, name, poll_us / 1000, "ms");
    }
}

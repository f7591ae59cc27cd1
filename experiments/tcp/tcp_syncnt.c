/* SPDX-License-Identifier: MIT */
/*
 * TCP_SYNCNT: how many times a SYN is sent again before connect gives up; on a listening socket, a SYN-ACK.
 * tcp(7), TCP_SYNCNT; Documentation/networking/ip-sysctl.rst, tcp_syn_retries, tcp_syn_linear_timeouts
 */
#include "lab.h"

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif

EXPERIMENT("TCP_SYNCNT", "IPPROTO_TCP", "limit the retransmissions of a SYN");

#define SECOND  "+1..1.15s "
#define SECONDS "+2..2.3s "

CLAIM(default_is_tcp_syn_retries, V4 | V6,
      "TCP_SYNCNT reads net.ipv4.tcp_syn_retries, 6 by default, until it is set; then the sysctl no longer counts",
      .cites = "tcp(7), TCP_SYNCNT")
{
    struct sock *sock = tcp_socket(lab, "client"), *own = tcp_socket(lab, "client");
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_SYNCNT), 6);
    if (treatment(lab)) {
        set_int(own, IPPROTO_TCP, TCP_SYNCNT, 3);
        set_sysctl(lab, "client", "net.ipv4.tcp_syn_retries", "4");
    }
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_SYNCNT), 4);
    expect_equal(lab, get_int(own, IPPROTO_TCP, TCP_SYNCNT), 3);
    fact(lab, "tcp_syn_retries", 6, "");
}

static void start_connect_to_nobody(struct lab *lab, struct sock *client)
{
    wire_cut(lab);
    start_connect(client, at(lab, "server", SERVICE));
}

CLAIM(connect_gives_up_after_the_count, V4 | V6,
      "with TCP_SYNCNT 1 connect sends its SYN twice and gives up with ETIMEDOUT when the time for a third one has come",
      .cites = "tcp(7), TCP_SYNCNT", .kernel_timers = true, .since = "6.15", .takes_ms = 2100)
{
    struct sock *client = tcp_socket(lab, "client");
    set_sysctl(lab, "client", "net.ipv4.tcp_syn_linear_timeouts", "0");
    set_int(client, IPPROTO_TCP, TCP_RTO_MAX_MS, 1000); /* so that the second wait is no longer than the first */
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_SYNCNT, 1);
    start_connect_to_nobody(lab, client);
    expect_wire(lab,
                "client > server [S]",
                SECOND "client > server [S]");
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT);
    expect_nothing(lab, "client > server [S]");
}

CLAIM(before_6_5_it_counts_every_retransmission, V4 | V6,
      "until Linux 6.4 TCP_SYNCNT 2 means two retransmissions, after one second and two more; connect gives up after seven",
      .cites = "tcp(7), TCP_SYNCNT", .kernel_timers = true, .until = "6.4", .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 7000)
{
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_SYNCNT, 2);
    int64_t began = now_ns();
    start_connect_to_nobody(lab, client);
    expect_wire(lab,
                "client > server [S]",
                SECOND "client > server [S]",
                SECONDS "client > server [S]");
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT);
    int64_t after_ms = milliseconds_since(began);
    expect_duration(lab, after_ms, 7000, 7800);
    expect_nothing(lab, "client > server [S]");
    fact(lab, "connect_given_up_after", after_ms, "ms");
}

CLAIM(since_6_5_it_is_a_time, V4 | V6,
      "since Linux 6.5 the first retransmissions (net.ipv4.tcp_syn_linear_timeouts, four) are a second apart and not counted, but "
      "the time is: TCP_SYNCNT 1 gives up after the three seconds that one retransmission took before, and sends three SYNs in "
      "them",
      .cites = "ip-sysctl, tcp_syn_linear_timeouts", .kernel_timers = true, .since = "6.5", .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 4000)
{
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_SYNCNT, 1);
    int64_t began = now_ns();
    start_connect_to_nobody(lab, client);
    expect_wire(lab,
                "client > server [S]",
                SECOND "client > server [S]",
                SECOND "client > server [S]");
    expect_refused(lab, try_finish_connect(client), ETIMEDOUT); /* tcp_write_timeout: retransmits_timed_out */
    int64_t after_ms = milliseconds_since(began);
    expect_duration(lab, after_ms, 3000, 3400);
    expect_nothing(lab, "client > server [S]");
    fact(lab, "connect_given_up_after", after_ms, "ms");
}

CLAIM(on_a_listener_it_counts_syn_acks, V4 | V6,
      "TCP_SYNCNT 1 on a listening socket: a SYN-ACK that is not acknowledged is sent once more after a second, and two seconds "
      "later the connection is forgotten (reqsk_timer_handler)",
      .cites = "ip-sysctl, tcp_synack_retries", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 8000)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_SYNCNT, 1);
    wire_drop(lab, "client > server [.]");
    connect_to(client, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "client > server [S]",
              "server > client [S.]",
              SECOND "server > client [S.]");
    let_pass_ms(lab, 7000); /* the default of 5 would send again after two seconds and after four */
    expect_nothing_at(lab, "server", "server > client [S.]");
}

CLAIM(it_takes_1_to_127, V4 | V6,
      "TCP_SYNCNT takes 1 to 127 in any state, not up to 255 as tcp(7) has it: 0, 128 and negative values are refused with "
      "EINVAL",
      .cites = "tcp(7), TCP_SYNCNT")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_SYNCNT, 127);
    fact_refused(lab, "syncnt_0", try_set_int(s.client, IPPROTO_TCP, TCP_SYNCNT, 0), EINVAL);
    fact_refused(lab, "syncnt_128", try_set_int(s.client, IPPROTO_TCP, TCP_SYNCNT, 128), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_SYNCNT, 255), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_SYNCNT, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_SYNCNT), 127);
    set_int(s.listener, IPPROTO_TCP, TCP_SYNCNT, 1);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_SYNCNT, 1);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_SYNCNT of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "tcp(7), TCP_SYNCNT")
{
    expect_misuse_refused(lab, treatment(lab), TCP_SYNCNT, 2);
}

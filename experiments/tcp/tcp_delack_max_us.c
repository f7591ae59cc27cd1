/* SPDX-License-Identifier: MIT */
/*
 * TCP_DELACK_MAX_US (Linux 6.15): how long an acknowledgement may be delayed at most. What delays it: delayed_ack.c.
 * include/uapi/linux/tcp.h; tcp_delack_max
 */
#include "lab.h"

#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif
#ifndef TCP_DELACK_MAX_US
#define TCP_DELACK_MAX_US 46
#endif

EXPERIMENT("TCP_DELACK_MAX_US", "IPPROTO_TCP", "limit the delay of acknowledgements");

CLAIM(older_kernels_do_not_have_it, V4 | V6,
      "until Linux 6.14 TCP_DELACK_MAX_US (46) is refused with ENOPROTOOPT, and so is reading it",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .until = "6.14")
{
    struct sock *sock = tcp_socket(lab, "client");
    int option = treatment(lab) ? TCP_DELACK_MAX_US : TCP_USER_TIMEOUT, value;
    socklen_t size = sizeof value;
    fact_refused(lab, "delack_max_us", try_set_int(sock, IPPROTO_TCP, option, 100000), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, IPPROTO_TCP, option, &value, &size), ENOPROTOOPT);
}

/* How long a server that delays its ACKs lets the client wait for one. */
static int64_t ack_delay_us(struct lab *lab, struct stream s)
{
    set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 0);
    settle(lab);
    skip_packets(lab);
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.]",
                "server > client [.]");
    receive_text(s.server, "x");
    return expected_took_ns(lab) / 1000;
}

CLAIM(ack_comes_sooner_than_after_40_ms, V4 | V6,
      "with TCP_DELACK_MAX_US 8000 a delayed acknowledgement comes after 8 ms or little more; without it none comes before 40",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15", .kernel_timers = true, .takes_ms = 15)
{
    struct stream s = tcp_stream(lab);
    int64_t delay_us = INT64_MAX;
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_DELACK_MAX_US, 8000);
    for (int i = 0; delay_us >= 36000 && i < 10; i++) /* a machine that stalls gets further chances */
        delay_us = ack_delay_us(lab, s);
    expect_between(lab, delay_us, 4000, 36000); /* 8 ms in jiffies, of which the first has begun */
    fact(lab, "ack_delayed", delay_us, "us");
}

CLAIM(shortest_timeout_limits_it_too, V4 | V6,
      "no acknowledgement is delayed for as long as the receiver's own TCP_RTO_MIN_US: with 16000 there it comes after 12 ms or "
      "little more (tcp_delack_max)",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15", .kernel_timers = true, .takes_ms = 20)
{
    struct stream s = tcp_stream(lab);
    int64_t delay_us = INT64_MAX;
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_RTO_MIN_US, 16000);
    for (int i = 0; delay_us >= 36000 && i < 10; i++)
        delay_us = ack_delay_us(lab, s);
    expect_between(lab, delay_us, 8000, 36000);
}

CLAIM(it_is_a_limit_and_no_delay, V4 | V6,
      "it is an upper limit: TCP_DELACK_MAX_US 200000, the default, leaves the delay at the 40 ms that a new connection has",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15", .kernel_timers = true, .takes_ms = 60)
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, IPPROTO_TCP, TCP_DELACK_MAX_US, treatment(lab) ? 200000 : 8000);
    int64_t delay_ms = ack_delay_us(lab, s) / 1000;
    expect_duration(lab, delay_ms, 40, 48);
}

CLAIM(default_is_200_ms, V4 | V6,
      "TCP_DELACK_MAX_US reads 200000 until it is set; an accepted socket has that of its listener",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_DELACK_MAX_US), 200000);
    if (treatment(lab))
        set_int(s.listener, IPPROTO_TCP, TCP_DELACK_MAX_US, 80000);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(s.listener), IPPROTO_TCP, TCP_DELACK_MAX_US), 80000);
    fact(lab, "delack_max", 200000, "us");
}

CLAIM(it_takes_up_to_200_ms, V4 | V6,
      "TCP_DELACK_MAX_US takes up to 200000, in any state; more, less than two jiffies, 0 and negative values are refused with "
      "EINVAL",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US, 40000);
    fact_refused(lab, "delack_max_200001", try_set_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US, 200001), EINVAL);
    fact_refused(lab, "delack_max_1", try_set_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US, 1), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US, 0), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_DELACK_MAX_US), 40000);
    set_int(s.listener, IPPROTO_TCP, TCP_DELACK_MAX_US, 200000);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_DELACK_MAX_US, 200000);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_DELACK_MAX_US of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "linux/tcp.h, TCP_DELACK_MAX_US", .since = "6.15")
{
    expect_misuse_refused(lab, treatment(lab), TCP_DELACK_MAX_US, 100000);
}

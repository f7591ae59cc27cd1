/* SPDX-License-Identifier: MIT */
/*
 * TCP_RTO_MIN_US (Linux 6.15): the shortest wait before a segment is sent again, 200 ms where nothing else is said.
 * Documentation/networking/ip-sysctl.rst, tcp_rto_min_us; tcp_rto_min
 */
#include "lab.h"

#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif

EXPERIMENT("TCP_RTO_MIN_US", "IPPROTO_TCP", "retransmit sooner than after 200 ms");

CLAIM(older_kernels_do_not_have_it, V4 | V6,
      "until Linux 6.14 TCP_RTO_MIN_US (45) is refused with ENOPROTOOPT, and so is reading it",
      .cites = "ip-sysctl, tcp_rto_min_us", .until = "6.14")
{
    struct sock *sock = tcp_socket(lab, "client");
    int option = treatment(lab) ? TCP_RTO_MIN_US : TCP_USER_TIMEOUT, value;
    socklen_t size = sizeof value;
    fact_refused(lab, "rto_min_us", try_set_int(sock, IPPROTO_TCP, option, 100000), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, IPPROTO_TCP, option, &value, &size), ENOPROTOOPT);
}

/* The retransmission timeout of a new connection whose client has set this before connect; 0: nothing. */
static unsigned timeout_us(struct lab *lab, struct sock *listener, int rto_min_us)
{
    struct sock *client = tcp_socket(lab, "client");
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (rto_min_us)
        set_int(client, IPPROTO_TCP, TCP_RTO_MIN_US, rto_min_us);
    connect_to(client, at(lab, "server", SERVICE));
    accept_from(listener);
    try_get_option(client, IPPROTO_TCP, TCP_INFO, &info, &size);
    return info.tcpi_rto;
}

CLAIM(timeout_may_be_far_below_200_ms, V4 | V6,
      "with TCP_RTO_MIN_US 20000 set before connect the retransmission timeout over a fast path is little more than 20 ms",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15", .kernel_timers = true)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    int rto_min_us = treatment(lab) ? 20000 : 0;
    unsigned timeout = timeout_us(lab, listener, rto_min_us);
    /* A machine that stalls in mid-handshake measures a slow path: it gets further chances. */
    for (int i = 0; timeout >= 100000 && i < 20; i++)
        timeout = timeout_us(lab, listener, rto_min_us);
    expect_between(lab, timeout, 20000, 100000);
    fact(lab, "timeout_with_20_ms", timeout, "us");
}

CLAIM(segment_is_sent_again_after_it, V4 | V6,
      "with TCP_RTO_MIN_US 40000 a segment that is not acknowledged is sent again 40 ms later, and after twice and four times "
      "that",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 300)
{
    struct sock *client = tcp_socket(lab, "client");
    tcp_listener(lab, "server", SERVICE);
    set_sysctl(lab, "client", "net.ipv4.tcp_early_retrans", "0");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_RTO_MIN_US, 40000);
    connect_to(client, at(lab, "server", SERVICE));
    settle(lab);
    skip_packets(lab);
    wire_cut(lab);
    send_text(client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4",
                "+40..52ms client > server [P.] 1:4",
                "+80..100ms client > server [P.] 1:4",
                "+160..190ms client > server [P.] 1:4");
}

CLAIM(rto_min_of_the_route_comes_first, V4 | V6,
      "where the route has an rto_min (here 30 s, as the bench's have), TCP_RTO_MIN_US is taken, reads back and has no effect",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15")
{
    struct stream s = tcp_stream(lab);
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, 100000);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US), 100000);
    send_text(s.client, "x");
    await_all_acknowledged(s.client);
    try_get_option(s.client, IPPROTO_TCP, TCP_INFO, &info, &size);
    expect(lab, info.tcpi_rto >= 30000000);
}

CLAIM(default_is_the_sysctl_when_the_socket_is_made, V4 | V6,
      "TCP_RTO_MIN_US reads 200000, and with net.ipv4.tcp_rto_min_us changed that value on sockets made after; an accepted socket "
      "has that of its listener",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15")
{
    struct sock *before = tcp_socket(lab, "server");
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv4.tcp_rto_min_us", "60000");
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(before, IPPROTO_TCP, TCP_RTO_MIN_US), 200000);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_RTO_MIN_US), 60000);
    fact(lab, "tcp_rto_min_us", get_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US), "us");
}

CLAIM(it_takes_up_to_200_ms, V4 | V6,
      "TCP_RTO_MIN_US takes up to 200000, in any state: the wait can be made shorter, not longer. More, less than two jiffies, 0 and "
      "negative values are refused with EINVAL",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, 40000);
    fact_refused(lab, "rto_min_200001", try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, 200001), EINVAL);
    fact_refused(lab, "rto_min_1", try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, 1), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, 0), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_RTO_MIN_US), 40000);
    set_int(s.listener, IPPROTO_TCP, TCP_RTO_MIN_US, 200000);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_RTO_MIN_US, 200000);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_RTO_MIN_US of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "ip-sysctl, tcp_rto_min_us", .since = "6.15")
{
    expect_misuse_refused(lab, treatment(lab), TCP_RTO_MIN_US, 100000);
}

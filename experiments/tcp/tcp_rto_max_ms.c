/* SPDX-License-Identifier: MIT */
/*
 * TCP_RTO_MAX_MS (Linux 6.15): the longest wait between two retransmissions, which double until they reach it.
 * Documentation/networking/ip-sysctl.rst, tcp_rto_max_ms; tcp_rto_max
 */
#include "lab.h"

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif

EXPERIMENT("TCP_RTO_MAX_MS", "IPPROTO_TCP", "limit the doubling of the waits between retransmissions");

CLAIM(older_kernels_do_not_have_it, V4 | V6,
      "until Linux 6.14 TCP_RTO_MAX_MS (44) is refused with ENOPROTOOPT, and so is reading it",
      .cites = "ip-sysctl, tcp_rto_max_ms", .until = "6.14")
{
    struct sock *sock = tcp_socket(lab, "client");
    int option = treatment(lab) ? TCP_RTO_MAX_MS : TCP_USER_TIMEOUT, value;
    socklen_t size = sizeof value;
    fact_refused(lab, "rto_max_ms", try_set_int(sock, IPPROTO_TCP, option, 1000), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, IPPROTO_TCP, option, &value, &size), ENOPROTOOPT);
}

CLAIM(default_is_the_sysctl_when_the_socket_is_made, V4 | V6,
      "TCP_RTO_MAX_MS reads 120000, two minutes, and with net.ipv4.tcp_rto_max_ms changed that value on sockets made after; an "
      "accepted socket has that of its listener",
      .cites = "ip-sysctl, tcp_rto_max_ms", .since = "6.15")
{
    struct sock *before = tcp_socket(lab, "server");
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv4.tcp_rto_max_ms", "5000");
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(before, IPPROTO_TCP, TCP_RTO_MAX_MS), 120000);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS), 120000);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_RTO_MAX_MS), 5000);
    fact(lab, "tcp_rto_max_ms", get_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS), "ms");
}

/* The peer has vanished, and no loss probe leaves before the retransmission. */
static struct stream stream_to_nobody(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    server_vanishes(lab);
    return s;
}

CLAIM(wait_grows_no_longer, V4 | V6,
      "with TCP_RTO_MAX_MS 1000 the wait is a second after the third retransmission, and not eight times the first one",
      .cites = "ip-sysctl, tcp_rto_max_ms", .since = "6.15", .kernel_timers = true, .takes_ms = 1550)
{
    struct stream s = stream_to_nobody(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, 1000);
    send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4",
                "+200ms.. client > server [P.] 1:4",
                "+400ms.. client > server [P.] 1:4",
                "+800ms.. client > server [P.] 1:4");
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    for (int tries = 0; info.tcpi_retransmits < 3 && tries < PATIENCE_MS / 10; tries++) {
        let_pass_ms(lab, 10);
        try_get_option(s.client, IPPROTO_TCP, TCP_INFO, &info, &size);
    }
    expect_equal(lab, info.tcpi_rto, 1000000);
}

CLAIM(connection_is_given_up_sooner, V4 | V6,
      "with TCP_RTO_MAX_MS 1000 a vanished peer is noticed after 14.4 s or little more, what 15 waits of at most a second take "
      "(0.2, 0.4, 0.8 and thirteen times 1 s), in place of 924.6",
      .cites = "ip-sysctl, tcp_rto_max_ms", .since = "6.15", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME,
      .takes_ms = 16000, .timeout_s = 1200)
{
    struct stream s = stream_to_nobody(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, 1000);
    int64_t began = now_ns();
    send_text(s.client, "one");
    char byte;
    expect_refused(lab, try_receive_waiting(s.client, &byte, 1, 0), ETIMEDOUT);
    int64_t after_ms = milliseconds_since(began);
    expect_between(lab, after_ms, 14400, 16500); /* tcp_model_timeout, from the first retransmission on */
    fact(lab, "break_noticed", after_ms, "ms");
}

CLAIM(it_takes_1000_to_120000, V4 | V6,
      "TCP_RTO_MAX_MS takes 1000 to 120000 in any state; anything else is refused with EINVAL and changes nothing",
      .cites = "ip-sysctl, tcp_rto_max_ms", .since = "6.15")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, 1000);
    fact_refused(lab, "rto_max_999", try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, 999), EINVAL);
    fact_refused(lab, "rto_max_120001", try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, 120001), EINVAL);
    expect_refused(lab, try_set_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_RTO_MAX_MS), 1000);
    set_int(s.listener, IPPROTO_TCP, TCP_RTO_MAX_MS, 120000);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_RTO_MAX_MS, 120000);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_RTO_MAX_MS of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "ip-sysctl, tcp_rto_max_ms", .since = "6.15")
{
    expect_misuse_refused(lab, treatment(lab), TCP_RTO_MAX_MS, 2000);
}

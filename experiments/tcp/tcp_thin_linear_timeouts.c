/* SPDX-License-Identifier: MIT */
/*
 * TCP_THIN_LINEAR_TIMEOUTS: a stream with few segments in flight is not punished for losses by waits that double.
 * Documentation/networking/tcp-thin.rst; tcp_retransmit_timer, tcp_stream_is_thin
 */
#include "lab.h"

EXPERIMENT("TCP_THIN_LINEAR_TIMEOUTS", "IPPROTO_TCP", "retransmit a thin stream's segments without longer and longer waits");

#define LINEAR_RETRIES 6 /* TCP_THIN_LINEAR_RETRIES: then the waits double all the same */
#define WAIT           "+200..240ms "

/* Nobody acknowledges anything from now on, and no loss probe leaves before the retransmission. */
static struct stream stream_to_nobody(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    server_vanishes(lab);
    return s;
}

static struct tcp_info info_of(struct sock *sock)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    try_get_option(sock, IPPROTO_TCP, TCP_INFO, &info, &size);
    return info;
}

/* Waits for the third retransmission, or a later one; then how often the wait has been doubled. */
static void expect_doublings(struct lab *lab, struct sock *sock, unsigned linear)
{
    struct tcp_info info = {0};
    expect_wire(lab,
                "...", "client > server [*] len >0",
                "...", "client > server [*] len >0",
                "...", "client > server [*] len >0",
                "...", "client > server [*] len >0");
    for (int tries = 0; info.tcpi_retransmits < 3 && tries < PATIENCE_MS / 10; tries++) {
        let_pass_ms(lab, 10);
        info = info_of(sock);
    }
    unsigned retransmits = info.tcpi_retransmits;
    expect_equal(lab, info.tcpi_backoff, retransmits > linear ? retransmits - linear : 0);
}

CLAIM(thin_stream_waits_no_longer_each_time, V4 | V6,
      "with TCP_THIN_LINEAR_TIMEOUTS one small segment that is not acknowledged is sent again without doubling the wait",
      .cites = "tcp-thin, TCP_THIN_LINEAR_TIMEOUTS", .kernel_timers = true, .takes_ms = 640)
{
    struct stream s = stream_to_nobody(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
    send_text(s.client, "key");
    expect_doublings(lab, s.client, LINEAR_RETRIES);
}

CLAIM(sysctl_does_it_for_every_socket, V4 | V6,
      "net.ipv4.tcp_thin_linear_timeouts 1 does the same for every connection of the namespace; the option still reads 0",
      .cites = "ip-sysctl, tcp_thin_linear_timeouts", .kernel_timers = true, .takes_ms = 640)
{
    struct stream s = stream_to_nobody(lab);
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_thin_linear_timeouts", "1");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS), 0);
    send_text(s.client, "key");
    expect_doublings(lab, s.client, LINEAR_RETRIES);
}

CLAIM(stream_with_four_segments_in_flight_is_not_thin, V4 | V6,
      "with four segments in flight a stream is not thin: the option is on, and yet the wait is doubled with every retransmission; "
      "with three it is not",
      .cites = "tcp-thin, TCP_THIN_LINEAR_TIMEOUTS", .kernel_timers = true, .takes_ms = 1500)
{
    struct stream s = stream_to_nobody(lab);
    set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
    unsigned mss = (unsigned)get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);
    send_bytes(s.client, (treatment(lab) ? 4 : 3) * mss); /* small ones would be joined when they are sent again */
    expect_doublings(lab, s.client, 0);
}

CLAIM(after_six_retransmissions_the_waits_double, V4 | V6,
      "a thin stream is sent again six times 200 ms apart; from the seventh on the waits double as without the option",
      .cites = "tcp-thin, TCP_THIN_LINEAR_TIMEOUTS", .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 2600)
{
    struct stream s = stream_to_nobody(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
    send_text(s.client, "key");
    expect_wire(lab,
                "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                WAIT "client > server [P.] 1:4",
                "+400..480ms client > server [P.] 1:4",
                "+800..960ms client > server [P.] 1:4");
}

CLAIM(it_takes_0_and_1, V4 | V6,
      "TCP_THIN_LINEAR_TIMEOUTS is off at first and takes 0 and 1 in any state; anything else is refused with EINVAL",
      .cites = "tcp-thin, TCP_THIN_LINEAR_TIMEOUTS")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS), 0);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
    fact_refused(lab, "thin_2", try_set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 2), EINVAL);
    fact_refused(lab, "thin_minus_1", try_set_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, -1), EINVAL);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS), 1);
    set_int(s.listener, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
    set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_THIN_LINEAR_TIMEOUTS of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "tcp-thin, TCP_THIN_LINEAR_TIMEOUTS")
{
    expect_misuse_refused(lab, treatment(lab), TCP_THIN_LINEAR_TIMEOUTS, 1);
}

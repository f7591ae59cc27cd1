/* SPDX-License-Identifier: MIT */
/*
 * TCP_TIMESTAMP: the value of the clock that a connection's time stamps are taken from; to be set when a connection is restored
 * on another host (TCP_REPAIR), so that its stamps go on where they were.
 * RFC 7323, 3 (TSopt); do_tcp_setsockopt
 */
#include "lab.h"

#include <stdlib.h>

EXPERIMENT("TCP_TIMESTAMP", "IPPROTO_TCP", "read the clock of a connection's time stamps, and move it while it is repaired");

static uint32_t stamp_of(struct sock *sock)
{
    uint32_t stamp = 0; /* half of the clock's values are negative ints */
    socklen_t size = sizeof stamp;
    try_get_option(sock, IPPROTO_TCP, TCP_TIMESTAMP, &stamp, &size);
    return stamp;
}

/* a before b, on a clock that wraps */
static bool in_order(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a) >= 0;
}

/* The time stamp of a segment that the client sends now. */
static uint32_t stamp_on_the_wire(struct lab *lab, struct sock *client)
{
    settle(lab);
    skip_packets(lab);
    send_text(client, "x");
    expect_wire(lab, "client > server [P.] 1:2 TS val $stamp");
    const char *stamp = bound(lab, "stamp");
    return stamp ? (uint32_t)strtoul(stamp, NULL, 0) : 0;
}

/* The clock may be ahead of what is read by the bit that tells microseconds (since 6.7 it is left out). */
static void expect_stamp_between(struct lab *lab, uint32_t before, uint32_t stamp, uint32_t after)
{
    expect(lab, in_order(before, stamp));
    expect(lab, in_order(stamp, after + 1));
}

CLAIM(it_reads_what_the_next_segment_carries, V4 | V6,
      "TCP_TIMESTAMP reads the clock in milliseconds that the next segment carries as its time stamp",
      .cites = "RFC 7323, 3.2")
{
    set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", treatment(lab) ? "1" : "0");
    struct stream s = tcp_stream(lab);
    uint32_t before = stamp_of(s.client);
    uint32_t stamp = stamp_on_the_wire(lab, s.client);
    expect_stamp_between(lab, before, stamp, stamp_of(s.client));
}

CLAIM(set_under_repair_it_moves_the_stamps, V4 | V6,
      "TCP_TIMESTAMP set while TCP_REPAIR is on moves the clock of the connection: the next segment's time stamp goes on from there",
      .cites = "RFC 7323, 3.2")
{
    struct stream s = tcp_stream(lab);
    uint32_t ahead = (stamp_of(s.client) + 1000000) & ~1u; /* the lowest bit means microseconds, since 6.7 */
    set_int(s.client, IPPROTO_TCP, TCP_REPAIR, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_TIMESTAMP, (int)ahead);
    set_int(s.client, IPPROTO_TCP, TCP_REPAIR, -1); /* off, without a window probe */
    uint32_t stamp = stamp_on_the_wire(lab, s.client);
    expect_stamp_between(lab, ahead, stamp, stamp_of(s.client));
    receive_text(s.server, "x");
}

CLAIM(peer_takes_no_segment_whose_stamp_goes_back, V4 | V6,
      "a connection whose clock was set back is heard no more: its peer drops the segment and answers it with an ACK (PAWS)",
      .cites = "RFC 7323, 5")
{
    struct stream s = tcp_stream(lab);
    uint32_t back = (stamp_of(s.client) - 1000000) & ~1u;
    set_int(s.client, IPPROTO_TCP, TCP_REPAIR, 1);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_TIMESTAMP, (int)back);
    set_int(s.client, IPPROTO_TCP, TCP_REPAIR, -1);
    settle(lab);
    skip_packets(lab);
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.] 1:2",
                "server > client [.] ack 1");
    expect(lab, !is_readable(s.server));
}

CLAIM(only_a_socket_under_repair_lets_it_be_set, V4 | V6,
      "TCP_TIMESTAMP is refused with EPERM on a socket that is not under repair: new, listening or connected",
      .cites = "RFC 7323, 3.2")
{
    struct stream s = tcp_stream(lab);
    if (!treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_REPAIR, 1);
    fact_refused(lab, "connected", try_set_int(s.client, IPPROTO_TCP, TCP_TIMESTAMP, 1000), EPERM);
    fact_refused(lab, "listening", try_set_int(s.listener, IPPROTO_TCP, TCP_TIMESTAMP, 1000), EPERM);
    fact_refused(lab, "new", try_set_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_TIMESTAMP, 1000), EPERM);
}

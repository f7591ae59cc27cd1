/* SPDX-License-Identifier: MIT */
/*
 * SO_MAX_PACING_RATE on TCP: no more than so many bytes a second leave, evenly spread, also where the congestion window would
 * allow more. socket(7) SO_MAX_PACING_RATE (since Linux 3.13; without the fq queueing discipline since 4.13)
 */
#include "lab.h"

EXPERIMENT("SO_MAX_PACING_RATE", "SOL_SOCKET", "limit the rate at which a socket sends");

CLAIM(segments_are_spread_over_time, V4 | V6,
      "with 100000 bytes a second the eight segments after the first ten, which leave at once, take more than half of the 115 ms that the "
      "rate asks for, though the congestion window would let them go together; no fq is needed",
      .cites = "socket(7) SO_MAX_PACING_RATE; net/ipv4/tcp_output.c, tcp_update_skb_after_send", .takes_ms = 200)
{
    wire_delay(lab, 10); /* over a shorter round trip up to 64 kB leave at once, whatever the rate (tcp_tso_autosize, Linux 5.18) */
    struct stream s = tcp_stream(lab);
    int mss = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);
    send_segments(s.client, 10); /* the first ten segments are never paced */
    await_all_acknowledged(s.client);
    skip_packets(lab);

    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_MAX_PACING_RATE, 100000);
    let(lab, "begin", 1 + 10 * mss);
    let(lab, "end", 1 + 18 * mss);
    int64_t written = now_ns();
    send_segments(s.client, 8);
    expect_wire(lab,
                "client > server [*] seq $begin len >0",
                "...",
                "client > server [*] $last:$end");
    int64_t took_ms = milliseconds_since(written);
    expect(lab, took_ms >= 8 * mss * 1000 / 100000 / 2);
    fact(lab, "eight_segments_at_100000_bytes_a_second", took_ms, "ms");
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_MAX_PACING_RATE), 100000);
}

CLAIM(at_first_there_is_no_limit, V4 | V6,
      "it reads as all ones at first, in four bytes or in eight, and takes both lengths; accepted sockets inherit the listener's",
      .cites = "socket(7) SO_MAX_PACING_RATE; net/core/sock.c (eight bytes: Linux 5.0)", .since = "5.0")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    uint64_t wide = 0, large = UINT64_C(5000000000);
    uint32_t narrow = 0;
    socklen_t size = sizeof wide;
    expect_success(lab, try_get_option(listener, SOL_SOCKET, SO_MAX_PACING_RATE, &wide, &size));
    expect(lab, wide == UINT64_MAX && size == 8);
    size = sizeof narrow;
    expect_success(lab, try_get_option(listener, SOL_SOCKET, SO_MAX_PACING_RATE, &narrow, &size));
    expect_equal(lab, narrow, UINT32_MAX);

    if (treatment(lab))
        set_option(listener, SOL_SOCKET, SO_MAX_PACING_RATE, &large, sizeof large);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    size = sizeof wide;
    expect_success(lab, try_get_option(server, SOL_SOCKET, SO_MAX_PACING_RATE, &wide, &size));
    expect(lab, wide == large);
    size = sizeof narrow;
    expect_success(lab, try_get_option(server, SOL_SOCKET, SO_MAX_PACING_RATE, &narrow, &size));
    expect_equal(lab, narrow, UINT32_MAX); /* as much as four bytes can say */
}

CLAIM(every_state_and_protocol_takes_it, V4 | V6,
      "closed, connected and listening sockets and UDP sockets take it; a value of three bytes is refused with EINVAL",
      .cites = "net/core/sock.c, sk_setsockopt")
{
    struct stream s = tcp_stream(lab);
    int value = 50000;
    expect_success(lab, try_set_int(tcp_socket(lab, "client"), SOL_SOCKET, SO_MAX_PACING_RATE, value));
    expect_success(lab, try_set_int(s.client, SOL_SOCKET, SO_MAX_PACING_RATE, value));
    expect_success(lab, try_set_int(s.listener, SOL_SOCKET, SO_MAX_PACING_RATE, value));
    expect_success(lab, try_set_int(udp_socket(lab, "client"), SOL_SOCKET, SO_MAX_PACING_RATE, value));
    fact_refused(lab, "pacing_rate_of_three_bytes", try_set_option(s.client, SOL_SOCKET, SO_MAX_PACING_RATE, &value, treatment(lab) ? 3 : 4), EINVAL);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_MAX_PACING_RATE), value);
}

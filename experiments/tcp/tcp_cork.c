/* SPDX-License-Identifier: MIT */
/*
 * TCP_CORK: small writes wait until the cork is pulled, a segment is full, or 200 ms have passed.
 * [notes] IPPROTO_TCP.TCP_CORK
 */
#include "lab.h"

EXPERIMENT("TCP_CORK", "IPPROTO_TCP", "put small writes together into full segments");

CLAIM(uncorking_sends_one_segment, V4 | V6,
      "writes made under TCP_CORK leave together, as one segment, when the cork is pulled")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "GET /");
    send_text(s.client, "Hello");
    expect_nothing(lab, "client > server [P.]");

    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab,
                "client > server [P.] 1:11 ack 1", /* ten bytes: sequence numbers 1 to 10 */
                "server > client [.] ack 11");
    receive_text(s.server, "GET /Hello");
}

CLAIM(cork_and_nodelay_set_before_connect_give_the_documented_trace, V4 | V6,
      "with TCP_NODELAY and TCP_CORK set before connect, the handshake's last ACK is bare, two writes leave as one "
      "segment when the cork is pulled, and close sends a FIN of its own")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    set_int(client, IPPROTO_TCP, TCP_NODELAY, 1);
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_CORK, 1);

    connect_to(client, at(lab, "server", SERVICE));
    send_text(client, "GET /");
    send_text(client, "Hello");
    set_int(client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab,
                "client > server [S] mss $mss sackOK TS val $then ecr 0 wscale $scale",
                "server > client [S.] ack 1 mss $mss",
                "client > server [.] ack 1",
                "client > server [P.] 1:11 ack 1",
                "server > client [.] ack 11");

    close_socket(client);
    expect_wire(lab,
                "client > server [F.] 11 ack 1",
                "server > client [.] ack 12");
}

CLAIM(corked_write_leaves_by_itself_after_200_ms, V4 | V6,
      "a corked write leaves by itself, but not before 200 ms have passed",
      .cites = "tcp(7), TCP_CORK", .kernel_timers = true, .takes_ms = 210)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    int64_t written = now_ns();
    send_text(s.client, "Hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
    int64_t waited_ms = milliseconds_since(written);
    expect(lab, waited_ms >= 200); /* TCP_RTO_MIN: the cork's limit is the probe timer (tcp_check_probe_timer) */
    fact(lab, "cork_limit", waited_ms, "ms");
}

CLAIM(full_segment_leaves_a_corked_socket, V4 | V6,
      "of a corked write larger than the MSS the full segment leaves at once and only the rest waits",
      .cites = "tcp(7), TCP_CORK")
{
    struct stream s = tcp_stream(lab);
    int mss = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);
    let(lab, "full", 1 + mss);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_bytes(s.client, mss + 100);
    expect_wire(lab,
                "client > server [.] 1:$full ack 1",
                "server > client [.] ack $full");
    expect_nothing(lab, "client > server [P.]");

    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab, "client > server [P.] $full:$all len 100 ack 1");
}

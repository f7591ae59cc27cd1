/* SPDX-License-Identifier: MIT */
/*
 * MSG_MORE: TCP_CORK for one call. What is sent with it waits for more, for a full segment, for an ACK, or for 200 ms. Until more
 * comes it has no PSH flag (tcp_push).
 * send(2) MSG_MORE (since Linux 2.4.4)
 */
#include "lab.h"

EXPERIMENT("MSG_MORE", NULL, "tell with a write that another one follows");

CLAIM(write_with_it_waits_for_one_without, V4 | V6,
      "what is sent with MSG_MORE waits, TCP_NODELAY or not, and leaves in one segment with the first write without it",
      .cites = "send(2) MSG_MORE")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    int more = treatment(lab) ? MSG_MORE : 0;
    send_flagged(s.client, "head ", more);
    send_flagged(s.client, "and body ", more);
    expect_nothing(lab, "client > server [*] len >0");
    send_text(s.client, "and end");
    expect_wire(lab,
                "client > server [P.] 1:22 ack 1",
                "server > client [.] ack 22");
    send_text(s.client, "next"); /* nothing of it is left */
    expect_wire(lab, "client > server [P.] 22:26 ack 1");
}

CLAIM(any_acknowledgement_ends_the_waiting, V4 | V6,
      "of a write with MSG_MORE larger than a segment the full segment leaves at once and the rest waits; but the flag is forgotten with "
      "the call, so that the acknowledgement of the full segment sends the rest, which TCP_CORK would keep",
      .cites = "send(2) MSG_MORE; net/ipv4/tcp_output.c, tcp_push_pending_frames")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    let(lab, "full", 1 + get_int(s.client, IPPROTO_TCP, TCP_MAXSEG));
    expect_equal(lab, try_send_bytes(s.client, 2000, MSG_MORE), 2000);
    expect_wire(lab, "client > server [.] 1:$full ack 1");
    expect_nothing(lab, "client > server [*] len >0");

    if (!treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    wire_release(lab);
    expect_wire(lab,
                "server > client [.] ack $full",
                "client > server [.] $full:2001 ack 1");
}

CLAIM(it_waits_200_ms_at_most, V4 | V6,
      "when no other write follows, it leaves by itself, but not before 200 ms have passed",
      .cites = "tcp(7) TCP_CORK (200 milliseconds)", .kernel_timers = true, .takes_ms = 210)
{
    struct stream s = tcp_stream(lab);
    int64_t written = now_ns();
    send_flagged(s.client, "head", treatment(lab) ? MSG_MORE : 0);
    expect_wire(lab, "client > server [*] 1:5 ack 1");
    expect(lab, milliseconds_since(written) >= 200); /* tcp_check_probe_timer, as for TCP_CORK */
}

CLAIM(setting_nodelay_sends_what_waits, V4 | V6,
      "setsockopt(TCP_NODELAY, 1) sends at once what waits, even where it was set before; so does setsockopt(TCP_CORK, 0)",
      .cites = "tcp(7) TCP_NODELAY (an explicit flush of pending output)")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    send_flagged(s.client, "head", MSG_MORE);
    expect_nothing(lab, "client > server [*] len >0");
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    expect_wire(lab,
                "client > server [.] 1:5 ack 1",
                "server > client [.] ack 5");
    send_flagged(s.client, "more", MSG_MORE);
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab, "client > server [.] 5:9 ack 1");
}

CLAIM(close_sends_what_waits_with_the_fin, V4 | V6,
      "close sends what waits, in one segment with the FIN, without PSH", .cites = "send(2) MSG_MORE")
{
    struct stream s = tcp_stream(lab);
    send_flagged(s.client, "last words", treatment(lab) ? MSG_MORE : 0);
    close_socket(s.client);
    expect_wire(lab, "client > server [F.] 1:11 ack 1");
    receive_text(s.server, "last words");
    receive_text(s.server, "");
}

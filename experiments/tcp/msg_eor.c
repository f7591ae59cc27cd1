/* SPDX-License-Identifier: MIT */
/*
 * MSG_EOR on TCP: what is written after it begins a new segment. It marks nothing for the receiver.
 * send(2) MSG_EOR (for TCP since Linux 4.7: tcp_skb_can_collapse_to)
 */
#include "lab.h"

EXPERIMENT("MSG_EOR", NULL, "let what is written next begin a segment of its own");

CLAIM(what_follows_begins_a_new_segment, V4 | V6,
      "two writes that wait behind the Nagle algorithm leave as one segment; where the first has MSG_EOR, it leaves alone as soon as the "
      "second is written, which goes on waiting",
      .cites = "send(2) MSG_EOR; net/ipv4/tcp.c, tcp_sendmsg_locked")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "x"); /* makes the others wait */
    send_text(s.client, "one");
    send_text(s.client, "two");
    wire_pass_held(lab);
    expect_wire(lab,
                "client > server [P.] 1:2",
                "server > client [.] ack 2",
                "client > server [P.] 2:8");

    send_flagged(s.client, "one", treatment(lab) ? MSG_EOR : 0);
    expect_nothing(lab, "client > server [*] len >0");
    send_text(s.client, "two");
    expect_wire(lab, "client > server [P.] 8:11"); /* not the last one any more: Nagle asks only for that (tcp_write_xmit) */
    wire_release(lab);
    expect_wire(lab,
                "server > client [.] ack 8",
                "? server > client [.] ack 11",
                "client > server [P.] 11:14");
}

CLAIM(cork_keeps_the_end_of_record, V4 | V6,
      "writes under TCP_CORK leave as one segment when the cork is pulled; as two at once where the first has MSG_EOR",
      .cites = "send(2) MSG_EOR; net/ipv4/tcp.c, tcp_sendmsg_locked")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_flagged(s.client, "record one", treatment(lab) ? MSG_EOR : 0);
    send_text(s.client, "record two");
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab,
                "client > server [*] 1:11 ack 1",
                "? server > client [.] ack 11",
                "client > server [P.] 11:21 ack 1");
}

CLAIM(receiver_sees_no_end_of_record, V4 | V6,
      "the receiver reads both writes in one call, and recvmsg sets no MSG_EOR: TCP stays a stream of bytes",
      .cites = "recvmsg(2) MSG_EOR; RFC 9293 section 3.9")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "client > server [*] len >0");
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    send_flagged(s.client, "one", MSG_EOR);
    if (treatment(lab))
        send_flagged(s.client, "two", MSG_EOR);
    wire_release(lab);
    await_all_acknowledged(s.client);
    struct message message = receive_message(s.server);
    expect_equal(lab, message.length, 6);
    expect_equal(lab, message.flags & MSG_EOR, 0);
}

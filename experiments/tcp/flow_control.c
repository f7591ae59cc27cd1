/* SPDX-License-Identifier: MIT */
/*
 * The window: what a TCP receiver has room for, the sender may send, and nobody can exceed. And how many segments a window should hold
 * for a lost one to be noticed.
 * [unp] 3.8 SO_RCVBUF and SO_SNDBUF; [attrs] 5.4.1
 */
#include "lab.h"

EXPERIMENT("flow control", NULL, "stop the sender before the receive buffer overflows");

/* A connection whose server has this receive buffer from the beginning; 0: the default. */
static struct stream stream_to_buffer(struct lab *lab, int rcvbuf)
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    if (rcvbuf)
        set_int(s.listener, SOL_SOCKET, SO_RCVBUF, rcvbuf);
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    return s;
}

/* ---------------------------------------------------------------- the window */

CLAIM(sender_stops_at_the_window, V4 | V6,
      "a sender with much to send and nothing acknowledged sends no more than the window that was offered to it, here three segments")
{
    const int segment = (int)ethernet_mss(lab) - 12;                           /* with timestamps */
    struct stream s = stream_to_buffer(lab, treatment(lab) ? segment * 3 : 0); /* stored twice, offered once */
    let(lab, "window", 3 * segment);
    let(lab, "edge", 1 + 3 * segment);
    expect_wire(lab, "...", "server > client [S.] win $window");

    wire_hold(lab, "server > client [.]");
    send_bytes(s.client, 20000);
    expect_wire(lab,
                "? client > server [.] ack 1",
                "client > server [*] 1:$a",
                "client > server [*] $a:$b",
                "client > server [*] $b:$edge");
    settle(lab);
    expect_nothing(lab, "client > server [*] len >0"); /* the congestion window would allow ten segments */
}

CLAIM(slow_reader_stops_the_sender_and_loses_nothing, V4 | V6,
      "when the reader does not read, its window stops the sender, whose send(2) then waits; when it reads, it gets every byte")
{
    struct stream s = stream_to_buffer(lab, treatment(lab) ? 8192 : 0);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 4096);

    int64_t sent = send_until_window_closes(s.client);
    expect_between(lab, bytes_to_read(s.server), 1, 2 * 8192);
    expect_refused(lab, try_send(s.client, "more", MSG_DONTWAIT), EAGAIN);
    receive_bytes(s.server, (size_t)sent);
    send_text(s.client, "and on");
    receive_text(s.server, "and on");
}

CLAIM(each_ack_tells_what_room_is_left, V4 | V6,
      "the window in the acknowledgements shrinks as unread data pile up in the receive buffer, and is opened again when they are read")
{
    struct stream s = stream_to_buffer(lab, 8192);
    skip_packets(lab);

    send_bytes(s.client, 2000);
    expect_wire(lab, "...", "server > client [.] ack 2001 win $full");
    send_bytes(s.client, 2000);
    expect_wire(lab, "...", "server > client [.] ack 4001 win <$full");
    send_bytes(s.client, 2000);
    expect_wire(lab, "...", "server > client [.] ack 6001 win $little win <$full");
    if (treatment(lab))
        receive_bytes(s.server, 6000);
    expect_wire(lab, "server > client [.] ack 6001 win >$little");
}

CLAIM(data_beyond_the_window_are_discarded, V4 | V6,
      "a segment beyond the window, from a peer that ignores it, is answered with an ACK and thrown away")
{
    struct stream s = stream_to_buffer(lab, 8192); /* some 8000 bytes of window */
    settle(lab);
    skip_packets(lab);

    struct tcp_spec ignorant = forged_text(lab, s.client, "ignorant");
    ignorant.seq += treatment(lab) ? 20000 : 2000;
    wire_inject_tcp(lab, "server", &ignorant);
    expect_wire(lab, "server > client [.] ack 1 no sack"); /* kept, it would be reported as out of order */

    send_bytes(s.client, 3000);
    receive_bytes(s.server, 3000);
    expect_equal(lab, bytes_to_read(s.server), 0);
}

/* ---------------------------------------------------------------- whole segments */

CLAIM(what_is_not_a_whole_segment_is_not_offered, V4 | V6,
      "the window in the SYN is a whole number of segments: of a buffer of eleven and a half only eleven are offered, and an odd "
      "number wastes nothing")
{
    const int mss = (int)ethernet_mss(lab);
    tcp_listener(lab, "server", SERVICE);
    let(lab, "eleven", 11 * mss);

    for (int halves = 22; halves <= 23; halves++) {
        struct sock *client = tcp_socket(lab, "client");
        if (treatment(lab))
            set_int(client, SOL_SOCKET, SO_RCVBUF, halves * mss / 2);
        connect_to(client, at(lab, "server", SERVICE));
        expect_wire(lab, "...", "client > server [S] win $eleven", "* client > server [S]", "server > client [S.]");
        settle(lab);
        skip_packets(lab);
    }
}

/* ---------------------------------------------------------------- a lost segment */

/* After a first byte so many segments in one go, of which the wire loses the first. An ACK that changes the window is no duplicate
 * (FLAG_WIN_UPDATE), so the first byte settles the window. */
static struct stream first_of_segments_lost(struct lab *lab, int count)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "0");
    receive_text(s.server, "0");
    await_all_acknowledged(s.client);
    skip_packets(lab);
    skip_packets_at(lab, "server");
    wire_drop_nth(lab, 1, "client > server [.] seq 2 len >0");
    send_bytes(s.client, (size_t)(count * get_int(s.client, IPPROTO_TCP, TCP_MAXSEG)));
    return s;
}

static void without_sack(struct lab *lab)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_sack", "0");
}

CLAIM(third_duplicate_ack_sends_the_segment_again, V4 | V6,
      "without SACK the third duplicate ACK makes the sender take the segment for lost and send it again, long before any timer")
{
    without_sack(lab);
    first_of_segments_lost(lab, treatment(lab) ? 4 : 3);
    expect_wire(lab,
                "client > server [.] 2:$b", /* lost */
                "...",
                "server > client [.] ack 2",
                "...", /* the others are still leaving */
                "server > client [.] ack 2",
                "...",
                "server > client [.] ack 2",
                "client > server [.] 2:$b");
}

CLAIM(two_duplicate_acks_are_not_enough_without_sack, V4 | V6,
      "without SACK a window of three segments cannot produce more than two duplicate ACKs, and the lost segment waits for its timer")
{
    without_sack(lab);
    struct stream s = first_of_segments_lost(lab, treatment(lab) ? 3 : 4);
    expect_at(lab, "server", "...", "client > server [P.]"); /* the last one has come, and been answered */
    send_text(s.server, "when this has come, so have all the ACKs");
    receive_text(s.client, "when this has come, so have all the ACKs");
    expect_equal(lab, count_packets(lab, "client", "server > client [.] ack 2"), 1 + 2); /* the first byte's, and two more */
    expect_equal(lab, count_packets(lab, "client", "client > server [*] seq 2 len >0"), 1);
}

CLAIM(with_sack_two_segments_are_enough, V4 | V6,
      "with SACK a single duplicate ACK is enough: RACK sends the lost segment again a fraction of a round trip later, so that a window "
      "of two segments recovers without the retransmission timer",
      .since = "4.18")
{
    if (!treatment(lab))
        without_sack(lab);
    struct stream s = first_of_segments_lost(lab, 2);
    expect_wire(lab,
                "client > server [.] 2:$b",
                "client > server [P.] $b:$c",
                "server > client [.] ack 2 sack $b:$c",
                "client > server [.] 2:$b"); /* tcp_rack_reo_timeout; the retransmission timer is a minute here */
    receive_bytes(s.server, 2 * (size_t)get_int(s.client, IPPROTO_TCP, TCP_MAXSEG));
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_QUICKACK: acknowledge at once, or delay. It is no setting that stays: it only turns the connection into one mode or the
 * other, which the traffic goes on to change. What delayed ACKs do to writers: delayed_ack.c.
 * tcp(7), TCP_QUICKACK; tcp_sock_set_quickack
 */
#include "lab.h"

EXPERIMENT("TCP_QUICKACK", "IPPROTO_TCP", "acknowledge at once, for now");

CLAIM(switched_off_the_first_segment_waits_for_its_ack, V4 | V6,
      "with TCP_QUICKACK 0 set on a new connection its first segment, which would be acknowledged at once, waits for the delayed "
      "ACK, 40 ms or more",
      .cites = "tcp(7), TCP_QUICKACK", .takes_ms = 50)
{
    struct stream s = tcp_stream(lab);
    settle(lab);
    skip_packets(lab);
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 0);
    int64_t began = now_ns();
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.] 1:2",
                "server > client [.] ack 2");
    int64_t waited_ms = milliseconds_since(began);
    expect_duration(lab, waited_ms, 40, 48); /* TCP_ATO_MIN, and a tick or two of the timer wheel */
    fact(lab, "delayed_ack", waited_ms, "ms");
}

enum reading { READ_FIRST,
               LEAVE_UNREAD };

/* Of five acknowledgements that were being delayed: how many leave with TCP_QUICKACK `value`; `set` false: without. */
static unsigned sent_of_five(struct lab *lab, bool set, int value, enum reading reading)
{
    struct stream s = tcp_stream(lab);
    unsigned sent = 0;
    for (int i = 0; i < 5; i++) {
        set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 0);
        settle(lab);
        unsigned before = count_packets(lab, "server", "server > client [.]");
        send_text(s.client, "x");
        if (reading == READ_FIRST)
            receive_text(s.server, "x");
        else
            await_readable(s.server);
        if (set)
            set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, value);
        settle(lab);
        sent += count_packets(lab, "server", "server > client [.]") > before;
        if (reading == LEAVE_UNREAD)
            receive_text(s.server, "x");
        await_all_acknowledged(s.client);
    }
    return sent;
}

CLAIM(setting_it_sends_the_ack_that_is_due, V4 | V6,
      "TCP_QUICKACK 1 sends an acknowledgement that is being delayed, if the data have been read",
      .cites = "tcp(7), TCP_QUICKACK", .takes_ms = 10)
{
    expect_equal(lab, sent_of_five(lab, treatment(lab), 1, READ_FIRST), 5);
}

CLAIM(while_data_are_unread_the_ack_stays, V4 | V6,
      "TCP_QUICKACK 1 does not send an acknowledgement that is being delayed while the data that it is for have not been read "
      "(tcp_cleanup_rbuf looks for an empty buffer)",
      .cites = "tcp(7), TCP_QUICKACK", .takes_ms = 220)
{
    unsigned sent = sent_of_five(lab, true, 1, treatment(lab) ? LEAVE_UNREAD : READ_FIRST);
    expect(lab, sent < 5); /* a machine that stalls for 40 ms lets a delayed one leave, hardly all five */
    fact(lab, "sent_of_five", sent, "");
}

CLAIM(even_values_send_the_ack_and_go_on_delaying, V4 | V6,
      "TCP_QUICKACK 2, as any even value but 0, sends an acknowledgement that is being delayed and goes on delaying: it reads 0; "
      "with nothing to acknowledge it is as 1",
      .cites = "tcp(7), TCP_QUICKACK")
{
    expect_equal(lab, sent_of_five(lab, true, 2, READ_FIRST), 5);

    struct sock *client = tcp_socket(lab, "client");
    struct sock *listener = tcp_listener(lab, "server", SERVICE + 1);
    connect_to(client, at(lab, "server", SERVICE + 1));
    struct sock *server = accept_from(listener);
    set_int(server, IPPROTO_TCP, TCP_QUICKACK, 2);
    expect_equal(lab, get_int(server, IPPROTO_TCP, TCP_QUICKACK), 1);

    int read_0 = 0;
    bool even = treatment(lab);
    for (int i = 0; i < 5; i++) {
        set_int(server, IPPROTO_TCP, TCP_QUICKACK, 0);
        send_text(client, "x");
        receive_text(server, "x");
        set_int(server, IPPROTO_TCP, TCP_QUICKACK, even ? 2 : 1);
        read_0 += get_int(server, IPPROTO_TCP, TCP_QUICKACK) == 0;
    }
    expect(lab, read_0 > 0); /* a machine that stalls for 40 ms has nothing left to acknowledge, hardly five times */
}

static void ask_and_answer(struct stream s)
{
    send_text(s.client, "?");
    receive_text(s.server, "?");
    send_text(s.server, "!");
    receive_text(s.client, "!");
}

CLAIM(it_does_not_stay, V4 | V6,
      "TCP_QUICKACK 1 reads 0 again as soon as data have been answered with data: it has to be set anew after each call",
      .cites = "tcp(7), TCP_QUICKACK")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 0);
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 1);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_QUICKACK), 1);
    for (int i = 0; i < 100 && get_int(s.server, IPPROTO_TCP, TCP_QUICKACK); i++)
        ask_and_answer(s); /* once or a few times: inet_csk_inc_pingpong_cnt */
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_QUICKACK), 0);
}

CLAIM(new_sockets_read_1, V4 | V6,
      "TCP_QUICKACK reads 1 on a new socket and a new connection, for the mode is quick at first; an accepted socket inherits the "
      "mode of its listener",
      .cites = "tcp(7), TCP_QUICKACK")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(tcp_socket(lab, "client"), IPPROTO_TCP, TCP_QUICKACK), 1);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_QUICKACK), 1);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_QUICKACK), 1);

    if (treatment(lab))
        set_int(s.listener, IPPROTO_TCP, TCP_QUICKACK, 0);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(s.listener), IPPROTO_TCP, TCP_QUICKACK), 0);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_QUICKACK takes any int in any state; two bytes, a UDP or a Unix socket are refused",
      .cites = "tcp(7), TCP_QUICKACK")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_QUICKACK, -1);
    set_int(s.listener, IPPROTO_TCP, TCP_QUICKACK, 1000);
    expect_misuse_refused(lab, treatment(lab), TCP_QUICKACK, 1);
}

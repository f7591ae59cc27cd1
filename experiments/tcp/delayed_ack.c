/* SPDX-License-Identifier: MIT */
/*
 * Delayed acknowledgements (RFC 1122 section 4.2.3.2), which Nagle's small writes wait for.
 * [unp] 7.2 TCP_NODELAY
 *
 * Linux acknowledges at once on a new connection (quick ACK mode) and delays only when the connection has
 * become interactive: when this side has answered data with data (tcp_input.c, inet_csk_in_pingpong_mode).
 */
#include "lab.h"

EXPERIMENT("delayed ACK", NULL, "hold the acknowledgement back so that it can ride on a reply");

static void ask_and_answer(struct stream s)
{
    send_text(s.client, "?");
    receive_text(s.server, "?");
    send_text(s.server, "!");
    receive_text(s.client, "!");
}

/* Until the server takes the connection for an interactive one: TCP_QUICKACK reads 0 then. */
static void converse(struct lab *lab, struct stream s)
{
    do
        ask_and_answer(s);
    while (get_int(s.server, IPPROTO_TCP, TCP_QUICKACK));
    settle(lab);
    skip_packets(lab);
}

CLAIM(new_connection_acknowledges_at_once, V4 | V6,
      "on a new connection the first small segment is acknowledged at once, without any delayed-ACK timer",
      .untreated = "the default; interactive_server_delays_its_ack_for_40_ms is the contrast")
{
    struct stream s = tcp_stream(lab);

    send_bytes(s.client, 4); /* the request's type; its data would follow */
    settle(lab);             /* no time passes here: only what happens at once is waited for */
    expect_equal(lab, count_packets(lab, "client", "server > client [.] ack 5"), 1);
}

CLAIM(interactive_server_delays_its_ack_for_40_ms, V4 | V6,
      "a server that has answered before acknowledges a request that it does not answer only when its delayed-ACK timer "
      "runs out, 40 ms or more later",
      .takes_ms = 50)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        converse(lab, s);
    int64_t began = now_ns();
    send_bytes(s.client, 4);
    expect_wire(lab,
                "client > server [P.] $a:$b",
                "server > client [.] ack $b");
    int64_t waited_ms = milliseconds_since(began);
    expect_duration(lab, waited_ms, 40,
                    48); /* TCP_DELACK_MIN is HZ / 25; the timer wheel adds a tick or two */
    fact(lab, "delayed_ack", waited_ms, "ms");
}

CLAIM(delayed_ack_timer_is_40_ms, V4 | V6,
      "the delayed-ACK timer of a brisk conversation is 40 ms (TCP_INFO: tcpi_ato)")
{
    struct stream s = tcp_stream(lab);
    unsigned timer_us = 0;

    /* It follows the pace of what comes (tcp_event_data_recv), so a machine that stumbles gets a second
     * chance. */
    for (int i = 0; treatment(lab) && i < 100 && timer_us != 40000; i++) {
        ask_and_answer(s);
        timer_us = get_value(s.server, IPPROTO_TCP, TCP_INFO, struct tcp_info).tcpi_ato;
    }
    expect_equal(lab, timer_us, 40000);
    fact(lab, "delayed_ack_timer", timer_us, "us");
}

CLAIM(second_write_waits_for_the_delayed_ack, V4 | V6,
      "Nagle and an interactive server that does not answer: the second small write leaves only when the server's delayed "
      "ACK has come, 40 ms or more later",
      .takes_ms = 50)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        converse(lab, s);
    int64_t began = now_ns();
    send_bytes(s.client, 4);
    send_bytes(s.client, 396);
    expect_wire(lab,
                "client > server [P.] $a:$b",
                "server > client [.] ack $b",
                "client > server [P.] $b:$c");
    int64_t waited_ms = milliseconds_since(began);
    expect_duration(lab, waited_ms, 40, 48);
    fact(lab, "second_write_held", waited_ms, "ms");
}

CLAIM(nodelay_does_not_wait_for_the_delayed_ack, V4 | V6,
      "with TCP_NODELAY the second small write leaves although the interactive server has not acknowledged the first")
{
    struct stream s = tcp_stream(lab);
    converse(lab, s);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    send_bytes(s.client, 4);
    send_bytes(s.client, 396);
    expect_wire(lab,
                "client > server [P.] $a:$b len 4",
                "client > server [P.] $b:$c len 396");
}

CLAIM(reply_carries_the_ack, V4 | V6,
      "of twenty requests that an interactive server answers, not all get a pure ACK: the reply carries it")
{
    struct stream s = tcp_stream(lab);
    converse(lab, s);

    unsigned before = count_packets(lab, "client", "server > client [.]");
    for (int i = 0; i < 20; i++) {
        if (!treatment(
                lab)) /* what delays the ACK is the interactive mode: without it each request gets its own */
            set_int(s.server, IPPROTO_TCP, TCP_QUICKACK, 1);
        send_text(s.client, "question");
        receive_text(s.server, "question");
        if (!treatment(lab))
            settle(lab);
        send_text(s.server, "answer");
        receive_text(s.client, "answer");
    }
    unsigned pure = count_packets(lab, "client", "server > client [.]") - before;
    expect(lab, pure < 20); /* all twenty answers later than 40 ms is not to be thought of */
    fact(lab, "pure_acks_for_20_requests", pure, "");
}

CLAIM(interactive_server_does_not_ack_every_small_segment, V4 | V6,
      "with TCP_NODELAY at the client, an interactive server acknowledges two small segments with one ACK",
      .takes_ms = 250)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    unsigned acks = 0;

    for (int pair = 1; pair <= 5; pair++) {
        if (treatment(lab))
            converse(lab, s); /* each delayed ACK ends the interactive mode: tcp_delack_timer_handler */
        settle(lab);
        skip_packets(lab);
        unsigned before = count_packets(lab, "client", "server > client [.]");
        send_text(s.client, "a");
        send_text(s.client, "b");
        await_all_acknowledged(s.client);
        receive_text(s.server, "ab");
        acks += count_packets(lab, "client", "server > client [.]") - before;
    }
    expect(lab, acks < 10); /* a stumbling machine may part a pair, hardly all five */
    fact(lab, "acks_for_five_pairs", acks, "");
}

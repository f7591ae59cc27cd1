/* SPDX-License-Identifier: MIT */
/*
 * TCP_NODELAY: small writes leave at once, whatever is unacknowledged.
 * [notes] IPPROTO_TCP.TCP_NODELAY; [unp] 7.2 TCP_NODELAY; [attrs] 5.3, 5.4.3
 */
#include "lab.h"

EXPERIMENT("TCP_NODELAY", "IPPROTO_TCP", "send small writes at once: the Nagle algorithm off");

CLAIM(off_on_a_new_socket_and_reads_back_what_was_set, V4 | V6,
      "TCP_NODELAY is an int that reads 0 on a new socket, 1 after setting 1, and 0 after setting 0")
{
    struct sock *client = tcp_socket(lab, "client");

    int by_default = get_int(client, IPPROTO_TCP, TCP_NODELAY);
    expect_equal(lab, by_default, 0);
    fact(lab, "tcp_nodelay_default", by_default, "");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_NODELAY, 1);
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_NODELAY), 1);
    set_int(client, IPPROTO_TCP, TCP_NODELAY, 0);
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_NODELAY), 0);
}

CLAIM(second_small_write_leaves_before_the_ack, V4 | V6,
      "with TCP_NODELAY a second small write leaves before the first is acknowledged")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);

    wire_hold(lab, "server > client [.]");
    send_text(s.client, "GET");
    send_text(s.client, " /HelloWorld");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [P.] 4:16 ack 1");
    expect_nothing(lab, "server > client [.]");
}

CLAIM(set_before_connect_it_works_from_the_first_write, V4 | V6,
      "TCP_NODELAY can be set before connect, and then serves the connection")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        expect_success(lab, try_set_int(client, IPPROTO_TCP, TCP_NODELAY, 1));
    connect_to(client, at(lab, "server", SERVICE));
    skip_packets(lab);

    wire_hold(lab, "server > client [.]");
    send_text(client, "GET");
    send_text(client, " /HelloWorld");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [P.] 4:16 ack 1");
}

CLAIM(accepted_socket_inherits_it_from_the_listener, V4 | V6,
      "an accepted socket has TCP_NODELAY on if its listener had")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_NODELAY, 1);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *accepted = accept_from(listener);

    expect_equal(lab, get_int(accepted, IPPROTO_TCP, TCP_NODELAY), 1);
    skip_packets_at(lab, "server");
    wire_hold(lab, "client > server [.]");
    send_text(accepted, "HTTP");
    send_text(accepted, "/1.0 200 OK");
    expect_at(lab, "server",
              "server > client [P.] 1:5",
              "server > client [P.] 5:16");
}

CLAIM(two_writes_of_a_request_leave_at_once, V4 | V6,
      "with TCP_NODELAY a request of 4 and 396 bytes written in two parts leaves in two segments without waiting")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    send_bytes(s.client, 4);
    send_bytes(s.client, 396);
    expect_wire(lab,
                "client > server [P.] 1:5 ack 1",
                "client > server [P.] 5:401 ack 1");
}

CLAIM(same_bytes_cost_more_segments, V4 | V6,
      "the same ten one-byte writes cost ten segments with TCP_NODELAY, ten times the headers, where Nagle makes two")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    for (int i = 0; i < 10; i++) /* as many as the initial congestion window takes (RFC 6928) */
        send_text(s.client, "x");
    wire_release(lab);
    settle(lab);
    unsigned segments = count_packets(lab, "client", "client > server [P.]");
    expect_equal(lab, segments, 10);
    fact(lab, "segments_for_ten_writes", segments, "");
}

CLAIM(typing_over_a_600_ms_path_takes_1850_ms, V4 | V6,
      "with TCP_NODELAY six characters typed every 250 ms over a round trip of 600 ms leave as they are typed; from first "
      "segment to last ACK it takes 1850 ms",
      .takes_ms = 1900)
{
    struct stream s = tcp_stream(lab);
    wire_delay(lab, 300);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);

    for (const char *key = "hello!"; *key; key++) {
        send_byte(s.client, *key);
        let_pass_ms(lab, 250);
    }
    expect_wire(lab,
                "...",
                "server > client [.] ack 7");
    int64_t took_ms = expected_took_ns(lab) / 1000000;
    expect_duration(lab, took_ms, 1850, 1860); /* 5 times 250, and a round trip */
    expect_equal(lab, count_packets(lab, "client", "client > server [P.]"), 6);
    fact(lab, "six_keystrokes", took_ms, "ms");
}

CLAIM(five_keystrokes_take_as_long_as_their_typing_and_one_round_trip, V4 | V6,
      "with TCP_NODELAY each of five characters leaves when it is typed, before any ACK: every 250 ms over a round trip of "
      "600 ms that makes 4 times 250 and 600, 1600 ms in all")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    for (const char *key = "hello"; *key; key++)
        send_byte(s.client, *key);
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1",
                "client > server [P.] 2:3 ack 1",
                "client > server [P.] 3:4 ack 1",
                "client > server [P.] 4:5 ack 1",
                "client > server [P.] 5:6 ack 1");
}

/* What the documents' program does, up to the server's answer; `nodelay` is the argument of its setsockopt.
 */
static struct sock *documented_client(struct lab *lab, int nodelay)
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    set_int(client, IPPROTO_TCP, TCP_NODELAY, nodelay);
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] mss $mss sackOK TS val $then ecr 0 wscale $scale",
                "server > client [S.] ack 1 mss $mss",
                "client > server [.] ack 1");
    return client;
}

CLAIM(documented_trace_with_nodelay_on, V4 | V6,
      "TCP_NODELAY on: two 5-byte writes leave as 1:6 and 6:11 back to back, are acknowledged one by one, and close sends "
      "a FIN of its own")
{
    struct sock *client = documented_client(lab, treatment(lab) ? 1 : 0);

    wire_hold(lab, "server > client [.]"); /* the documents' server was far away */
    send_text(client, "GET /");
    send_text(client, "Hello");
    wire_release(lab);
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "client > server [P.] 6:11 ack 1",
                "server > client [.] ack 6",
                "server > client [.] ack 11");
    close_socket(client);
    expect_wire(lab,
                "client > server [F.] 11 ack 1",
                "server > client [.] ack 12");
}

CLAIM(documented_trace_with_nodelay_off, V4 | V6,
      "TCP_NODELAY off: the first 5-byte write leaves at once, the second only after the ACK of the first")
{
    struct sock *client = documented_client(lab, treatment(lab) ? 0 : 1);

    wire_hold(lab, "server > client [.]");
    send_text(client, "GET /");
    send_text(client, "Hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
    wire_release(lab);
    expect_wire(lab,
                "server > client [.] ack 6",
                "client > server [P.] 6:11 ack 1",
                "server > client [.] ack 11");
    close_socket(client);
    expect_wire(lab,
                "client > server [F.] 11 ack 1",
                "server > client [.] ack 12");
}

CLAIM(it_is_one_of_many_options_of_ipproto_tcp, V4 | V6,
      "IPPROTO_TCP has other options than TCP_NODELAY: TCP_CORK and TCP_MAXSEG are set and read at that level")
{
    struct sock *client = tcp_socket(lab, "client");

    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_CORK, 1);
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_CORK), 1);
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_NODELAY), 0);
    expect(lab, get_int(client, IPPROTO_TCP, TCP_MAXSEG) > 0);
}

/* SPDX-License-Identifier: MIT */
/*
 * The Nagle algorithm (RFC 896): while a small segment is unacknowledged, small writes wait and are put
 * together. [notes] IPPROTO_TCP.TCP_NODELAY; [unp] 7.2 TCP_NODELAY; [attrs] 5.4.3
 *
 * "The acknowledgement has not come" is not a matter of time here: the wire holds it until the claim lets it
 * go.
 */
#include "lab.h"

EXPERIMENT("Nagle algorithm", "IPPROTO_TCP",
           "hold small writes back while a small segment is unacknowledged");

CLAIM(small_writes_wait_for_the_ack_and_leave_together, V4 | V6,
      "while a small segment is unacknowledged, further small writes wait; its ACK sends them as one segment")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab)) /* the missing acknowledgement is what makes them wait */
        wire_hold(lab, "server > client [.]");
    send_text(s.client, "GET");
    expect_wire(lab, "client > server [P.] 1:4 ack 1");
    send_text(s.client, " /Hello");
    send_text(s.client, "World");
    expect_nothing(lab, "client > server [P.]");

    wire_release(lab);
    expect_wire(
        lab,
        "server > client [.] ack 4",
        "client > server [P.] 4:16 ack 1",
        "server > client [.] ack 16");
}

CLAIM(request_header_and_body_leave_apart_with_a_round_trip_between, V4 | V6,
      "of a request written as 4 and 396 bytes the second part leaves only when the first has been acknowledged")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    send_bytes(s.client, 4);
    send_bytes(s.client, 396);
    expect_wire(lab, "client > server [P.] 1:5 ack 1");
    expect_nothing(lab, "client > server [P.]");

    wire_release(lab);
    expect_wire(
        lab,
        "server > client [.] ack 5",
        "client > server [P.] 5:401 ack 1",
        "server > client [.] ack 401");
}

CLAIM(one_writev_in_place_of_two_writes_does_not_wait, V4 | V6,
      "both parts of a request given to one writev leave at once, in one segment")
{
    struct stream s = tcp_stream(lab);

    wire_hold(lab, "server > client [.]");
    if (treatment(lab)) {
        write_parts(s.client, "GET ", "/HelloWorld");
    } else {
        send_text(s.client, "GET ");
        send_text(s.client, "/HelloWorld");
    }
    expect_wire(lab, "client > server [P.] 1:16 ack 1");
}

CLAIM(one_buffer_in_place_of_two_writes_does_not_wait, V4 | V6,
      "both parts of a request copied into one buffer and written once leave at once, in one segment")
{
    struct stream s = tcp_stream(lab);

    wire_hold(lab, "server > client [.]");
    if (treatment(lab)) {
        send_text(s.client, "GET /HelloWorld");
    } else {
        send_text(s.client, "GET ");
        send_text(s.client, "/HelloWorld");
    }
    expect_wire(lab, "client > server [P.] 1:16 ack 1");
}

CLAIM(full_segment_does_not_wait, V4 | V6,
      "a write of one MSS leaves at once although a small segment is unacknowledged")
{
    struct stream s = tcp_stream(lab);
    int mss = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);

    wire_hold(lab, "server > client [.]");
    send_text(s.client, "GET");
    let(lab, "full", 4 + mss);
    /* One byte less than the MSS would wait. */
    send_bytes(s.client, treatment(lab) ? mss : mss - 1);
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [P.] 4:$full ack 1");
}

CLAIM(tail_of_a_large_write_waits_behind_a_small_segment, V4 | V6,
      "of a write larger than the MSS the full segment leaves at once, but the rest waits for the ACK of a small "
      "segment sent before")
{
    struct stream s = tcp_stream(lab);
    int mss = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);

    wire_hold(lab, "server > client [.]");
    if (treatment(lab))
        send_text(s.client, "GET");
    let(lab, "full", 4 + mss);
    send_bytes(s.client, mss + 100);
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [.] 4:$full ack 1");
    expect_nothing(lab, "client > server [P.]");
}

CLAIM(small_segment_does_not_wait_for_a_full_one, V4 | V6,
      "a small write leaves at once while only full-sized segments are unacknowledged")
{
    struct stream s = tcp_stream(lab);
    int mss = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);

    wire_hold(lab, "server > client [.]");
    /* Linux asks for the last *small* segment to be acknowledged (tcp_minshall_check), RFC 896 for
     * everything. */
    send_bytes(s.client, treatment(lab) ? mss : mss - 1);
    let(lab, "full", 1 + mss);
    let(lab, "end", 1 + mss + 3);
    send_text(s.client, "GET");
    expect_wire(lab,
                "client > server [P.] 1:$full ack 1",
                "client > server [P.] $full:$end ack 1");
}

/*
 * The figures of [unp] 7.2: keys typed every 250 ms over a round trip of 600 ms. Here the figure's order of
 * events is kept by the wire, not by the clock: ACKs come back in mid-air until the keys typed before them
 * are typed.
 */
static void type(struct sock *sock, const char *keys)
{
    for (; *keys; keys++)
        send_byte(sock, *keys);
}

CLAIM(six_keystrokes_on_a_slow_path_take_four_round_trips, V4 | V6,
      "six characters typed every 250 ms over a round trip of 600 ms leave as h, el, lo and !, each when the one before "
      "is acknowledged: four round trips")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    type(s.client, "hel"); /* 0, 250, 500 ms */
    wire_pass_held(lab);   /* 600 ms */
    type(s.client, "lo");  /* 750, 1000 ms */
    wire_pass_held(lab);   /* 1200 ms */
    type(s.client, "!");   /* 1250 ms */
    wire_pass_held(lab);   /* 1800 ms */
    wire_pass_held(lab);   /* 2400 ms */
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1",
                "server > client [.] ack 2",
                "client > server [P.] 2:4 ack 1",
                "server > client [.] ack 4",
                "client > server [P.] 4:6 ack 1",
                "server > client [.] ack 6",
                "client > server [P.] 6:7 ack 1",
                "server > client [.] ack 7");
}

CLAIM(five_keystrokes_on_a_slow_path_take_three_round_trips, V4 | V6,
      "five characters typed every 250 ms over a round trip of 600 ms leave as h, el and lo: three round trips")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    type(s.client, "hel"); /* 0, 250, 500 ms */
    wire_pass_held(lab);   /* 600 ms */
    type(s.client, "lo");  /* 750, 1000 ms */
    wire_pass_held(lab);   /* 1200 ms */
    wire_pass_held(lab);   /* 1800 ms */
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1",
                "server > client [.] ack 2",
                "client > server [P.] 2:4 ack 1",
                "server > client [.] ack 4",
                "client > server [P.] 4:6 ack 1",
                "server > client [.] ack 6");
}

CLAIM(typing_over_a_600_ms_path_is_slower_with_nagle, V4 | V6,
      "six characters typed every 250 ms over a round trip of 600 ms: no segment leaves before the one before it is "
      "acknowledged, a round trip each; from first segment to last ACK it takes 2400 ms",
      .untreated =
          "Nagle stays at its default; tcp_nodelay.typing_over_a_600_ms_path_takes_1850_ms is the contrast",
      .takes_ms = 2500)
{
    struct stream s = tcp_stream(lab);
    wire_delay(lab, 300);

    for (const char *key = "hello!"; *key; key++) {
        send_byte(s.client, *key);
        let_pass_ms(lab, 250);
    }
    expect_wire(lab,
                "...",
                "server > client [.] ack 7");
    int64_t took_ms = expected_took_ns(lab) / 1000000;
    unsigned segments = count_packets(lab, "client", "client > server [P.]");
    expect(lab, took_ms >= 600 * segments);
    expect_duration(lab, took_ms, 1850, 2410);
    fact(lab, "segments", segments, "");
    fact(lab, "six_keystrokes", took_ms, "ms");
}

CLAIM(keystroke_typed_after_the_last_ack_leaves_alone, V4 | V6,
      "on a path where the ACK comes before the next keystroke, each keystroke leaves at once as a segment of its own",
      .untreated =
          "Nagle stays at its default; six_keystrokes_on_a_slow_path_take_four_round_trips is the contrast")
{
    struct stream s = tcp_stream(lab);

    send_text(s.client, "h");
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1",
                "server > client [.] ack 2");
    send_text(s.client, "e");
    expect_wire(lab,
                "client > server [P.] 2:3 ack 1",
                "server > client [.] ack 3");
    send_text(s.client, "l");
    expect_wire(lab,
                "client > server [P.] 3:4 ack 1",
                "server > client [.] ack 4");
}

CLAIM(ten_byte_by_byte_writes_make_two_segments, V4 | V6,
      "ten one-byte writes, made before the first is acknowledged, make two segments with Nagle and ten without")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");

    type(s.client, "0123456789");
    wire_pass_held(lab);
    expect_wire(lab,
                "client > server [P.] 1:2",
                "server > client [.] ack 2",
                "client > server [P.] 2:11");
    wire_pass_held(lab);
    expect_wire(lab, "server > client [.] ack 11");

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    type(s.client, "0123456789");
    expect_wire(lab,
                "client > server [P.] 11:12",
                "client > server [P.] 12:13",
                "client > server [P.] 13:14",
                "client > server [P.] 14:15",
                "client > server [P.] 15:16",
                "client > server [P.] 16:17",
                "client > server [P.] 17:18",
                "client > server [P.] 18:19",
                "client > server [P.] 19:20",
                "client > server [P.] 20:21");
}

CLAIM(one_byte_needs_32_bytes_of_tcp_header_by_default, V4 | V6,
      "Linux negotiates timestamps by default, so that the TCP header of a one-byte segment has 32 bytes")
{
    set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", treatment(lab) ? "1" : "0"); /* 1 is the default */
    struct stream s = tcp_stream(lab);
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1 TS",
                "server > client [.] ack 2 TS");
}

CLAIM(one_byte_needs_20_bytes_of_tcp_header_without_timestamps, V4 | V6,
      "without timestamps the TCP header of a one-byte segment has no options: 20 bytes, after 20 of IPv4 or 40 of IPv6")
{
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", "0");
    struct stream s = tcp_stream(lab);
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1 no options",
                "server > client [.] ack 2 no options");
}

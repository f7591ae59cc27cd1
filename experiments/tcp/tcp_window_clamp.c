/* SPDX-License-Identifier: MIT */
/*
 * TCP_WINDOW_CLAMP: the largest window that a socket offers.
 * tcp(7) TCP_WINDOW_CLAMP (since Linux 2.4)
 */
#include "lab.h"

EXPERIMENT("TCP_WINDOW_CLAMP", "IPPROTO_TCP", "limit the window that is offered, whatever the receive buffer is");

CLAIM(syn_offers_no_more, V4 | V6,
      "a clamp of 5000 set before connect limits the window in the SYN to the whole segments in it, and makes the window scale 0, as a "
      "larger window will not be needed; SO_RCVBUF stays as it is",
      .cites = "tcp(7) TCP_WINDOW_CLAMP")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    int buffer = get_int(client, SOL_SOCKET, SO_RCVBUF);
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
    let(lab, "window", 5000 / ethernet_mss(lab) * ethernet_mss(lab)); /* tcp_select_initial_window */
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] win $window wscale 0",
                "server > client [S.] wscale >0");
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_WINDOW_CLAMP), 5000);
    expect_equal(lab, get_int(client, SOL_SOCKET, SO_RCVBUF), buffer);
}

CLAIM(clamp_of_the_listener_holds_for_its_connections, V4 | V6,
      "a clamp of 5000 set on the listening socket limits the window in its SYN-ACKs and makes their window scale 0; accepted sockets "
      "inherit it",
      .cites = "tcp(7) TCP_WINDOW_CLAMP")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale >0",
                "server > client [S.] win <=5000 wscale 0");
    expect_equal(lab, get_int(accept_from(listener), IPPROTO_TCP, TCP_WINDOW_CLAMP), 5000);
}

/* What the last ACK offers, in bytes, when so many have been sent and read. */
static int64_t offered_after(struct stream s, unsigned pieces)
{
    struct info { /* as far as is needed */
        struct tcp_info basic;
        uint64_t rates_and_bytes[4];
        uint32_t segments_to_min_rtt[4], data_segments[2];
        uint64_t delivery_and_times[4];
        uint32_t delivered[2];
        uint64_t sent[2];
        uint32_t counters[3], snd_wnd;
    };
    for (unsigned i = 0; i < pieces; i++) {
        send_bytes(s.client, 5000);
        receive_bytes(s.server, 5000);
    }
    await_all_acknowledged(s.client);
    return get_value(s.client, IPPROTO_TCP, TCP_INFO, struct info).snd_wnd;
}

CLAIM(connected_socket_takes_it_when_the_offered_window_is_used_up, V4 | V6,
      "on a connected socket a clamp takes nothing back: the window shrinks only as what was offered is used up, and is within "
      "the clamp then",
      .cites = "tcp(7) TCP_WINDOW_CLAMP; RFC 9293 section 3.8.6.2.1 (the window is not shrunk)", .since = "5.16")
{
    set_sysctl(lab, "server", "net.ipv4.tcp_moderate_rcvbuf", "0"); /* it would overwrite the clamp: tcp_rcv_space_adjust */
    struct stream s = tcp_stream(lab);
    int64_t before = offered_after(s, 1);
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP, 8192);
    expect_between(lab, offered_after(s, 1), before - 5000, before);
    expect_between(lab, offered_after(s, 20), 8192 / 2, 8192);
}

CLAIM(connected_socket_did_not_heed_it, V4 | V6,
      "before Linux 5.16 a clamp set on a connected socket is read back and does not limit the window that is offered: "
      "tcp_set_window_clamp left rcv_ssthresh as it was",
      .cites = "tcp(7) TCP_WINDOW_CLAMP; Linux 5.16, \"tcp: enable mid stream window clamp\"", .until = "5.15",
      .untreated = "contrast of connected_socket_takes_it_when_the_offered_window_is_used_up")
{
    set_sysctl(lab, "server", "net.ipv4.tcp_moderate_rcvbuf", "0");
    struct stream s = tcp_stream(lab);
    int64_t before = offered_after(s, 1);
    set_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP, 8192);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP), 8192);
    expect_between(lab, offered_after(s, 20), before - 5000, before);
}

/* A server with a clamp of 5000, inherited from its listener, which has been sent so many bytes and has read them. */
static struct stream clamped_stream_after(struct lab *lab, size_t bytes)
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    set_sysctl(lab, "server", "net.ipv4.tcp_moderate_rcvbuf", "0");
    set_int(s.listener, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    send_bytes(s.client, bytes);
    receive_bytes(s.server, bytes);
    await_all_acknowledged(s.client);
    return s;
}

CLAIM(first_full_segment_takes_the_clamp_away, V4 | V6,
      "since Linux 6.11 the first full segment that arrives tells the kernel how much memory segments take, and the clamp is overwritten "
      "with what the buffer has room for: one set before connect or listen limits the handshake only",
      .cites = "tcp(7) TCP_WINDOW_CLAMP (refuted); net/ipv4/tcp_input.c, tcp_measure_rcv_mss", .since = "6.12")
{
    struct stream s = clamped_stream_after(lab, treatment(lab) ? 2000 : 500);
    int clamp = get_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP);
    expect_between(lab, clamp, 20000, get_int(s.server, SOL_SOCKET, SO_RCVBUF));
    set_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000); /* set again, it stays: later segments are no larger */
    send_bytes(s.client, 5000);
    receive_bytes(s.server, 5000);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP), 5000);
}

CLAIM(clamp_lasts, V4 | V6, "before Linux 6.6 a clamp set before connect or listen stays what it is, and so does the window",
      .cites = "tcp(7) TCP_WINDOW_CLAMP", .until = "6.5",
      .untreated = "contrast of first_full_segment_takes_the_clamp_away; the listener's clamp is compared with that of one without")
{
    struct stream s = clamped_stream_after(lab, 50000);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_WINDOW_CLAMP), 5000);
    expect_wire(lab, "...", "server > client [.] ack 50001 win <=5000");
    tcp_listener(lab, "server", 5000);
    struct sock *other = tcp_socket(lab, "client");
    connect_to(other, at(lab, "server", 5000));
    expect(lab, get_int(other, IPPROTO_TCP, TCP_WINDOW_CLAMP) > 5000);
}

static void expect_window_in_syn(struct lab *lab, struct sock *client, unsigned limit)
{
    let(lab, "window", limit / ethernet_mss(lab) * ethernet_mss(lab));
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] win $window wscale 0",
                "server > client [S.]",
                "client > server [.] ack 1");
}

CLAIM(smaller_of_buffer_and_clamp_holds, V4 | V6,
      "SO_RCVBUF and a TCP_WINDOW_CLAMP set after it both limit: the window of the SYN is the smaller of the clamp and half the doubled "
      "buffer",
      .cites = "tcp(7) TCP_WINDOW_CLAMP; net/ipv4/tcp_output.c, tcp_select_initial_window")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *clamped = tcp_socket(lab, "client"), *small = tcp_socket(lab, "client");
    set_int(clamped, SOL_SOCKET, SO_RCVBUF, 16384);
    set_int(small, SOL_SOCKET, SO_RCVBUF, 4000);
    if (treatment(lab)) {
        set_int(clamped, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
        set_int(small, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
    }
    expect_window_in_syn(lab, small, 4000);
    expect_window_in_syn(lab, clamped, 5000);
}

CLAIM(buffer_set_after_the_clamp_leaves_it, V4 | V6,
      "before Linux 7.1 SO_RCVBUF set after the clamp does not change it", .cites = "tcp(7) TCP_WINDOW_CLAMP", .until = "7.0")
{ /* after it, SO_RCVBUF sets the clamp to what the buffer has room for (tcp: update window_clamp when SO_RCVBUF is set) */
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000);
    set_int(client, SOL_SOCKET, SO_RCVBUF, 16384);
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_WINDOW_CLAMP), 5000);
    expect_window_in_syn(lab, client, 5000);
}

CLAIM(small_values_are_raised_and_zero_is_for_closed_sockets, V4 | V6,
      "a value below the least receive buffer's half is raised to it; 0 takes the clamp away while the socket is "
      "closed, and is refused with EINVAL once it is connected or listens",
      .cites = "tcp(7) TCP_WINDOW_CLAMP")
{
    struct sock *closed = tcp_socket(lab, "client");
    struct stream s = tcp_stream(lab);
    int one = 1;
    if (treatment(lab))
        set_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP, 1);
    int least = get_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP);
    expect_between(lab, least, 1024, 4096); /* SOCK_MIN_RCVBUF / 2 */
    fact(lab, "least_window_clamp", least, "bytes");

    expect_success(lab, try_set_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP, 0));
    expect_equal(lab, get_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP), 0);
    fact_refused(lab, "window_clamp_0_when_connected", try_set_int(s.client, IPPROTO_TCP, TCP_WINDOW_CLAMP, 0), EINVAL);
    fact_refused(lab, "window_clamp_0_when_listening", try_set_int(s.listener, IPPROTO_TCP, TCP_WINDOW_CLAMP, 0), EINVAL);
    expect_refused(lab, try_set_option(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP, &one, 3), EINVAL);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_WINDOW_CLAMP, 5000), ENOPROTOOPT);
}

static int clamp_after(struct lab *lab, int value)
{
    struct sock *closed = tcp_socket(lab, "client");
    set_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP, value);
    return get_int(closed, IPPROTO_TCP, TCP_WINDOW_CLAMP);
}

CLAIM(negative_values_are_raised_too, NO_FAMILY, "a negative value becomes the least clamp, as any small one does",
      .cites = "tcp(7) TCP_WINDOW_CLAMP; net/ipv4/tcp.c, tcp_set_window_clamp", .since = "6.18")
{
    expect_equal(lab, clamp_after(lab, treatment(lab) ? -1 : 5000), clamp_after(lab, 1));
}

CLAIM(negative_values_were_kept, NO_FAMILY,
      "up to Linux 6.12 a negative value is compared without its sign, counts as very large, and is read back as it was set",
      .cites = "tcp(7) TCP_WINDOW_CLAMP; net/ipv4/tcp.c, tcp_set_window_clamp", .until = "6.12")
{
    expect_equal(lab, clamp_after(lab, treatment(lab) ? -1 : 5000), -1);
}

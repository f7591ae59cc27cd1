/* SPDX-License-Identifier: MIT */
/*
 * TCP_MAXSEG: how large a segment may be. The two ends tell each other in their SYNs what they can receive; neither
 * sends more than it was told, than its own TCP_MAXSEG and than the path takes.
 * [unp] 7.1 TCP_MAXSEG; tcp(7) TCP_MAXSEG; RFC 9293, 3.7.1; RFC 6691
 *
 * What is announced counts no TCP options. What is sent does: with time stamps, 12 bytes less.
 */
#include "lab.h"

EXPERIMENT("TCP_MAXSEG", "IPPROTO_TCP", "limit the data of a segment, in both directions");

#define TIMESTAMPS     12
#define BEFORE_CONNECT 536 /* TCP_MSS_DEFAULT: what a socket reads that nothing is known of yet */

static void without_timestamps(struct lab *lab)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", "0");
}

/* A connection of which client and server have said something of their own before its SYN; 0: nothing. */
static struct stream stream_with(struct lab *lab, int client_maxseg, int server_maxseg)
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    if (client_maxseg)
        set_int(s.client, IPPROTO_TCP, TCP_MAXSEG, client_maxseg);
    if (server_maxseg)
        set_int(s.listener, IPPROTO_TCP, TCP_MAXSEG, server_maxseg);
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    return s;
}

static void behind_the_handshake(struct lab *lab)
{
    settle(lab);
    skip_packets(lab);
    skip_packets_at(lab, "server");
}

/* Three segments' worth of data leave `from` in segments of that size. */
static void expect_segments_of(struct lab *lab, const char *view, struct sock *from, int size)
{
    const char *pattern = strcmp(view, "client") == 0 ? "client > server [*] len $full" : "server > client [*] len $full";
    behind_the_handshake(lab);
    let(lab, "full", size);
    send_bytes(from, 3 * (size_t)size);
    expect_at(lab, view, "...", pattern, "...", pattern, "...", pattern);
    await_all_acknowledged(from);
}

/* ---------------------------------------------------------------- the arithmetic */

CLAIM(each_side_announces_its_mtu_less_the_headers, V4 | V6,
      "SYN and SYN-ACK announce the MTU of the interface less 40 bytes of headers with IPv4 (1460) and 60 with IPv6 (1440), "
      "time stamps not counted")
{
    let(lab, "mss", is_v6(lab) ? 1440 : 1460);
    let(lab, "smaller", is_v6(lab) ? 1340 : 1360);
    tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_mtu(lab, "server", "eth0", 1400);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] mss $mss TS",
                "server > client [S.] mss $smaller TS",
                "client > server [.] no mss");
}

CLAIM(time_stamps_take_twelve_bytes_of_every_segment, V4 | V6,
      "with time stamps the largest segment has 12 bytes of data less than the MSS that was announced, and this is what "
      "TCP_MAXSEG reads: 1448 (IPv6 1428), the length of the largest segment on the wire")
{
    if (!treatment(lab))
        without_timestamps(lab);
    struct stream s = tcp_stream(lab);
    int mss = (int)ethernet_mss(lab) - TIMESTAMPS;
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), mss);
    expect_segments_of(lab, "client", s.client, mss);
    fact(lab, "maxseg_with_timestamps", mss, "bytes");
}

CLAIM(without_options_a_segment_carries_the_whole_mss, V4 | V6,
      "without time stamps the largest segment carries exactly the MSS announced, 1460 bytes (IPv6 1440), and TCP_MAXSEG "
      "reads that")
{
    if (treatment(lab))
        without_timestamps(lab);
    struct stream s = tcp_stream(lab);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), ethernet_mss(lab));
    expect_segments_of(lab, "client", s.client, (int)ethernet_mss(lab));
}

/* ---------------------------------------------------------------- own value and peer's */

CLAIM(set_before_connect_it_is_announced_and_kept_to, V4 | V6,
      "TCP_MAXSEG 1000 set before connect is announced in the SYN: neither side sends larger segments, which with time "
      "stamps means 988 bytes")
{
    struct stream s = stream_with(lab, treatment(lab) ? 1000 : 0, 0);
    expect_wire(lab,
                "client > server [S] mss 1000",
                "server > client [S.] mss >1000",
                "client > server [.]");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), 1000 - TIMESTAMPS);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_MAXSEG), 1000 - TIMESTAMPS);
    expect_segments_of(lab, "client", s.client, 1000 - TIMESTAMPS);
    expect_segments_of(lab, "server", s.server, 1000 - TIMESTAMPS);
}

CLAIM(the_smaller_of_both_values_binds_both_directions, V4 | V6,
      "with TCP_MAXSEG 1000 at the client and 600 at the server each announces its own, and both send segments of 600 bytes "
      "and no more, time stamps included")
{
    struct stream s = stream_with(lab, 1000, treatment(lab) ? 600 : 0);
    expect_wire(lab,
                "client > server [S] mss 1000",
                "server > client [S.] mss 600",
                "client > server [.]");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), 600 - TIMESTAMPS);
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_MAXSEG), 600 - TIMESTAMPS);
    expect_segments_of(lab, "client", s.client, 600 - TIMESTAMPS);
    expect_segments_of(lab, "server", s.server, 600 - TIMESTAMPS);
}

CLAIM(value_beyond_the_mtu_has_no_effect, V4 | V6,
      "TCP_MAXSEG larger than the interface allows is taken and has no effect: the SYN announces what the MTU leaves",
      .cites = "tcp(7), TCP_MAXSEG")
{
    let(lab, "mss", is_v6(lab) ? 1340 : 1360);
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    set_int(client, IPPROTO_TCP, TCP_MAXSEG, 9000);
    if (treatment(lab))
        set_mtu(lab, "client", "eth0", 1400);
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] mss $mss",
                "server > client [S.] mss >$mss",
                "client > server [.]");
}

CLAIM(accepted_socket_inherits_it, V4 | V6,
      "TCP_MAXSEG 1000 set on a listening socket is announced in its SYN-ACKs, and binds the accepted sockets")
{
    struct stream s = stream_with(lab, 0, treatment(lab) ? 1000 : 0);
    expect_wire(lab,
                "client > server [S] mss >1000",
                "server > client [S.] mss 1000",
                "client > server [.]");
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_MAXSEG), 1000 - TIMESTAMPS);
    expect_segments_of(lab, "server", s.server, 1000 - TIMESTAMPS);
}

/* The client's SYN is lost, and the server gets one in its place that says nothing of its MSS (or says 1000). */
static struct sock *connection_of_a_client_that_announces(struct lab *lab, bool nothing)
{
    static const uint8_t mss_1000[] = {2, 4, 1000 >> 8, 1000 & 255};
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    wire_drop(lab, "client > server [S]");
    start_connect(client, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S]");
    struct tcp_spec syn = forged(lab, client);
    syn.flags = TCP_SYN;
    syn.seq--; /* the same SYN */
    syn.options = nothing ? NULL : mss_1000;
    syn.options_length = nothing ? 0 : sizeof mss_1000;
    wire_inject_tcp(lab, "server", &syn);
    finish_connect(client);
    return accept_from(listener);
}

CLAIM(peer_that_announces_nothing_gets_536_or_1220_bytes, V4 | V6,
      "to a peer whose SYN announces no MSS Linux sends segments of 536 bytes, with IPv6 of 1220",
      .cites = "RFC 9293, 3.7.1")
{
    struct sock *server = connection_of_a_client_that_announces(lab, treatment(lab));
    int mss = get_int(server, IPPROTO_TCP, TCP_MAXSEG);
    expect_equal(lab, mss, is_v6(lab) ? 1220 : 536); /* mss_clamp of tcp_request_sock_ipv6_ops, ..._ipv4_ops */
    let(lab, "mss", mss);
    send_bytes(server, 2 * (size_t)mss);
    expect_at(lab, "server",
              "...",
              "server > client [*] len $mss",
              "server > client [*] len $mss");
    fact(lab, "mss_without_announcement", mss, "bytes");
}

/* ---------------------------------------------------------------- when it is set */

CLAIM(set_after_connect_it_is_taken_and_changes_nothing, V4 | V6,
      "on a connection TCP_MAXSEG is taken without an error, but changes neither the value read nor the segments sent: "
      "what counts was agreed in the SYNs")
{
    struct stream s = tcp_stream(lab);
    int mss = (int)ethernet_mss(lab) - TIMESTAMPS;
    set_int(s.client, IPPROTO_TCP, TCP_MAXSEG, 500); /* tcp_sync_mss looks at mss_clamp, not at user_mss */
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), mss);
    expect_segments_of(lab, "client", s.client, mss);

    /* The same call, a moment earlier, would have been in force. */
    struct sock *earlier = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(earlier, IPPROTO_TCP, TCP_MAXSEG, 500);
    connect_to(earlier, at(lab, "server", SERVICE));
    expect_equal(lab, get_int(earlier, IPPROTO_TCP, TCP_MAXSEG), 500 - TIMESTAMPS);
}

CLAIM(before_connect_it_reads_what_was_set, V4 | V6,
      "before connect TCP_MAXSEG is an int that reads 536 until it is set, then what was set, on a listening socket too; "
      "0 takes the value back")
{
    struct sock *sock = tcp_socket(lab, "client"), *listener = tcp_listener(lab, "server", SERVICE);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), BEFORE_CONNECT);
    if (treatment(lab)) {
        set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 1000);
        set_int(listener, IPPROTO_TCP, TCP_MAXSEG, 1000);
    }
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), 1000);
    expect_equal(lab, get_int(listener, IPPROTO_TCP, TCP_MAXSEG), 1000);
    fact(lab, "maxseg_before_connect", BEFORE_CONNECT, "bytes");

    set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 0);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), BEFORE_CONNECT);
    connect_to(sock, at(lab, "server", SERVICE));
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), 1000 - TIMESTAMPS); /* the listener's */
}

/* ---------------------------------------------------------------- the path */

CLAIM(path_mtu_makes_segments_smaller_than_agreed, V4 | V6,
      "a router that takes no more than 1400 bytes lowers the MSS of a living connection: TCP_MAXSEG reads 1348 (IPv6 1328) "
      "when its answer has come, and the data are sent again in such segments",
      .cites = "RFC 1191, RFC 8201")
{
    struct stream s = tcp_stream(lab);
    int mss = (int)ethernet_mss(lab) - 100 - TIMESTAMPS;
    let(lab, "too_large", 1 + (int)ethernet_mss(lab) - TIMESTAMPS);
    let(lab, "fits", 1 + mss);
    behind_the_handshake(lab);
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(s.client, ethernet_mss(lab) - TIMESTAMPS);
    expect_wire(lab,
                "client > server [P.] 1:$too_large",
                is_v6(lab) ? "wire > client ICMP6 too big mtu 1400"
                           : "wire > client ICMP unreachable frag-needed mtu 1400",
                "client > server [*] 1:$fits");
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), mss);
    fact(lab, "maxseg_on_a_1400_byte_path", mss, "bytes");
}

/* ---------------------------------------------------------------- what refuses */

CLAIM(values_from_88_to_32767_and_0_are_taken, V4 | V6,
      "TCP_MAXSEG takes 0 and 88 to 32767 (TCP_MIN_MSS, MAX_TCP_WINDOW); anything else is refused with EINVAL, and nothing "
      "is changed",
      .cites = "tcp(7), TCP_MAXSEG")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 88);
    fact_refused(lab, "maxseg_87", try_set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 87), EINVAL);
    fact_refused(lab, "maxseg_minus_1", try_set_int(sock, IPPROTO_TCP, TCP_MAXSEG, -1), EINVAL);
    fact_refused(lab, "maxseg_32768", try_set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 32768), EINVAL);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), 88);
    set_int(sock, IPPROTO_TCP, TCP_MAXSEG, 32767);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_MAXSEG), 32767);
}

CLAIM(misuse_is_refused, V4 | V6,
      "TCP_MAXSEG of two bytes, at no address, on a UDP or a Unix socket is refused",
      .cites = "tcp(7), Socket options")
{
    expect_misuse_refused(lab, treatment(lab), TCP_MAXSEG, 1000);
}

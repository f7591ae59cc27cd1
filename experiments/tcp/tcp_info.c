/* SPDX-License-Identifier: MIT */
/*
 * TCP_INFO: what the kernel knows of a connection, held against the packets that it is made of.
 * tcp(7) TCP_INFO (since Linux 2.4); the fields behind tcpi_total_retrans came one by one: tcp_get_info in net/ipv4/tcp.c.
 */
#include "lab.h"

EXPERIMENT("TCP_INFO", "IPPROTO_TCP", "read the state and the counters of a connection");

/* The struct of Linux 6.2: <netinet/tcp.h> ends at tcpi_total_retrans. A kernel fills in what it has; the rest stays 0. */
struct info {
    struct tcp_info basic;
    uint64_t pacing_rate, max_pacing_rate; /* 3.15 */
    uint64_t bytes_acked, bytes_received;  /* 4.1 */
    uint32_t segs_out, segs_in;            /* 4.2 */
    uint32_t notsent_bytes, min_rtt;       /* 4.6 */
    uint32_t data_segs_in, data_segs_out;  /* 4.6 */
    uint64_t delivery_rate;                /* 4.9 */
    uint64_t busy_time, rwnd_limited, sndbuf_limited;
    uint32_t delivered, delivered_ce;   /* 4.18 */
    uint64_t bytes_sent, bytes_retrans; /* 4.19 */
    uint32_t dsack_dups, reord_seen, rcv_ooopack;
    uint32_t snd_wnd;         /* 5.4 */
    uint32_t rcv_wnd, rehash; /* 6.2 */
};

static struct info info_of(struct sock *sock)
{
    return get_value(sock, IPPROTO_TCP, TCP_INFO, struct info);
}

static int state_now(struct sock *sock)
{
    return info_of(sock).basic.tcpi_state;
}

CLAIM(options_are_those_that_both_sides_agreed_on, V4 | V6,
      "tcpi_options has a bit for time stamps, for SACK and for window scaling exactly where both SYN and SYN-ACK carried the option",
      .cites = "tcp(7) TCP_INFO")
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    connect_to(s.client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] TS sackOK wscale $ours",
                "server > client [S.] TS sackOK wscale $theirs",
                "client > server [.] ack 1");
    accept_from(s.listener);
    expect_equal(lab, info_of(s.client).basic.tcpi_options, TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE);

    if (treatment(lab)) { /* the server would still like all three */
        set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", "0");
        set_sysctl(lab, "client", "net.ipv4.tcp_sack", "0");
        set_sysctl(lab, "client", "net.ipv4.tcp_window_scaling", "0");
    }
    struct sock *plain = tcp_socket(lab, "client");
    connect_to(plain, at(lab, "server", SERVICE));
    struct sock *accepted = accept_from(s.listener);
    expect_equal(lab, info_of(plain).basic.tcpi_options, 0);
    expect_equal(lab, info_of(accepted).basic.tcpi_options, 0);
}

CLAIM(scales_are_those_of_the_two_syns, V4 | V6,
      "tcpi_rcv_wscale is the window scale of the side's own SYN, tcpi_snd_wscale that of its peer's", .cites = "tcp(7) TCP_INFO")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_RCVBUF, 16384); /* needs no scale */
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);

    struct tcp_info ours = info_of(client).basic, theirs = info_of(server).basic;
    let(lab, "client_reads", ours.tcpi_rcv_wscale);
    let(lab, "server_reads", theirs.tcpi_rcv_wscale);
    expect_wire(lab,
                "client > server [S] wscale $client_reads",
                "server > client [S.] wscale $server_reads");
    expect_equal(lab, ours.tcpi_rcv_wscale, 0);
    expect(lab, theirs.tcpi_rcv_wscale > 0);
    expect_equal(lab, ours.tcpi_snd_wscale, theirs.tcpi_rcv_wscale);
    expect_equal(lab, theirs.tcpi_snd_wscale, ours.tcpi_rcv_wscale);
}

CLAIM(unacked_counts_segments_in_flight, V4 | V6,
      "tcpi_unacked counts segments that have left and are not acknowledged, not bytes: three of tcpi_snd_mss bytes each; "
      "tcpi_delivered rises by as many when the ACKs have come",
      .since = "4.18",
      .cites = "linux/tcp.h, struct tcp_info (tcpi_delivered: Linux 4.18)")
{
    struct stream s = tcp_stream(lab);
    struct info before = info_of(s.client);
    unsigned mss = before.basic.tcpi_snd_mss;
    expect_equal(lab, mss, ethernet_mss(lab) - 12); /* time stamps */
    expect_equal(lab, before.delivered, 1);         /* the SYN */
    let(lab, "one", 1 + mss);
    let(lab, "two", 1 + 2 * mss);
    let(lab, "three", 1 + 3 * mss);
    skip_packets(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    send_bytes(s.client, 3 * mss);
    expect_wire(lab,
                "client > server [*] 1:$one",
                "...",
                "client > server [*] $one:$two",
                "...",
                "client > server [*] $two:$three");
    settle(lab);
    expect_equal(lab, info_of(s.client).basic.tcpi_unacked, 3);
    wire_release(lab);
    await_all_acknowledged(s.client);
    expect_equal(lab, info_of(s.client).basic.tcpi_unacked, 0);
    expect_equal(lab, info_of(s.client).delivered, before.delivered + 3);
}

CLAIM(lost_segment_shows_in_five_counters, V4 | V6,
      "of five segments whose first is lost, and lost again when sent again, tcpi_sacked counts four, tcpi_lost and tcpi_retrans "
      "one each, tcpi_total_retrans one, and tcpi_bytes_retrans one segment's bytes",
      .since = "4.19", .cites = "linux/tcp.h, struct tcp_info (tcpi_bytes_retrans: Linux 4.19)")
{
    struct stream s = tcp_stream(lab);
    unsigned mss = info_of(s.client).basic.tcpi_snd_mss;
    let(lab, "one", 1 + mss);
    let(lab, "five", 1 + 5 * mss);
    settle(lab);
    skip_packets(lab);

    if (treatment(lab))
        wire_drop(lab, "client > server [*] seq 1 len >0");
    send_bytes(s.client, 5 * mss);
    expect_wire(lab,
                "client > server [*] 1:$one",
                "...",
                "server > client [.] ack 1 sack $one:$five"); /* by now the client has been told three times */
    settle(lab);
    expect_equal(lab, count_packets(lab, "client", "client > server [*] 1:$one"), 2);
    struct info info = info_of(s.client);
    expect_equal(lab, info.basic.tcpi_ca_state, TCP_CA_Recovery);
    expect_equal(lab, info.basic.tcpi_unacked, 5);
    expect_equal(lab, info.basic.tcpi_sacked, 4);
    expect_equal(lab, info.basic.tcpi_lost, 1);
    expect_equal(lab, info.basic.tcpi_retrans, 1);
    expect_equal(lab, info.basic.tcpi_total_retrans, 1);
    expect_equal(lab, info.bytes_retrans, mss);
}

CLAIM(retransmits_counts_timeouts_in_a_row, V4 | V6,
      "tcpi_retransmits counts the timeouts since the last acknowledgement, tcpi_rto doubles with each; the ACK sets the first back "
      "to 0, while tcpi_total_retrans keeps its count",
      .cites = "linux/tcp.h, struct tcp_info", .kernel_timers = true, .takes_ms = 650)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_early_retrans", "0"); /* no tail loss probe, which is no timeout */
    struct stream s = tcp_stream(lab);
    unsigned rto = info_of(s.client).basic.tcpi_rto;
    skip_packets(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    send_text(s.client, "x");
    expect_wire(lab,
                "? client > server [.] ack 1",
                "client > server [P.] 1:2",
                "...",
                "client > server [P.] 1:2",
                "...",
                "client > server [P.] 1:2");
    struct tcp_info twice = info_of(s.client).basic;
    expect(lab, twice.tcpi_retransmits >= 2 && twice.tcpi_total_retrans >= 2); /* more on a machine that stood still */
    expect(lab, twice.tcpi_rto >= 4 * rto);
    wire_release(lab);
    await_all_acknowledged(s.client);
    expect_equal(lab, info_of(s.client).basic.tcpi_retransmits, 0);
    expect(lab, info_of(s.client).basic.tcpi_total_retrans >= twice.tcpi_total_retrans);
    fact(lab, "first_rto", rto / 1000, "ms");
}

CLAIM(bytes_acked_counts_the_syn_of_the_active_side, V4 | V6,
      "after a request of 100 and an answer of 2000 bytes tcpi_bytes_received is what each side was sent, but tcpi_bytes_acked of the "
      "side that connected is one more than it sent: its SYN is counted; the SYN-ACK of the other side is not",
      .since = "4.19", .cites = "RFC 4898 tcpEStatsAppHCThruOctetsAcked (Linux 4.1)")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, info_of(s.client).bytes_acked, 1); /* tcp_snd_una_update */
    expect_equal(lab, info_of(s.server).bytes_acked, 0);

    if (treatment(lab)) {
        send_bytes(s.client, 100);
        receive_bytes(s.server, 100);
        send_bytes(s.server, 2000);
        receive_bytes(s.client, 2000);
        await_all_acknowledged(s.client);
        await_all_acknowledged(s.server);
    }
    struct info client = info_of(s.client), server = info_of(s.server);
    expect_equal(lab, client.bytes_sent, 100);
    expect_equal(lab, client.bytes_acked, 101);
    expect_equal(lab, client.bytes_received, 2000);
    expect_equal(lab, server.bytes_sent, 2000);
    expect_equal(lab, server.bytes_acked, 2000);
    expect_equal(lab, server.bytes_received, 100);
}

CLAIM(segs_are_the_packets_of_the_connection, V4 | V6,
      "tcpi_segs_out and tcpi_segs_in of the side that connected are the packets that passed its interface, SYN, SYN-ACK and pure ACKs "
      "included; tcpi_data_segs_out and _in those with data",
      .cites = "RFC 4898 tcpEStatsPerfSegsOut (Linux 4.2, data_segs: 4.6)", .since = "4.6")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab)) {
        send_bytes(s.client, 5000);
        receive_bytes(s.server, 5000);
        send_bytes(s.server, 5000);
        receive_bytes(s.client, 5000);
        await_all_acknowledged(s.client);
        await_all_acknowledged(s.server);
    }
    settle(lab);
    struct info info = info_of(s.client);
    expect_equal(lab, info.segs_out, count_packets(lab, "client", "client > server [*]"));
    expect_equal(lab, info.segs_in, count_packets(lab, "client", "server > client [*]"));
    expect_equal(lab, info.data_segs_out, count_packets(lab, "client", "client > server [*] len >0"));
    expect_equal(lab, info.data_segs_in, count_packets(lab, "client", "server > client [*] len >0"));
    expect(lab, info.data_segs_out >= 4 && info.data_segs_in >= 4);
}

CLAIM(notsent_bytes_have_not_left, V4 | V6,
      "tcpi_notsent_bytes counts what waits in the send buffer and has not been sent at all, here ten bytes under TCP_CORK",
      .cites = "linux/tcp.h, struct tcp_info (tcpi_notsent_bytes: Linux 4.6)", .since = "4.6")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_bytes(s.client, 10);
    expect_nothing(lab, "client > server [P.]");
    expect_equal(lab, info_of(s.client).notsent_bytes, 10);
    expect_equal(lab, info_of(s.client).basic.tcpi_unacked, 0);

    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    await_all_acknowledged(s.client);
    expect_equal(lab, info_of(s.client).notsent_bytes, 0);
}

static void expect_window_to_be_that_of_the_last_ack(struct lab *lab, struct sock *client)
{
    struct info info = info_of(client);
    let(lab, "scaled", info.snd_wnd >> info.basic.tcpi_snd_wscale);
    expect_wire(lab,
                "...",
                "server > client [.] ack 3001 win $scaled");
    expect_equal(lab, info.snd_wnd, (info.snd_wnd >> info.basic.tcpi_snd_wscale) << info.basic.tcpi_snd_wscale);
}

CLAIM(snd_wnd_is_the_window_of_the_last_ack, V4 | V6,
      "tcpi_snd_wnd is the window that the peer offered last, in bytes: what stands in its segment, shifted by its scale",
      .cites = "linux/tcp.h, struct tcp_info (tcpi_snd_wnd: Linux 5.4)", .since = "5.4")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *large = tcp_socket(lab, "client"), *small = tcp_socket(lab, "client");
    connect_to(large, at(lab, "server", SERVICE));
    send_bytes(large, 3000);
    await_all_acknowledged(large);
    expect_window_to_be_that_of_the_last_ack(lab, large);
    expect(lab, info_of(large).snd_wnd > 8000 && info_of(large).basic.tcpi_snd_wscale > 0);

    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 8000);
    connect_to(small, at(lab, "server", SERVICE));
    send_bytes(small, 3000);
    await_all_acknowledged(small);
    let(lab, "win", info_of(small).snd_wnd); /* this one has no scale */
    expect_wire(lab, "...", "server > client [.] ack 3001 win $win");
    expect_between(lab, info_of(small).snd_wnd, 1, 8000);
}

CLAIM(rtt_is_what_the_wire_takes, V4 | V6,
      "tcpi_rtt and tcpi_min_rtt are the round trip in microseconds, here of a wire that takes 100 ms each way",
      .cites = "linux/tcp.h, struct tcp_info (tcpi_min_rtt: Linux 4.6)", .since = "4.6", .takes_ms = 400)
{
    if (treatment(lab))
        wire_delay(lab, 100);
    struct stream s = tcp_stream(lab);
    send_text(s.client, "x");
    await_all_acknowledged(s.client);
    struct info info = info_of(s.client);
    expect_duration(lab, info.min_rtt, 200000, 201000);
    expect_duration(lab, info.basic.tcpi_rtt, 200000, 201000);
}

CLAIM(mss_and_path_mtu_follow_the_path, V4 | V6,
      "tcpi_pmtu is 1500 and tcpi_snd_mss that less the headers, time stamps included; after a router's too-big message both are "
      "smaller, and so are the segments; tcpi_advmss stays",
      .cites = "tcp(7) TCP_INFO; RFC 9293 section 3.7.1")
{
    const unsigned headers = is_v6(lab) ? 40 + 20 + 12 : 20 + 20 + 12;
    struct stream s = tcp_stream(lab);
    struct tcp_info before = info_of(s.client).basic;
    expect_equal(lab, before.tcpi_pmtu, 1500);
    expect_equal(lab, before.tcpi_snd_mss, 1500 - headers);
    expect_equal(lab, before.tcpi_advmss, 1500 - headers);

    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(s.client, 1500 - headers);
    await_all_acknowledged(s.client);
    struct tcp_info after = info_of(s.client).basic;
    expect_equal(lab, after.tcpi_pmtu, 1400);
    expect_equal(lab, after.tcpi_snd_mss, 1400 - headers);
    expect_equal(lab, after.tcpi_advmss, 1500 - headers);
    let(lab, "end", 1 + 1400 - headers);
    expect_wire(lab, "...", "client > server [*] 1:$end");
}

CLAIM(state_is_the_state_of_rfc_793, V4 | V6,
      "tcpi_state goes from CLOSE to ESTABLISHED; after one side's FIN that side is in FIN_WAIT2, the other in CLOSE_WAIT",
      .cites = "tcp(7) TCP_INFO")
{
    expect_equal(lab, state_now(tcp_socket(lab, "client")), TCP_CLOSE);
    struct stream s = tcp_stream(lab);
    expect_equal(lab, state_now(s.listener), TCP_LISTEN);
    expect_equal(lab, state_now(s.client), TCP_ESTABLISHED);

    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    else
        send_text(s.client, "x");
    await_all_acknowledged(s.client);
    expect_equal(lab, state_now(s.client), TCP_FIN_WAIT2);
    expect_equal(lab, state_now(s.server), TCP_CLOSE_WAIT);
}

CLAIM(of_a_listener_it_tells_the_accept_queue, V4 | V6,
      "of a listening socket tcpi_unacked is the number of connections that wait for accept, and tcpi_sacked the backlog",
      .cites = "net/ipv4/tcp.c, tcp_get_info (listeners aliased fields)")
{
    struct sock *listener = tcp_socket(lab, "server");
    bind_to(listener, at(lab, "server", SERVICE));
    listen_on(listener, 5);
    expect_equal(lab, info_of(listener).basic.tcpi_unacked, 0);
    expect_equal(lab, info_of(listener).basic.tcpi_sacked, 5);

    for (int i = 0; i < 2 && treatment(lab); i++)
        connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    settle(lab);
    expect_equal(lab, info_of(listener).basic.tcpi_unacked, 2);
    accept_from(listener);
    expect_equal(lab, info_of(listener).basic.tcpi_unacked, 1);
}

CLAIM(short_buffer_gets_the_first_fields, V4 | V6,
      "a program built for a shorter struct gets its fields and the length of its buffer; one built for a longer struct gets what the "
      "kernel has, and how much that is",
      .cites = "net/ipv4/tcp.c, do_tcp_getsockopt")
{
    struct stream s = tcp_stream(lab);
    uint8_t buffer[1024] = {[8] = 0xaa, [9] = 0xbb};
    socklen_t size = treatment(lab) ? 8 : 1024;
    expect_success(lab, try_get_option(s.client, IPPROTO_TCP, TCP_INFO, buffer, &size));
    expect_equal(lab, size, 8);
    expect_equal(lab, buffer[0], TCP_ESTABLISHED);
    expect(lab, buffer[8] == 0xaa && buffer[9] == 0xbb);

    size = sizeof buffer;
    expect_success(lab, try_get_option(s.client, IPPROTO_TCP, TCP_INFO, buffer, &size));
    expect_between(lab, size, sizeof(struct tcp_info), sizeof buffer - 1);
    fact(lab, "tcp_info_size", size, "bytes");
}

CLAIM(it_is_for_reading_and_for_tcp, V4 | V6,
      "setsockopt(TCP_INFO) fails with ENOPROTOOPT; reading it from a UDP socket with EOPNOTSUPP (IPv4) or ENOPROTOOPT (IPv6)",
      .cites = "tcp(7) TCP_INFO")
{
    struct sock *tcp = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client");
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    expect_success(lab, try_get_option(tcp, IPPROTO_TCP, TCP_INFO, &info, &size));
    expect_refused(lab, try_set_option(tcp, IPPROTO_TCP, TCP_INFO, &info, sizeof info), ENOPROTOOPT);
    expect_refused(lab, try_get_option(treatment(lab) ? udp : tcp, IPPROTO_TCP, TCP_INFO, &info, &size),
                   is_v6(lab) ? ENOPROTOOPT : EOPNOTSUPP); /* do_ip_getsockopt, do_ipv6_getsockopt: not their level */
}

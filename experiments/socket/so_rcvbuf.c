/* SPDX-License-Identifier: MIT */
/*
 * SO_RCVBUF: how much a socket keeps for a reader that does not come, and the window that TCP makes of it.
 * [attrs] 5.4.1; [notes] SOL_SOCKET.SO_RCVBUF; [unp] 2 inheritance, 3.8 SO_RCVBUF and SO_SNDBUF;
 * [socket7] Socket options, /proc interfaces, Notes
 *
 * The kernel stores twice what is asked (__sock_set_rcvbuf), since it charges a packet with all the memory that it takes (truesize),
 * not with its bytes. TCP offers about half of it as window (tcp_win_from_space).
 */
#include "lab.h"

#include <linux/sock_diag.h>

EXPERIMENT("SO_RCVBUF", "SOL_SOCKET", "limit what is kept for a reader that does not come");

/* ---------------------------------------------------------------- the number */

CLAIM(value_set_is_doubled, NO_FAMILY, "SO_RCVBUF is an int that reads back as twice the value set, for TCP and for UDP")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "server", type);
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_RCVBUF, 65536);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * 65536);
    }
}

CLAIM(default_of_tcp_is_the_second_number_of_tcp_rmem, NO_FAMILY,
      "a new TCP socket's receive buffer is the second number of its namespace's tcp_rmem, whatever rmem_default says; 131072 on this "
      "kernel, not 87380")
{
    struct sock *before = tcp_socket(lab, "server");
    expect_equal(lab, get_int(before, SOL_SOCKET, SO_RCVBUF), 131072);
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv4.tcp_rmem", "4096 100000 6291456");
    struct sock *after = tcp_socket(lab, "server");
    expect_equal(lab, get_int(after, SOL_SOCKET, SO_RCVBUF), 100000);
    expect_equal(lab, get_int(before, SOL_SOCKET, SO_RCVBUF), 131072);
}

CLAIM(default_of_udp_is_rmem_default, NO_FAMILY,
      "a new UDP socket's receive buffer is net.core.rmem_default", .since = "6.11",
      .untreated = "the number is the host's, which no claim may change; tcp_rmem, on which it does not depend, is changed instead")
{
    set_sysctl(lab, "server", "net.ipv4.tcp_rmem", "4096 100000 6291456");
    int value = get_int(udp_socket(lab, "server"), SOL_SOCKET, SO_RCVBUF);
    fact(lab, "default_udp_rcvbuf", value, "bytes");
    expect_equal(lab, value, get_sysctl(lab, "server", "net.core.rmem_default"));
}

CLAIM(smallest_buffer_is_2048_and_a_packets_overhead, NO_FAMILY,
      "an SO_RCVBUF of 0 or 1 gives the smallest buffer, 2048 bytes and the overhead of a packet: not 256, and not none")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "server", type);
        for (int wanted = 0; wanted < 2; wanted++) {
            if (treatment(lab))
                set_int(s, SOL_SOCKET, SO_RCVBUF, wanted);
            int value = get_int(s, SOL_SOCKET, SO_RCVBUF); /* SOCK_MIN_RCVBUF: 2048 + sizeof(struct sk_buff) */
            expect_between(lab, value, 2048 + 1, 4096);
            fact(lab, "smallest_rcvbuf", value, "bytes");
        }
    }
}

CLAIM(more_than_rmem_max_is_cut_to_it, NO_FAMILY,
      "an SO_RCVBUF above net.core.rmem_max is not refused but cut: it reads back as twice rmem_max")
{
    int most = largest_allowed(lab, SO_RCVBUF);
    fact(lab, "rmem_max", most, "bytes");
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "server", type);
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_RCVBUF, most - 1);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * (most - 1));
        for (int more = 0; more < 2; more++) {
            set_int(s, SOL_SOCKET, SO_RCVBUF, most + more);
            expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * most);
        }
    }
}

CLAIM(limit_is_the_sysctl_rmem_max, NO_FAMILY,
      "the largest SO_RCVBUF is what /proc/sys/net/core/rmem_max says, twice that when read back; 262142 only where it is 131071",
      .since = "6.11")
{
    struct sock *s = udp_socket(lab, "server");
    int64_t most = get_sysctl(lab, "server", "net.core.rmem_max");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVBUF, INT32_MAX / 2);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * most);
}

CLAIM(negative_value_asks_for_the_most, NO_FAMILY,
      "a negative SO_RCVBUF is taken for a very large one and cut to rmem_max", .cites = "kernel: sk_setsockopt, SO_RCVBUF")
{
    struct sock *s = udp_socket(lab, "server");
    set_int(s, SOL_SOCKET, SO_RCVBUF, 10000);
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVBUF, -1);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * largest_allowed(lab, SO_RCVBUF));
}

CLAIM(accepted_socket_inherits_it, V4 | V6, "an accepted TCP socket has the receive buffer size set on its listening socket")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 12345);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(listener), SOL_SOCKET, SO_RCVBUF), 2 * 12345);
}

CLAIM(each_socket_and_each_direction_has_its_own, V4 | V6,
      "setting SO_RCVBUF changes this socket's receive buffer and neither its send buffer nor another socket's buffers")
{
    struct stream s = tcp_stream(lab);
    int own_send = get_int(s.server, SOL_SOCKET, SO_SNDBUF), other = get_int(s.client, SOL_SOCKET, SO_RCVBUF);

    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVBUF, 12345);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_RCVBUF), 2 * 12345);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_SNDBUF), own_send);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_RCVBUF), other);
}

CLAIM(sizes_can_be_read_after_exec, NO_FAMILY,
      "a program that was executed with an inherited socket reads the buffer sizes that were set before it began")
{
    struct sock *s = tcp_socket(lab, "server");
    if (treatment(lab)) {
        set_int(s, SOL_SOCKET, SO_RCVBUF, 11111);
        set_int(s, SOL_SOCKET, SO_SNDBUF, 22222);
    }
    expect_equal(lab, get_int_after_exec(s, SOL_SOCKET, SO_RCVBUF), 2 * 11111);
    expect_equal(lab, get_int_after_exec(s, SOL_SOCKET, SO_SNDBUF), 2 * 22222);
}

/* ---------------------------------------------------------------- SO_RCVBUFFORCE */

static int force_twice_the_most(struct lab *lab, void *sock)
{
    return try_set_int(sock, SOL_SOCKET, SO_RCVBUFFORCE, 2 * largest_allowed(lab, SO_RCVBUF));
}

CLAIM(force_exceeds_rmem_max, NO_FAMILY,
      "with CAP_NET_ADMIN SO_RCVBUFFORCE sets a receive buffer larger than rmem_max allows, doubled as well", .needs = NEEDS_ROOT)
{
    struct sock *s = tcp_socket(lab, "server");
    set_int(s, SOL_SOCKET, SO_RCVBUF, 2 * largest_allowed(lab, SO_RCVBUF));
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 2 * largest_allowed(lab, SO_RCVBUF));
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVBUFFORCE, 2 * largest_allowed(lab, SO_RCVBUF));
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), 4 * largest_allowed(lab, SO_RCVBUF));
}

CLAIM(force_is_refused_without_cap_net_admin, NO_FAMILY,
      "without CAP_NET_ADMIN SO_RCVBUFFORCE is refused with EPERM and changes nothing", .needs = NEEDS_ROOT)
{
    struct sock *s = tcp_socket(lab, "server");
    int before = get_int(s, SOL_SOCKET, SO_RCVBUF);
    expect_refused(lab, as_user(lab, treatment(lab) ? NOBODY : MYSELF, force_twice_the_most, s), EPERM);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), before);
}

/* ---------------------------------------------------------------- UDP */

/* Sends so many datagrams of so many bytes to a server that does not read; how many its buffer has kept. */
static int kept_of(struct udp_pair d, int count, size_t size)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        kept += deliver_bytes(d.client, d.server, size);
    return kept;
}

CLAIM(udp_datagrams_that_do_not_fit_are_lost, V4 | V6,
      "UDP datagrams that come while the receive buffer is full are dropped; the sender is neither stopped nor told")
{
    struct udp_pair d = udp_pair(lab);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RCVBUF, 10000);

    expect_between(lab, kept_of(d, 60, 1000), 1, 59);
    expect_equal(lab, count_packets(lab, "server", "client > server UDP"), 60); /* all of them arrived */
    expect_equal(lab, count_packets(lab, "client", "server > client ICMP") + count_packets(lab, "client", "server > client ICMP6"), 0);
    expect_equal(lab, get_int(d.client, SOL_SOCKET, SO_ERROR), 0);
}

CLAIM(larger_buffer_keeps_more, V4 | V6,
      "the larger SO_RCVBUF, the more unread data are kept: four times the buffer keeps at least three times the datagrams")
{
    struct udp_pair d = udp_pair(lab);
    set_int(d.server, SOL_SOCKET, SO_RCVBUF, 10000);
    int few = kept_of(d, 100, 1000);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RCVBUF, 40000);
    int many = few + kept_of(d, 100, 1000);
    expect(lab, many >= 3 * few);
    fact(lab, "datagrams_of_1000_bytes_in_buffer_of_20000", few, "");
}

CLAIM(memory_is_charged_not_bytes, V4 | V6,
      "the buffer limits the memory that packets take, not their bytes: a hundred one-byte datagrams overflow 20000 bytes")
{
    struct udp_pair d = udp_pair(lab);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RCVBUF, 10000);

    kept_of(d, 100, 1);
    expect_equal(lab, memory_of(d.server, SK_MEMINFO_RCVBUF), 20000);
    expect_between(lab, memory_of(d.server, SK_MEMINFO_RMEM_ALLOC), 10000, 20000 + 4096); /* older kernels let one packet exceed it */
    expect(lab, memory_of(d.server, SK_MEMINFO_DROPS) > 0);
}

CLAIM(buffer_of_zero_still_buffers, V4 | V6,
      "with SO_RCVBUF 0 what comes while nobody reads is kept and delivered later, for TCP and for UDP: nothing is bypassed")
{
    struct udp_pair d = udp_pair(lab);
    struct stream s = tcp_stream(lab);
    if (treatment(lab)) {
        set_int(d.server, SOL_SOCKET, SO_RCVBUF, 0);
        set_int(s.server, SOL_SOCKET, SO_RCVBUF, 0);
    }
    expect(lab, get_int(s.server, SOL_SOCKET, SO_RCVBUF) < 4096);
    expect(lab, get_int(d.server, SOL_SOCKET, SO_RCVBUF) < 4096);

    send_text(d.client, "datagram");
    send_text(s.client, "stream");
    settle(lab); /* nobody has asked for them */
    receive_text(d.server, "datagram");
    receive_text(s.server, "stream");
}

/* ---------------------------------------------------------------- TCP: the window */

CLAIM(syn_offers_half_of_the_buffer, V4 | V6,
      "the window in the SYN is the half of the receive buffer that SO_RCVBUF asked for, rounded down to whole segments: 16384 asked, "
      "32768 stored, 11 segments offered")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_RCVBUF, 16384);
    expect_equal(lab, get_int(client, SOL_SOCKET, SO_RCVBUF), 32768);
    let(lab, "window", 16384 / ethernet_mss(lab) * ethernet_mss(lab));

    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] win $window",
                "* client > server [S]", /* sent again if the wire was slow: the first retransmission comes after a second */
                "server > client [S.] ack 1");
}

CLAIM(client_sets_its_scale_before_connect, V4 | V6,
      "a client that sets a small SO_RCVBUF before connect(2) announces window scale 0 in its SYN; otherwise the scale is what the "
      "largest buffer needs")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_RCVBUF, 16384);

    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale 0",
                "* client > server [S]",
                "server > client [S.] ack 1 wscale >0");
}

CLAIM(server_sets_its_scale_before_listen, V4 | V6,
      "a server that sets a small SO_RCVBUF before listen(2) answers with window scale 0")
{
    struct sock *listener = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 16384);
    bind_to(listener, at(lab, "server", SERVICE));
    listen_on(listener, 5);

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale >0",
                "* client > server [S]",
                "server > client [S.] ack 1 wscale 0");
}

CLAIM(after_listen_is_early_enough_too, V4 | V6,
      "a server that sets a small SO_RCVBUF after listen(2), but before the SYN comes, answers with window scale 0 as well")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab)) /* the SYN-ACK is made from the listening socket as it is then: tcp_openreq_init_rwin */
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 16384);

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale >0",
                "* client > server [S]",
                "server > client [S.] ack 1 wscale 0");
}

static int scale_of(struct sock *sock)
{
    return get_value(sock, IPPROTO_TCP, TCP_INFO, struct tcp_info).tcpi_rcv_wscale;
}

CLAIM(scale_stays_what_the_syn_said, V4 | V6,
      "the window scale is in the SYN and the SYN-ACK and in no other segment: a connection made with a small buffer keeps scale 0 "
      "when SO_RCVBUF is enlarged later")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_RCVBUF, 16384);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);

    set_int(client, SOL_SOCKET, SO_RCVBUF, 100000);
    send_bytes(server, 20000);
    receive_bytes(client, 20000);
    await_all_acknowledged(server);
    expect_equal(lab, scale_of(client), 0);
    expect_equal(lab, count_packets(lab, "client", "client > server [*] wscale >=0"),
                 count_packets(lab, "client", "client > server [S]"));
    expect_equal(lab, count_packets(lab, "client", "server > client [*] wscale >=0"),
                 count_packets(lab, "client", "server > client [S.]"));
}

CLAIM(larger_buffer_after_connect_offers_more, V4 | V6,
      "a client that sets a large SO_RCVBUF after connect(2) is sent more before its window closes: it is not too late for that, the "
      "scale of the SYN being that of the largest buffer anyway")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, SOL_SOCKET, SO_SNDBUF, 10000);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_RCVBUF, 200000);

    send_until_window_closes(s.server);
    expect_between(lab, bytes_to_read(s.client), 131072, 400000); /* 131072 is all the memory of the default buffer */
    fact(lab, "unread_with_200000_set_after_connect", bytes_to_read(s.client), "bytes");
}

CLAIM(larger_buffer_on_the_accepted_socket_offers_more, V4 | V6,
      "a server that sets a large SO_RCVBUF on the accepted socket is sent more before its window closes")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 10000);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVBUF, 200000);

    send_until_window_closes(s.client);
    expect_between(lab, bytes_to_read(s.server), 131072, 400000);
}

CLAIM(window_already_offered_can_overflow_a_buffer_made_smaller, V4 | V6,
      "a window once offered is not taken back: data within it that no longer fit, because SO_RCVBUF was made smaller after connect(2), "
      "are dropped and not acknowledged")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, SOL_SOCKET, SO_SNDBUF, 10000);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_RCVBUF, 0); /* the handshake has offered some 64 KB */

    send_bytes(s.server, 10000);
    expect_wire(lab,
                "...",
                "server > client [P.] $begin:10001"); /* all have come, and the window allowed them */
    expect(lab, get_int(s.client, SOL_SOCKET, SO_RCVBUF) < 10000);
    int kept = bytes_to_read(s.client);
    expect_between(lab, kept, 1, 9999);
    expect_between(lab, bytes_unacknowledged(s.server), 10000 - kept, 10000); /* to be sent again: tcp_data_queue, TCPRcvQDrop */
}

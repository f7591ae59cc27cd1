/* SPDX-License-Identifier: MIT */
/*
 * SO_SNDBUF: how much the kernel takes from a sender before it makes him wait.
 * [attrs] 5.4.1, 5.4.4.1 BSD; [notes] SOL_SOCKET.SO_SNDBUF; [unp] 2 inheritance, 3.8 SO_RCVBUF and SO_SNDBUF;
 * [socket7] Socket options, /proc interfaces
 *
 * As with SO_RCVBUF the kernel stores twice what is asked (sk_setsockopt) and charges memory, not bytes. A TCP socket that was not told
 * a size grows its send buffer with its congestion window (tcp_sndbuf_expand).
 */
#include "lab.h"

#include <linux/sock_diag.h>

EXPERIMENT("SO_SNDBUF", "SOL_SOCKET", "limit what is taken from a sender before it has to wait");

/* ---------------------------------------------------------------- the number */

CLAIM(value_set_is_doubled, NO_FAMILY, "SO_SNDBUF is an int that reads back as twice the value set, for TCP and for UDP")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "client", type);
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_SNDBUF, 65536);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 2 * 65536);
    }
}

CLAIM(default_of_tcp_is_the_second_number_of_tcp_wmem, NO_FAMILY,
      "a new TCP socket's send buffer is the second number of its namespace's tcp_wmem, whatever wmem_default says: 16384 unless "
      "somebody has changed it")
{
    struct sock *before = tcp_socket(lab, "client");
    expect_equal(lab, get_int(before, SOL_SOCKET, SO_SNDBUF), 16384);
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_wmem", "4096 30000 4194304");
    expect_equal(lab, get_int(tcp_socket(lab, "client"), SOL_SOCKET, SO_SNDBUF), 30000);
    expect_equal(lab, get_int(before, SOL_SOCKET, SO_SNDBUF), 16384);
}

CLAIM(defaults_of_the_two_directions_differ, NO_FAMILY,
      "the default send and receive buffers of a TCP socket differ, because tcp_wmem and tcp_rmem do: 16384 and 131072")
{
    struct sock *as_usual = tcp_socket(lab, "client");
    expect_equal(lab, get_int(as_usual, SOL_SOCKET, SO_SNDBUF), 16384);
    expect_equal(lab, get_int(as_usual, SOL_SOCKET, SO_RCVBUF), 131072);

    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_wmem", "4096 131072 4194304");
    struct sock *alike = tcp_socket(lab, "client");
    expect_equal(lab, get_int(alike, SOL_SOCKET, SO_SNDBUF), get_int(alike, SOL_SOCKET, SO_RCVBUF));
}

CLAIM(default_of_udp_is_wmem_default, NO_FAMILY, "a new UDP socket's send buffer is net.core.wmem_default",
      .since = "6.11",
      .untreated = "the number is the host's, which no claim may change; tcp_wmem, on which it does not depend, is changed instead")
{
    set_sysctl(lab, "client", "net.ipv4.tcp_wmem", "4096 30000 4194304");
    int value = get_int(udp_socket(lab, "client"), SOL_SOCKET, SO_SNDBUF);
    fact(lab, "default_udp_sndbuf", value, "bytes");
    expect_equal(lab, value, get_sysctl(lab, "client", "net.core.wmem_default"));
}

CLAIM(connected_socket_has_enlarged_its_own, V4 | V6,
      "a TCP socket that was not told its send buffer's size has a larger one when it is connected; one that was told keeps it",
      .cites = "tcp(7), tcp_wmem")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *free = tcp_socket(lab, "client"), *told = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(told, SOL_SOCKET, SO_SNDBUF, 8192);
    connect_to(free, at(lab, "server", SERVICE));
    connect_to(told, at(lab, "server", SERVICE));
    expect_between(lab, get_int(free, SOL_SOCKET, SO_SNDBUF), 16384 + 1, 4194304);
    expect_equal(lab, get_int(told, SOL_SOCKET, SO_SNDBUF), 16384);
    fact(lab, "sndbuf_when_connected", get_int(free, SOL_SOCKET, SO_SNDBUF), "bytes");
}

CLAIM(smallest_buffer_holds_two_packets_overhead, NO_FAMILY,
      "an SO_SNDBUF of 0 or 1 gives the smallest buffer, more than 4096 bytes and twice the smallest receive buffer: not 2048, and "
      "not none")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "client", type);
        set_int(s, SOL_SOCKET, SO_RCVBUF, 0);
        for (int wanted = 0; wanted < 2; wanted++) {
            if (treatment(lab))
                set_int(s, SOL_SOCKET, SO_SNDBUF, wanted);
            int value = get_int(s, SOL_SOCKET, SO_SNDBUF); /* SOCK_MIN_SNDBUF: 2 * TCP_SKB_MIN_TRUESIZE */
            expect_equal(lab, value, 2 * get_int(s, SOL_SOCKET, SO_RCVBUF));
            expect_between(lab, value, 4096 + 1, 8192);
            fact(lab, "smallest_sndbuf", value, "bytes");
        }
    }
}

CLAIM(more_than_wmem_max_is_cut_to_it, NO_FAMILY,
      "an SO_SNDBUF above net.core.wmem_max is not refused but cut: it reads back as twice wmem_max")
{
    int most = largest_allowed(lab, SO_SNDBUF);
    fact(lab, "wmem_max", most, "bytes");
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "client", type);
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_SNDBUF, most - 1);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 2 * (most - 1));
        for (int more = 0; more < 2; more++) {
            set_int(s, SOL_SOCKET, SO_SNDBUF, most + more);
            expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 2 * most);
        }
    }
}

CLAIM(limit_is_the_sysctl_wmem_max, NO_FAMILY,
      "the largest SO_SNDBUF is what /proc/sys/net/core/wmem_max says, twice that when read back; 262142 only where it is 131071",
      .since = "6.11")
{
    struct sock *s = udp_socket(lab, "client");
    int64_t most = get_sysctl(lab, "client", "net.core.wmem_max");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_SNDBUF, INT32_MAX / 2);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 2 * most);
}

CLAIM(accepted_socket_inherits_it, V4 | V6, "an accepted TCP socket has the send buffer size set on its listening socket")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_SNDBUF, 12345);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(listener), SOL_SOCKET, SO_SNDBUF), 2 * 12345);
}

CLAIM(each_socket_and_each_direction_has_its_own, V4 | V6,
      "setting SO_SNDBUF changes this socket's send buffer and neither its receive buffer nor another socket's buffers")
{
    struct stream s = tcp_stream(lab);
    int own_receive = get_int(s.client, SOL_SOCKET, SO_RCVBUF), other = get_int(s.server, SOL_SOCKET, SO_SNDBUF);

    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_SNDBUF, 12345);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_SNDBUF), 2 * 12345);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_RCVBUF), own_receive);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_SNDBUF), other);
}

/* ---------------------------------------------------------------- SO_SNDBUFFORCE */

static int force_twice_the_most(struct lab *lab, void *sock)
{
    return try_set_int(sock, SOL_SOCKET, SO_SNDBUFFORCE, 2 * largest_allowed(lab, SO_SNDBUF));
}

CLAIM(force_exceeds_wmem_max, NO_FAMILY,
      "with CAP_NET_ADMIN SO_SNDBUFFORCE sets a send buffer larger than wmem_max allows, doubled as well", .needs = NEEDS_ROOT)
{
    struct sock *s = tcp_socket(lab, "client");
    set_int(s, SOL_SOCKET, SO_SNDBUF, 2 * largest_allowed(lab, SO_SNDBUF));
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 2 * largest_allowed(lab, SO_SNDBUF));
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_SNDBUFFORCE, 2 * largest_allowed(lab, SO_SNDBUF));
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), 4 * largest_allowed(lab, SO_SNDBUF));
}

CLAIM(force_is_refused_without_cap_net_admin, NO_FAMILY,
      "without CAP_NET_ADMIN SO_SNDBUFFORCE is refused with EPERM and changes nothing", .needs = NEEDS_ROOT)
{
    struct sock *s = tcp_socket(lab, "client");
    int before = get_int(s, SOL_SOCKET, SO_SNDBUF);
    expect_refused(lab, as_user(lab, treatment(lab) ? NOBODY : MYSELF, force_twice_the_most, s), EPERM);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_SNDBUF), before);
}

/* ---------------------------------------------------------------- sending */

CLAIM(larger_buffer_takes_more, V4 | V6,
      "the larger SO_SNDBUF, the more a TCP socket takes without waiting while nothing is acknowledged; and then send(2) would wait")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 10000);
    wire_hold(lab, "server > client [.]");

    int little = send_until_full(s.client);
    expect_refused(lab, try_send(s.client, "more", MSG_DONTWAIT), EAGAIN);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_SNDBUF, 100000);
    int much = little + send_until_full(s.client);
    expect(lab, much >= 2 * little);
    expect_refused(lab, try_send(s.client, "more", MSG_DONTWAIT), EAGAIN);
    fact(lab, "taken_by_buffer_of_20000", little, "bytes");
    fact(lab, "taken_by_buffer_of_200000", much, "bytes");
}

/* tcp_sendmsg_locked looks at the limit when it begins a new packet, and may fill that up to 64 KB. */
#define ONE_PACKET (2 * 65536)

CLAIM(memory_is_limited, V4 | V6,
      "the memory of what is queued in a TCP send buffer grows to the size of the buffer, which the last packet may exceed, and no more")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_SNDBUF, 100000);
    wire_hold(lab, "server > client [.]");

    int taken = send_until_full(s.client);
    unsigned queued = memory_of(s.client, SK_MEMINFO_WMEM_QUEUED);
    expect_equal(lab, memory_of(s.client, SK_MEMINFO_SNDBUF), 200000);
    expect_between(lab, queued, 200000, 200000 + ONE_PACKET);
    expect_between(lab, taken, 1, queued);
}

CLAIM(buffer_of_zero_still_buffers, V4 | V6,
      "with SO_SNDBUF 0 what is written is still copied into the send buffer: the writer may overwrite its memory at once, and the "
      "peer gets the old text")
{
    struct stream s = tcp_stream(lab);
    char text[] = "first";
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_SNDBUF, 0);
    expect(lab, get_int(s.client, SOL_SOCKET, SO_SNDBUF) < 8192);

    wire_hold(lab, "server > client [.]");
    send_text(s.client, "sent ");
    send_text(s.client, text); /* Nagle: waits in the buffer */
    memset(text, '#', 5);
    settle(lab);
    expect_nothing(lab, "client > server [P.] seq 6");
    wire_release(lab);
    receive_text(s.server, "sent first");
}

CLAIM(udp_leaves_at_once_while_tcp_may_wait, V4 | V6,
      "what is sent by UDP leaves at once, the second datagram like the first, while a second small TCP write stays in the send buffer "
      "until the first is acknowledged",
      .untreated = "the protocol makes the difference: the same two writes by TCP are the contrast")
{
    struct stream s = tcp_stream(lab);
    struct sock *udp = udp_socket(lab, "client");
    connect_to(udp, at(lab, "server", 5000));
    wire_hold(lab, "server > client [.]");
    wire_hold(lab, "server > client ICMP");
    wire_hold(lab, "server > client ICMP6");

    send_text(s.client, "one");
    send_text(s.client, "two");
    send_text(udp, "one");
    send_text(udp, "two");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server UDP len 3 data \"one\"",
                "client > server UDP len 3 data \"two\"");
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
    wire_release(lab);
    receive_text(s.server, "onetwo");
}

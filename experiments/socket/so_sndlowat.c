/* SPDX-License-Identifier: MIT */
/*
 * SO_SNDLOWAT: on Linux a constant, 1, that nothing in the kernel looks at.
 * [unp] 1 option table, 3.9 SO_RCVLOWAT and SO_SNDLOWAT; [notes] SOL_SOCKET.SO_SNDLOWAT; [socket7] Socket options
 *
 * What select(2) calls writable is decided by fractions of the send buffer: TCP wants free a third of it (sk_stream_min_wspace), other
 * sockets half of it (sock_writeable).
 */
#include "lab.h"

EXPERIMENT("SO_SNDLOWAT", "SOL_SOCKET", "how many bytes of room make a socket writable");

/* ---------------------------------------------------------------- the option */

CLAIM(reads_as_an_int_of_1_and_cannot_be_set, NO_FAMILY,
      "SO_SNDLOWAT of a TCP or UDP socket reads as an int, 1; setting it, even to 1, is refused with ENOPROTOOPT")
{
    struct sock *const sockets[] = {tcp_socket(lab, "client"), udp_socket(lab, "client")};

    for (int i = 0; i < 2; i++) {
        expect_equal(lab, get_int(sockets[i], SOL_SOCKET, SO_SNDLOWAT), 1);
        for (int wanted = 1; wanted <= 2048; wanted *= 2048) {
            int refused = treatment(lab) ? try_set_int(sockets[i], SOL_SOCKET, SO_SNDLOWAT, wanted) : 0;
            expect_equal(lab, refused, -ENOPROTOOPT);
            expect_equal(lab, get_int(sockets[i], SOL_SOCKET, SO_SNDLOWAT), 1);
        }
    }
}

CLAIM(listening_socket_cannot_be_given_one_to_hand_on, V4 | V6,
      "a listening socket refuses SO_SNDLOWAT with ENOPROTOOPT, so accepted sockets inherit none: theirs is 1")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    int refused = treatment(lab) ? try_set_int(listener, SOL_SOCKET, SO_SNDLOWAT, 2048) : 0;
    expect_equal(lab, refused, -ENOPROTOOPT);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(listener), SOL_SOCKET, SO_SNDLOWAT), 1);
}

/* ---------------------------------------------------------------- passing data to the protocol */

CLAIM(one_byte_is_passed_on_at_once, V4 | V6,
      "with the mark of 1 a single byte written to a TCP socket is passed on and sent at once")
{
    struct stream s = tcp_stream(lab);

    send_flagged(s.client, "x", treatment(lab) ? 0 : MSG_MORE); /* MSG_MORE is what makes a byte wait */
    settle(lab);
    expect_equal(lab, count_packets(lab, "client", "client > server [P.] 1:2"), 1);
}

/* ---------------------------------------------------------------- what select takes for writable */

CLAIM(tcp_socket_with_room_is_not_writable_until_a_third_is_free, V4 | V6,
      "a TCP socket that would take more data is not writable by select(2): free has to be a third of the send buffer, not SO_SNDLOWAT "
      "bytes")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_SNDBUF, 16384);
    wire_hold(lab, "server > client [.]"); /* what is sent stays in the buffer */

    for (int i = 0; i < 20; i++)
        send_bytes(s.client, 1000); /* with what the kernel adds, between two thirds and the whole of 32768 */
    expect_equal(lab, try_select(s.client, POLLOUT, 0), 0);
    expect_success(lab, try_send(s.client, "and yet there is room", MSG_DONTWAIT));

    wire_release(lab);
    await_all_acknowledged(s.client);
    expect_equal(lab, try_select(s.client, POLLOUT, 0), 1);
}

CLAIM(udp_socket_keeps_no_copy_of_what_has_left, V4 | V6,
      "a UDP socket keeps no copy of a datagram that has left: its send buffer is empty and it is writable, while TCP keeps its bytes "
      "until they are acknowledged",
      .untreated = "the protocol makes the difference: the same bytes sent by TCP stay, SIOCOUTQ shows both")
{
    struct stream s = tcp_stream(lab);
    struct sock *udp = udp_socket(lab, "client");
    set_int(udp, SOL_SOCKET, SO_SNDBUF, 16384);
    wire_hold(lab, "server > client [.]");

    for (int i = 0; i < 20; i++) { /* together more than the buffer would hold */
        send_bytes_to(udp, 1000, at(lab, "server", 5000));
        settle(lab); /* it has left: the kernel may hold what waits in the interface's queue */
        expect_equal(lab, bytes_unacknowledged(udp), 0);
        expect_equal(lab, try_select(udp, POLLOUT, 0), 1);
    }
    send_bytes(s.client, 1000);
    settle(lab);
    expect_equal(lab, bytes_unacknowledged(s.client), 1000);
}

CLAIM(datagram_in_the_making_fills_the_send_buffer, V4 | V6,
      "a UDP datagram that is put together with MSG_MORE occupies the send buffer, and makes the socket not writable, until it leaves")
{
    struct sock *udp = udp_socket(lab, "client");
    set_int(udp, SOL_SOCKET, SO_SNDBUF, 4608);
    connect_to(udp, at(lab, "server", 5000));

    expect_equal(lab, try_select(udp, POLLOUT, 0), 1);
    int more = treatment(lab) ? MSG_MORE : 0;
    for (int i = 0; i < 5; i++)
        expect_equal(lab, try_send_bytes(udp, 1000, more), 1000);
    expect(lab, bytes_unacknowledged(udp) >= 5000); /* ip_append_data charges the socket for what it gathers */
    expect_equal(lab, try_select(udp, POLLOUT, 0), 0);

    send_text(udp, "the end");
    settle(lab);
    expect_equal(lab, bytes_unacknowledged(udp), 0);
    expect_equal(lab, try_select(udp, POLLOUT, 0), 1);
}

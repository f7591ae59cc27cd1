/* SPDX-License-Identifier: MIT */
/*
 * SO_RCVLOWAT: how many bytes make a TCP socket readable.
 * [unp] 1 option table, 2 inheritance, 3.9 SO_RCVLOWAT and SO_SNDLOWAT; [notes] SOL_SOCKET.SO_SNDLOWAT; [socket7] Socket options
 *
 * Every socket stores the number, but only protocols of streams ask for it: recv(2) through sock_rcvlowat, poll(2) and its kin in
 * tcp_poll (since 2.6.28). UDP hands out whole datagrams and does not look at it.
 */
#include "lab.h"

EXPERIMENT("SO_RCVLOWAT", "SOL_SOCKET", "do not wake the reader for less than so many bytes");

/* ---------------------------------------------------------------- the option */

CLAIM(is_an_int_that_is_1_until_set, NO_FAMILY,
      "SO_RCVLOWAT is an int, 1 on a new TCP or UDP socket, and reads back as set")
{
    struct sock *const sockets[] = {tcp_socket(lab, "client"), udp_socket(lab, "client")};

    for (int i = 0; i < 2; i++) {
        expect_equal(lab, get_int(sockets[i], SOL_SOCKET, SO_RCVLOWAT), 1);
        if (treatment(lab))
            set_int(sockets[i], SOL_SOCKET, SO_RCVLOWAT, 4000);
        expect_equal(lab, get_int(sockets[i], SOL_SOCKET, SO_RCVLOWAT), 4000);
    }
}

CLAIM(zero_is_taken_for_1, NO_FAMILY, "SO_RCVLOWAT of 0 is stored as 1", .cites = "kernel: sk_setsockopt, SO_RCVLOWAT")
{
    struct sock *s = tcp_socket(lab, "client");
    set_int(s, SOL_SOCKET, SO_RCVLOWAT, 1000);
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVLOWAT, 0);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVLOWAT), 1);
}

CLAIM(accepted_socket_inherits_it, V4 | V6, "an accepted TCP socket has the SO_RCVLOWAT of its listening socket")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_RCVLOWAT, 5);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_RCVLOWAT), 5);

    send_text(client, "four");
    await_all_acknowledged(client);
    expect(lab, !is_readable(server));
    send_text(client, "5");
    await_readable(server);
}

CLAIM(half_the_receive_buffer_is_the_most, NO_FAMILY,
      "SO_RCVLOWAT of a TCP socket whose receive buffer was set is at most half of that buffer", .since = "4.18",
      .cites = "kernel: tcp_set_rcvlowat")
{
    struct sock *s = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVBUF, 10000);
    set_int(s, SOL_SOCKET, SO_RCVLOWAT, 1000000);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RCVLOWAT), 10000);
}

CLAIM(makes_the_receive_buffer_large_enough, NO_FAMILY,
      "an SO_RCVLOWAT that does not fit in a TCP socket's receive buffer of its own choice enlarges that buffer", .since = "4.18",
      .cites = "kernel: tcp_set_rcvlowat")
{
    struct sock *s = tcp_socket(lab, "client");
    int before = get_int(s, SOL_SOCKET, SO_RCVBUF);
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RCVLOWAT, before);
    expect_between(lab, get_int(s, SOL_SOCKET, SO_RCVBUF), before + 1, INT32_MAX);
}

/* ---------------------------------------------------------------- recv */

CLAIM(blocking_recv_sleeps_until_so_many_bytes_are_there, V4 | V6,
      "a blocking recv(2) on TCP sleeps on when fewer bytes than SO_RCVLOWAT have come, and returns them all when the mark is reached")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);
    struct process *reader = start_receiver(s.server, 100, 0);

    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    expect(lab, !was_woken(reader)); /* tcp_data_ready: the sleeper is not even woken to look */
    send_text(s.client, "5");
    expect_equal(lab, result_of(reader), 5);
}

CLAIM(non_blocking_recv_takes_less, V4 | V6,
      "a recv(2) that does not block takes what there is, though it is less than SO_RCVLOWAT and poll(2) does not report it")
{
    struct stream s = tcp_stream(lab);
    char buffer[100];
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);

    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    expect(lab, !is_readable(s.server));
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, 0), 4);
}

CLAIM(end_of_the_stream_is_passed_on_whatever_the_mark, V4 | V6,
      "when the peer closes, fewer bytes than SO_RCVLOWAT are reported readable and delivered",
      .cites = "socket(7), SO_RCVLOWAT")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);

    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    expect(lab, !is_readable(s.server));
    shut_down(s.client, SHUT_WR);
    await_readable(s.server);
    receive_text(s.server, "four");
    receive_text(s.server, "");
}

/* ---------------------------------------------------------------- poll and its kin */

/* Four bytes are there; a mark of five is not reached. */
static struct stream stream_below_the_mark(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);
    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    return s;
}

CLAIM(select_waits_for_the_mark, V4 | V6, "select(2) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    struct stream s = stream_below_the_mark(lab);
    expect_equal(lab, try_select(s.server, POLLIN, 0), 0);
    send_text(s.client, "5");
    await_all_acknowledged(s.client);
    expect_equal(lab, try_select(s.server, POLLIN, 0), 1);
}

CLAIM(poll_waits_for_the_mark, V4 | V6, "poll(2) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    struct stream s = stream_below_the_mark(lab);
    expect_equal(lab, try_poll(s.server, POLLIN, 0), 0);
    send_text(s.client, "5");
    await_all_acknowledged(s.client);
    expect_equal(lab, try_poll(s.server, POLLIN, 0), 1);
}

CLAIM(epoll_waits_for_the_mark, V4 | V6, "epoll(7) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    struct stream s = stream_below_the_mark(lab);
    expect_equal(lab, try_epoll(s.server, POLLIN, 0), 0);
    send_text(s.client, "5");
    await_all_acknowledged(s.client);
    expect_equal(lab, try_epoll(s.server, POLLIN, 0), 1);
}

CLAIM(writability_does_not_depend_on_it, V4 | V6,
      "SO_RCVLOWAT is a mark of the receiving side: a socket with a mark that it has not reached is writable, and not readable")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 60000);

    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    expect(lab, !is_readable(s.server));
    expect(lab, is_writable(s.server));
    send_text(s.server, "answer");
    receive_text(s.client, "answer");
}

CLAIM(udp_socket_is_readable_below_the_mark, V4 | V6,
      "a UDP socket with one datagram is readable by select(2), poll(2) and epoll(7), and recv(2) returns it, however much larger "
      "SO_RCVLOWAT is")
{
    struct sock *client = udp_socket(lab, "client"), *server = udp_socket(lab, "server");
    bind_to(server, at(lab, "server", 5000));
    if (treatment(lab))
        set_int(server, SOL_SOCKET, SO_RCVLOWAT, 1000);
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_RCVLOWAT), 1000); /* stored, and never looked at */

    connect_to(client, at(lab, "server", 5000));
    expect(lab, deliver_text(client, server, "four"));
    expect_equal(lab, try_select(server, POLLIN, 0), 1); /* datagram_poll: something in the queue is enough */
    expect_equal(lab, try_poll(server, POLLIN, 0), 1);
    expect_equal(lab, try_epoll(server, POLLIN, 0), 1);
    receive_text(server, "four");
}

CLAIM(local_stream_sockets_still_report_one_byte_and_then_block, NO_FAMILY,
      "on AF_UNIX stream sockets select, poll and epoll ignore SO_RCVLOWAT to this day: one byte is readable, and the recv(2) "
      "that follows sleeps until the mark is reached")
{
    struct sock *pair[2];
    unix_pair(lab, "client", SOCK_STREAM, pair);
    if (treatment(lab))
        set_int(pair[1], SOL_SOCKET, SO_RCVLOWAT, 5);

    send_text(pair[0], "1");
    expect_equal(lab, try_select(pair[1], POLLIN, 0), 1); /* unix_poll does not ask for the mark, unix_stream_read_generic does */
    expect_equal(lab, try_poll(pair[1], POLLIN, 0), 1);
    expect_equal(lab, try_epoll(pair[1], POLLIN, 0), 1);
    struct process *reader = start_receiver(pair[1], 100, 0);
    send_text(pair[0], "2345");
    expect_equal(lab, result_of(reader), 5);
}

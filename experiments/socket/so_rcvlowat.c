/* SPDX-License-Identifier: MIT */
/*
 * SO_RCVLOWAT: how many bytes make a TCP socket readable.
 * [unp] 1 option table, 2 inheritance, 3.9 SO_RCVLOWAT and SO_SNDLOWAT; [notes] SOL_SOCKET.SO_SNDLOWAT; [socket7] Socket options
 *
 * Every socket stores the number, but only protocols of streams ask for it: recv(2) through sock_rcvlowat, poll(2) and its kin in
 * tcp_poll (since 2.6.28). UDP hands out whole datagrams and does not look at it.
 */
#include "lab.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

EXPERIMENT("SO_RCVLOWAT", "SOL_SOCKET", "do not wake the reader for less than so many bytes");

/* ---------------------------------------------------------------- the option */

CLAIM(is_an_int_that_is_1_until_set, NO_FAMILY,
      "SO_RCVLOWAT is an int, 1 on a new TCP or UDP socket, and reads back as set")
{
    struct sock *const sockets[] = {tcp_socket(lab, "client"), udp_socket(lab, "client")};

    for (int i = 0; i < 2; i++) {
        int value = -1;
        socklen_t size = sizeof value;
        expect_success(lab, try_get_option(sockets[i], SOL_SOCKET, SO_RCVLOWAT, &value, &size));
        expect(lab, size == sizeof(int) && value == 1);
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

static int receive_one_call(struct lab *lab, void *sock)
{
    char buffer[100];
    (void)lab;
    return try_receive_waiting(sock, buffer, sizeof buffer, 0);
}

CLAIM(blocking_recv_sleeps_until_so_many_bytes_are_there, V4 | V6,
      "a blocking recv(2) on TCP sleeps on when fewer bytes than SO_RCVLOWAT have come, and returns them all when the mark is reached")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);
    struct process *reader = start_process(lab, MYSELF, receive_one_call, s.server);

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

static bool select_readable(int fd)
{
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    return select(fd + 1, &readable, NULL, NULL, &(struct timeval){0}) == 1;
}

static bool poll_readable(int fd)
{
    return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0) == 1;
}

static bool epoll_readable(int fd)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    int ready = epoll_wait(epoll, &event, 1, 0);
    close(epoll);
    return ready == 1;
}

/* Four bytes are not enough for a mark of five, the fifth is. */
static void reports_at_the_mark(struct lab *lab, bool (*readable)(int fd))
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_RCVLOWAT, 5);

    send_text(s.client, "four");
    await_all_acknowledged(s.client);
    expect(lab, !readable(fd_of(s.server)));
    send_text(s.client, "5");
    await_all_acknowledged(s.client);
    expect(lab, readable(fd_of(s.server)));
}

CLAIM(select_waits_for_the_mark, V4 | V6, "select(2) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    reports_at_the_mark(lab, select_readable);
}

CLAIM(poll_waits_for_the_mark, V4 | V6, "poll(2) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    reports_at_the_mark(lab, poll_readable);
}

CLAIM(epoll_waits_for_the_mark, V4 | V6, "epoll(7) takes a TCP socket for readable when SO_RCVLOWAT bytes are there, and not before")
{
    reports_at_the_mark(lab, epoll_readable);
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
    expect_equal(lab, poll(&(struct pollfd){.fd = fd_of(s.server), .events = POLLOUT}, 1, 0), 1);
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
    expect(lab, select_readable(fd_of(server))); /* datagram_poll: something in the queue is enough */
    expect(lab, poll_readable(fd_of(server)));
    expect(lab, epoll_readable(fd_of(server)));
    receive_text(server, "four");
}

/* A pair of connected local stream sockets; the second has this mark. */
static void local_pair(struct lab *lab, int mark, int fds[2])
{
    need(lab, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0, "needs local sockets");
    expect_equal(lab, setsockopt(fds[1], SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark), 0);
}

static int receive_local(struct lab *lab, void *fd)
{
    char buffer[100];
    (void)lab;
    return (int)recv(*(int *)fd, buffer, sizeof buffer, 0);
}

CLAIM(local_stream_sockets_still_report_one_byte_and_then_block, NO_FAMILY,
      "on AF_UNIX stream sockets select, poll and epoll ignore SO_RCVLOWAT to this day: one byte is readable, and the recv(2) "
      "that follows sleeps until the mark is reached")
{
    int fds[2];
    local_pair(lab, treatment(lab) ? 5 : 1, fds);

    expect_equal(lab, send(fds[0], "1", 1, 0), 1);
    expect(lab, select_readable(fds[1])); /* unix_poll does not ask for the mark, unix_stream_read_generic does */
    expect(lab, poll_readable(fds[1]));
    expect(lab, epoll_readable(fds[1]));
    struct process *reader = start_process(lab, MYSELF, receive_local, &fds[1]);
    expect_equal(lab, send(fds[0], "2345", 4, 0), 4);
    expect_equal(lab, result_of(reader), 5);
}

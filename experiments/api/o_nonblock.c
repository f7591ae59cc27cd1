/* SPDX-License-Identifier: MIT */
/*
 * O_NONBLOCK, set by fcntl(2) or by ioctl FIONBIO: calls that would sleep return an error instead.
 * [socket7] Socket-layer functions; [unp] 8 fcntl Function
 */
#include "lab.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/un.h>

EXPERIMENT("O_NONBLOCK", NULL, "calls that would sleep return EAGAIN or EINPROGRESS instead");

static char buffer[64];

/* send(2), sleeping where it does, until it is refused. */
static int send_until_refused(struct sock *sock)
{
    int sent;
    do
        sent = try_send_bytes(sock, 1 << 16, 0);
    while (sent > 0);
    return sent;
}

CLAIM(nonblocking_recv_returns_eagain, V4 | V6,
      "with O_NONBLOCK set by F_SETFL a recv with nothing to receive returns EAGAIN instead of sleeping")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_flag(s.client, O_NONBLOCK);
    expect_refused(lab, patiently(lab, try_receive_waiting(s.client, buffer, sizeof buffer, 0)), EAGAIN);
}

CLAIM(nonblocking_accept_returns_eagain, V4 | V6,
      "with O_NONBLOCK on the listener an accept with no connection waiting returns EAGAIN")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);

    if (treatment(lab))
        set_flag(listener, O_NONBLOCK);
    expect_refused(lab, patiently(lab, try_accept_waiting(listener)), EAGAIN);
}

CLAIM(nonblocking_send_returns_eagain, V4 | V6,
      "with O_NONBLOCK a send to a peer that does not read takes what fits into the buffers and then returns EAGAIN",
      .takes_ms = 50)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 16384);
    set_int(s.server, SOL_SOCKET, SO_RCVBUF, 16384);

    if (treatment(lab))
        set_flag(s.client, O_NONBLOCK);
    expect_refused(lab, patiently(lab, send_until_refused(s.client)), EAGAIN);
}

CLAIM(nonblocking_connect_returns_einprogress, V4 | V6,
      "with O_NONBLOCK connect sends the SYN and returns EINPROGRESS without waiting for the SYN-ACK")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    wire_hold(lab, "server > client [S.]");

    if (treatment(lab))
        set_flag(client, O_NONBLOCK);
    expect_refused(lab, patiently(lab, try_connect_waiting(client, at(lab, "server", SERVICE))), EINPROGRESS);
    expect_wire(lab, "client > server [S]");
}

CLAIM(poll_waits_for_the_end_of_a_nonblocking_connect, V4 | V6,
      "after EINPROGRESS poll gives nothing while the SYN-ACK is on its way, and POLLOUT when the connection stands")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    wire_hold(lab, "server > client [S.]");

    if (treatment(lab))
        set_flag(client, O_NONBLOCK);
    expect_refused(lab, patiently(lab, try_connect_waiting(client, at(lab, "server", SERVICE))), EINPROGRESS);
    expect_equal(lab, try_poll(client, POLLOUT, 0), 0);

    wire_release(lab);
    expect_equal(lab, try_poll(client, POLLOUT, PATIENCE_MS), 1);
    expect(lab, is_writable(client));
    expect_equal(lab, get_int(client, SOL_SOCKET, SO_ERROR), 0);
}

CLAIM(poll_waits_for_data_after_eagain, V4 | V6,
      "after an EAGAIN poll tells when data are there, and the next recv gets them")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_flag(s.client, O_NONBLOCK);
    expect_refused(lab, patiently(lab, try_receive_waiting(s.client, buffer, 5, 0)), EAGAIN);

    send_text(s.server, "Hello");
    expect_equal(lab, try_poll(s.client, POLLIN, PATIENCE_MS), 1);
    expect_equal(lab, patiently(lab, try_receive_waiting(s.client, buffer, 5, 0)), 5);
}

CLAIM(nonblocking_udp_connect_succeeds_at_once, V4 | V6,
      "connect of a UDP socket with O_NONBLOCK returns 0, not EINPROGRESS: there is nothing to wait for")
{
    struct sock *client = udp_socket(lab, "client");
    expect_equal(lab, peer_of(client).port, 0);

    set_flag(client, O_NONBLOCK);
    if (treatment(lab))
        expect_success(lab, try_connect_waiting(client, at(lab, "server", SERVICE)));
    expect_equal(lab, peer_of(client).port, SERVICE);
}

/* A listener in AF_UNIX that has room for one connection only, and this one is there. */
static struct sockaddr_un full_unix_listener(struct lab *lab)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0full"};
    struct sock *listener = socket_on(lab, "server", AF_UNIX, SOCK_STREAM, 0);
    struct sock *first = socket_on(lab, "server", AF_UNIX, SOCK_STREAM, 0);
    do_call(listener, bind(fd_of(listener), (struct sockaddr *)&address, sizeof address));
    listen_on(listener, 0);
    do_call(first, connect(fd_of(first), (struct sockaddr *)&address, sizeof address));
    return address;
}

CLAIM(nonblocking_unix_connect_returns_eagain, NO_FAMILY,
      "connect of a stream socket in AF_UNIX with O_NONBLOCK to a listener whose queue is full returns EAGAIN, and "
      "nothing is in progress")
{
    struct sockaddr_un address = full_unix_listener(lab);
    struct sock *second = socket_on(lab, "server", AF_UNIX, SOCK_STREAM, 0);

    if (treatment(lab))
        set_flag(second, O_NONBLOCK);
    expect_refused(lab,
                   patiently(lab, try_call(second, connect(fd_of(second), (struct sockaddr *)&address, sizeof address))),
                   EAGAIN);
}

CLAIM(clearing_the_flag_makes_recv_wait_again, V4 | V6,
      "when F_SETFL has cleared O_NONBLOCK, recv sleeps until data come")
{
    struct stream s = tcp_stream(lab);
    set_flag(s.client, O_NONBLOCK);
    expect_refused(lab, try_receive_waiting(s.client, buffer, 5, 0), EAGAIN);

    if (treatment(lab))
        clear_flag(s.client, O_NONBLOCK);
    struct process *receiver = start_receiver(s.client, 5, 0);
    expect(lab, !was_woken(receiver));
    send_text(s.server, "Hello");
    expect_equal(lab, result_of(receiver), 5);
}

CLAIM(fionbio_sets_and_clears_o_nonblock, V4 | V6,
      "ioctl FIONBIO sets O_NONBLOCK for any non-zero int and clears it for 0; F_GETFL shows both")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        ioctl_set(s.client, FIONBIO, 7);
    expect(lab, has_flag(s.client, O_NONBLOCK));
    expect_refused(lab, patiently(lab, try_receive_waiting(s.client, buffer, 5, 0)), EAGAIN);

    ioctl_set(s.client, FIONBIO, 0);
    expect(lab, !has_flag(s.client, O_NONBLOCK));
}

CLAIM(fcntl_takes_an_optional_argument, NO_FAMILY,
      "fcntl operates on an open descriptor: F_GETFL takes no argument, F_SETFL takes one")
{
    int (*the_call)(int, int, ...) = fcntl;
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
    int flags = try_call(sock, the_call(fd_of(sock), F_GETFL));
    if (treatment(lab))
        do_call(sock, the_call(fd_of(sock), F_SETFL, flags | O_NONBLOCK));
    expect_equal(lab, try_call(sock, the_call(fd_of(sock), F_GETFL)), flags | O_NONBLOCK);
}

CLAIM(setting_only_o_nonblock_clears_o_async, V4 | V6,
      "F_SETFL with O_NONBLOCK alone, without the flags that F_GETFL gives, clears O_ASYNC")
{
    struct stream s = tcp_stream(lab);
    set_flag(s.client, O_ASYNC);

    if (treatment(lab))
        do_fcntl(s.client, F_SETFL, O_NONBLOCK);
    expect(lab, has_flag(s.client, O_NONBLOCK));
    expect(lab, !has_flag(s.client, O_ASYNC));
}

CLAIM(clearing_o_nonblock_in_zero_clears_o_async, V4 | V6,
      "F_SETFL with 0 & ~O_NONBLOCK, without the flags that F_GETFL gives, clears O_ASYNC together with O_NONBLOCK")
{
    struct stream s = tcp_stream(lab);
    set_flag(s.client, O_ASYNC);
    set_flag(s.client, O_NONBLOCK);

    if (treatment(lab))
        do_fcntl(s.client, F_SETFL, 0 & ~O_NONBLOCK);
    expect(lab, !has_flag(s.client, O_NONBLOCK));
    expect(lab, !has_flag(s.client, O_ASYNC));
}

CLAIM(flags_that_hold_chance_bits_are_refused, V4 | V6,
      "the documents' sample ors O_NONBLOCK into a variable that nothing has set: when its chance bits hold O_DIRECT, "
      "F_SETFL fails with EINVAL and the socket stays blocking")
{
    struct stream s = tcp_stream(lab);
    int flags = treatment(lab) ? O_DIRECT : 0; /* "int flags;" may hold anything */

    flags |= O_NONBLOCK;
    expect_refused(lab, try_fcntl(s.client, F_SETFL, flags), EINVAL); /* setfl(): sockets have no direct I/O */
    expect(lab, !has_flag(s.client, O_NONBLOCK));
}

CLAIM(accepted_socket_blocks_though_its_listener_does_not, V4 | V6,
      "a socket that accept returns does not inherit O_NONBLOCK from its listener",
      .cites = "accept(2), NOTES")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");

    if (treatment(lab))
        set_flag(listener, O_NONBLOCK);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect(lab, has_flag(listener, O_NONBLOCK));
    expect(lab, !has_flag(server, O_NONBLOCK));
}

static int poll_readable(struct lab *lab, void *sock)
{
    (void)lab;
    return try_poll(sock, POLLIN, PATIENCE_MS);
}

static int select_readable(struct lab *lab, void *sock)
{
    (void)lab;
    return try_select(sock, POLLIN, PATIENCE_MS);
}

CLAIM(poll_and_select_wait_for_incoming_data, V4 | V6,
      "poll and select sleep while nothing is there to receive, and data that arrive wake both")
{
    struct stream s = tcp_stream(lab);
    struct process *polls = start_process(lab, MYSELF, poll_readable, s.client);
    struct process *selects = start_process(lab, MYSELF, select_readable, s.client);
    expect(lab, !was_woken(polls) && !was_woken(selects));

    if (treatment(lab))
        send_text(s.server, "Hello");
    expect_equal(lab, result_of(polls), 1);
    expect_equal(lab, result_of(selects), 1);
}

CLAIM(poll_and_select_wait_for_room_to_send, V4 | V6,
      "a socket whose send buffer is full is not writable for poll and select; when the peer has read, it is",
      .takes_ms = 50)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 16384);
    set_flag(s.client, O_NONBLOCK);

    wire_hold(lab, "server > client [.]"); /* what is not acknowledged keeps its place in the buffer */
    if (treatment(lab))
        send_until_refused(s.client);
    expect_equal(lab, try_poll(s.client, POLLOUT, 0), 0);
    expect_equal(lab, try_select(s.client, POLLOUT, 0), 0);

    wire_release(lab);
    expect_equal(lab, try_poll(s.client, POLLOUT, PATIENCE_MS), 1);
    expect_equal(lab, try_select(s.client, POLLOUT, PATIENCE_MS), 1);
}

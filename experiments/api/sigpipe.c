/* SPDX-License-Identifier: MIT */
/*
 * SIGPIPE: what a write to a connection that has no end any more brings its process. [socket7] Signals
 * The signal is held (blocked) and taken as an event. try_write is write(2); try_send always says MSG_NOSIGNAL.
 */
#include "lab.h"

#include <signal.h>

EXPERIMENT("SIGPIPE", NULL, "a signal for writes to a connection that has ended; MSG_NOSIGNAL leaves it out");

CLAIM(write_after_own_shutdown_raises_sigpipe, V4 | V6,
      "a write to a socket whose sending side has been shut down returns EPIPE and raises SIGPIPE")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGPIPE);

    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    expect_refused(lab, try_write(s.client, "Hello"), EPIPE);
    expect(lab, has_signal(lab, SIGPIPE));
}

CLAIM(first_write_after_the_peers_close_succeeds, V4 | V6,
      "the first write after the peer has closed succeeds: its FIN says only that it sends no more; the data are answered "
      "with RST, and the second write returns EPIPE and raises SIGPIPE")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGPIPE);

    if (treatment(lab))
        close_socket(s.server);
    settle(lab);
    expect_equal(lab, try_write(s.client, "Hello"), 5);
    expect(lab, !has_signal(lab, SIGPIPE));
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "? client > server [.] ack 2", /* at once, or together with the data */
                "client > server [P.] 1:6 ack 2",
                "server > client [R] 2");

    expect_refused(lab, try_write(s.client, "World"), EPIPE); /* tcp_reset: EPIPE after a FIN */
    expect(lab, has_signal(lab, SIGPIPE));
}

CLAIM(write_after_a_reset_returns_econnreset_first, V4 | V6,
      "after an RST without FIN the first write returns ECONNRESET and raises no signal; the next returns EPIPE and raises "
      "SIGPIPE")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGPIPE);

    set_option(s.server, SOL_SOCKET, SO_LINGER, (&(struct linger){.l_onoff = 1, .l_linger = 0}), sizeof(struct linger));
    if (treatment(lab))
        close_socket(s.server);
    settle(lab);
    expect_refused(lab, try_write(s.client, "Hello"), ECONNRESET); /* sk_stream_error: a signal for EPIPE only */
    expect(lab, !has_signal(lab, SIGPIPE));

    expect_refused(lab, try_write(s.client, "World"), EPIPE);
    expect(lab, has_signal(lab, SIGPIPE));
}

CLAIM(msg_nosignal_returns_epipe_without_sigpipe, V4 | V6,
      "with MSG_NOSIGNAL a send to a connection that was shut down returns EPIPE and raises no SIGPIPE")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGPIPE);
    shut_down(s.client, SHUT_WR);

    int flags = treatment(lab) ? MSG_NOSIGNAL : 0;
    expect_refused(lab, try_call(s.client, send(fd_of(s.client), "Hello", 5, flags)), EPIPE);
    expect(lab, !has_signal(lab, SIGPIPE));
}

static int write_after_shutdown(struct lab *lab, void *sock)
{
    (void)lab;
    char byte;
    int ended = try_receive_waiting(sock, &byte, 1, 0); /* sleeps until the claim has arranged everything */
    return ended == 0 ? try_write(sock, "Hello") : ended;
}

CLAIM(sigpipe_kills_a_process_that_does_not_expect_it, V4 | V6,
      "SIGPIPE kills a process that neither handles nor blocks it; one that ignores it gets only EPIPE",
      .cites = "signal(7), Standard signals; send(2), EPIPE")
{
    struct stream s = tcp_stream(lab);
    struct stream ignored = {.client = tcp_socket(lab, "client")};
    connect_to(ignored.client, at(lab, "server", SERVICE));
    ignored.server = accept_from(s.listener);

    struct process *dies = start_process(lab, MYSELF, write_after_shutdown, s.client);
    signal(SIGPIPE, SIG_IGN); /* inherited by processes started from here on */
    struct process *lives = start_process(lab, MYSELF, write_after_shutdown, ignored.client);
    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    shut_down(ignored.client, SHUT_WR);
    shut_down(s.server, SHUT_WR);
    shut_down(ignored.server, SHUT_WR);
    expect_equal(lab, killed_by(dies), SIGPIPE);
    expect_equal(lab, result_of(lives), -EPIPE);
}

CLAIM(write_to_a_tcp_socket_never_connected_raises_sigpipe, V4 | V6,
      "a write to a TCP socket that was never connected returns EPIPE and raises SIGPIPE, where UDP returns EDESTADDRREQ "
      "and raises nothing",
      .cites = "send(2), EPIPE, EDESTADDRREQ")
{
    hold_signal(lab, SIGPIPE);
    struct sock *sock = treatment(lab) ? tcp_socket(lab, "client") : udp_socket(lab, "client");
    expect_refused(lab, try_write(sock, "Hello"), EPIPE); /* sk_stream_wait_connect */
    expect(lab, has_signal(lab, SIGPIPE));

    expect_refused(lab, try_write(udp_socket(lab, "client"), "Hello"), EDESTADDRREQ);
    expect(lab, !has_signal(lab, SIGPIPE));
}

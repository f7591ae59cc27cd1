/* SPDX-License-Identifier: MIT */
/*
 * O_ASYNC: the kernel tells the owner of a socket about events by SIGIO. Set by F_SETFL or ioctl FIOASYNC. Who the owner is:
 * f_setown.c. [socket7] Socket-layer functions, Signals, Ioctls; [unp] 8 fcntl Function
 *
 * Signals are held (blocked) and taken as events: a claim sees exactly those that were sent.
 */
#include "lab.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

EXPERIMENT("O_ASYNC", NULL, "announce socket events to the socket's owner by SIGIO");

/* The claim's process owns the client's socket; SIGIO is held. */
static struct stream stream_of_my_own(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGIO);
    do_fcntl(s.client, F_SETOWN, getpid());
    return s;
}

CLAIM(data_send_sigio_to_the_owner, V4 | V6,
      "after F_SETOWN and F_SETFL with O_ASYNC the owner gets SIGIO when data arrive")
{
    struct stream s = stream_of_my_own(lab);

    if (treatment(lab))
        set_flag(s.client, O_ASYNC);
    send_text(s.server, "Hello");
    take_signal(lab, SIGIO);
    receive_text(s.client, "Hello");
}

CLAIM(owner_without_o_async_gets_no_sigio, V4 | V6,
      "an owner alone (F_SETOWN, SIOCSPGRP, FIOSETOWN) gets no SIGIO for data: O_ASYNC has to be set as well")
{
    struct stream s = stream_of_my_own(lab);
    ioctl_set(s.client, SIOCSPGRP, getpid());
    ioctl_set(s.client, FIOSETOWN, getpid());

    send_text(s.server, "Hello");
    receive_text(s.client, "Hello");
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO));

    if (treatment(lab))
        set_flag(s.client, O_ASYNC);
    send_text(s.server, "World");
    take_signal(lab, SIGIO);
}

CLAIM(o_async_without_owner_sends_nothing, V4 | V6,
      "a new socket has no owner: O_ASYNC alone sends no SIGIO to anybody until F_SETOWN names one")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGIO);
    expect_equal(lab, do_fcntl(s.client, F_GETOWN, 0), 0);
    expect_equal(lab, ioctl_get(s.client, SIOCGPGRP), 0);
    expect_equal(lab, ioctl_get(s.client, FIOGETOWN), 0);

    set_flag(s.client, O_ASYNC);
    send_text(s.server, "Hello");
    receive_text(s.client, "Hello");
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO));

    if (treatment(lab))
        do_fcntl(s.client, F_SETOWN, getpid());
    send_text(s.server, "World");
    take_signal(lab, SIGIO);
}

CLAIM(fioasync_is_o_async, V4 | V6,
      "ioctl FIOASYNC with any non-zero int sets the O_ASYNC that F_GETFL shows, and with 0 clears it")
{
    struct stream s = stream_of_my_own(lab);

    if (treatment(lab))
        ioctl_set(s.client, FIOASYNC, 7);
    expect(lab, has_flag(s.client, O_ASYNC));
    send_text(s.server, "Hello");
    take_signal(lab, SIGIO);

    ioctl_set(s.client, FIOASYNC, 0);
    expect(lab, !has_flag(s.client, O_ASYNC));
    send_text(s.server, "World");
    receive_text(s.client, "HelloWorld");
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO));
}

CLAIM(f_setsig_sends_a_real_time_signal_with_the_descriptor, V4 | V6,
      "with F_SETSIG each event sends the real-time signal chosen, which carries the descriptor in si_fd and the event in "
      "si_code; SIGIO is not sent")
{
    struct stream s = stream_of_my_own(lab);
    hold_signal(lab, SIGRTMIN);
    ioctl_set(s.client, FIOASYNC, 1);

    if (treatment(lab))
        do_fcntl(s.client, F_SETSIG, SIGRTMIN);
    send_text(s.server, "Hello");
    siginfo_t told = take_signal(lab, SIGRTMIN);
    expect_equal(lab, told.si_fd, fd_of(s.client));
    expect_equal(lab, told.si_code, POLL_IN);
    expect(lab, told.si_band & POLLIN);
    expect(lab, !has_signal(lab, SIGIO));
}

CLAIM(real_time_signals_queue_where_sigio_merges, V4 | V6,
      "two arrivals before the owner reacts leave two real-time signals to take, but only one SIGIO",
      .cites = "fcntl(2), F_SETSIG; signal(7), Queueing and delivery semantics")
{
    struct stream s = stream_of_my_own(lab);
    hold_signal(lab, SIGRTMIN);
    set_flag(s.client, O_ASYNC);

    if (treatment(lab))
        do_fcntl(s.client, F_SETSIG, SIGRTMIN);
    send_text(s.server, "Hello");
    settle(lab);
    send_text(s.server, "World");
    settle(lab);
    take_signal(lab, SIGRTMIN);
    take_signal(lab, SIGRTMIN);

    do_fcntl(s.client, F_SETSIG, 0);
    send_text(s.server, "Hello");
    settle(lab);
    send_text(s.server, "World");
    settle(lab);
    take_signal(lab, SIGIO);
    expect(lab, !has_signal(lab, SIGIO));
}

/* ---- what counts as an event ---- */

CLAIM(events_of_a_connection_send_sigio, V4 | V6,
      "data, room in a send buffer that was full, the peer's FIN and a reset each send SIGIO", .takes_ms = 50)
{
    struct stream s = stream_of_my_own(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 16384);
    if (treatment(lab))
        set_flag(s.client, O_ASYNC);

    send_text(s.server, "Hello");
    take_signal(lab, SIGIO);

    wire_hold(lab, "server > client [.]");
    send_until_full(s.client);
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO));
    wire_release(lab);
    take_signal(lab, SIGIO);

    settle(lab);
    while (has_signal(lab, SIGIO)) /* room is announced once each time it had run out */
        ;
    shut_down(s.server, SHUT_WR);
    take_signal(lab, SIGIO);
}

CLAIM(reset_sends_sigio_and_so_error_tells_why, V4 | V6,
      "a reset sends SIGIO with POLL_ERR; SO_ERROR then gives ECONNRESET")
{
    struct stream s = stream_of_my_own(lab);
    hold_signal(lab, SIGRTMIN);
    do_fcntl(s.client, F_SETSIG, SIGRTMIN); /* to see si_code */
    if (treatment(lab))
        set_flag(s.client, O_ASYNC);

    close_with_rst(s.server);
    expect_equal(lab, take_signal(lab, SIGRTMIN).si_code, POLL_ERR);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ECONNRESET);
}

CLAIM(connection_on_a_listener_sends_sigio, V4 | V6,
      "a listener with O_ASYNC sends SIGIO when a connection can be accepted",
      .cites = "fcntl(2), O_ASYNC; [unp] 8 fcntl Function")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    hold_signal(lab, SIGIO);
    do_fcntl(listener, F_SETOWN, getpid());

    if (treatment(lab))
        set_flag(listener, O_ASYNC);
    connect_to(client, at(lab, "server", SERVICE));
    take_signal(lab, SIGIO);
}

static char buffer[64];

CLAIM(data_for_a_process_asleep_in_recv_send_no_sigio, V4 | V6,
      "data that wake a process asleep in recv are not announced: the owner gets no SIGIO for them")
{
    struct stream s = stream_of_my_own(lab);
    set_flag(s.client, O_ASYNC);

    struct process *reader = NULL;
    if (treatment(lab))
        reader = start_receiver(s.client, 5, 0);
    send_text(s.server, "Hello");
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO)); /* sock_wake_async: SOCKWQ_ASYNC_WAITDATA, a reader waits */
    if (reader)
        expect_equal(lab, result_of(reader), 5);

    send_text(s.server, "World"); /* nobody waits now */
    take_signal(lab, SIGIO);
}

CLAIM(condition_may_be_gone_when_the_signal_is_taken, V4 | V6,
      "SIGIO for data that another process has received finds nothing to receive; the next data send SIGIO again")
{
    struct stream s = stream_of_my_own(lab);
    set_flag(s.client, O_ASYNC);

    send_text(s.server, "Hello");
    await_readable(s.client);
    if (treatment(lab))
        expect_equal(lab, result_of(start_receiver(s.client, 5, 0)), 5);
    take_signal(lab, SIGIO);
    expect_refused(lab, try_receive(s.client, buffer, 5, 0), EAGAIN);

    send_text(s.server, "World");
    take_signal(lab, SIGIO);
    receive_text(s.client, "World");
}

CLAIM(unread_data_are_not_announced_again, V4 | V6,
      "SIGIO is sent by events, not by conditions: data left unread send no second one until more arrive")
{
    struct stream s = stream_of_my_own(lab);
    if (treatment(lab))
        set_flag(s.client, O_ASYNC);

    send_text(s.server, "Hello");
    take_signal(lab, SIGIO);
    receive_text(s.client, "He");
    settle(lab);
    expect(lab, !has_signal(lab, SIGIO)); /* three bytes wait unread */
    send_text(s.server, "World");
    take_signal(lab, SIGIO);
}

/* ---- handlers ---- */

static struct pollfd watched[2];
static volatile sig_atomic_t handled;

static void poll_all(int signal)
{
    (void)signal;
    poll(watched, 2, 0);
    handled++;
}

/* Waits in ppoll with SIGIO unblocked: the only place where the handler can run. */
static void let_handler_run(struct lab *lab, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigset_t unblocked;
    sigaction(SIGIO, &action, NULL);
    pthread_sigmask(SIG_BLOCK, NULL, &unblocked);
    sigdelset(&unblocked, SIGIO);
    struct timespec patience = {.tv_sec = PATIENCE_MS / 1000};
    ppoll(NULL, 0, &patience, &unblocked);
    note(lab, "the handler of SIGIO has run %d times", (int)handled);
}

CLAIM(handler_runs_and_polls_to_find_the_socket, V4 | V6,
      "a handler of SIGIO installed with sigaction runs when data arrive, and poll inside it tells which socket has them")
{
    struct stream s = stream_of_my_own(lab);
    do_fcntl(s.server, F_SETOWN, getpid());
    set_flag(s.server, O_ASYNC);
    if (treatment(lab))
        set_flag(s.client, O_ASYNC);
    watched[0] = (struct pollfd){.fd = fd_of(s.server), .events = POLLIN};
    watched[1] = (struct pollfd){.fd = fd_of(s.client), .events = POLLIN};

    send_text(s.server, "Hello");
    let_handler_run(lab, poll_all);
    expect_equal(lab, handled, 1);
    expect_equal(lab, watched[0].revents, 0);
    expect_equal(lab, watched[1].revents, POLLIN);
}

CLAIM(signalfd_gets_sigio_without_any_handler, V4 | V6,
      "no handler is needed: a blocked SIGIO is read from a signalfd")
{
    struct stream s = stream_of_my_own(lab);
    sigset_t sigio;
    sigemptyset(&sigio);
    sigaddset(&sigio, SIGIO);
    struct pollfd signals = {.fd = signalfd(-1, &sigio, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN};

    if (treatment(lab))
        set_flag(s.client, O_ASYNC);
    send_text(s.server, "Hello");
    expect_equal(lab, try_call(s.client, poll(&signals, 1, PATIENCE_MS)), 1);
    struct signalfd_siginfo told = {0};
    expect_equal(lab, try_call(s.client, read(signals.fd, &told, sizeof told)), sizeof told);
    expect_equal(lab, told.ssi_signo, SIGIO);
    close(signals.fd);
}

CLAIM(sigio_without_a_handler_kills_the_owner, V4 | V6,
      "an owner that neither blocks nor handles SIGIO is killed by it")
{
    struct stream s = tcp_stream(lab); /* SIGIO is not held here */
    struct process *owner = start_receiver(s.server, 5, 0);
    do_fcntl(s.client, F_SETOWN, pid_of(owner));

    if (treatment(lab))
        set_flag(s.client, O_ASYNC);
    send_text(s.server, "Hello");
    expect_equal(lab, killed_by(owner), SIGIO);
}

/* SPDX-License-Identifier: MIT */
/*
 * F_SETOWN, and ioctl SIOCSPGRP and FIOSETOWN: the process or process group that owns a socket, and gets its SIGIO and SIGURG. What
 * sends SIGIO: o_async.c. [socket7] Socket-layer functions, Signals, Ioctls; [unp] 8 fcntl Function
 *
 * Signals are held (blocked) and taken as events: a claim sees exactly those that were sent.
 */
#include "lab.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

EXPERIMENT("F_SETOWN", NULL, "choose who gets the signals of a socket");

#define OVER (SIGRTMIN + 1) /* ends the waiting of those that get nothing; taken after SIGIO and SIGURG */

static pid_t their_group;

/* Joins the group of the claim's processes (the first makes it) and waits for a signal. */
static int wait_in_group(struct lab *lab, void *context)
{
    (void)lab, (void)context;
    setpgid(0, their_group);
    return first_signal((int[]){SIGIO, SIGURG, OVER}, 3);
}

struct pair {
    struct process *first, *second;
    pid_t group;
};

static struct pair two_processes_in_a_group(struct lab *lab)
{
    hold_signal(lab, SIGIO);
    hold_signal(lab, SIGURG);
    hold_signal(lab, OVER);
    struct pair pair = {.first = start_process(lab, MYSELF, wait_in_group, NULL)};
    pair.group = their_group = pid_of(pair.first);
    pair.second = start_process(lab, MYSELF, wait_in_group, NULL);
    return pair;
}

/* What has been sent has been sent: tell both, and the claim itself, that nothing more comes. */
static void nothing_more_comes(struct lab *lab, struct pair pair)
{
    settle(lab);
    kill(pid_of(pair.first), OVER);
    kill(pid_of(pair.second), OVER);
}

CLAIM(positive_owner_is_one_process, V4 | V6,
      "F_SETOWN with a positive number names one process: it gets SIGIO, and another one of its group does not")
{
    struct stream s = tcp_stream(lab);
    struct pair pair = two_processes_in_a_group(lab);
    set_flag(s.client, O_ASYNC);

    if (treatment(lab))
        do_fcntl(s.client, F_SETOWN, pid_of(pair.first));
    expect_equal(lab, do_fcntl(s.client, F_GETOWN, 0), pid_of(pair.first));
    send_text(s.server, "Hello");
    nothing_more_comes(lab, pair);
    expect_equal(lab, result_of(pair.first), SIGIO);
    expect_equal(lab, result_of(pair.second), OVER);
    expect(lab, !has_signal(lab, SIGIO)); /* nor does the process that made the socket */
}

CLAIM(negative_owner_is_a_process_group, V4 | V6,
      "F_SETOWN with a negative number names the process group of that absolute value: all its processes get SIGIO")
{
    struct stream s = tcp_stream(lab);
    struct pair pair = two_processes_in_a_group(lab);
    set_flag(s.client, O_ASYNC);

    do_fcntl(s.client, F_SETOWN, treatment(lab) ? -pair.group : pair.group);
    send_text(s.server, "Hello");
    nothing_more_comes(lab, pair);
    expect_equal(lab, result_of(pair.first), SIGIO);
    expect_equal(lab, result_of(pair.second), SIGIO);
    expect(lab, !has_signal(lab, SIGIO)); /* the claim is not of that group */
}

CLAIM(siocspgrp_names_a_process, V4 | V6,
      "ioctl SIOCSPGRP takes a pointer to the number of the process that is to get SIGIO")
{
    struct stream s = tcp_stream(lab);
    struct pair pair = two_processes_in_a_group(lab);
    set_flag(s.client, O_ASYNC);

    pid_t owner = pid_of(pair.second);
    if (treatment(lab))
        do_ioctl(s.client, SIOCSPGRP, &owner);
    send_text(s.server, "Hello");
    nothing_more_comes(lab, pair);
    expect_equal(lab, result_of(pair.first), OVER);
    expect_equal(lab, result_of(pair.second), SIGIO);
}

CLAIM(siocspgrp_names_a_process_group, V4 | V6,
      "ioctl SIOCSPGRP with a negative number names a process group, as F_SETOWN does: all its processes get SIGIO")
{
    struct stream s = tcp_stream(lab);
    struct pair pair = two_processes_in_a_group(lab);
    set_flag(s.client, O_ASYNC);

    pid_t owner = -pair.group;
    if (treatment(lab))
        do_ioctl(s.client, SIOCSPGRP, &owner);
    send_text(s.server, "Hello");
    nothing_more_comes(lab, pair);
    expect_equal(lab, result_of(pair.first), SIGIO);
    expect_equal(lab, result_of(pair.second), SIGIO);
}

CLAIM(siocspgrp_fiosetown_and_f_setown_set_the_same_owner, V4 | V6,
      "SIOCSPGRP, FIOSETOWN and F_SETOWN set one and the same owner, which SIOCGPGRP, FIOGETOWN and F_GETOWN read; a group "
      "reads as a negative number")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        ioctl_set(s.client, SIOCSPGRP, getpid());
    expect_equal(lab, do_fcntl(s.client, F_GETOWN, 0), getpid());
    expect_equal(lab, ioctl_get(s.client, SIOCGPGRP), getpid());

    ioctl_set(s.client, FIOSETOWN, getppid());
    expect_equal(lab, ioctl_get(s.client, FIOGETOWN), getppid());
    expect_equal(lab, do_fcntl(s.client, F_GETOWN, 0), getppid());

    do_fcntl(s.client, F_SETOWN, getpid());
    expect_equal(lab, ioctl_get(s.client, SIOCGPGRP), getpid());
    expect_equal(lab, ioctl_get(s.client, FIOGETOWN), getpid());

    setpgid(0, 0);
    ioctl_set(s.client, SIOCSPGRP, -getpgrp());
    expect_equal(lab, ioctl_get(s.client, SIOCGPGRP), -getpgrp());
}

CLAIM(fiosetown_is_no_command_of_fcntl, NO_FAMILY,
      "FIOSETOWN is a request of ioctl: fcntl refuses it with EINVAL, and its own command is F_SETOWN")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);

    expect_refused(lab, try_fcntl(sock, FIOSETOWN, getpid()), EINVAL);
    expect_equal(lab, do_fcntl(sock, F_GETOWN, 0), 0);
    if (treatment(lab))
        do_fcntl(sock, F_SETOWN, getpid());
    expect_equal(lab, do_fcntl(sock, F_GETOWN, 0), getpid());
}

CLAIM(accepted_socket_has_no_owner, V4 | V6,
      "a socket that accept returns inherits neither the owner nor O_ASYNC of its listener: it has none")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");

    if (treatment(lab)) {
        do_fcntl(listener, F_SETOWN, getpid());
        hold_signal(lab, SIGIO);
        set_flag(listener, O_ASYNC);
    }
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_equal(lab, do_fcntl(listener, F_GETOWN, 0), getpid());
    expect_equal(lab, do_fcntl(server, F_GETOWN, 0), 0); /* f_owner is of the open file, and accept makes a new one */
    expect(lab, !has_flag(server, O_ASYNC));
}

CLAIM(urgent_data_send_sigurg_to_the_owner, V4 | V6,
      "the owner set by F_SETOWN gets SIGURG when urgent data are announced, without O_ASYNC; nobody gets it without owner")
{
    struct stream s = tcp_stream(lab);
    hold_signal(lab, SIGURG);

    if (treatment(lab))
        do_fcntl(s.client, F_SETOWN, getpid());
    send_flagged(s.server, "!", MSG_OOB);
    expect_wire(lab, "server > client [P.U] 1:2 urg 1", "client > server [.] ack 2");
    take_signal(lab, SIGURG);
}

CLAIM(urgent_data_send_sigurg_to_the_owner_of_siocspgrp, V4 | V6,
      "the owner set by SIOCSPGRP, here a process group, gets SIGURG when urgent data are announced")
{
    struct stream s = tcp_stream(lab);
    struct pair pair = two_processes_in_a_group(lab);

    if (treatment(lab))
        ioctl_set(s.client, SIOCSPGRP, -pair.group);
    send_flagged(s.server, "!", MSG_OOB);
    nothing_more_comes(lab, pair);
    expect_equal(lab, result_of(pair.first), SIGURG);
    expect_equal(lab, result_of(pair.second), SIGURG);
}

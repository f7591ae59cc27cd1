/* SPDX-License-Identifier: MIT */
/*
 * SO_RCVTIMEO: how long a call that receives sleeps for want of data.
 * [unp] 3.10 SO_RCVTIMEO and SO_SNDTIMEO; [attrs] 5.4.2; [socket7] Socket options, Versions
 *
 * The option is sk_rcvtimeo (sock_set_timeout): the sleep of sk_wait_data, and of nothing else. A call that got some bytes
 * before the time was over returns their number; one that got none returns -1 with EAGAIN (sock_intr_errno is for signals).
 */
#include "lab.h"

#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

EXPERIMENT("SO_RCVTIMEO", "SOL_SOCKET", "limit how long a receiving call sleeps");

#define TIMEOUT_MS 100

static int receive_waiting(struct lab *lab, struct sock *sock)
{
    char buffer[100];
    return patiently(lab, try_receive_waiting(sock, buffer, sizeof buffer, 0));
}

/* ---------------------------------------------------------------- the option */

CLAIM(is_a_struct_timeval_and_zero_until_set, NO_FAMILY,
      "SO_RCVTIMEO is a struct timeval of seconds and microseconds, zero until it is set, and reads back as set")
{
    struct sock *s = tcp_socket(lab, "client");
    struct timeval time = {-1, -1};
    socklen_t size = sizeof time;
    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_RCVTIMEO, &time, &size));
    expect(lab, size == sizeof time && time.tv_sec == 0 && time.tv_usec == 0);

    struct timeval wanted = {7, 500000}; /* a whole number of ticks at every HZ */
    if (treatment(lab))
        set_option(s, SOL_SOCKET, SO_RCVTIMEO, &wanted, sizeof wanted);
    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_RCVTIMEO, &time, &size));
    expect(lab, time.tv_sec == 7 && time.tv_usec == 500000);
}

CLAIM(an_int_is_too_short_and_a_million_microseconds_too_many, NO_FAMILY,
      "an int in place of the struct timeval is refused with EINVAL, and tv_usec outside of 0 to 999999 with EDOM",
      .cites = "setsockopt(3p), EDOM")
{
    struct sock *s = tcp_socket(lab, "client");
    int one = 1;
    struct timeval wrong = {1, treatment(lab) ? 1000000 : 999999};
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_RCVTIMEO, &one, sizeof one), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof wrong), EDOM);
}

/* ---------------------------------------------------------------- receiving */

CLAIM(recv_without_data_fails_with_eagain_after_the_timeout, V4 | V6,
      "recv(2) on a TCP socket that gets no data sleeps for the time set and then returns -1 with EAGAIN, not 0",
      .takes_ms = TIMEOUT_MS)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    expect_refused(lab, receive_waiting(lab, s.client), EAGAIN);
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
    fact(lab, "timeout_of_100_ms_took", milliseconds_since(began), "ms");

    send_text(s.server, "late"); /* the connection is none the worse for it */
    receive_text(s.client, "late");
}

CLAIM(recv_without_a_datagram_fails_with_eagain_after_the_timeout, V4 | V6,
      "recv(2) on a UDP socket that gets no datagram sleeps for the time set and then returns -1 with EAGAIN",
      .takes_ms = TIMEOUT_MS)
{
    struct sock *s = udp_socket(lab, "client");
    bind_to(s, any_address(lab, 0));

    if (treatment(lab))
        set_time(s, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    expect_refused(lab, receive_waiting(lab, s), EAGAIN);
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
}

CLAIM(read_readv_recv_recvfrom_and_recvmsg_all_time_out, V4 | V6,
      "read, readv, recv, recvfrom and recvmsg all return -1 with EAGAIN when SO_RCVTIMEO has passed without data",
      .takes_ms = 5 * 40)
{
    struct stream s = tcp_stream(lab);
    int fd = fd_of(s.client);
    char buffer[10];
    struct iovec part = {buffer, 10};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, 40);
    expect_timeout(lab, s.client, 40, read(fd, buffer, 10));
    expect_timeout(lab, s.client, 40, readv(fd, &part, 1));
    expect_timeout(lab, s.client, 40, recv(fd, buffer, 10, 0));
    expect_timeout(lab, s.client, 40, recvfrom(fd, buffer, 10, 0, NULL, NULL));
    expect_timeout(lab, s.client, 40, recvmsg(fd, &message, 0));
}

CLAIM(bytes_received_before_the_timeout_are_returned, V4 | V6,
      "a recv(2) with MSG_WAITALL that has got some bytes when the time is over returns their number",
      .takes_ms = TIMEOUT_MS)
{
    struct stream s = tcp_stream(lab);
    char buffer[10] = "";

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    send_text(s.server, "three");
    await_readable(s.client);
    int64_t began = now_ns();
    expect_equal(lab, patiently(lab, try_receive_waiting(s.client, buffer, sizeof buffer, MSG_WAITALL)), 5);
    expect(lab, memcmp(buffer, "three", 5) == 0);
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
}

CLAIM(bytes_that_come_do_not_begin_the_time_anew, V4 | V6,
      "the time is that of the whole call: bytes that come one by one while recv(2) with MSG_WAITALL sleeps do not begin it anew",
      .cites = "socket(7), SO_RCVTIMEO", .takes_ms = 500)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, 200);
    struct process *receiver = start_receiver(s.client, 10, MSG_WAITALL);
    for (int i = 0; i < 10; i++) {
        let_pass_ms(lab, 50);
        send_text(s.server, "x");
    }
    expect(lab, result_of(receiver) < 10); /* tcp_recvmsg_locked: one timeo for all its sleeps */
}

CLAIM(without_a_timeout_recv_sleeps_until_data_come, V4 | V6,
      "with the timeout at zero, the default, recv(2) sleeps for as long as no data come",
      .takes_ms = 3 * TIMEOUT_MS)
{
    struct stream s = tcp_stream(lab);

    set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, 0);
    struct process *receiver = start_receiver(s.client, 100, 0);
    let_pass_ms(lab, 3 * TIMEOUT_MS);
    send_text(s.server, "at last");
    expect_equal(lab, result_of(receiver), 7);
}

CLAIM(a_new_socket_sleeps_until_data_come, V4 | V6,
      "recv(2) on a new socket sleeps for as long as no data come, since its timeout is zero",
      .takes_ms = 3 * TIMEOUT_MS,
      .untreated = "the default; a timeout on the other end, set by the same claim, runs out meanwhile")
{
    struct stream s = tcp_stream(lab);

    set_time(s.server, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    struct process *receiver = start_receiver(s.client, 100, 0);
    expect_refused(lab, receive_waiting(lab, s.server), EAGAIN);
    expect_refused(lab, receive_waiting(lab, s.server), EAGAIN);
    expect_refused(lab, receive_waiting(lab, s.server), EAGAIN);
    send_text(s.server, "at last");
    expect_equal(lab, result_of(receiver), 7);
}

CLAIM(msg_dontwait_does_not_wait_for_the_timeout, V4 | V6,
      "with MSG_DONTWAIT recv(2) returns EAGAIN at once, whatever SO_RCVTIMEO says")
{
    struct stream s = tcp_stream(lab);
    char buffer[10];

    set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, 60 * 60 * 1000); /* an hour: the claim's time limit is far below */
    expect_refused(lab,
                   patiently(lab, try_receive_waiting(s.client, buffer, 10, treatment(lab) ? MSG_DONTWAIT : 0)),
                   EAGAIN);
}

CLAIM(accept_times_out_too, V4 | V6,
      "SO_RCVTIMEO of a listening socket limits accept(2): -1 with EAGAIN after the time set",
      .cites = "signal(7), Interruption of system calls: accept(2) with SO_RCVTIMEO", .takes_ms = TIMEOUT_MS)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);

    if (treatment(lab))
        set_time(listener, SOL_SOCKET, SO_RCVTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    expect_refused(lab, patiently(lab, try_accept_waiting(listener)), EAGAIN);
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
}

/* ---------------------------------------------------------------- calls that only look */

/* recv(2) comes back after 40 ms: what sleeps longer is not under the option. */
static struct stream stream_of_an_impatient_receiver(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_RCVTIMEO, 40);
    expect_refused(lab, receive_waiting(lab, s.client), EAGAIN);
    return s;
}

CLAIM(select_sleeps_on, V4 | V6,
      "select(2) knows nothing of SO_RCVTIMEO: it sleeps as long as its own timeout says", .takes_ms = 240)
{
    struct stream s = stream_of_an_impatient_receiver(lab);
    int64_t began = now_ns();
    expect_equal(lab, try_select(s.client, POLLIN, 200), 0);
    expect(lab, milliseconds_since(began) >= 200);
}

CLAIM(poll_sleeps_on, V4 | V6, "poll(2) knows nothing of SO_RCVTIMEO: it sleeps as long as its own timeout says",
      .takes_ms = 240)
{
    struct stream s = stream_of_an_impatient_receiver(lab);
    int64_t began = now_ns();
    expect_equal(lab, try_poll(s.client, POLLIN, 200), 0);
    expect(lab, milliseconds_since(began) >= 200);
}

CLAIM(epoll_wait_sleeps_on, V4 | V6,
      "epoll_wait(2) knows nothing of SO_RCVTIMEO: it sleeps as long as its own timeout says", .takes_ms = 240)
{
    struct stream s = stream_of_an_impatient_receiver(lab);
    int64_t began = now_ns();
    expect_equal(lab, try_epoll(s.client, POLLIN, 200), 0);
    expect(lab, milliseconds_since(began) >= 200);
}

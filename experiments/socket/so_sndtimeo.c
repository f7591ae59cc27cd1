/* SPDX-License-Identifier: MIT */
/*
 * SO_SNDTIMEO: how long a call that sends (or connects) sleeps for want of room.
 * [unp] 3.10 SO_RCVTIMEO and SO_SNDTIMEO; [attrs] 5.4.2; [socket7] Socket options
 *
 * TCP sleeps in sk_stream_wait_memory until the send buffer has room; a call that has put some bytes into the buffer when the time is
 * over returns their number. connect(2) uses the same time (inet_wait_for_connect), but reports its end otherwise.
 */
#include "lab.h"

#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

EXPERIMENT("SO_SNDTIMEO", "SOL_SOCKET", "limit how long a sending call or connect sleeps");

#define TIMEOUT_MS 100
#define LOAD       (1 << 17) /* bytes, more than the buffers of both ends hold */

/* A connection whose client's send buffer is full for good: no acknowledgement comes through. */
static struct stream full_stream(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    send_until_full(s.client);
    return s;
}

/* ---------------------------------------------------------------- the option */

CLAIM(is_a_struct_timeval_and_zero_until_set, NO_FAMILY,
      "SO_SNDTIMEO is a struct timeval of seconds and microseconds, zero until it is set, and reads back as set")
{
    struct sock *s = tcp_socket(lab, "client");
    struct timeval time = {-1, -1};
    socklen_t size = sizeof time;
    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_SNDTIMEO, &time, &size));
    expect(lab, size == sizeof time && time.tv_sec == 0 && time.tv_usec == 0);

    struct timeval wanted = {7, 500000}; /* a whole number of ticks at every HZ */
    if (treatment(lab))
        set_option(s, SOL_SOCKET, SO_SNDTIMEO, &wanted, sizeof wanted);
    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_SNDTIMEO, &time, &size));
    expect(lab, time.tv_sec == 7 && time.tv_usec == 500000);
}

/* ---------------------------------------------------------------- sending */

CLAIM(send_into_a_full_buffer_fails_with_eagain_after_the_timeout, V4 | V6,
      "send(2) into a full send buffer sleeps for the time set and then returns -1 with EAGAIN",
      .takes_ms = TIMEOUT_MS)
{
    struct stream s = full_stream(lab);

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    expect_refused(lab, patiently(lab, try_send(s.client, "no room", 0)), EAGAIN);
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
    fact(lab, "timeout_of_100_ms_took", milliseconds_since(began), "ms");
}

CLAIM(write_writev_send_sendto_and_sendmsg_all_time_out, V4 | V6,
      "write, writev, send, sendto and sendmsg all return -1 with EAGAIN when SO_SNDTIMEO has passed without room",
      .takes_ms = 5 * 40)
{
    struct stream s = full_stream(lab);
    int fd = fd_of(s.client);
    struct iovec part = {"no room", 7};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, 40);
    expect_timeout(lab, s.client, 40, write(fd, "no room", 7));
    expect_timeout(lab, s.client, 40, writev(fd, &part, 1));
    expect_timeout(lab, s.client, 40, send(fd, "no room", 7, MSG_NOSIGNAL));
    expect_timeout(lab, s.client, 40, sendto(fd, "no room", 7, MSG_NOSIGNAL, NULL, 0));
    expect_timeout(lab, s.client, 40, sendmsg(fd, &message, MSG_NOSIGNAL));
}

CLAIM(bytes_taken_before_the_timeout_are_returned, V4 | V6,
      "a send(2) of more than the send buffer holds returns, when the time is over, how many bytes the buffer took, and these are "
      "sent",
      .takes_ms = TIMEOUT_MS)
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");

    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    int taken = patiently(lab, try_send_bytes(s.client, LOAD, 0));
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);
    expect_between(lab, taken, 1, LOAD - 1);

    wire_release(lab);
    receive_bytes(s.server, (size_t)taken);
    expect(lab, !is_readable(s.server));
}

static int send_load(struct lab *lab, void *sock)
{
    (void)lab;
    return try_send_bytes(sock, LOAD, 0);
}

CLAIM(without_a_timeout_send_sleeps_until_there_is_room, V4 | V6,
      "with the timeout at zero, the default, send(2) sleeps for as long as it takes to get everything into the buffer",
      .takes_ms = 3 * TIMEOUT_MS)
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");

    set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, TIMEOUT_MS);
    if (treatment(lab))
        set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, 0);
    struct process *sender = start_process(lab, MYSELF, send_load, s.client);
    let_pass_ms(lab, 3 * TIMEOUT_MS);
    wire_release(lab);
    receive_bytes(s.server, LOAD);
    expect_equal(lab, result_of(sender), LOAD);
}

CLAIM(msg_dontwait_does_not_wait_for_the_timeout, V4 | V6,
      "with MSG_DONTWAIT send(2) into a full buffer returns EAGAIN at once, whatever SO_SNDTIMEO says")
{
    struct stream s = full_stream(lab);

    set_time(s.client, SOL_SOCKET, SO_SNDTIMEO, 60 * 60 * 1000); /* an hour: the claim's time limit is far below */
    expect_refused(lab, patiently(lab, try_send(s.client, "no room", treatment(lab) ? MSG_DONTWAIT : 0)), EAGAIN);
}

/* ---------------------------------------------------------------- connecting */

CLAIM(connect_fails_with_einprogress_after_the_timeout, V4 | V6,
      "connect(2) whose SYN is not answered sleeps for the SO_SNDTIMEO set and then returns -1 with EINPROGRESS; the connection is "
      "still being made, and is there when the answer comes",
      .takes_ms = TIMEOUT_MS)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    wire_hold(lab, "client > server [S]");

    if (treatment(lab))
        set_time(client, SOL_SOCKET, SO_SNDTIMEO, TIMEOUT_MS);
    int64_t began = now_ns();
    expect_refused(lab, patiently(lab, try_connect_waiting(client, at(lab, "server", SERVICE))), EINPROGRESS);
    /* __inet_stream_connect: not EAGAIN, and not ETIMEDOUT */
    expect_duration(lab, milliseconds_since(began), TIMEOUT_MS, TIMEOUT_MS + 8);

    wire_release(lab);
    finish_connect(client);
    accept_from(listener);
    expect_wire(lab,
                "client > server [S]",
                "* client > server [S]", /* sent again if the claim is slow: the first retransmission comes after a second */
                "server > client [S.] ack 1",
                "* server > client [S.] ack 1",
                "client > server [.] ack 1");
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_NOTSENT_LOWAT: how much may wait in the send buffer without having been sent.
 * Documentation/networking/ip-sysctl.rst, tcp_notsent_lowat (since Linux 3.12)
 *
 * Ten segments fill the initial congestion window. The wire holds their acknowledgements, and what is written after them
 * stays unsent for as long as the claim wants.
 */
#include "lab.h"

EXPERIMENT("TCP_NOTSENT_LOWAT", "IPPROTO_TCP", "keep little unsent data in the send buffer");

#define SWITCH "net.ipv4.tcp_notsent_lowat"

/* The congestion window is full, and there is much room in the send buffer. */
static struct stream stream_that_may_send_no_more(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_SNDBUF, 100000);
    set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    send_segments(s.client, 10);
    expect_equal(lab, bytes_unsent(s.client), 0);
    return s;
}

CLAIM(poll_says_writable_below_half_of_it, V4 | V6,
      "with TCP_NOTSENT_LOWAT 10000 poll calls the socket writable while less than half of that, 5000 bytes, is unsent, though send "
      "still takes more; without it there is room to the end of the send buffer",
      .cites = "ip-sysctl.rst, tcp_notsent_lowat; tcp_stream_memory_free (the half: Linux 5.0)")
{
    struct stream s = stream_that_may_send_no_more(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 10000);
    send_bytes(s.client, 4999);
    expect(lab, is_writable(s.client));
    send_bytes(s.client, 1);
    expect_equal(lab, bytes_unsent(s.client), 5000);
    expect(lab, !is_writable(s.client));
    expect_equal(lab, try_send(s.client, "more", MSG_DONTWAIT), 4);
    expect(lab, !is_writable(s.client));

    set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, -1); /* no limit */
    expect(lab, is_writable(s.client));
}

CLAIM(send_takes_no_more_buffers_above_it, V4 | V6,
      "send fails with EAGAIN when more than TCP_NOTSENT_LOWAT is unsent and the last buffer is full, long before the send buffer is",
      .cites = "ip-sysctl.rst, tcp_notsent_lowat")
{
    struct stream s = stream_that_may_send_no_more(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1000);
    send_until_full(s.client);
    int kept = bytes_unsent(s.client);
    expect_refused(lab, try_send(s.client, "more", MSG_DONTWAIT), EAGAIN);

    set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, -1);
    expect_success(lab, try_send(s.client, "more", MSG_DONTWAIT));
    send_until_full(s.client);
    expect_between(lab, kept, 1000, bytes_unsent(s.client) / 2);
    fact(lab, "unsent_with_lowat_of_1000", kept, "bytes");
}

CLAIM(writable_again_when_unsent_data_leave, V4 | V6,
      "when acknowledgements come and what was unsent leaves, the socket becomes writable, although the send buffer holds just as much "
      "that is not acknowledged",
      .cites = "ip-sysctl.rst, tcp_notsent_lowat")
{
    struct stream s = stream_that_may_send_no_more(lab);
    set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 10000);
    send_bytes(s.client, 9000);
    expect(lab, !is_writable(s.client));
    if (treatment(lab))
        wire_pass_held(lab); /* of ten segments; the acknowledgements of those that leave now are held */
    expect(lab, is_writable(s.client));
    expect_equal(lab, bytes_unsent(s.client), 0);
}

CLAIM(sysctl_is_for_sockets_that_did_not_set_it, V4 | V6,
      "net.ipv4.tcp_notsent_lowat, at first the largest number there is, holds for every socket whose own value is 0, at once",
      .cites = "ip-sysctl.rst, tcp_notsent_lowat")
{
    struct stream s = stream_that_may_send_no_more(lab);
    expect_equal(lab, get_sysctl(lab, "client", SWITCH), UINT32_MAX);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT), 0); /* not the sysctl's value */
    send_bytes(s.client, 5000);
    expect(lab, is_writable(s.client));

    if (treatment(lab))
        set_sysctl(lab, "client", SWITCH, "10000");
    expect(lab, !is_writable(s.client));
    set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 20000);
    expect(lab, is_writable(s.client));
    set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 0);
    expect(lab, !is_writable(s.client));
}

CLAIM(any_number_is_taken_in_any_state, V4 | V6,
      "any int is taken before connect, while connected and on a listening socket, from which accepted ones inherit it",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct stream s = tcp_stream(lab);
    struct sock *fresh = tcp_socket(lab, "client");
    expect_success(lab, try_set_int(fresh, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1));
    expect_success(lab, try_set_int(s.client, IPPROTO_TCP, TCP_NOTSENT_LOWAT, -1)); /* 4 GB less one */
    if (treatment(lab))
        expect_success(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 12345));
    connect_to(fresh, at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(s.listener), IPPROTO_TCP, TCP_NOTSENT_LOWAT), 12345);
}

CLAIM(misuse_is_refused, V4 | V6,
      "two bytes are refused with EINVAL, an address that is not mapped with EFAULT, a UDP socket with ENOPROTOOPT, a Unix socket with "
      "EOPNOTSUPP",
      .cites = "setsockopt(2)")
{
    expect_misuse_refused(lab, treatment(lab), TCP_NOTSENT_LOWAT, 1000);
}

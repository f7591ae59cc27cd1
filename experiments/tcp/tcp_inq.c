/* SPDX-License-Identifier: MIT */
/*
 * TCP_INQ: recvmsg tells with the data how much more can be read.
 * linux/tcp.h TCP_INQ, TCP_CM_INQ; net/ipv4/tcp.c, tcp_inq_hint (since Linux 4.18)
 */
#include "lab.h"

EXPERIMENT("TCP_INQ", "IPPROTO_TCP", "learn with the data how much more can be read");

/* recvmsg(2) into so many bytes; what it tells of the rest, or -1 when it tells nothing. */
static int left_after_reading(struct sock *sock, size_t size)
{
    static char data[4096];
    struct iovec vector = {data, size};
    _Alignas(struct cmsghdr) char control[128];
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (do_call(sock, recvmsg(fd_of(sock), &header, MSG_DONTWAIT)) < 0)
        return -1;
    struct cmsghdr *item = CMSG_FIRSTHDR(&header);
    if (!item || item->cmsg_level != IPPROTO_TCP || item->cmsg_type != TCP_CM_INQ)
        return -1;
    int left;
    memcpy(&left, CMSG_DATA(item), sizeof left);
    return left;
}

CLAIM(recvmsg_tells_what_is_left, V4 | V6,
      "with TCP_INQ each recvmsg has a TCP_CM_INQ item of level IPPROTO_TCP: the bytes that are left to read after it; without the option "
      "it has none",
      .cites = "linux/tcp.h, TCP_CM_INQ")
{
    struct stream s = tcp_stream(lab);
    send_bytes(s.client, 1000);
    await_all_acknowledged(s.client);
    expect_equal(lab, left_after_reading(s.server, 100), -1);
    if (treatment(lab))
        set_int(s.server, IPPROTO_TCP, TCP_INQ, 1);
    expect_equal(lab, left_after_reading(s.server, 300), 600);
    expect_equal(lab, left_after_reading(s.server, 599), 1);
    send_bytes(s.client, 50);
    await_all_acknowledged(s.client);
    expect_equal(lab, left_after_reading(s.server, 1), 50);
    expect_equal(lab, left_after_reading(s.server, 50), 0);
}

CLAIM(end_of_the_stream_counts_as_one, V4 | V6,
      "the peer's FIN counts as a byte that can be read: TCP_CM_INQ is one more than there are data, and 1, not 0, when these are read",
      .cites = "net/ipv4/tcp.c, tcp_inq_hint")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, IPPROTO_TCP, TCP_INQ, 1);
    send_bytes(s.client, 100);
    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    await_all_acknowledged(s.client);
    settle(lab);
    expect_equal(lab, left_after_reading(s.server, 50), 50 + 1);
    expect_equal(lab, left_after_reading(s.server, 50), 1);
    expect(lab, is_readable(s.server));
}

CLAIM(accepted_sockets_inherit_it, V4 | V6,
      "accepted sockets have TCP_INQ as the listening one has it; values other than 0 and 1 and three bytes are refused with EINVAL, a UDP "
      "socket with ENOPROTOOPT",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    int one = 1;
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_INQ, 1);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, IPPROTO_TCP, TCP_INQ), 1);
    expect_refused(lab, try_set_int(server, IPPROTO_TCP, TCP_INQ, -1), EINVAL);
    expect_refused(lab, try_set_option(server, IPPROTO_TCP, TCP_INQ, &one, 3), EINVAL);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_INQ, 1), ENOPROTOOPT);
}

/* SPDX-License-Identifier: MIT */
/* FIONREAD (SIOCINQ): how much there is to receive. [unp] 8 fcntl Function */
#include "lab.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <unistd.h>

EXPERIMENT("FIONREAD", NULL, "how many bytes can be received");

CLAIM(fionread_counts_unread_stream_bytes, V4 | V6,
      "on a TCP socket FIONREAD gives the bytes that have arrived and were not received yet, whatever segments they came in")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 0);

    send_text(s.server, "Hello");
    if (treatment(lab))
        send_text(s.server, "World");
    settle(lab);
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 10);
    receive_text(s.client, "Hel");
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 7);
}

CLAIM(ioctl_returns_0_and_puts_the_result_into_the_variable, V4 | V6,
      "a socket ioctl puts its result into the variable that its argument points to, and returns 0, or -1 with errno")
{
    struct stream s = tcp_stream(lab);
    int waiting = -7;

    if (treatment(lab))
        send_text(s.server, "Hello");
    settle(lab);
    expect_equal(lab, ioctl(fd_of(s.client), FIONREAD, &waiting), 0);
    expect_equal(lab, waiting, 5);
    expect_equal(lab, ioctl(fd_of(s.listener), FIONREAD, &waiting), -1);
    expect_equal(lab, errno, EINVAL);
    expect_equal(lab, waiting, 5);
}

CLAIM(fionread_gives_only_the_next_datagram, V4 | V6,
      "on a UDP socket FIONREAD gives the size of the next datagram alone, not the bytes in the receive buffer")
{
    struct sock *client = udp_socket(lab, "client"), *server = udp_socket(lab, "server");
    bind_to(server, at(lab, "server", SERVICE));

    if (treatment(lab))
        send_to(client, "four", 0, at(lab, "server", SERVICE));
    send_to(client, "seventeen letters", 0, at(lab, "server", SERVICE));
    settle(lab);
    expect_equal(lab, ioctl_get(server, FIONREAD), 4);
    receive_text(server, "four");
    expect_equal(lab, ioctl_get(server, FIONREAD), 17);
}

CLAIM(fionread_stops_at_the_urgent_mark, V4 | V6,
      "while an urgent byte waits out of band, FIONREAD counts only the bytes before the mark; once the mark is reached and "
      "passed it counts the rest")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "before");
    if (treatment(lab))
        send_flagged(s.server, "!", MSG_OOB);
    send_text(s.server, "after");
    settle(lab);

    expect_equal(lab, ioctl_get(s.client, FIONREAD), 6); /* tcp_inq: urg_seq - copied_seq */
    receive_text(s.client, "before");
    receive_text(s.client, "after");
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 0);
}

CLAIM(fionread_does_not_count_the_fin, V4 | V6,
      "the FIN is not counted: FIONREAD gives 0 both for an idle connection and for one whose peer has closed",
      .cites = "tcp(7), SIOCINQ")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "Hello");
    if (treatment(lab))
        close_socket(s.server);
    settle(lab);
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 5);
    receive_text(s.client, "Hello");
    expect_equal(lab, ioctl_get(s.client, FIONREAD), 0);
    expect(lab, is_readable(s.client)); /* the end of the stream is there */
    receive_text(s.client, "");
}

CLAIM(fionread_on_a_listener_is_einval, V4 | V6,
      "FIONREAD on a listening TCP socket fails with EINVAL",
      .cites = "tcp(7), SIOCINQ")
{
    struct sock *sock = tcp_socket(lab, "server");
    bind_to(sock, at(lab, "server", SERVICE));
    if (treatment(lab))
        listen_on(sock, 1);
    int waiting;
    expect_refused(lab, try_ioctl(sock, FIONREAD, &waiting), EINVAL);
}

static int ask_everything(struct lab *lab, void *sock)
{
    int value;
    expect_success(lab, try_ioctl_int(sock, FIONBIO, 1));
    expect_success(lab, try_ioctl_int(sock, FIOASYNC, 1));
    expect_success(lab, try_ioctl_int(sock, SIOCSPGRP, getpid()));
    expect_success(lab, try_ioctl(sock, SIOCGPGRP, &value));
    expect_success(lab, try_ioctl(sock, FIONREAD, &value));
    expect_success(lab, try_ioctl(sock, SIOCATMARK, &value));
    return value;
}

CLAIM(any_process_may_use_the_first_five_ioctls, NO_FAMILY,
      "FIONBIO, FIOASYNC, SIOCSPGRP, SIOCGPGRP, FIONREAD and SIOCATMARK need no privilege",
      .untreated = "nothing is changed; ioctl_interfaces.changing_arp_and_routes_needs_privilege is the contrast")
{
    struct stream s = tcp_stream(lab);
    expect_equal(lab, as_user(lab, NOBODY, ask_everything, s.client), 0);
}

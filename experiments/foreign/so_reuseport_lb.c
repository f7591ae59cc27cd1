/* SPDX-License-Identifier: MIT */
/*
 * SO_REUSEPORT_LB of FreeBSD 12: not on Linux, whose SO_REUSEPORT spreads connections by itself.
 * [notes] SOL_SOCKET.SO_REUSEPORT_LB
 */
#include "lab.h"

#include <fcntl.h>

EXPERIMENT("SO_REUSEPORT_LB", "SOL_SOCKET", "FreeBSD: listeners on one port share its connections");

enum { FREEBSD_SO_REUSEPORT_LB = 0x10000,
       BSD_SOL_SOCKET = 0xffff };

CLAIM(so_reuseport_lb_is_absent, NO_FAMILY,
      "Linux has no SO_REUSEPORT_LB: no header names it, and FreeBSD's number fails with ENOPROTOOPT, at Linux's SOL_SOCKET and "
      "at BSD's")
{
#ifdef SO_REUSEPORT_LB
    expect(lab, !"SO_REUSEPORT_LB is defined");
#endif
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    int option = treatment(lab) ? FREEBSD_SO_REUSEPORT_LB : SO_REUSEPORT;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, BSD_SOL_SOCKET, FREEBSD_SO_REUSEPORT_LB, 1), ENOPROTOOPT);
}

enum { CONNECTIONS = 40 };

static unsigned waiting_at(struct sock *listener)
{
    unsigned count = 0;
    while (try_accept_waiting(listener) == 0)
        count++;
    return count;
}

CLAIM(so_reuseport_shares_connections_among_listeners, V4 | V6,
      "of connections from many ports both listeners with SO_REUSEPORT on one port get some: on Linux no option of its own is "
      "needed for that",
      .cites = "socket(7), SO_REUSEPORT")
{
    struct sock *listener[2];
    for (unsigned i = 0; i < 2; i++) {
        listener[i] = tcp_socket(lab, "server");
        set_int(listener[i], SOL_SOCKET, SO_REUSEPORT, 1);
        bind_to(listener[i], at(lab, "server", SERVICE));
        set_flag(listener[i], O_NONBLOCK);
    }
    listen_on(listener[0], CONNECTIONS);
    if (treatment(lab))
        listen_on(listener[1], CONNECTIONS);

    for (unsigned i = 0; i < CONNECTIONS; i++)
        connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    settle(lab); /* the last handshake ends when its ACK has come */
    /* Each goes to one of two by a hash of its addresses: all to one would be a chance of 2^-39. */
    unsigned first = waiting_at(listener[0]), second = waiting_at(listener[1]);
    expect(lab, first > 0 && second > 0);
    expect_equal(lab, first + second, CONNECTIONS);
}

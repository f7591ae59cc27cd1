/* SPDX-License-Identifier: MIT */
/*
 * SO_ACCEPTFILTER of FreeBSD: not on Linux; its commonest filter, "dataready", is TCP_DEFER_ACCEPT there.
 * [notes] SOL_SOCKET.SO_ACCEPTFILTER
 */
#include "lab.h"

EXPERIMENT("SO_ACCEPTFILTER", "SOL_SOCKET", "FreeBSD: accept only connections that pass a filter in the kernel");

enum { FREEBSD_SO_ACCEPTFILTER = 0x1000,
       BSD_SOL_SOCKET = 0xffff };

struct accept_filter { /* FreeBSD's struct accept_filter_arg */
    char name[16], argument[256 - 16];
};

CLAIM(so_acceptfilter_is_absent, NO_FAMILY,
      "Linux has no SO_ACCEPTFILTER: no header names it, and FreeBSD's number fails with ENOPROTOOPT, before listen and after, "
      "at Linux's SOL_SOCKET and at BSD's")
{
#ifdef SO_ACCEPTFILTER
    expect(lab, !"SO_ACCEPTFILTER is defined");
#endif
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    struct accept_filter dataready = {.name = "dataready"};
    int option = treatment(lab) ? FREEBSD_SO_ACCEPTFILTER : SO_KEEPALIVE;

    expect_refused(lab, try_set_option(sock, SOL_SOCKET, option, &dataready, sizeof dataready), ENOPROTOOPT);
    listen_on(sock, 1);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, option, &dataready, sizeof dataready), ENOPROTOOPT);
    expect_refused(lab, try_set_option(sock, BSD_SOL_SOCKET, FREEBSD_SO_ACCEPTFILTER, &dataready, sizeof dataready), ENOPROTOOPT);
}

CLAIM(reading_so_acceptfilter_fails, NO_FAMILY,
      "getsockopt with FreeBSD's number of SO_ACCEPTFILTER fails with ENOPROTOOPT and fills in no filter name")
{
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    struct accept_filter filter = {.name = ""};
    socklen_t size = sizeof filter;
    int option = treatment(lab) ? FREEBSD_SO_ACCEPTFILTER : SO_SNDBUF;
    expect_refused(lab, try_get_option(sock, SOL_SOCKET, option, &filter, &size), ENOPROTOOPT);
    expect_equal(lab, filter.name[0], '\0');
}

CLAIM(tcp_defer_accept_is_the_dataready_filter, V4 | V6,
      "with TCP_DEFER_ACCEPT a connection is given to accept only when its first data have come, as the filter dataready does",
      .cites = "tcp(7), TCP_DEFER_ACCEPT")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");

    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 60);
    connect_to(client, at(lab, "server", SERVICE));
    settle(lab);
    expect(lab, !is_readable(listener));

    send_text(client, "GET /");
    receive_text(accept_from(listener), "GET /");
}

/* SPDX-License-Identifier: MIT */
/* SO_CONDITIONAL_ACCEPT of Windows: not on Linux, where the kernel accepts before the program does. [attrs] 5.4.6 */
#include "lab.h"

EXPERIMENT("SO_CONDITIONAL_ACCEPT", "SOL_SOCKET", "Windows: the handshake waits until the server calls accept");

enum { WINDOWS_SO_CONDITIONAL_ACCEPT = 0x3002,
       WINDOWS_SOL_SOCKET = 0xffff };

CLAIM(so_conditional_accept_is_absent, NO_FAMILY,
      "Linux has no SO_CONDITIONAL_ACCEPT: no header names it, and Windows' number fails with ENOPROTOOPT")
{
#ifdef SO_CONDITIONAL_ACCEPT
    expect(lab, !"SO_CONDITIONAL_ACCEPT is defined");
#endif
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    int option = treatment(lab) ? WINDOWS_SO_CONDITIONAL_ACCEPT : SO_KEEPALIVE;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, WINDOWS_SOL_SOCKET, WINDOWS_SO_CONDITIONAL_ACCEPT, 1), ENOPROTOOPT);
}

CLAIM(connect_ends_before_accept_is_called, V4 | V6,
      "the kernel completes the handshake of a listener by itself: connect returns, and data arrive, before accept is called")
{
    struct sock *listener = tcp_socket(lab, "server");
    struct sock *client = tcp_socket(lab, "client");
    bind_to(listener, at(lab, "server", SERVICE));
    if (treatment(lab))
        listen_on(listener, 1);

    expect_success(lab, try_connect(client, at(lab, "server", SERVICE)));
    expect_wire(lab,
                "client > server [S]",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    send_text(client, "Hello");
    expect_wire(lab,
                "client > server [P.] 1:6",
                "server > client [.] ack 6");
    receive_text(accept_from(listener), "Hello");
}

CLAIM(full_queue_delays_what_accept_has_not_taken, V4 | V6,
      "the nearest thing to a conditional accept: with the accept queue full (listen backlog 0 holds one connection) a further "
      "SYN is not answered until accept has made room",
      .cites = "listen(2), backlog", .kernel_timers = true, .takes_ms = 1100)
{
    struct sock *listener = tcp_socket(lab, "server");
    struct sock *first = tcp_socket(lab, "client"), *second = tcp_socket(lab, "client");
    bind_to(listener, at(lab, "server", SERVICE));
    listen_on(listener, treatment(lab) ? 0 : 1);
    connect_to(first, at(lab, "server", SERVICE));
    skip_packets(lab);

    start_connect(second, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S]");
    expect_nothing(lab, "server > client [S.]"); /* tcp_conn_request: sk_acceptq_is_full */
    accept_from(listener);
    expect_wire(lab,
                "* client > server [S]", /* sent again every second */
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    finish_connect(second);
}

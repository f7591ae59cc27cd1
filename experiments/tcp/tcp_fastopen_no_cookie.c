/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN_NO_COOKIE: Fast Open without cookies, for one socket: safe only where nobody can forge addresses.
 * ip-sysctl.rst, tcp_fastopen; net/ipv4/tcp_fastopen.c, tcp_fastopen_no_cookie (since Linux 4.15)
 */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN_NO_COOKIE", "IPPROTO_TCP", "Fast Open without cookies");

CLAIM(both_sides_do_without_a_cookie, V4 | V6,
      "where both client and listener have the option, the very first SYN carries data and no cookie, and the listener takes them",
      .cites = "ip-sysctl.rst, tcp_fastopen (0x4 and 0x200, for one socket)")
{
    struct sock *listener = fastopen_listener(lab, SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(client, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    }
    send_to(client, "Hello\n", MSG_FASTOPEN, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 no tfo",
                "server > client [S.] ack 7 no tfo",
                "client > server [.] ack 1");
    receive_text(accept_from(listener), "Hello\n");
}

CLAIM(listener_that_wants_cookies_refuses_the_data, V4 | V6,
      "a client with the option at a listener without it: the data in the SYN are not acknowledged, no cookie is given, and they come again "
      "after the handshake",
      .cites = "ip-sysctl.rst, tcp_fastopen")
{
    struct sock *listener = fastopen_listener(lab, SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    send_to(client, "Hello\n", MSG_FASTOPEN, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 no tfo",
                "server > client [S.] ack 1 no tfo",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    receive_text(accept_from(listener), "Hello\n");
}

CLAIM(listener_still_answers_those_who_ask, V4 | V6,
      "a listener with the option takes data of any SYN, with the wrong cookie too, while a client that sends none but asks for a cookie "
      "gets one",
      .cites = "net/ipv4/tcp_fastopen.c, tcp_try_fastopen")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    send_to(tcp_socket(lab, "client"), "Hello\n", MSG_FASTOPEN, at(lab, "server", SERVICE));
    receive_text(accept_from(listener), "Hello\n");
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    set_sysctl(lab, "server", "net.ipv4.tcp_fastopen_key", "00000001-00000002-00000003-00000004"); /* the cookie is wrong now */
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
    send_to(tcp_socket(lab, "client"), "Hello\n", MSG_FASTOPEN, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7");
}

CLAIM(it_is_for_closed_and_listening_sockets, V4 | V6,
      "a closed and a listening socket take it, a connected one refuses it with EINVAL, as every socket does values other than 0 and 1",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct stream s = tcp_stream(lab);
    struct sock *fresh = tcp_socket(lab, "client");
    int one = 1;
    expect_success(lab, try_set_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1));
    expect_success(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1));
    expect_equal(lab, get_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE), 1);
    fact_refused(lab, "fastopen_no_cookie_when_connected", try_set_int(treatment(lab) ? s.client : fresh, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1), EINVAL);
    expect_refused(lab, try_set_int(fresh, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 2), EINVAL);
    expect_refused(lab, try_set_option(fresh, IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, &one, 3), EINVAL);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1), ENOPROTOOPT);
}

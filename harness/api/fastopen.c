/* SPDX-License-Identifier: MIT */
/* Fast Open. */
#include "api/internal.h"

struct sock *lab_fastopen_socket(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    lab_set_sysctl(here, lab, host, FASTOPEN_SYSCTL, "3");
    struct sock *listener = lab_socket(here, lab, host, 0, SOCK_STREAM, 0);
    lab_must(here, lab_bind(here, listener, any_address(lab, port)));
    return listener;
}

struct sock *lab_fastopen_listener(struct here here, struct lab *lab, uint16_t port)
{
    struct sock *listener = lab_fastopen_socket(here, lab, "server", port);
    lab_must(here, lab_set_int(here, listener, IPPROTO_TCP, TCP_FASTOPEN, "IPPROTO_TCP, TCP_FASTOPEN", 5));
    lab_must(here, lab_listen(here, listener, 511));
    return listener;
}

struct sock *lab_say_hello(struct here here, struct lab *lab, const char *host, struct endpoint server)
{
    struct sock *client = lab_socket(here, lab, host, 0, SOCK_STREAM, 0);
    lab_must(here, lab_send_to(here, client, "Hello\n", MSG_FASTOPEN, "MSG_FASTOPEN", server));
    return client;
}

struct stream lab_obtain_cookie(struct here here, struct lab *lab, struct sock *listener)
{
    struct stream s = {.listener = listener,
                       .client = lab_say_hello(here, lab, "client", at(lab, "server", SERVICE))};
    s.server = lab_accept(here, listener);
    lab_receive_text(here, s.server, "Hello\n");
    const char *const first_connection[] = {
        "client > server [S] tfo cookiereq", "server > client [S.] ack 1 tfo cookie $cookie",
        "client > server [P.] 1:7 ack 1", "server > client [.] ack 7", NULL};
    lab_expect_wire(here, lab, NULL, first_connection);
    lab_skip_packets(lab, "server");
    return s;
}

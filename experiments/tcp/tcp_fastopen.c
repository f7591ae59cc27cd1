/* SPDX-License-Identifier: MIT */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN", "IPPROTO_TCP", "carry data in the SYN of repeated connections");

static void first(struct lab *lab, struct sock *listener, const char *host, struct endpoint to, int how)
{
    struct sock *c = tcp_socket(lab, host);
    send_to(c, "Hello\n", MSG_FASTOPEN, to);
    struct sock *s = accept_from(listener);
    if (how == 0)
        receive_text(s, "Hello\n");
    close_socket(c);
    if (how == 0)
    receive_text(s, "");
    if (how)
    let_pass_ms(lab, 1);
    if (how == 1)
        receive_text(s, "Hello\n");
    if (how == 2) {char b[1000];
    try_receive(s, b, 1000, 0);
    try_receive(s, b, 1000, 0);}
    close_socket(s);
    let_pass_ms(lab, 1);
}

CLAIM(explore2, V4 | V6, "x")
{
    set_sysctl(lab, "server", "net.ipv4.tcp_fastopen", "3");
    struct sock *listener = tcp_socket(lab, "server");
    bind_to(listener, any_address(lab, SERVICE));
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    for (int i = 0; i < 6; i++) {
        first(lab, listener, "client", at(lab,"server", SERVICE), i%3);
        note(lab, "====");
    }
    set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 0);
    for (int i = 0; i < 6; i++) {
        first(lab, listener, "client", at(lab,"server", SERVICE), i%3);
        note(lab, "====");
    }
    let_pass_ms(lab, 300);
    expect_wire(lab, "...", "server > client [R]");
}

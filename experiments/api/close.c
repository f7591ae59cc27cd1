/* SPDX-License-Identifier: MIT */
/*
 * What comes to a TCP socket that its process has closed: the end of the traces in
 * [notes] IPPROTO_TCP.TCP_NODELAY and TCP_CORK.
 */
#include "lab.h"

EXPERIMENT("close", NULL, "end a connection: what still comes from the peer finds nobody");

/* The documents' client: ten bytes, then close; `close_it` is the act under test. */
static struct stream ten_bytes_and_close(struct lab *lab, bool close_it)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "GET /Hello");
    if (close_it)
        close_socket(s.client);
    expect_wire(lab,
                "client > server [P.] 1:11 ack 1",
                "* server > client [.] ack 11", /* its own, or one with that of the FIN */
                "client > server [F.] 11 ack 1",
                "* server > client [.] ack 12");
    receive_text(s.server, "GET /Hello"); /* unread data would make the server's own close send a RST */
    settle(lab);
    skip_packets(lab);
    return s;
}

CLAIM(data_after_close_is_answered_with_rst, V4 | V6,
      "data that come after the socket was closed are answered with RST, window 0")
{
    struct stream s = ten_bytes_and_close(lab, treatment(lab));

    send_bytes(s.server, 28);
    expect_wire(lab,
                "server > client [P.] 1:29 ack 12",
                "client > server [R] 12 win 0");
}

CLAIM(fin_after_the_rst_is_answered_with_rst_again, V4 | V6,
      "a FIN that was on its way when the first RST was sent is answered with a second RST")
{
    struct stream s = ten_bytes_and_close(lab, treatment(lab));

    wire_hold(lab, "client > server [R]"); /* the server does not know yet */
    send_bytes(s.server, 28);
    close_socket(s.server);
    expect_wire(lab,
                "server > client [P.] 1:29 ack 12",
                "client > server [R] 12 win 0",
                "server > client [F.] 29 ack 12",
                "client > server [R] 12 win 0");
}

CLAIM(rst_is_not_answered, V4 | V6,
      "a Linux server that receives the RSTs says nothing more: an RST is never answered (RFC 9293, 3.10.7.1)")
{
    struct stream s = ten_bytes_and_close(lab, treatment(lab));

    wire_hold(lab, "client > server [R]");
    send_bytes(s.server, 28);
    close_socket(s.server);
    expect_wire(lab,
                "server > client [P.] 1:29 ack 12",
                "client > server [R] 12",
                "server > client [F.] 29 ack 12",
                "client > server [R] 12");
    wire_release(lab);
    expect_at(lab, "server",
              "...",
              "client > server [R] 12",
              "client > server [R] 12");
    settle(lab);
    expect_nothing(lab, "server > client [*]");
}

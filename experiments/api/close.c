/* SPDX-License-Identifier: MIT */
/*
 * close: what it does with the connection, and what comes to a TCP socket that its process has closed.
 * [unp] 3.6 SO_LINGER, the table; [attrs] 5.4.4; the end of the traces in
 * [notes] IPPROTO_TCP.TCP_NODELAY and TCP_CORK. What SO_LINGER changes: socket/so_linger.c.
 */
#include "lab.h"

#include <signal.h>

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

/* ---------------------------------------------------------------- what close ends */

/* The call on a number that names no socket any more. */
static int try_send_on(int descriptor)
{
    return send(descriptor, "x", 1, MSG_NOSIGNAL) < 0 ? -errno : 1;
}

static int try_receive_on(int descriptor)
{
    char byte;
    return recv(descriptor, &byte, 1, MSG_DONTWAIT) < 0 ? -errno : 1;
}

static void expect_descriptor_gone(struct lab *lab, bool close_it, int onoff, int seconds)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE + onoff + seconds);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE + onoff + seconds));
    accept_from(listener);
    set_linger(client, onoff, seconds);

    int descriptor = fd_of(client);
    if (close_it)
        close_socket(client);
    expect_refused(lab, try_send_on(descriptor), EBADF);
    expect_refused(lab, try_receive_on(descriptor), EBADF);
}

CLAIM(closed_descriptor_neither_sends_nor_receives, V4 | V6,
      "after close the descriptor names no socket any more: send and recv are refused with EBADF, whatever "
      "SO_LINGER says")
{
    bool close_it = treatment(lab);
    expect_descriptor_gone(lab, close_it, 0, 0);
    expect_descriptor_gone(lab, close_it, 1, 0);
    expect_descriptor_gone(lab, close_it, 1, 60);
}

CLAIM(fin_leaves_when_the_last_descriptor_is_closed, V4 | V6,
      "close of a descriptor of which another process has a copy sends nothing, and the connection stays; the FIN "
      "leaves when the last one is closed")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    struct process *child = share_sockets(lab);

    close_socket(s.client);
    settle(lab);
    expect_nothing(lab, "client > server [*]");
    expect_equal(lab, state_of(connection), TCP_ESTABLISHED);
    if (treatment(lab))
        end_process(child, SIGTERM);
    expect_wire(lab, "client > server [F.] 1 ack 1");
}

CLAIM(unread_data_are_discarded_and_answered_with_rst, V4 | V6,
      "close with data unread discards them and sends RST in place of FIN, so that the peer learns of it (RFC 1122, "
      "4.2.2.13); no state remains")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    send_text(s.server, "unread");
    await_readable(s.client);
    settle(lab);
    skip_packets(lab);

    if (!treatment(lab))
        receive_text(s.client, "unread");
    close_socket(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 7");
    expect_equal(lab, state_of(connection), 0);
    settle(lab);
    expect_refused(lab, try_send(s.server, "x", 0), ECONNRESET);
}

CLAIM(unread_data_make_close_discard_the_send_buffer_too, V4 | V6,
      "close with data unread sends its RST at once: what is still in the send buffer is lost with it")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        send_text(s.server, "unread");
    settle(lab);

    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* ten leave: RFC 6928 */
    close_socket(s.client);
    wire_release(lab);
    settle(lab);
    receive_bytes(s.server, bytes / 3 * 2);
    expect_refused(lab, try_receive_byte(s.server), ECONNRESET);
}

CLAIM(send_returns_when_the_data_are_buffered, V4 | V6,
      "send returns success as soon as the data are in the send buffer: of 15 segments, ten have left and none has "
      "been acknowledged")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15);
    settle(lab);
    expect_equal(lab, bytes_unacknowledged(s.client), bytes);
    expect_equal(lab, count_packets(lab, "client", "client > server [*] len >0"), 10);
}

/* ---------------------------------------------------------------- how a connection ends */

CLAIM(peer_that_closes_later_makes_four_segments, V4 | V6,
      "closed first by one side and, when the FIN has been acknowledged, by the other, a connection ends with FIN, "
      "ACK, FIN, ACK")
{
    struct stream s = tcp_stream(lab);

    close_socket(s.client);
    expect_wire(lab,
                "client > server [F.] 1 ack 1",
                "server > client [.] ack 2");
    if (treatment(lab))
        close_socket(s.server);
    expect_wire(lab,
                "server > client [F.] 1 ack 2",
                "client > server [.] 2 ack 2");
    settle(lab);
    expect_nothing(lab, "any > any [*]");
}

CLAIM(peer_that_closes_at_once_makes_three_segments, V4 | V6,
      "a peer that closes as soon as it sees the FIN acknowledges it with its own: FIN, FIN+ACK, ACK (the ACK of a "
      "FIN is a delayed one: tcp_fin)")
{
    unsigned extra = 1;
    bool at_once = treatment(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE);

    /* A machine that stumbles for the 40 ms of a delayed ACK gets further chances. */
    for (int i = 0; extra && i < 20; i++) {
        struct sock *client = tcp_socket(lab, "client");
        connect_to(client, at(lab, "server", SERVICE));
        struct sock *server = accept_from(listener);
        unsigned before = count_packets(lab, "client", "server > client [.]");
        close_socket(client);
        receive_text(server, "");
        skip_packets(lab);
        if (!at_once)
            expect_wire(lab, "server > client [.] ack 2");
        close_socket(server);
        settle(lab);
        extra = count_packets(lab, "client", "server > client [.]") - before;
    }
    expect_equal(lab, extra, 0);
}

CLAIM(both_sides_closing_at_once_go_through_closing, V4 | V6,
      "FINs that cross in mid-wire: both sides go from FIN_WAIT1 to CLOSING to TIME_WAIT",
      .cites = "RFC 9293, 3.6, case 3")
{
    struct stream s = tcp_stream(lab);
    struct connection client = connection_of(s.client), server = connection_of(s.server);

    wire_hold(lab, "any > any [F.]");
    close_socket(s.client);
    if (treatment(lab))
        close_socket(s.server);
    wire_hold(lab, "any > any [.]");
    wire_pass_held(lab);
    expect_equal(lab, state_of(client), TCP_CLOSING);
    expect_equal(lab, state_of(server), TCP_CLOSING);
    wire_release(lab);
    settle(lab);
    expect_equal(lab, state_of(client), TCP_TIME_WAIT);
    expect_equal(lab, state_of(server), TCP_TIME_WAIT);
}

/* SPDX-License-Identifier: MIT */
/*
 * shutdown: ending one direction of a connection, and knowing that the peer has read everything.
 * [unp] 3.6 SO_LINGER, table and figures; [socket7] Socket-layer functions; [attrs] 5.4.7
 */
#include "lab.h"

EXPERIMENT("shutdown", NULL, "end one direction of a connection and keep the other");

/* ---------------------------------------------------------------- SHUT_RD */

CLAIM(shut_rd_says_nothing_to_the_peer, V4 | V6,
      "SHUT_RD sends no segment; with an empty buffer recv returns 0, the end of the stream, where it would have had to "
      "wait",
      .cites = "shutdown(2)")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        shut_down(s.client, SHUT_RD);
    expect_equal(lab, try_receive_byte(s.client), 0);
    settle(lab);
    expect_nothing(lab, "client > server [*]");
}

CLAIM(shut_rd_keeps_the_receive_buffer, V4 | V6,
      "SHUT_RD discards nothing: what had come before is read as ever, and then the end of the stream (tcp_recvmsg "
      "looks at the queue before it looks at the shutdown)")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "Hello");
    await_readable(s.client);

    if (treatment(lab))
        shut_down(s.client, SHUT_RD);
    receive_text(s.client, "Hello");
    expect_equal(lab, try_receive_byte(s.client), 0);
}

CLAIM(data_that_come_after_shut_rd_are_acknowledged_and_received, V4 | V6,
      "after SHUT_RD the kernel goes on to receive: new data are acknowledged with an open window, and recv returns "
      "them")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        shut_down(s.client, SHUT_RD);
    expect_equal(lab, try_receive_byte(s.client), 0);
    send_text(s.server, "Hello");
    expect_wire(lab,
                "server > client [P.] 1:6 ack 1",
                "client > server [.] ack 6 win >0");
    receive_text(s.client, "Hello");
    expect_equal(lab, try_receive_byte(s.client), 0);
}

CLAIM(shut_rd_leaves_sending_alone, V4 | V6,
      "after SHUT_RD what is in the send buffer is still sent, and the process can send more")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "GET");
    send_text(s.client, " /Hello"); /* in the send buffer: Nagle */

    if (treatment(lab))
        shut_down(s.client, SHUT_RD);
    expect_equal(lab, try_receive_byte(s.client), 0);
    wire_release(lab);
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "server > client [.] ack 4",
                "client > server [P.] 4:11 ack 1",
                "server > client [.] ack 11");
    send_text(s.client, "World");
    receive_text(s.server, "GET /HelloWorld");
}

/* ---------------------------------------------------------------- SHUT_WR */

CLAIM(shut_wr_sends_fin_behind_the_buffered_data, V4 | V6,
      "SHUT_WR sends what is in the send buffer first and the FIN last, on the last segment: the number of a FIN is "
      "that behind all data")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_CORK, 1); /* keeps both writes in the send buffer */
    send_text(s.client, "GET");
    send_text(s.client, " /Hello");
    expect_nothing(lab, "client > server [*]");

    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    expect_wire(lab, "client > server [FP.] 1:11 ack 1");
    receive_text(s.server, "GET /Hello");
    receive_text(s.server, "");
}

CLAIM(fin_waits_behind_data_that_may_not_leave_yet, V4 | V6,
      "as long as unacknowledged data keep the rest of the send buffer from leaving, the FIN of SHUT_WR waits "
      "behind it")
{
    struct stream s = tcp_stream(lab);

    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* ten leave: RFC 6928 */
    let(lab, "end", 1 + bytes);
    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    settle(lab);
    equivalent(lab, "ever", "a FIN ahead of the data would be bare; in its place it comes with the last of them");
    expect_nothing(lab, "client > server [F.] seq <$end");
    expect_nothing(lab, "client > server [FP.] seq <$end");

    wire_release(lab);
    expect_wire(lab,
                "...",
                "client > server [FP.] $last:$end ack 1");
    receive_bytes(s.server, bytes);
    receive_text(s.server, "");
}

CLAIM(shut_wr_ends_sending_and_nothing_else, V4 | V6,
      "after SHUT_WR send is refused with EPIPE, while data that had come and data that come later are received: "
      "one half of the connection is closed, the other works on")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "before, ");
    await_readable(s.client);

    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    expect_refused(lab, try_send(s.client, "x", 0), EPIPE);
    send_text(s.server, "after");
    receive_text(s.client, "before, after");
}

CLAIM(shutdown_returns_before_the_peer_answers, V4 | V6,
      "SHUT_WR returns at once: when neither the data nor the FIN have been acknowledged, let alone answered with a "
      "FIN")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);

    wire_hold(lab, "server > client [*]");
    send_text(s.client, "Hello");
    if (treatment(lab))
        expect_success(lab, try_shut_down(s.client, SHUT_WR));
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT1);
    expect_equal(lab, unacknowledged_in(connection), 5 + 1);
}

CLAIM(shut_wr_closes_for_all_who_have_the_socket, V4 | V6,
      "SHUT_WR sends the FIN although another process has a descriptor of the socket, unlike close",
      .cites = "shutdown(2)")
{
    struct stream s = tcp_stream(lab);
    share_sockets(lab);

    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    else
        close_socket(s.client);
    expect_wire(lab, "client > server [F.] 1 ack 1");
}

/* ---------------------------------------------------------------- SHUT_RDWR */

CLAIM(shut_rdwr_loses_no_data, V4 | V6,
      "SHUT_RDWR with data not yet sent loses none of it: data, then FIN, then the peer's end of the stream")
{
    struct stream s = tcp_stream(lab);
    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* five have not left */

    if (treatment(lab))
        shut_down(s.client, SHUT_RDWR);
    expect_refused(lab, try_send(s.client, "x", 0), EPIPE);
    wire_release(lab);
    receive_bytes(s.server, bytes);
    receive_text(s.server, "");
}

CLAIM(data_that_come_after_shut_rdwr_are_answered_with_rst, V4 | V6,
      "data that come after SHUT_RDWR are answered with RST, although the socket is still open: only then does TCP "
      "take SHUT_RD seriously",
      .cites = "RFC 1122, 4.2.2.13; RFC 2525, 2.17")
{
    struct stream s = tcp_stream(lab);
    shut_down(s.client, treatment(lab) ? SHUT_RDWR : SHUT_WR);
    expect_wire(lab,
                "client > server [F.] 1 ack 1",
                "server > client [.] ack 2");

    send_text(s.server, "Hello");
    expect_wire(lab,
                "server > client [P.] 1:6 ack 2",
                "client > server [R] 2");
}

/* ---------------------------------------------------------------- has the peer read it? */

CLAIM(end_of_stream_after_shut_wr_comes_when_the_server_has_read_and_closed, V4 | V6,
      "a client that uses SHUT_WR and then waits in recv gets the end of the stream only when the server has "
      "closed; a server that reads to the end before it closes has read everything by then")
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    expect_refused(lab, try_receive_byte(s.client), EAGAIN); /* it would wait */

    receive_text(s.server, "Hello");
    receive_text(s.server, ""); /* what tells the server that this is all */
    close_socket(s.server);
    receive_text(s.client, "");
}

CLAIM(server_that_dies_without_reading_gives_econnreset_after_shut_wr, V4 | V6,
      "if the server process dies with data unread, the client that used SHUT_WR and waits gets no end of the "
      "stream but ECONNRESET: that is what it would not have heard after close")
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    shut_down(s.client, SHUT_WR);

    settle(lab);
    if (!treatment(lab))
        receive_text(s.server, "Hello");
    close_socket(s.server); /* as the kernel does for a process that dies */
    await_readable(s.client);
    expect_refused(lab, try_receive_byte(s.client), ECONNRESET);
}

CLAIM(fin_of_a_server_that_has_read_nothing_looks_the_same, V4 | V6,
      "the peer's FIN alone does not prove that it has read: a server that uses SHUT_WR before it reads gives the "
      "client the end of the stream while all data lie unread")
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    shut_down(s.client, SHUT_WR);

    await_readable(s.server);
    if (treatment(lab))
        shut_down(s.server, SHUT_WR);
    else
        close_socket(s.server);
    receive_text(s.client, "");
}

CLAIM(application_ack_comes_when_the_server_has_read, V4 | V6,
      "a client that waits for one byte from the server gets it when the server has read the data and written it, "
      "not when the data have been acknowledged; then it closes")
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    await_all_acknowledged(s.client);
    expect_refused(lab, try_receive_byte(s.client), EAGAIN); /* the read would wait */
    skip_packets(lab);

    receive_text(s.server, "Hello");
    if (treatment(lab))
        send_text(s.server, "!");
    expect_wire(lab,
                "server > client [P.] 1:2 ack 6",
                "client > server [.] ack 2");
    receive_text(s.client, "!");
    close_socket(s.client);
    expect_wire(lab, "client > server [F.] 6 ack 2");
}

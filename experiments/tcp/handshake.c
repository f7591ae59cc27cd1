/* SPDX-License-Identifier: MIT */
/*
 * The handshake: three segments, by which each direction of a connection is set up and confirmed for itself.
 * [attrs] 5.4.1; RFC 9293, 3.5. What the SYN carries: syn.c.
 */
#include "lab.h"

EXPERIMENT("handshake", NULL, "set up both directions of a connection with three segments");

CLAIM(connect_and_accept_take_three_segments, V4 | V6,
      "a connection is set up with three segments, SYN, SYN-ACK and ACK, none of which carries data")
{
    if (treatment(lab))
        tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    start_connect(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] len 0",
                "server > client [S.] len 0 ack 1",
                "client > server [.] 1 ack 1");
    settle(lab);
    expect_nothing(lab, "any > any [*]");
    expect_equal(lab, state_of(connection_of(client)), TCP_ESTABLISHED);
}

CLAIM(client_is_connected_a_segment_before_the_server, V4 | V6,
      "the client is connected with the SYN-ACK, which confirms its direction; the server has to wait for the ACK, which "
      "confirms the other one: until then there is nothing to accept")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        wire_hold(lab, "client > server [.]");
    connect_to(client, at(lab, "server", SERVICE));
    settle(lab);
    expect_equal(lab, state_of(connection_of(client)), TCP_ESTABLISHED);
    expect(lab, !is_readable(listener));

    wire_release(lab);
    accept_from(listener);
}

CLAIM(each_direction_has_sequence_numbers_and_limits_of_its_own, V4 | V6,
      "each direction has a first sequence number, an MSS and a window scale of its own, told in its own SYN: data of one "
      "move only its own numbers")
{
    need_window_scale_7(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(listener, IPPROTO_TCP, TCP_MAXSEG, 700);
        set_sysctl(lab, "server", "net.ipv4.tcp_rmem", "4096 131072 16777216");
    }
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_wire(lab,
                "client > server [S] mss >700 wscale 7",
                "server > client [S.] ack 1 mss 700 wscale 9",
                "client > server [.] ack 1");
    send_text(client, "request");
    expect_wire(lab,
                "client > server [P.] 1:8 ack 1",
                "server > client [.] 1 ack 8");
    send_text(server, "an answer");
    expect_wire(lab,
                "server > client [P.] 1:10 ack 8",
                "client > server [.] 8 ack 10");
}

CLAIM(one_direction_goes_on_when_the_other_is_closed, V4 | V6,
      "a direction closed by its FIN, confirmed for itself, leaves the other as it was: three more segments come from there, "
      "each acknowledged")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        shut_down(s.client, SHUT_WR);
    expect_wire(lab,
                "client > server [F.] 1 ack 1",
                "server > client [.] ack 2");
    for (int i = 0; i < 3; i++) {
        send_text(s.server, "more");
        receive_text(s.client, "more");
    }
    expect_wire(lab,
                "server > client [P.] 1:5 ack 2",
                "client > server [.] 2 ack 5",
                "server > client [P.] 5:9 ack 2",
                "client > server [.] 2 ack 9",
                "server > client [P.] 9:13 ack 2",
                "client > server [.] 2 ack 13");
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_DEFER_ACCEPT: a server is not woken by a handshake, but by the client's first data.
 * [notes] IPPROTO_TCP.TCP_DEFER_ACCEPT, IPPROTO_TCP.TCP_FASTOPEN
 *
 * The kernel drops the bare ACK that would complete the handshake (tcp_check_req), so that the server's side
 * stays in SYN_RECV while the client's is ESTABLISHED. The seconds are kept as a number of SYN-ACK
 * retransmissions, 1, 2, 4 … s apart (secs_to_retrans). When they are over the SYN-ACK is sent once more, and
 * the ACK that it provokes is taken: the silent connection is not ended but accepted.
 */
#include "lab.h"

EXPERIMENT("TCP_DEFER_ACCEPT", "IPPROTO_TCP", "wake a server when data come, not when a connection does");

static struct sock *connect_client(struct lab *lab)
{
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    settle(lab); /* the last ACK of the handshake has come to the server */
    return client;
}

/* A client's connection as the server's host lists it. */
static struct connection as_the_server_sees(const struct sock *client, const struct sock *listener)
{
    struct connection here = connection_of(client);
    return (struct connection){here.lab, connection_of(listener).host, .local = here.remote, .remote = here.local};
}

/* Waits until the host knows nothing of the connection any more. */
static void await_forgotten(struct lab *lab, struct connection connection)
{
    int64_t patience_ends = now_ns() + PATIENCE_MS * INT64_C(1000000);
    while (state_of(connection) && now_ns() < patience_ends)
        let_pass_ms(lab, 100);
    expect_equal(lab, state_of(connection), 0);
}

/* ------------------------------------------------------------------ the value */

CLAIM(seconds_are_rounded_up_to_retransmissions, NO_FAMILY,
      "TCP_DEFER_ACCEPT is 0 on a new socket; set to 5 it reads 7: the seconds are rounded up to the sum of the "
      "retransmission timeouts 1 + 2 + 4 s")
{
    struct sock *sock = tcp_socket(lab, "server");
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
    if (treatment(lab))
        set_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT), 7);
    fact(lab, "five_seconds_read_back", get_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT), "s");
}

CLAIM(values_read_back_are_1_3_7_15_and_so_on, NO_FAMILY,
      "the values that TCP_DEFER_ACCEPT reads back are 1, 3, 7, 15, 31, 63, 127 and then 120 s more each; 0 or less turns it off",
      .cites = "tcp(7), TCP_DEFER_ACCEPT")
{
    struct sock *sock = tcp_socket(lab, "server");
    static const struct {
        int set, read;
    } values[] = {{1, 1}, {2, 3}, {3, 3}, {4, 7}, {7, 7}, {8, 15}, {60, 63}, {127, 127}, {128, 247}, {248, 367}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (treatment(lab))
            set_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT, values[i].set);
        expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT), values[i].read);
    }
    set_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT, -1);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_DEFER_ACCEPT), 0);
}

/* ------------------------------------------------------------------ what accepts */

CLAIM(accept_wakes_on_data_not_on_the_handshake, V4 | V6,
      "with TCP_DEFER_ACCEPT the complete handshake makes nothing to accept, and the first data do; they are there to be read "
      "when accept returns")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    struct sock *client = connect_client(lab);
    expect_at(lab, "server",
              "client > server [S]",
              "server > client [S.] ack 1",
              "client > server [.] ack 1");
    expect(lab, !is_readable(listener));

    send_text(client, "GET");
    expect_at(lab, "server",
              "client > server [P.] 1:4 ack 1",
              "server > client [.] ack 4");
    struct sock *server = accept_from(listener);
    expect_equal(lab, try_receive_byte(server), 1);
}

CLAIM(client_is_established_while_the_server_still_waits, V4 | V6,
      "until its data come the client's side of a deferred connection is ESTABLISHED and the server's is in SYN_RECV, a request "
      "without a socket")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    struct sock *client = connect_client(lab);
    expect_equal(lab, state_of(connection_of(client)), TCP_ESTABLISHED);
    expect_equal(lab, state_of(as_the_server_sees(client, listener)), TCP_SYN_RECV);

    send_text(client, "GET");
    await_all_acknowledged(client);
    expect_equal(lab, state_of(as_the_server_sees(client, listener)), TCP_ESTABLISHED);
}

static int accept_and_read(struct lab *lab, void *listener)
{
    (void)lab;
    receive_text(accept_from(listener), "GET");
    return 0;
}

CLAIM(server_is_woken_once_for_connection_and_data, V4 | V6,
      "a server process that sleeps until a connection comes is not woken by the handshake; the one wake-up by the data is "
      "enough to accept and to read")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    struct process *server = start_process(lab, MYSELF, accept_and_read, listener);
    struct sock *client = connect_client(lab);
    expect(lab, !was_woken(server));

    send_text(client, "GET");
    expect_equal(lab, result_of(server), 0);
}

CLAIM(fin_of_a_silent_client_is_accepted_too, V4 | V6,
      "a client that closes without having sent anything is accepted with its FIN: the server reads the end of the stream",
      .cites = "tcp(7), TCP_DEFER_ACCEPT")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    struct sock *client = connect_client(lab);
    expect(lab, !is_readable(listener));

    close_socket(client);
    struct sock *server = accept_from(listener);
    receive_text(server, "");
}

CLAIM(silent_connections_leave_accept_to_those_who_speak, V4 | V6,
      "of four connections of which only the last sends anything, the server sees one: the silent ones before it are not "
      "accepted")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    for (int silent = 1; silent <= 3; silent++)
        connect_client(lab);
    struct sock *client = connect_client(lab);
    send_text(client, "GET");

    struct sock *server = accept_from(listener);
    expect_equal(lab, peer_of(server).port, name_of(client).port);
    expect(lab, !is_readable(listener));
}

CLAIM(flood_beyond_the_backlog_is_accepted_in_silence, V4 | V6,
      "deferred connections fill the queue of half-open ones: beyond the backlog SYNs are answered with SYN cookies, and the "
      "bare ACK of such a one is accepted at once, without data")
{
    /* cookie_v4_check, cookie_v6_check make the socket from the ACK alone; nothing asks about deferring there. */
    set_sysctl(lab, "server", "net.ipv4.tcp_syncookies", "1"); /* the default */
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        listen_on(listener, 2);
    set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    connect_client(lab);
    connect_client(lab);
    expect(lab, !is_readable(listener));

    connect_client(lab); /* kernels differ in whether the queue holds two or three */
    connect_client(lab);
    expect(lab, is_readable(listener));
    expect_refused(lab, try_receive_byte(accept_from(listener)), EAGAIN);
}

/* ------------------------------------------------------------------ when the time is over */

CLAIM(silent_connection_is_accepted_when_the_time_is_over, V4 | V6,
      "when the time is over a silent connection is neither dropped nor reset: the SYN-ACK is sent again, the client's kernel "
      "acknowledges it, and accept returns a connection without data",
      .takes_ms = 1050)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
    int64_t began = now_ns();
    struct sock *client = connect_client(lab);
    expect_wire(lab,
                "client > server [S]",
                "server > client [S.] ack 1",
                "client > server [.] ack 1",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    int64_t after_ms = milliseconds_since(began);
    expect_duration(lab, after_ms, 1000, 1150);

    struct sock *server = accept_from(listener);
    expect_refused(lab, try_receive_byte(server), EAGAIN);
    send_text(client, "late");
    receive_text(server, "late");
}

CLAIM(five_seconds_of_silence_are_seven, V4 | V6,
      "with TCP_DEFER_ACCEPT 5 nothing is sent to a silent client for 7 s; the SYN-ACK is repeated then, and the connection "
      "accepted",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 8000, .timeout_s = 60)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    int64_t began = now_ns();
    connect_client(lab);
    skip_packets(lab);
    expect_silence(lab, 6900, "server > client [S.]");
    await_readable(listener);
    int64_t after_ms = milliseconds_since(began);
    expect_between(lab, after_ms, 7000, 7900);
    expect_wire(lab,
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    expect_refused(lab, try_receive_byte(accept_from(listener)), EAGAIN);
}

CLAIM(silent_connection_of_a_vanished_client_is_forgotten, V4 | V6,
      "a silent connection whose client does not answer the repeated SYN-ACK is forgotten without having been accepted",
      .takes_ms = 3100)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    set_sysctl(lab, "server", "net.ipv4.tcp_synack_retries", "1"); /* 5 by default: a minute */
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
    wire_drop_nth(lab, 2, "server > client [S.]");
    struct sock *client = connect_client(lab);
    struct connection connection = as_the_server_sees(client, listener);
    expect_equal(lab, state_of(connection), TCP_SYN_RECV);
    expect_at(lab, "server",
              "client > server [S]",
              "server > client [S.] ack 1",
              "client > server [.] ack 1",
              "server > client [S.] ack 1");

    await_forgotten(lab, connection);
    expect(lab, !is_readable(listener));
    equivalent(lab, "ever", "the claim is that the server is silent; what it would send is what so_linger shows");
    expect_nothing_at(lab, "server", "server > client [R.]");
}

/* ------------------------------------------------------------------ what the application can do meanwhile */

CLAIM(closing_the_listener_tells_the_silent_client_nothing, V4 | V6,
      "while a connection is deferred the server has no descriptor to close; closing the listening socket forgets it without a "
      "word to the client, whose data are then answered with RST")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 5);
    struct sock *client = connect_client(lab);
    skip_packets(lab);

    close_socket(listener);
    settle(lab);
    expect_nothing(lab, "server > client [*]"); /* an accepted or waiting connection would be reset */
    expect_equal(lab, state_of(connection_of(client)), TCP_ESTABLISHED);

    send_text(client, "GET");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "server > client [R] 1");
}

CLAIM(turning_it_off_lets_the_waiting_in_earlier, V4 | V6,
      "turned off on the listening socket, the option lets connections that wait already in at the next retransmission of "
      "their SYN-ACK: the set time is not unalterable",
      .takes_ms = 1050)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 100);
    connect_client(lab);
    expect(lab, !is_readable(listener));

    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
    expect_refused(lab, try_receive_byte(accept_from(listener)), EAGAIN);
    expect_wire(lab,
                "client > server [S]",
                "server > client [S.] ack 1",
                "client > server [.] ack 1",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
}

/* ------------------------------------------------------------------ at the client */

CLAIM(client_delays_the_last_ack_of_the_handshake, V4 | V6,
      "TCP_DEFER_ACCEPT set on a client before connect is taken, and makes it keep the handshake's last ACK back, up to 200 ms, "
      "for its first data to carry",
      .cites = "tcp_rcv_synsent_state_process", .takes_ms = 210)
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        expect_success(lab, try_set_int(client, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1));
    connect_to(client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S]",
                "server > client [S.] ack 1",
                "+199..240ms client > server [.] ack 1"); /* TCP_DELACK_MAX */
}

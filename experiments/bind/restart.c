/* SPDX-License-Identifier: MIT */
/*
 * A server is started again: which of its old connections keep the port from it, and what SO_REUSEADDR changes.
 * [unp] 3.11 use 1; [attrs] 5.4.4.1 BSD (1) and (5); [socket7] Socket options and Notes
 *
 * All depends on inet_bind_conflict: the connections of the old server have its port, an accepted socket has its listener's
 * options, and a connection in TIME_WAIT goes on having them (tw_reuse). Only a listener is in the way of two sockets with the option.
 */
#include "lab.h"

EXPERIMENT("SO_REUSEADDR and a restarted server", "SOL_SOCKET", "bind a port that old connections still have");

static struct sock *tcp_server(struct lab *lab, bool reuse)
{
    struct sock *s = tcp_socket(lab, "server");
    if (reuse)
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
    return s;
}

/* A server that accepted a connection on this port and is gone; its child, s.server, still has the connection. */
static struct stream server_with_child(struct lab *lab, uint16_t port, bool reuse)
{
    struct stream s = {.client = tcp_socket(lab, "client"), .listener = tcp_server(lab, reuse)};
    bind_to(s.listener, any_address(lab, port));
    listen_on(s.listener, 1);
    connect_to(s.client, at(lab, "server", port));
    s.server = accept_from(s.listener);
    close_socket(s.listener);
    return s;
}

enum closer { CLIENT_CLOSES_FIRST,
              SERVER_CLOSES_FIRST };

/* Closes it from both sides, completely: who closes first keeps the TIME_WAIT. */
static void finish(struct stream *s, enum closer first)
{
    if (first == SERVER_CLOSES_FIRST)
        close_both(s->server, s->client);
    else
        close_both(s->client, s->server);
}

static void finished_connection(struct lab *lab, uint16_t port, bool reuse, enum closer first)
{
    struct stream s = server_with_child(lab, port, reuse);
    finish(&s, first);
}

/* ---------------------------------------------------------------- the child still serves */

CLAIM(server_restarts_while_its_child_serves, V4 | V6,
      "while a child of the old server still has a connection, a new server is refused the port with EADDRINUSE; with "
      "SO_REUSEADDR, which the old one had, too, it binds, listens and accepts, and the child goes on serving")
{
    struct stream old = server_with_child(lab, SERVICE, true);
    struct sock *restarted = tcp_server(lab, false), *client = tcp_socket(lab, "client");
    expect_refused(lab, try_bind(restarted, any_address(lab, SERVICE)), EADDRINUSE);
    if (treatment(lab))
        set_int(restarted, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!expect_success(lab, try_bind(restarted, any_address(lab, SERVICE))))
        return;
    listen_on(restarted, 1);

    connect_to(client, at(lab, "server", SERVICE));
    send_text(client, "new");
    receive_text(accept_from(restarted), "new");
    send_text(old.client, "old");
    receive_text(old.server, "old");
}

CLAIM(the_childs_own_option_counts, V4 | V6,
      "an accepted socket has its listener's SO_REUSEADDR; a new server that has the option is refused with EADDRINUSE while "
      "the child has it not, and binds when the child has set it")
{
    struct stream without = server_with_child(lab, SERVICE, false), with = server_with_child(lab, 8888, true);
    expect_equal(lab, get_int(without.server, SOL_SOCKET, SO_REUSEADDR), 0);
    expect_equal(lab, get_int(with.server, SOL_SOCKET, SO_REUSEADDR), 1);

    expect_refused(lab, try_bind(tcp_server(lab, true), any_address(lab, SERVICE)), EADDRINUSE);
    if (treatment(lab))
        set_int(without.server, SOL_SOCKET, SO_REUSEADDR, 1);
    expect_success(lab, try_bind(tcp_server(lab, true), any_address(lab, SERVICE)));
}

CLAIM(a_child_holds_only_the_address_that_it_serves, V4 | V6,
      "without the option a new server is refused the wildcard address and the one that the old server's child has a "
      "connection on, but binds and listens on another address of the host",
      .bench = "client server*2", .cites = "socket(7), SO_REUSEADDR, which is silent about it")
{
    struct stream old = server_with_child(lab, SERVICE, false);
    const char *another = treatment(lab) ? "server#2" : "server";
    expect_refused(lab, try_bind(tcp_server(lab, false), any_address(lab, SERVICE)), EADDRINUSE);
    expect_refused(lab, try_bind(tcp_server(lab, false), name_of(old.server)), EADDRINUSE);
    struct sock *restarted = tcp_server(lab, false);
    expect_success(lab, try_bind(restarted, at(lab, another, SERVICE)));
    expect_success(lab, try_listen(restarted, 1));
}

CLAIM(a_listener_without_connections_leaves_nothing_behind, V4 | V6,
      "a server that has no connection frees its port as it closes its listener: the next one binds at once with no option",
      .cites = "bind(2), EADDRINUSE")
{
    struct sock *old = tcp_server(lab, false), *restarted = tcp_server(lab, false);
    bind_to(old, any_address(lab, SERVICE));
    listen_on(old, 1);
    expect_refused(lab, try_bind(restarted, any_address(lab, SERVICE)), EADDRINUSE);
    if (treatment(lab))
        close_socket(old);
    expect_success(lab, try_bind(restarted, any_address(lab, SERVICE)));
}

/* ---------------------------------------------------------------- every state of a connection */

static void nothing(struct lab *lab, struct stream *s)
{
    (void)lab;
    (void)s;
}

static void server_ends(struct lab *lab, struct stream *s)
{
    let(lab, "port", name_of(s->server).port);
    shut_down(s->server, SHUT_WR);
    expect_at(lab, "server",
              "...",
              "server.$port > client [F.] 1",
              "...",
              "client > server.$port [.] ack 2");
    settle(lab);
}

static void client_ends(struct lab *lab, struct stream *s)
{
    shut_down(s->client, SHUT_WR);
    settle(lab);
}

static void server_ends_unheard(struct lab *lab, struct stream *s)
{
    wire_hold(lab, "server > client [F.]");
    shut_down(s->server, SHUT_WR);
}

static void both_end(struct lab *lab, struct stream *s)
{
    server_ends(lab, s);
    client_ends(lab, s);
}

static void both_end_at_once(struct lab *lab, struct stream *s)
{
    server_ends_unheard(lab, s);
    client_ends(lab, s);
}

static void client_ends_and_server_ends_unheard(struct lab *lab, struct stream *s)
{
    client_ends(lab, s);
    server_ends_unheard(lab, s);
}

static const struct way {
    int state;
    void (*leads_there)(struct lab *lab, struct stream *s);
} ways[] = {
    {TCP_ESTABLISHED, nothing},
    {TCP_FIN_WAIT1, server_ends_unheard},
    {TCP_FIN_WAIT2, server_ends},
    {TCP_CLOSING, both_end_at_once},
    {TCP_TIME_WAIT, both_end},
    {TCP_CLOSE_WAIT, client_ends},
    {TCP_LAST_ACK, client_ends_and_server_ends_unheard},
};
#define FOR_EACH_WAY(w) for (const struct way *w = ways; w < ways + sizeof ways / sizeof *ways; w++)

CLAIM(every_state_holds_the_port_without_the_option_and_none_with_it, V4 | V6,
      "an old connection, whatever its state from ESTABLISHED to TIME_WAIT, makes a bind without SO_REUSEADDR fail with "
      "EADDRINUSE; with the option on both sockets the bind succeeds in each of these states, not only over TIME_WAIT")
{
    uint16_t port = 20000;
    bool on = treatment(lab);
    FOR_EACH_WAY(way) {
        struct stream s = server_with_child(lab, ++port, true);
        settle(lab);
        struct connection connection = connection_of(s.server);
        way->leads_there(lab, &s);
        expect_equal(lab, state_of(connection), way->state);
        expect_refused(lab, try_bind(tcp_server(lab, false), any_address(lab, port)), EADDRINUSE);
        expect_success(lab, try_bind(tcp_server(lab, on), any_address(lab, port)));
        wire_release(lab);
    }
}

CLAIM(a_connection_attempt_does_not_hold_the_port_either, V4 | V6,
      "the port of a socket in SYN_SENT, too, is EADDRINUSE without SO_REUSEADDR and can be bound when both have the option")
{
    struct sock *calling = tcp_server(lab, true);
    bind_to(calling, at(lab, "server", SERVICE));
    wire_hold(lab, "server > client [S]");
    start_connect(calling, at(lab, "client", SERVICE));
    expect_at(lab, "server", "server.7890 > client.7890 [S]");
    expect_refused(lab, try_bind(tcp_server(lab, false), at(lab, "server", SERVICE)), EADDRINUSE);
    bool on = treatment(lab);
    expect_success(lab, try_bind(tcp_server(lab, on), at(lab, "server", SERVICE)));
}

CLAIM(a_living_listener_keeps_the_port, V4 | V6,
      "while the old server still listens, the new one is refused with EADDRINUSE though both have SO_REUSEADDR; as soon as "
      "the listener is closed, the connection that it had accepted is in the way no more")
{
    struct sock *listener = tcp_server(lab, true), *restarted = tcp_server(lab, true);
    bind_to(listener, any_address(lab, SERVICE));
    listen_on(listener, 1);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    accept_from(listener);
    expect_refused(lab, try_bind(restarted, any_address(lab, SERVICE)), EADDRINUSE);
    if (treatment(lab))
        close_socket(listener);
    expect_success(lab, try_bind(restarted, any_address(lab, SERVICE)));
}

/* ---------------------------------------------------------------- TIME_WAIT */

CLAIM(time_wait_keeps_the_port_from_a_server_without_the_option, V4 | V6,
      "a connection in TIME_WAIT, which the server closed first, holds its address and port: a server without SO_REUSEADDR is "
      "refused with EADDRINUSE")
{
    finished_connection(lab, SERVICE, true, treatment(lab) ? SERVER_CLOSES_FIRST : CLIENT_CLOSES_FIRST);
    expect_refused(lab, try_bind(tcp_server(lab, false), any_address(lab, SERVICE)), EADDRINUSE);
    expect_refused(lab, try_bind(tcp_server(lab, false), at(lab, "server", SERVICE)), EADDRINUSE);
}

CLAIM(server_with_the_option_restarts_over_time_wait, V4 | V6,
      "a server that always sets SO_REUSEADDR is restarted again and again on the same port at once, over the connections in "
      "TIME_WAIT that it left behind each time")
{
    bool on = treatment(lab);
    for (unsigned start = 0; start < 4; start++) {
        struct sock *listener = tcp_server(lab, on), *client = tcp_socket(lab, "client");
        if (!expect_success(lab, try_bind(listener, at(lab, "server", SERVICE))))
            return;
        listen_on(listener, 1);
        connect_to(client, at(lab, "server", SERVICE));
        struct stream s = {client, accept_from(listener), listener};
        struct connection connection = connection_of(s.server);
        finish(&s, SERVER_CLOSES_FIRST);
        close_socket(listener);
        expect_equal(lab, state_of(connection), TCP_TIME_WAIT);
    }
}

CLAIM(time_wait_remembers_whether_its_socket_had_the_option, V4 | V6,
      "over TIME_WAIT a bind succeeds only when the old and the new socket both have SO_REUSEADDR: on the new one alone, or on "
      "the old one alone, it is EADDRINUSE")
{
    enum closer closer = treatment(lab) ? SERVER_CLOSES_FIRST : CLIENT_CLOSES_FIRST;
    uint16_t port = 20000;
    for (unsigned had = 0; had < 2; had++)
        for (unsigned has = 0; has < 2; has++) {
            finished_connection(lab, ++port, had, closer);
            if (had && has)
                expect_success(lab, try_bind(tcp_server(lab, has), any_address(lab, port)));
            else
                expect_refused(lab, try_bind(tcp_server(lab, has), any_address(lab, port)), EADDRINUSE);
        }
}

CLAIM(time_wait_at_the_client_does_not_hinder_the_server, V4 | V6,
      "when the client closes first, the server has no TIME_WAIT and its port is free at once, with no option on any socket",
      .cites = "RFC 9293 section 3.3.2: the side that closes first keeps the TIME-WAIT state")
{
    finished_connection(lab, SERVICE, false, treatment(lab) ? CLIENT_CLOSES_FIRST : SERVER_CLOSES_FIRST);
    expect_success(lab, try_bind(tcp_server(lab, false), any_address(lab, SERVICE)));
}

CLAIM(time_wait_lasts_one_minute, V4 | V6,
      "TIME_WAIT is set to 60 seconds from the last segment: the kernel's list of sockets shows the rest of them")
{
    /* TCP_TIMEWAIT_LEN; the list counts in hundredths of a second, the timer in ticks: less than 20 ms are lost. */
    struct stream s = server_with_child(lab, SERVICE, true);
    struct connection connection = connection_of(s.server);
    int64_t began = now_ns();
    finish(&s, treatment(lab) ? SERVER_CLOSES_FIRST : CLIENT_CLOSES_FIRST);
    int64_t left_ms = timer_ms_of(connection);
    int64_t elapsed_ms = milliseconds_since(began) + 1;
    expect_between(lab, left_ms, 60000 - 20 - elapsed_ms, 60000);
    fact(lab, "time_wait", (left_ms + 30000) / 60000, "min");
}

CLAIM(the_port_is_free_after_one_minute, V4 | V6,
      "a server without SO_REUSEADDR is refused the port for the 60 seconds of TIME_WAIT and binds it then",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 63000, .timeout_s = 120)
{
    finished_connection(lab, SERVICE, false, SERVER_CLOSES_FIRST);
    struct sock *restarted = tcp_server(lab, false);
    let_pass_ms(lab, 59900);
    expect_refused(lab, try_bind(restarted, any_address(lab, SERVICE)), EADDRINUSE);
    if (treatment(lab))
        let_pass_ms(lab, 2900); /* a timer of a minute may come up to 2.6 s late (kernel/time/timer.c) */
    expect_success(lab, try_bind(restarted, any_address(lab, SERVICE)));
}

/* ---------------------------------------------------------------- data of the old connection */

/* A copy of the client's first data, as it would come if it had been on its way all the time. */
static struct tcp_spec stray_copy(struct lab *lab, struct stream *s)
{
    settle(lab);
    return forged_text(lab, s->client, "stray");
}

CLAIM(stray_data_of_the_old_connection_does_not_reach_the_restarted_server, V4 | V6,
      "data of the old connection that comes late, after the server was restarted over its TIME_WAIT, is answered by the "
      "connection in TIME_WAIT with an ACK; the new server notices nothing")
{
    /* __inet_lookup_established finds the connection in TIME_WAIT before any listener is looked for. */
    struct stream s = server_with_child(lab, SERVICE, true);
    struct tcp_spec stray = stray_copy(lab, &s);
    send_text(s.client, "stray");
    receive_text(s.server, "stray");
    finish(&s, SERVER_CLOSES_FIRST);

    struct sock *restarted = tcp_server(lab, false);
    if (treatment(lab))
        set_int(restarted, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!expect_success(lab, try_bind(restarted, any_address(lab, SERVICE))))
        return;
    listen_on(restarted, 1);
    skip_packets_at(lab, "server");
    wire_inject_tcp(lab, "server", &stray);
    expect_at(lab, "server",
              "client > server [P.] 1:6 data \"stray\"",
              "server > client [.] 2 ack 7"); /* both FINs have been */
    settle(lab);
    expect(lab, !is_readable(restarted));
}

CLAIM(stray_data_is_outside_the_window_of_a_new_connection, V4 | V6,
      "even when the client connects to the restarted server from its old address and port, so that the five-tuple is the same, "
      "late data of the old connection is not delivered: its sequence numbers are behind those of the new connection, and it is "
      "answered with an ACK")
{
    /* secure_tcp_seq: initial sequence numbers of one five-tuple grow with the clock (RFC 9293 section 3.4.1). */
    struct stream old = server_with_child(lab, SERVICE, true);
    struct endpoint same = name_of(old.client);
    struct tcp_spec stray = stray_copy(lab, &old);
    send_text(old.client, "stray");
    receive_text(old.server, "stray");
    finish(&old, SERVER_CLOSES_FIRST);

    struct stream new = {.listener = tcp_server(lab, false), .client = tcp_socket(lab, "client")};
    if (treatment(lab))
        set_int(new.listener, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!expect_success(lab, try_bind(new.listener, any_address(lab, SERVICE))))
        return;
    listen_on(new.listener, 1);
    bind_to(new.client, same);
    connect_to(new.client, at(lab, "server", SERVICE));
    new.server = accept_from(new.listener);
    skip_packets_at(lab, "server");
    wire_inject_tcp(lab, "server", &stray);
    expect_at(lab, "server",
              "client > server [P.] data \"stray\"",
              "server > client [.] 1 ack 1");
    send_text(new.client, "new");
    receive_text(new.server, "new");
}

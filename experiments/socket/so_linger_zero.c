/* SPDX-License-Identifier: MIT */
/*
 * SO_LINGER with {1, 0}: close resets the connection, and there is no TIME_WAIT. Close that waits: so_linger.c.
 * [unp] 3.6 SO_LINGER; [attrs] 5.4.7, 5.4.4.1; [socket7] Socket options
 */
#include "lab.h"

EXPERIMENT("SO_LINGER {1, 0}", "SOL_SOCKET", "close by RST: discard what is queued, leave no TIME_WAIT");

CLAIM(zero_time_sends_rst_and_discards_what_was_not_sent, V4 | V6,
      "with {1,0} close returns at once and sends RST in place of FIN; what has not left yet never leaves, no state "
      "remains, and the peer reads what it has got and then ECONNRESET")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* ten leave before the first ACK: RFC 6928 */
    let(lab, "left", 1 + bytes / 3 * 2);

    if (treatment(lab))
        set_linger(s.client, 1, 0);
    expect_success(lab, try_close(s.client));
    expect_wire(lab,
                "* client > server [*] len >0",
                "client > server [R.] $left ack 1");
    expect_equal(lab, state_of(connection), 0);

    wire_release(lab);
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
    receive_bytes(s.server, bytes / 3 * 2);
    expect_refused(lab, try_receive_byte(s.server), ECONNRESET);
}

CLAIM(zero_time_discards_the_receive_buffer, V4 | V6,
      "with {1,0} and data unread close sends one RST, as it does with nothing unread: nobody gets the data")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "unread");
    await_readable(s.client);
    settle(lab);
    skip_packets(lab);

    struct connection connection = connection_of(s.client);
    set_linger(s.client, 1, 0);
    if (treatment(lab))
        close_socket(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 7");
    expect_equal(lab, state_of(connection), 0);
    expect_nothing(lab, "client > server [*]");
}

/* ---------------------------------------------------------------- no TIME_WAIT */

CLAIM(zero_time_skips_time_wait, V4 | V6,
      "with {1,0} no TIME_WAIT remains: the same address and port connect to the same server again at once, without "
      "SO_REUSEADDR")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    struct endpoint same = name_of(s.client);

    if (treatment(lab))
        set_linger(s.client, 1, 0);
    close_socket(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
    expect_equal(lab, state_of(connection), 0);
    struct sock *again = tcp_socket(lab, "client");
    expect_success(lab, try_bind(again, same));
    expect_success(lab, try_connect(again, at(lab, "server", SERVICE)));
}

CLAIM(time_wait_lasts_60_s_whatever_linger_time_and_sysctl, V4 | V6,
      "TIME_WAIT lasts 60 s on Linux (TCP_TIMEWAIT_LEN): neither l_linger = 120 nor tcp_fin_timeout = 30 changes "
      "that; the sysctl governs FIN_WAIT2 only",
      .untreated = "the length of TIME_WAIT has no setting; FIN_WAIT2, whose timer follows the sysctl, shows that timers "
                   "are read rightly, zero_time_skips_time_wait what SO_LINGER can do",
      .kernel_timers = true)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_fin_timeout", "30");
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    set_linger(s.client, 1, 120);

    close_socket(s.client); /* waits for the ACK of the FIN */
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT2);
    expect_between(lab, timer_ms_of(connection), 0, 30000);
    close_socket(s.server);
    expect_wire(lab,
                "...",
                "server > client [F.] 1 ack 2",
                "client > server [.] 2 ack 2");
    expect_equal(lab, state_of(connection), TCP_TIME_WAIT);
    int64_t left_ms = timer_ms_of(connection);
    expect_between(lab, left_ms, 50000, 60000);
    fact(lab, "time_wait", (left_ms + 999) / 1000, "s");
}

#define CLIENT_PORT 40000

/* From CLIENT_PORT to the server; what accept returns there is in `accepted`. */
static struct sock *connect_from_same_port(struct lab *lab, struct sock *listener, struct sock **accepted)
{
    struct sock *client = tcp_socket(lab, "client");
    expect_success(lab, try_bind(client, any_address(lab, CLIENT_PORT)));
    connect_to(client, at(lab, "server", SERVICE));
    *accepted = accept_from(listener);
    return client;
}

CLAIM(segment_of_the_old_connection_is_told_from_those_of_the_new, V4 | V6,
      "after {1,0} a delayed segment of the old connection reaches a new one on the same four-tuple and is answered "
      "with an ACK, not delivered: sequence numbers and time stamps of Linux go with the clock (RFC 6528, RFC "
      "7323)")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *old_end, *new_end;
    struct sock *old = connect_from_same_port(lab, listener, &old_end);
    if (treatment(lab))
        set_linger(old, 1, 0);
    wire_hold(lab, "client > server [P.] data \"old\"");
    send_text(old, "old");
    close_socket(old);
    await_readable(old_end); /* the RST has come */

    struct sock *new = connect_from_same_port(lab, listener, &new_end);
    skip_packets_at(lab, "server");
    wire_release(lab); /* the old segment arrives */
    expect_at(lab, "server",
              "client > server [P.] data \"old\"",
              "server > client [.] ack 1 len 0");
    send_text(new, "new");
    receive_text(new_end, "new");
}

CLAIM(segment_with_fitting_numbers_is_taken_for_new_data, V4 | V6,
      "nothing but its numbers tells a segment of the old connection: should they fit, its data are delivered in "
      "the new one, and the new one's own data in that place are acknowledged and dropped",
      .cites = "RFC 9293, 3.6.1; RFC 1337")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *old_end, *new_end;
    struct sock *old = connect_from_same_port(lab, listener, &old_end);
    if (treatment(lab))
        set_linger(old, 1, 0);
    close_socket(old);

    struct sock *new = connect_from_same_port(lab, listener, &new_end);
    struct tcp_spec late = forged_text(lab, new, "old");
    wire_inject_tcp(lab, "server", &late);
    receive_text(new_end, "old");
    send_text(new, "new");
    await_all_acknowledged(new);
    expect(lab, !is_readable(new_end));
}

/* ---------------------------------------------------------------- the last descriptor, exit and signals */

CLAIM(zero_time_resets_when_the_last_descriptor_is_closed, V4 | V6,
      "with {1,0} close of a descriptor of which another process has a copy sends nothing; the RST leaves when the "
      "last one is closed")
{
    struct stream s = tcp_stream(lab);
    struct process *child = share_sockets(lab);
    if (treatment(lab))
        set_linger(s.client, 1, 0);

    close_socket(s.client);
    settle(lab);
    expect_nothing(lab, "client > server [*]");
    end_process(child, SIGTERM);
    expect_wire(lab, "client > server [R.] 1 ack 1");
}

/* Five bytes, which the server acknowledges, and nobody reads yet. */
static void send_hello(struct lab *lab, struct stream s)
{
    send_text(s.client, "Hello");
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
}

static void exit_resets(struct lab *lab, int signal)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_linger(s.client, 1, 0);
    send_hello(lab, s);
    end_process(leave_to_process(s.client), signal);
    expect_wire(lab, "client > server [R.] 6 ack 1");
    settle(lab);
    receive_text(s.server, "Hello");
    expect_refused(lab, try_receive_byte(s.server), ECONNRESET);
}

CLAIM(zero_time_resets_at_exit_without_close, V4 | V6,
      "a socket with {1,0} is reset when its process exits without close, too: only the waiting is left out at "
      "exit, the zero is not")
{
    exit_resets(lab, SIGTERM);
}

CLAIM(zero_time_resets_when_the_process_is_killed, V4 | V6,
      "a socket with {1,0} is reset when its process is killed by SIGKILL")
{
    exit_resets(lab, SIGKILL);
}

/* SPDX-License-Identifier: MIT */
/*
 * SO_LINGER: whether close waits until everything is delivered. Close that resets, with the time 0: so_linger_zero.c.
 * [unp] 3.6 SO_LINGER; [attrs] 5.4.7, 5.4.4.1; [socket7] Socket options
 *
 * The slow or dead peer is the wire, which holds what has to come back. Everything that close does is in
 * __tcp_close() and sk_stream_wait_close(); whether it waits is decided in inet_release().
 */
#include "lab.h"

#include <fcntl.h>

EXPERIMENT("SO_LINGER", "SOL_SOCKET", "whether close waits until the peer has acknowledged everything");

static struct linger linger_of(struct sock *sock)
{
    return get_value(sock, SOL_SOCKET, SO_LINGER, struct linger);
}

/* Five bytes, which the server acknowledges, and nobody reads yet. */
static void send_hello(struct lab *lab, struct stream s)
{
    send_text(s.client, "Hello");
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
}

/* ---------------------------------------------------------------- the option itself */

CLAIM(value_is_a_struct_of_two_ints, NO_FAMILY,
      "SO_LINGER is set and read as a struct linger of two ints, eight bytes; its time comes back in the seconds in "
      "which it was set")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
    int members[2] = {1, 0};
    members[1] = treatment(lab) ? 7 : 0;

    set_option(sock, SOL_SOCKET, SO_LINGER, members, sizeof members);
    int read_back[3] = {-1, -1, -1};
    socklen_t size = sizeof read_back;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_LINGER, read_back, &size));
    expect_equal(lab, size, sizeof(struct linger));
    expect_equal(lab, read_back[0], 1);
    expect_equal(lab, read_back[1], 7);
}

CLAIM(two_u_shorts_are_refused, NO_FAMILY,
      "a struct of two u_shorts, four bytes, is refused with EINVAL and changes nothing: Linux wants two ints")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
    struct {
        u_short l_onoff, l_linger;
    } short_linger = {1, 5};
    struct linger linger = {1, 5};

    if (treatment(lab))
        expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_LINGER, &short_linger, sizeof short_linger), EINVAL);
    else
        expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), EINVAL);
    expect_equal(lab, linger_of(sock).l_onoff, 0);
}

CLAIM(any_nonzero_onoff_switches_it_on_and_off_keeps_the_time, NO_FAMILY,
      "any l_onoff but 0 switches SO_LINGER on and is read back as 1; l_onoff 0 switches it off, and the l_linger "
      "that comes with it is ignored: the time set before stays")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);

    if (treatment(lab))
        set_linger(sock, 2, 7);
    expect_equal(lab, linger_of(sock).l_onoff, 1);
    expect_equal(lab, linger_of(sock).l_linger, 7);

    set_linger(sock, 0, 9);
    expect_equal(lab, linger_of(sock).l_onoff, 0);
    expect_equal(lab, linger_of(sock).l_linger, 7);
}

CLAIM(accepted_socket_inherits_it_from_the_listener, V4 | V6,
      "a socket that accept returns has the SO_LINGER of its listener")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_linger(listener, 1, 7);

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    struct sock *accepted = accept_from(listener);
    expect_equal(lab, linger_of(accepted).l_onoff, 1);
    expect_equal(lab, linger_of(accepted).l_linger, 7);
}

CLAIM(sockets_of_all_protocols_take_it, NO_FAMILY,
      "TCP, UDP, raw and Unix sockets take SO_LINGER and give it back")
{
    struct sock *const socks[] = {
        socket_on(lab, "client", AF_INET, SOCK_STREAM, 0),
        socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0),
        socket_on(lab, "client", AF_INET, SOCK_RAW, IPPROTO_ICMP),
        socket_on(lab, "client", AF_UNIX, SOCK_STREAM, 0),
    };
    bool apply = treatment(lab);
    for (unsigned i = 0; i < 4; i++) {
        if (apply)
            set_linger(socks[i], 1, 7);
        expect_equal(lab, linger_of(socks[i]).l_onoff, 1);
        expect_equal(lab, linger_of(socks[i]).l_linger, 7);
    }
}

CLAIM(udp_socket_closes_at_once_and_sends_nothing_more, V4 | V6,
      "a UDP socket keeps the value of SO_LINGER and does nothing with it: with {1,0} what was sent arrives, and "
      "close sends nothing; with {1,60} close returns at once")
{
    struct sock *receiver = udp_socket(lab, "server"), *sender = udp_socket(lab, "client");
    bind_to(receiver, any_address(lab, SERVICE));
    struct sock *patient = udp_socket(lab, "client");
    bool apply = treatment(lab);

    if (apply)
        set_linger(sender, 1, 0);
    send_to(sender, "Hello", 0, at(lab, "server", SERVICE));
    expect_equal(lab, linger_of(sender).l_onoff, 1);
    expect_success(lab, try_close(sender));
    expect_wire(lab, "client > server UDP len 5");

    wire_hold(lab, "client > server UDP");
    if (apply)
        set_linger(patient, 1, 60);
    send_to(patient, "Hello", 0, at(lab, "server", SERVICE));
    expect_equal(lab, linger_of(patient).l_linger, 60);
    struct closing *closing = start_close(patient);
    expect(lab, !still_closing(closing));
    expect_success(lab, finish_close(closing));
    expect_wire(lab, "client > server UDP len 5");
    wire_release(lab);
    settle(lab);
    expect_nothing(lab, "any > any IP");
}

/* ---------------------------------------------------------------- off: close does not wait */

CLAIM(by_default_close_returns_at_once_and_the_kernel_sends_the_rest, V4 | V6,
      "without SO_LINGER close returns at once although a part of the data has not even left; the kernel goes on "
      "sending, and the peer gets everything and the end of the stream")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);

    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* ten leave before the first ACK: RFC 6928 */
    if (treatment(lab))
        expect_success(lab, try_close(s.client));
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT1);
    expect_equal(lab, unacknowledged_in(connection), bytes + 1); /* the FIN counts, and waits behind the data */
    equivalent(lab, "ever", "a FIN ahead of the data would be bare; in its place it comes with the last of them");
    expect_nothing(lab, "client > server [F.]");
    expect_nothing(lab, "client > server [FP.]");

    wire_release(lab);
    receive_bytes(s.server, bytes);
    receive_text(s.server, "");
}

CLAIM(off_with_a_time_closes_as_by_default, V4 | V6,
      "with l_onoff 0 the time is ignored: close returns at once, whatever l_linger says")
{
    struct stream s = tcp_stream(lab);
    set_linger(s.client, 1, 60);

    if (treatment(lab))
        set_linger(s.client, 0, 60);
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "Hello");
    struct closing *closing = start_close(s.client);
    expect(lab, !still_closing(closing));
    expect_success(lab, finish_close(closing));
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "client > server [F.] 6 ack 1");
}

CLAIM(off_closes_gracefully_into_time_wait, V4 | V6,
      "l_onoff 0 is no forced close: the data and a FIN are sent, and the side that closed first spends up to 60 s "
      "in TIME_WAIT")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    set_linger(s.client, 1, 0);

    if (treatment(lab))
        set_linger(s.client, 0, 0);
    send_hello(lab, s);
    close_socket(s.client);
    expect_wire(lab, "client > server [F.] 6 ack 1");
    settle(lab);
    receive_text(s.server, "Hello");
    close_socket(s.server);
    expect_wire(lab,
                "? server > client [.] ack 7", /* the FIN's, if the server is slower than its delayed ACK */
                "server > client [F.] 1 ack 7",
                "client > server [.] 7 ack 2");
    expect_equal(lab, state_of(connection), TCP_TIME_WAIT);
    expect_between(lab, timer_ms_of(connection), 50000, 60000);
}

CLAIM(after_close_nobody_is_told_that_the_peer_lost_the_data, V4 | V6,
      "close returned 0, then the server process dies without having read: its RST finds no client that could be "
      "told")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    send_hello(lab, s);
    expect_success(lab, try_close(s.client));
    expect_wire(lab,
                "client > server [F.] 6 ack 1",
                "server > client [.] ack 7");

    if (treatment(lab))
        close_socket(s.server); /* as the kernel does for a process that dies: data are unread */
    expect_wire(lab, "server > client [R.] 1 ack 7");
    expect_equal(lab, state_of(connection), 0);
}

/* ---------------------------------------------------------------- on: close waits */

/* A close with {1,60} while five bytes are not acknowledged: it sleeps. */
static struct closing *start_lingering(struct lab *lab, struct stream s)
{
    wire_hold(lab, "server > client [.]");
    if (treatment(lab))
        set_linger(s.client, 1, 60);
    send_text(s.client, "Hello");
    struct closing *closing = start_close(s.client);
    expect(lab, still_closing(closing));
    return closing;
}

CLAIM(lingering_close_sleeps_until_the_data_are_acknowledged, V4 | V6,
      "with {1,n} close sleeps while the peer acknowledges nothing, and returns 0 when it has acknowledged "
      "everything")
{
    struct stream s = tcp_stream(lab);

    wire_hold(lab, "server > client [.]");
    if (treatment(lab))
        set_linger(s.client, 1, 60);
    unsigned bytes = send_segments(s.client, 15); /* ten leave before the first ACK: RFC 6928 */
    struct closing *closing = start_close(s.client);
    expect(lab, still_closing(closing));

    wire_pass_held(lab); /* the last five segments leave */
    expect(lab, still_closing(closing));
    wire_release(lab);
    expect_success(lab, finish_close(closing));
    receive_bytes(s.server, bytes);
    receive_text(s.server, "");
}

CLAIM(lingering_close_waits_for_the_ack_of_its_fin_even_with_nothing_queued, V4 | V6,
      "with {1,n} and all data acknowledged close still sleeps until its FIN is acknowledged, too: it waits for the "
      "state FIN_WAIT1 to end (sk_stream_closing), not for an empty buffer")
{
    struct stream s = tcp_stream(lab);
    send_hello(lab, s);

    if (treatment(lab))
        set_linger(s.client, 1, 60);
    wire_hold(lab, "server > client [.]");
    struct closing *closing = start_close(s.client);
    expect_wire(lab, "client > server [F.] 6 ack 1");
    expect(lab, still_closing(closing));

    wire_release(lab);
    expect_success(lab, finish_close(closing));
}

CLAIM(peer_has_everything_when_lingering_close_returns, V4 | V6,
      "when close with {1,n} has returned because all is acknowledged, the data are in the peer's receive buffer; "
      "that the server process has read them it does not tell: they are lost if the process dies now")
{
    struct stream s = tcp_stream(lab);
    struct closing *closing = start_lingering(lab, s);
    wire_release(lab);
    expect_success(lab, finish_close(closing));

    expect_equal(lab, bytes_to_read(s.server), 5);
    skip_packets(lab);
    close_socket(s.server); /* as the kernel does for a process that dies */
    expect_wire(lab, "server > client [R.] 1 ack 7");
}

CLAIM(lingering_close_returns_0_after_its_seconds_and_the_data_still_arrive, V4 | V6,
      "l_linger counts seconds: with {1,1} and a silent peer close returns after 1 s; it returns 0, sets no errno "
      "and discards nothing: the kernel goes on, and when the path is back the peer gets everything",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);

    wire_hold(lab, "client > server [*]");
    if (treatment(lab))
        set_linger(s.client, 1, 1);
    send_text(s.client, "Hello");
    struct closing *closing = start_close(s.client);
    expect_success(lab, finish_close(closing));
    expect_duration(lab, close_took_ms(closing), 1000, 1100); /* the timer wheel: at most 64 ms late */
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT1);
    expect_equal(lab, unacknowledged_in(connection), 5 + 1);

    wire_release(lab);
    receive_text(s.server, "Hello");
    receive_text(s.server, "");
}

CLAIM(lingering_close_returns_0_when_the_peer_resets, V4 | V6,
      "a lingering close that the peer answers with RST returns 0 like any other: the data are lost and close does "
      "not tell")
{
    struct stream s = tcp_stream(lab);
    send_hello(lab, s);
    wire_hold(lab, "client > server [*]");
    if (treatment(lab))
        set_linger(s.client, 1, 60);
    send_text(s.client, "World");
    struct closing *closing = start_close(s.client);
    expect(lab, still_closing(closing));

    close_socket(s.server); /* with "Hello" unread */
    expect_success(lab, finish_close(closing));
    expect_wire(lab,
                "client > server [P.] 6:11 ack 1",
                "client > server [F.] 11 ack 1",
                "server > client [R.] 1 ack 6");
}

CLAIM(close_of_a_nonblocking_socket_lingers_too, V4 | V6,
      "O_NONBLOCK makes no difference: close with {1,n} sleeps until all is acknowledged (inet_release does not "
      "look at it)")
{
    struct stream s = tcp_stream(lab);
    set_flag(s.client, O_NONBLOCK);

    struct closing *closing = start_lingering(lab, s);

    wire_release(lab);
    expect_success(lab, finish_close(closing));
}

CLAIM(signal_ends_the_lingering, V4 | V6,
      "a signal ends the wait of a lingering close: it returns 0, not EINTR, and the connection closes in the "
      "background",
      .cites = "signal(7), Interruption of system calls; socket(7), SO_LINGER")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    struct closing *closing = start_lingering(lab, s);

    interrupt_close(closing);
    expect_success(lab, finish_close(closing));
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT1);
}

CLAIM(shutdown_does_not_linger, V4 | V6,
      "shutdown returns at once with {1,n} too, while nothing is acknowledged; it is close that waits")
{
    struct stream s = tcp_stream(lab);

    wire_hold(lab, "server > client [.]");
    if (treatment(lab))
        set_linger(s.client, 1, 60);
    send_text(s.client, "Hello");
    expect_success(lab, try_shut_down(s.client, SHUT_WR));
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "client > server [F.] 6 ack 1");
    struct closing *closing = start_close(s.client);
    expect(lab, still_closing(closing));

    wire_release(lab);
    expect_success(lab, finish_close(closing));
}

CLAIM(unread_data_make_a_lingering_close_reset_at_once, V4 | V6,
      "with {1,n} and unread data close discards them, sends RST in place of FIN and does not wait; what it had "
      "still to send is discarded, too (RFC 2525, 2.17)")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    set_linger(s.client, 1, 60);

    if (treatment(lab))
        send_text(s.server, "unread");
    settle(lab);
    skip_packets(lab);
    wire_hold(lab, "server > client [.]");
    unsigned bytes = send_segments(s.client, 15); /* ten leave: RFC 6928 */
    let(lab, "left", 1 + bytes / 3 * 2);
    struct closing *closing = start_close(s.client);
    expect(lab, !still_closing(closing));
    expect_success(lab, finish_close(closing));
    expect_equal(lab, state_of(connection), 0);
    expect_wire(lab,
                "* client > server [*] len >0",
                "client > server [R.] $left ack 7");
    expect_nothing(lab, "client > server [*]");
}

/* ---------------------------------------------------------------- the last descriptor, exit and signals */

CLAIM(lingering_close_of_one_of_two_descriptors_does_nothing, V4 | V6,
      "with {1,n} close of a descriptor of which another process has a copy returns at once and sends nothing; the "
      "FIN leaves when the last one is closed")
{
    struct stream s = tcp_stream(lab);
    set_linger(s.client, 1, 60);
    struct process *child = share_sockets(lab);

    wire_hold(lab, "server > client [.]");
    struct closing *closing = start_close(s.client);
    expect(lab, !still_closing(closing));
    expect_success(lab, finish_close(closing));
    settle(lab);
    expect_nothing(lab, "client > server [*]");
    if (treatment(lab))
        end_process(child, SIGTERM);
    expect_wire(lab, "client > server [F.] 1 ack 1");
}

static void exit_does_not_linger(struct lab *lab, int signal)
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    set_linger(s.client, 1, 60);

    wire_hold(lab, "server > client [.]");
    send_text(s.client, "Hello");
    if (treatment(lab))
        end_process(leave_to_process(s.client), signal);
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "client > server [F.] 6 ack 1");
    expect_equal(lab, state_of(connection), TCP_FIN_WAIT1);
    receive_text(s.server, "Hello");
    receive_text(s.server, "");
}

CLAIM(exit_lingers_in_the_background, V4 | V6,
      "a process that exits does not wait for its sockets with {1,n}: it is gone while nothing is acknowledged, and "
      "the kernel delivers data and FIN (inet_release: not while PF_EXITING)")
{
    exit_does_not_linger(lab, SIGTERM); /* upon which it calls exit */
}

CLAIM(killed_process_lingers_in_the_background, V4 | V6,
      "a process killed by SIGKILL is gone at once, too, and the kernel delivers the data and FIN of its socket "
      "with {1,n}")
{
    exit_does_not_linger(lab, SIGKILL);
}

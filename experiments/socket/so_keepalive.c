/* SPDX-License-Identifier: MIT */
/*
 * SO_KEEPALIVE: probes ask an idle TCP connection's peer whether it is still there.
 * [notes] SOL_SOCKET.SO_KEEPALIVE; [unp] 3.5 SO_KEEPALIVE; [attrs] 5.4.8
 *
 * A peer host that crashes, loses power or is cut off is the same thing on the wire: silence. A probe is a
 * segment without data whose sequence number is one before the next, which makes the peer answer (RFC 9293
 * section 3.8.4). When probes are sent and how many: tcp/tcp_keepidle.c;
 * what an application learns of a lost peer by sending: tcp/lost_peer.c.
 */
#include "lab.h"

EXPERIMENT("SO_KEEPALIVE", "SOL_SOCKET", "ask the peer of an idle connection whether it is still there");

/* ------------------------------------------------------------------ the option itself */

CLAIM(off_on_a_new_socket_and_on_when_set, V4 | V6,
      "a new TCP socket has SO_KEEPALIVE off (0); set to 1 it reads 1, and set to 0 it reads 0 again")
{
    struct sock *sock = tcp_socket(lab, "client");
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 0);

    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);

    set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 0);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 0);
}

CLAIM(any_int_but_zero_turns_it_on, NO_FAMILY,
      "SO_KEEPALIVE takes an int as a boolean: 42 and -1 turn it on and it reads 1; less than an int is refused with EINVAL")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 42);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);

    set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 0);
    set_int(sock, SOL_SOCKET, SO_KEEPALIVE, -1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);

    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, "\1", 1), EINVAL);
}

CLAIM(accepted_socket_inherits_it, V4 | V6,
      "an accepted socket has SO_KEEPALIVE on, with its timer running, when the listening socket had it on")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_KEEPALIVE, 1);

    connect_to(client, at(lab, "server", SERVICE));
    settle(lab);                                    /* the handshake's last ACK makes the server's socket */
    set_int(listener, SOL_SOCKET, SO_KEEPALIVE, 0); /* too late for this connection */
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect(lab, timer_ms_of(connection_of(server)) > 0);
    expect_equal(lab, timer_ms_of(connection_of(client)), -1); /* the client's own business */
}

CLAIM(udp_socket_takes_it_and_stays_silent, V4 | V6,
      "a connected UDP socket takes SO_KEEPALIVE (it reads 1) but has no TCP_KEEPIDLE to set, and no probe leaves it: "
      "keepalive messages are for connections",
      .takes_ms = 1300)
{
    struct sock *sock = udp_socket(lab, "client");
    connect_to(sock, at(lab, "server", SERVICE));
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 1), ENOPROTOOPT);
    expect_silence(lab, 1200, "client > server UDP");
    send_text(sock, "x");
    expect_wire(lab, "client > server UDP len 1");
}

/* ------------------------------------------------------------------ probes and their answers */

CLAIM(idle_connection_sends_probes_which_the_peer_answers, V4 | V6,
      "with SO_KEEPALIVE an idle connection sends empty segments, sequence number one before the next, each of which "
      "the peer acknowledges; they leave again and again",
      .takes_ms = 3100)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "GET /Hello");
    expect_wire(lab,
                "client > server [P.] 1:11 ack 1",
                "server > client [.] ack 11");
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPINTVL, 2);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "+990ms.. client > server [.] 10 len 0 ack 1", /* 11 would be the next */
                "server > client [.] 1 ack 11",
                "+990ms.. client > server [.] 10 len 0 ack 1", /* counted in jiffies: one too early at the most */
                "server > client [.] 1 ack 11");
    receive_text(s.server, "GET /Hello");
    expect_refused(lab, try_receive_byte(s.server), EAGAIN); /* the application at the other end sees nothing of it */
}

CLAIM(server_probes_its_client, V4 | V6,
      "set on the server's end of the connection, it is the server that probes and the client that answers",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "server > client [.] 0 len 0 ack 1",
                "client > server [.] 1 ack 1");
}

CLAIM(both_ends_may_probe, V4 | V6,
      "both ends of one connection may have it on: each runs its own timer, and each answers the other's probe",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] 1 ack 1");

    set_int(s.server, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    expect_wire(lab,
                "server > client [.] 0 len 0 ack 1",
                "client > server [.] 1 ack 1");
}

CLAIM(unanswered_probes_end_with_a_reset_and_etimedout, V4 | V6,
      "when the peer's host is silent, probes go on leaving, then a RST; the reader that never sends gets ETIMEDOUT, "
      "after that the end of the stream, and a writer EPIPE",
      .takes_ms = 3100)
{
    struct stream s = tcp_stream(lab);
    probe_every_second(s.client, 2);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_cut(lab);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "+1000ms.. client > server [.] 0 len 0 ack 1",
                "+1000ms.. client > server [R.] 1 ack 1");

    await_readable(s.client);
    expect_equal(lab, events_of(s.client), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect_equal(lab, try_receive_byte(s.client), 0);
    expect_refused(lab, try_send(s.client, "x", 0), EPIPE);
}

CLAIM(dead_connection_is_deleted_but_the_descriptor_stays, V4 | V6,
      "when the probes of one end remain unanswered its kernel forgets the connection: it is not ESTABLISHED but gone; "
      "the descriptor stays until the application closes it",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.server);
    probe_every_second(s.server, 1);
    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_cut(lab); /* the client loses power */
    expect_equal(lab, state_of(connection), TCP_ESTABLISHED);
    expect_at(lab, "server", "server > client [.] 0 len 0 ack 1");

    look_again_now(s.server);
    await_readable(s.server);
    expect_equal(lab, state_of(connection), 0);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
    expect_success(lab, try_close(s.server));
}

CLAIM(error_is_told_once_by_so_error_or_by_read, V4 | V6,
      "the error of a connection that keepalive ended is told once: after SO_ERROR has given ETIMEDOUT, read finds only the "
      "end of the stream",
      .cites = "socket(7), SO_ERROR", .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    probe_every_second(s.client, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_cut(lab);
    expect_wire(lab, "client > server [.] 0 len 0 ack 1");

    look_again_now(s.client);
    await_readable(s.client);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), ETIMEDOUT);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_ERROR), 0);
    expect_equal(lab, try_receive_byte(s.client), 0);
}

CLAIM(rebooted_peer_answers_with_rst_and_read_gives_econnreset, V4 | V6,
      "a peer host that has rebooted answers the probe with RST, and read gives ECONNRESET, then the end of the stream",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    forget_connection(s.server);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [R] 1");

    await_readable(s.client);
    expect_equal(lab, state_of(connection_of(s.client)), 0);
    expect_refused(lab, try_receive_byte(s.client), ECONNRESET);
    expect_equal(lab, try_receive_byte(s.client), 0);
    expect_refused(lab, try_send(s.client, "x", 0), EPIPE);
}

CLAIM(crashed_process_answers_no_probe_with_rst, V4 | V6,
      "when only the peer's process crashed, and its FIN was lost, a probe is acknowledged as by a living peer: the kernel "
      "of its host still knows the connection",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    struct process *server = leave_to_process(s.server);
    wire_drop(lab, "server > client [F.]");
    end_process(server, SIGKILL);
    settle(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] 2 ack 1"); /* from FIN_WAIT1: number 1 was the FIN */
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);
}

CLAIM(unreachable_answer_to_a_probe_is_ignored, V4 | V6,
      "when probes are answered by ICMP host unreachable the error is ETIMEDOUT, not EHOSTUNREACH: a probe's sequence "
      "number is before what is unacknowledged, so that the kernel takes no notice of ICMP errors about it",
      .takes_ms = 1100)
{
    /* tcp_v4_err, tcp_v6_err: an error is taken only if the number it quotes lies from snd_una to snd_nxt
     * (LINUX_MIB_OUTOFWINDOWICMPS otherwise); RFC 5927 section 4.1. A probe has snd_una - 1. */
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPCNT, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_reject(lab, "host", "client > server [.]");
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                host_unreachable(lab));

    look_again_now(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
    await_readable(s.client);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
}

/* ------------------------------------------------------------------ without it */

CLAIM(without_it_no_timer_runs_and_nothing_ever_happens, V4 | V6,
      "without SO_KEEPALIVE no timer runs for an idle connection, so that the kernel of a host whose peer has vanished does "
      "nothing by itself, ever: the connection stays ESTABLISHED, and a reader waits")
{
    struct stream s = tcp_stream(lab);
    struct connection connection = connection_of(s.client);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect(lab, timer_ms_of(connection) > 0);

    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 0);
    wire_cut(lab);
    expect_equal(lab, timer_ms_of(connection), -1);
    expect_equal(lab, state_of(connection), TCP_ESTABLISHED);
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);
}

CLAIM(without_it_three_hours_of_silence_change_nothing, V4 | V6,
      "without SO_KEEPALIVE a connection whose peer has vanished is ESTABLISHED after three hours, longer than keepalive's "
      "default schedule, and no packet has left",
      .untreated = "the default; default_schedule_ends_after_7875_s is the contrast",
      .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 10800000, .timeout_s = 12000)
{
    struct stream s = tcp_stream(lab);
    wire_cut(lab);
    let_pass_ms(lab, 3 * 3600 * 1000);
    expect_nothing(lab, "any > any IP");
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);
}

CLAIM(peer_gone_without_a_word_leaves_an_established_connection, V4 | V6,
      "a client that is gone without FIN or RST leaves the server's connection ESTABLISHED, with no timer that would end it, "
      "if SO_KEEPALIVE is off")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        forget_connection(s.client);
    else
        close_socket(s.client);
    settle(lab);
    expect_equal(lab, state_of(connection_of(s.server)), TCP_ESTABLISHED);
    expect_equal(lab, timer_ms_of(connection_of(s.server)), -1);
    expect_refused(lab, try_receive_byte(s.server), EAGAIN);
}

CLAIM(only_keepalive_watches_a_connection_that_never_sends, V4 | V6,
      "for a connection that only waits to receive no other option starts a timer: TCP_USER_TIMEOUT does not, SO_KEEPALIVE does")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    expect_equal(lab, timer_ms_of(connection_of(s.client)), -1);

    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect(lab, timer_ms_of(connection_of(s.client)) >= 0);
}

/* ------------------------------------------------------------------ what a living connection does not prove */

CLAIM(kernel_answers_probes_for_an_application_that_does_not, V4 | V6,
      "a connection that the server's process has not even accepted answers probes: keepalive proves the peer's kernel alive, "
      "not its application",
      .takes_ms = 1100)
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    skip_packets(lab);
    set_int(client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] 1 ack 1");
}

/* SPDX-License-Identifier: MIT */
/*
 * SO_KEEPALIVE: probes ask an idle TCP connection's peer whether it is still there; and what an application
 * learns, with and without them, of a peer that crashed, vanished or cannot be reached.
 * [notes] SOL_SOCKET.SO_KEEPALIVE; [unp] 3.5 SO_KEEPALIVE; [attrs] 5.4.8
 *
 * A peer host that crashes, loses power or is cut off is the same thing on the wire: silence. A probe is a
 * segment without data whose sequence number is one before the next, which makes the peer answer (RFC 9293
 * section 3.8.4). When probes are sent and how many: tcp/tcp_keepidle.c.
 */
#include "lab.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

EXPERIMENT("SO_KEEPALIVE", "SOL_SOCKET", "ask the peer of an idle connection whether it is still there");

/* Probes after one second of idleness, then every second, and after `count` without answer it is over. */
static void probe_every_second(struct sock *sock, int count)
{
    set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    set_int(sock, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set_int(sock, IPPROTO_TCP, TCP_KEEPCNT, count);
}

/* The kernel looks at once, not a second later, whether the connection has been idle for too long: setting
 * TCP_KEEPIDLE starts its timer anew, with what is left of the second (tcp_sock_set_keepidle_locked). */
static void look_again_now(struct sock *sock)
{
    set_int(sock, IPPROTO_TCP, TCP_KEEPIDLE, 1);
}

/* A connection that has learned of a short round trip from ten bytes: a handshake on a busy machine may take so long
 * that the first retransmission would be seconds away. The next byte is number 11. */
static struct stream brisk_stream(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    for (int i = 0; i < 10; i++) {
        send_byte(s.client, '.');
        await_all_acknowledged(s.client);
    }
    receive_bytes(s.server, 10);
    skip_packets(lab);
    return s;
}

/* The peer's host has crashed and is up again: it knows nothing of the connection. */
static void reboot(struct lab *lab, struct sock *peer)
{
    wire_drop(lab, "any > any [R.]");
    set_option(peer, SOL_SOCKET, SO_LINGER, (&(struct linger){.l_onoff = 1, .l_linger = 0}), sizeof(struct linger));
    close_socket(peer);
    settle(lab);
    wire_obey_no_more(lab);
}

/* What the wire answers to a packet that wire_reject "host" is for. */
static const char *host_unreachable(const struct lab *lab)
{
    return is_v6(lab) ? "wire > client ICMP6 unreachable addr" : "wire > client ICMP unreachable host";
}

/* What poll(2) tells right now. */
static int events_of(struct sock *sock)
{
    struct pollfd fd = {.fd = fd_of(sock), .events = POLLIN | POLLOUT | POLLRDHUP};
    poll(&fd, 1, 0);
    return fd.revents;
}

/* What one read of a byte gives. */
static int try_read(struct sock *sock)
{
    char byte;
    return try_receive(sock, &byte, 1, 0);
}

/* The same, waiting. */
static int try_read_waiting(struct sock *sock)
{
    char byte;
    return try_receive_waiting(sock, &byte, 1, 0);
}

/* Whether a send raises SIGPIPE, which is blocked meanwhile; the lab's own sends are made with MSG_NOSIGNAL. */
static bool send_raises_sigpipe(struct lab *lab, struct sock *sock)
{
    sigset_t sigpipe, before;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    ssize_t sent = send(fd_of(sock), "x", 1, 0);
    bool raised = sigtimedwait(&sigpipe, NULL, &(struct timespec){0, 0}) == SIGPIPE;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    note(lab, "send() without MSG_NOSIGNAL: %zd%s", sent, raised ? ", SIGPIPE" : "");
    return raised;
}

/* A client and a server whose end of the connection belongs to a process of its own, which can crash. */
struct served {
    struct sock *client;
    struct process *server;
};

static int hold(struct lab *lab, void *context)
{
    (void)lab, (void)context;
    pause();
    return 0;
}

static struct served stream_to_a_process(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    struct served served = {s.client, start_process(lab, MYSELF, hold, NULL)};
    close_socket(s.server); /* which leaves it to the process, whose copy it is now */
    return served;
}

static void crash(struct process *process)
{
    end_process(process, SIGKILL);
}

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
    expect_refused(lab, try_read(s.server), EAGAIN); /* the application at the other end sees nothing of it */
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
    expect_refused(lab, try_read(s.client), ETIMEDOUT);
    expect_equal(lab, try_read(s.client), 0);
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
    expect_equal(lab, try_read(s.client), 0);
}

CLAIM(rebooted_peer_answers_with_rst_and_read_gives_econnreset, V4 | V6,
      "a peer host that has rebooted answers the probe with RST, and read gives ECONNRESET, then the end of the stream",
      .takes_ms = 1100)
{
    struct stream s = tcp_stream(lab);
    reboot(lab, s.server);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [R] 1");

    await_readable(s.client);
    expect_equal(lab, state_of(connection_of(s.client)), 0);
    expect_refused(lab, try_read(s.client), ECONNRESET);
    expect_equal(lab, try_read(s.client), 0);
    expect_refused(lab, try_send(s.client, "x", 0), EPIPE);
}

CLAIM(crashed_process_answers_no_probe_with_rst, V4 | V6,
      "when only the peer's process crashed, and its FIN was lost, a probe is acknowledged as by a living peer: the kernel "
      "of its host still knows the connection",
      .takes_ms = 1100)
{
    struct served s = stream_to_a_process(lab);
    wire_drop(lab, "server > client [F.]");
    crash(s.server);
    settle(lab);
    set_int(s.client, IPPROTO_TCP, TCP_KEEPIDLE, 1);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect_wire(lab,
                "client > server [.] 0 len 0 ack 1",
                "server > client [.] 2 ack 1"); /* from FIN_WAIT1: number 1 was the FIN */
    expect_refused(lab, try_read(s.client), EAGAIN);
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
    expect_refused(lab, try_read(s.client), ETIMEDOUT);
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
    expect_refused(lab, try_read(s.client), EAGAIN);
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
    expect_refused(lab, try_read(s.client), EAGAIN);
}

CLAIM(peer_gone_without_a_word_leaves_an_established_connection, V4 | V6,
      "a client that is gone without FIN or RST leaves the server's connection ESTABLISHED, with no timer that would end it, "
      "if SO_KEEPALIVE is off")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        reboot(lab, s.client);
    else
        close_socket(s.client);
    settle(lab);
    expect_equal(lab, state_of(connection_of(s.server)), TCP_ESTABLISHED);
    expect_equal(lab, timer_ms_of(connection_of(s.server)), -1);
    expect_refused(lab, try_read(s.server), EAGAIN);
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

/* ------------------------------------------------------------------ the peer's process crashes */

CLAIM(crash_of_the_peers_process_is_told_by_fin_at_once, V4 | V6,
      "when the peer's process is killed its kernel sends FIN at once, with no probe before: poll finds the socket readable, "
      "and read gives the end of the stream")
{
    struct served s = stream_to_a_process(lab);
    if (treatment(lab))
        crash(s.server);
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "client > server [.] ack 2");
    await_readable(s.client);
    expect_equal(lab, events_of(s.client), POLLIN | POLLOUT | POLLRDHUP);
    expect_equal(lab, try_read(s.client), 0);
}

CLAIM(crash_is_told_by_fin_with_keepalive_on_too, V4 | V6,
      "with SO_KEEPALIVE on an idle connection, a crash of the peer's process is told by the same FIN; the probe timer has no "
      "part in it")
{
    struct served s = stream_to_a_process(lab);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect(lab, timer_ms_of(connection_of(s.client)) > 0);
    if (treatment(lab))
        crash(s.server);
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "client > server [.] ack 2");
    await_readable(s.client);
    expect_equal(lab, try_read(s.client), 0);
}

CLAIM(sending_to_a_crashed_process_gives_rst_then_sigpipe, V4 | V6,
      "a client that sends after its peer's process was killed succeeds once; that segment is answered with RST, and sending "
      "again raises SIGPIPE and gives EPIPE; read gives the end of the stream, not ECONNRESET")
{
    struct served s = stream_to_a_process(lab);
    if (treatment(lab))
        crash(s.server);
    await_readable(s.client);
    expect_success(lab, try_send(s.client, "one", 0));
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "? client > server [.] ack 2", /* or the data bring it */
                "client > server [P.] 1:4 ack 2",
                "server > client [R] 2");

    expect_equal(lab, events_of(s.client), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
    expect_equal(lab, try_read(s.client), 0); /* the FIN came first */
    expect(lab, send_raises_sigpipe(lab, s.client));
    expect_refused(lab, try_send(s.client, "two", 0), EPIPE);
}

/* ------------------------------------------------------------------ the peer's host crashes or cannot be reached */

CLAIM(sending_to_a_silent_host_is_retransmitted_until_etimedout, V4 | V6,
      "data sent to a host that has vanished are retransmitted; when net.ipv4.tcp_retries2 of them have not helped read gives "
      "ETIMEDOUT, without any RST",
      .kernel_timers = true, .takes_ms = 700)
{
    struct stream s = brisk_stream(lab);
    set_sysctl(lab, "client", "net.ipv4.tcp_retries2", "1");
    if (treatment(lab))
        wire_cut(lab);
    expect_success(lab, try_send(s.client, "one", 0)); /* the kernel took it; nothing more is known */
    expect_wire(lab,
                "client > server [P.] 11:14 ack 1",
                "client > server [P.] 11:14 ack 1",
                "* client > server [P.] 11:14 ack 1");
    await_readable(s.client);
    expect_nothing(lab, "client > server [R.]");
    expect_refused(lab, try_read(s.client), ETIMEDOUT);
    expect_equal(lab, try_read(s.client), 0);
    expect_refused(lab, try_send(s.client, "two", 0), EPIPE);
}

CLAIM(sending_to_an_unreachable_host_gives_ehostunreach_in_the_end, V4 | V6,
      "data sent to a host of which a router says that it is unreachable are retransmitted nevertheless; only when "
      "net.ipv4.tcp_retries2 is used up read gives EHOSTUNREACH",
      .kernel_timers = true, .takes_ms = 1700)
{
    struct stream s = brisk_stream(lab);
    set_sysctl(lab, "client", "net.ipv4.tcp_retries2", "2");
    if (treatment(lab))
        wire_reject(lab, "host", "client > server [P.]");
    else
        wire_cut(lab);
    expect_success(lab, try_send(s.client, "one", 0));
    expect_wire(lab,
                "client > server [P.] 11:14 ack 1",
                "...",
                host_unreachable(lab),
                "...",
                "client > server [P.] 11:14 ack 1");
    await_readable(s.client);
    expect_refused(lab, try_read(s.client), EHOSTUNREACH);
    expect_equal(lab, try_read(s.client), 0);
}

CLAIM(unreachable_answer_leaves_the_connection_alive, V4 | V6,
      "an ICMP host unreachable about data on their way is a soft error: read and poll report nothing, and when the path is "
      "back a retransmission brings the data to the peer",
      .cites = "RFC 1122 section 4.2.3.9", .kernel_timers = true, .takes_ms = 250)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        wire_reject(lab, "host", "client > server [P.]");
    send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "* client > server [P.] 1:4 ack 1",
                host_unreachable(lab));
    expect_equal(lab, events_of(s.client), POLLOUT);
    expect_refused(lab, try_read(s.client), EAGAIN);

    wire_obey_no_more(lab);
    receive_text(s.server, "one");
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
}

CLAIM(waiting_receiver_learns_by_sending, V4 | V6,
      "a side that waits to receive, without SO_KEEPALIVE, has no timer that could tell it of its peer's end; data that it "
      "sends start one, and their fruitless retransmission ends its read with ETIMEDOUT",
      .kernel_timers = true, .takes_ms = 700)
{
    struct stream s = brisk_stream(lab);
    set_sysctl(lab, "client", "net.ipv4.tcp_retries2", "1");
    wire_cut(lab);
    expect_equal(lab, timer_ms_of(connection_of(s.client)), -1);
    expect_refused(lab, try_read(s.client), EAGAIN);

    if (treatment(lab))
        send_text(s.client, "are you there?");
    await_readable(s.client);
    expect_refused(lab, try_read(s.client), ETIMEDOUT);
}

CLAIM(waiting_receiver_hears_nothing_of_an_unreachable_peer, V4 | V6,
      "a side that only waits to receive sends nothing that a router could answer: no ICMP error comes, no timer runs, the "
      "read goes on waiting; the first segment that it sends gets the answer")
{
    struct stream s = tcp_stream(lab);
    wire_reject(lab, "host", "any > any [*]");
    settle(lab);
    expect_nothing(lab, "any > any IP");
    expect_equal(lab, timer_ms_of(connection_of(s.client)), -1);
    expect_refused(lab, try_read(s.client), EAGAIN);

    if (treatment(lab))
        send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                host_unreachable(lab));
}

CLAIM(no_probe_leaves_while_data_are_unacknowledged, V4 | V6,
      "while sent data are unacknowledged no probe leaves and keepalive does not end the connection, whatever its settings: "
      "retransmissions have the word",
      .kernel_timers = true, .takes_ms = 2400)
{
    struct stream s = tcp_stream(lab);
    probe_every_second(s.client, 1); /* an idle connection would be ended after two seconds */
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_cut(lab);
    if (treatment(lab))
        send_text(s.client, "one");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [P.] 1:4 ack 1");
    let_pass_ms(lab, 2200);
    expect_nothing(lab, "client > server [.] len 0");
    expect_refused(lab, try_read(s.client), EAGAIN);
    expect_equal(lab, state_of(connection_of(s.client)), TCP_ESTABLISHED);
}

CLAIM(user_timeout_ends_what_keepalive_does_not, V4 | V6,
      "TCP_USER_TIMEOUT 1000 ends a connection with unacknowledged data after a second of fruitless retransmission, with "
      "ETIMEDOUT",
      .cites = "tcp(7), TCP_USER_TIMEOUT", .kernel_timers = true, .takes_ms = 1250)
{
    struct stream s = brisk_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000);
    wire_cut(lab);
    send_text(s.client, "one");
    await_readable(s.client);
    expect_refused(lab, try_read(s.client), ETIMEDOUT);
    expect(lab, count_packets(lab, "client", "client > server [P.] 11:14") >= 2);
    expect_nothing(lab, "client > server [.] len 0");
}

CLAIM(break_with_data_in_flight_is_noticed_after_924_s, V4 | V6,
      "with data in flight when the peer vanishes the break is noticed after the default 15 retransmissions, 924.6 s or "
      "more, although keepalive would have needed two seconds",
      .kernel_timers = true, .needs = NEEDS_VIRTUAL_TIME, .takes_ms = 960000, .timeout_s = 1200)
{
    struct stream s = tcp_stream(lab);
    probe_every_second(s.client, 1);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    wire_cut(lab);
    int64_t sent = now_ns();
    if (treatment(lab))
        send_text(s.client, "one");
    int result = try_read_waiting(s.client);
    int64_t after_ms = (now_ns() - sent) / 1000000;
    expect_refused(lab, result, ETIMEDOUT);
    /* tcp_model_timeout: 200 ms doubled up to 120 s; the timer that finds it over may itself be a wheel step late. */
    expect_between(lab, after_ms, 924600, 924600 + 120000 * 9 / 8);
    fact(lab, "break_noticed", after_ms, "ms");
    expect_nothing(lab, "client > server [.] len 0");
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

/* ------------------------------------------------------------------ middleboxes: here the wire is one */

CLAIM(forgotten_flow_is_a_black_hole_for_the_sender, V4 | V6,
      "when a middlebox has forgotten an idle flow and drops what comes, send succeeds, the data are retransmitted, and the "
      "application is told nothing for as long as that goes on",
      .kernel_timers = true, .takes_ms = 650)
{
    struct stream s = brisk_stream(lab);
    if (treatment(lab))
        wire_drop(lab, "client > server [*]");
    expect_success(lab, try_send(s.client, "one", 0));
    expect_wire(lab,
                "client > server [P.] 11:14 ack 1",
                "client > server [P.] 11:14 ack 1",
                "client > server [P.] 11:14 ack 1");
    expect_equal(lab, events_of(s.client), POLLOUT);
    expect_equal(lab, unacknowledged_in(connection_of(s.client)), 3);
}

CLAIM(forgotten_flow_answered_with_rst_gives_econnreset, V4 | V6,
      "when a middlebox that has forgotten an idle flow answers data with RST, read gives ECONNRESET")
{
    struct stream s = tcp_stream(lab);
    wire_drop(lab, "client > server [P.]");
    send_text(s.client, "one");
    expect_wire(lab, "client > server [P.] 1:4 ack 1");
    if (treatment(lab)) {
        struct tcp_spec reset = forged(lab, s.server);
        reset.flags = TH_RST;
        wire_inject_tcp(lab, "client", &reset);
    }
    expect_wire(lab, "server > client [R] 1");
    await_readable(s.client);
    expect_refused(lab, try_read(s.client), ECONNRESET);
}

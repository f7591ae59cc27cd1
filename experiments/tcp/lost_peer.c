/* SPDX-License-Identifier: MIT */
/*
 * A lost peer: what an application learns, and when, of a peer whose process or host crashed, or that cannot be reached any more.
 * [notes] SOL_SOCKET.SO_KEEPALIVE; [unp] 3.5 SO_KEEPALIVE; [attrs] 5.4.8
 *
 * The kernel of a crashed process says goodbye for it. A host that crashes, loses power or is cut off is the same thing on the wire:
 * silence, and only who sends something can notice. Asking an idle peer whether it is there: socket/so_keepalive.c.
 */
#include "lab.h"

EXPERIMENT("lost peer", NULL, "what an application learns of a peer that has crashed or cannot be reached");

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

/* ------------------------------------------------------------------ the peer's process crashes */

CLAIM(crash_of_the_peers_process_is_told_by_fin_at_once, V4 | V6,
      "when the peer's process is killed its kernel sends FIN at once, with no probe before: poll finds the socket readable, "
      "and read gives the end of the stream")
{
    struct stream s = tcp_stream(lab);
    struct process *server = leave_to_process(s.server);
    if (treatment(lab))
        end_process(server, SIGKILL);
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "client > server [.] ack 2");
    await_readable(s.client);
    expect_equal(lab, events_of(s.client), POLLIN | POLLOUT | POLLRDHUP);
    expect_equal(lab, try_receive_byte(s.client), 0);
}

CLAIM(crash_is_told_by_fin_with_keepalive_on_too, V4 | V6,
      "with SO_KEEPALIVE on an idle connection, a crash of the peer's process is told by the same FIN; the probe timer has no "
      "part in it")
{
    struct stream s = tcp_stream(lab);
    struct process *server = leave_to_process(s.server);
    set_int(s.client, SOL_SOCKET, SO_KEEPALIVE, 1);
    expect(lab, timer_ms_of(connection_of(s.client)) > 0);
    if (treatment(lab))
        end_process(server, SIGKILL);
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "client > server [.] ack 2");
    await_readable(s.client);
    expect_equal(lab, try_receive_byte(s.client), 0);
}

CLAIM(sending_to_a_crashed_process_gives_rst_then_sigpipe, V4 | V6,
      "a client that sends after its peer's process was killed succeeds once; that segment is answered with RST, and sending "
      "again raises SIGPIPE and gives EPIPE; read gives the end of the stream, not ECONNRESET")
{
    struct stream s = tcp_stream(lab);
    struct process *server = leave_to_process(s.server);
    hold_signal(lab, SIGPIPE);
    if (treatment(lab))
        end_process(server, SIGKILL);
    await_readable(s.client);
    expect_success(lab, try_send(s.client, "one", 0));
    expect_wire(lab,
                "server > client [F.] 1 ack 1",
                "? client > server [.] ack 2", /* or the data bring it */
                "client > server [P.] 1:4 ack 2",
                "server > client [R] 2");

    expect_equal(lab, events_of(s.client), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
    expect_equal(lab, try_receive_byte(s.client), 0); /* the FIN came first */
    expect_refused(lab, try_write(s.client, "two"), EPIPE);
    expect(lab, has_signal(lab, SIGPIPE));
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
    equivalent(lab, "ever", "the claim is that there is none; unanswered keepalive probes end with one (so_keepalive)");
    expect_nothing(lab, "client > server [R.]");
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
    expect_equal(lab, try_receive_byte(s.client), 0);
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
    expect_refused(lab, try_receive_byte(s.client), EHOSTUNREACH);
    expect_equal(lab, try_receive_byte(s.client), 0);
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
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);

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
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);

    if (treatment(lab))
        send_text(s.client, "are you there?");
    await_readable(s.client);
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
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
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);

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
    expect_refused(lab, try_receive_byte(s.client), EAGAIN);
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
    expect_refused(lab, try_receive_byte(s.client), ETIMEDOUT);
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
    int result = try_receive_waiting(s.client, &(char){0}, 1, 0);
    int64_t after_ms = milliseconds_since(sent);
    expect_refused(lab, result, ETIMEDOUT);
    /* tcp_model_timeout: 200 ms doubled up to 120 s; the timer that finds it over may itself be a wheel step late. */
    expect_between(lab, after_ms, 924600, 924600 + 120000 * 9 / 8);
    fact(lab, "break_noticed", after_ms, "ms");
    expect_nothing(lab, "client > server [.] len 0");
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
    expect_refused(lab, try_receive_byte(s.client), ECONNRESET);
}

/* SPDX-License-Identifier: MIT */
/*
 * TCP_REPAIR: take a connection out of one socket and put it into another, behind the peer's back. It is what CRIU restores
 * connections with. tcp(7) has nothing of it; net/ipv4/tcp.c, do_tcp_setsockopt, tcp_connect, tcp_close (since Linux 3.5)
 */
#include "lab.h"

EXPERIMENT("TCP_REPAIR", "IPPROTO_TCP", "move a connection from one socket to another without a word on the wire");

static uint32_t queue_sequence(struct sock *sock, int queue)
{
    set_int(sock, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue);
    return get_value(sock, IPPROTO_TCP, TCP_QUEUE_SEQ, uint32_t);
}

static void set_queue_sequence(struct sock *sock, int queue, uint32_t sequence)
{
    set_int(sock, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue);
    set_option(sock, IPPROTO_TCP, TCP_QUEUE_SEQ, &sequence, sizeof sequence);
}

/* A socket in repair mode that has these next numbers to send and to receive, and is connected because it says so. */
static struct sock *restored(struct lab *lab, struct endpoint own, const char *host, struct endpoint peer, uint32_t sends, uint32_t receives)
{
    struct sock *sock = tcp_socket(lab, host);
    set_int(sock, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
    set_queue_sequence(sock, TCP_SEND_QUEUE, sends);
    set_queue_sequence(sock, TCP_RECV_QUEUE, receives);
    bind_to(sock, own);
    connect_to(sock, peer);
    return sock;
}

static int state_of_socket(struct sock *sock)
{
    return get_value(sock, IPPROTO_TCP, TCP_INFO, struct tcp_info).tcpi_state;
}

CLAIM(two_sockets_are_connected_without_a_handshake, V4 | V6,
      "two sockets in repair mode whose sequence numbers fit are connected by connect(2) alone, without a packet; leaving repair mode sends a "
      "window probe, and from then on they talk, with the numbers that they were given",
      .cites = "net/ipv4/tcp_output.c, tcp_connect (tp->repair)")
{
    struct endpoint here = at(lab, "client", 4000), there = at(lab, "server", 5000);
    if (!treatment(lab))
        tcp_stream(lab); /* this is how it is done otherwise */
    struct sock *client = restored(lab, here, "client", there, 1000, 2000);
    struct sock *server = restored(lab, there, "server", here, 2000, 1000);
    settle(lab);
    expect_equal(lab, count_packets(lab, "client", "any > any [*]"), 0);
    expect_equal(lab, state_of_socket(client), TCP_ESTABLISHED);

    set_int(server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF);
    expect_wire(lab,
                "server > client [.]", /* one number before the first to send, as a keepalive probe */
                "client > server [.]");
    settle(lab);
    set_int(client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF);
    expect_wire(lab,
                "client > server [.]",
                "server > client [.]");
    send_text(client, "request");
    receive_text(server, "request");
    send_text(server, "answer");
    receive_text(client, "answer");
    expect_equal(lab, forged(lab, client).seq, 1000 + 7);
    expect_equal(lab, forged(lab, server).seq, 2000 + 6);
}

CLAIM(connection_moves_to_another_socket_unnoticed, V4 | V6,
      "a socket that is closed in repair mode says nothing, neither FIN nor RST; another one with its addresses, sequence numbers and "
      "window scales goes on where it stopped, and the peer does not notice",
      .cites = "net/ipv4/tcp.c, __tcp_close (tp->repair), tcp_repair_options_est", .since = "4.20") /* TCP_REPAIR_OFF_NO_WP */
{
    set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", "0"); /* a state less to move */
    struct stream s = tcp_stream(lab);
    send_text(s.client, "before ");
    await_all_acknowledged(s.client);
    struct endpoint own = name_of(s.client), peer = peer_of(s.client);
    struct tcp_info info = get_value(s.client, IPPROTO_TCP, TCP_INFO, struct tcp_info);
    struct tcp_repair_window windows = {0};
    socklen_t size = sizeof windows;
    skip_packets(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
    if (!expect_success(lab, try_get_option(s.client, IPPROTO_TCP, TCP_REPAIR_WINDOW, &windows, &size)))
        return;
    uint32_t sends = queue_sequence(s.client, TCP_SEND_QUEUE), receives = queue_sequence(s.client, TCP_RECV_QUEUE);
    close_socket(s.client);
    settle(lab);
    expect_nothing(lab, "client > server [*]");

    const struct tcp_repair_opt options[] = {
        {2, info.tcpi_snd_mss}, /* numbers of the options in a SYN */
        {3, info.tcpi_snd_wscale | (uint32_t)info.tcpi_rcv_wscale << 16},
        {4, 0},
    };
    struct sock *heir = restored(lab, own, "client", peer, sends, receives);
    set_option(heir, IPPROTO_TCP, TCP_REPAIR_OPTIONS, options, sizeof options);
    set_option(heir, IPPROTO_TCP, TCP_REPAIR_WINDOW, &windows, sizeof windows);
    set_int(heir, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
    expect_nothing(lab, "client > server [*]");

    send_text(heir, "and after");
    expect_wire(lab,
                "client > server [P.] 8:17 ack 1",
                "server > client [.] ack 17");
    receive_text(s.server, "before and after");
    send_text(s.server, "answer");
    receive_text(heir, "answer");
}

CLAIM(queues_are_filled_and_read_without_the_wire, V4 | V6,
      "in repair mode what is sent with TCP_RECV_QUEUE chosen can be read from the same socket, and recv with MSG_PEEK and TCP_SEND_QUEUE "
      "chosen gives what was sent and is not acknowledged",
      .cites = "net/ipv4/tcp.c, tcp_send_rcvq, tcp_peek_sndq")
{
    struct stream s = tcp_stream(lab);
    char sent[16] = "";
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "unacknowledged");
    skip_packets(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
    try_set_int(s.client, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
    expect_equal(lab, try_receive(s.client, sent, sizeof sent, MSG_PEEK), 14);
    expect(lab, strcmp(sent, "unacknowledged") == 0);

    try_set_int(s.client, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
    expect_equal(lab, try_send(s.client, "put in place", 0), 12);
    expect_nothing(lab, "client > server [*] len >0");
    try_set_int(s.client, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_NO_QUEUE);
    set_int(s.client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF);
    expect_equal(lab, try_receive(s.client, sent, 12, 0), 12);
    expect(lab, memcmp(sent, "put in place", 12) == 0);
}

static int repair(struct lab *lab, void *context)
{
    (void)lab;
    return try_set_int(context, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
}

CLAIM(it_needs_cap_net_admin, V4 | V6,
      "TCP_REPAIR is refused with EPERM to a process without CAP_NET_ADMIN, and on a listening socket to everybody",
      .cites = "net/ipv4/tcp.c, tcp_can_repair_sock")
{
    struct stream s = tcp_stream(lab);
    int refused = treatment(lab) ? as_user(lab, NOBODY, repair, s.client) : repair(lab, s.client);
    fact_refused(lab, "repair_without_capability", refused, EPERM);
    expect_success(lab, try_set_int(s.client, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON));
    expect_refused(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON), EPERM);
}

CLAIM(what_belongs_to_it_needs_repair_mode, V4 | V6,
      "TCP_REPAIR_QUEUE and TCP_REPAIR_WINDOW are refused with EPERM outside repair mode, TCP_REPAIR_OPTIONS with EINVAL; in it a queue "
      "without name with EINVAL, and the numbers of a connected socket's queues with EPERM",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct stream s = tcp_stream(lab);
    struct sock *sock = s.client;
    struct tcp_repair_window windows = {0};
    struct tcp_repair_opt option = {2, 1000};
    if (!treatment(lab))
        set_int(sock, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE), EPERM);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_REPAIR_WINDOW, &windows, sizeof windows), EPERM);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_REPAIR_OPTIONS, &option, sizeof option), EINVAL);

    set_int(sock, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_REPAIR, 2), EINVAL);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_QUEUES_NR), EINVAL);
    set_int(sock, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, TCP_QUEUE_SEQ, 1), EPERM);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_REPAIR, 1), ENOPROTOOPT);
}

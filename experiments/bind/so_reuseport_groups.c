/* SPDX-License-Identifier: MIT */
/*
 * Groups of sockets that share an address and port by SO_REUSEPORT: which of them gets a connection or datagram,
 * and who is woken for it. Who may join such a group is asked by so_reuseport.c.
 * [notes] SOL_SOCKET.SO_REUSEPORT; [attrs] 5.4.4.1 (6) Linux; [socket7] Socket options
 *
 * The kernel takes a hash of the flow (addresses and ports; its key is random) and scales it to the number of
 * sockets (reuseport_select_sock). So what one of two sockets gets of 128 flows is binomial, and how even is even
 * can be calculated: outside of 25 to 103 lies less than 1e-12 of the probability; for any of four sockets outside
 * of 3 to 71.
 */
#include "lab.h"

#include <unistd.h>

EXPERIMENT("SO_REUSEPORT groups", "SOL_SOCKET", "who gets what among sockets that share an address and port");

#define FLOWS         128
#define LEAST_OF_TWO  25
#define MOST_OF_TWO   103
#define LEAST_OF_FOUR 3
#define MOST_OF_FOUR  71

/* A server's socket with SO_REUSEPORT, bound and, if TCP, listening. */
static struct sock *member_at(struct lab *lab, int type, struct endpoint where)
{
    struct sock *member = socket_of_type(lab, "server", type);
    set_int(member, SOL_SOCKET, SO_REUSEPORT, 1);
    bind_to(member, where);
    if (type == SOCK_STREAM)
        listen_on(member, FLOWS);
    else
        set_int(member, SOL_SOCKET, SO_RCVBUF, FLOWS * 1024); /* room for all, whatever rmem_default is */
    return member;
}

/*
 * Opens the members of a group on the wildcard address. The option is the treatment: in a placebo run the second
 * bind fails.
 */
static bool open_group(struct lab *lab, int type, struct sock *member[], unsigned members)
{
    for (unsigned i = 0; i < members; i++) {
        member[i] = socket_of_type(lab, "server", type);
        if (treatment(lab))
            set_int(member[i], SOL_SOCKET, SO_REUSEPORT, 1);
        if (!expect_success(lab, try_bind(member[i], any_address(lab, SERVICE))))
            return false;
        if (type == SOCK_STREAM)
            listen_on(member[i], FLOWS);
    }
    return true;
}

/* Connects, or sends a datagram, from a new port of the client. */
static void new_flow_to(struct lab *lab, int type, struct endpoint where)
{
    struct sock *client = socket_of_type(lab, "client", type);
    if (type == SOCK_STREAM)
        connect_to(client, where);
    else
        send_to(client, "x", 0, where);
}

static void new_flow(struct lab *lab, int type)
{
    new_flow_to(lab, type, at(lab, "server", SERVICE));
}

/* Accepts or receives where something has come, at the first of them that has; its index. */
static unsigned take_one(int type, struct sock *const member[], unsigned members)
{
    unsigned which = await_one_of(member, members);
    if (type == SOCK_STREAM)
        accept_from(member[which]);
    else
        receive_text(member[which], "x");
    return which;
}

/* ---------------------------------------------------------------- the spread */

CLAIM(connections_spread_evenly_over_two_listeners, V4 | V6,
      "128 connections from different ports spread over two listeners of one process, each getting a number "
      "that the toss of a coin can explain")
{
    struct sock *listener[2];
    unsigned got[2] = {0};
    if (!open_group(lab, SOCK_STREAM, listener, 2))
        return;
    for (unsigned i = 0; i < FLOWS; i++) {
        new_flow(lab, SOCK_STREAM);
        got[take_one(SOCK_STREAM, listener, 2)]++;
    }
    expect_between(lab, got[0], LEAST_OF_TWO, MOST_OF_TWO);
    fact(lab, "connections_first_listener", got[0], "by chance");
    fact(lab, "connections_second_listener", got[1], "by chance");
}

CLAIM(datagrams_spread_evenly_over_two_sockets, V4 | V6,
      "128 datagrams from different ports spread over two UDP sockets, each getting a number that the toss of "
      "a coin can explain")
{
    struct sock *member[2];
    unsigned got[2] = {0};
    if (!open_group(lab, SOCK_DGRAM, member, 2))
        return;
    for (unsigned i = 0; i < FLOWS; i++) {
        new_flow(lab, SOCK_DGRAM);
        got[take_one(SOCK_DGRAM, member, 2)]++;
    }
    expect_between(lab, got[0], LEAST_OF_TWO, MOST_OF_TWO);
    fact(lab, "datagrams_first_socket", got[0], "by chance");
    fact(lab, "datagrams_second_socket", got[1], "by chance");
}

struct instance {
    bool shares;
    char letter[2];
};

/* A simple server: answers each connection with its letter. */
static int serve(struct lab *lab, void *context)
{
    const struct instance *me = context;
    struct sock *listener = tcp_socket(lab, "server");
    if (me->shares)
        set_int(listener, SOL_SOCKET, SO_REUSEPORT, 1);
    int error = try_bind(listener, any_address(lab, SERVICE));
    if (error)
        return error;
    listen_on(listener, FLOWS);
    for (;;) {
        struct sock *connection = accept_from(listener);
        send_text(connection, me->letter);
        close_socket(connection);
    }
}

CLAIM(four_processes_of_one_server_share_the_connections, V4 | V6,
      "four processes of a simple server, each with a listener of its own on the same port, share 128 "
      "connections with no other means, each getting some 32 of them")
{
    struct instance instance[] = {{false, "A"}, {false, "B"}, {false, "C"}, {false, "D"}};
    unsigned served[4] = {0};
    for (unsigned i = 0; i < 4; i++) {
        instance[i].shares = treatment(lab);
        struct process *process = start_process(lab, MYSELF, serve, &instance[i]);
        if (!expect(lab, !was_woken(process))) /* it waits for connections, and has not given up for want of a port */
            return;
    }
    for (unsigned i = 0; i < FLOWS; i++) {
        struct sock *client = tcp_socket(lab, "client");
        char letter = 0;
        connect_to(client, at(lab, "server", SERVICE));
        await_readable(client);
        expect_equal(lab, try_receive(client, &letter, 1, 0), 1);
        served[(letter - 'A') & 3]++;
    }
    for (unsigned i = 0; i < 4; i++)
        expect_between(lab, served[i], LEAST_OF_FOUR, MOST_OF_FOUR);
    fact(lab, "connections_of_process_A", served[0], "by chance");
    fact(lab, "connections_of_process_B", served[1], "by chance");
    fact(lab, "connections_of_process_C", served[2], "by chance");
    fact(lab, "connections_of_process_D", served[3], "by chance");
}

CLAIM(a_listener_that_set_it_late_gets_its_share, V4 | V6,
      "a listener that set SO_REUSEPORT only after bind and listen, and the one that then joined it, both get "
      "their share")
{
    struct sock *listener[2] = {tcp_listener(lab, "server", SERVICE), tcp_socket(lab, "server")};
    unsigned got[2] = {0};
    if (treatment(lab))
        set_int(listener[0], SOL_SOCKET, SO_REUSEPORT, 1);
    set_int(listener[1], SOL_SOCKET, SO_REUSEPORT, 1);
    if (!expect_success(lab, try_bind(listener[1], any_address(lab, SERVICE))))
        return;
    listen_on(listener[1], FLOWS);
    for (unsigned i = 0; i < FLOWS; i++) {
        new_flow(lab, SOCK_STREAM);
        got[take_one(SOCK_STREAM, listener, 2)]++;
    }
    expect_between(lab, got[0], LEAST_OF_TWO, MOST_OF_TWO);
}

/* ---------------------------------------------------------------- by flow, not by turn and not by load */

#define ONE_PORT 50000 /* of the client */

static struct sock *client_at_one_port(struct lab *lab)
{
    struct sock *client = tcp_socket(lab, "client");
    bind_to(client, at(lab, "client", ONE_PORT));
    return client;
}

CLAIM(connections_from_one_port_all_go_to_one_listener, V4 | V6,
      "64 connections, one after the other, from the same port of the client all go to the same one of two "
      "listeners: the choice is a hash of addresses and ports, not a turn and not chance")
{
    struct sock *listener[2];
    if (!open_group(lab, SOCK_STREAM, listener, 2))
        return;
    unsigned got[2] = {0};
    for (unsigned i = 0; i < 64; i++) {
        struct sock *client = client_at_one_port(lab);
        connect_to(client, at(lab, "server", SERVICE));
        got[take_one(SOCK_STREAM, listener, 2)]++;
        close_with_rst(client);
    }
    expect(lab, got[0] == 64 || got[1] == 64);
}

CLAIM(datagrams_from_one_port_all_go_to_one_socket, V4 | V6,
      "64 datagrams from one socket all go to the same one of two UDP sockets")
{
    struct sock *member[2];
    if (!open_group(lab, SOCK_DGRAM, member, 2))
        return;
    struct sock *client = udp_socket(lab, "client");
    unsigned got[2] = {0};
    for (unsigned i = 0; i < 64; i++) {
        send_to(client, "x", 0, at(lab, "server", SERVICE));
        got[take_one(SOCK_DGRAM, member, 2)]++;
    }
    expect(lab, got[0] == 64 || got[1] == 64);
}

CLAIM(a_specific_address_takes_precedence_over_the_wildcard, V4 | V6,
      "of two sockets that share a port, what is sent to the specific address goes to the socket bound to it "
      "and only the rest to the one bound to the wildcard address: they are no group",
      .bench = "client server*2", .cites = "socket(7), SO_REUSEPORT: \"an identical socket address\"")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *bound[2];
        bound[0] = member_at(lab, type, any_address(lab, SERVICE));
        bound[1] = socket_of_type(lab, "server", type);
        if (treatment(lab))
            set_int(bound[1], SOL_SOCKET, SO_REUSEPORT, 1);
        if (!expect_success(lab, try_bind(bound[1], at(lab, "server", SERVICE))))
            return;
        if (type == SOCK_STREAM)
            listen_on(bound[1], FLOWS);
        for (unsigned i = 0; i < 64; i++) {
            new_flow(lab, type);
            expect_equal(lab, take_one(type, bound, 2), 1);
        }
        new_flow_to(lab, type, at(lab, "server#2", SERVICE));
        expect_equal(lab, take_one(type, bound, 2), 0);
    }
}

CLAIM(a_full_listener_loses_connections_though_another_has_room, V4 | V6,
      "a SYN whose flow belongs to a listener with a full queue is dropped, and not given to another listener "
      "of the group that has nothing to do")
{
    struct sock *listener[2];
    if (!open_group(lab, SOCK_STREAM, listener, 2))
        return;
    for (unsigned i = 0; i < 2; i++)
        listen_on(listener[i], 1); /* a queue of 1 holds 2 (sk_acceptq_is_full) */
    unsigned full = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct sock *client = client_at_one_port(lab);
        connect_to(client, at(lab, "server", SERVICE));
        full = await_one_of(listener, 2);
        close_with_rst(client); /* the connection stays in the queue */
        expect_at(lab, "server", "...", "client > server [R.]");
    }
    expect(lab, !is_readable(listener[!full]));

    struct sock *unlucky = client_at_one_port(lab);
    start_connect(unlucky, at(lab, "server", SERVICE));
    expect_at(lab, "server", "client > server [S]");
    expect_nothing_at(lab, "server", "server > client [S.]");
    expect(lab, !is_readable(listener[!full]));
}

CLAIM(a_full_socket_loses_datagrams_though_another_has_room, V4 | V6,
      "datagrams whose flow belongs to a socket with a full receive buffer are dropped, and not given to "
      "another socket of the group that has nothing to do")
{
    struct sock *member[2];
    if (!open_group(lab, SOCK_DGRAM, member, 2))
        return;
    struct sock *client = udp_socket(lab, "client");
    for (unsigned i = 0; i < 2; i++)
        set_int(member[i], SOL_SOCKET, SO_RCVBUF, 4096); /* doubled; a datagram counts 768 bytes at least */
    for (unsigned i = 0; i < 64; i++)
        send_to(client, "x", 0, at(lab, "server", SERVICE));
    send_to(client, "the last", 0, at(lab, "server", SERVICE));
    expect_at(lab, "server", "* client > server UDP len 1", "client > server UDP len 8");

    unsigned which = await_one_of(member, 2), received = 0;
    for (char text[8]; try_receive(member[which], text, sizeof text, 0) > 0; received++)
        ;
    expect_between(lab, received, 1, 64);
    expect(lab, !is_readable(member[!which]));
}

/*
 * FLOWS arrive for two processes, the first of which takes whatever it can before the second one comes to it: what
 * each got.
 */
static void race(struct lab *lab, int type, struct sock *const of_process[2], unsigned got[2])
{
    for (unsigned i = 0; i < FLOWS; i++)
        new_flow(lab, type);
    for (unsigned i = 0; i < FLOWS; i++)
        got[take_one(type, of_process, 2)]++;
}

CLAIM(an_eager_process_takes_everything_from_a_shared_socket, V4 | V6,
      "of two processes that share one listener, or one UDP socket, the one that is always first takes every "
      "connection and every datagram")
{
    FOR_TCP_AND_UDP(type) {
        unsigned got[2] = {0};
        struct sock *of_process[2] = {member_at(lab, type, any_address(lab, SERVICE))};
        if (treatment(lab))
            of_process[1] = of_process[0];
        else
            of_process[1] = member_at(lab, type, any_address(lab, SERVICE));
        race(lab, type, of_process, got);
        expect_equal(lab, got[0], FLOWS);
    }
}

CLAIM(an_eager_process_gets_no_more_than_its_own_sockets_share, V4 | V6,
      "of two processes with a socket each in a group, the one that is always first still gets only its share of the "
      "connections and datagrams")
{
    FOR_TCP_AND_UDP(type) {
        unsigned got[2] = {0};
        struct sock *of_process[2] = {member_at(lab, type, any_address(lab, SERVICE))};
        if (treatment(lab))
            of_process[1] = member_at(lab, type, any_address(lab, SERVICE));
        else
            of_process[1] = of_process[0];
        race(lab, type, of_process, got);
        expect_between(lab, got[0], LEAST_OF_TWO, MOST_OF_TWO);
    }
}

/* ---------------------------------------------------------------- a member leaves */

CLAIM(closing_a_listener_resets_the_connections_in_its_queue, V4 | V6,
      "a connection that waits in the queue of a listener is reset when that listener is closed, though "
      "another one of the group lives on",
      .cites = "Documentation/networking/ip-sysctl.rst, tcp_migrate_req")
{
    struct sock *listener[2];
    for (unsigned i = 0; i < 2; i++)
        listener[i] = member_at(lab, SOCK_STREAM, any_address(lab, SERVICE));
    new_flow(lab, SOCK_STREAM);
    unsigned which = await_one_of(listener, 2);
    skip_packets(lab);
    if (treatment(lab))
        close_socket(listener[which]);
    expect_wire(lab, "server > client [R.] 1 ack 1");
    expect(lab, !is_readable(listener[!which]));
}

CLAIM(tcp_migrate_req_moves_them_to_another_listener, V4 | V6,
      "with net.ipv4.tcp_migrate_req=1 a connection that waits in the queue of a listener that is closed moves "
      "to another one of the group, and nothing of that is seen on the wire",
      .since = "5.14", .cites = "Documentation/networking/ip-sysctl.rst, tcp_migrate_req")
{
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv4.tcp_migrate_req", "1");
    struct sock *listener[2];
    for (unsigned i = 0; i < 2; i++)
        listener[i] = member_at(lab, SOCK_STREAM, any_address(lab, SERVICE));
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    unsigned which = await_one_of(listener, 2);
    skip_packets(lab);
    close_socket(listener[which]);
    struct sock *moved = accept_from(listener[!which]);
    send_text(client, "hello");
    receive_text(moved, "hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1", "server > client [.] ack 6");
}

/* ---------------------------------------------------------------- the thundering herd */

#define HERD 4

static int accept_and_answer(struct lab *lab, void *listener)
{
    note(lab, "sleeps in accept(2)");
    int connection = accept(fd_of(listener), NULL, NULL);
    return connection < 0 ? -errno : (int)write(connection, "mine", 4);
}

static int wait_until_readable(struct lab *lab, void *sock)
{
    (void)lab;
    await_readable(sock);
    return 0;
}

static unsigned count_woken(struct process *const herd[])
{
    unsigned woken = 0;
    for (unsigned i = 0; i < HERD; i++)
        woken += was_woken(herd[i]);
    return woken;
}

CLAIM(accept_on_a_shared_listener_wakes_one_process, V4 | V6,
      "of four processes that sleep in accept(2) on one shared listener a connection wakes exactly one: there "
      "is no thundering herd")
{
    /* inet_csk_wait_for_connect queues as an exclusive waiter. */
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    struct process *herd[HERD];
    for (unsigned i = 0; i < HERD; i++)
        herd[i] = start_process(lab, MYSELF, accept_and_answer, listener);
    if (treatment(lab)) {
        connect_to(client, at(lab, "server", SERVICE));
        receive_text(client, "mine");
    }
    expect_equal(lab, count_woken(herd), 1);
}

CLAIM(poll_on_a_shared_listener_wakes_every_process, V4 | V6,
      "of four processes that wait in poll(2) for one shared listener a single connection wakes all four: the "
      "thundering herd")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct process *herd[HERD];
    for (unsigned i = 0; i < HERD; i++)
        herd[i] = start_process(lab, MYSELF, wait_until_readable, listener);
    if (treatment(lab)) {
        new_flow(lab, SOCK_STREAM);
        await_readable(listener);
    }
    expect_equal(lab, count_woken(herd), HERD);
}

CLAIM(poll_on_listeners_of_a_group_wakes_one_process, V4 | V6,
      "of four processes that wait in poll(2), each for a listener of its own in one group, a connection wakes "
      "only the one whose listener received it")
{
    struct sock *listener[HERD];
    struct process *herd[HERD];
    if (!open_group(lab, SOCK_STREAM, listener, HERD))
        return;
    for (unsigned i = 0; i < HERD; i++)
        herd[i] = start_process(lab, MYSELF, wait_until_readable, listener[i]);
    new_flow(lab, SOCK_STREAM);
    unsigned which = await_one_of(listener, HERD);
    expect_equal(lab, count_woken(herd), 1);
    expect(lab, was_woken(herd[which]));
}

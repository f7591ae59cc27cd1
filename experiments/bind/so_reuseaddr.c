/* SPDX-License-Identifier: MIT */
/*
 * SO_REUSEADDR: bind an address and port that another socket has, too. What pairs of addresses it lets through is in
 * bind_table.c, servers that are started again in restart.c; here: the option itself, who has to set it and when, and who then
 * gets the traffic.
 * [notes] SOL_SOCKET.SO_REUSEADDR; [attrs] 5.4.4; [unp] 3.11 SO_REUSEADDR and SO_REUSEPORT; [socket7] Socket options and Notes
 */
#include "lab.h"

EXPERIMENT("SO_REUSEADDR", "SOL_SOCKET", "bind an address and port that another socket has bound, too");

static struct sock *server_socket(struct lab *lab, int type, bool reuse)
{
    struct sock *s = socket_of_type(lab, "server", type);
    if (reuse)
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
    return s;
}

/* ---------------------------------------------------------------- the option */

CLAIM(is_off_until_set, V4 | V6, "SO_REUSEADDR is off on a new socket, TCP or UDP, and on after it has been set")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = server_socket(lab, type, false);
        int by_default = get_int(s, SOL_SOCKET, SO_REUSEADDR);
        expect_equal(lab, by_default, 0);
        fact(lab, type == SOCK_STREAM ? "default_reuseaddr_tcp" : "default_reuseaddr_udp", by_default, "");
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 1);
    }
}

CLAIM(is_an_int_that_reads_back_as_0_or_1, V4 | V6,
      "SO_REUSEADDR is written and read as an int: any nonzero value, negative too, reads back as 1, and less than an int is "
      "EINVAL")
{
    struct sock *s = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 42);

    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 1);

    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_REUSEADDR, "", 1), EINVAL);
    set_int(s, SOL_SOCKET, SO_REUSEADDR, 0);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 0);
    set_int(s, SOL_SOCKET, SO_REUSEADDR, -1);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 1);
}

CLAIM(does_no_harm_where_nothing_is_shared, V4 | V6,
      "on sockets that share their addresses with none SO_REUSEADDR changes nothing: they bind, listen, connect and talk")
{
    struct sock *listener = tcp_socket(lab, "server"), *client = tcp_socket(lab, "client");
    struct sock *here = udp_socket(lab, "server"), *there = udp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(listener, SOL_SOCKET, SO_REUSEADDR, 1);
        set_int(client, SOL_SOCKET, SO_REUSEADDR, 1);
        set_int(here, SOL_SOCKET, SO_REUSEADDR, 1);
        set_int(there, SOL_SOCKET, SO_REUSEADDR, 1);
    }
    bind_to(listener, at(lab, "server", SERVICE));
    listen_on(listener, 1);
    bind_to(client, at(lab, "client", 50000));
    connect_to(client, at(lab, "server", SERVICE));
    send_text(client, "by TCP");
    struct sock *server = accept_from(listener);
    receive_text(server, "by TCP");

    bind_to(here, at(lab, "server", SERVICE));
    bind_to(there, at(lab, "client", 50000));
    send_to(there, "by UDP", 0, at(lab, "server", SERVICE));
    receive_text(here, "by UDP");
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_REUSEADDR), 1);
    expect_equal(lab, get_int(client, SOL_SOCKET, SO_REUSEADDR), 1);
    expect_equal(lab, get_int(here, SOL_SOCKET, SO_REUSEADDR), 1);
    expect_equal(lab, get_int(there, SOL_SOCKET, SO_REUSEADDR), 1);
}

/* ---------------------------------------------------------------- two listeners */

CLAIM(documented_program_gets_one_listener_on_port_8888, V4 | V6,
      "as in the documents, of two TCP sockets of one process that have both set SO_REUSEADDR the first binds and listens on "
      "port 8888 of the wildcard address, and the second bind is EADDRINUSE; its listen(2) succeeds nevertheless, on a port "
      "that the kernel chooses, so that 8888 has one listener")
{
    struct sock *fd3 = server_socket(lab, SOCK_STREAM, true), *fd4 = server_socket(lab, SOCK_STREAM, true);
    bind_to(fd3, any_address(lab, 8888));
    if (treatment(lab))
        listen_on(fd3, 10);

    expect_refused(lab, try_bind(fd4, any_address(lab, 8888)), EADDRINUSE);
    listen_on(fd4, 10);
    expect(lab, name_of(fd4).port != 8888 && name_of(fd4).port != 0);

    if (expect_success(lab, try_connect(tcp_socket(lab, "client"), at(lab, "server", 8888))))
        accept_from(fd3);
    expect(lab, !is_readable(fd4));
}

CLAIM(two_sockets_bound_alike_cannot_both_listen, V4 | V6,
      "two TCP sockets with SO_REUSEADDR that have both bound the same address and port, which they can, cannot both listen: "
      "once the first does, listen(2) on the second is EADDRINUSE, and so is a third bind")
{
    /* inet_csk_listen_start asks for the port once more. */
    struct sock *first = server_socket(lab, SOCK_STREAM, true), *second = server_socket(lab, SOCK_STREAM, true);
    bind_to(first, any_address(lab, SERVICE));
    bind_to(second, any_address(lab, SERVICE));
    if (treatment(lab))
        listen_on(first, 1);
    expect_refused(lab, try_bind(server_socket(lab, SOCK_STREAM, true), any_address(lab, SERVICE)), EADDRINUSE);
    expect_refused(lab, try_listen(second, 1), EADDRINUSE);
}

CLAIM(specific_servers_cannot_listen_beside_a_wildcard_server, V4 | V6,
      "while server A listens on the wildcard address and a port, servers B and C cannot bind two of the host's addresses and "
      "that port, though all three have SO_REUSEADDR: EADDRINUSE, and A gets what is sent to these addresses",
      .bench = "client server*3")
{
    struct sock *a = server_socket(lab, SOCK_STREAM, true);
    bind_to(a, any_address(lab, 80));
    if (treatment(lab))
        listen_on(a, 4);
    expect_refused(lab, try_bind(server_socket(lab, SOCK_STREAM, true), at(lab, "server#2", 80)), EADDRINUSE);
    expect_refused(lab, try_bind(server_socket(lab, SOCK_STREAM, true), at(lab, "server#3", 80)), EADDRINUSE);
    for (unsigned i = 0; i < 2; i++) {
        if (!expect_success(lab, try_connect(tcp_socket(lab, "client"), at(lab, i ? "server#3" : "server#2", 80))))
            return;
        accept_from(a);
    }
}

/* ---------------------------------------------------------------- who has to set it, and when */

CLAIM(every_one_of_the_sockets_has_to_set_it, V4 | V6,
      "the servers that come later bind specific addresses beside a wildcard address only if the first server has set "
      "SO_REUSEADDR as well; UDP, and TCP that does not listen",
      .bench = "client server*3")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *a = server_socket(lab, type, false);
        bind_to(a, any_address(lab, SERVICE));
        expect_refused(lab, try_bind(server_socket(lab, type, true), at(lab, "server#2", SERVICE)), EADDRINUSE);
        if (treatment(lab))
            set_int(a, SOL_SOCKET, SO_REUSEADDR, 1);
        expect_success(lab, try_bind(server_socket(lab, type, true), at(lab, "server#2", SERVICE)));
        expect_success(lab, try_bind(server_socket(lab, type, true), at(lab, "server#3", SERVICE)));
        expect_refused(lab, try_bind(server_socket(lab, type, false), any_address(lab, SERVICE)), EADDRINUSE);
    }
}

CLAIM(set_after_its_own_bind_it_still_lets_others_in, V4 | V6,
      "a socket that sets SO_REUSEADDR after its bind opens its port for a second one that has it, TCP or UDP: the option "
      "counts at the other's bind, too")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *first = server_socket(lab, type, false), *second = server_socket(lab, type, true);
        bind_to(first, any_address(lab, SERVICE));
        if (treatment(lab))
            set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
        expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
    }
}

CLAIM(set_after_bind_it_does_not_help_the_socket_that_was_refused, V4 | V6,
      "a socket that was refused has to bind again after it has set SO_REUSEADDR: until then it has no port")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *first = server_socket(lab, type, true), *second = server_socket(lab, type, false);
        bind_to(first, any_address(lab, SERVICE));
        expect_refused(lab, try_bind(second, any_address(lab, SERVICE)), EADDRINUSE);
        if (treatment(lab))
            set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
        expect_equal(lab, name_of(second).port, 0);
        expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
    }
}

CLAIM(a_udp_socket_that_clears_it_lets_nobody_in, V4 | V6,
      "a bound UDP socket that clears SO_REUSEADDR lets no further one bind its address and port",
      .cites = "socket(7), SO_REUSEADDR, which is silent about it")
{
    struct sock *first = server_socket(lab, SOCK_DGRAM, true), *second = server_socket(lab, SOCK_DGRAM, true);
    bind_to(first, any_address(lab, SERVICE));
    if (treatment(lab))
        set_int(first, SOL_SOCKET, SO_REUSEADDR, 0);
    expect_refused(lab, try_bind(second, any_address(lab, SERVICE)), EADDRINUSE);
}

CLAIM(a_tcp_socket_that_clears_it_lets_nobody_in, V4 | V6,
      "a bound TCP socket that clears SO_REUSEADDR lets no further one bind its address and port",
      .since = "6.8", .cites = "socket(7), SO_REUSEADDR, which is silent about it")
{
    /*
     * Before Linux 6.8 the port remembered that all its sockets had the option when they came (fastreuse), and did not ask them
     * again. Since then a port is never without an address's bucket when inet_csk_update_fastreuse looks, and fastreuse stays 0.
     */
    struct sock *first = server_socket(lab, SOCK_STREAM, true), *second = server_socket(lab, SOCK_STREAM, true);
    bind_to(first, any_address(lab, SERVICE));
    if (treatment(lab))
        set_int(first, SOL_SOCKET, SO_REUSEADDR, 0);
    expect_refused(lab, try_bind(second, any_address(lab, SERVICE)), EADDRINUSE);
}

CLAIM(a_tcp_port_stayed_open_when_its_socket_cleared_it, V4 | V6,
      "a TCP port stays open for further sockets with SO_REUSEADDR after the only one bound to it has cleared the option",
      .until = "6.7", .cites = "socket(7), SO_REUSEADDR, which is silent about it")
{
    struct sock *first = server_socket(lab, SOCK_STREAM, true), *second = server_socket(lab, SOCK_STREAM, false);
    bind_to(first, any_address(lab, SERVICE));
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 0);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
}

/* ---------------------------------------------------------------- who gets the datagrams */

CLAIM(udp_servers_on_specific_addresses_get_what_is_sent_there, V4 | V6,
      "of three UDP servers on one port, A on the wildcard address and B and C on two specific addresses, all with "
      "SO_REUSEADDR, B and C receive what is sent to their addresses and A receives the rest",
      .bench = "client server*3")
{
    struct sock *a = server_socket(lab, SOCK_DGRAM, true), *client = udp_socket(lab, "client");
    struct sock *b = server_socket(lab, SOCK_DGRAM, false), *c = server_socket(lab, SOCK_DGRAM, false);
    if (treatment(lab)) {
        set_int(b, SOL_SOCKET, SO_REUSEADDR, 1);
        set_int(c, SOL_SOCKET, SO_REUSEADDR, 1);
    }
    bind_to(a, any_address(lab, 80));
    if (!expect_success(lab, try_bind(b, at(lab, "server#2", 80))) ||
        !expect_success(lab, try_bind(c, at(lab, "server#3", 80))))
        return;
    send_to(client, "for B", 0, at(lab, "server#2", 80));
    send_to(client, "for C", 0, at(lab, "server#3", 80));
    send_to(client, "for A", 0, at(lab, "server", 80));
    receive_text(a, "for A");
    receive_text(b, "for B");
    receive_text(c, "for C");
    expect(lab, !is_readable(a) && !is_readable(b) && !is_readable(c));
}

CLAIM(the_last_of_several_udp_sockets_on_one_address_gets_everything, V4 | V6,
      "of three UDP sockets with SO_REUSEADDR on one unicast address and port the one that was bound last receives every "
      "datagram; once it is closed, the one bound before it does")
{
    /* udp_lib_get_port puts a socket at the head of its chain; the lookup takes the first of equal score. */
    struct sock *client = udp_socket(lab, "client"), *member[3];
    for (unsigned i = 0; i < 3; i++) {
        member[i] = server_socket(lab, SOCK_DGRAM, false);
        if (treatment(lab))
            set_int(member[i], SOL_SOCKET, SO_REUSEADDR, 1);
        if (!expect_success(lab, try_bind(member[i], at(lab, "server", SERVICE))))
            return;
    }
    for (int last = 2; last >= 0; last--) {
        for (unsigned i = 0; i < 8; i++)
            send_to(client, "x", 0, at(lab, "server", SERVICE));
        receive_bytes(member[last], 1);
        settle(lab);
        for (int other = 0; other < last; other++)
            expect(lab, !is_readable(member[other]));
        close_socket(member[last]);
    }
}

CLAIM(every_socket_on_a_multicast_address_gets_a_copy, V4 | V6,
      "several UDP sockets with SO_REUSEADDR bind one multicast address and port, and each receives its own copy of a datagram")
{
    struct sock *sender = udp_socket(lab, "client"), *member[3];
    set_option(sender, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5); /* no route for multicast is needed then */
    for (unsigned i = 0; i < 3; i++) {
        member[i] = server_socket(lab, SOCK_DGRAM, false);
        if (treatment(lab))
            set_int(member[i], SOL_SOCKET, SO_REUSEADDR, 1);
        if (!expect_success(lab, try_bind(member[i], group(lab, SERVICE))))
            return;
        join_group(member[i], group(lab, SERVICE), "eth0");
    }
    send_to(sender, "to all", 0, group(lab, SERVICE));
    for (unsigned i = 0; i < 3; i++)
        receive_text(member[i], "to all");
}

/* ---------------------------------------------------------------- who can take them away */

CLAIM(a_udp_socket_on_the_specific_address_takes_the_traffic, V4 | V6,
      "when UDP socket A on the wildcard address and port 5555 has SO_REUSEADDR, socket B on a specific address and port 5555 "
      "takes all later datagrams for that address; before that, and on port 5000, it takes none",
      .bench = "client server*2")
{
    struct sock *a = server_socket(lab, SOCK_DGRAM, true), *client = udp_socket(lab, "client");
    bind_to(a, any_address(lab, 5555));

    struct sock *on_5000 = server_socket(lab, SOCK_DGRAM, true);
    bind_to(on_5000, at(lab, "server", 5000));
    send_to(client, "before", 0, at(lab, "server", 5555));
    receive_text(a, "before");
    expect(lab, !is_readable(on_5000));

    struct sock *b = server_socket(lab, SOCK_DGRAM, true);
    if (treatment(lab))
        bind_to(b, at(lab, "server", 5555));
    send_to(client, "after", 0, at(lab, "server", 5555));
    send_to(client, "to the other address", 0, at(lab, "server#2", 5555));
    receive_text(b, "after");
    receive_text(a, "to the other address");
    expect(lab, !is_readable(a));
}

/* Another server on port 5555, by somebody else: receives a datagram, if it can bind. Returns its length. */
static int take_a_datagram(struct lab *lab, void *context)
{
    struct endpoint *where = context;
    char text[32];
    struct sock *s = server_socket(lab, SOCK_DGRAM, true);
    int error = try_bind(s, *where);
    return error ? error : try_receive_waiting(s, text, sizeof text, 0);
}

CLAIM(a_user_without_privilege_can_take_the_traffic, V4 | V6,
      "no privilege is needed for that: a process of another user binds the specific address, and even the very same one, and "
      "receives root's datagrams, if only root's socket has SO_REUSEADDR",
      .bench = "client server*2")
{
    /* udp_lib_lport_inuse compares user ids for SO_REUSEPORT only. */
    struct sock *roots = server_socket(lab, SOCK_DGRAM, false), *client = udp_socket(lab, "client");
    if (treatment(lab))
        set_int(roots, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(roots, at(lab, "server", 5555));
    bind_to(server_socket(lab, SOCK_DGRAM, true), any_address(lab, 5556));

    struct endpoint same = at(lab, "server", 5555), specific = at(lab, "server#2", 5556);
    struct process *same_address = start_process(lab, NOBODY, take_a_datagram, &same);
    struct process *specific_address = start_process(lab, NOBODY, take_a_datagram, &specific);
    send_to(client, "for root", 0, same);
    send_to(client, "for root", 0, specific);
    expect_equal(lab, result_of(specific_address), (int)strlen("for root"));
    expect_equal(lab, result_of(same_address), (int)strlen("for root"));
}

static int second_listener(struct lab *lab, void *context)
{
    struct endpoint *where = context;
    return try_bind(server_socket(lab, SOCK_STREAM, true), *where);
}

CLAIM(nobody_can_take_a_tcp_listeners_traffic, V4 | V6,
      "a specific address on the port of a TCP socket that listens on the wildcard address is EADDRINUSE for root as for any "
      "other user: no privilege lets it be bound",
      .bench = "client server*2")
{
    struct sock *a = server_socket(lab, SOCK_STREAM, true);
    bind_to(a, any_address(lab, 5555));
    if (treatment(lab))
        listen_on(a, 1);
    struct endpoint specific = at(lab, "server#2", 5555);
    expect_refused(lab, as_user(lab, MYSELF, second_listener, &specific), EADDRINUSE);
    expect_refused(lab, as_user(lab, NOBODY, second_listener, &specific), EADDRINUSE);
}

/* SPDX-License-Identifier: MIT */
/*
 * SO_REUSEPORT: several sockets bound to the same address and port. This file asks who may bind;
 * so_reuseport_groups.c asks who then gets what.
 * [notes] SOL_SOCKET.SO_REUSEPORT and SO_REUSEPORT_LB; [attrs] 5.4.4.1 (2), (4) and (6) Linux;
 * [unp] 3.11 SO_REUSEADDR and SO_REUSEPORT; [socket7] Socket options
 *
 * The rules are in inet_bind_conflict (TCP) and udp_lib_lport_inuse (UDP). They look at both sockets, as they are
 * when the second one binds; only a TCP port remembers that all its sockets had the option (sk_reuseport_match).
 */
#include "lab.h"

#include <unistd.h>

EXPERIMENT("SO_REUSEPORT", "SOL_SOCKET", "bind several sockets to the same address and port");

enum { NEITHER = 0 }; /* in place of SO_REUSEADDR or SO_REUSEPORT */

/* A socket on the server that has set one of the two options. */
static struct sock *server_socket_with(struct lab *lab, int type, int option)
{
    struct sock *s = socket_of_type(lab, "server", type);
    if (option == SO_REUSEADDR)
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
    if (option == SO_REUSEPORT)
        set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
    return s;
}

static const char *name_of_option(int option)
{
    return option == SO_REUSEADDR ? "SO_REUSEADDR" : option == SO_REUSEPORT ? "SO_REUSEPORT"
                                                                            : "neither option";
}

/* ---------------------------------------------------------------- the option */

CLAIM(is_off_until_set, V4 | V6, "SO_REUSEPORT is off on a new socket, TCP or UDP, and on after it has been set")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *s = socket_of_type(lab, "server", type);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 0);
        if (treatment(lab))
            set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
        expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 1);
    }
}

CLAIM(is_an_int_that_reads_back_as_0_or_1, V4 | V6,
      "SO_REUSEPORT is written and read as an int: any nonzero value reads back as 1, and less than an int is EINVAL")
{
    struct sock *s = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_REUSEPORT, 42);

    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 1);

    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_REUSEPORT, "", 1), EINVAL);
    set_int(s, SOL_SOCKET, SO_REUSEPORT, 0);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 0);
}

CLAIM(leaves_reuseaddr_off, V4 | V6, "setting SO_REUSEPORT does not set SO_REUSEADDR: that still reads 0")
{
    struct sock *s = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 1);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 0);
}

CLAIM(a_socket_that_shares_with_none_can_set_it, V4 | V6,
      "SO_REUSEPORT can be set on a socket whose address and port no other socket has, and on one that has none yet")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *alone = socket_of_type(lab, "server", type), *unbound = socket_of_type(lab, "server", type);
        bind_to(alone, at(lab, "server", SERVICE));
        if (treatment(lab)) {
            expect_success(lab, try_set_int(alone, SOL_SOCKET, SO_REUSEPORT, 1));
            expect_success(lab, try_set_int(unbound, SOL_SOCKET, SO_REUSEPORT, 1));
        }
        expect_equal(lab, get_int(alone, SOL_SOCKET, SO_REUSEPORT), 1);
        expect_equal(lab, get_int(unbound, SOL_SOCKET, SO_REUSEPORT), 1);
    }
}

#define FREEBSD_SO_REUSEPORT_LB 0x00010000 /* sys/socket.h of FreeBSD 12 */

CLAIM(so_reuseport_lb_does_not_exist, NO_FAMILY,
      "Linux has no SO_REUSEPORT_LB: no header defines it, and the number that it has on FreeBSD is ENOPROTOOPT",
      .untreated = "absence has no treatment; the same call with SO_REUSEPORT succeeds")
{
#ifdef SO_REUSEPORT_LB
    expect(lab, !"SO_REUSEPORT_LB is defined");
#endif
    struct sock *s = tcp_socket(lab, "server");
    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_REUSEPORT, 1));
    expect_refused(lab, try_set_int(s, SOL_SOCKET, FREEBSD_SO_REUSEPORT_LB, 1), ENOPROTOOPT);
}

/* ---------------------------------------------------------------- two sockets, one port */

CLAIM(documented_program_binds_and_listens_twice, V4 | V6,
      "as in the documents, two TCP sockets of one process that have set SO_REUSEPORT both bind port 8888 of the "
      "wildcard address and both listen")
{
    struct sock *fd3 = tcp_socket(lab, "server"), *fd4 = tcp_socket(lab, "server");

    set_int(fd3, SOL_SOCKET, SO_REUSEPORT, 1);
    bind_to(fd3, any_address(lab, 8888));
    listen_on(fd3, 10);

    if (treatment(lab))
        set_int(fd4, SOL_SOCKET, SO_REUSEPORT, 1);
    expect_success(lab, try_bind(fd4, any_address(lab, 8888)));
    if (name_of(fd4).port == 8888) /* listen(2) on an unbound socket would take any port, and prove nothing */
        expect_success(lab, try_listen(fd4, 10));
}

CLAIM(any_number_share_whether_they_listen_or_not, V4 | V6,
      "eight TCP sockets, every other one listening, and eight UDP sockets bind the same address and port when "
      "each has set SO_REUSEPORT before")
{
    FOR_TCP_AND_UDP(type)
        for (unsigned i = 0; i < 8; i++) {
            struct sock *s = socket_of_type(lab, "server", type);
            if (treatment(lab))
                set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
            expect_success(lab, try_bind(s, at(lab, "server", SERVICE)));
            if (type == SOCK_STREAM && i % 2 == 0 && name_of(s).port)
                expect_success(lab, try_listen(s, 1));
        }
}

CLAIM(each_of_two_sockets_must_set_it, V4 | V6,
      "the second bind succeeds when both sockets have set SO_REUSEPORT, and is EADDRINUSE when none, only the "
      "first or only the second has")
{
    uint16_t port = SERVICE;
    FOR_TCP_AND_UDP(type)
        for (unsigned set = 0; set < 4; set++, port++) {
            bool on_first = set & 1, on_second = set & 2;
            struct sock *first = socket_of_type(lab, "server", type), *second = socket_of_type(lab, "server", type);
            if (on_first && treatment(lab))
                set_int(first, SOL_SOCKET, SO_REUSEPORT, 1);
            if (on_second)
                set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
            bind_to(first, any_address(lab, port));
            if (on_first && on_second)
                expect_success(lab, try_bind(second, any_address(lab, port)));
            else
                expect_refused(lab, try_bind(second, any_address(lab, port)), EADDRINUSE);
        }
}

CLAIM(a_first_socket_without_it_keeps_the_port_until_closed, V4 | V6,
      "while a socket that has not set SO_REUSEPORT is bound, no other can bind its address and port, with or "
      "without the option; once it is closed, one can")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *first = socket_of_type(lab, "server", type);
        struct sock *with = server_socket_with(lab, type, SO_REUSEPORT), *without = socket_of_type(lab, "server", type);
        if (treatment(lab))
            bind_to(first, any_address(lab, SERVICE));
        expect_refused(lab, try_bind(with, any_address(lab, SERVICE)), EADDRINUSE);
        expect_refused(lab, try_bind(without, any_address(lab, SERVICE)), EADDRINUSE);
        close_socket(first);
        expect_success(lab, try_bind(with, any_address(lab, SERVICE)));
    }
}

CLAIM(the_second_socket_must_set_it_before_its_bind, V4 | V6,
      "of two sockets the second one is refused with EADDRINUSE until it has set SO_REUSEPORT, and binds after that")
{
    FOR_TCP_AND_UDP(type) {
        struct sock *first = server_socket_with(lab, type, SO_REUSEPORT), *second = socket_of_type(lab, "server", type);
        bind_to(first, any_address(lab, SERVICE));
        expect_refused(lab, try_bind(second, any_address(lab, SERVICE)), EADDRINUSE);
        if (treatment(lab))
            set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
        expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
    }
}

CLAIM(the_first_socket_may_set_it_after_its_bind, V4 | V6,
      "a socket that is bound, and even listens, can set SO_REUSEPORT then, and opens its port for a second one")
{
    /* The second bind asks what the first socket has set now; the group is made when the second one joins it
     * (reuseport_add_sock). */
    FOR_TCP_AND_UDP(type) {
        struct sock *first = socket_of_type(lab, "server", type), *second = server_socket_with(lab, type, SO_REUSEPORT);
        bind_to(first, any_address(lab, SERVICE));
        if (type == SOCK_STREAM)
            listen_on(first, 1);
        if (treatment(lab))
            set_int(first, SOL_SOCKET, SO_REUSEPORT, 1);
        expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
        if (type == SOCK_STREAM && name_of(second).port)
            expect_success(lab, try_listen(second, 1));
    }
}

CLAIM(a_bound_udp_socket_that_clears_it_closes_the_port_again, V4 | V6,
      "a bound UDP socket that clears SO_REUSEPORT lets no further one bind its address and port",
      .cites = "socket(7), SO_REUSEPORT, which is silent about it")
{
    struct sock *first = server_socket_with(lab, SOCK_DGRAM, SO_REUSEPORT);
    struct sock *second = server_socket_with(lab, SOCK_DGRAM, SO_REUSEPORT);
    bind_to(first, any_address(lab, SERVICE));
    if (treatment(lab))
        set_int(first, SOL_SOCKET, SO_REUSEPORT, 0);
    expect_refused(lab, try_bind(second, any_address(lab, SERVICE)), EADDRINUSE);
}

CLAIM(a_bound_tcp_socket_that_clears_it_keeps_the_port_open, V4 | V6,
      "a TCP port stays open for further sockets with SO_REUSEPORT after the only one bound to it has cleared "
      "the option",
      .cites = "socket(7), SO_REUSEPORT, which is silent about it")
{
    /*
     * The port's bucket remembers that all its sockets had it (fastreuseport), and the sockets are not asked
     * again.
     */
    struct sock *first = server_socket_with(lab, SOCK_STREAM, SO_REUSEPORT), *second = tcp_socket(lab, "server");
    bind_to(first, any_address(lab, SERVICE));
    set_int(first, SOL_SOCKET, SO_REUSEPORT, 0);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
    expect_success(lab, try_bind(second, any_address(lab, SERVICE)));
}

CLAIM(wildcard_and_specific_address_share_a_port, V4 | V6,
      "with SO_REUSEPORT on both, one socket binds the wildcard address and one a specific address, in either order, "
      "listening TCP sockets included")
{
    FOR_TCP_AND_UDP(type)
        for (unsigned swapped = 0; swapped < 2; swapped++) {
            uint16_t port = SERVICE + swapped;
            struct endpoint wildcard = any_address(lab, port), specific = at(lab, "server", port);
            struct sock *first = server_socket_with(lab, type, SO_REUSEPORT), *second = socket_of_type(lab, "server", type);
            if (treatment(lab))
                set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
            bind_to(first, swapped ? specific : wildcard);
            if (type == SOCK_STREAM)
                listen_on(first, 1);
            expect_success(lab, try_bind(second, swapped ? wildcard : specific));
        }
}

CLAIM(both_options_may_be_set_on_one_socket, V4 | V6,
      "SO_REUSEPORT and SO_REUSEADDR can both be set on one socket; two such sockets share their address and port, "
      "listening TCP sockets included")
{
    FOR_TCP_AND_UDP(type)
        for (unsigned i = 0; i < 2; i++) {
            struct sock *s = server_socket_with(lab, type, SO_REUSEADDR);
            if (treatment(lab))
                set_int(s, SOL_SOCKET, SO_REUSEPORT, 1);
            expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEADDR), 1);
            expect_equal(lab, get_int(s, SOL_SOCKET, SO_REUSEPORT), 1);
            /* SO_REUSEADDR alone would do here for UDP, but never next to a listener. */
            expect_success(lab, try_bind(s, any_address(lab, SERVICE)));
            if (type == SOCK_STREAM && name_of(s).port)
                expect_success(lab, try_listen(s, 1));
        }
}

/* Tries both options on both sockets, each time on a port of its own. */
static void expect_sharing_by_the_same_option_only(struct lab *lab, int type, struct endpoint where)
{
    static const int option[] = {SO_REUSEADDR, SO_REUSEPORT};
    for (unsigned i = 0; i < 4; i++, where.port++) {
        const int of_first = option[i / 2], of_second = option[i % 2];
        note(lab, "first socket: %s, second socket: %s", name_of_option(of_first), name_of_option(of_second));
        struct sock *first = server_socket_with(lab, type, of_first);
        struct sock *second = server_socket_with(lab, type, of_second);
        if (treatment(lab))
            bind_to(first, where);
        if (of_first == of_second)
            expect_success(lab, try_bind(second, where));
        else
            expect_refused(lab, try_bind(second, where), EADDRINUSE);
    }
}

CLAIM(one_with_reuseaddr_and_one_with_reuseport_do_not_share, V4 | V6,
      "two UDP sockets, or TCP sockets that do not listen, share an address and port when both have "
      "SO_REUSEADDR or both SO_REUSEPORT; when one has this and one that, the second bind is EADDRINUSE")
{
    FOR_TCP_AND_UDP(type)
        expect_sharing_by_the_same_option_only(lab, type, any_address(lab, SERVICE));
}

/* ---------------------------------------------------------------- TIME_WAIT */

enum closer {
    CLIENT_CLOSES_FIRST,
    SERVER_CLOSES_FIRST,
};

/*
 * A connection to a port of the server, closed from both sides: who closes first keeps the TIME_WAIT. All sockets
 * of the server had this option (accepted ones have it from their listener), and all are closed.
 */
static void finished_connection(struct lab *lab, uint16_t port, int option, enum closer first)
{
    struct sock *listener = server_socket_with(lab, SOCK_STREAM, option);
    bind_to(listener, any_address(lab, port));
    listen_on(listener, 1);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", port));
    struct sock *server = accept_from(listener);
    close_socket(listener);

    if (first == SERVER_CLOSES_FIRST)
        close_both(server, client);
    else
        close_both(client, server);
}

CLAIM(over_time_wait_a_socket_binds_when_both_had_set_it, V4 | V6,
      "over a connection in TIME_WAIT whose socket had SO_REUSEPORT a new socket with SO_REUSEPORT binds and listens")
{
    finished_connection(lab, SERVICE, SO_REUSEPORT, SERVER_CLOSES_FIRST);
    struct sock *restarted = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(restarted, SOL_SOCKET, SO_REUSEPORT, 1);
    expect_success(lab, try_bind(restarted, any_address(lab, SERVICE)));
    expect_success(lab, try_listen(restarted, 1));
}

CLAIM(over_time_wait_old_and_new_socket_must_have_the_same_option, V4 | V6,
      "over TIME_WAIT a bind succeeds when the old and the new socket both have SO_REUSEADDR or both "
      "SO_REUSEPORT, and is EADDRINUSE in every other case: SO_REUSEADDR on the new socket alone is not "
      "enough, and SO_REUSEPORT is not a kind of SO_REUSEADDR")
{
    /*
     * The kernel keeps both options of a socket in TIME_WAIT, and asks it as if it still lived (tw_reuse,
     * tw_reuseport).
     */
    static const int option[] = {NEITHER, SO_REUSEADDR, SO_REUSEPORT};
    enum closer closer = treatment(lab) ? SERVER_CLOSES_FIRST : CLIENT_CLOSES_FIRST;
    uint16_t port = SERVICE;
    for (unsigned before = 0; before < 3; before++)
        for (unsigned now = 0; now < 3; now++, port++) {
            note(lab, "in TIME_WAIT: %s, new socket: %s", name_of_option(option[before]), name_of_option(option[now]));
            finished_connection(lab, port, option[before], closer);
            struct sock *restarted = server_socket_with(lab, SOCK_STREAM, option[now]);
            if (before == now && option[now] != NEITHER)
                expect_success(lab, try_bind(restarted, any_address(lab, port)));
            else
                expect_refused(lab, try_bind(restarted, any_address(lab, port)), EADDRINUSE);
        }
}

/* ---------------------------------------------------------------- users */

struct attempt {
    int type, option;
    struct endpoint where;
    struct sock *ready_made; /* bind this socket and do not make one */
    uid_t real, effective;   /* for attempt_with_ids */
};

static int attempt(struct lab *lab, void *context)
{
    const struct attempt *a = context;
    struct sock *s = a->ready_made ? a->ready_made : server_socket_with(lab, a->type, a->option);
    return try_bind(s, a->where);
}

static int attempt_with_ids(struct lab *lab, void *context)
{
    const struct attempt *a = context;
    note(lab, "real user id %u, effective user id %u", a->real, a->effective);
    need(lab, setresuid(a->real, a->effective, 0) == 0, "needs root for a second user id");
    return attempt(lab, context);
}

CLAIM(another_user_cannot_join_nor_take_the_traffic, V4 | V6,
      "a process with another effective user id cannot bind the port, neither the same nor a more specific "
      "address, and the traffic stays with the owner; a process of the same user can")
{
    unsigned other = treatment(lab) ? NOBODY : MYSELF;
    FOR_TCP_AND_UDP(type) {
        struct sock *owner = server_socket_with(lab, type, SO_REUSEPORT);
        bind_to(owner, any_address(lab, SERVICE));
        struct attempt same = {.type = type, .option = SO_REUSEPORT, .where = any_address(lab, SERVICE)};
        struct attempt specific = {.type = type, .option = SO_REUSEPORT, .where = at(lab, "server", SERVICE)};
        expect_refused(lab, as_user(lab, other, attempt, &same), EADDRINUSE);
        expect_refused(lab, as_user(lab, other, attempt, &specific), EADDRINUSE);
        expect_success(lab, as_user(lab, MYSELF, attempt, &same));

        if (type == SOCK_DGRAM) {
            struct sock *client = udp_socket(lab, "client");
            send_to(client, "mine", 0, at(lab, "server", SERVICE));
            receive_text(owner, "mine");
        }
    }
}

/* Stays bound until the claim ends. */
static int occupy(struct lab *lab, void *context)
{
    int error = attempt(lab, context);
    return error ? error : pause();
}

CLAIM(root_cannot_join_another_users_port, V4 | V6,
      "root is no exception: the port of another user's process is EADDRINUSE for it")
{
    unsigned owner = treatment(lab) ? NOBODY : MYSELF;
    FOR_TCP_AND_UDP(type) {
        struct attempt a = {.type = type, .option = SO_REUSEPORT, .where = any_address(lab, SERVICE)};
        start_process(lab, owner, occupy, &a);
        expect_refused(lab, attempt(lab, &a), EADDRINUSE);
    }
}

CLAIM(the_effective_user_id_counts_not_the_real_one, V4 | V6,
      "a process with another real but the same effective user id joins; one with the same real but another "
      "effective user id is refused with EADDRINUSE")
{
    uid_t other = treatment(lab) ? NOBODY : 0;
    FOR_TCP_AND_UDP(type) {
        struct sock *owner = server_socket_with(lab, type, SO_REUSEPORT);
        bind_to(owner, any_address(lab, SERVICE));
        struct attempt real = {.type = type, .option = SO_REUSEPORT, .where = any_address(lab, SERVICE)};
        struct attempt effective = real;
        real.real = other;
        effective.effective = other;
        expect_success(lab, as_user(lab, MYSELF, attempt_with_ids, &real));
        expect_refused(lab, as_user(lab, MYSELF, attempt_with_ids, &effective), EADDRINUSE);
    }
}

CLAIM(who_made_the_socket_counts_not_who_binds_it, V4 | V6,
      "the user id compared is that of the process that made the socket: a process of another user joins with "
      "a socket that it was handed, and is refused with one of its own")
{
    /* sk_uid is set once, by socket(2): a server that drops its privileges before bind still joins its group. */
    FOR_TCP_AND_UDP(type) {
        struct sock *first = server_socket_with(lab, type, SO_REUSEPORT);
        bind_to(first, any_address(lab, SERVICE));
        struct attempt own = {.type = type, .option = SO_REUSEPORT, .where = any_address(lab, SERVICE)};
        struct attempt handed = own;
        if (treatment(lab))
            handed.ready_made = server_socket_with(lab, type, SO_REUSEPORT);
        expect_success(lab, as_user(lab, NOBODY, attempt, &handed));
        expect_refused(lab, as_user(lab, NOBODY, attempt, &own), EADDRINUSE);
    }
}

CLAIM(over_time_wait_another_user_may_bind, V4 | V6,
      "a port that is only in TIME_WAIT has no user: another user's socket with SO_REUSEPORT binds it, if the "
      "old one had the option too",
      .cites = "socket(7), SO_REUSEPORT, which is silent about it")
{
    finished_connection(lab, SERVICE, SO_REUSEPORT, SERVER_CLOSES_FIRST);
    struct attempt a = {.type = SOCK_STREAM, .where = any_address(lab, SERVICE)};
    if (treatment(lab))
        a.option = SO_REUSEPORT;
    expect_success(lab, as_user(lab, NOBODY, attempt, &a));
}

/* ---------------------------------------------------------------- multicast */

CLAIM(every_socket_on_a_multicast_address_gets_a_copy, V4 | V6,
      "UDP sockets bound to one multicast address and port, whether by SO_REUSEPORT or by SO_REUSEADDR, each "
      "get their own copy of a datagram")
{
    struct sock *sender = udp_socket(lab, "client");
    set_option(sender, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5); /* no route for multicast is needed then */
    for (unsigned i = 0; i < 2; i++) {
        struct endpoint to_all = group(lab, SERVICE + i);
        struct sock *member[3];
        for (unsigned m = 0; m < 3; m++) {
            member[m] = udp_socket(lab, "server");
            if (treatment(lab))
                set_int(member[m], SOL_SOCKET, i == 0 ? SO_REUSEPORT : SO_REUSEADDR, 1);
            if (!expect_success(lab, try_bind(member[m], to_all)))
                return;
            join_group(member[m], to_all, "eth0");
        }
        send_to(sender, "to all", 0, to_all);
        for (unsigned m = 0; m < 3; m++)
            receive_text(member[m], "to all");
    }
}

CLAIM(on_a_multicast_address_too_the_two_options_do_not_mix, V4 | V6,
      "for a multicast address, too, both UDP sockets need SO_REUSEADDR or both SO_REUSEPORT: one with this "
      "and one with that cannot share it")
{
    expect_sharing_by_the_same_option_only(lab, SOCK_DGRAM, group(lab, SERVICE));
}

CLAIM(on_a_multicast_address_only_reuseport_asks_for_the_same_user, V4 | V6,
      "another user's UDP socket shares a multicast address and port when both have SO_REUSEADDR, and is "
      "refused with EADDRINUSE when both have SO_REUSEPORT")
{
    unsigned other = treatment(lab) ? NOBODY : MYSELF;
    struct attempt by_addr = {.type = SOCK_DGRAM, .option = SO_REUSEADDR, .where = group(lab, SERVICE)};
    struct attempt by_port = {.type = SOCK_DGRAM, .option = SO_REUSEPORT, .where = group(lab, SERVICE + 1)};
    expect_success(lab, attempt(lab, &by_addr));
    expect_success(lab, attempt(lab, &by_port));
    expect_success(lab, as_user(lab, other, attempt, &by_addr));
    expect_refused(lab, as_user(lab, other, attempt, &by_port), EADDRINUSE);
}

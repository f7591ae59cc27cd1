/* SPDX-License-Identifier: MIT */
/*
 * SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF: a program chooses among the sockets that share an address and
 * port, in place of the hash (bind/so_reuseport_groups.c). SO_DETACH_REUSEPORT_BPF takes it away.
 * [socket7] Socket options, SO_ATTACH_REUSEPORT_CBPF
 *
 * The hash is of addresses and ports: whatever comes from one port of the client goes to one and the same socket. So
 * what comes from one port and reaches several sockets was sent there by the program, and by nothing else.
 * Instructions are commented as `tcpdump -d` prints them.
 */
#include "lab.h"

#include <linux/bpf.h>
#include <linux/filter.h>

EXPERIMENT("SO_ATTACH_REUSEPORT_CBPF", "SOL_SOCKET", "choose by program among sockets that share an address and port");

#define ONE_PORT 50000 /* of the client */

static const int tcp_and_udp[] = {SOCK_STREAM, SOCK_DGRAM, 0};

/* What has no digit in its first byte gets an index that no socket has. */
static const struct sock_filter by_first_digit[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),    /* ldb [0]: of the data, not of the UDP header */
    BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, '0'), /* sub #48 */
    BPF_STMT(BPF_RET | BPF_A, 0),             /* ret */
};

/* The program that always returns this index: ret #index */
#define INDEX(index) ((const struct sock_filter[]){BPF_STMT(BPF_RET | BPF_K, index)})

static struct sock *with_reuseport(struct lab *lab, int type)
{
    struct sock *sock = socket_on(lab, "server", 0, type, 0);
    set_int(sock, SOL_SOCKET, SO_REUSEPORT, 1);
    return sock;
}

/* Becomes a member of the group. */
static void join(struct lab *lab, struct sock *sock, int type)
{
    bind_to(sock, at(lab, "server", SERVICE));
    if (type == SOCK_STREAM)
        listen_on(sock, 8);
}

static void open_group(struct lab *lab, int type, struct sock *member[], unsigned members)
{
    for (unsigned i = 0; i < members; i++) {
        member[i] = with_reuseport(lab, type);
        join(lab, member[i], type);
    }
}

/* A UDP socket of the client's that sends to the group. */
static struct sock *sender(struct lab *lab)
{
    struct sock *client = udp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    return client;
}

/* Which member a datagram of this sender reaches. */
static unsigned reached(struct sock *client, const char *text, struct sock *const member[], unsigned members)
{
    send_text(client, text);
    unsigned which = await_one_of(member, members);
    receive_text(member[which], text);
    return which;
}

/* Which listener a connection reaches, always from the same port of the client. */
static unsigned connected(struct lab *lab, struct sock *const listener[], unsigned listeners)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    struct sock *client = tcp_socket(lab, "client");
    bind_to(client, at(lab, "client", ONE_PORT));
    connect_to(client, at(lab, "server", SERVICE));
    unsigned which = await_one_of(listener, listeners);
    accept_from(listener[which]);
    set_option(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_socket(client); /* with RST: the port is free again */
    return which;
}

/* ---------------------------------------------------------------- the choice */

CLAIM(program_chooses_the_socket_of_a_datagram, V4 | V6,
      "the index that the program returns is that of the UDP socket which gets the datagram: three from one port reach "
      "three sockets")
{
    struct sock *member[3], *client = sender(lab);
    open_group(lab, SOCK_DGRAM, member, 3);

    if (treatment(lab))
        attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, by_first_digit);
    expect_equal(lab, reached(client, "2 GET", member, 3), 2);
    expect_equal(lab, reached(client, "0 GET", member, 3), 0);
    expect_equal(lab, reached(client, "1 GET", member, 3), 1);
    expect_equal(lab, reached(client, "2 GET", member, 3), 2);
}

CLAIM(program_chooses_the_listener_of_a_connection, V4 | V6,
      "the index that the program returns is that of the listener which gets the connection: three from one port, one "
      "after the other, reach three listeners")
{
    struct sock *listener[3];
    open_group(lab, SOCK_STREAM, listener, 3);

    for (unsigned i = 0; i < 3; i++) {
        if (treatment(lab))
            attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(i));
        expect_equal(lab, connected(lab, listener, 3), i);
    }
}

CLAIM(udp_sockets_are_numbered_as_they_were_bound, V4 | V6,
      "UDP sockets have their numbers in the order of bind(2), whichever was made first")
{
    struct sock *made[3], *client = sender(lab);
    for (unsigned i = 0; i < 3; i++)
        made[i] = with_reuseport(lab, SOCK_DGRAM);
    join(lab, made[2], SOCK_DGRAM);
    join(lab, made[0], SOCK_DGRAM);
    join(lab, made[1], SOCK_DGRAM);

    if (treatment(lab))
        attach_program(made[0], SO_ATTACH_REUSEPORT_CBPF, by_first_digit);
    expect_equal(lab, reached(client, "0", made, 3), 2);
    expect_equal(lab, reached(client, "1", made, 3), 0);
    expect_equal(lab, reached(client, "2", made, 3), 1);
}

CLAIM(tcp_sockets_are_numbered_as_they_listened, V4 | V6,
      "TCP sockets have their numbers in the order of listen(2), whichever was bound first")
{
    struct sock *bound[3];
    const unsigned order[] = {2, 0, 1};
    for (unsigned i = 0; i < 3; i++) {
        bound[i] = with_reuseport(lab, SOCK_STREAM);
        bind_to(bound[i], at(lab, "server", SERVICE));
    }
    for (unsigned i = 0; i < 3; i++)
        listen_on(bound[order[i]], 8);

    for (unsigned i = 0; i < 3; i++) {
        if (treatment(lab))
            attach_program(bound[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(i));
        expect_equal(lab, connected(lab, bound, 3), order[i]);
    }
}

CLAIM(invalid_index_leaves_a_datagram_to_the_hash, V4 | V6,
      "for an index that no socket has, the datagram goes where the hash sends it without a program")
{
    struct sock *member[2], *client[16];
    unsigned by_hash[16];
    open_group(lab, SOCK_DGRAM, member, 2);
    for (unsigned i = 0; i < 16; i++) {
        client[i] = sender(lab);
        by_hash[i] = reached(client[i], "x", member, 2);
    }

    if (treatment(lab))
        attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, by_first_digit);
    for (unsigned i = 0; i < 16; i++) {
        expect_equal(lab, reached(client[i], "0", member, 2), 0);
        expect_equal(lab, reached(client[i], "1", member, 2), 1);
        expect_equal(lab, reached(client[i], "2", member, 2), by_hash[i]); /* one too many */
        expect_equal(lab, reached(client[i], "/", member, 2), by_hash[i]); /* 0xffffffff */
    }
}

CLAIM(invalid_index_leaves_a_connection_to_the_hash, V4 | V6,
      "for an index that no listener has, the connection goes where the hash sends it without a program")
{
    struct sock *listener[2];
    open_group(lab, SOCK_STREAM, listener, 2);
    unsigned by_hash = connected(lab, listener, 2);

    if (treatment(lab))
        attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(!by_hash));
    expect_equal(lab, connected(lab, listener, 2), !by_hash);
    attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(2));
    expect_equal(lab, connected(lab, listener, 2), by_hash);
}

static const struct sock_filter has_data[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), /* ldb [0]: where there is none, the program ends and returns 0 */
    BPF_STMT(BPF_RET | BPF_K, 1),          /* ret #1 */
};

static const struct sock_filter has_ip_header[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_NET_OFF), /* ldb [-0x100000] */
    BPF_STMT(BPF_RET | BPF_K, 1),                    /* ret #1 */
};

CLAIM(program_sees_the_data_and_a_syn_has_none, V4 | V6,
      "what the program sees begins behind the header of UDP or TCP, so of a connection it sees nothing: a load ends it "
      "with 0, the first listener; headers are reached by SKF_NET_OFF",
      .cites = "Documentation/networking/filter.rst, SKF_NET_OFF")
{
    struct sock *member[2], *listener[2], *client = sender(lab);
    open_group(lab, SOCK_DGRAM, member, 2);
    open_group(lab, SOCK_STREAM, listener, 2);

    if (treatment(lab)) /* run_bpf_filter pulls the header */
        attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, has_data);
    expect_equal(lab, reached(client, "x", member, 2), 1);
    try_send(client, "", 0);
    expect_equal(lab, await_one_of(member, 2), 0);

    if (treatment(lab))
        attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, has_data);
    expect_equal(lab, connected(lab, listener, 2), 0);
    if (treatment(lab))
        attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, has_ip_header);
    expect_equal(lab, connected(lab, listener, 2), 1);
}

/* ---------------------------------------------------------------- one program for the group */

CLAIM(socket_that_joins_is_chosen_by_the_program_of_the_group, V4 | V6,
      "a socket that joins later inherits the group's program: it is chosen by it from then on")
{
    struct sock *member[2], *client = sender(lab);
    open_group(lab, SOCK_DGRAM, member, 1);

    if (treatment(lab))
        attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, by_first_digit);
    expect_equal(lab, reached(client, "1", member, 1), 0); /* there is no second one */
    member[1] = with_reuseport(lab, SOCK_DGRAM);
    join(lab, member[1], SOCK_DGRAM);
    expect_equal(lab, reached(client, "1", member, 2), 1);
    expect_equal(lab, reached(client, "0", member, 2), 0);
}

CLAIM(program_attached_before_bind_is_that_of_the_group, V4 | V6,
      "a program attached before bind is that of the group which the socket then begins")
{
    struct sock *member[2] = {with_reuseport(lab, SOCK_DGRAM)}, *client = sender(lab);

    if (treatment(lab))
        attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, by_first_digit);
    join(lab, member[0], SOCK_DGRAM);
    member[1] = with_reuseport(lab, SOCK_DGRAM);
    join(lab, member[1], SOCK_DGRAM);
    expect_equal(lab, reached(client, "0", member, 2), 0);
    expect_equal(lab, reached(client, "1", member, 2), 1);
}

CLAIM(socket_with_a_program_of_its_own_cannot_join, V4 | V6,
      "a socket that had a program attached before bind cannot join a group: bind fails with EADDRINUSE, and only "
      "without the program would it have been let in",
      .cites = "socket(7), SO_ATTACH_REUSEPORT_CBPF, which is silent about it")
{
    /* It is a group of its own already: udp_lib_lport_inuse and inet_bind_conflict want sk_reuseport_cb to be NULL. */
    for (const int *type = tcp_and_udp; *type; type++) {
        struct sock *first, *second = with_reuseport(lab, *type);
        open_group(lab, *type, &first, 1);
        if (treatment(lab))
            attach_program(second, SO_ATTACH_REUSEPORT_CBPF, INDEX(0));
        expect_refused(lab, try_bind(second, at(lab, "server", SERVICE)), EADDRINUSE);
    }
}

CLAIM(program_set_again_on_any_member_replaces_that_of_all, V4 | V6,
      "set again, on whichever socket of the group and at any time, the program replaces the one that all sockets used")
{
    for (const int *type = tcp_and_udp; *type; type++) {
        struct sock *member[3], *client = sender(lab);
        open_group(lab, *type, member, 3);
        for (unsigned i = 0; i < 6; i++) {
            if (treatment(lab))
                attach_program(member[i * 2 % 3], SO_ATTACH_REUSEPORT_CBPF, INDEX(i % 3));
            if (*type == SOCK_STREAM)
                expect_equal(lab, connected(lab, member, 3), i % 3);
            else
                expect_equal(lab, reached(client, "x", member, 3), i % 3);
        }
    }
}

CLAIM(last_socket_takes_the_number_of_one_that_closes, V4 | V6,
      "when a socket of a group of four is closed, the last one takes its number: of 0 1 2 3 without 1 remain 0 3 2")
{
    for (const int *type = tcp_and_udp; *type; type++) {
        struct sock *member[4], *client = sender(lab);
        open_group(lab, *type, member, 4);
        close_socket(member[1]);
        struct sock *left[] = {member[0], member[3], member[2]};
        for (unsigned i = 0; i < 3; i++) {
            if (treatment(lab))
                attach_program(left[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(i));
            if (*type == SOCK_STREAM)
                expect_equal(lab, connected(lab, left, 3), i);
            else
                expect_equal(lab, reached(client, "x", left, 3), i);
        }
    }
}

CLAIM(detaching_gives_the_choice_back_to_the_hash, V4 | V6,
      "SO_DETACH_REUSEPORT_BPF, on any socket of the group, removes the program, and the hash chooses again; a second "
      "time it fails with ENOENT; SO_DETACH_FILTER does not know the program",
      .since = "5.3", .cites = "include/uapi/asm-generic/socket.h, SO_DETACH_REUSEPORT_BPF")
{
    struct sock *member[2], *client = sender(lab);
    open_group(lab, SOCK_DGRAM, member, 2);
    unsigned by_hash = reached(client, "x", member, 2);

    attach_program(member[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(!by_hash));
    expect_equal(lab, reached(client, "x", member, 2), !by_hash);
    expect_refused(lab, try_set_int(member[0], SOL_SOCKET, SO_DETACH_FILTER, 0), ENOENT);
    if (treatment(lab))
        set_int(member[1], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
    expect_equal(lab, reached(client, "x", member, 2), by_hash);
    expect_refused(lab, try_set_int(member[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0), ENOENT);
}

/* ---------------------------------------------------------------- what is refused */

CLAIM(program_needs_so_reuseport_before_bind, V4 | V6,
      "SO_ATTACH_REUSEPORT_CBPF fails with EINVAL on a socket without SO_REUSEPORT, and on one that was bound before it "
      "set it; one socket with SO_REUSEPORT is group enough")
{
    for (const int *type = tcp_and_udp; *type; type++) {
        struct sock *plain = socket_on(lab, "server", 0, *type, 0), *late = socket_on(lab, "server", 0, *type, 0);
        struct sock *alone = socket_on(lab, "server", 0, *type, 0);
        join(lab, late, *type);
        set_int(late, SOL_SOCKET, SO_REUSEPORT, 1);
        expect_refused(lab, try_attach_program(plain, SO_ATTACH_REUSEPORT_CBPF, INDEX(0)), EINVAL);
        expect_refused(lab, try_attach_program(late, SO_ATTACH_REUSEPORT_CBPF, INDEX(0)), EINVAL);

        if (treatment(lab))
            set_int(alone, SOL_SOCKET, SO_REUSEPORT, 1);
        expect_success(lab, try_attach_program(alone, SO_ATTACH_REUSEPORT_CBPF, INDEX(0)));
    }
}

CLAIM(argument_is_that_of_so_attach_filter, NO_FAMILY,
      "SO_ATTACH_REUSEPORT_CBPF takes what SO_ATTACH_FILTER takes, a struct sock_fprog of exactly its size, and refuses "
      "the same: EINVAL, EFAULT")
{
    struct sock_filter first = BPF_STMT(BPF_RET | BPF_K, 0), no_end = BPF_STMT(BPF_LD | BPF_IMM, 0);
    const struct sock_fprog good = {.len = 1, .filter = &first}, malformed = {.len = 1, .filter = &no_end};
    const struct sock_fprog nowhere = {.len = 1, .filter = (struct sock_filter *)1};
    struct sock *s = with_reuseport(lab, SOCK_DGRAM);

    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &good, sizeof(int)), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &malformed, sizeof malformed), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &nowhere, sizeof nowhere), EFAULT);
    if (treatment(lab))
        set_option(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &good, sizeof good);
    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0));
}

/* ---------------------------------------------------------------- the extended form */

static const struct bpf_insn by_first_digit_too[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1}, /* r6 = r1: the packet */
    {.code = BPF_LD | BPF_ABS | BPF_B, .imm = 0},                                      /* r0 = *(u8 *)packet[0] */
    {.code = BPF_ALU64 | BPF_SUB | BPF_K, .dst_reg = BPF_REG_0, .imm = '0'},           /* r0 -= 48 */
    {.code = BPF_JMP | BPF_EXIT},                                                      /* exit */
};

static const struct bpf_insn second[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1}, /* r0 = 1 */
    {.code = BPF_JMP | BPF_EXIT},                                          /* exit */
};

CLAIM(extended_program_chooses, V4 | V6,
      "an extended program set by SO_ATTACH_REUSEPORT_EBPF chooses the socket of a datagram and the listener of a "
      "connection by the index that it returns; an invalid one leaves it to the hash")
{
    int by_digit = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, by_first_digit_too);
    int second_one = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, second);
    struct sock *member[2], *listener[2], *client = sender(lab);
    open_group(lab, SOCK_DGRAM, member, 2);
    open_group(lab, SOCK_STREAM, listener, 2);
    unsigned by_hash = reached(client, "x", member, 2);

    if (treatment(lab))
        set_int(member[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, by_digit);
    expect_equal(lab, reached(client, "1", member, 2), 1);
    expect_equal(lab, reached(client, "0", member, 2), 0);
    expect_equal(lab, reached(client, "2", member, 2), by_hash);

    attach_program(listener[0], SO_ATTACH_REUSEPORT_CBPF, INDEX(0));
    expect_equal(lab, connected(lab, listener, 2), 0);
    if (treatment(lab)) /* which replaces the classic one */
        set_int(listener[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, second_one);
    expect_equal(lab, connected(lab, listener, 2), 1);
}

CLAIM(extended_argument_is_that_of_so_attach_bpf, NO_FAMILY,
      "SO_ATTACH_REUSEPORT_EBPF takes what SO_ATTACH_BPF takes, an int that is the descriptor of a program, and refuses "
      "the same: EBADF for none, EINVAL for something else or another size")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, second);
    struct sock *s = with_reuseport(lab, SOCK_DGRAM);
    const int twice[] = {program, program};

    expect_refused(lab, try_set_int(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, -1), EBADF);
    expect_refused(lab, try_set_int(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, fd_of(s)), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, twice, sizeof twice), EINVAL);
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, program);
    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0));
}

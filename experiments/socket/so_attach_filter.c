/* SPDX-License-Identifier: MIT */
/*
 * SO_ATTACH_FILTER: a program of classic BPF decides what of the packets that come for a socket gets into it.
 * SO_DETACH_FILTER takes it away, SO_GET_FILTER reads it back. Its extended twin: so_attach_bpf.c.
 * [socket7] Socket options, SO_ATTACH_FILTER
 *
 * What the program sees, and what its return value counts, begins with the header of the transport protocol
 * (sk_filter_trim_cap is called by udp_queue_rcv_one_skb and tcp_filter with the IP header already pulled).
 * Instructions are commented as `tcpdump -d` prints them.
 */
#include "lab.h"

#include <linux/filter.h>

EXPERIMENT("SO_ATTACH_FILTER", "SOL_SOCKET", "let a program decide which packets get into the socket");

#define UDP_HEADER 8
#define WHOLE      0xffff /* more than any packet has */

/* The program that always returns this value: ret #value */
#define RETURN(value) ((const struct sock_filter[]){BPF_STMT(BPF_RET | BPF_K, value)})

static const struct sock_filter only_exclamations[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, UDP_HEADER), /* ldb [8] */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, '!', 0, 1), /* jeq #0x21 jt 2 jf 3 */
    BPF_STMT(BPF_RET | BPF_K, WHOLE),               /* ret #65535 */
    BPF_STMT(BPF_RET | BPF_K, 0),                   /* ret #0 */
};

/* Of TCP: what has the flag PSH is dropped. */
static const struct sock_filter no_data[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),        /* ldb [13] */
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 8, 0, 1), /* jset #0x8 jt 2 jf 3 */
    BPF_STMT(BPF_RET | BPF_K, 0),                  /* ret #0 */
    BPF_STMT(BPF_RET | BPF_K, WHOLE),              /* ret #65535 */
};

/* Any int will do for SO_DETACH_FILTER. */
static int try_detach(struct sock *sock)
{
    return try_set_int(sock, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

/* How many instructions the filter has: SO_GET_FILTER with room for none. */
static int filter_length(struct sock *sock)
{
    socklen_t instructions = 0;
    int error = try_get_option(sock, SOL_SOCKET, SO_GET_FILTER, NULL, &instructions);
    return error ? error : (int)instructions;
}

/* ---------------------------------------------------------------- what the return value does */

CLAIM(zero_drops_the_datagram, V4 | V6,
      "a datagram for which the filter returns 0 arrives at the host but not in the socket, and nobody is told")
{
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        attach_program(p.server, SO_ATTACH_FILTER, only_exclamations);
    expect(lab, !deliver_text(p.client, p.server, "no")); /* counted as a drop (udp_queue_rcv_one_skb) */
    expect(lab, deliver_text(p.client, p.server, "!yes"));
    expect_at(lab, "server",
              "client > server UDP data \"no\"",
              "client > server UDP data \"!yes\"");
    receive_text(p.server, "!yes");
    settle(lab);
    equivalent(lab, "ever", "the claim is that there is none; a closed port answers with one (connect_udp)");
    expect_nothing_at(lab, "server", "server > client IP"); /* no ICMP error */
}

static const struct sock_filter first_digit_is_how_much[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, UDP_HEADER),                  /* ldb [8] */
    BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, (uint32_t)'0' - UDP_HEADER), /* sub #40: header and so many bytes */
    BPF_STMT(BPF_RET | BPF_A, 0),                                    /* ret */
};

CLAIM(return_value_is_how_much_is_kept, V4 | V6,
      "of a datagram as much is kept as the filter returns: less truncates it, without MSG_TRUNC; its length or more "
      "passes it unmodified")
{
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        attach_program(p.server, SO_ATTACH_FILTER, first_digit_is_how_much);
    send_text(p.client, "3abcdef");
    struct message truncated = receive_message(p.server);
    expect_equal(lab, truncated.length, 3);
    expect_equal(lab, truncated.flags & MSG_TRUNC, 0);
    expect(lab, strcmp(truncated.data, "3ab") == 0);

    send_text(p.client, "7abcdef");
    receive_text(p.server, "7abcdef");
    send_text(p.client, "9abcdef");
    receive_text(p.server, "9abcdef");
    expect_at(lab, "server",
              "client > server UDP len 7", /* on the wire it is whole */
              "client > server UDP len 7",
              "client > server UDP len 7");
}

CLAIM(return_value_counts_the_header_which_is_never_cut, V4 | V6,
      "the length that a filter returns counts the UDP header, and is never less than it: a return of 1 and of 8 "
      "give an empty datagram, of 9 a byte")
{
    struct udp_pair p = udp_pair(lab); /* sk_filter_trim_cap with a cap of sizeof(struct udphdr) */
    const struct sock_filter returns[][1] = {
        {BPF_STMT(BPF_RET | BPF_K, 1)},
        {BPF_STMT(BPF_RET | BPF_K, UDP_HEADER)},
        {BPF_STMT(BPF_RET | BPF_K, UDP_HEADER + 1)},
    };
    const int kept[] = {0, 0, 1};
    for (unsigned i = 0; i < 3; i++) {
        if (treatment(lab))
            attach_program(p.server, SO_ATTACH_FILTER, returns[i]);
        send_text(p.client, "Hello");
        expect_equal(lab, receive_message(p.server).length, kept[i]);
    }
}

CLAIM(only_what_comes_in_is_filtered, V4 | V6,
      "a socket whose filter drops everything sends as before; only what comes in answer is dropped")
{
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        attach_program(p.client, SO_ATTACH_FILTER, RETURN(0));
    send_text(p.client, "Hello");
    receive_text(p.server, "Hello");
    expect(lab, !deliver_text(p.server, p.client, "Goodbye"));
    expect_wire(lab,
                "client > server UDP data \"Hello\"",
                "server > client UDP data \"Goodbye\"");
}

/* ---------------------------------------------------------------- TCP, which loses nothing */

CLAIM(segment_that_is_dropped_comes_again, V4 | V6,
      "a segment that the filter drops is not acknowledged, so it is sent again: after the filter is detached "
      "nothing is missing",
      .kernel_timers = true, .takes_ms = 250)
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        attach_program(s.server, SO_ATTACH_FILTER, no_data);
    send_text(s.client, "Hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
    settle(lab);
    expect_nothing(lab, "server > client [*]");

    expect_success(lab, try_detach(s.server));
    expect_wire(lab,
                "* client > server [P.] 1:6 ack 1", /* if one came before the filter was gone */
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
    receive_text(s.server, "Hello");
}

CLAIM(segment_that_is_truncated_is_acknowledged_in_part, V4 | V6,
      "of a segment that the filter truncates only what is left is acknowledged, and the rest is sent again: on a "
      "stream truncating delays and loses nothing",
      .kernel_timers = true, .takes_ms = 250)
{
    struct stream s = tcp_stream(lab);
    const unsigned header = 20 + 12; /* with the time stamp option */

    if (treatment(lab))
        attach_program(s.server, SO_ATTACH_FILTER, RETURN(header + 3));
    send_text(s.client, "Hello");
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "* client > server [P.] 1:6 ack 1", /* on a slow machine */
                "server > client [.] ack 4",        /* tcp_v4_fill_cb counts after tcp_filter has cut */
                "...",
                "client > server [P.] 4:6 ack 1",
                "...",
                "server > client [.] ack 6");
    receive_text(s.server, "Hello");
}

static const struct sock_filter only_from_port_50000[] = {
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),            /* ldh [0] */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 50000, 0, 1), /* jeq #0xc350 jt 2 jf 3 */
    BPF_STMT(BPF_RET | BPF_K, WHOLE),                 /* ret #65535 */
    BPF_STMT(BPF_RET | BPF_K, 0),                     /* ret #0 */
};

CLAIM(listener_filters_syns, V4 | V6,
      "a SYN for which a listener's filter returns 0 is neither answered nor refused, while one that passes makes a "
      "connection")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *stranger = tcp_socket(lab, "client"), *friend = tcp_socket(lab, "client");
    bind_to(stranger, at(lab, "client", 40000));
    bind_to(friend, at(lab, "client", 50000));

    if (treatment(lab))
        attach_program(listener, SO_ATTACH_FILTER, only_from_port_50000);
    start_connect(stranger, at(lab, "server", SERVICE));
    expect_at(lab, "server", "client.40000 > server [S]");
    connect_to(friend, at(lab, "server", SERVICE));
    accept_from(listener);
    expect_at(lab, "server",
              "client.50000 > server [S]",
              "server > client.50000 [S.] ack 1",
              "client.50000 > server [.] ack 1");
    equivalent(lab, "ever", "the claim is that the stranger is not answered; what that would look like the friend shows");
    expect_nothing_at(lab, "server", "server > client.40000 [*]");
}

CLAIM(accepted_socket_inherits_the_filter, V4 | V6,
      "an accepted socket has the filter that its listener had, and loses it alone when it is detached there",
      .cites = "socket(7), SO_ATTACH_FILTER, which is silent about it")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");

    if (treatment(lab))
        attach_program(listener, SO_ATTACH_FILTER, no_data);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *accepted = accept_from(listener); /* sk_clone copies the filter */
    expect_equal(lab, filter_length(accepted), INSTRUCTIONS(no_data));
    skip_packets(lab);
    send_text(client, "Hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
    settle(lab);
    expect_nothing(lab, "server > client [*]");

    expect_success(lab, try_detach(accepted));
    expect_equal(lab, filter_length(accepted), 0);
    expect_equal(lab, filter_length(listener), INSTRUCTIONS(no_data));
}

/* ---------------------------------------------------------------- attach, detach, read back */

CLAIM(attaching_again_replaces, V4 | V6,
      "a filter that is attached replaces the one before: only the last one decides")
{
    struct udp_pair p = udp_pair(lab);

    attach_program(p.server, SO_ATTACH_FILTER, RETURN(0));
    expect(lab, !deliver_text(p.client, p.server, "one"));
    if (treatment(lab))
        attach_program(p.server, SO_ATTACH_FILTER, only_exclamations);
    expect(lab, deliver_text(p.client, p.server, "!two"));
    expect_equal(lab, filter_length(p.server), INSTRUCTIONS(only_exclamations));
    expect_success(lab, try_detach(p.server));
    expect_refused(lab, try_detach(p.server), ENOENT); /* there was one only */
}

CLAIM(detaching_lets_everything_pass, V4 | V6,
      "SO_DETACH_FILTER removes a filter and what comes is received again; where there is none it fails with ENOENT")
{
    struct udp_pair p = udp_pair(lab);

    expect_refused(lab, try_detach(p.server), ENOENT);
    attach_program(p.server, SO_ATTACH_FILTER, RETURN(0));
    expect(lab, !deliver_text(p.client, p.server, "before"));
    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_DETACH_FILTER, 0);
    expect(lab, deliver_text(p.client, p.server, "after"));
    receive_text(p.server, "after");
}

CLAIM(detaching_ignores_the_value, NO_FAMILY,
      "SO_DETACH_FILTER and SO_DETACH_BPF are one number, and remove the filter whatever int they are given")
{
    struct sock *s = udp_socket(lab, "server");
    const int values[] = {0, 1, -1, 0x7fffffff};

    expect_equal(lab, SO_DETACH_BPF, SO_DETACH_FILTER);
    for (unsigned i = 0; i < 4; i++) {
        if (treatment(lab))
            attach_program(s, SO_ATTACH_FILTER, RETURN(0));
        expect_success(lab, try_set_int(s, SOL_SOCKET, SO_DETACH_FILTER, values[i]));
        expect_equal(lab, filter_length(s), 0);
    }
}

CLAIM(detaching_wants_a_value_all_the_same, NO_FAMILY,
      "SO_DETACH_FILTER without the value that it ignores fails: EINVAL with less than an int, EFAULT where nothing "
      "can be read; and the filter stays")
{
    struct sock *s = udp_socket(lab, "server");

    if (treatment(lab))
        attach_program(s, SO_ATTACH_FILTER, RETURN(0));
    /* sk_setsockopt reads an int for all options but SO_BINDTODEVICE before it looks which it is */
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_DETACH_FILTER, NULL, 0), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_DETACH_FILTER, "", 1), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_DETACH_FILTER, NULL, sizeof(int)), EFAULT);
    expect_equal(lab, filter_length(s), 1);
}

CLAIM(so_get_filter_gives_the_program_back, NO_FAMILY,
      "SO_GET_FILTER gives the program back as it was attached; its length counts instructions, not bytes; too little "
      "room is EINVAL, and no filter has length 0",
      .cites = "include/uapi/asm-generic/socket.h, SO_GET_FILTER")
{
    struct sock *s = udp_socket(lab, "server");
    struct sock_filter program[8] = {0};
    socklen_t instructions = 8, too_few = 3;

    expect_equal(lab, filter_length(s), 0);
    if (treatment(lab))
        attach_program(s, SO_ATTACH_FILTER, only_exclamations);
    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_GET_FILTER, program, &instructions));
    expect_equal(lab, instructions, INSTRUCTIONS(only_exclamations));
    expect(lab, memcmp(program, only_exclamations, sizeof only_exclamations) == 0);
    expect_refused(lab, try_get_option(s, SOL_SOCKET, SO_GET_FILTER, program, &too_few), EINVAL);
}

/* ---------------------------------------------------------------- what is refused */

CLAIM(argument_is_a_sock_fprog, NO_FAMILY,
      "SO_ATTACH_FILTER takes a struct sock_fprog, of exactly its size (EINVAL), at a place that can be read, as its "
      "instructions are (EFAULT)")
{
    struct sock *s = udp_socket(lab, "server");
    struct sock_filter everything = BPF_STMT(BPF_RET | BPF_K, WHOLE);
    struct {
        struct sock_fprog program;
        char more; /* than its size */
    } argument = {.program = {.len = 1, .filter = &everything}};
    const struct sock_fprog nowhere = {.len = 1, .filter = (struct sock_filter *)1};

    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_FILTER, &argument, sizeof(int)), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_FILTER, &argument, sizeof argument), EINVAL);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_FILTER, NULL, sizeof nowhere), EFAULT);
    expect_refused(lab, try_set_option(s, SOL_SOCKET, SO_ATTACH_FILTER, &nowhere, sizeof nowhere), EFAULT);
    expect_equal(lab, filter_length(s), 0);
    if (treatment(lab))
        set_option(s, SOL_SOCKET, SO_ATTACH_FILTER, &argument.program, sizeof argument.program);
    expect_equal(lab, filter_length(s), 1);
}

static const struct sock_filter without_end[] = {
    BPF_STMT(BPF_LD | BPF_IMM, 1), /* ld #1 */
};
static const struct sock_filter jump_beyond_end[] = {
    BPF_STMT(BPF_JMP | BPF_JA, 1), /* ja 2 */
    BPF_STMT(BPF_RET | BPF_K, 0),  /* ret #0 */
};
static const struct sock_filter jump_back[] = {
    BPF_STMT(BPF_JMP | BPF_JA, -1), /* ja 0 */
    BPF_STMT(BPF_RET | BPF_K, 0),   /* ret #0 */
};
static const struct sock_filter division_by_zero[] = {
    BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), /* div #0 */
    BPF_STMT(BPF_RET | BPF_A, 0),           /* ret */
};
static const struct sock_filter memory_never_written[] = {
    BPF_STMT(BPF_LD | BPF_MEM, 0), /* ld M[0] */
    BPF_STMT(BPF_RET | BPF_A, 0),  /* ret */
};
static const struct sock_filter more_memory_than_there_is[] = {
    BPF_STMT(BPF_ST, BPF_MEMWORDS), /* st M[16] */
    BPF_STMT(BPF_RET | BPF_K, 0),   /* ret #0 */
};
static const struct sock_filter unknown_instruction[] = {
    BPF_STMT(0xffff, 0),
    BPF_STMT(BPF_RET | BPF_K, 0), /* ret #0 */
};
static const struct sock_filter too_long[BPF_MAXINSNS + 1] = {
    /* 4096 times ld #0 */
    [BPF_MAXINSNS] = BPF_STMT(BPF_RET | BPF_K, 0), /* ret #0 */
};

CLAIM(malformed_program_is_refused, NO_FAMILY,
      "a program without end, with a jump back or beyond the end, a division by zero, a load of memory never written, "
      "an unknown instruction or 4097 of them is refused with EINVAL, and the filter that is attached stays",
      .cites = "Documentation/networking/filter.rst, BPF engine and instruction set")
{
    struct sock *s = udp_socket(lab, "server");

    if (treatment(lab))
        attach_program(s, SO_ATTACH_FILTER, only_exclamations);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, without_end), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, jump_beyond_end), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, jump_back), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, division_by_zero), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, memory_never_written), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, more_memory_than_there_is), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, unknown_instruction), EINVAL);
    expect_refused(lab, try_attach_program(s, SO_ATTACH_FILTER, too_long), EINVAL);
    expect_equal(lab, filter_length(s), INSTRUCTIONS(only_exclamations));
}

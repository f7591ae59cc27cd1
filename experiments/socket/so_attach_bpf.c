/* SPDX-License-Identifier: MIT */
/*
 * SO_ATTACH_BPF: the same filter as SO_ATTACH_FILTER (so_attach_filter.c), made of extended BPF: a program that bpf(2)
 * has checked and keeps, named by its descriptor. Both share one place in the socket (sk->sk_filter).
 * [socket7] Socket options, SO_ATTACH_BPF; SO_DETACH_BPF
 */
#include "lab.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <unistd.h>

EXPERIMENT("SO_ATTACH_BPF", "SOL_SOCKET", "let an extended program decide which packets get into the socket");

#define UDP_HEADER 8
#define WHOLE      0xffff /* more than any packet has */

/* Of a datagram "3abc" header and three bytes are kept; of "-abc" nothing. */
static const struct bpf_insn first_digit_is_how_much[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1},    /* r6 = r1: the packet */
    {.code = BPF_LD | BPF_ABS | BPF_B, .imm = UDP_HEADER},                                /* r0 = *(u8 *)packet[8] */
    {.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = BPF_REG_0, .imm = '-', .off = 2},      /* if r0 == 45 goto +2 */
    {.code = BPF_ALU64 | BPF_SUB | BPF_K, .dst_reg = BPF_REG_0, .imm = '0' - UDP_HEADER}, /* r0 -= 40 */
    {.code = BPF_JMP | BPF_EXIT},                                                         /* exit */
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},                /* r0 = 0 */
    {.code = BPF_JMP | BPF_EXIT},                                                         /* exit */
};

static const struct bpf_insn drop_too[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0}, /* r0 = 0 */
    {.code = BPF_JMP | BPF_EXIT},                                          /* exit */
};

static const struct bpf_insn pass_too[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = WHOLE}, /* r0 = 65535 */
    {.code = BPF_JMP | BPF_EXIT},                                              /* exit */
};

static const struct sock_filter drop[] = {BPF_STMT(BPF_RET | BPF_K, 0)};     /* ret #0 */
static const struct sock_filter pass[] = {BPF_STMT(BPF_RET | BPF_K, WHOLE)}; /* ret #65535 */

CLAIM(extended_program_filters_by_its_return_value, V4 | V6,
      "an extended program filters by the same rules as a classic one: 0 drops, less than the length truncates, the "
      "length or more passes")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, first_digit_is_how_much);
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, program);
    expect(lab, !deliver_text(p.client, p.server, "-abc"));
    send_text(p.client, "3abc");
    receive_text(p.server, "3ab");
    send_text(p.client, "4abc");
    receive_text(p.server, "4abc");
    send_text(p.client, "9abc");
    receive_text(p.server, "9abc");
    expect_at(lab, "server",
              "client > server UDP data \"-abc\"", /* all of them are whole on the wire */
              "client > server UDP data \"3abc\"",
              "client > server UDP data \"4abc\"",
              "client > server UDP data \"9abc\"");
}

CLAIM(socket_keeps_the_program, V4 | V6,
      "once attached, an extended program goes on filtering when its descriptor is closed",
      .cites = "bpf(2), BPF_PROG_LOAD")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, program);
    do_call(p.server, close(program));
    expect(lab, !deliver_text(p.client, p.server, "Hello"));
}

CLAIM(argument_is_the_descriptor_of_a_program, V4 | V6,
      "SO_ATTACH_BPF takes an int, the descriptor that bpf(2) returned: none that is open is EBADF, one of something "
      "else EINVAL, and so is a value of another size")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);
    struct udp_pair p = udp_pair(lab);
    const int twice[] = {program, program};

    expect_refused(lab, try_set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, -1), EBADF);
    expect_refused(lab, try_set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, fd_of(p.client)), EINVAL);
    expect_refused(lab, try_set_option(p.server, SOL_SOCKET, SO_ATTACH_BPF, twice, sizeof twice), EINVAL);
    if (treatment(lab))
        set_option(p.server, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program);
    expect(lab, !deliver_text(p.client, p.server, "Hello"));
}

CLAIM(program_of_another_type_is_refused, NO_FAMILY,
      "a program whose type is not BPF_PROG_TYPE_SOCKET_FILTER is refused with EINVAL, though its instructions are the "
      "same")
{
    struct sock *s = udp_socket(lab, "server");
    int classifier = load_program(lab, BPF_PROG_TYPE_SCHED_CLS, drop_too);
    int filter = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);

    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_ATTACH_BPF, filter));
    expect_refused(lab, try_set_int(s, SOL_SOCKET, SO_ATTACH_BPF, treatment(lab) ? classifier : filter), EINVAL);
}

CLAIM(classic_and_extended_replace_each_other, V4 | V6,
      "a socket has one filter: the extended one replaces the classic one and the other way round, and there is but one "
      "to detach")
{
    int extended_drop = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);
    int extended_pass = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, pass_too);
    struct udp_pair p = udp_pair(lab);

    attach_program(p.server, SO_ATTACH_FILTER, drop);
    expect(lab, !deliver_text(p.client, p.server, "dropped"));
    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, extended_pass);
    expect(lab, deliver_text(p.client, p.server, "passed by the extended one"));

    set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, extended_drop);
    expect(lab, !deliver_text(p.client, p.server, "dropped"));
    if (treatment(lab))
        attach_program(p.server, SO_ATTACH_FILTER, pass);
    expect(lab, deliver_text(p.client, p.server, "passed by the classic one"));

    set_int(p.server, SOL_SOCKET, SO_DETACH_FILTER, 0);
    expect_refused(lab, try_set_int(p.server, SOL_SOCKET, SO_DETACH_BPF, 0), ENOENT);
}

CLAIM(either_name_detaches_either_kind, V4 | V6,
      "SO_DETACH_BPF removes a classic filter, and SO_DETACH_FILTER an extended one")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);
    struct udp_pair p = udp_pair(lab);

    attach_program(p.server, SO_ATTACH_FILTER, drop);
    expect(lab, !deliver_text(p.client, p.server, "one"));
    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_DETACH_BPF, 0);
    expect(lab, deliver_text(p.client, p.server, "two"));

    set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, program);
    expect(lab, !deliver_text(p.client, p.server, "three"));
    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_DETACH_FILTER, 0);
    expect(lab, deliver_text(p.client, p.server, "four"));
}

CLAIM(extended_program_cannot_be_read_back, NO_FAMILY,
      "SO_GET_FILTER fails with EACCES where the filter is an extended program: the kernel keeps no classic form of it",
      .cites = "include/uapi/asm-generic/socket.h, SO_GET_FILTER")
{
    struct sock *s = udp_socket(lab, "server");
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, drop_too);
    socklen_t instructions = 0;

    expect_success(lab, try_get_option(s, SOL_SOCKET, SO_GET_FILTER, NULL, &instructions));
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_ATTACH_BPF, program);
    expect_refused(lab, try_get_option(s, SOL_SOCKET, SO_GET_FILTER, NULL, &instructions), EACCES);
}

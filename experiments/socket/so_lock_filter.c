/* SPDX-License-Identifier: MIT */
/*
 * SO_LOCK_FILTER: from then on the socket's filter stays as it is, for everybody and for good.
 * [socket7] Socket options, SO_LOCK_FILTER
 *
 * The lock is a flag of one socket (SOCK_FILTER_LOCKED). A program of a reuseport group belongs to the group
 * (struct sock_reuseport), and what takes it away never looks at the flag: there the lock has two holes.
 */
#include "lab.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <unistd.h>

EXPERIMENT("SO_LOCK_FILTER", "SOL_SOCKET", "make the socket's filter unchangeable, for a process that is not trusted");

#define WHOLE 0xffff /* more than any packet has */

static const struct sock_filter drop[] = {BPF_STMT(BPF_RET | BPF_K, 0)};     /* ret #0 */
static const struct sock_filter pass[] = {BPF_STMT(BPF_RET | BPF_K, WHOLE)}; /* ret #65535 */

/* Of a reuseport group: always this one. */
static const struct sock_filter first_member[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
static const struct sock_filter second_member[] = {BPF_STMT(BPF_RET | BPF_K, 1)};
static const struct bpf_insn first_member_too[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0}, /* r0 = 0 */
    {.code = BPF_JMP | BPF_EXIT},                                          /* exit */
};

static int try_detach(struct sock *sock)
{
    return try_set_int(sock, SOL_SOCKET, SO_DETACH_FILTER, 0);
}

/* ---------------------------------------------------------------- the filter of a socket */

CLAIM(locked_filter_cannot_be_replaced_or_removed, V4 | V6,
      "with SO_LOCK_FILTER set, SO_ATTACH_FILTER, SO_ATTACH_BPF and SO_DETACH_FILTER fail with EPERM, for root too, and "
      "the filter goes on filtering")
{
    struct udp_pair p = udp_pair(lab);

    attach_program(p.server, SO_ATTACH_FILTER, drop);
    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_LOCK_FILTER, 1);
    expect_refused(lab, try_attach_program(p.server, SO_ATTACH_FILTER, pass), EPERM);
    expect_refused(lab, try_set_int(p.server, SOL_SOCKET, SO_ATTACH_BPF, -1), EPERM); /* asked before EBADF */
    expect_refused(lab, try_detach(p.server), EPERM);
    expect(lab, !deliver_text(p.client, p.server, "Hello"));
    expect_at(lab, "server", "client > server UDP data \"Hello\"");
}

CLAIM(lock_cannot_be_taken_back, NO_FAMILY,
      "SO_LOCK_FILTER once set cannot be cleared: that fails with EPERM, and setting it again changes nothing")
{
    struct sock *s = udp_socket(lab, "server");

    expect_equal(lab, get_int(s, SOL_SOCKET, SO_LOCK_FILTER), 0);
    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_LOCK_FILTER, 0)); /* nothing to take back */
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_LOCK_FILTER, 1);
    expect_refused(lab, try_set_int(s, SOL_SOCKET, SO_LOCK_FILTER, 0), EPERM);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_LOCK_FILTER), 1);
    expect_success(lab, try_set_int(s, SOL_SOCKET, SO_LOCK_FILTER, 1));
    expect_refused(lab, try_set_int(s, SOL_SOCKET, SO_LOCK_FILTER, 0), EPERM);
}

CLAIM(lock_of_a_socket_without_filter_keeps_it_without, V4 | V6,
      "SO_LOCK_FILTER on a socket without filter lets none be attached: it goes on receiving everything")
{
    struct udp_pair p = udp_pair(lab);

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_LOCK_FILTER, 1);
    expect_refused(lab, try_attach_program(p.server, SO_ATTACH_FILTER, drop), EPERM);
    expect_refused(lab, try_detach(p.server), EPERM); /* not ENOENT */
    expect(lab, deliver_text(p.client, p.server, "Hello"));
}

CLAIM(accepted_socket_is_locked_as_its_listener, V4 | V6,
      "an accepted socket inherits the lock with the filter: neither can be changed there")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");

    attach_program(listener, SO_ATTACH_FILTER, pass);
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_LOCK_FILTER, 1);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *accepted = accept_from(listener);
    expect_equal(lab, get_int(accepted, SOL_SOCKET, SO_LOCK_FILTER), 1);
    expect_refused(lab, try_attach_program(accepted, SO_ATTACH_FILTER, drop), EPERM);
    expect_refused(lab, try_detach(accepted), EPERM);
    expect_refused(lab, try_set_int(accepted, SOL_SOCKET, SO_LOCK_FILTER, 0), EPERM);
}

/* ---------------------------------------------------------------- the documents' use of it */

static int open_raw_socket(struct lab *lab, void *context)
{
    (void)context;
    int fd = socket(is_v6(lab) ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_UDP);
    return fd < 0 ? -errno : close(fd);
}

CLAIM(raw_socket_needs_privilege, V4 | V6,
      "a raw socket is refused to a process without CAP_NET_RAW, with EPERM")
{
    expect_success(lab, open_raw_socket(lab, NULL));
    expect_refused(lab, as_user(lab, treatment(lab) ? NOBODY : MYSELF, open_raw_socket, NULL), EPERM);
}

/* A descriptor sent through a UNIX socket, as SCM_RIGHTS, and taken from it: a new number for the same socket. */
struct parcel {
    struct msghdr message;
    struct iovec byte;
    char data;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
};

static void wrap(struct parcel *parcel)
{
    *parcel = (struct parcel){.message = {.msg_iovlen = 1, .msg_controllen = sizeof parcel->control}};
    parcel->byte = (struct iovec){&parcel->data, 1};
    parcel->message.msg_iov = &parcel->byte;
    parcel->message.msg_control = parcel->control;
}

static int hand_over(int fd, int unix_socket)
{
    struct parcel parcel;
    wrap(&parcel);
    struct cmsghdr *item = CMSG_FIRSTHDR(&parcel.message);
    *item = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(item), &fd, sizeof fd);
    return (int)sendmsg(unix_socket, &parcel.message, 0);
}

static int take_over(int unix_socket)
{
    struct parcel parcel;
    int fd = -1;
    wrap(&parcel);
    if (recvmsg(unix_socket, &parcel.message, 0) == 1 && CMSG_FIRSTHDR(&parcel.message))
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&parcel.message)), sizeof fd);
    return fd;
}

struct plan {
    struct sock *raw;
    int between[2]; /* a pair of UNIX sockets */
};

static int use_what_was_handed_over(struct lab *lab, void *context)
{
    const struct plan *plan = context;
    struct sock *raw = plan->raw;
    int handed_over = take_over(plan->between[1]);
    do_call(raw, dup2(handed_over, fd_of(raw))); /* in place of the one that fork gave us */

    expect_refused(lab, open_raw_socket(lab, NULL), EPERM); /* we are not privileged */
    expect_refused(lab, try_detach(raw), EPERM);
    expect_refused(lab, try_attach_program(raw, SO_ATTACH_FILTER, pass), EPERM);
    expect_refused(lab, try_set_int(raw, SOL_SOCKET, SO_LOCK_FILTER, 0), EPERM);

    struct message first = receive_message(raw); /* of two that have come, with what headers they have */
    unsigned headers = is_v6(lab) ? 8 : 20 + 8;
    expect(lab, first.length > 0 && strcmp(first.data + headers, "!public") == 0);
    return 0;
}

CLAIM(locked_raw_socket_is_safe_with_an_unprivileged_process, V4 | V6,
      "a privileged process opens a raw socket, filters and locks it and hands it over a UNIX socket to a process of "
      "nobody, which reads what passes the filter, can open no raw socket of its own, and cannot lift the filter")
{
    struct plan plan = {.raw = socket_on(lab, "server", 0, SOCK_RAW, IPPROTO_UDP)};
    struct udp_pair p = udp_pair(lab); /* the raw socket gets copies of what comes for all others */
    const unsigned payload = (is_v6(lab) ? 40 : 20) + 8;
    const struct sock_filter only_public[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, SKF_NET_OFF + payload), /* of the IP packet: ldb [28] */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, '!', 0, 1),            /* jeq #0x21 jt 2 jf 3 */
        BPF_STMT(BPF_RET | BPF_K, WHOLE),                          /* ret #65535 */
        BPF_STMT(BPF_RET | BPF_K, 0),                              /* ret #0 */
    };

    attach_program(plan.raw, SO_ATTACH_FILTER, only_public);
    if (treatment(lab))
        set_int(plan.raw, SOL_SOCKET, SO_LOCK_FILTER, 1);
    do_call(plan.raw, socketpair(AF_UNIX, SOCK_DGRAM, 0, plan.between));
    do_call(plan.raw, hand_over(fd_of(plan.raw), plan.between[0]));
    send_text(p.client, "secret");
    send_text(p.client, "!public");
    as_user(lab, NOBODY, use_what_was_handed_over, &plan);
    receive_text(p.server, "secret");
}

/* ---------------------------------------------------------------- the program of a reuseport group */

/* Two UDP sockets, the second of which is chosen by the program of their group; the first one can be locked. */
struct group_of_two {
    struct sock *member[2], *client;
};

static struct group_of_two locked_group(struct lab *lab, bool lock_it)
{
    struct group_of_two g = {.client = udp_socket(lab, "client")};
    for (unsigned i = 0; i < 2; i++) {
        g.member[i] = udp_socket(lab, "server");
        set_int(g.member[i], SOL_SOCKET, SO_REUSEPORT, 1);
        bind_to(g.member[i], at(lab, "server", SERVICE));
    }
    connect_to(g.client, at(lab, "server", SERVICE));
    attach_program(g.member[0], SO_ATTACH_REUSEPORT_CBPF, second_member);
    if (lock_it)
        set_int(g.member[0], SOL_SOCKET, SO_LOCK_FILTER, 1);
    return g;
}

CLAIM(locked_member_cannot_change_the_groups_program, V4 | V6,
      "on a socket with SO_LOCK_FILTER set, SO_ATTACH_REUSEPORT_CBPF fails with EPERM, and the program that its group "
      "has goes on choosing")
{
    struct group_of_two g = locked_group(lab, treatment(lab));

    expect_refused(lab, try_attach_program(g.member[0], SO_ATTACH_REUSEPORT_CBPF, first_member), EPERM);
    send_text(g.client, "Hello");
    expect_equal(lab, await_one_of(g.member, 2), 1);
}

CLAIM(locked_member_cannot_give_the_group_an_extended_program, V4 | V6,
      "on a socket with SO_LOCK_FILTER set, SO_ATTACH_REUSEPORT_EBPF fails with EPERM, and the program that its group "
      "has goes on choosing")
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, first_member_too);
    struct group_of_two g = locked_group(lab, treatment(lab));

    expect_refused(lab, try_set_int(g.member[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, program), EPERM);
    send_text(g.client, "Hello");
    expect_equal(lab, await_one_of(g.member, 2), 1);
}

CLAIM(another_member_changes_the_program_in_spite_of_the_lock, V4 | V6,
      "SO_LOCK_FILTER on one socket of a reuseport group does not lock the group's program: through another socket of "
      "the group it is replaced")
{
    struct group_of_two g = locked_group(lab, true);

    send_text(g.client, "before");
    receive_text(g.member[1], "before");
    if (treatment(lab))
        attach_program(g.member[1], SO_ATTACH_REUSEPORT_CBPF, first_member);
    send_text(g.client, "after");
    expect_equal(lab, await_one_of(g.member, 2), 0);
}

CLAIM(locked_member_removes_the_groups_program, V4 | V6,
      "SO_LOCK_FILTER does not keep SO_DETACH_REUSEPORT_BPF from removing the group's program, on the locked socket "
      "itself",
      .since = "5.3") /* SO_DETACH_REUSEPORT_BPF; reuseport_detach_prog does not look at SOCK_FILTER_LOCKED */
{
    struct group_of_two g = locked_group(lab, true);

    expect_refused(lab, try_attach_program(g.member[0], SO_ATTACH_REUSEPORT_CBPF, first_member), EPERM);
    if (treatment(lab))
        set_int(g.member[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0);
    expect_refused(lab, try_set_int(g.member[1], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0), ENOENT); /* it is gone */
}

CLAIM(extended_program_of_the_group_is_not_locked_either, V4 | V6,
      "SO_LOCK_FILTER on one socket does not lock an extended program of its group: another socket replaces it, and the "
      "locked one removes it",
      .since = "5.3") /* SO_DETACH_REUSEPORT_BPF */
{
    int program = load_program(lab, BPF_PROG_TYPE_SOCKET_FILTER, first_member_too);
    struct group_of_two g = locked_group(lab, true);

    expect_refused(lab, try_set_int(g.member[0], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, program), EPERM);
    if (treatment(lab))
        set_int(g.member[1], SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, program);
    send_text(g.client, "Hello");
    expect_equal(lab, await_one_of(g.member, 2), 0);
    expect_success(lab, try_set_int(g.member[0], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0));
    expect_refused(lab, try_set_int(g.member[1], SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0), ENOENT);
}

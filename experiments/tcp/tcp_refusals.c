/* SPDX-License-Identifier: MIT */
/*
 * What every option of TCP refuses: in which state of the socket, of which length, which value, from which address, on which kind
 * of socket. The errno of each is kept in facts, one an option:
 *
 *   TCP_FASTOPEN = "read in any state: 4 bytes; …; state closed bound reset listening: ok, connecting connected shut_down close_wait: EINVAL;
 *                   length 0 1 2 3: EINVAL, 4 1000: ok; unmapped: EFAULT; value -1: EINVAL, 0 1 2 2147483647: ok;
 *                   socket udp raw: ENOPROTOOPT, unix: EOPNOTSUPP, mptcp: ok"
 *
 * What one option alone refuses, and why: the option's own experiment.
 */
#include "lab.h"

#include "api/answers.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

EXPERIMENT("refusals", "IPPROTO_TCP", "what all options of TCP refuse, and with which errno");

enum { MPTCP = 262 };

/* ---- the options, with a value that each takes, and the range of those that have one ---- */

/* linux/tcp.h, struct tcp_ao_add, tcp_ao_del (Linux 6.7). */
static struct {
    struct sockaddr_storage address;
    char algorithm[64];
    uint32_t interface, flags;
    uint16_t reserved;
    uint8_t prefix, send_id, receive_id, mac_size, key_flags, key_size, key[80];
} ao_key = {.algorithm = "hmac(sha1)", .send_id = 1, .receive_id = 1, .key_size = 3, .key = "key"};
static struct {
    struct sockaddr_storage address;
    uint32_t interface, flags;
    uint16_t reserved;
    uint8_t prefix, send_id, receive_id, current_key, next, key_flags;
} ao_key_deleted = {.send_id = 1, .receive_id = 1};
static struct tcp_md5sig md5_key = {.tcpm_keylen = 3, .tcpm_key = "key"};
static const char zeros[304];

#define INT(value_)                .value = (value_)
#define RANGE(value_, low_, high_) .value = (value_), .low = (low_), .high = (high_)
#define UP_TO(value_, high_)       RANGE(value_, INT_MIN, high_)
#define FLAG                       RANGE(1, 0, 1)
#define BYTES(bytes_, size_)       .bytes = (bytes_), .size = (size_)

/* In this order: what a row leaves behind on a socket is no matter to the rows below it. */
static struct sample options[] = {
    {"SO_MAX_PACING_RATE", INT(1000000)},
    {"SO_ZEROCOPY", FLAG},
    {"TCP_NODELAY", INT(1)},
    {"TCP_MAXSEG", RANGE(1000, 88, 32767)}, /* and 0 */
    {"TCP_CORK", INT(1)},
    {"TCP_KEEPIDLE", RANGE(100, 1, 32767)},
    {"TCP_KEEPINTVL", RANGE(10, 1, 32767)},
    {"TCP_KEEPCNT", RANGE(3, 1, 127)},
    {"TCP_SYNCNT", RANGE(2, 1, 127)},
    {"TCP_LINGER2", INT(5)},
    {"TCP_DEFER_ACCEPT", INT(3)},
    {"TCP_WINDOW_CLAMP", INT(0)},
    {"TCP_INFO", INT(0)},
    {"TCP_QUICKACK", INT(0)},
    {"TCP_CONGESTION", BYTES("reno", 4)},
    {"TCP_MD5SIG", BYTES(&md5_key, sizeof md5_key)},
    {"TCP_MD5SIG_EXT", BYTES(&md5_key, sizeof md5_key)},
    {"TCP_THIN_LINEAR_TIMEOUTS", FLAG},
    {"TCP_THIN_DUPACK", FLAG},
    {"TCP_USER_TIMEOUT", RANGE(60000, 0, INT_MAX)},
    {"TCP_REPAIR_QUEUE", INT(0)},
    {"TCP_QUEUE_SEQ", INT(1)},
    {"TCP_REPAIR_OPTIONS", BYTES(zeros, 8)},
    {"TCP_FASTOPEN", RANGE(5, 0, INT_MAX)},
    {"TCP_TIMESTAMP", INT(1000)},
    {"TCP_NOTSENT_LOWAT", INT(1000)},
    {"TCP_CC_INFO", INT(0)},
    {"TCP_SAVE_SYN", RANGE(1, 0, 2)},
    {"TCP_SAVED_SYN", INT(0)},
    {"TCP_REPAIR_WINDOW", BYTES(zeros, 20)},
    {"TCP_FASTOPEN_CONNECT", FLAG},
    {"TCP_FASTOPEN_KEY", BYTES(zeros, 16)},
    {"TCP_FASTOPEN_NO_COOKIE", FLAG},
    {"TCP_ZEROCOPY_RECEIVE", BYTES(zeros, 64)},
    {"TCP_INQ", FLAG},
    {"TCP_TX_DELAY", INT(0)},
    {"TCP_AO_ADD_KEY", BYTES(&ao_key, sizeof ao_key)},
    {"TCP_AO_DEL_KEY", BYTES(&ao_key_deleted, sizeof ao_key_deleted)},
    {"TCP_AO_INFO", BYTES(zeros, 48)},
    {"TCP_AO_GET_KEYS", BYTES(zeros, 304)},
    {"TCP_AO_REPAIR", BYTES(zeros, 16)},
    {"TCP_IS_MPTCP", INT(0)},
    {"TCP_RTO_MAX_MS", RANGE(2000, 1000, 120000)},
    {"TCP_RTO_MIN_US", UP_TO(100000, 200000)}, /* from two ticks on */
    {"TCP_DELACK_MAX_US", UP_TO(100000, 200000)},
    {"TCP_REPAIR", RANGE(-1, -1, 1)},
    {"TCP_ULP", BYTES("tls", 3)},
    {NULL},
};

/* The keys are for hosts that no socket here talks to, each for another: a host that has a key of MD5 gets none of TCP-AO. */
static void keys_for_strangers(struct lab *lab)
{
    struct endpoint one = literally(lab, is_v6(lab) ? "2001:db8::1" : "192.0.2.1", 0);
    struct endpoint other = literally(lab, is_v6(lab) ? "2001:db8::2" : "192.0.2.2", 0);
    address_sockaddr(&one.address, 0, &md5_key.tcpm_addr);
    address_sockaddr(&other.address, 0, &ao_key.address);
    address_sockaddr(&other.address, 0, &ao_key_deleted.address);
    ao_key.prefix = ao_key_deleted.prefix = is_v6(lab) ? 128 : 32;
}

/* A new socket, when it is known which of the options there are. */
static struct sock *new_socket(struct lab *lab)
{
    static bool known;
    if (!known) {
        keys_for_strangers(lab);
        samples_of_this_kernel(tcp_socket(lab, "client"), options);
    }
    known = true;
    return tcp_socket(lab, "client");
}

/* What can only be read, and what is for sockets in repair mode, which none is here (tcp_repair.c). */
#define NEVER_SET     "; ENOPROTOOPT: TCP_INFO TCP_CC_INFO TCP_SAVED_SYN TCP_ZEROCOPY_RECEIVE TCP_AO_GET_KEYS TCP_IS_MPTCP"
#define NOT_REPAIRING "; EPERM: TCP_REPAIR_QUEUE TCP_TIMESTAMP TCP_REPAIR_WINDOW TCP_AO_REPAIR; EINVAL: TCP_REPAIR_OPTIONS"
/* TCP_ULP is for connected sockets; a kernel without TLS, and without a module that it could load, does not know "tls". */
#define NO_TLS        "; ENOENT: TCP_ULP"
#define NOT_CONNECTED "; ENOTCONN: TCP_ULP" NO_TLS
/* What a new socket refuses. */
#define CLOSED_ONES NEVER_SET NOT_REPAIRING NOT_CONNECTED "; EINVAL: TCP_QUEUE_SEQ"

/* ---- states ---- */

enum { CLOSED,
       BOUND,
       RESET,
       LISTENING,
       CONNECTING,
       CONNECTED,
       SHUT_DOWN,
       CLOSE_WAIT,
       STATES };
static const char *const state_names[STATES] = {"closed", "bound", "reset", "listening",
                                                "connecting", "connected", "shut_down", "close_wait"};

static struct stream connection_to(struct lab *lab, struct sock *listener)
{
    struct stream s = {.client = tcp_socket(lab, "client"), .listener = listener};
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(listener);
    return s;
}

/* A socket in each of the states; new ones, all of them closed, where none is to be entered. */
static void enter_states(struct lab *lab, bool enter, struct sock *in[STATES])
{
    for (int state = 0; state < STATES; state++)
        in[state] = new_socket(lab);
    if (!enter)
        return;
    bind_to(in[BOUND], any_address(lab, 4321));
    in[LISTENING] = tcp_listener(lab, "server", SERVICE);
    in[CONNECTED] = connection_to(lab, in[LISTENING]).client;

    struct stream half_closed = connection_to(lab, in[LISTENING]), reset = connection_to(lab, in[LISTENING]);
    shut_down(half_closed.client, SHUT_WR);
    await_readable(half_closed.server);
    in[SHUT_DOWN] = half_closed.client;
    in[CLOSE_WAIT] = half_closed.server;
    close_with_rst(reset.server);
    await_readable(reset.client);
    in[RESET] = reset.client;

    wire_hold(lab, "client > server [S]");
    start_connect(in[CONNECTING], at(lab, "server", SERVICE));
}

/* From connect on. */
#define BEGUN                                                                                                     \
    "; EINVAL: TCP_FASTOPEN TCP_FASTOPEN_CONNECT TCP_FASTOPEN_NO_COOKIE TCP_WINDOW_CLAMP; EPERM: TCP_QUEUE_SEQ; " \
    "EISCONN: TCP_AO_ADD_KEY TCP_AO_DEL_KEY TCP_AO_INFO" NEVER_SET NOT_REPAIRING

CLAIM(few_options_mind_the_state, V4 | V6,
      "what a closed socket takes is taken in every other state, but for few options: while listening TCP_FASTOPEN_CONNECT and a "
      "TCP_WINDOW_CLAMP of 0 fail with EINVAL, TCP_REPAIR with EPERM; from connect on the first two, TCP_FASTOPEN and "
      "TCP_FASTOPEN_NO_COOKIE fail with EINVAL, keys of TCP-AO with EISCONN; TCP_ULP \"tls\" fails with ENOTCONN unless connected; a "
      "socket whose connection was reset is closed again, but takes no key of TCP-AO for another peer: EINVAL",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt; net/ipv4/tcp_ao.c, tcp_ao_verify_ipv4")
{
    struct sock *in[STATES];
    enter_states(lab, treatment(lab), in);
    expect_answers(lab, set_each(in[CLOSED], options, as_it_should_be, 0), "ok" CLOSED_ONES);
    expect_answers(lab, set_each(in[BOUND], options, as_it_should_be, 0), "ok" CLOSED_ONES);
    expect_answers(lab, set_each(in[RESET], options, as_it_should_be, 0),
                   "ok" CLOSED_ONES "; EINVAL: TCP_AO_ADD_KEY; ENOENT: TCP_AO_DEL_KEY"); /* its peer's address is still there */
    expect_answers(lab, set_each(in[LISTENING], options, as_it_should_be, 0),
                   "ok; EINVAL: TCP_WINDOW_CLAMP TCP_FASTOPEN_CONNECT; EPERM: TCP_REPAIR TCP_QUEUE_SEQ" NEVER_SET NOT_REPAIRING NOT_CONNECTED);
    expect_answers(lab, set_each(in[CONNECTING], options, as_it_should_be, 0), "ok" BEGUN NOT_CONNECTED);
    expect_answers(lab, set_each(in[CONNECTED], options, as_it_should_be, 0), "ok; ok: TCP_ULP" BEGUN NO_TLS);
    expect_answers(lab, set_each(in[SHUT_DOWN], options, as_it_should_be, 0), "ok" BEGUN NOT_CONNECTED);
    expect_answers(lab, set_each(in[CLOSE_WAIT], options, as_it_should_be, 0), "ok" BEGUN NOT_CONNECTED);
}

/* ---- lengths ---- */

CLAIM(a_value_cut_short_is_einval, V4,
      "setsockopt with 0, 1, 2 or 3 bytes fails with EINVAL, whatever the option, even if it can only be read; but the names that "
      "TCP_CONGESTION and TCP_ULP take may be as short (\"r\" is ENOENT); structs and keys cut to four bytes are EINVAL too; bytes "
      "behind the value are no harm, but to TCP_FASTOPEN_KEY, which takes 16 or 32",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt")
{
    struct sock *sock = new_socket(lab);
    argument_of *cut = treatment(lab) ? of_size : as_it_should_be;
    expect_answers(lab, set_each(sock, options, cut, 0), "EINVAL");
    expect_answers(lab, set_each(sock, options, cut, 1), "EINVAL; ENOENT: TCP_CONGESTION TCP_ULP");
    expect_answers(lab, set_each(sock, options, cut, 2), "EINVAL; ENOENT: TCP_CONGESTION TCP_ULP");
    expect_answers(lab, set_each(sock, options, cut, 3), "EINVAL; ENOENT: TCP_CONGESTION" NOT_CONNECTED); /* all of "tls" */
    expect_answers(lab, set_each(sock, options, cut, 4),
                   "ok; EINVAL: TCP_MD5SIG TCP_MD5SIG_EXT TCP_FASTOPEN_KEY TCP_AO_ADD_KEY TCP_AO_DEL_KEY TCP_AO_INFO TCP_AO_REPAIR; "
                   "EPERM: TCP_REPAIR_QUEUE TCP_TIMESTAMP TCP_REPAIR_WINDOW; EINVAL: TCP_REPAIR_OPTIONS TCP_QUEUE_SEQ" NEVER_SET NOT_CONNECTED);
    expect_answers(lab, set_each(sock, options, cut, 1000), "ok; EINVAL: TCP_FASTOPEN_KEY" CLOSED_ONES);
}

/* ---- addresses ---- */

#define NEVER_READ "; ENOPROTOOPT: TCP_MD5SIG TCP_MD5SIG_EXT TCP_REPAIR_OPTIONS TCP_AO_ADD_KEY TCP_AO_DEL_KEY"
#define EMPTY      "; 0 bytes: TCP_CC_INFO TCP_SAVED_SYN TCP_FASTOPEN_KEY TCP_ULP; EINVAL: TCP_REPAIR_QUEUE TCP_QUEUE_SEQ; ENOENT: TCP_AO_GET_KEYS"

CLAIM(a_value_at_no_address_is_efault, V4,
      "setsockopt of a value at an address that is not mapped fails with EFAULT, whatever the option, even if it can only be read; "
      "so does getsockopt, but of options that have nothing to read",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt, do_tcp_getsockopt")
{
    struct sock *sock = new_socket(lab);
    argument_of *nowhere = treatment(lab) ? at_no_address : as_it_should_be;
    expect_answers(lab, set_each(sock, options, nowhere, 0), "EFAULT");
    expect_answers(lab, get_each(sock, options, nowhere, 0), "EFAULT; EPERM: TCP_REPAIR_WINDOW TCP_AO_REPAIR" NEVER_READ EMPTY);
}

/* ---- values ---- */

/* Options for which both -1 and INT_MAX are outside. Linux 6.18.15 takes any TCP_TX_DELAY, 6.18.44 only what fits into 28 bits. */
#define OUTSIDE_MOST                                                                                                                 \
    "; EINVAL: SO_ZEROCOPY TCP_MAXSEG TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_THIN_LINEAR_TIMEOUTS TCP_THIN_DUPACK "   \
    "TCP_SAVE_SYN TCP_FASTOPEN_CONNECT TCP_FASTOPEN_NO_COOKIE TCP_INQ TCP_RTO_MAX_MS TCP_RTO_MIN_US TCP_DELACK_MAX_US TCP_QUEUE_SEQ" \
    "; EINVAL: TCP_TX_DELAY; ok: TCP_TX_DELAY" NEVER_SET NOT_REPAIRING

CLAIM(an_int_outside_the_range_is_einval, V4,
      "an int below or above the range of its option fails with EINVAL, the lowest and the highest are taken: 88 to 32767 for "
      "TCP_MAXSEG, 1 to 32767 for TCP_KEEPIDLE and TCP_KEEPINTVL, 1 to 127 for TCP_KEEPCNT and TCP_SYNCNT, 0 and 1 for most flags …; TCP_NODELAY, "
      "TCP_CORK, TCP_QUICKACK, TCP_LINGER2, TCP_DEFER_ACCEPT, TCP_WINDOW_CLAMP and TCP_NOTSENT_LOWAT have none, and take every int",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt; net/tcp.h, TCP_MIN_MSS, MAX_TCP_KEEPIDLE, MAX_TCP_KEEPCNT, MAX_TCP_SYNCNT")
{
    int beyond = treatment(lab) ? 1 : 0;
    expect_answers(lab, set_each(new_socket(lab), options, below_range, 0), "ok");
    expect_answers(lab, set_each(new_socket(lab), options, above_range, 0), "ok");
    expect_answers(lab, set_each(new_socket(lab), options, below_range, beyond), "EINVAL");
    expect_answers(lab, set_each(new_socket(lab), options, above_range, beyond), "EINVAL");
    expect_answers(lab, set_each(new_socket(lab), options, as_int, -1), "ok; EINVAL: TCP_USER_TIMEOUT TCP_FASTOPEN" OUTSIDE_MOST);
    expect_answers(lab, set_each(new_socket(lab), options, as_int, INT_MAX), "ok; EINVAL: TCP_REPAIR" OUTSIDE_MOST);
}

/* ---- other protocols ---- */

/* In Linux 5.10 it is the kernel's own ENOTSUPP, which no header of a program names. */
#define NO_ZEROCOPY "; EOPNOTSUPP: SO_ZEROCOPY; ENOTSUPP: SO_ZEROCOPY"

CLAIM(sockets_of_other_protocols_refuse_them_all, V4,
      "UDP and raw sockets refuse every option of TCP with ENOPROTOOPT, Unix sockets with EOPNOTSUPP; SO_MAX_PACING_RATE is taken by "
      "all, SO_ZEROCOPY by TCP and UDP only",
      .cites = "net/ipv4/ip_sockglue.c, ip_setsockopt; net/socket.c, do_sock_setsockopt; net/core/sock.c, sk_setsockopt")
{
    bool other = treatment(lab);
    struct sock *tcp = new_socket(lab);
    struct sock *udp = other ? udp_socket(lab, "client") : tcp;
    struct sock *raw = other ? socket_on(lab, "client", AF_INET, SOCK_RAW, 253) : tcp;
    struct sock *local = other ? socket_on(lab, "client", AF_UNIX, SOCK_STREAM, 0) : tcp;
    expect_answers(lab, set_each(udp, options, as_it_should_be, 0), "ENOPROTOOPT; ok: SO_MAX_PACING_RATE SO_ZEROCOPY");
    expect_answers(lab, set_each(raw, options, as_it_should_be, 0), "ENOPROTOOPT; ok: SO_MAX_PACING_RATE" NO_ZEROCOPY);
    expect_answers(lab, set_each(local, options, as_it_should_be, 0), "EOPNOTSUPP; ok: SO_MAX_PACING_RATE" NO_ZEROCOPY);
}

static bool has_mptcp(void)
{
    int probe = socket(AF_INET, SOCK_STREAM, MPTCP);
    if (probe >= 0)
        close(probe);
    return probe >= 0;
}

/* What MPTCP has learned since: some kernels from 6.1 on take it. */
#define MPTCP_LATER                                                                                           \
    "TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_MAXSEG TCP_FASTOPEN TCP_FASTOPEN_KEY TCP_FASTOPEN_NO_COOKIE " \
    "TCP_NOTSENT_LOWAT"

CLAIM(an_mptcp_socket_takes_some, V4,
      "an MPTCP socket takes TCP_NODELAY, TCP_CORK, TCP_CONGESTION, TCP_DEFER_ACCEPT, TCP_FASTOPEN_CONNECT and TCP_INQ, on newer "
      "kernels more; others, such as TCP_SYNCNT, TCP_USER_TIMEOUT, TCP_QUICKACK, TCP_MD5SIG, TCP_REPAIR, fail with ENOPROTOOPT, "
      "SO_ZEROCOPY and SO_MAX_PACING_RATE with EOPNOTSUPP",
      .cites = "net/mptcp/sockopt.c, mptcp_supported_sockopt, mptcp_setsockopt_sol_tcp",
      .since = "6.1") /* Linux 5.10 takes none: mptcp_setsockopt returns EOPNOTSUPP before a connection has fallen back */
{
    need(lab, has_mptcp(), "needs MPTCP (CONFIG_MPTCP)");
    struct sock *sock = new_socket(lab);
    if (treatment(lab))
        sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, MPTCP);
    expect_answers(lab, set_each(sock, options, as_it_should_be, 0),
                   "ENOPROTOOPT; EOPNOTSUPP: SO_MAX_PACING_RATE SO_ZEROCOPY; "
                   "ok: TCP_NODELAY TCP_CORK TCP_CONGESTION TCP_DEFER_ACCEPT TCP_FASTOPEN_CONNECT TCP_INQ; "
                   "ok: " MPTCP_LATER "; ENOPROTOOPT: " MPTCP_LATER);
}

/* ---- reading ---- */

#define CUT NEVER_READ EMPTY "; EINVAL: TCP_REPAIR_WINDOW TCP_ZEROCOPY_RECEIVE"

CLAIM(room_too_small_is_no_error, V4,
      "getsockopt with room for 0, 1, 2 or 3 bytes gives so many of the value's bytes, and tells so; but TCP_REPAIR_WINDOW and "
      "TCP_ZEROCOPY_RECEIVE want room for their struct: EINVAL; a negative length is EINVAL, whatever the option",
      .cites = "net/ipv4/tcp.c, do_tcp_getsockopt")
{
    struct sock *sock = new_socket(lab);
    argument_of *cut = treatment(lab) ? of_size : as_it_should_be;
    expect_answers(lab, get_each(sock, options, cut, 0), "0 bytes; EINVAL: TCP_AO_INFO TCP_AO_REPAIR" CUT);
    expect_answers(lab, get_each(sock, options, cut, 1), "1 byte; ENOENT: TCP_AO_INFO; EPERM: TCP_AO_REPAIR" CUT);
    expect_answers(lab, get_each(sock, options, cut, 2), "2 bytes; ENOENT: TCP_AO_INFO; EPERM: TCP_AO_REPAIR" CUT);
    expect_answers(lab, get_each(sock, options, cut, 3), "3 bytes; ENOENT: TCP_AO_INFO; EPERM: TCP_AO_REPAIR" CUT);
    expect_answers(lab, get_each(sock, options, cut, -1), "EINVAL");
}

/* ---- everything, for the facts ---- */

static struct column columns[64];
static unsigned count;

static void keep(const char *heading, const char *label, const char *any, struct answers answers)
{
    columns[count++] = (struct column){heading, label, any, answers};
}

static void keep_lengths_and_values(struct lab *lab)
{
    static const char *const lengths[] = {"0", "1", "2", "3", "4", "1000"};
    static const int values[] = {-1, 0, 1, 2};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++)
        keep("length", lengths[i], NULL, set_each(new_socket(lab), options, of_size, atoi(lengths[i])));
    keep("unmapped", NULL, "unmapped", set_each(new_socket(lab), options, at_no_address, 0));
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
        keep("value", NULL, NULL, set_each(new_socket(lab), options, as_int, values[i]));
    keep("value", NULL, NULL, set_each(new_socket(lab), options, below_range, 1));
    keep("value", NULL, NULL, set_each(new_socket(lab), options, below_range, 0));
    keep("value", NULL, NULL, set_each(new_socket(lab), options, above_range, 0));
    keep("value", NULL, NULL, set_each(new_socket(lab), options, above_range, 1));
    keep("value", NULL, NULL, set_each(new_socket(lab), options, as_int, INT_MAX));
}

static void keep_protocols(struct lab *lab)
{
    keep("socket", "udp", NULL, set_each(udp_socket(lab, "client"), options, as_it_should_be, 0));
    keep("socket", "raw", NULL, set_each(socket_on(lab, "client", AF_INET, SOCK_RAW, 253), options, as_it_should_be, 0));
    keep("socket", "unix", NULL, set_each(socket_on(lab, "client", AF_UNIX, SOCK_STREAM, 0), options, as_it_should_be, 0));
    if (has_mptcp())
        keep("socket", "mptcp", NULL, set_each(socket_on(lab, "client", AF_INET, SOCK_STREAM, MPTCP), options, as_it_should_be, 0));
}

#define NEVER_TAKEN                                                                                                        \
    "TCP_INFO TCP_CC_INFO TCP_SAVED_SYN TCP_ZEROCOPY_RECEIVE TCP_AO_GET_KEYS TCP_IS_MPTCP TCP_REPAIR_QUEUE TCP_QUEUE_SEQ " \
    "TCP_REPAIR_OPTIONS TCP_TIMESTAMP TCP_REPAIR_WINDOW TCP_AO_REPAIR"
#define NOT_READ "TCP_MD5SIG TCP_MD5SIG_EXT TCP_AO_ADD_KEY TCP_AO_DEL_KEY TCP_FASTOPEN_KEY"

CLAIM(a_refusal_changes_nothing, V4,
      "what an option reads is the same before and after a call that refuses it, whatever the reason; calls that succeed change it",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt",
      .untreated = "calls that are refused and calls that succeed are told apart by one comparison, and are each other's contrast")
{
    struct sock *in[STATES];
    enter_states(lab, true, in);
    expect_complete(lab, IPPROTO_TCP, options);
    for (int state = 0; state < STATES; state++)
        keep("read in state", state_names[state], "read in any state", get_each(in[state], options, as_it_should_be, 0));
    keep("read", "2", NULL, get_each(in[CLOSED], options, of_size, 2));
    keep("read", "1000", NULL, get_each(in[CLOSED], options, of_size, 1000));
    keep("read", "-1", NULL, get_each(in[CLOSED], options, of_size, -1));
    keep("read unmapped", NULL, "read unmapped", get_each(in[CLOSED], options, at_no_address, 0));

    unsigned sets = count;
    for (int state = 0; state < STATES; state++)
        keep("state", state_names[state], "any state", set_each(in[state], options, as_it_should_be, 0));
    keep_lengths_and_values(lab);
    keep_protocols(lab);
    expect_changed_by_refusals(lab, options, columns + sets, count - sets, "as before");
    expect_changed_by_successes(lab, options, columns + sets, count - sets,
                                "changed; as before: " NEVER_TAKEN " " NOT_READ " TCP_THIN_DUPACK TCP_CONGESTION; changed: TCP_ULP; as before: TCP_ULP");
    columns_facts(lab, options, columns, count);
}

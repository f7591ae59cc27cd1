/* SPDX-License-Identifier: MIT */
/*
 * What an accepted socket has from its listening socket, and the moment at which it gets it: when the handshake ends
 * (inet_csk_clone_lock), which may be long before accept.
 * [unp] 2, the paragraph on options that a connected socket inherits
 *
 * Each option's own file shows its inheritance at work; here is the rule, and what it leaves out.
 */
#include "lab.h"

#include <fcntl.h>
#include <unistd.h>

EXPERIMENT("inheritance", NULL, "options that an accepted socket has from its listening socket");

/* A client whose handshake is over; nobody has accepted it. */
static struct sock *connected_client(struct lab *lab)
{
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    return client;
}

CLAIM(options_are_taken_over_when_the_handshake_ends, V4 | V6,
      "an accepted socket has what its listening socket had when the handshake ended: TCP_NODELAY, SO_KEEPALIVE and SO_RCVBUF "
      "set after that come too late, although before accept")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    int rcvbuf = get_int(listener, SOL_SOCKET, SO_RCVBUF);
    connected_client(lab);
    await_readable(listener);
    if (treatment(lab)) {
        set_int(listener, IPPROTO_TCP, TCP_NODELAY, 1);
        set_int(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 8192);
    }
    struct sock *early = accept_from(listener);
    expect_equal(lab, get_int(early, IPPROTO_TCP, TCP_NODELAY), 0);
    expect_equal(lab, get_int(early, SOL_SOCKET, SO_KEEPALIVE), 0);
    expect_equal(lab, get_int(early, SOL_SOCKET, SO_RCVBUF), rcvbuf);

    connected_client(lab);
    struct sock *late = accept_from(listener);
    expect_equal(lab, get_int(late, IPPROTO_TCP, TCP_NODELAY), 1);
    expect_equal(lab, get_int(late, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect_equal(lab, get_int(late, SOL_SOCKET, SO_RCVBUF), 16384);
}

CLAIM(what_the_syn_ack_tells_must_be_set_before_the_syn, V4 | V6,
      "TCP_MAXSEG and SO_RCVBUF show in the SYN-ACK, as MSS and window, only if they are set on the listening socket before the "
      "SYN comes; on the accepted socket they can no longer be told to the peer")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab)) {
        set_int(listener, IPPROTO_TCP, TCP_MAXSEG, 900);
        set_int(listener, SOL_SOCKET, SO_RCVBUF, 8192);
    }
    connected_client(lab);
    expect_wire(lab,
                "client > server [S] mss >900",
                "server > client [S.] mss 900 win <8193",
                "client > server [.]");

    struct sock *accepted = accept_from(listener);
    set_int(accepted, IPPROTO_TCP, TCP_MAXSEG, 500);
    expect_equal(lab, get_int(accepted, IPPROTO_TCP, TCP_MAXSEG), 900 - 12); /* less the time stamps */
    settle(lab);
    expect_nothing(lab, "server > client [*]");
}

CLAIM(most_options_can_be_set_on_the_accepted_socket_as_well, V4 | V6,
      "TCP_NODELAY, SO_KEEPALIVE and others that tell the peer nothing need not be set on the listening socket: set on the "
      "accepted one they are in force there, and there only")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab)) {
        set_int(s.server, IPPROTO_TCP, TCP_NODELAY, 1);
        set_int(s.server, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_int(s.server, SOL_SOCKET, SO_SNDBUF, 8192);
    }
    expect_equal(lab, get_int(s.server, IPPROTO_TCP, TCP_NODELAY), 1);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect_equal(lab, get_int(s.server, SOL_SOCKET, SO_SNDBUF), 16384);
    expect_equal(lab, get_int(s.listener, IPPROTO_TCP, TCP_NODELAY), 0);

    settle(lab);
    skip_packets_at(lab, "server");
    wire_hold(lab, "client > server [.]");
    send_text(s.server, "HTTP");
    send_text(s.server, "/1.0 200 OK");
    expect_at(lab, "server",
              "server > client [P.] 1:5",
              "server > client [P.] 5:16");
}

/* An int option and a value that is not its default; `read`: what is read then. */
struct setting {
    int level, option, value, read;
    const char *name;
};

#define OPTION(level, option, value, read)              \
    {                                                   \
        level, option, value, read, #level ", " #option \
    }

static struct sock *listener_with(struct lab *lab, const struct setting *settings, bool set)
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    for (const struct setting *o = settings; set && o->name; o++)
        lab_must(HERE, lab_set_int(HERE, listener, o->level, o->option, o->name, o->value));
    return listener;
}

static void expect_read(struct lab *lab, struct sock *sock, const struct setting *settings)
{
    for (const struct setting *o = settings; o->name; o++) {
        struct here here = HERE_AS(o->name);
        lab_expect_equal(here, lab, lab_get_int(here, sock, o->level, o->option, o->name), o->read);
    }
}

CLAIM(options_of_the_connection_are_inherited, V4 | V6,
      "an accepted socket has from its listener what is an option of connections: keepalive and its schedule, TCP_NODELAY, "
      "TCP_CORK, SO_OOBINLINE, SO_DONTROUTE, SO_RCVLOWAT, SO_REUSEADDR, TCP_USER_TIMEOUT, TCP_SYNCNT, TCP_LINGER2, "
      "TCP_THIN_LINEAR_TIMEOUTS, TCP_NOTSENT_LOWAT")
{
    static const struct setting inherited[] = {
        OPTION(SOL_SOCKET, SO_KEEPALIVE, 1, 1),
        OPTION(SOL_SOCKET, SO_OOBINLINE, 1, 1),
        OPTION(SOL_SOCKET, SO_DONTROUTE, 1, 1),
        OPTION(SOL_SOCKET, SO_RCVLOWAT, 3, 3),
        OPTION(SOL_SOCKET, SO_REUSEADDR, 1, 1),
        OPTION(IPPROTO_TCP, TCP_KEEPIDLE, 60, 60),
        OPTION(IPPROTO_TCP, TCP_KEEPINTVL, 7, 7),
        OPTION(IPPROTO_TCP, TCP_KEEPCNT, 3, 3),
        OPTION(IPPROTO_TCP, TCP_NODELAY, 1, 1),
        OPTION(IPPROTO_TCP, TCP_CORK, 1, 1),
        OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT, 12345, 12345),
        OPTION(IPPROTO_TCP, TCP_SYNCNT, 3, 3),
        OPTION(IPPROTO_TCP, TCP_LINGER2, 9, 9),
        OPTION(IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1, 1),
        OPTION(IPPROTO_TCP, 25 /* TCP_NOTSENT_LOWAT */, 4096, 4096),
        {0},
    };
    struct sock *listener = listener_with(lab, inherited, treatment(lab));
    connected_client(lab);
    expect_read(lab, accept_from(listener), inherited);
}

CLAIM(options_of_listening_and_priority_are_not_inherited, V4 | V6,
      "what is an option of listening is not inherited: TCP_DEFER_ACCEPT, TCP_FASTOPEN and SO_ACCEPTCONN read 0 on the accepted "
      "socket; SO_PRIORITY is not either (sk_clone_lock), nor O_NONBLOCK, nor the owner for SIGIO",
      .cites = "accept(2), socket(7)")
{
    static const struct setting of_listening[] = {
        OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT, 1, 0),
        OPTION(IPPROTO_TCP, TCP_FASTOPEN, 5, 0),
        OPTION(SOL_SOCKET, SO_PRIORITY, 5, 0),
        {0},
    };
    static const struct setting as_listener[] = {
        OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT, 0, 1),
        OPTION(IPPROTO_TCP, TCP_FASTOPEN, 0, 5),
        OPTION(SOL_SOCKET, SO_PRIORITY, 0, 5),
        OPTION(SOL_SOCKET, SO_ACCEPTCONN, 0, 1),
        {0},
    };
    struct sock *listener = listener_with(lab, of_listening, treatment(lab));
    set_flag(listener, O_NONBLOCK);
    do_fcntl(listener, F_SETOWN, getpid());
    expect_read(lab, listener, as_listener);

    send_text(connected_client(lab), "x"); /* TCP_DEFER_ACCEPT waits for it */
    struct sock *accepted = accept_from(listener);
    expect_read(lab, accepted, of_listening);
    expect_equal(lab, get_int(accepted, SOL_SOCKET, SO_ACCEPTCONN), 0);
    expect(lab, !(do_fcntl(accepted, F_GETFL, 0) & O_NONBLOCK) && do_fcntl(accepted, F_GETOWN, 0) == 0);
}

CLAIM(so_debug_is_inherited, V4 | V6,
      "an accepted socket has SO_DEBUG from its listening socket",
      .needs = NEEDS_ROOT) /* CAP_NET_ADMIN in the first user namespace */
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_DEBUG, 1);
    connected_client(lab);
    expect_equal(lab, get_int(accept_from(listener), SOL_SOCKET, SO_DEBUG), 1);
}

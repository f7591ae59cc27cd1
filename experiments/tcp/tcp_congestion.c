/* SPDX-License-Identifier: MIT */
/*
 * TCP_CONGESTION: the congestion control algorithm of one socket.
 * tcp(7) TCP_CONGESTION (since Linux 2.6.13), tcp_congestion_control, tcp_allowed_congestion_control
 *
 * The bench's hosts have reno by default; it is in every kernel.
 */
#include "lab.h"

EXPERIMENT("TCP_CONGESTION", "IPPROTO_TCP", "choose the congestion control algorithm of a socket");

#define NAME_SIZE 16 /* TCP_CA_NAME_MAX */

static int try_algorithm(struct sock *sock, const char *name)
{
    return try_set_option(sock, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name));
}

static bool uses(struct sock *sock, const char *name)
{
    char buffer[NAME_SIZE + 1] = "";
    socklen_t size = NAME_SIZE;
    lab_must(HERE, try_get_option(sock, IPPROTO_TCP, TCP_CONGESTION, buffer, &size));
    return strcmp(buffer, name) == 0;
}

static void need_cubic(struct lab *lab)
{
    need(lab, try_algorithm(tcp_socket(lab, "client"), "cubic") == 0, "needs cubic (CONFIG_TCP_CONG_CUBIC)");
}

struct attempt {
    struct sock *sock;
    const char *name;
};

static int choose(struct lab *lab, void *context)
{
    struct attempt *attempt = context;
    (void)lab;
    return try_algorithm(attempt->sock, attempt->name);
}

/* Another one than reno that is allowed to everybody: cubic or BBR, whichever the machine has as default. */
static const char *allowed_algorithm(struct lab *lab)
{
    static const char *const names[] = {"cubic", "bbr"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct attempt attempt = {socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), names[i]};
        if (as_user(lab, NOBODY, choose, &attempt) == 0)
            return names[i];
    }
    lab_skip(HERE, lab, "needs cubic or BBR, allowed to everybody");
}

CLAIM(each_socket_has_its_own, V4 | V6,
      "TCP_CONGESTION changes the algorithm of one socket and of no other; new ones have that of net.ipv4.tcp_congestion_control",
      .cites = "tcp(7) TCP_CONGESTION")
{
    const char *algorithm = allowed_algorithm(lab);
    struct sock *one = tcp_socket(lab, "client"), *other = tcp_socket(lab, "client");
    if (treatment(lab))
        expect_success(lab, try_algorithm(one, algorithm));
    expect(lab, uses(one, algorithm));
    expect(lab, uses(other, "reno"));

    set_sysctl(lab, "client", "net.ipv4.tcp_congestion_control", algorithm);
    expect(lab, uses(tcp_socket(lab, "client"), algorithm));
    expect(lab, uses(other, "reno")); /* taken when the socket was made: tcp_init_sock */
}

/* Five segments leave while the congestion window is ten; the first is lost, and the others tell so. */
static unsigned threshold_after_a_loss(struct lab *lab, struct sock *client)
{
    send_segments(client, 5);
    await_all_acknowledged(client);
    struct tcp_info info = get_value(client, IPPROTO_TCP, TCP_INFO, struct tcp_info);
    expect_equal(lab, info.tcpi_total_retrans, 1);
    return info.tcpi_snd_ssthresh;
}

CLAIM(algorithms_answer_a_loss_differently, V4 | V6,
      "when a segment is lost out of a congestion window of ten, reno goes back to five segments, cubic to seven; changing the algorithm "
      "of an established connection is enough",
      .cites = "RFC 5681 section 3.1; RFC 9438 section 4.6")
{
    need_cubic(lab);
    wire_drop_nth(lab, 1, "client > server [*] seq 1 len >0"); /* sent again, it passes */
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        expect_success(lab, try_algorithm(s.client, "cubic"));
    expect_equal(lab, threshold_after_a_loss(lab, s.client), 10 * 717 / 1024); /* bictcp_recalc_ssthresh */

    struct sock *reno = tcp_socket(lab, "client");
    wire_drop_nth(lab, 1, "client > server [*] seq 1 len >0");
    connect_to(reno, at(lab, "server", SERVICE));
    expect_equal(lab, threshold_after_a_loss(lab, reno), 10 / 2); /* tcp_reno_ssthresh */
}

CLAIM(accepted_sockets_have_the_algorithm_set_on_the_listener, V4 | V6,
      "accepted sockets have the algorithm set on the listening one; if none was set there, that of the sysctl when the connection is made",
      .cites = "net/ipv4/tcp_minisocks.c, tcp_ca_openreq_child")
{
    const char *algorithm = allowed_algorithm(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    if (treatment(lab))
        expect_success(lab, try_algorithm(listener, algorithm));
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect(lab, uses(accept_from(listener), algorithm));

    struct sock *plain = tcp_listener(lab, "server", 5000);
    expect(lab, uses(plain, "reno"));
    set_sysctl(lab, "server", "net.ipv4.tcp_congestion_control", algorithm);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", 5000));
    expect(lab, uses(accept_from(plain), algorithm));
    expect(lab, uses(plain, "reno"));
}

/* One that this kernel has and does not allow to everybody; NULL. */
static const char *reserved_algorithm(struct lab *lab)
{
    static const char *const names[] = {"cubic", "dctcp", "vegas", "bbr", "westwood", "htcp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct attempt attempt = {socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), names[i]};
        if (try_algorithm(socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), names[i]) == 0 &&
            as_user(lab, NOBODY, choose, &attempt) == -EPERM)
            return names[i];
    }
    return NULL;
}

CLAIM(only_the_administrator_may_choose_what_is_not_allowed, NO_FAMILY,
      "an algorithm outside net.ipv4.tcp_allowed_congestion_control is refused with EPERM to a process without CAP_NET_ADMIN, and the "
      "socket keeps what it has; with it, it is taken",
      .cites = "tcp(7) TCP_CONGESTION")
{
    struct attempt attempt = {socket_on(lab, "client", AF_INET, SOCK_STREAM, 0), reserved_algorithm(lab)};
    need(lab, attempt.name != NULL, "needs an algorithm that is not allowed to everybody");
    if (treatment(lab))
        expect_refused(lab, as_user(lab, NOBODY, choose, &attempt), EPERM);
    else
        expect_refused(lab, choose(lab, &attempt), EPERM);
    expect(lab, uses(attempt.sock, "reno"));
    expect_success(lab, choose(lab, &attempt));
    expect(lab, uses(attempt.sock, attempt.name));
}

static int choose_reno(struct lab *lab, void *context)
{
    (void)lab;
    return try_algorithm(context, "reno");
}

CLAIM(reno_is_allowed_to_everybody, NO_FAMILY,
      "reno may be chosen by any process, in any network namespace, whatever the default is",
      .cites = "tcp(7) tcp_allowed_congestion_control")
{
    need_cubic(lab);
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
    expect_success(lab, try_algorithm(sock, "cubic"));
    if (treatment(lab))
        expect_success(lab, as_user(lab, NOBODY, choose_reno, sock));
    expect(lab, uses(sock, "reno"));
}

CLAIM(names_that_are_refused, V4 | V6,
      "a name that the kernel does not know fails with ENOENT, longer ones are cut to 15 bytes first; no name at all fails with EINVAL, "
      "a UDP socket with ENOPROTOOPT; the socket keeps what it has",
      .cites = "tcp(7) TCP_CONGESTION")
{
    struct sock *sock = tcp_socket(lab, "client");
    const char *unknown = treatment(lab) ? "no-such" : "reno";
    fact_refused(lab, "unknown_congestion_control", try_algorithm(sock, unknown), ENOENT); /* tcp_set_congestion_control */
    expect_refused(lab, try_algorithm(sock, "reno-and-what-follows-it"), ENOENT);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_CONGESTION, "", 0), EINVAL);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_CONGESTION, "", 1), ENOENT);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_CONGESTION, (void *)16, 4), EFAULT);
    expect_refused(lab, try_algorithm(udp_socket(lab, "client"), "reno"), ENOPROTOOPT);
    expect(lab, uses(sock, "reno"));
}

CLAIM(name_is_read_as_16_bytes, V4 | V6,
      "getsockopt gives the name in 16 bytes filled up with zeros, or as many of them as fit, without a zero at the end; a name may be "
      "set with or without one",
      .cites = "tcp(7) TCP_CONGESTION")
{
    need_cubic(lab);
    struct sock *sock = tcp_socket(lab, "client");
    char name[64];
    memset(name, '#', sizeof name);
    if (treatment(lab))
        expect_success(lab, try_set_option(sock, IPPROTO_TCP, TCP_CONGESTION, "cubic", sizeof "cubic"));

    socklen_t size = 3;
    expect_success(lab, try_get_option(sock, IPPROTO_TCP, TCP_CONGESTION, name, &size));
    expect(lab, size == 3 && memcmp(name, "cub#", 4) == 0);
    size = sizeof name;
    expect_success(lab, try_get_option(sock, IPPROTO_TCP, TCP_CONGESTION, name, &size));
    expect_equal(lab, size, NAME_SIZE);
    expect(lab, memcmp(name, "cubic\0\0\0\0\0\0\0\0\0\0\0#", 17) == 0);
}

/* SPDX-License-Identifier: MIT */
/*
 * How getsockopt and setsockopt are called, what they return, and every error of [attrs] 5.2; levels, [attrs] 5.3;
 * [unp] 1; [socket7] Socket options
 */
#include "lab.h"

#include <linux/icmp.h>
#include <netinet/udp.h>
#include <sys/time.h>
#include <unistd.h>

EXPERIMENT("getsockopt, setsockopt", NULL, "return values, errors, lengths and levels");

/* An address that is never mapped. */
static void *const NOWHERE = (void *)16;

enum { UNKNOWN = 9999 }; /* an option that no level has */

static struct sock *any_socket(struct lab *lab)
{
    return socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
}

/* ---- return values ---- */

CLAIM(success_is_0_and_failure_is_minus_1_with_errno, NO_FAMILY,
      "getsockopt and setsockopt return 0 when they succeed, and -1 with errno set when they fail")
{
    int fd = fd_of(any_socket(lab)), value = 1;
    socklen_t size = sizeof value;
    expect_equal(lab, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, size), 0);
    expect_equal(lab, getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &size), 0);

    int option = treatment(lab) ? UNKNOWN : SO_KEEPALIVE;
    expect_equal(lab, setsockopt(fd, SOL_SOCKET, option, &value, size), -1);
    expect_equal(lab, errno, ENOPROTOOPT);
    expect_equal(lab, getsockopt(fd, SOL_SOCKET, option, &value, &size), -1);
    expect_equal(lab, errno, ENOPROTOOPT);
}

/* ---- errors ---- */

CLAIM(closed_descriptor_is_ebadf, NO_FAMILY,
      "on the number of a closed descriptor both calls fail with EBADF")
{
    struct sock *sock = any_socket(lab), *log = any_socket(lab);
    int closed = fd_of(sock), value = 1;
    socklen_t size = sizeof value;
    if (treatment(lab))
        close_socket(sock);
    expect_refused(lab, try_call(log, setsockopt(closed, SOL_SOCKET, SO_KEEPALIVE, &value, size)), EBADF);
    expect_refused(lab, try_call(log, getsockopt(closed, SOL_SOCKET, SO_KEEPALIVE, &value, &size)), EBADF);
    expect_refused(lab, try_call(log, setsockopt(-1, SOL_SOCKET, SO_KEEPALIVE, &value, size)), EBADF);
}

CLAIM(descriptor_of_a_pipe_is_enotsock, NO_FAMILY,
      "on a descriptor that is no socket, here a pipe, both calls fail with ENOTSOCK")
{
    struct sock *sock = any_socket(lab);
    int ends[2], value = 1;
    socklen_t size = sizeof value;
    do_call(sock, pipe(ends));
    int fd = treatment(lab) ? ends[0] : fd_of(sock);
    expect_refused(lab, try_call(sock, setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, size)), ENOTSOCK);
    expect_refused(lab, try_call(sock, getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &size)), ENOTSOCK);
}

CLAIM(unknown_option_is_enoprotoopt_at_every_level, V4 | V6,
      "an option number that the level does not know fails with ENOPROTOOPT at SOL_SOCKET, IPPROTO_TCP and IPPROTO_IP or "
      "IPPROTO_IPV6, and so does a level that does not exist")
{
    struct sock *sock = tcp_socket(lab, "client");
    int ip = is_v6(lab) ? IPPROTO_IPV6 : IPPROTO_IP, value;
    int known = treatment(lab) ? UNKNOWN : SO_KEEPALIVE, tcp = treatment(lab) ? UNKNOWN : TCP_NODELAY;
    socklen_t size = sizeof value;

    expect_refused(lab, try_set_int(sock, SOL_SOCKET, known, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, IPPROTO_TCP, tcp, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, ip, UNKNOWN, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, UNKNOWN, 1, 1), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, SOL_SOCKET, known, &value, &size), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, IPPROTO_TCP, tcp, &value, &size), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, ip, UNKNOWN, &value, &size), ENOPROTOOPT);
}

CLAIM(unknown_option_of_a_unix_socket_is_eopnotsupp, NO_FAMILY,
      "a socket in AF_UNIX has no options of its own: at every level but SOL_SOCKET both calls fail with EOPNOTSUPP, not "
      "ENOPROTOOPT")
{
    struct sock *sock = socket_on(lab, "client", AF_UNIX, SOCK_STREAM, 0);
    int level = treatment(lab) ? IPPROTO_TCP : SOL_SOCKET, value;
    socklen_t size = sizeof value;
    expect_refused(lab, try_set_int(sock, level, UNKNOWN, 1), EOPNOTSUPP); /* do_sock_setsockopt: no ops->setsockopt */
    expect_refused(lab, try_get_option(sock, level, UNKNOWN, &value, &size), EOPNOTSUPP);
}

CLAIM(length_and_address_are_judged_before_the_option, NO_FAMILY,
      "at SOL_SOCKET a bad length or address is found before the option number is looked at: setsockopt of an unknown option "
      "fails with EINVAL or EFAULT then, not ENOPROTOOPT")
{
    struct sock *sock = any_socket(lab);
    int value = 1;
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, UNKNOWN, &value, treatment(lab) ? 2 : sizeof value), EINVAL);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, UNKNOWN, NOWHERE, sizeof value), EFAULT); /* sk_setsockopt */
}

CLAIM(setsockopt_from_nowhere_is_efault, V4 | V6,
      "setsockopt with optval outside the address space fails with EFAULT")
{
    struct sock *sock = tcp_socket(lab, "client");
    int value = 1;
    const void *optval = treatment(lab) ? NOWHERE : &value;
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, optval, sizeof value), EFAULT);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_NODELAY, optval, sizeof value), EFAULT);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof value), EFAULT);
}

CLAIM(getsockopt_to_nowhere_is_efault, V4 | V6,
      "getsockopt with optval outside the address space fails with EFAULT")
{
    struct sock *sock = tcp_socket(lab, "client");
    int value = 0;
    socklen_t size = sizeof value;
    void *optval = treatment(lab) ? NOWHERE : &value;
    expect_refused(lab, try_get_option(sock, SOL_SOCKET, SO_KEEPALIVE, optval, &size), EFAULT);
    expect_refused(lab, try_get_option(sock, IPPROTO_TCP, TCP_NODELAY, optval, &size), EFAULT);
}

CLAIM(getsockopt_with_optlen_nowhere_is_efault, V4 | V6,
      "getsockopt with a pointer to optlen outside the address space fails with EFAULT")
{
    struct sock *sock = tcp_socket(lab, "client");
    int value, fd = fd_of(sock);
    socklen_t size = sizeof value, *optlen = treatment(lab) ? (socklen_t *)NOWHERE : &size;
    expect_refused(lab, try_call(sock, getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, optlen)), EFAULT);
    expect_refused(lab, try_call(sock, getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, optlen)), EFAULT);
}

CLAIM(getsockopt_of_no_bytes_takes_any_address, NO_FAMILY,
      "getsockopt with *optlen 0 copies nothing, so that it succeeds even with optval NULL",
      .cites = "getsockopt(2), EFAULT")
{
    struct sock *sock = any_socket(lab);
    socklen_t size = treatment(lab) ? 0 : sizeof(int);
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_KEEPALIVE, NULL, &size));
    expect_equal(lab, size, 0);
}

CLAIM(too_short_optlen_is_einval, V4 | V6,
      "setsockopt with an optlen too short for the option's value, or negative, fails with EINVAL")
{
    struct sock *sock = tcp_socket(lab, "client");
    int value = 1;
    struct linger linger = {1, 1};
    socklen_t missing = treatment(lab) ? 1 : 0;
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value - missing), EINVAL);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value - missing), EINVAL);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger - missing), EINVAL);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, &value, (socklen_t)-1), EINVAL);
}

CLAIM(too_long_optlen_is_accepted, V4 | V6,
      "setsockopt with an optlen longer than the option's value succeeds: what is behind the value is not looked at")
{
    struct sock *sock = tcp_socket(lab, "client");
    int values[4] = {treatment(lab) ? 1 : 0, -1, -1, -1};
    expect_success(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, values, sizeof values));
    expect_success(lab, try_set_option(sock, IPPROTO_TCP, TCP_NODELAY, values, sizeof values));
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_NODELAY), 1);
}

CLAIM(ip_flags_take_one_byte_too, NO_FAMILY,
      "options of IPPROTO_IP that hold an int take an optlen of 1 as well, and read only this byte",
      .cites = "ip(7)")
{
    struct sock *sock = any_socket(lab);
    unsigned char one = 1;
    if (treatment(lab))
        expect_success(lab, try_set_option(sock, IPPROTO_IP, IP_RECVTOS, &one, sizeof one)); /* ip_setsockopt */
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_RECVTOS), 1);
    expect_refused(lab, try_set_option(sock, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one), EINVAL);
}

CLAIM(membership_in_no_multicast_group_is_einval, NO_FAMILY,
      "IP_ADD_MEMBERSHIP of an address that is not multicast fails with EINVAL, though its length is right")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    struct ip_mreq group = {.imr_multiaddr.s_addr = htonl(treatment(lab) ? 0x0a000002 : 0xef010203),
                            .imr_interface.s_addr = htonl(0x0a000001)};
    expect_refused(lab, try_set_option(sock, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group), EINVAL);
}

/* ---- values and lengths ---- */

CLAIM(getsockopt_writes_optval_and_changes_nothing, NO_FAMILY,
      "getsockopt stores the option's value in *optval: what the variable held before is overwritten, not taken as new value")
{
    struct sock *sock = any_socket(lab);
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 1);
    int value = 0;
    socklen_t size = sizeof value;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_KEEPALIVE, &value, &size));
    expect_equal(lab, value, 1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);
}

CLAIM(optlen_returns_the_length_of_the_value, V4 | V6,
      "getsockopt takes the size of the buffer in *optlen and returns the length of the value in it")
{
    struct sock *sock = tcp_socket(lab, "client");
    char value[64];
    socklen_t size = treatment(lab) ? sizeof value : 0;

    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_KEEPALIVE, value, &size));
    expect_equal(lab, size, sizeof(int));
    size = sizeof value;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_LINGER, value, &size));
    expect_equal(lab, size, sizeof(struct linger));
    size = sizeof value;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_RCVTIMEO, value, &size));
    expect_equal(lab, size, sizeof(struct timeval));
}

CLAIM(buffer_too_small_gets_a_truncated_value, V4 | V6,
      "a buffer smaller than the value gets its first bytes, without an error; *optlen returns how many, not the true length")
{
    struct sock *sock = tcp_socket(lab, "client");
    struct linger linger = {.l_onoff = 1, .l_linger = 7}, got = {-1, -1};
    set_option(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);

    socklen_t size = treatment(lab) ? sizeof got.l_onoff : sizeof got;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_LINGER, &got, &size));
    expect_equal(lab, size, sizeof got.l_onoff);
    expect_equal(lab, got.l_onoff, 1);
    expect_equal(lab, got.l_linger, -1);
}

CLAIM(value_options_have_types_of_their_own, V4 | V6,
      "SO_LINGER passes a struct linger and SO_RCVTIMEO a struct timeval between program and kernel")
{
    struct sock *sock = tcp_socket(lab, "client");
    struct linger linger = {.l_onoff = 1, .l_linger = 7}, linger_read = {0};
    struct timeval timeout = {.tv_sec = 3}, timeout_read = {0};
    socklen_t size = sizeof linger;

    if (treatment(lab)) {
        set_option(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        set_option(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    }
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_LINGER, &linger_read, &size));
    expect(lab, linger_read.l_onoff == 1 && linger_read.l_linger == 7);
    size = sizeof timeout;
    expect_success(lab, try_get_option(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout_read, &size));
    expect(lab, timeout_read.tv_sec == 3 && timeout_read.tv_usec == 0);
}

/* Sets a flag to `value` and tells what it reads. */
#define after_setting(sock, level, option, value) (set_int(sock, level, option, value), get_int(sock, level, option))

CLAIM(any_nonzero_int_switches_a_flag_on, V6,
      "SO_KEEPALIVE, SO_BROADCAST, SO_OOBINLINE, SO_REUSEADDR, TCP_NODELAY and IPV6_V6ONLY are off after 0, on after any other "
      "int, and read as 0 or 1")
{
    struct sock *tcp = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client");
    int on = treatment(lab) ? 0x100 : 0; /* its low byte is 0 */

    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_KEEPALIVE, on), 1);
    expect_equal(lab, after_setting(udp, SOL_SOCKET, SO_BROADCAST, -1), 1);
    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_OOBINLINE, 2), 1);
    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_REUSEADDR, on), 1);
    expect_equal(lab, after_setting(tcp, IPPROTO_TCP, TCP_NODELAY, -7), 1);
    expect_equal(lab, after_setting(tcp, IPPROTO_IPV6, IPV6_V6ONLY, on), 1);

    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_KEEPALIVE, 0), 0);
    expect_equal(lab, after_setting(udp, SOL_SOCKET, SO_BROADCAST, 0), 0);
    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_OOBINLINE, 0), 0);
    expect_equal(lab, after_setting(tcp, SOL_SOCKET, SO_REUSEADDR, 0), 0);
    expect_equal(lab, after_setting(tcp, IPPROTO_TCP, TCP_NODELAY, 0), 0);
    expect_equal(lab, after_setting(tcp, IPPROTO_IPV6, IPV6_V6ONLY, 0), 0);
}

CLAIM(some_flags_take_nothing_but_0_and_1, V6,
      "IPV6_MULTICAST_LOOP, SO_ZEROCOPY and TCP_INQ are flags that take 0 and 1 only: 2 fails with EINVAL and changes nothing")
{
    struct sock *tcp = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client");
    int on = treatment(lab) ? 2 : 1;
    set_int(udp, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);

    expect_refused(lab, try_set_int(udp, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, on), EINVAL); /* val != valbool */
    expect_refused(lab, try_set_int(tcp, SOL_SOCKET, SO_ZEROCOPY, on), EINVAL);
    expect_refused(lab, try_set_int(tcp, IPPROTO_TCP, TCP_INQ, on), EINVAL);
    expect_equal(lab, get_int(udp, IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 0);
    expect_equal(lab, get_int(tcp, SOL_SOCKET, SO_ZEROCOPY), 0);
    expect_equal(lab, get_int(tcp, IPPROTO_TCP, TCP_INQ), 0);
}

CLAIM(both_calls_have_the_documented_prototypes, NO_FAMILY,
      "getsockopt takes its length by pointer, setsockopt by value, and its value as const",
      .untreated = "the compiler judges: another prototype would not compile (-Werror)")
{
    int (*get)(int, int, int, void *restrict, socklen_t *restrict) = getsockopt;
    int (*set)(int, int, int, const void *, socklen_t) = setsockopt;
    struct sock *sock = any_socket(lab);
    int value = 1;
    socklen_t size = sizeof value;
    expect_success(lab, try_call(sock, set(fd_of(sock), SOL_SOCKET, SO_KEEPALIVE, &value, size)));
    expect_success(lab, try_call(sock, get(fd_of(sock), SOL_SOCKET, SO_KEEPALIVE, &value, &size)));
}

/* ---- levels ---- */

CLAIM(sol_socket_works_on_every_kind_of_socket, NO_FAMILY,
      "level SOL_SOCKET sets and reads options on TCP, UDP, raw, IPv6, AF_UNIX, AF_NETLINK and AF_PACKET sockets")
{
    static const struct {
        int domain, type;
    } kinds[] = {{AF_INET, SOCK_STREAM}, {AF_INET, SOCK_DGRAM}, {AF_INET, SOCK_RAW}, {AF_INET6, SOCK_STREAM}, {AF_UNIX, SOCK_STREAM}, {AF_NETLINK, SOCK_RAW}, {AF_PACKET, SOCK_RAW}};
    bool treated = treatment(lab);
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int protocol = kinds[i].domain == AF_INET && kinds[i].type == SOCK_RAW ? IPPROTO_ICMP : 0;
        struct sock *sock = socket_on(lab, "client", kinds[i].domain, kinds[i].type, protocol);
        expect_equal(lab, get_int(sock, SOL_SOCKET, SO_TYPE), kinds[i].type);
        if (treated)
            set_int(sock, SOL_SOCKET, SO_RCVLOWAT, 7);
        expect_equal(lab, get_int(sock, SOL_SOCKET, SO_RCVLOWAT), 7);
    }
}

CLAIM(same_number_is_another_option_at_another_level, NO_FAMILY,
      "option 1 is SO_DEBUG at SOL_SOCKET, TCP_NODELAY at IPPROTO_TCP and IP_TOS at IPPROTO_IP: setting one leaves the others")
{
    struct sock *sock = any_socket(lab);
    expect(lab, SO_DEBUG == 1 && TCP_NODELAY == 1 && IP_TOS == 1);

    if (treatment(lab))
        set_int(sock, IPPROTO_TCP, 1, 1);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_NODELAY), 1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_DEBUG), 0);
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_TOS), 0);
}

CLAIM(one_socket_takes_options_of_the_socket_and_of_its_protocols, V4 | V6,
      "the same calls set and read options of the generic level, of TCP and of IP on one socket")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(sock, SOL_SOCKET, SO_KEEPALIVE, 1);
        set_int(sock, IPPROTO_TCP, TCP_NODELAY, 1);
        set_ip_int(sock, IP_TTL, IPV6_UNICAST_HOPS, 7);
    }
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_KEEPALIVE), 1);
    expect_equal(lab, get_int(sock, IPPROTO_TCP, TCP_NODELAY), 1);
    expect_equal(lab, get_ip_int(sock, IP_TTL, IPV6_UNICAST_HOPS), 7);
}

CLAIM(level_ipproto_udp_reaches_udp_options, V4 | V6,
      "level IPPROTO_UDP reaches options of a UDP socket (UDP_CORK); a TCP socket has no such level: ENOPROTOOPT")
{
    struct sock *udp = udp_socket(lab, "client"), *tcp = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(udp, IPPROTO_UDP, UDP_CORK, 1);
    expect_equal(lab, get_int(udp, IPPROTO_UDP, UDP_CORK), 1);
    expect_refused(lab, try_set_int(tcp, IPPROTO_UDP, UDP_CORK, 1), ENOPROTOOPT);
}

CLAIM(level_ipproto_raw_reaches_the_icmp_filter, NO_FAMILY,
      "level IPPROTO_RAW (255, SOL_RAW) has an option on Linux: ICMP_FILTER of a raw ICMP socket")
{
    expect_equal(lab, IPPROTO_RAW, 255);
    struct sock *raw = socket_on(lab, "client", AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct icmp_filter filter = {.data = 1u << ICMP_ECHO}, read = {0};
    socklen_t size = sizeof read;
    if (treatment(lab))
        set_option(raw, IPPROTO_RAW, ICMP_FILTER, &filter, sizeof filter);
    expect_success(lab, try_get_option(raw, IPPROTO_RAW, ICMP_FILTER, &read, &size));
    expect_equal(lab, read.data, filter.data);
}

CLAIM(level_ipproto_icmp_is_sol_socket, NO_FAMILY,
      "IPPROTO_ICMP is no level of its own: its number 1 is that of SOL_SOCKET, so that ICMP_FILTER set there switches SO_DEBUG, "
      "and a raw ICMP socket gets no filter",
      .needs = NEEDS_ROOT) /* SO_DEBUG asks for CAP_NET_ADMIN in the first user namespace */
{
    expect(lab, IPPROTO_ICMP == SOL_SOCKET && ICMP_FILTER == SO_DEBUG);
    struct sock *raw = socket_on(lab, "client", AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct icmp_filter filter = {.data = 1u << ICMP_ECHO}, read = {0};
    socklen_t size = sizeof read;
    if (treatment(lab))
        set_option(raw, IPPROTO_ICMP, ICMP_FILTER, &filter, sizeof filter);
    expect_equal(lab, get_int(raw, SOL_SOCKET, SO_DEBUG), 1);
    expect_success(lab, try_get_option(raw, IPPROTO_RAW, ICMP_FILTER, &read, &size));
    expect_equal(lab, read.data, 0);
}

CLAIM(level_ipproto_sctp_reaches_sctp_options, NO_FAMILY,
      "level IPPROTO_SCTP reaches options of an SCTP socket (SCTP_NODELAY); a TCP socket has no such level: ENOPROTOOPT")
{
    enum { SCTP_NODELAY_OPTION = 3 }; /* <linux/sctp.h> */
    int probe = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
    need(lab, probe >= 0, "needs SCTP (CONFIG_IP_SCTP)");
    close(probe);
    struct sock *sctp = socket_on(lab, "client", AF_INET, SOCK_STREAM, IPPROTO_SCTP);
    if (treatment(lab))
        set_int(sctp, IPPROTO_SCTP, SCTP_NODELAY_OPTION, 1);
    expect_equal(lab, get_int(sctp, IPPROTO_SCTP, SCTP_NODELAY_OPTION), 1);
    expect_refused(lab, try_set_int(any_socket(lab), IPPROTO_SCTP, SCTP_NODELAY_OPTION, 1), ENOPROTOOPT);
}

CLAIM(levels_are_defined_by_the_headers, NO_FAMILY,
      "SOL_SOCKET is 1, and the IPPROTO_ levels are the numbers of the protocols",
      .untreated = "numbers of the ABI, compared with the literal ones; a missing name would not compile")
{
    expect_equal(lab, SOL_SOCKET, 1);
    expect_equal(lab, IPPROTO_IP, 0);
    expect_equal(lab, IPPROTO_ICMP, 1);
    expect_equal(lab, IPPROTO_TCP, 6);
    expect_equal(lab, IPPROTO_UDP, 17);
    expect_equal(lab, IPPROTO_IPV6, 41);
    expect_equal(lab, IPPROTO_SCTP, 132);
    expect_equal(lab, IPPROTO_RAW, 255);
}

CLAIM(linux_has_options_beyond_the_table, V4,
      "getsockopt and setsockopt operate on many options that the table of the document does not list: SO_PRIORITY, "
      "SO_PEEK_OFF, TCP_KEEPIDLE, TCP_USER_TIMEOUT, IP_MTU_DISCOVER …")
{
    struct sock *tcp = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(udp, SOL_SOCKET, SO_PRIORITY, 5);
        set_int(udp, SOL_SOCKET, SO_PEEK_OFF, 3);
        set_int(udp, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
        set_int(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 9);
        set_int(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, 11);
    }
    expect_equal(lab, get_int(udp, SOL_SOCKET, SO_PRIORITY), 5);
    expect_equal(lab, get_int(udp, SOL_SOCKET, SO_PEEK_OFF), 3);
    expect_equal(lab, get_int(udp, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_PROBE);
    expect_equal(lab, get_int(tcp, IPPROTO_TCP, TCP_KEEPIDLE), 9);
    expect_equal(lab, get_int(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT), 11);
}

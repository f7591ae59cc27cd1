/* SPDX-License-Identifier: MIT */
/*
 * SO_BINDANY of OpenBSD, IP_BINDANY and IPV6_BINDANY of FreeBSD: not on Linux, where IP_FREEBIND, IPV6_FREEBIND and
 * IP_TRANSPARENT let a socket bind to an address that is not local. [notes] SO_BINDANY, IP_BINDANY, IPV6_BINDANY
 */
#include "lab.h"

EXPERIMENT("SO_BINDANY", NULL, "BSD: bind to any address, also a non-local one");

enum { OPENBSD_SO_BINDANY = 0x1000,
       FREEBSD_IP_BINDANY = 24,
       FREEBSD_IPV6_BINDANY = 64,
       BSD_SOL_SOCKET = 0xffff };

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78 /* <linux/in6.h>, which does not go with <netinet/in.h> */
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static struct endpoint foreign_address(struct lab *lab)
{
    return literally(lab, is_v6(lab) ? "2001:db8::1" : "192.0.2.1", SERVICE);
}

CLAIM(so_bindany_is_absent, V4 | V6,
      "Linux has no SO_BINDANY: no header names it, OpenBSD's number fails with ENOPROTOOPT, and a foreign address cannot be "
      "bound",
      .cites = "setsockopt(2) of OpenBSD, SO_BINDANY")
{
#ifdef SO_BINDANY
    expect(lab, !"SO_BINDANY is defined");
#endif
    struct sock *sock = tcp_socket(lab, "server");
    int option = treatment(lab) ? OPENBSD_SO_BINDANY : SO_REUSEADDR;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, BSD_SOL_SOCKET, OPENBSD_SO_BINDANY, 1), ENOPROTOOPT);
    expect_refused(lab, try_bind(sock, foreign_address(lab)), EADDRNOTAVAIL);
}

CLAIM(number_of_ip_bindany_is_ip_bind_address_no_port, V4,
      "Linux has no IP_BINDANY: no header names it, and FreeBSD's number 24 is IP_BIND_ADDRESS_NO_PORT, so that setting it "
      "succeeds, but a foreign address still cannot be bound",
      .since = "4.2",
      .cites = "ip(4) of FreeBSD, IP_BINDANY; ip(7), IP_BIND_ADDRESS_NO_PORT")
{
#ifdef IP_BINDANY
    expect(lab, !"IP_BINDANY is defined");
#endif
    struct sock *sock = tcp_socket(lab, "server");
    if (treatment(lab))
        set_int(sock, IPPROTO_IP, FREEBSD_IP_BINDANY, 1);
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
    expect_refused(lab, try_bind(sock, foreign_address(lab)), EADDRNOTAVAIL);
}

CLAIM(ipv6_bindany_is_absent, V6,
      "Linux has no IPV6_BINDANY: no header names it, FreeBSD's number 64 (on Linux one of ip6tables') is refused, and a foreign "
      "address cannot be bound",
      .cites = "ip6(4) of FreeBSD, IPV6_BINDANY")
{
#ifdef IPV6_BINDANY
    expect(lab, !"IPV6_BINDANY is defined");
#endif
    struct sock *sock = tcp_socket(lab, "server");
    int result = try_set_int(sock, IPPROTO_IPV6, treatment(lab) ? FREEBSD_IPV6_BINDANY : IPV6_V6ONLY, 1);
    expect(lab, result < 0); /* ENOPROTOOPT, or what nf_setsockopt finds wrong with an IP6T_SO_SET_REPLACE */
    fact_text(lab, "errno_of_ipv6_bindany", result < 0 ? strerrorname_np(-result) : "0");
    expect_refused(lab, try_bind(sock, foreign_address(lab)), EADDRNOTAVAIL);
}

CLAIM(ip_freebind_binds_to_a_foreign_address, V4 | V6,
      "with IP_FREEBIND (IPV6_FREEBIND) bind and listen on an address that the host does not have succeed",
      .cites = "ip(7), IP_FREEBIND")
{
    struct sock *sock = tcp_socket(lab, "server");
    if (treatment(lab))
        set_ip_int(sock, IP_FREEBIND, IPV6_FREEBIND, 1);
    expect_success(lab, try_bind(sock, foreign_address(lab)));
    expect_equal(lab, name_of(sock).port, SERVICE);
    expect_success(lab, try_listen(sock, 1));
}

CLAIM(ip_transparent_sends_from_a_foreign_address, V4 | V6,
      "a UDP socket bound to a foreign address by IP_TRANSPARENT (IPV6_TRANSPARENT) sends with it as source",
      .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *sock = udp_socket(lab, "client");
    if (treatment(lab))
        set_ip_int(sock, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    expect_success(lab, try_bind(sock, foreign_address(lab)));
    send_to(sock, "Hello", 0, at(lab, "server", SERVICE));
    expect_wire(lab, is_v6(lab) ? "2001:db8::1.7890 > server UDP len 5" : "192.0.2.1.7890 > server UDP len 5");
}

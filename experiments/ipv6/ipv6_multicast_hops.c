/* SPDX-License-Identifier: MIT */
/* IPV6_MULTICAST_HOPS: how far datagrams to an IPv6 group go. [unp] 1; RFC 3493 section 5.2 */
#include "lab.h"

EXPERIMENT("IPV6_MULTICAST_HOPS", "IPPROTO_IPV6", "hop limit of datagrams sent to a group");

#define PORT 1234

CLAIM(it_is_the_hop_limit_of_datagrams_to_a_group, V6,
      "datagrams to a group leave with hop limit 1 by default, and with the one set by IPV6_MULTICAST_HOPS afterwards")
{
    struct sock *source = udp_socket(lab, "client");
    send_to(source, "near", 0, group(lab, PORT));
    if (treatment(lab))
        set_int(source, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 5);
    send_to(source, "far", 0, group(lab, PORT));
    expect_wire(lab,
                "client > ff15::1:2:3 UDP data \"near\" hlim 1",
                "client > ff15::1:2:3 UDP data \"far\" hlim 5");
}

CLAIM(unicast_keeps_its_own_hop_limit, V6,
      "IPV6_MULTICAST_HOPS leaves datagrams to single hosts alone: they keep the hop limit of IPV6_UNICAST_HOPS",
      .cites = "RFC 3493 section 5.2")
{
    struct sock *source = udp_socket(lab, "client"), *receiver = udp_socket(lab, "server");
    bind_to(receiver, any_address(lab, PORT));
    if (treatment(lab))
        set_int(source, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 5);
    else
        set_int(source, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 5);
    send_to(source, "letter", 0, at(lab, "server", PORT));
    send_to(source, "news", 0, group(lab, PORT));
    expect_wire(lab,
                "client > server UDP data \"letter\" hlim 64",
                "client > ff15::1:2:3 UDP data \"news\" hlim 5");
}

CLAIM(it_is_an_int_up_to_255, NO_FAMILY,
      "IPV6_MULTICAST_HOPS is an int from 0 to 255, and -1 for the default of 1; 256, or a u_char as for IPv4, is refused "
      "with EINVAL")
{
    struct sock *sock = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    unsigned char small = 5;
    set_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS), 255);
    expect_refused(lab, try_set_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 256), EINVAL);
    expect_refused(lab, try_set_option(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &small, sizeof small), EINVAL);
    if (treatment(lab))
        set_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, -1);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_HOPS), 1);
}

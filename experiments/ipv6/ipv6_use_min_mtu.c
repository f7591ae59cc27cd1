/* SPDX-License-Identifier: MIT */
/*
 * IPV6_USE_MIN_MTU: not there on Linux, which reserves number 63 for it (linux/in6.h, "not yet"). What it does
 * elsewhere, and how to get it. [unp] 6.13; RFC 3542 section 11.1
 */
#include "lab.h"

EXPERIMENT("IPV6_USE_MIN_MTU", "IPPROTO_IPV6", "send packets of the minimum MTU (1280 bytes), without path MTU discovery");

#define PORT                   1234
#define FITS                   1452 /* bytes of UDP data in a packet of 1500 */
#define LINUX_IPV6_USE_MIN_MTU 63

CLAIM(it_does_not_exist, NO_FAMILY,
      "Linux has no IPV6_USE_MIN_MTU: option 63 is refused with ENOPROTOOPT for 1, 0 and -1, and cannot be read")
{
    struct sock *sock = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    int option = treatment(lab) ? LINUX_IPV6_USE_MIN_MTU : IPV6_DONTFRAG, value;
    socklen_t size = sizeof value;
    expect_refused(lab, try_set_int(sock, IPPROTO_IPV6, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, IPPROTO_IPV6, option, 0), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, IPPROTO_IPV6, option, -1), ENOPROTOOPT);
    expect_refused(lab, try_get_option(sock, IPPROTO_IPV6, option, &value, &size), ENOPROTOOPT);
}

CLAIM(ipv6_mtu_makes_fragments_smaller_but_no_more_of_them_necessary, V6,
      "IPV6_MTU 1280 is no IPV6_USE_MIN_MTU 1: a datagram that fits the path still leaves whole; only what has to be "
      "fragmented leaves in fragments of at most 1280 bytes",
      .cites = "ipv6(7), IPV6_MTU")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    if (treatment(lab)) /* ip6_finish_output asks for the path MTU, ip6_fragment for frag_size */
        set_int(client, IPPROTO_IPV6, IPV6_MTU, 1280);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);
    send_bytes_to(client, FITS + 1, at(lab, "server", PORT));
    receive_bytes(receiver, FITS + 1);
    expect_wire(lab,
                "client > server UDP len 1452 iplen 1500",
                "client > server FRAG offset 0 MF iplen 1280",
                "client > server FRAG offset 1232 no MF");
}

CLAIM(interface_mtu_makes_packets_of_the_minimum, V6,
      "what IPV6_USE_MIN_MTU 1 does elsewhere is done for a whole interface by its MTU: set to 1280, a datagram leaves in "
      "fragments of at most 1280 bytes",
      .cites = "RFC 8200 section 5")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    if (treatment(lab))
        set_mtu(lab, "client", "eth0", 1280);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);
    expect_wire(lab,
                "client > server FRAG offset 0 MF iplen 1280",
                "client > server FRAG offset 1232 no MF");
}

CLAIM(discovery_is_used_by_default, V6,
      "by default Linux does what IPV6_USE_MIN_MTU 0 says: a datagram leaves in a packet as large as the interface allows, "
      "and after a too-big message in fragments as large as the path allows",
      .cites = "RFC 8201")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    settle(lab);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);
    expect_wire(lab,
                "client > server UDP len 1452 iplen 1500",
                "wire > client ICMP6 too big mtu 1400",
                "client > server FRAG offset 0 MF iplen 1400",
                "client > server FRAG offset 1352 no MF");
}

CLAIM(group_gets_packets_as_large_as_the_interface_allows, V6,
      "by default Linux sends a datagram to a group in a packet as large as the interface allows, where IPV6_USE_MIN_MTU -1, "
      "the default elsewhere, would send fragments of the minimum MTU",
      .cites = "RFC 3542 section 11.1")
{
    struct sock *client = udp_socket(lab, "client");
    if (!treatment(lab))
        set_mtu(lab, "client", "eth0", 1280);
    send_bytes_to(client, FITS, group(lab, PORT));
    expect_wire(lab, "client > ff15::1:2:3 UDP len 1452 iplen 1500");
}

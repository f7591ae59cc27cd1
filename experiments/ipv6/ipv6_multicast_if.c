/* SPDX-License-Identifier: MIT */
/* IPV6_MULTICAST_IF: by which interface datagrams to an IPv6 group leave. [unp] 1; RFC 3493 section 5.2 */
#include "lab.h"

EXPERIMENT("IPV6_MULTICAST_IF", "IPPROTO_IPV6", "interface of datagrams sent to a group");

#define PORT      1234
#define TWO_WIRES "client server; server other"

CLAIM(index_selects_the_outgoing_interface, V6,
      "IPV6_MULTICAST_IF with the index of an interface in a u_int: datagrams to a group leave by it",
      .bench = TWO_WIRES)
{
    struct sock *source = udp_socket(lab, "server");
    unsigned first = device_index(lab, "server", "eth0"), second = device_index(lab, "server", "eth1");
    set_option(source, IPPROTO_IPV6, IPV6_MULTICAST_IF, &first, sizeof first);
    send_to(source, "one", 0, group(lab, PORT));
    if (treatment(lab))
        set_option(source, IPPROTO_IPV6, IPV6_MULTICAST_IF, &second, sizeof second);
    send_to(source, "two", 0, group(lab, PORT));
    expect_at(lab, "client", "server > ff15::1:2:3 UDP data \"one\"");
    expect_at(lab, "other", "server#2 > ff15::1:2:3 UDP data \"two\"");
}

CLAIM(index_is_read_back, NO_FAMILY,
      "IPV6_MULTICAST_IF is read back as the u_int that was set, 0 (by the route) at first",
      .bench = TWO_WIRES)
{
    struct sock *source = socket_on(lab, "server", AF_INET6, SOCK_DGRAM, 0);
    unsigned second = device_index(lab, "server", "eth1"), read_back = 9;
    socklen_t size = sizeof read_back;
    expect_equal(lab, get_int(source, IPPROTO_IPV6, IPV6_MULTICAST_IF), 0);
    if (treatment(lab))
        set_option(source, IPPROTO_IPV6, IPV6_MULTICAST_IF, &second, sizeof second);
    expect_success(lab, try_get_option(source, IPPROTO_IPV6, IPV6_MULTICAST_IF, &read_back, &size));
    expect_equal(lab, size, sizeof(unsigned));
    expect_equal(lab, read_back, second);
}

CLAIM(index_of_no_interface_is_refused, NO_FAMILY,
      "IPV6_MULTICAST_IF with an index that no interface has is refused with ENODEV",
      .cites = "RFC 3493 section 5.2")
{
    struct sock *source = socket_on(lab, "server", AF_INET6, SOCK_DGRAM, 0);
    int index = treatment(lab) ? 9999 : (int)device_index(lab, "server", "eth0");
    expect_refused(lab, try_set_int(source, IPPROTO_IPV6, IPV6_MULTICAST_IF, index), ENODEV);
}

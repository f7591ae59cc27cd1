/* SPDX-License-Identifier: MIT */
/* IP_MULTICAST_IF: by which interface datagrams to an IPv4 group leave. [unp] 1; ip(7) */
#include "lab.h"

EXPERIMENT("IP_MULTICAST_IF", "IPPROTO_IP", "interface of datagrams sent to a group");

#define PORT      1234
#define TWO_WIRES "client server; server other"

static struct in_addr address_of(struct lab *lab, const char *host)
{
    struct in_addr address;
    memcpy(&address, at(lab, host, 0).address.bytes, 4);
    return address;
}

CLAIM(address_selects_the_outgoing_interface, V4,
      "IP_MULTICAST_IF with the address of an interface in a struct in_addr: datagrams to a group leave by it, with this "
      "address as source",
      .bench = TWO_WIRES)
{
    struct sock *source = udp_socket(lab, "server");
    struct in_addr first = address_of(lab, "server"), second = address_of(lab, "server#2");
    set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &first, sizeof first);
    send_to(source, "one", 0, group(lab, PORT));
    if (treatment(lab))
        set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &second, sizeof second);
    send_to(source, "two", 0, group(lab, PORT));
    expect_at(lab, "client", "server > 239.1.2.3 UDP data \"one\"");
    expect_at(lab, "other", "server#2 > 239.1.2.3 UDP data \"two\"");
}

CLAIM(index_selects_the_outgoing_interface, V4,
      "IP_MULTICAST_IF takes a struct ip_mreqn too, whose interface index decides",
      .bench = TWO_WIRES, .cites = "ip(7), IP_MULTICAST_IF")
{
    struct sock *source = udp_socket(lab, "server");
    struct in_addr first = address_of(lab, "server");
    struct ip_mreqn second = {.imr_ifindex = (int)device_index(lab, "server", "eth1")};
    set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &first, sizeof first);
    if (treatment(lab))
        set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &second, sizeof second);
    send_to(source, "one", 0, group(lab, PORT));
    expect_at(lab, "other", "server#2 > 239.1.2.3 UDP data \"one\"");
}

CLAIM(without_it_the_route_decides, V4,
      "without IP_MULTICAST_IF datagrams to a group leave by the interface of the group's route; without a route sending is "
      "refused with ENETUNREACH",
      .bench = TWO_WIRES, .cites = "ip(7), IP_MULTICAST_IF")
{
    struct sock *source = udp_socket(lab, "server");
    expect_refused(lab, try_send_to(source, "lost", 0, group(lab, PORT)), ENETUNREACH);
    route_groups(lab, "server", treatment(lab) ? "eth1" : "eth0");
    expect_success(lab, try_send_to(source, "one", 0, group(lab, PORT)));
    expect_at(lab, "other", "server#2 > 239.1.2.3 UDP data \"one\"");
}

CLAIM(struct_in_addr_is_read_back, V4,
      "getsockopt gives IP_MULTICAST_IF as a struct in_addr: the address set before, INADDR_ANY at first",
      .bench = TWO_WIRES)
{
    struct sock *source = udp_socket(lab, "server");
    struct in_addr second = address_of(lab, "server#2"), read_back = {1};
    socklen_t size = sizeof read_back;
    expect_success(lab, try_get_option(source, IPPROTO_IP, IP_MULTICAST_IF, &read_back, &size));
    expect_equal(lab, read_back.s_addr, INADDR_ANY);
    if (treatment(lab))
        set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &second, sizeof second);
    expect_success(lab, try_get_option(source, IPPROTO_IP, IP_MULTICAST_IF, &read_back, &size));
    expect_equal(lab, size, sizeof(struct in_addr));
    expect_equal(lab, read_back.s_addr, second.s_addr);
}

CLAIM(address_of_no_interface_is_refused, V4,
      "IP_MULTICAST_IF with an address that no interface of the host has is refused with EADDRNOTAVAIL",
      .bench = TWO_WIRES, .cites = "ip(7), IP_MULTICAST_IF")
{
    struct sock *source = udp_socket(lab, "server");
    struct in_addr address = address_of(lab, treatment(lab) ? "client" : "server");
    expect_refused(lab, try_set_option(source, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof address), EADDRNOTAVAIL);
}

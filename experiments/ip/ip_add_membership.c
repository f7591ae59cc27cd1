/* SPDX-License-Identifier: MIT */
/*
 * IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP: joining and leaving an IPv4 group, told to routers by IGMP.
 * [attrs] 5.2, 5.4.4.1 (4); ip(7); RFC 3376
 *
 * A host sends each report again after a random time of up to a second (igmp_ifc_timer_expire): `*` lines.
 */
#include "lab.h"

#include <arpa/inet.h>

EXPERIMENT("IP_ADD_MEMBERSHIP", "IPPROTO_IP", "join and leave an IPv4 multicast group");

#define PORT 1234

/* Group 239.1.2.3 on the server's eth0, chosen by number, or as the route says (0). */
static struct ip_mreqn membership(struct lab *lab, unsigned device)
{
    struct ip_mreqn membership = {.imr_ifindex = (int)device};
    memcpy(&membership.imr_multiaddr, group(lab, 0).address.bytes, 4);
    return membership;
}

CLAIM(joining_is_reported_by_igmp, V4,
      "IP_ADD_MEMBERSHIP sends an IGMPv3 report to 224.0.0.22: for the group the filter is now EXCLUDE nothing; it carries "
      "TTL 1 and the router alert option",
      .cites = "RFC 3376 sections 4 and 5.1")
{
    struct sock *receiver = multicast_receiver(lab, "server", PORT);
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));

    if (!treatment(lab))
        inet_pton(AF_INET, "239.9.9.9", &request.imr_multiaddr);
    set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    expect_at(lab, "server",
              "server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {} ttl 1 ipoptions 0x94040000");
}

CLAIM(leaving_is_reported_by_igmp, V4,
      "IP_DROP_MEMBERSHIP sends an IGMPv3 report: for the group the filter is now INCLUDE nothing",
      .cites = "RFC 3376 section 5.1")
{
    struct sock *receiver = multicast_receiver(lab, "server", PORT);
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));
    set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    expect_at(lab, "server", "server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {}");

    if (treatment(lab))
        set_option(receiver, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof request);
    expect_at(lab, "server",
              "* server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {}",
              "server > 224.0.0.22 IGMP v3 report to_in 239.1.2.3 {}");
}

CLAIM(closing_the_last_socket_leaves, V4,
      "closing the last socket that has joined leaves the group; while another one is in it nothing is reported",
      .cites = "ip(7), IP_DROP_MEMBERSHIP")
{
    struct sock *first = udp_socket(lab, "server"), *second = udp_socket(lab, "server");
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));
    set_option(first, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    set_option(second, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    expect_at(lab, "server", "server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {}");

    close_socket(first);
    if (treatment(lab))
        close_socket(second);
    expect_at(lab, "server",
              "* server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {}",
              "server > 224.0.0.22 IGMP v3 report to_in 239.1.2.3 {}");
}

CLAIM(member_receives_what_is_sent_to_the_group, V4 | V6,
      "a socket that has joined a group receives what another host sends to it, in IPv4 as in IPv6")
{
    struct sock *receiver = multicast_receiver(lab, "server", PORT), *source = multicast_sender(lab);
    if (treatment(lab))
        join_group(receiver, group(lab, PORT), "eth0");
    send_to(source, "news", 0, group(lab, PORT));
    receive_text(receiver, "news");
    expect_at(lab, "server",
              "...",
              "client > any.1234 UDP data \"news\"");
}

CLAIM(after_leaving_nothing_more_is_received, V4 | V6,
      "a socket that has left the group receives nothing more of it, although the packets still pass its interface",
      .cites = "ip(7), IP_DROP_MEMBERSHIP")
{
    struct sock *receiver = multicast_receiver(lab, "server", PORT), *source = multicast_sender(lab);
    struct sock *witness = udp_socket(lab, "server");
    bind_to(witness, any_address(lab, PORT + 1));
    join_group(receiver, group(lab, PORT), "eth0");
    send_to(source, "one", 0, group(lab, PORT));
    receive_text(receiver, "one");

    if (treatment(lab))
        leave_group(receiver, group(lab, PORT), "eth0");
    send_to(source, "two", 0, group(lab, PORT));
    send_to(source, "behind it", 0, at(lab, "server", PORT + 1));
    receive_text(witness, "behind it");
    expect(lab, !is_readable(receiver));
    expect_at(lab, "server",
              "...",
              "client > any.1234 UDP data \"two\"",
              "...",
              "client > server.1235 UDP data \"behind it\"");
}

CLAIM(address_that_is_no_group_is_refused, V4,
      "IP_ADD_MEMBERSHIP with an address that is no multicast group is refused with EINVAL")
{
    struct sock *receiver = udp_socket(lab, "server");
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));
    if (treatment(lab))
        memcpy(&request.imr_multiaddr, at(lab, "server", 0).address.bytes, 4);
    expect_refused(lab, try_set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), EINVAL);
}

CLAIM(second_join_of_the_same_socket_is_refused, V4,
      "a socket that joins a group again on the same interface is refused with EADDRINUSE",
      .cites = "ip(7), IP_ADD_MEMBERSHIP")
{
    struct sock *receiver = udp_socket(lab, "server");
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));
    if (treatment(lab))
        set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    expect_refused(lab, try_set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), EADDRINUSE);
}

CLAIM(leaving_a_group_not_joined_is_refused, V4,
      "IP_DROP_MEMBERSHIP of a group that the socket has not joined is refused with EADDRNOTAVAIL",
      .cites = "ip(7), IP_DROP_MEMBERSHIP")
{
    struct sock *receiver = udp_socket(lab, "server");
    struct ip_mreqn request = membership(lab, device_index(lab, "server", "eth0"));
    set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    if (treatment(lab))
        set_option(receiver, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof request);
    expect_refused(lab, try_set_option(receiver, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof request),
                   EADDRNOTAVAIL);
}

CLAIM(without_an_interface_the_route_to_the_group_decides, V4,
      "IP_ADD_MEMBERSHIP with INADDR_ANY joins on the interface to which the route of the group points, and is refused "
      "with ENODEV where there is none; with an interface it needs no route",
      .cites = "ip(7), IP_ADD_MEMBERSHIP")
{
    struct sock *receiver = udp_socket(lab, "server");
    struct ip_mreqn request = membership(lab, 0);
    expect_refused(lab, try_set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), ENODEV);
    join_group(receiver, literally(lab, "239.9.9.9", 0), "eth0");
    expect_at(lab, "server", "server > 224.0.0.22 IGMP v3 report to_ex 239.9.9.9 {}");

    if (treatment(lab))
        route_groups(lab, "server", "eth0");
    expect_success(lab, try_set_option(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request));
    expect_at(lab, "server",
              "* server > 224.0.0.22 IGMP v3 report to_ex 239.9.9.9 {}",
              "server > 224.0.0.22 IGMP v3 report to_ex 239.1.2.3 {}");
}

CLAIM(wildcard_socket_receives_groups_that_others_joined, V4 | V6,
      "a socket bound to the wildcard that has joined nothing receives what comes for groups that another socket of its "
      "host has joined: IP_MULTICAST_ALL (IPV6_MULTICAST_ALL) is on by default",
      .cites = "ip(7), IP_MULTICAST_ALL")
{
    struct sock *member = udp_socket(lab, "server"), *bystander = udp_socket(lab, "server"), *source = multicast_sender(lab);
    bind_to(bystander, any_address(lab, PORT));
    if (treatment(lab))
        join_group(member, group(lab, PORT), "eth0");
    send_to(source, "news", 0, group(lab, PORT));
    receive_text(bystander, "news");
}

CLAIM(wildcard_socket_can_decline_groups_that_others_joined, V4 | V6,
      "with IP_MULTICAST_ALL (IPV6_MULTICAST_ALL) 0 a socket bound to the wildcard receives only groups it has joined "
      "itself",
      .cites = "ip(7), IP_MULTICAST_ALL", .since = "4.20") /* IPv6 has it since then */
{
    struct sock *member = udp_socket(lab, "server"), *bystander = udp_socket(lab, "server"), *source = multicast_sender(lab);
    bind_to(bystander, any_address(lab, PORT));
    join_group(member, group(lab, PORT), "eth0");
    if (treatment(lab))
        set_ip_int(bystander, IP_MULTICAST_ALL, IPV6_MULTICAST_ALL, 0);
    send_to(source, "news", 0, group(lab, PORT));
    send_to(source, "letter", 0, at(lab, "server", PORT));
    receive_text(bystander, "letter");
}

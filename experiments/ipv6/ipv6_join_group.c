/* SPDX-License-Identifier: MIT */
/*
 * IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP: joining and leaving an IPv6 group, told to routers by MLD.
 * [unp] 1; RFC 3493 section 5.2; RFC 3810
 *
 * A host sends each report again after a random time of up to a second (mld_ifc_work): `*` lines. Devices of
 * the bench have no link-local address, so reports come from :: (RFC 3590).
 */
#include "lab.h"

#include <arpa/inet.h>

EXPERIMENT("IPV6_JOIN_GROUP", "IPPROTO_IPV6", "join and leave an IPv6 multicast group");

#define PORT 1234

static struct ipv6_mreq membership(struct lab *lab, unsigned device)
{
    struct ipv6_mreq membership = {.ipv6mr_interface = device};
    memcpy(&membership.ipv6mr_multiaddr, group(lab, 0).address.bytes, 16);
    return membership;
}

CLAIM(joining_is_reported_by_mld, V6,
      "IPV6_JOIN_GROUP with a struct ipv6_mreq sends an MLDv2 report to ff02::16: for the group the filter is now EXCLUDE "
      "nothing; it carries hop limit 1 and a hop-by-hop header")
{
    struct sock *member = multicast_receiver(lab, "server", PORT);
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    if (!treatment(lab))
        inet_pton(AF_INET6, "ff15::9", &request.ipv6mr_multiaddr);
    set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    expect_at(lab, "server", ":: > ff02::16 ICMP6 MLDv2 report to_ex ff15::1:2:3 {} hlim 1 hopopts");
}

CLAIM(leaving_is_reported_by_mld, V6,
      "IPV6_LEAVE_GROUP with a struct ipv6_mreq sends an MLDv2 report: for the group the filter is now INCLUDE nothing")
{
    struct sock *member = multicast_receiver(lab, "server", PORT);
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    expect_at(lab, "server", ":: > ff02::16 ICMP6 MLDv2 report to_ex ff15::1:2:3 {}");

    if (treatment(lab))
        set_option(member, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request);
    expect_at(lab, "server",
              "* :: > ff02::16 ICMP6 MLDv2 report to_ex ff15::1:2:3 {}",
              ":: > ff02::16 ICMP6 MLDv2 report to_in ff15::1:2:3 {}");
}

CLAIM(member_receives_what_is_sent_to_the_group, V6,
      "a socket receives datagrams to a group after IPV6_JOIN_GROUP, and none after IPV6_LEAVE_GROUP")
{
    struct sock *member = multicast_receiver(lab, "server", PORT), *client = udp_socket(lab, "client"), *witness = udp_socket(lab, "server");
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    bind_to(witness, any_address(lab, PORT + 1));

    if (treatment(lab))
        set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    send_to(client, "one", 0, group(lab, PORT));
    receive_text(member, "one");

    set_option(member, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request);
    send_to(client, "two", 0, group(lab, PORT));
    send_to(client, "behind it", 0, at(lab, "server", PORT + 1));
    receive_text(witness, "behind it");
    expect(lab, !is_readable(member));
}

CLAIM(nothing_is_received_after_leaving, V6,
      "after IPV6_LEAVE_GROUP a socket receives nothing more of the group")
{
    struct sock *member = multicast_receiver(lab, "server", PORT), *client = udp_socket(lab, "client"), *witness = udp_socket(lab, "server");
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    bind_to(witness, any_address(lab, PORT + 1));
    set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);

    if (treatment(lab))
        set_option(member, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request);
    send_to(client, "two", 0, group(lab, PORT));
    send_to(client, "behind it", 0, at(lab, "server", PORT + 1));
    receive_text(witness, "behind it");
    expect(lab, !is_readable(member));
}

CLAIM(address_that_is_no_group_is_refused, V6,
      "IPV6_JOIN_GROUP with an address that is no multicast group is refused with EINVAL",
      .cites = "RFC 3493 section 5.2")
{
    struct sock *member = multicast_receiver(lab, "server", PORT);
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    if (treatment(lab))
        memcpy(&request.ipv6mr_multiaddr, at(lab, "server", 0).address.bytes, 16);
    expect_refused(lab, try_set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request), EINVAL);
}

CLAIM(leaving_a_group_not_joined_is_refused, V6,
      "IPV6_LEAVE_GROUP of a group that the socket has not joined is refused with EADDRNOTAVAIL",
      .cites = "RFC 3493 section 5.2")
{
    struct sock *member = multicast_receiver(lab, "server", PORT);
    struct ipv6_mreq request = membership(lab, device_index(lab, "server", "eth0"));
    set_option(member, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
    if (treatment(lab))
        set_option(member, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request);
    expect_refused(lab, try_set_option(member, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &request, sizeof request), EADDRNOTAVAIL);
}

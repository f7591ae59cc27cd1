/* SPDX-License-Identifier: MIT */
/*
 * IPV6_RECVPKTINFO and IPV6_PKTINFO: destination and interface of each datagram received or sent. What is the same with
 * IP_PKTINFO, that is receiving them and answering from the address that was asked: ip/ip_pktinfo.c.
 * [notes] IPPROTO_IPV6.IPV6_RECVPKTINFO; [unp] 6.9; RFC 3542 section 6
 */
#include "lab.h"

EXPERIMENT("IPV6_RECVPKTINFO", "IPPROTO_IPV6",
           "destination address and interface of each datagram received or sent");

#define PORT 1234

CLAIM(int_is_written_and_read_back, NO_FAMILY,
      "IPV6_RECVPKTINFO is an int: 0 on a new socket, and 1 is read back when 1 was set")
{
    struct sock *server = socket_on(lab, "server", AF_INET6, SOCK_DGRAM, 0);
    expect_equal(lab, get_int(server, IPPROTO_IPV6, IPV6_RECVPKTINFO), 0);
    if (treatment(lab))
        set_int(server, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    expect_equal(lab, get_int(server, IPPROTO_IPV6, IPV6_RECVPKTINFO), 1);
}

CLAIM(sticky_source_address_is_not_used, V6,
      "the address of an IPV6_PKTINFO set with setsockopt is stored and never used: datagrams leave from the address the "
      "kernel chooses; only as an item of each sendmsg it is their source",
      .bench = "client server*3")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_receiver(lab, "client", PORT);
    struct address wanted = at(lab, unpreferred_address(lab, "server", "client"), 0).address;
    struct in6_pktinfo sticky = {0};
    memcpy(&sticky.ipi6_addr, wanted.bytes, 16);

    set_option(server, IPPROTO_IPV6, IPV6_PKTINFO, &sticky, sizeof sticky);
    if (treatment(lab)) /* udpv6_sendmsg looks at sticky_pktinfo.ipi6_ifindex only */
        send_to(server, "x", 0, at(lab, "client", PORT));
    else
        send_from(server, "x", at(lab, "client", PORT), wanted, 0);
    struct message x = receive_message(client);
    expect(lab, !address_equal(&x.from.address, &wanted));
}

CLAIM(sticky_interface_is_used_for_every_datagram, V6,
      "the interface of an IPV6_PKTINFO set with setsockopt is that of every datagram sent without an item of its own; "
      "an item that names another one is refused with EINVAL",
      .bench = "client server; server other")
{
    struct sock *server = udp_receiver(lab, "server", PORT);
    struct in6_pktinfo sticky = {.ipi6_ifindex = device_index(lab, "server", "eth1")};
    unsigned first = device_index(lab, "server", "eth0");

    if (treatment(lab))
        set_option(server, IPPROTO_IPV6, IPV6_PKTINFO, &sticky, sizeof sticky);
    send_to(server, "one", 0, group(lab, PORT));
    send_to(server, "two", 0, group(lab, PORT));
    expect_at(lab, "other",
              "any > ff15::1:2:3 UDP data \"one\"",
              "any > ff15::1:2:3 UDP data \"two\"");
    /* RFC 3542 section 6.7 lets the item win; ip6_datagram_send_ctl finds the sticky one in place already. */
    expect_refused(lab, try_send_from(server, "x", group(lab, PORT), (struct address){0}, first), EINVAL);
}

CLAIM(foreign_source_address_is_refused, V6,
      "sendmsg with an IPV6_PKTINFO source address that the host does not have is refused with EINVAL",
      .bench = "client server*3", .cites = "RFC 3542 section 6.2")
{
    struct sock *server = udp_receiver(lab, "server", PORT);
    struct endpoint own = at(lab, "server#2", 0), foreign = at(lab, "client", 0);

    expect_refused(lab, try_send_from(server, "x", at(lab, "client", PORT), /* ip6_datagram_send_ctl */
                                      treatment(lab) ? foreign.address : own.address, 0),
                   EINVAL);
}

/* SPDX-License-Identifier: MIT */
/* IPV6_DONTFRAG: no fragments, whatever the size. [unp] 6.2; RFC 3542 section 11.2 */
#include "lab.h"

EXPERIMENT("IPV6_DONTFRAG", "IPPROTO_IPV6", "refuse datagrams that would have to be fragmented");

#define PORT 1234
#define FITS 1452 /* bytes of UDP data in a packet of 1500: 40 of IPv6 and 8 of UDP header */

CLAIM(oversize_datagram_is_refused_and_nothing_leaves, V6,
      "with IPV6_DONTFRAG a datagram larger than the interface's MTU is not sent, and the call is refused with EMSGSIZE; "
      "the largest that fits leaves whole")
{
    udp_receiver(lab, "server", PORT);
    struct sock *client = udp_socket(lab, "client");
    if (treatment(lab))
        set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    /* __ip6_append_data refuses, where RFC 3542 says that the packet is discarded and no error returned. */
    expect_refused(lab, try_send_bytes_to(client, FITS + 1, at(lab, "server", PORT)), EMSGSIZE);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    expect_wire(lab, "client > server.1234 UDP len 1452 iplen 1500");
}

CLAIM(without_it_an_oversize_datagram_leaves_in_fragments, V6,
      "without IPV6_DONTFRAG a datagram larger than the interface's MTU leaves in fragments and arrives whole")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);

    if (treatment(lab))
        set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 0);
    expect_success(lab, try_send_bytes_to(client, FITS + 1, at(lab, "server", PORT)));
    receive_bytes(receiver, FITS + 1);
    expect_wire(lab,
                "client > server.1234 UDP len 1452",
                "client > server FRAG offset 0 MF",
                "client > server FRAG offset 1448 no MF");
}

CLAIM(raw_icmpv6_socket_does_not_fragment_either, V6,
      "with IPV6_DONTFRAG a raw ICMPv6 socket is refused a message larger than the interface's MTU with EMSGSIZE",
      .since = "6.1") /* __ip6_append_data of 5.10 looks at the option for UDP and IPPROTO_RAW only */
{
    struct sock *raw = socket_on(lab, "client", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    if (treatment(lab))
        set_int(raw, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    expect_refused(lab, try_send_bytes_to(raw, 1461, at(lab, "server", 0)), EMSGSIZE);
}

CLAIM(raw_icmpv6_socket_fragmented_all_the_same, V6,
      "up to Linux 5.10 a raw ICMPv6 socket with IPV6_DONTFRAG fragments a message larger than the interface's MTU",
      .until = "5.10")
{
    int protocol = treatment(lab) ? IPPROTO_ICMPV6 : IPPROTO_UDP;
    struct sock *raw = socket_on(lab, "client", AF_INET6, SOCK_RAW, protocol);
    set_int(raw, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    expect_success(lab, try_send_bytes_to(raw, 1461, at(lab, "server", 0)));
}

CLAIM(raw_socket_of_another_protocol_fragments_all_the_same, V6,
      "IPV6_DONTFRAG does not stop fragmentation on a raw socket of a protocol of no meaning: the kernel looks at it for "
      "UDP, IPPROTO_RAW and (not yet in 5.10) ICMPv6 only",
      .cites = "RFC 3542 section 11.2")
{
    int protocol = treatment(lab) ? 253 : IPPROTO_UDP; /* 253: for experiments (RFC 3692) */
    struct sock *raw = socket_on(lab, "client", AF_INET6, SOCK_RAW, protocol);
    set_int(raw, IPPROTO_IPV6, IPV6_DONTFRAG, 1); /* looked at in __ip6_append_data, by sk_protocol */
    expect_success(lab, try_send_bytes_to(raw, 1461, at(lab, "server", 0)));
    settle(lab);
    expect_equal(lab, count_packets(lab, "client", "client > server FRAG"), 2);
}

CLAIM(int_is_written_and_read_back, NO_FAMILY,
      "IPV6_DONTFRAG is an int: 0 on a new socket, and 1 is read back when 1 was set")
{
    struct sock *sock = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_DONTFRAG), 0);
    if (treatment(lab))
        set_int(sock, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_DONTFRAG), 1);
}

CLAIM(datagram_larger_than_the_path_is_lost_and_the_next_refused, V6,
      "with IPV6_DONTFRAG a datagram that fits the interface but not the path is lost there; when the too-big message has "
      "come, the next one of that size is refused with EMSGSIZE",
      .cites = "RFC 3542 section 11.2")
{
    udp_receiver(lab, "server", PORT);
    struct sock *client = udp_socket(lab, "client");
    wire_path_mtu(lab, 1400);
    if (treatment(lab))
        set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    expect_wire(lab,
                "client > server.1234 UDP len 1452",
                "wire > client ICMP6 too big mtu 1400");
    expect_refused(lab, try_send_bytes_to(client, FITS, at(lab, "server", PORT)), EMSGSIZE);
}

/* SPDX-License-Identifier: MIT */
/*
 * IP_MTU_DISCOVER, IP_MTU: the Don't Fragment bit, and what is done with datagrams that do not fit.
 * ip(7); RFC 1191
 */
#include "lab.h"

EXPERIMENT("IP_MTU_DISCOVER", "IPPROTO_IP", "path MTU discovery: the DF bit, and what becomes of what does not fit");

#define PORT 1234
#define FITS 1472 /* bytes of UDP data in a packet of 1500: 20 of IPv4 and 8 of UDP header */

static struct sock *connected_client(struct lab *lab)
{
    struct sock *client = udp_socket(lab, "client");
    connect_to(client, at(lab, "server", PORT));
    return client;
}

CLAIM(default_sets_df_until_a_datagram_does_not_fit, V4,
      "by default (IP_PMTUDISC_WANT) a datagram that fits leaves with DF set; a larger one leaves in fragments",
      .cites = "ip(7), IP_MTU_DISCOVER")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = connected_client(lab);
    set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT);
    send_bytes(client, FITS);
    send_bytes(client, FITS + 1);
    receive_bytes(receiver, FITS);
    receive_bytes(receiver, FITS + 1);
    expect_wire(lab,
                "client > server UDP len 1472 DF",
                "client > server FRAG offset 0 MF no DF",
                "client > server FRAG offset 1480 no MF no DF");
}

CLAIM(after_frag_needed_fragments_fit_the_path, V4,
      "by default, after an ICMP fragmentation needed the next datagram of that size leaves in fragments that fit the path",
      .cites = "ip(7), IP_MTU_DISCOVER")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    settle(lab);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);
    expect_wire(lab,
                "client > server UDP len 1472 DF",
                "wire > client ICMP unreachable frag-needed mtu 1400",
                "client > server FRAG offset 0 MF iplen 1396", /* fragments are multiples of 8 */
                "client > server FRAG offset 1376 no MF");
}

CLAIM(do_refuses_what_does_not_fit_the_interface, V4,
      "with IP_PMTUDISC_DO a datagram larger than the interface's MTU is refused with EMSGSIZE and nothing leaves; one that "
      "fits leaves with DF set",
      .cites = "ip(7), IP_MTU_DISCOVER")
{
    udp_receiver(lab, "server", PORT);
    struct sock *client = connected_client(lab);
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
    expect_refused(lab, try_send_bytes_to(client, FITS + 1, at(lab, "server", PORT)), EMSGSIZE);
    send_bytes(client, FITS);
    expect_wire(lab, "client > server UDP len 1472 DF");
}

CLAIM(do_refuses_what_does_not_fit_the_path, V4,
      "with IP_PMTUDISC_DO a datagram larger than the path MTU is lost in the network; when the ICMP fragmentation needed has "
      "come the next one is refused with EMSGSIZE, and IP_MTU tells the size that fits",
      .cites = "ip(7), IP_MTU_DISCOVER, IP_MTU")
{
    udp_receiver(lab, "server", PORT);
    struct sock *client = udp_socket(lab, "client");
    wire_path_mtu(lab, 1400);
    expect_equal(lab, get_int(connected_client(lab), IPPROTO_IP, IP_MTU), 1500);
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    expect_wire(lab,
                "client > server UDP len 1472 DF",
                "wire > client ICMP unreachable frag-needed mtu 1400");
    expect_refused(lab, try_send_bytes_to(client, FITS, at(lab, "server", PORT)), EMSGSIZE);
    /* A socket connected before would tell 1500 until it sends: getsockopt reads its cached route as it is. */
    expect_equal(lab, get_int(connected_client(lab), IPPROTO_IP, IP_MTU), 1400);
}

CLAIM(dont_leaves_df_clear, V4,
      "with IP_PMTUDISC_DONT datagrams leave without DF, so that the network may fragment them",
      .cites = "ip(7), IP_MTU_DISCOVER")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = connected_client(lab);
    wire_path_mtu(lab, 1400);
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    send_bytes(client, FITS);
    expect_wire(lab, "client > server UDP len 1472 no DF");
    receive_bytes(receiver, FITS);
}

CLAIM(probe_sets_df_and_ignores_the_path_mtu, V4,
      "with IP_PMTUDISC_PROBE datagrams leave with DF set although the path MTU is known to be smaller; only what does not fit "
      "the interface is refused with EMSGSIZE",
      .cites = "ip(7), IP_MTU_DISCOVER")
{
    udp_receiver(lab, "server", PORT);
    struct sock *client = udp_socket(lab, "client");
    wire_path_mtu(lab, 1400);
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    settle(lab);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    expect_wire(lab,
                "client > server UDP len 1472 DF",
                "wire > client ICMP unreachable frag-needed mtu 1400",
                "client > server UDP len 1472 DF",
                "wire > client ICMP unreachable frag-needed mtu 1400");
    expect_refused(lab, try_send_bytes_to(client, FITS + 1, at(lab, "server", PORT)), EMSGSIZE);
}

CLAIM(interface_mode_ignores_frag_needed, V4,
      "with IP_PMTUDISC_INTERFACE datagrams leave without DF and as large as the interface allows, whatever the path MTU is "
      "known to be",
      .cites = "linux/in.h, IP_PMTUDISC_INTERFACE")
{
    struct sock *receiver = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client"), *discoverer = udp_socket(lab, "client");
    wire_path_mtu(lab, 1400);
    send_bytes_to(discoverer, FITS, at(lab, "server", PORT));
    expect_wire(lab,
                "client > server UDP len 1472 DF",
                "wire > client ICMP unreachable frag-needed mtu 1400");
    if (treatment(lab))
        set_int(client, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_INTERFACE);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(receiver, FITS);
    expect_wire(lab, "client > server UDP len 1472 no DF no MF");
}

CLAIM(ip_mtu_of_an_unconnected_socket_is_refused, V4,
      "IP_MTU of a socket that is not connected is refused with ENOTCONN",
      .cites = "ip(7), IP_MTU")
{
    struct sock *client = udp_socket(lab, "client");
    int mtu;
    socklen_t size = sizeof mtu;
    if (!treatment(lab))
        connect_to(client, at(lab, "server", PORT));
    expect_refused(lab, try_get_option(client, IPPROTO_IP, IP_MTU, &mtu, &size), ENOTCONN);
}

CLAIM(tcp_sends_smaller_segments_at_once, V4 | V6,
      "when an ICMP fragmentation needed (ICMPv6 too big) comes, TCP lowers the MSS of the connection and sends the lost "
      "segment again in smaller ones at once, without waiting for a timeout",
      .cites = "RFC 1191 section 6.4")
{
    struct stream s = tcp_stream(lab);
    int before = get_int(s.client, IPPROTO_TCP, TCP_MAXSEG);
    let(lab, "full", 1 + before);
    let(lab, "smaller", 1 + before - 100);

    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(s.client, before);
    expect_wire(lab,
                "client > server [P.] 1:$full",
                "wire > client IP",
                "client > server [.] 1:$smaller",
                "client > server [P.] $smaller:$full",
                "server > client [.] ack $smaller",
                "server > client [.] ack $full");
    receive_bytes(s.server, before);
    expect_equal(lab, get_int(s.client, IPPROTO_TCP, TCP_MAXSEG), before - 100);
}

/* SPDX-License-Identifier: MIT */
/* IP_MULTICAST_TTL: how far datagrams to an IPv4 group go. [unp] 1; ip(7) */
#include "lab.h"

EXPERIMENT("IP_MULTICAST_TTL", "IPPROTO_IP", "TTL of datagrams sent to a group");

#define PORT 1234

CLAIM(it_is_the_ttl_of_datagrams_to_a_group, V4,
      "datagrams to a group leave with TTL 1 by default, and with the TTL set by IP_MULTICAST_TTL afterwards")
{
    struct sock *source = multicast_sender(lab);
    send_to(source, "near", 0, group(lab, PORT));
    if (treatment(lab))
        set_int(source, IPPROTO_IP, IP_MULTICAST_TTL, 5);
    send_to(source, "far", 0, group(lab, PORT));
    expect_wire(lab,
                "client > 239.1.2.3 UDP data \"near\" ttl 1",
                "client > 239.1.2.3 UDP data \"far\" ttl 5");
}

CLAIM(unicast_keeps_its_own_ttl, V4,
      "IP_MULTICAST_TTL leaves datagrams to single hosts alone: they keep the TTL of IP_TTL",
      .cites = "ip(7), IP_MULTICAST_TTL")
{
    struct sock *source = multicast_sender(lab), *receiver = udp_socket(lab, "server");
    bind_to(receiver, any_address(lab, PORT));
    if (treatment(lab))
        set_int(source, IPPROTO_IP, IP_MULTICAST_TTL, 5);
    else
        set_int(source, IPPROTO_IP, IP_TTL, 5);
    send_to(source, "letter", 0, at(lab, "server", PORT));
    send_to(source, "news", 0, group(lab, PORT));
    expect_wire(lab,
                "client > server UDP data \"letter\" ttl 64",
                "client > 239.1.2.3 UDP data \"news\" ttl 5");
}

CLAIM(u_char_is_taken_and_given, NO_FAMILY,
      "IP_MULTICAST_TTL takes a u_char as well as an int, and getsockopt fills a u_char")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    unsigned char ttl = 7, read_back = 0;
    socklen_t size = sizeof read_back;
    if (treatment(lab))
        set_option(sock, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
    expect_success(lab, try_get_option(sock, IPPROTO_IP, IP_MULTICAST_TTL, &read_back, &size));
    expect_equal(lab, size, 1);
    expect_equal(lab, read_back, 7);
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_MULTICAST_TTL), 7);
}

CLAIM(zero_stays_on_the_host, V4,
      "with IP_MULTICAST_TTL 0 a datagram reaches members on the sending host and does not leave it",
      .cites = "RFC 1112 section 6.1")
{
    struct sock *source = multicast_sender(lab), *member = multicast_member(lab, "client", PORT);
    if (treatment(lab))
        set_int(source, IPPROTO_IP, IP_MULTICAST_TTL, 0); /* ip_mc_output */
    send_to(source, "news", 0, group(lab, PORT));
    receive_text(member, "news");
    settle(lab);
    expect_nothing(lab, "client > 239.1.2.3 UDP");
}

CLAIM(more_than_255_is_refused, NO_FAMILY,
      "IP_MULTICAST_TTL takes 0 to 255, and -1 for the default of 1; 256 is refused with EINVAL",
      .cites = "ip(7), IP_MULTICAST_TTL")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    expect_success(lab, try_set_int(sock, IPPROTO_IP, IP_MULTICAST_TTL, 255));
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_MULTICAST_TTL), 255);
    expect_refused(lab, try_set_int(sock, IPPROTO_IP, IP_MULTICAST_TTL, 256), EINVAL);
    if (treatment(lab))
        set_int(sock, IPPROTO_IP, IP_MULTICAST_TTL, -1);
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_MULTICAST_TTL), 1);
}

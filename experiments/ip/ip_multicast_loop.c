/* SPDX-License-Identifier: MIT */
/* IP_MULTICAST_LOOP and IPV6_MULTICAST_LOOP: whether the sending host hears itself. [unp] 1; ip(7) */
#include "lab.h"

EXPERIMENT("IP_MULTICAST_LOOP", "IPPROTO_IP", "whether members on the sending host get a copy");

#define PORT 1234

static struct sock *member_on(struct lab *lab, const char *host)
{
    struct sock *member = udp_socket(lab, host);
    bind_to(member, any_address(lab, PORT));
    join_group(member, group(lab, PORT), "eth0");
    return member;
}

CLAIM(member_on_the_sending_host_gets_a_copy, V4 | V6,
      "with IP_MULTICAST_LOOP (IPV6_MULTICAST_LOOP) on, members on the sending host get a copy of the datagram")
{
    struct sock *source = multicast_sender(lab), *here = member_on(lab, "client"), *there = member_on(lab, "server");
    set_ip_int(source, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, 0);
    if (treatment(lab))
        set_ip_int(source, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, 1);
    send_to(source, "news", 0, group(lab, PORT));
    receive_text(there, "news");
    receive_text(here, "news");
}

CLAIM(switched_off_only_other_hosts_get_it, V4 | V6,
      "with IP_MULTICAST_LOOP (IPV6_MULTICAST_LOOP) off, members on the sending host get nothing, those on other hosts do; "
      "it is on by default")
{
    struct sock *source = multicast_sender(lab), *here = member_on(lab, "client"), *there = member_on(lab, "server");
    if (treatment(lab))
        set_ip_int(source, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, 0);
    send_to(source, "news", 0, group(lab, PORT));
    send_to(source, "letter", 0, at(lab, "client", PORT));
    receive_text(there, "news");
    receive_text(here, "letter"); /* sent later, and the first to come */
}

CLAIM(it_is_the_senders_option, V4 | V6,
      "IP_MULTICAST_LOOP (IPV6_MULTICAST_LOOP) counts on the sending socket: off on the receiving one it changes nothing",
      .cites = "ip(7), IP_MULTICAST_LOOP")
{
    struct sock *source = multicast_sender(lab), *here = member_on(lab, "client");
    set_ip_int(treatment(lab) ? here : source, IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, 0); /* ip_mc_output, ip6_finish_output: of the sending socket */
    send_to(source, "news", 0, group(lab, PORT));
    send_to(source, "letter", 0, at(lab, "client", PORT));
    receive_text(here, "news");
}

CLAIM(u_char_is_taken_and_given, NO_FAMILY,
      "IP_MULTICAST_LOOP takes a u_char as well as an int, and getsockopt fills a u_char")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    unsigned char loop = 0, read_back = 9;
    socklen_t size = sizeof read_back;
    if (treatment(lab))
        set_option(sock, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof loop);
    expect_success(lab, try_get_option(sock, IPPROTO_IP, IP_MULTICAST_LOOP, &read_back, &size));
    expect_equal(lab, size, 1);
    expect_equal(lab, read_back, 0);
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
}

CLAIM(for_ipv6_it_is_a_u_int_of_0_or_1, NO_FAMILY,
      "IPV6_MULTICAST_LOOP takes a u_int, 0 or 1; another value, or a u_char as for IPv4, is refused with EINVAL")
{
    struct sock *sock = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    unsigned loop = 0;
    unsigned char small = 0;
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 1);
    expect_refused(lab, try_set_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 2), EINVAL);
    expect_refused(lab, try_set_option(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &small, sizeof small), EINVAL);
    if (treatment(lab))
        set_option(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &loop, sizeof loop);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_MULTICAST_LOOP), 0);
}

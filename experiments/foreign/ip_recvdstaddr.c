/* SPDX-License-Identifier: MIT */
/*
 * IP_RECVDSTADDR and IP_RECVIF of BSD: not on Linux, where IP_PKTINFO tells both, and IP_RECVORIGDSTADDR the port too.
 * [notes] IPPROTO_IP.IP_RECVDSTADDR, IP_PKTINFO, IP_TRANSPARENT; [unp] 1, 4.3, 4.4
 */
#include "lab.h"

#include <arpa/inet.h>

EXPERIMENT("IP_RECVDSTADDR", "IPPROTO_IP", "BSD: the destination address and the interface of a received datagram");

enum { BSD_IP_RECVDSTADDR = 7,
       BSD_IP_RECVIF = 20 };

CLAIM(number_of_ip_recvdstaddr_is_ip_retopts, V4,
      "Linux has no IP_RECVDSTADDR: no header names it, and BSD's number 7 is IP_RETOPTS, so that setting it succeeds, but no "
      "destination address comes with a datagram",
      .bench = "client server*3")
{
#ifdef IP_RECVDSTADDR
    expect(lab, !"IP_RECVDSTADDR is defined");
#endif
    struct sock *server = udp_receiver(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(server, IPPROTO_IP, BSD_IP_RECVDSTADDR, 1);
    expect_equal(lab, get_int(server, IPPROTO_IP, IP_RETOPTS), 1);

    send_to(udp_socket(lab, "client"), "Hello", 0, at(lab, "server#2", SERVICE));
    struct message message = receive_message(server);
    expect_equal(lab, message.length, 5);
    expect_equal(lab, ancillary_items(&message), 0);
}

CLAIM(number_of_ip_recvif_is_ip_recvorigdstaddr, V4,
      "Linux has no IP_RECVIF: no header names it, and BSD's number 20 is IP_RECVORIGDSTADDR, so that with a datagram comes not "
      "the interface, but the address and port to which it was sent",
      .bench = "client server*3")
{
#ifdef IP_RECVIF
    expect(lab, !"IP_RECVIF is defined");
#endif
    struct sock *server = udp_receiver(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(server, IPPROTO_IP, BSD_IP_RECVIF, 1);
    expect_equal(lab, get_int(server, IPPROTO_IP, IP_RECVORIGDSTADDR), 1);

    send_to(udp_socket(lab, "client"), "Hello", 0, at(lab, "server#2", SERVICE));
    struct message message = receive_message(server);
    expect_equal(lab, ancillary_items(&message), 1);
    expect(lab, ancillary(&message, IPPROTO_IP, IP_ORIGDSTADDR, struct sockaddr_in) != NULL);
}

CLAIM(ip_pktinfo_tells_destination_and_interface, V4,
      "with IP_PKTINFO each datagram comes with the destination address of its header and the number of its interface, which "
      "IP_RECVDSTADDR and IP_RECVIF tell on BSD",
      .bench = "client server*3",
      .cites = "ip(7), IP_PKTINFO")
{
    struct sock *server = udp_receiver(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(server, IPPROTO_IP, IP_PKTINFO, 1);

    for (const char *const *name = (const char *const[]){"server", "server#2", "server#3", NULL}; *name; name++) {
        struct endpoint to = at(lab, *name, SERVICE);
        send_to(udp_socket(lab, "client"), "Hello", 0, to);
        struct message message = receive_message(server);
        struct pktinfo info = pktinfo_of(&message);
        expect(lab, same_address(info.destination, to));
        expect_equal(lab, info.interface, device_index(lab, "server", "eth0"));
    }
}

CLAIM(ip_recvorigdstaddr_tells_address_and_port, V4,
      "with IP_RECVORIGDSTADDR each datagram comes with the address and the port to which it was sent: what a transparent proxy "
      "asks for, without IP_RECVDSTADDR",
      .bench = "client server*3")
{
    struct sock *server = udp_receiver(lab, "server", SERVICE);
    if (treatment(lab))
        set_int(server, IPPROTO_IP, IP_RECVORIGDSTADDR, 1);

    struct endpoint to = at(lab, "server#3", SERVICE);
    send_to(udp_socket(lab, "client"), "Hello", 0, to);
    struct message message = receive_message(server);
    const struct sockaddr_in *original = ancillary(&message, IPPROTO_IP, IP_ORIGDSTADDR, struct sockaddr_in);
    expect(lab, original != NULL);
    if (!original)
        return;
    expect_equal(lab, ntohs(original->sin_port), SERVICE);
    expect(lab, original->sin_addr.s_addr == inet_addr("10.0.0.22"));
}

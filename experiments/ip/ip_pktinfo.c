/* SPDX-License-Identifier: MIT */
/*
 * IP_PKTINFO, and what is the same with IPV6_RECVPKTINFO: to which address a datagram was sent, and from which the answer is to leave.
 * [notes] IPPROTO_IP.IP_PKTINFO, IP_RECVDSTADDR, IPPROTO_IPV6.IPV6_RECVPKTINFO; ip(7); RFC 3542 section 6
 */
#include "lab.h"

EXPERIMENT("IP_PKTINFO", "IPPROTO_IP", "destination address and interface of each datagram received or sent");

#define PORT 1234 /* as in the notes: 0.0.0.0:1234 */

CLAIM(destination_address_comes_with_each_datagram, V4 | V6,
      "on a server with several addresses, IP_PKTINFO (IPV6_RECVPKTINFO) tells for each datagram which of them it was sent to",
      .bench = "client server*3")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");

    if (treatment(lab))
        set_ip_int(server, IP_PKTINFO, IPV6_RECVPKTINFO, 1);
    send_to(client, "one", 0, at(lab, "server", PORT));
    send_to(client, "two", 0, at(lab, "server#2", PORT));
    send_to(client, "three", 0, at(lab, "server#3", PORT));
    struct message one = receive_message(server);
    struct message two = receive_message(server);
    struct message three = receive_message(server);

    expect(lab, same_address(pktinfo_of(&one).destination, at(lab, "server", 0)));
    expect(lab, same_address(pktinfo_of(&two).destination, at(lab, "server#2", 0)));
    expect(lab, same_address(pktinfo_of(&three).destination, at(lab, "server#3", 0)));
}

CLAIM(without_it_the_destination_is_not_told, V4,
      "without IP_PKTINFO a datagram to one address of a server bound to the wildcard cannot be told from a datagram to "
      "another: recvmsg gives the sender only, and getsockname 0.0.0.0",
      .bench = "client server*3")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    set_int(server, IPPROTO_IP, IP_PKTINFO, 1);

    if (treatment(lab))
        set_int(server, IPPROTO_IP, IP_PKTINFO, 0);
    send_to(client, "?", 0, at(lab, "server#2", PORT));
    send_to(client, "?", 0, at(lab, "server#3", PORT));
    struct message second = receive_message(server);
    struct message third = receive_message(server);

    expect(lab, same_address(second.from.address, at(lab, "client", 0)));
    expect(lab, same_address(third.from.address, at(lab, "client", 0)));
    expect_equal(lab, ancillary_items(&second), 0);
    expect_equal(lab, ancillary_items(&third), 0);
    expect(lab, same_address(name_of(server).address, any_address(lab, PORT)));
}

CLAIM(answer_leaves_from_the_address_that_was_asked, V4 | V6,
      "an answer sent with the address of the request's IP_PKTINFO in ipi_spec_dst (in IPV6_PKTINFO) leaves from that address",
      .bench = "client server*3", .cites = "RFC 3542 section 6.2")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    set_ip_int(server, IP_PKTINFO, IPV6_RECVPKTINFO, 1);

    send_to(client, "question", 0, at(lab, "server#2", PORT));
    struct message question = receive_message(server);
    if (treatment(lab))
        send_from(server, "answer", question.from, pktinfo_of(&question).destination, 0);
    else
        send_to(server, "answer", 0, question.from);
    expect_wire(lab,
                "client.$port > server#2.1234 UDP data \"question\"",
                "server#2.1234 > client.$port UDP data \"answer\"");
}

CLAIM(without_it_the_answer_leaves_from_the_first_address, V4,
      "an answer sent without IP_PKTINFO leaves from the address that the route prefers, whichever was asked; a client "
      "connected to the asked one does not get it",
      .bench = "client server*3")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    set_int(server, IPPROTO_IP, IP_PKTINFO, 1);
    connect_to(client, at(lab, "server#2", PORT));

    send_text(client, "question");
    struct message question = receive_message(server);
    if (treatment(lab))
        send_to(server, "answer", 0, question.from);
    else
        send_from(server, "answer", question.from, pktinfo_of(&question).destination, 0);
    expect_wire(lab,
                "client.$port > server#2.1234 UDP data \"question\"",
                "server.1234 > client.$port UDP data \"answer\"",
                "client > server ICMP unreachable port");
    expect(lab, !is_readable(client));
}

CLAIM(one_socket_per_address_answers_without_it, V4 | V6,
      "a server with one socket bound to each of its addresses needs no IP_PKTINFO: each socket answers from its own",
      .bench = "client server*3")
{
    struct sock *server = udp_socket(lab, "server"), *client = udp_socket(lab, "client");

    bind_to(server, treatment(lab) ? at(lab, "server#2", PORT) : any_address(lab, PORT));
    send_to(client, "question", 0, at(lab, "server#2", PORT));
    struct message question = receive_message(server);
    send_to(server, "answer", 0, question.from);
    expect_wire(lab,
                "client.$port > server#2.1234 UDP data \"question\"",
                "server#2.1234 > client.$port UDP data \"answer\"");
}

CLAIM(interface_comes_with_each_datagram, V4 | V6,
      "IP_PKTINFO (IPV6_RECVPKTINFO) tells the index of the interface by which the datagram came",
      .bench = "client server; server other", .cites = "ip(7), IP_PKTINFO")
{
    struct sock *server = udp_receiver(lab, "server", PORT);
    struct sock *client = udp_socket(lab, "client"), *other = udp_socket(lab, "other");

    if (treatment(lab))
        set_ip_int(server, IP_PKTINFO, IPV6_RECVPKTINFO, 1);
    send_to(client, "?", 0, at(lab, "server", PORT));
    struct message by_first = receive_message(server);
    send_to(other, "?", 0, at(lab, "server", PORT));
    struct message by_second = receive_message(server);

    expect_equal(lab, pktinfo_of(&by_first).interface, device_index(lab, "server", "eth0"));
    expect_equal(lab, pktinfo_of(&by_second).interface, device_index(lab, "server", "eth1"));
}

CLAIM(local_address_of_a_multicast_is_the_one_to_answer_from, V4,
      "of a datagram to a group IP_PKTINFO gives the group in ipi_addr, and in ipi_spec_dst the host's own address, from "
      "which it can answer",
      .cites = "ip(7), IP_PKTINFO")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    join_group(server, group(lab, PORT), "eth0");
    bind_to(client, at(lab, "client", 0)); /* to a group it leaves by the interface that has this address */

    if (treatment(lab))
        set_int(server, IPPROTO_IP, IP_PKTINFO, 1);
    send_to(client, "anybody?", 0, group(lab, PORT));
    struct message call = receive_message(server);
    expect(lab, same_address(pktinfo_of(&call).destination, group(lab, PORT)));
    expect(lab, same_address(pktinfo_of(&call).local, at(lab, "server", PORT)));
}

CLAIM(foreign_source_address_is_refused, V4,
      "sendmsg with an IP_PKTINFO source address that the host does not have is refused",
      .bench = "client server*3", .cites = "ip(7), IP_PKTINFO")
{
    struct sock *server = udp_receiver(lab, "server", PORT);
    struct endpoint own = at(lab, "server#2", 0), foreign = at(lab, "client", 0);

    /* ip_route_output_key_hash_rcu: the source has to be an address of this host (__ip_dev_find). */
    int result = try_send_from(server, "x", at(lab, "client", PORT),
                               treatment(lab) ? foreign.address : own.address, 0);
    expect(lab, result < 0);
    if (result < 0)
        fact_text(lab, "refusal", strerrorname_np(-result));
}

/* SPDX-License-Identifier: MIT */
/* IPV6_PATHMTU and IPV6_RECVPATHMTU: the MTU that path MTU discovery has found. [unp] 6.4, 6.8; RFC 3542 section 11 */
#include "lab.h"

EXPERIMENT("IPV6_PATHMTU", "IPPROTO_IPV6", "the MTU that path MTU discovery has found");

#define PORT 1234
#define FITS 1452 /* bytes of UDP data in a packet of 1500 */

/* A UDP socket connected to one on the server. */
static struct sock *connected(struct lab *lab)
{
    struct sock *client = udp_socket(lab, "client");
    udp_receiver(lab, "server", PORT);
    connect_to(client, at(lab, "server", PORT));
    return client;
}

static uint32_t path_mtu_of(struct lab *lab, struct sock *sock)
{
    struct ip6_mtuinfo info = {0};
    socklen_t size = sizeof info;
    expect_success(lab, try_get_option(sock, IPPROTO_IPV6, IPV6_PATHMTU, &info, &size));
    expect_equal(lab, size, sizeof info);
    return info.ip6m_mtu;
}

/* The path MTU that the message tells, or 0. */
static uint32_t told_by(const struct message *message)
{
    const struct ip6_mtuinfo *info = ancillary(message, IPPROTO_IPV6, IPV6_PATHMTU, struct ip6_mtuinfo);
    return info ? info->ip6m_mtu : 0;
}

CLAIM(it_is_what_discovery_has_found, V6,
      "IPV6_PATHMTU of a connected socket is the interface's MTU, until a too-big message has told a smaller one")
{
    struct sock *client = connected(lab);
    expect_equal(lab, path_mtu_of(lab, client), 1500);
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(client, FITS);
    expect_wire(lab,
                "client > server UDP len 1452",
                "wire > client ICMP6 too big mtu 1400");
    expect_equal(lab, path_mtu_of(lab, client), 1400);
}

CLAIM(unconnected_socket_has_none, V6,
      "IPV6_PATHMTU of a socket that is not connected is refused with ENOTCONN",
      .cites = "RFC 3542 section 11.4")
{
    struct sock *client = udp_socket(lab, "client");
    struct ip6_mtuinfo info;
    socklen_t size = sizeof info;
    if (!treatment(lab))
        connect_to(client, at(lab, "server", PORT));
    expect_refused(lab, try_get_option(client, IPPROTO_IPV6, IPV6_PATHMTU, &info, &size), ENOTCONN);
}

CLAIM(it_is_a_struct_and_an_int_is_too_small, V6,
      "IPV6_PATHMTU is a struct ip6_mtuinfo of 32 bytes: with room for an int only, getsockopt is refused with EINVAL")
{
    struct sock *client = connected(lab);
    struct ip6_mtuinfo info;
    socklen_t size = treatment(lab) ? sizeof(int) : sizeof info;
    expect_refused(lab, try_get_option(client, IPPROTO_IPV6, IPV6_PATHMTU, &info, &size), EINVAL);
    expect_equal(lab, path_mtu_of(lab, client), 1500);
}

CLAIM(ipv6_mtu_gives_it_as_an_int, V6,
      "IPV6_MTU gives the path MTU of a connected socket as an int",
      .cites = "ipv6(7), IPV6_MTU")
{
    struct sock *client = connected(lab);
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(client, FITS);
    settle(lab);
    expect_equal(lab, get_int(client, IPPROTO_IPV6, IPV6_MTU), 1400);
}

CLAIM(it_cannot_be_set, V6,
      "setsockopt of IPV6_PATHMTU is refused with ENOPROTOOPT: it can only be read")
{
    struct sock *client = connected(lab);
    struct ip6_mtuinfo info = {.ip6m_mtu = 1400};
    int option = treatment(lab) ? IPV6_PATHMTU : IPV6_MTU;
    expect_refused(lab, try_set_option(client, IPPROTO_IPV6, option, &info.ip6m_mtu, sizeof(int)), ENOPROTOOPT);
    expect_refused(lab, try_set_option(client, IPPROTO_IPV6, IPV6_PATHMTU, &info, sizeof info), ENOPROTOOPT);
    expect_equal(lab, path_mtu_of(lab, client), 1500);
}

CLAIM(recvmsg_delivers_it_when_a_datagram_was_too_large, V6,
      "with IPV6_RECVPATHMTU, and IPV6_DONTFRAG, recvmsg delivers the path MTU as an item without data after a datagram was "
      "refused because it was larger")
{
    struct sock *client = connected(lab);
    set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    if (treatment(lab))
        set_int(client, IPPROTO_IPV6, IPV6_RECVPATHMTU, 1);
    expect_refused(lab, try_send_bytes_to(client, FITS + 1, at(lab, "server", PORT)), EMSGSIZE);

    struct message news = try_receive_message(client, 0);
    expect_equal(lab, news.length, 0);
    expect_equal(lab, told_by(&news), 1500);
}

CLAIM(recvmsg_delivers_the_changed_path_mtu, V6,
      "with IPV6_DONTFRAG and IPV6_RECVPATHMTU a program notices that the path MTU has become smaller when a datagram that "
      "was sent before is refused: recvmsg then delivers the new value")
{
    struct sock *server = udp_receiver(lab, "server", PORT), *client = udp_socket(lab, "client");
    set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    set_int(client, IPPROTO_IPV6, IPV6_RECVPATHMTU, 1);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    receive_bytes(server, FITS);

    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    settle(lab);
    expect_refused(lab, try_send_bytes_to(client, FITS, at(lab, "server", PORT)), EMSGSIZE);
    struct message news = try_receive_message(client, 0);
    expect_equal(lab, told_by(&news), 1400);
}

CLAIM(too_big_message_alone_delivers_nothing, V6,
      "the too-big message itself delivers nothing to a socket with IPV6_RECVPATHMTU: only a datagram refused by this host "
      "does",
      .cites = "RFC 3542 section 11.3")
{
    struct sock *client = udp_socket(lab, "client");
    udp_receiver(lab, "server", PORT);
    wire_path_mtu(lab, 1400);
    set_int(client, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
    set_int(client, IPPROTO_IPV6, IPV6_RECVPATHMTU, 1);
    /* udpv6_err remembers the MTU for the route; only __ip6_append_data calls ipv6_local_rxpmtu. */
    send_bytes_to(client, FITS, at(lab, "server", PORT));
    expect_wire(lab,
                "client > server UDP len 1452",
                "wire > client ICMP6 too big mtu 1400");
    if (!treatment(lab))
        expect_refused(lab, try_send_bytes_to(client, FITS, at(lab, "server", PORT)), EMSGSIZE);
    struct message news = try_receive_message(client, 0);
    expect_equal(lab, news.length, -EAGAIN);
}

CLAIM(recvpathmtu_is_an_int_written_and_read_back, NO_FAMILY,
      "IPV6_RECVPATHMTU is an int: 0 on a new socket, and 1 is read back when 1 was set")
{
    struct sock *sock = socket_on(lab, "client", AF_INET6, SOCK_DGRAM, 0);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_RECVPATHMTU), 0);
    if (treatment(lab))
        set_int(sock, IPPROTO_IPV6, IPV6_RECVPATHMTU, 1);
    expect_equal(lab, get_int(sock, IPPROTO_IPV6, IPV6_RECVPATHMTU), 1);
}

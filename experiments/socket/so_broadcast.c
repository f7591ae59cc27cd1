/* SPDX-License-Identifier: MIT */
/*
 * SO_BROADCAST: a datagram may be addressed to everybody on the link. IPv4 only: IPv6 has no broadcast addresses.
 * [unp] 3.1 SO_BROADCAST; [attrs] 5.4.5 SO_BROADCAST; [socket7] Socket options
 *
 * The bench's network is 10.0.0.0/24: 10.0.0.255 is the broadcast address of the subnet, 255.255.255.255 that of the link.
 */
#include "lab.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

EXPERIMENT("SO_BROADCAST", "SOL_SOCKET", "let datagrams go to everybody on the link");

static struct endpoint everybody(struct lab *lab)
{
    return literally(lab, "10.0.0.255", SERVICE);
}

/*
 * The bench's interfaces do no ARP, and one that does none sends broadcasts to its own address (arp_constructor): this is
 * the entry that ARP's table would have.
 */
static void broadcasts_go_to_everybody(struct sock *sock, const char *address)
{
    struct arpreq entry = {.arp_flags = ATF_PERM | ATF_COM, .arp_ha = {.sa_family = ARPHRD_ETHER}, .arp_dev = "eth0"};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address)};
    memcpy(&entry.arp_pa, &in, sizeof in);
    memset(entry.arp_ha.sa_data, 0xff, 6);
    do_ioctl(sock, SIOCSARP, &entry);
}

/* The client's; packets pass that need no option. */
static struct sock *sender(struct lab *lab)
{
    struct sock *client = udp_socket(lab, "client");
    broadcasts_go_to_everybody(client, "10.0.0.255");
    broadcasts_go_to_everybody(client, "255.255.255.255");
    send_to(client, "to one", 0, at(lab, "server", SERVICE + 1));
    expect_wire(lab,
                "client > server UDP data \"to one\"",
                "server > client ICMP unreachable port");
    return client;
}

static struct sock *receiver_on(struct lab *lab, const char *host)
{
    struct sock *sock = udp_socket(lab, host);
    bind_to(sock, any_address(lab, SERVICE));
    return sock;
}

CLAIM(datagram_reaches_every_host_of_the_link, V4,
      "with SO_BROADCAST a UDP socket sends one datagram to the broadcast address of its subnet, and every host there receives it",
      .bench = "client server other")
{
    struct sock *server = receiver_on(lab, "server"), *other = receiver_on(lab, "other");
    struct sock *client = sender(lab);
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_BROADCAST, 1);
    expect_success(lab, try_send_to(client, "hello all", 0, everybody(lab)));
    expect_wire(lab, "client > 10.0.0.255.7890 UDP data \"hello all\"");
    receive_text(server, "hello all");
    receive_text(other, "hello all");
}

CLAIM(limited_broadcast_reaches_every_host_too, V4,
      "with SO_BROADCAST a UDP socket sends to 255.255.255.255 too, by the interface that the route names",
      .bench = "client server other")
{
    struct sock *server = receiver_on(lab, "server"), *other = receiver_on(lab, "other");
    struct sock *client = sender(lab);
    set_option(client, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5); /* nothing else names it: there is no default route */
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_BROADCAST, 1);
    expect_success(lab, try_send_to(client, "hello all", 0, literally(lab, "255.255.255.255", SERVICE)));
    expect_wire(lab, "client > 255.255.255.255.7890 UDP data \"hello all\"");
    receive_text(server, "hello all");
    receive_text(other, "hello all");
}

CLAIM(without_it_sending_is_eacces, V4,
      "without SO_BROADCAST, as a socket is made, sendto and connect to a broadcast address are refused with EACCES and nothing "
      "leaves; switched off again they are refused again")
{
    struct sock *sock = sender(lab);
    fact_refused(lab, "sendto_without", try_send_to(sock, "x", 0, everybody(lab)), EACCES);
    fact_refused(lab, "connect_without", try_connect(sock, everybody(lab)), EACCES);
    settle(lab);
    expect_nothing(lab, "any > any UDP");

    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_BROADCAST, 1);
    expect_success(lab, try_send_to(sock, "x", 0, everybody(lab)));
    set_int(sock, SOL_SOCKET, SO_BROADCAST, 0);
    expect_refused(lab, try_send_to(sock, "x", 0, everybody(lab)), EACCES);
    expect_wire(lab, "client > 10.0.0.255.7890 UDP len 1");
    settle(lab);
    expect_nothing(lab, "any > any UDP");
}

CLAIM(receiving_needs_no_option, V4,
      "a datagram to the broadcast address is received without SO_BROADCAST by a socket bound to the wildcard or the broadcast "
      "address, not by one bound to the host's own",
      .cites = "ip(7), Address format")
{
    struct sock *wildcard = receiver_on(lab, "server");
    struct sock *broadcast = udp_socket(lab, "server"), *own = udp_socket(lab, "server");
    set_int(wildcard, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(broadcast, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(own, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(broadcast, everybody(lab));
    bind_to(own, at(lab, "server", SERVICE));

    struct sock *client = sender(lab);
    if (treatment(lab))
        set_int(client, SOL_SOCKET, SO_BROADCAST, 1);
    expect_success(lab, try_send_to(client, "x", 0, everybody(lab)));
    receive_text(wildcard, "x");
    receive_text(broadcast, "x");
    settle(lab);
    expect(lab, !is_readable(own));
}

CLAIM(flag_is_an_int_off_at_first, V4,
      "SO_BROADCAST is an int: 0 on a new socket, 1 after any value but 0 was set, 0 again after 0")
{
    struct sock *sock = udp_socket(lab, "client");
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_BROADCAST), 0);
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_BROADCAST, 1);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_BROADCAST), 1);
    set_int(sock, SOL_SOCKET, SO_BROADCAST, 0);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_BROADCAST), 0);
    set_int(sock, SOL_SOCKET, SO_BROADCAST, -5);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_BROADCAST), 1);
}

/* ---------------------------------------------------------------- where it does nothing */

CLAIM(tcp_takes_it_and_connects_to_no_broadcast_address, V4,
      "a TCP socket takes SO_BROADCAST and reads it back, and yet connect to a broadcast address is refused with ENETUNREACH, "
      "with and without it: no SYN leaves. A UDP socket with the option connects")
{
    struct sock *tcp = tcp_socket(lab, "client"), *plain = tcp_socket(lab, "client"), *udp = udp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(tcp, SOL_SOCKET, SO_BROADCAST, 1);
        set_int(udp, SOL_SOCKET, SO_BROADCAST, 1);
    }
    expect_equal(lab, get_int(tcp, SOL_SOCKET, SO_BROADCAST), 1);
    fact_refused(lab, "tcp_connect", try_connect(tcp, everybody(lab)), ENETUNREACH); /* tcp_v4_connect: RTCF_BROADCAST */
    expect_refused(lab, try_connect(plain, everybody(lab)), ENETUNREACH);
    settle(lab);
    expect_nothing(lab, "any > any [*]");
    expect_success(lab, try_connect(udp, everybody(lab)));
}

CLAIM(connection_transfers_the_same_with_it, V4,
      "on a TCP connection SO_BROADCAST changes nothing: data go to the peer and to nobody else",
      .bench = "client server other")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_BROADCAST, 1);
    expect_equal(lab, get_int(s.client, SOL_SOCKET, SO_BROADCAST), 1);
    skip_packets(lab);
    send_text(s.client, "x");
    expect_wire(lab,
                "client > server [P.] 1:2 ack 1",
                "server > client [.] ack 2");
    settle(lab);
    expect_nothing_at(lab, "other", "any > any IP");
}

CLAIM(raw_sockets_need_it_as_well, V4,
      "a raw socket needs SO_BROADCAST as a datagram socket does: without it an ICMP message to a broadcast address is refused "
      "with EACCES, with it it leaves")
{
    static const char echo_request[] = "\010\0\xf7\xff\0\0\0\0"; /* the checksum of nothing else */
    struct sock *raw = socket_on(lab, "client", AF_INET, SOCK_RAW, IPPROTO_ICMP);
    struct sockaddr_storage to;
    struct endpoint endpoint = everybody(lab);
    address_sockaddr(&endpoint.address, 0, &to);
    sender(lab);
    fact_refused(lab, "raw_without",
                 try_call(raw, sendto(fd_of(raw), echo_request, 8, 0, (struct sockaddr *)&to, sizeof(struct sockaddr_in))),
                 EACCES);
    if (treatment(lab))
        set_int(raw, SOL_SOCKET, SO_BROADCAST, 1);
    expect_success(lab, try_call(raw, sendto(fd_of(raw), echo_request, 8, 0, (struct sockaddr *)&to, sizeof(struct sockaddr_in))));
    expect_wire(lab, "client > 10.0.0.255 ICMP echo request");
}

CLAIM(sctp_takes_it_and_connects_to_no_broadcast_address, V4,
      "an SCTP socket takes SO_BROADCAST, and yet connect to 255.255.255.255 is refused with EINVAL (sctp_v4_addr_valid), with and "
      "without it. A UDP socket with the option connects to the broadcast address")
{
    int probe = socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
    need(lab, probe >= 0, "needs SCTP (CONFIG_IP_SCTP)");
    close(probe);
    struct sock *sctp = socket_on(lab, "client", AF_INET, SOCK_STREAM, IPPROTO_SCTP), *udp = udp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(sctp, SOL_SOCKET, SO_BROADCAST, 1);
        set_int(udp, SOL_SOCKET, SO_BROADCAST, 1);
    }
    expect_equal(lab, get_int(sctp, SOL_SOCKET, SO_BROADCAST), 1);
    fact_refused(lab, "sctp_connect", try_connect(sctp, literally(lab, "255.255.255.255", SERVICE)), EINVAL);
    expect_success(lab, try_connect(udp, everybody(lab)));
}

/* ---------------------------------------------------------------- links without broadcast */

static void give_address(struct sock *sock, const char *device, const char *address, const char *netmask)
{
    struct ifreq request = {0};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address)};
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
    memcpy(&request.ifr_addr, &in, sizeof in);
    do_ioctl(sock, SIOCSIFADDR, &request);
    in.sin_addr.s_addr = inet_addr(netmask);
    memcpy(&request.ifr_netmask, &in, sizeof in);
    do_ioctl(sock, SIOCSIFNETMASK, &request);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    do_ioctl(sock, SIOCSIFFLAGS, &request);
}

CLAIM(link_of_two_addresses_has_no_broadcast_address, V4,
      "a link of two addresses (/31, for point-to-point links) has no broadcast address: its higher one is a host's, and needs "
      "no SO_BROADCAST; in a network of four it is the broadcast address, and does",
      .cites = "RFC 3021")
{
    struct sock *of_four = udp_socket(lab, "client"), *of_two = udp_socket(lab, "server");
    struct endpoint highest = literally(lab, "10.0.0.7", SERVICE);
    give_address(of_four, "eth0", "10.0.0.6", "255.255.255.252");
    give_address(of_two, "eth0", "10.0.0.6", treatment(lab) ? "255.255.255.254" : "255.255.255.252");
    expect_refused(lab, try_send_to(of_four, "x", 0, highest), EACCES);
    set_option(of_two, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5); /* the bench's addresses bring no routes */
    expect_success(lab, try_send_to(of_two, "x", 0, highest));
}

/* A tun device of the socket's host; what is read from the descriptor are the packets that left by it. -1: none to be had. */
static int tun_device(struct sock *sock)
{
    struct ifreq request = {.ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI};
    int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), host = ioctl(fd_of(sock), SIOCGSKNS);
    setns(host, CLONE_NEWNET);
    int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (tun >= 0 && ioctl(tun, TUNSETIFF, &request) < 0) {
        close(tun);
        tun = -1;
    }
    setns(here, CLONE_NEWNET);
    close(here);
    close(host);
    return tun;
}

CLAIM(broadcast_leaves_by_a_point_to_point_link, V4,
      "Linux sends broadcasts by a point-to-point device too (tun: IFF_POINTOPOINT, no IFF_BROADCAST): the route decides, and an "
      "network there has a broadcast address as anywhere")
{
    struct sock *sock = udp_socket(lab, "client");
    struct ifreq request = {.ifr_name = "tun0"};
    struct iphdr packet = {0};
    int tun = tun_device(sock);
    need(lab, tun >= 0, "needs /dev/net/tun");
    give_address(sock, "tun0", "10.7.0.1", "255.255.255.0");
    do_ioctl(sock, SIOCGIFFLAGS, &request);
    expect_equal(lab, request.ifr_flags & (IFF_POINTOPOINT | IFF_BROADCAST), IFF_POINTOPOINT);

    expect_refused(lab, try_send_to(sock, "x", 0, literally(lab, "10.7.0.255", SERVICE)), EACCES);
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_BROADCAST, 1);
    bool sent = expect_success(lab, try_send_to(sock, "x", 0, literally(lab, "10.7.0.255", SERVICE)));
    while (sent && packet.version != 4) { /* IPv6 looks for routers there */
        expect(lab, patiently(lab, try_call(sock, poll(&(struct pollfd){.fd = tun, .events = POLLIN}, 1, PATIENCE_MS))) == 1);
        expect(lab, read(tun, &packet, sizeof packet) > 0);
    }
    expect_equal(lab, ntohl(packet.daddr) & 255, 255);
    close(tun);
}

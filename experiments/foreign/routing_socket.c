/* SPDX-License-Identifier: MIT */
/*
 * Routing sockets: BSD's AF_ROUTE is an alias of AF_NETLINK on Linux, whose messages have BSD's prefix RTM_. There is no
 * SO_USELOOPBACK, and no sysctl for the interface list. [unp] 1, 3.13, 8; rtnetlink(7)
 */
#include "lab.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

EXPERIMENT("SO_USELOOPBACK", "SOL_SOCKET", "BSD: a routing socket gets a copy of what it sends; routing sockets on Linux");

enum { BSD_SO_USELOOPBACK = 0x40,
       BSD_SOL_SOCKET = 0xffff };

#ifndef SO_TIMESTAMPNS_NEW
#define SO_TIMESTAMPNS_NEW 64
#endif

static struct sock *routing_socket(struct lab *lab)
{
    return socket_on(lab, "client", AF_ROUTE, SOCK_RAW, NETLINK_ROUTE);
}

struct request {
    char bytes[256];
};

/* 192.0.2.0/24 by way of the server: RTM_NEWROUTE or RTM_DELROUTE. */
static struct request route_request(struct lab *lab, unsigned type, unsigned flags)
{
    struct request request;
    struct endpoint net = literally(lab, "192.0.2.0", 0), way = at(lab, "server", 0);
    struct nlmsghdr *header = mnl_nlmsg_put_header(&request);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | flags;
    struct rtmsg *route = mnl_nlmsg_put_extra_header(header, sizeof *route);
    *route = (struct rtmsg){.rtm_family = AF_INET, .rtm_dst_len = 24, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST};
    mnl_attr_put(header, RTA_DST, 4, net.address.bytes);
    mnl_attr_put(header, RTA_GATEWAY, 4, way.address.bytes);
    return request;
}

/* The ARP entry of 10.0.0.77: RTM_NEWNEIGH or RTM_DELNEIGH. */
static struct request neighbour_request(struct lab *lab, unsigned type)
{
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 77};
    struct request request;
    struct endpoint neighbour = literally(lab, "10.0.0.77", 0);
    struct nlmsghdr *header = mnl_nlmsg_put_header(&request);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_CREATE;
    struct ndmsg *entry = mnl_nlmsg_put_extra_header(header, sizeof *entry);
    *entry = (struct ndmsg){.ndm_family = AF_INET, .ndm_ifindex = (int)device_index(lab, "client", "eth0"), .ndm_state = NUD_PERMANENT};
    mnl_attr_put(header, NDA_DST, 4, neighbour.address.bytes);
    mnl_attr_put(header, NDA_LLADDR, 6, mac);
    return request;
}

static int send_request(struct sock *sock, struct request *request)
{
    struct nlmsghdr *header = (struct nlmsghdr *)request;
    return try_call(sock, send(fd_of(sock), header, header->nlmsg_len, 0));
}

/* The type of the next message that has come, or 0. */
static int next_message(struct sock *sock)
{
    union {
        struct nlmsghdr header;
        char bytes[8192];
    } message;
    int length = try_receive(sock, &message, sizeof message, 0);
    return length < (int)sizeof message.header ? 0 : message.header.nlmsg_type;
}

CLAIM(number_of_so_useloopback_is_so_timestampns_new, NO_FAMILY,
      "Linux has no SO_USELOOPBACK: no header names it, and BSD's number 0x40 is SO_TIMESTAMPNS_NEW, off by default, on routing "
      "sockets as on any other; at BSD's SOL_SOCKET it fails",
      .since = "5.1")
{
#ifdef SO_USELOOPBACK
    expect(lab, !"SO_USELOOPBACK is defined");
#endif
    struct sock *route = routing_socket(lab), *udp = udp_socket(lab, "client");
    expect_equal(lab, get_int(route, SOL_SOCKET, BSD_SO_USELOOPBACK), 0);
    if (treatment(lab)) {
        set_int(route, SOL_SOCKET, BSD_SO_USELOOPBACK, 1);
        set_int(udp, SOL_SOCKET, BSD_SO_USELOOPBACK, 1);
    }
    expect_equal(lab, get_int(route, SOL_SOCKET, SO_TIMESTAMPNS_NEW), 1);
    expect_equal(lab, get_int(udp, SOL_SOCKET, SO_TIMESTAMPNS_NEW), 1);
    expect(lab, try_set_int(route, BSD_SOL_SOCKET, BSD_SO_USELOOPBACK, 1) < 0);
}

CLAIM(number_of_so_useloopback_is_unknown, NO_FAMILY,
      "Linux has no SO_USELOOPBACK, and before SO_TIMESTAMPNS_NEW took BSD's number 0x40 it failed with ENOPROTOOPT",
      .until = "5.0")
{
    int option = treatment(lab) ? BSD_SO_USELOOPBACK : SO_KEEPALIVE;
    expect_refused(lab, try_set_int(routing_socket(lab), SOL_SOCKET, option, 1), ENOPROTOOPT);
}

CLAIM(routing_socket_gets_no_copy_unless_it_asks_for_an_echo, NO_FAMILY,
      "a routing socket gets no copy of what it sends; with NLM_F_ECHO in a request it gets one of this request, and a socket "
      "that has joined RTMGRP_IPV4_ROUTE gets one of every change")
{
    struct sock *route = routing_socket(lab), *listens = routing_socket(lab);
    struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_ROUTE};
    do_call(listens, bind(fd_of(listens), (struct sockaddr *)&group, sizeof group));
    struct request add = route_request(lab, RTM_NEWROUTE, 0);
    struct request delete = route_request(lab, RTM_DELROUTE, treatment(lab) ? NLM_F_ECHO : 0);

    expect(lab, send_request(route, &add) > 0);
    expect_equal(lab, next_message(route), 0);
    expect_equal(lab, next_message(listens), RTM_NEWROUTE);

    expect(lab, send_request(route, &delete) > 0);
    expect_equal(lab, next_message(route), RTM_DELROUTE);
    expect_equal(lab, next_message(listens), RTM_DELROUTE);
}

CLAIM(rtm_messages_change_the_routing_table, NO_FAMILY,
      "RTM_NEWROUTE sent on a socket of AF_ROUTE makes a route by which packets leave, RTM_DELROUTE takes it away")
{
    expect_equal(lab, AF_ROUTE, AF_NETLINK);
    struct sock *route = routing_socket(lab), *sock = udp_socket(lab, "client");
    struct request add = route_request(lab, RTM_NEWROUTE, 0), delete = route_request(lab, RTM_DELROUTE, 0);
    struct endpoint far = literally(lab, "192.0.2.1", SERVICE);

    expect_refused(lab, try_send_to(sock, "Hello", 0, far), ENETUNREACH);
    if (treatment(lab))
        do_route_request(route, &add);
    expect_equal(lab, try_send_to(sock, "Hello", 0, far), 5);
    expect_success(lab, try_route_request(route, &delete));
    expect_refused(lab, try_send_to(sock, "World", 0, far), ENETUNREACH);
    settle(lab);
    expect_equal(lab, count_packets(lab, "client", "client > 192.0.2.1.7890 UDP len 5"), 1);
}

CLAIM(rtm_messages_change_the_arp_cache, NO_FAMILY,
      "RTM_NEWNEIGH sent on a routing socket makes an entry of the ARP cache, which SIOCGARP reads; RTM_DELNEIGH takes it away")
{
    struct sock *route = routing_socket(lab), *sock = udp_socket(lab, "client");
    struct request add = neighbour_request(lab, RTM_NEWNEIGH), delete = neighbour_request(lab, RTM_DELNEIGH);
    struct arpreq entry = {.arp_dev = "eth0"};
    *(struct sockaddr_in *)&entry.arp_pa = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a00004d)};

    expect_refused(lab, try_ioctl(sock, SIOCGARP, &entry), ENXIO);
    if (treatment(lab))
        do_route_request(route, &add);
    expect_success(lab, try_ioctl(sock, SIOCGARP, &entry));
    expect_equal(lab, entry.arp_ha.sa_data[5], 77);
    expect_success(lab, try_route_request(route, &delete));
    expect(lab, try_ioctl(sock, SIOCGARP, &entry) == -ENXIO || entry.arp_ha.sa_data[5] != 77);
}

static int change_routes_and_neighbours(struct lab *lab, void *sock)
{
    struct request route = route_request(lab, RTM_NEWROUTE, 0), neighbour = neighbour_request(lab, RTM_NEWNEIGH);
    return (try_route_request(sock, &route) == -EPERM) + (try_route_request(sock, &neighbour) == -EPERM);
}

CLAIM(rtm_messages_need_privilege, NO_FAMILY,
      "RTM_NEWROUTE and RTM_NEWNEIGH sent by a process without CAP_NET_ADMIN are answered with EPERM",
      .cites = "rtnetlink(7); capabilities(7), CAP_NET_ADMIN")
{
    struct sock *route = routing_socket(lab);
    int refused = treatment(lab) ? as_user(lab, NOBODY, change_routes_and_neighbours, route) : change_routes_and_neighbours(lab, route);
    expect_equal(lab, refused, 2);
}

CLAIM(interface_list_comes_from_the_routing_socket_not_from_sysctl, NO_FAMILY,
      "Linux has no sysctl call to list interfaces (not even sysctl(2), since 5.5): an RTM_GETLINK dump on a routing socket lists "
      "them",
      .since = "5.5")
{
#ifdef SYS__sysctl
    int result = syscall(SYS__sysctl, NULL);
    expect(lab, result == -1 && (errno == ENOSYS || errno == EPERM)); /* EPERM: a container's filter */
#endif
    struct sock *route = routing_socket(lab);
    struct request list;
    struct nlmsghdr *header = mnl_nlmsg_put_header(&list);
    header->nlmsg_type = RTM_GETLINK;
    header->nlmsg_flags = NLM_F_REQUEST | (treatment(lab) ? NLM_F_DUMP : 0);
    mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
    expect(lab, send_request(route, &list) > 0);

    char buffer[16384] = "";
    int length = try_receive(route, buffer, sizeof buffer, 0), links = 0;
    for (struct nlmsghdr *link = (void *)buffer; mnl_nlmsg_ok(link, length); link = mnl_nlmsg_next(link, &length))
        links += link->nlmsg_type == RTM_NEWLINK;
    expect(lab, links >= 2); /* lo and eth0; some kernels add tunnels of their own */
    expect(lab, memmem(buffer, sizeof buffer, "\0lo", 3) && memmem(buffer, sizeof buffer, "\0eth0", 5));
}

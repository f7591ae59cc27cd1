/* SPDX-License-Identifier: MIT */
/*
 * SO_SETFIB of FreeBSD: not on Linux, where SO_MARK and a routing rule choose the routing table of a socket.
 * [notes] SOL_SOCKET.SO_SETFIB
 *
 *   client eth0 --- server    main table:  far net by way of server
 *          eth1 --- other     table 100:   far net by way of other, for marked packets
 */
#include "lab.h"

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

EXPERIMENT("SO_SETFIB", "SOL_SOCKET", "FreeBSD: the routing table by which a socket's packets leave");

enum { FREEBSD_SO_SETFIB = 0x1014,
       BSD_SOL_SOCKET = 0xffff,
       TABLE = 100,
       MARK = 1 };

CLAIM(so_setfib_is_absent, NO_FAMILY,
      "Linux has no SO_SETFIB: no header names it, and FreeBSD's number fails with ENOPROTOOPT, at Linux's SOL_SOCKET and at "
      "BSD's")
{
#ifdef SO_SETFIB
    expect(lab, !"SO_SETFIB is defined");
#endif
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);
    int option = treatment(lab) ? FREEBSD_SO_SETFIB : SO_PRIORITY;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, BSD_SOL_SOCKET, FREEBSD_SO_SETFIB, 1), ENOPROTOOPT);
}

static struct endpoint far_net(struct lab *lab)
{
    return literally(lab, is_v6(lab) ? "2001:db8::" : "192.0.2.0", SERVICE);
}

/* ip route add FAR_NET via GATEWAY table TABLE */
static void route_by(struct lab *lab, struct sock *route, const char *gateway, unsigned table)
{
    char message[256];
    struct endpoint far = far_net(lab), way = at(lab, gateway, 0);
    unsigned size = is_v6(lab) ? 16 : 4;
    struct nlmsghdr *header = mnl_nlmsg_put_header(message);
    header->nlmsg_type = RTM_NEWROUTE;
    header->nlmsg_flags = NLM_F_CREATE;
    struct rtmsg *about = mnl_nlmsg_put_extra_header(header, sizeof *about);
    *about = (struct rtmsg){.rtm_family = is_v6(lab) ? AF_INET6 : AF_INET, .rtm_dst_len = is_v6(lab) ? 64 : 24, .rtm_table = table, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST};
    mnl_attr_put(header, RTA_DST, size, far.address.bytes);
    mnl_attr_put(header, RTA_GATEWAY, size, way.address.bytes);
    do_route_request(route, message);
}

/* ip rule add fwmark MARK lookup TABLE */
static void rule_for_the_mark(struct lab *lab, struct sock *route)
{
    char message[256];
    struct nlmsghdr *header = mnl_nlmsg_put_header(message);
    header->nlmsg_type = RTM_NEWRULE;
    header->nlmsg_flags = NLM_F_CREATE;
    struct fib_rule_hdr *rule = mnl_nlmsg_put_extra_header(header, sizeof *rule);
    *rule = (struct fib_rule_hdr){.family = is_v6(lab) ? AF_INET6 : AF_INET, .table = TABLE, .action = FR_ACT_TO_TBL};
    mnl_attr_put_u32(header, FRA_FWMARK, MARK);
    int result = try_route_request(route, message);
    need(lab, result != -EOPNOTSUPP, "needs rules for routing (CONFIG_IP_MULTIPLE_TABLES)");
    expect_success(lab, result);
}

CLAIM(so_mark_and_a_rule_choose_the_routing_table, V4 | V6,
      "with a rule for its mark the packets of a socket with SO_MARK are routed by another table: they leave by another "
      "interface than those of a socket without",
      .bench = "client server; client other",
      .cites = "socket(7), SO_MARK; ip-rule(8), fwmark")
{
    struct sock *route = socket_on(lab, "client", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    route_by(lab, route, "server", RT_TABLE_MAIN);
    route_by(lab, route, "other", TABLE);
    rule_for_the_mark(lab, route);
    struct sock *plain = udp_socket(lab, "client"), *marked = udp_socket(lab, "client");
    struct endpoint far = far_net(lab);
    far.address.bytes[is_v6(lab) ? 15 : 3] = 1;

    if (treatment(lab))
        set_int(marked, SOL_SOCKET, SO_MARK, MARK);
    send_to(plain, "plain", 0, far);
    send_to(marked, "marked", 0, far);
    expect_wire(lab, "client > any.7890 UDP len 5");
    expect_at(lab, "client-eth1", "client#2 > any.7890 UDP len 6");
    expect_nothing(lab, "any > any.7890 UDP len 6");
}

/* SPDX-License-Identifier: MIT */
#include "bench/netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct netlink {
    struct mnl_socket *socket;
    unsigned seq;
    char buffer[8192];
};

struct netlink *netlink_open(void)
{
    struct netlink *nl = calloc(1, sizeof *nl);
    if (!nl)
        return NULL;
    nl->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!nl->socket || mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        int error = errno;
        netlink_close(nl);
        errno = error;
        return NULL;
    }
    return nl;
}

void netlink_close(struct netlink *nl)
{
    if (!nl)
        return;
    if (nl->socket)
        mnl_socket_close(nl->socket);
    free(nl);
}

static struct nlmsghdr *request(struct netlink *nl, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *message = mnl_nlmsg_put_header(nl->buffer);
    message->nlmsg_type = type;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    message->nlmsg_seq = ++nl->seq;
    return message;
}

/* Sends the request and waits for its acknowledgement. */
static int talk(struct netlink *nl, struct nlmsghdr *message)
{
    unsigned portid = mnl_socket_get_portid(nl->socket);
    unsigned seq = message->nlmsg_seq;
    if (mnl_socket_sendto(nl->socket, message, message->nlmsg_len) < 0)
        return -errno;
    int more = MNL_CB_OK;
    while (more > MNL_CB_STOP) {
        ssize_t n = mnl_socket_recvfrom(nl->socket, nl->buffer, sizeof nl->buffer);
        if (n < 0)
            return -errno;
        more = mnl_cb_run(nl->buffer, (size_t)n, seq, portid, NULL, NULL);
    }
    return more < 0 ? -errno : 0;
}

static void put_address(struct nlmsghdr *message, uint16_t type, const struct address *address)
{
    mnl_attr_put(message, type, address->family == AF_INET ? 4 : 16, address->bytes);
}

int netlink_add_veth(struct netlink *nl, const struct veth_end *here, const struct veth_end *peer,
                     int peer_netns)
{
    struct nlmsghdr *message = request(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof *link);
    link->ifi_family = AF_UNSPEC;
    mnl_attr_put_strz(message, IFLA_IFNAME, here->name);
    mnl_attr_put(message, IFLA_ADDRESS, 6, here->mac);
    struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
    mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
    struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
    struct nlattr *other = mnl_attr_nest_start(message, VETH_INFO_PEER);
    mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(message, IFLA_IFNAME, peer->name);
    mnl_attr_put(message, IFLA_ADDRESS, 6, peer->mac);
    mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)peer_netns);
    mnl_attr_nest_end(message, other);
    mnl_attr_nest_end(message, data);
    mnl_attr_nest_end(message, info);
    return talk(nl, message);
}

int netlink_set_link(struct netlink *nl, int ifindex, unsigned flags, unsigned mask, unsigned mtu)
{
    struct nlmsghdr *message = request(nl, RTM_NEWLINK, 0);
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof *link);
    link->ifi_index = ifindex;
    link->ifi_flags = flags;
    link->ifi_change = mask;
    if (mtu)
        mnl_attr_put_u32(message, IFLA_MTU, mtu);
    return talk(nl, message);
}

int netlink_no_link_local(struct netlink *nl, int ifindex)
{
    struct nlmsghdr *message = request(nl, RTM_NEWLINK, 0);
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof *link);
    link->ifi_index = ifindex;
    struct nlattr *spec = mnl_attr_nest_start(message, IFLA_AF_SPEC);
    struct nlattr *inet6 = mnl_attr_nest_start(message, AF_INET6);
    mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    mnl_attr_nest_end(message, inet6);
    mnl_attr_nest_end(message, spec);
    return talk(nl, message);
}

int netlink_add_address(struct netlink *nl, int ifindex, const struct address *address,
                        unsigned prefix_length)
{
    struct nlmsghdr *message = request(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    struct ifaddrmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    header->ifa_family = (uint8_t)address->family;
    header->ifa_prefixlen = (uint8_t)prefix_length;
    header->ifa_index = (uint32_t)ifindex;
    mnl_attr_put_u32(message, IFA_FLAGS,
                     IFA_F_NOPREFIXROUTE | (address->family == AF_INET6 ? (uint32_t)IFA_F_NODAD : 0));
    put_address(message, IFA_LOCAL, address);
    put_address(message, IFA_ADDRESS, address);
    return talk(nl, message);
}

int netlink_add_neighbour(struct netlink *nl, int ifindex, const struct address *address,
                          const uint8_t mac[6])
{
    struct nlmsghdr *message = request(nl, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
    struct ndmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    header->ndm_family = (uint8_t)address->family;
    header->ndm_ifindex = ifindex;
    header->ndm_state = NUD_PERMANENT;
    put_address(message, NDA_DST, address);
    mnl_attr_put(message, NDA_LLADDR, 6, mac);
    return talk(nl, message);
}

int netlink_add_route(struct netlink *nl, const struct route *route)
{
    struct nlmsghdr *message = request(nl, RTM_NEWROUTE, NLM_F_CREATE);
    struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    header->rtm_family = (uint8_t)route->destination.family;
    header->rtm_dst_len = (uint8_t)route->prefix_length;
    header->rtm_table = (uint8_t)(route->table ? route->table : RT_TABLE_MAIN);
    header->rtm_protocol = RTPROT_STATIC;
    header->rtm_scope = route->local ? RT_SCOPE_HOST : route->gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    header->rtm_type = route->local ? RTN_LOCAL : RTN_UNICAST;
    if (route->prefix_length)
        put_address(message, RTA_DST, &route->destination);
    if (route->gateway)
        put_address(message, RTA_GATEWAY, route->gateway);
    if (route->source)
        put_address(message, RTA_PREFSRC, route->source);
    mnl_attr_put_u32(message, RTA_OIF, (uint32_t)route->ifindex);
    if (route->rto_min_ms) {
        struct nlattr *metrics = mnl_attr_nest_start(message, RTA_METRICS);
        mnl_attr_put_u32(message, RTAX_LOCK, 1 << RTAX_RTO_MIN); /* without the lock it is not looked at */
        mnl_attr_put_u32(message, RTAX_RTO_MIN, route->rto_min_ms);
        mnl_attr_nest_end(message, metrics);
    }
    return talk(nl, message);
}

int netlink_add_rule(struct netlink *nl, sa_family_t family, const char *device, unsigned table)
{
    struct nlmsghdr *message = request(nl, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);
    struct fib_rule_hdr *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    header->family = (uint8_t)family;
    header->table = (uint8_t)table;
    header->action = FR_ACT_TO_TBL;
    mnl_attr_put_strz(message, FRA_IIFNAME, device);
    return talk(nl, message);
}

static int note_type(const struct nlmsghdr *message, void *type)
{
    const struct rtmsg *header = mnl_nlmsg_get_payload(message);
    if (message->nlmsg_type == RTM_NEWROUTE)
        *(unsigned char *)type = header->rtm_type;
    return MNL_CB_STOP;
}

/* 1, 0 or -errno. */
static int is_local(struct netlink *nl, const struct address *address)
{
    struct nlmsghdr *message = request(nl, RTM_GETROUTE, 0);
    message->nlmsg_flags = NLM_F_REQUEST; /* the route is the answer */
    struct rtmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    header->rtm_family = (uint8_t)address->family;
    header->rtm_dst_len = address->family == AF_INET ? 32 : 128;
    put_address(message, RTA_DST, address);
    unsigned seq = message->nlmsg_seq;
    if (mnl_socket_sendto(nl->socket, message, message->nlmsg_len) < 0)
        return -errno;
    ssize_t n = mnl_socket_recvfrom(nl->socket, nl->buffer, sizeof nl->buffer);
    unsigned char type = RTN_UNSPEC;
    if (n < 0 ||
        mnl_cb_run(nl->buffer, (size_t)n, seq, mnl_socket_get_portid(nl->socket), note_type, &type) < 0)
        return -errno;
    return type == RTN_LOCAL;
}

/* Waits until some IPv6 route has changed. 0, -ETIMEDOUT or -errno. */
static int await_route_change(struct mnl_socket *changes, int limit_ms)
{
    char buffer[8192];
    struct pollfd fd = {.fd = mnl_socket_get_fd(changes), .events = POLLIN};
    int ready = poll(&fd, 1, limit_ms);
    if (ready <= 0)
        return ready < 0 ? -errno : -ETIMEDOUT;
    return mnl_socket_recvfrom(changes, buffer, sizeof buffer) < 0 ? -errno : 0;
}

int netlink_await_local(struct netlink *nl, const struct address *address, int limit_ms)
{
    int local = is_local(nl, address);
    if (local)
        return local < 0 ? local : 0;
    struct mnl_socket *changes = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!changes)
        return -errno;
    int error = mnl_socket_bind(changes, RTMGRP_IPV6_ROUTE, MNL_SOCKET_AUTOPID) < 0 ? -errno : 0;
    /* It may have come between the first look and the subscription: look before each wait. */
    while (!error && (local = is_local(nl, address)) == 0)
        error = await_route_change(changes, limit_ms);
    mnl_socket_close(changes);
    return error ? error : local < 0 ? local : 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The few rtnetlink requests (rtnetlink(7)) that build a bench. Each acts in the
 * network namespace in which the handle was opened, and returns 0 or -errno.
 */
#ifndef LAB_BENCH_NETLINK_H
#define LAB_BENCH_NETLINK_H

#include "packet/address.h"

#include <net/if.h>

struct netlink;

struct netlink *netlink_open(void); /* NULL with errno */
void netlink_close(struct netlink *nl);

/* A veth pair: `name` here, `peer` in the namespace `peer_netns` (a file descriptor). */
struct veth_end {
    char name[IFNAMSIZ];
    uint8_t mac[6];
};
int netlink_add_veth(struct netlink *nl, const struct veth_end *here, const struct veth_end *peer,
                     int peer_netns);
/* Sets (`flags & mask`) the interface flags IFF_UP, IFF_NOARP, …; `mtu` 0 leaves the MTU as it is. */
int netlink_set_link(struct netlink *nl, int ifindex, unsigned flags, unsigned mask, unsigned mtu);
/* No link-local IPv6 address is made by the kernel: it would solicit routers and report memberships. */
int netlink_no_link_local(struct netlink *nl, int ifindex);
/* Usable at once (IFA_F_NODAD), and without a route to its prefix (IFA_F_NOPREFIXROUTE). */
int netlink_add_address(struct netlink *nl, int ifindex, const struct address *address,
                        unsigned prefix_length);
/* Waits until packets to the IPv6 address are delivered here: 0, or -ETIMEDOUT, or another -errno. */
int netlink_await_local(struct netlink *nl, const struct address *address, int limit_ms);
int netlink_add_neighbour(struct netlink *nl, int ifindex, const struct address *address,
                          const uint8_t mac[6]);
struct route {
    int ifindex;
    struct address destination; /* a family without an address and prefix_length 0: the default route */
    unsigned prefix_length;
    const struct address *gateway; /* NULL: on the link itself */
    const struct address *source;  /* preferred, NULL: the kernel's choice */
    unsigned rto_min_ms;           /* least retransmission timeout (RTAX_RTO_MIN), 0: the kernel's own */
    unsigned table;                /* 0: the main table */
    bool local;                    /* what it matches is delivered to this host */
};
int netlink_add_route(struct netlink *nl, const struct route *route);
/* What arrives on `device` is looked up in `table` first. */
int netlink_add_rule(struct netlink *nl, sa_family_t family, const char *device, unsigned table);

#endif

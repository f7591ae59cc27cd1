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
/* IPv6 addresses are usable at once (IFA_F_NODAD). */
int netlink_add_address(struct netlink *nl, int ifindex, const struct address *address,
                        unsigned prefix_length);
int netlink_add_neighbour(struct netlink *nl, int ifindex, const struct address *address,
                          const uint8_t mac[6]);
/* A route to `destination`/`prefix_length` (family with length 0: the default route) by `gateway`. */
int netlink_add_route(struct netlink *nl, int ifindex, const struct address *destination,
                      unsigned prefix_length, const struct address *gateway);

#endif

/* SPDX-License-Identifier: MIT */
/* What a claim changes in the routing of a host. */
#include "api/internal.h"
#include "bench/netlink.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define TABLE_LOCAL_DELIVERY 100

/* "ip rule add iif DEVICE lookup 100; ip route add local default dev lo table 100" in one family. */
static int divert(struct netlink *nl, sa_family_t family, const char *device)
{
    struct route everything_is_local = {.ifindex = (int)if_nametoindex("lo"),
                                        .destination = {.family = family},
                                        .table = TABLE_LOCAL_DELIVERY,
                                        .local = true};
    int error = netlink_add_route(nl, &everything_is_local);
    if (error == -EEXIST) /* the same for another device has been said before */
        error = 0;
    return error ? error : netlink_add_rule(nl, family, device, TABLE_LOCAL_DELIVERY);
}

static void act_on(struct here here, struct lab *lab, const char *host, const char *what,
                   int (*act)(struct netlink *nl, const char *device), const char *device)
{
    record_begin(lab, here, "%s on %s %s", what, host, device);
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    struct netlink *nl = netlink_open();
    int error = nl ? act(nl, device) : -errno;
    netlink_close(nl);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (error == -EOPNOTSUPP) /* a kernel without IP_MULTIPLE_TABLES has no rules */
        lab_skip(here, lab, "needs a kernel with policy routing (%s)", what);
    if (error)
        lab_break(lab, here, "%s on %s %s: %s", what, host, device, errno_name(-error));
    note(lab, "%s on %s %s", what, host, device);
}

static int divert_both(struct netlink *nl, const char *device)
{
    int error = divert(nl, AF_INET, device);
    return error ? error : divert(nl, AF_INET6, device);
}

void lab_deliver_locally(struct here here, struct lab *lab, const char *host, const char *device)
{
    act_on(here, lab, host, "whatever arrives is delivered locally", divert_both, device);
}

static int add_group_route(struct netlink *nl, const char *device)
{
    struct address groups;
    address_parse("224.0.0.0", &groups);
    struct route by_device = {
        .ifindex = (int)if_nametoindex(device), .destination = groups, .prefix_length = 4};
    return netlink_add_route(nl, &by_device);
}

void lab_route_groups(struct here here, struct lab *lab, const char *host, const char *device)
{
    act_on(here, lab, host, "a route for IPv4 groups", add_group_route, device);
}

void lab_set_mtu(struct here here, struct lab *lab, const char *host, const char *device, unsigned mtu)
{
    record_begin(lab, here, "MTU %u on %s %s", mtu, host, device);
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    struct netlink *nl = netlink_open();
    int error = nl ? netlink_set_link(nl, (int)if_nametoindex(device), 0, 0, mtu) : -errno;
    netlink_close(nl);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (error)
        lab_break(lab, here, "MTU %u on %s %s: %s", mtu, host, device, errno_name(-error));
}

/* SPDX-License-Identifier: MIT */
#include "bench/bench.h"

#include "bench/netlink.h"
#include "bench/sysctl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Remembers what is being tried and passes the error on. */
#define TRY(bench, what, call)                                                                               \
    do {                                                                                                     \
        (bench)->step = (what);                                                                              \
        int try_error = (call);                                                                              \
        if (try_error < 0)                                                                                   \
            return try_error;                                                                                \
    } while (0)

#define PREFIX_V4 24
#define PREFIX_V6 64

/*
 * As long as a claim may take, more than any stall of a loaded machine: what the wire holds is not sent again
 * meanwhile, so that a claim's outcome does not depend on how fast it runs.
 */
static unsigned rto_min_ms(const struct bench *bench)
{
    return bench->patient ? 30000 : 0;
}

static int new_network_namespace(void)
{
    if (unshare(CLONE_NEWNET) < 0)
        return -errno;
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* With checksums, segmentation and coalescing off, what is captured is what a real wire would carry. */
static int offloads_off(const char *device)
{
    static const uint32_t settings[] = {ETHTOOL_STXCSUM, ETHTOOL_SRXCSUM, ETHTOOL_SSG,
                                        ETHTOOL_STSO,    ETHTOOL_SGSO,    ETHTOOL_SGRO};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int error = 0;
    for (size_t i = 0; i < sizeof settings / sizeof *settings && !error; i++) {
        struct ethtool_value off = {.cmd = settings[i], .data = 0};
        struct ifreq request = {.ifr_data = (void *)&off};
        snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
        if (ioctl(fd, SIOCETHTOOL, &request) < 0 && errno != EOPNOTSUPP)
            error = -errno;
    }
    close(fd);
    return error;
}

static int pin_sysctls(void)
{
    for (const struct pinned_sysctl *pin = sysctl_pinned; pin->name; pin++) {
        int error = sysctl_write(pin->name, pin->value);
        if (error && error != -ENOENT)
            return error;
    }
    return 0;
}

static void device_name(const struct plan_interface *interface, char name[IFNAMSIZ])
{
    snprintf(name, IFNAMSIZ, "eth%u", interface->number % 1000);
}

/* The wire's end of the i-th interface. */
static void wire_end_name(unsigned i, char name[IFNAMSIZ])
{
    snprintf(name, IFNAMSIZ, "end%u", i % 1000);
}

static int build_wire_namespace(struct bench *bench)
{
    TRY(bench, "new network namespace for the wires", bench->wire_netns = new_network_namespace());
    /* The wire's ends must not speak themselves. */
    int error = sysctl_write("net.ipv6.conf.default.disable_ipv6", "1");
    bench->step = "no IPv6 on the wires' own ends";
    return error == -ENOENT ? 0 : error;
}

static int build_host_namespace(struct bench *bench, unsigned host)
{
    TRY(bench, "new network namespace for a host", bench->host_netns[host] = new_network_namespace());
    TRY(bench, "pinning sysctls", pin_sysctls());
    if (bench->patient) /* a tail loss probe waits for no retransmission timeout */
        TRY(bench, "net.ipv4.tcp_early_retrans=0", sysctl_write("net.ipv4.tcp_early_retrans", "0"));
    /* Connections of a claim that was killed hold their namespaces no longer than two retransmissions. */
    if (bench->patient)
        TRY(bench, "net.ipv4.tcp_orphan_retries=1", sysctl_write("net.ipv4.tcp_orphan_retries", "1"));
    return 0;
}

static int plug_in(struct bench *bench, struct netlink *nl, unsigned i)
{
    const struct plan_interface *interface = &bench->topology.interface[i];
    struct veth_end here, there;
    device_name(interface, here.name);
    wire_end_name(i, there.name);
    memcpy(here.mac, interface->mac, 6);
    memcpy(there.mac, interface->wire_mac, 6);
    TRY(bench, "adding a veth pair", netlink_add_veth(nl, &here, &there, bench->wire_netns));
    int device = (int)if_nametoindex(here.name);
    TRY(bench, "no link-local address", netlink_no_link_local(nl, device));
    TRY(bench, "offloads off", offloads_off(here.name));
    if (bench->topology.forwards[interface->host]) /* until forwarding is on, see there */
        TRY(bench, "multicast off", netlink_set_link(nl, device, 0, IFF_MULTICAST, 0));
    return 0;
}

/* A device without IFF_MULTICAST does not join the all-routers group (dev_forward_change), so nothing is
 * reported. */
static int forward(struct bench *bench)
{
    TRY(bench, "net.ipv4.ip_forward=1", sysctl_write("net.ipv4.ip_forward", "1"));
    TRY(bench, "net.ipv6.conf.all.forwarding=1", sysctl_write("net.ipv6.conf.all.forwarding", "1"));
    return 0;
}

/* Brings up the wires' ends, without a qdisc in the way of what is sent, and opens a packet socket on each.
 */
static int open_wire_end(struct bench *bench, struct netlink *nl, unsigned i)
{
    char name[IFNAMSIZ];
    wire_end_name(i, name);
    int device = (int)if_nametoindex(name);
    TRY(bench, "offloads off", offloads_off(name));
    TRY(bench, "setting a wire's end up",
        netlink_set_link(nl, device, IFF_UP | IFF_NOARP, IFF_UP | IFF_NOARP, 0));
    bench->step = "packet socket on a wire's end";
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    bench->wire_socket[i] = fd;
    int on = 1;
    int room = 4 << 20; /* bytes: a wire must not lose what its user did not ask it to lose */
    if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) < 0 || /* Linux 4.20 */
        setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct sockaddr_ll end = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = device};
    return bind(fd, (struct sockaddr *)&end, sizeof end) < 0 ? -errno : 0;
}

/*
 * Devices do without ARP: then IPv6 joins no solicited-node groups (addrconf_join_solict) and has no
 * memberships to report. Neighbours are permanent, so nobody is ever asked for. (Switching ARP on later would
 * start duplicate address detection anew: addrconf_notify on a change of IFF_NOARP.)
 */
static int address(struct bench *bench, struct netlink *nl, unsigned i)
{
    const struct topology *t = &bench->topology;
    const struct plan_interface *interface = &t->interface[i];
    char name[IFNAMSIZ];
    device_name(interface, name);
    int device = (int)if_nametoindex(name);
    const unsigned flags = IFF_UP | IFF_NOARP | IFF_MULTICAST;
    TRY(bench, "setting a device up", netlink_set_link(nl, device, flags, flags, 0));
    for (unsigned k = 0; k < interface->pairs; k++) {
        TRY(bench, "adding an IPv4 address", netlink_add_address(nl, device, &interface->v4[k], PREFIX_V4));
        TRY(bench, "adding an IPv6 address", netlink_add_address(nl, device, &interface->v6[k], PREFIX_V6));
    }
    struct route link = {.ifindex = device, .rto_min_ms = rto_min_ms(bench)};
    link.source = &interface->v4[0];
    link.destination = address_prefix(&interface->v4[0], link.prefix_length = PREFIX_V4);
    TRY(bench, "adding an IPv4 route", netlink_add_route(nl, &link));
    link.source = NULL;
    link.destination = address_prefix(&interface->v6[0], link.prefix_length = PREFIX_V6);
    TRY(bench, "adding an IPv6 route", netlink_add_route(nl, &link));
    for (unsigned j = 0; j < t->interfaces; j++) {
        const struct plan_interface *other = &t->interface[j];
        if (j == i || other->wire != interface->wire)
            continue;
        for (unsigned k = 0; k < other->pairs; k++) {
            TRY(bench, "adding a neighbour", netlink_add_neighbour(nl, device, &other->v4[k], other->mac));
            TRY(bench, "adding a neighbour", netlink_add_neighbour(nl, device, &other->v6[k], other->mac));
        }
    }
    return 0;
}

/* Hosts on one wire only reach the others by the first forwarding host on that wire. */
static int route(struct bench *bench, struct netlink *nl, unsigned i)
{
    const struct topology *t = &bench->topology;
    const struct plan_interface *interface = &t->interface[i];
    if (t->forwards[interface->host])
        return 0;
    for (unsigned j = 0; j < t->interfaces; j++) {
        const struct plan_interface *router = &t->interface[j];
        if (router->wire != interface->wire || !t->forwards[router->host])
            continue;
        char name[IFNAMSIZ];
        device_name(interface, name);
        int device = (int)if_nametoindex(name);
        struct route by_router = {.ifindex = device, .rto_min_ms = rto_min_ms(bench)};
        by_router.destination.family = AF_INET;
        by_router.gateway = &router->v4[0];
        TRY(bench, "adding a default route", netlink_add_route(nl, &by_router));
        by_router.destination.family = AF_INET6;
        by_router.gateway = &router->v6[0];
        TRY(bench, "adding a default route", netlink_add_route(nl, &by_router));
        break;
    }
    return 0;
}

/*
 * The kernel adds the route by which an IPv6 address receives in a work of its own, a moment after the
 * address (addrconf_dad_work), duplicate address detection or not. On a loaded machine claims would come
 * before it.
 */
#define RECEIVE_LIMIT_MS 60000

static int receive_v6(struct bench *bench, struct netlink *nl, unsigned i)
{
    const struct plan_interface *interface = &bench->topology.interface[i];
    for (unsigned k = 0; k < interface->pairs; k++)
        TRY(bench, "waiting for an IPv6 address to receive",
            netlink_await_local(nl, &interface->v6[k], RECEIVE_LIMIT_MS));
    return 0;
}

/* Runs `act` for each interface of `host` (or for all, on the wires' side), in that namespace. */
static int each_interface(struct bench *bench, int host,
                          int (*act)(struct bench *bench, struct netlink *nl, unsigned i))
{
    int error = bench_enter(bench, host);
    if (error)
        return error;
    struct netlink *nl = netlink_open();
    if (!nl) {
        bench->step = "opening rtnetlink";
        return -errno;
    }
    for (unsigned i = 0; i < bench->topology.interfaces && !error; i++)
        if (host == BENCH_WIRE || bench->topology.interface[i].host == (unsigned)host)
            error = act(bench, nl, i);
    netlink_close(nl);
    return error;
}

static int loopback_up(struct bench *bench)
{
    struct netlink *nl = netlink_open();
    bench->step = "setting lo up";
    if (!nl)
        return -errno;
    int error = netlink_set_link(nl, 1, IFF_UP, IFF_UP, 0);
    netlink_close(nl);
    return error;
}

int bench_build(struct bench *bench)
{
    const unsigned hosts = bench->topology.hosts;
    int error = build_wire_namespace(bench);
    for (unsigned host = 0; host < hosts && !error; host++) {
        error = build_host_namespace(bench, host);
        if (!error)
            error = loopback_up(bench);
        if (!error)
            error = each_interface(bench, (int)host, plug_in);
        if (!error && bench->topology.forwards[host])
            error = forward(bench);
    }
    /* The wires' ends come up first: then a host's device has a carrier, and a queue, as soon as it is up. */
    if (!error)
        error = each_interface(bench, BENCH_WIRE, open_wire_end);
    for (unsigned host = 0; host < hosts && !error; host++) {
        error = each_interface(bench, (int)host, address);
        if (!error)
            error = each_interface(bench, (int)host, route);
    }
    for (unsigned host = 0; host < hosts && !error; host++)
        error = each_interface(bench, (int)host, receive_v6);
    return error ? error : bench_enter(bench, BENCH_WIRE);
}

int bench_enter(const struct bench *bench, int host)
{
    int fd = host == BENCH_WIRE ? bench->wire_netns : bench->host_netns[host];
    /* A process of another user (api/processes.c) may become root again for this one call. */
    uid_t real, effective, saved;
    getresuid(&real, &effective, &saved);
    bool lowered = effective != 0 && saved == 0;
    if (lowered && seteuid(0) < 0)
        return -errno;
    int error = setns(fd, CLONE_NEWNET) < 0 ? -errno : 0;
    if (lowered && seteuid(effective) < 0)
        return -errno;
    return error;
}

/* SPDX-License-Identifier: MIT */
/* Multicast groups and interfaces, for both families. */
#include "api/call.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

unsigned lab_device_index(struct here here, struct lab *lab, const char *host, const char *device)
{
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    unsigned index = if_nametoindex(device);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (!index)
        lab_break(lab, here, "%s has no device %s", host, device);
    return index;
}

struct endpoint group(struct lab *lab, uint16_t port)
{
    return literally(lab, is_v6(lab) ? "ff15::1:2:3" : "239.1.2.3", port);
}

static int membership(struct here here, struct sock *sock, struct endpoint to, const char *device, int option,
                      const char *name)
{
    struct lab *lab = sock->lab;
    char text[ENDPOINT_TEXT];
    struct group_req request = {
        .gr_interface = lab_device_index(here, lab, lab->bench.topology.host[sock->host], device)};
    address_sockaddr(&to.address, 0, &request.gr_group);
    int level = to.address.family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int64_t began = record_begin(lab, here, "setsockopt(%s, %s, %s on %s)", sock->name, name,
                                 address_text(&to.address, text), device);
    return call_done(sock, here, began, setsockopt(sock->fd, level, option, &request, sizeof request));
}

int lab_join(struct here here, struct sock *sock, struct endpoint to, const char *device)
{
    return membership(here, sock, to, device, MCAST_JOIN_GROUP, "MCAST_JOIN_GROUP");
}

int lab_leave(struct here here, struct sock *sock, struct endpoint to, const char *device)
{
    return membership(here, sock, to, device, MCAST_LEAVE_GROUP, "MCAST_LEAVE_GROUP");
}

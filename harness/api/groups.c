/* SPDX-License-Identifier: MIT */
/* Multicast groups, for both families. */
#include "api/call.h"

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

/* To a group a datagram leaves by the interface that has the address to which its socket is bound. */
struct sock *lab_multicast_sender(struct here here, struct lab *lab)
{
    struct sock *sender = lab_socket(here, lab, "client", 0, SOCK_DGRAM, 0);
    lab_must(here, lab_bind(here, sender, at(lab, "client", 0)));
    return sender;
}

struct sock *lab_multicast_receiver(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    struct sock *receiver = lab_socket(here, lab, host, 0, SOCK_DGRAM, 0);
    lab_must(here, lab_bind(here, receiver, group(lab, port)));
    return receiver;
}

struct sock *lab_multicast_member(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    struct sock *member = lab_multicast_receiver(here, lab, host, port);
    lab_must(here, lab_join(here, member, group(lab, port), "eth0"));
    return member;
}

/* SPDX-License-Identifier: MIT */
/* Messages with ancillary data: recvmsg(2), sendmsg(2), and what IP_PKTINFO and IPV6_PKTINFO carry. */
#include "api/call.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct message lab_receive_message(struct here here, struct sock *sock, int flags, const char *names)
{
    struct message message = {0};
    struct sockaddr_storage from = {0};
    struct iovec vector = {message.data, sizeof message.data - 1};
    struct msghdr header = {.msg_name = &from,
                            .msg_namelen = sizeof from,
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = message.control,
                            .msg_controllen = sizeof message.control};
    int64_t began = record_begin(sock->lab, here, "recvmsg(%s, %s)", sock->name, names);
    message.length = call_done(sock, here, began, (int)recvmsg(sock->fd, &header, flags | MSG_DONTWAIT));
    if (message.length < 0)
        return message;
    message.flags = header.msg_flags;
    message.control_length = header.msg_controllen;
    if (header.msg_namelen)
        address_from_sockaddr((struct sockaddr *)&from, &message.from.address, &message.from.port);
    return message;
}

struct message lab_await_message(struct here here, struct sock *sock)
{
    lab_await_readable(here, sock);
    struct message message = lab_receive_message(here, sock, 0, "0");
    lab_must(here, message.length);
    return message;
}

const void *lab_ancillary(const struct message *message, int level, int type, size_t size)
{
    struct msghdr header = {.msg_control = (void *)message->control,
                            .msg_controllen = message->control_length};
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&header); item; item = CMSG_NXTHDR(&header, item))
        if (item->cmsg_level == level && item->cmsg_type == type && item->cmsg_len >= CMSG_LEN(size))
            return CMSG_DATA(item);
    return NULL;
}

unsigned ancillary_items(const struct message *message)
{
    unsigned count = 0;
    struct msghdr header = {.msg_control = (void *)message->control,
                            .msg_controllen = message->control_length};
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&header); item; item = CMSG_NXTHDR(&header, item))
        count++;
    return count;
}

struct pktinfo pktinfo_of(const struct message *message)
{
    struct pktinfo told = {0};
    const struct in_pktinfo *v4 = ancillary(message, IPPROTO_IP, IP_PKTINFO, struct in_pktinfo);
    const struct in6_pktinfo *v6 = ancillary(message, IPPROTO_IPV6, IPV6_PKTINFO, struct in6_pktinfo);
    if (v4) {
        told.destination.family = told.local.family = AF_INET;
        memcpy(told.destination.bytes, &v4->ipi_addr, 4);
        memcpy(told.local.bytes, &v4->ipi_spec_dst, 4);
        told.interface = (unsigned)v4->ipi_ifindex;
    } else if (v6) {
        told.destination.family = AF_INET6;
        memcpy(told.destination.bytes, &v6->ipi6_addr, 16);
        told.interface = v6->ipi6_ifindex;
    }
    return told;
}

static int send_message(struct here here, struct sock *sock, const char *text, struct endpoint to, int level,
                        int type, const char *names, const void *value, size_t size)
{
    char to_text[ENDPOINT_TEXT];
    struct sockaddr_storage address;
    _Alignas(struct cmsghdr) uint8_t control[512] = {0};
    struct iovec vector = {(char *)text, strlen(text)};
    struct msghdr header = {.msg_name = &address,
                            .msg_namelen = address_sockaddr(&to.address, to.port, &address),
                            .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = CMSG_SPACE(size)};
    if (header.msg_controllen > sizeof control)
        lab_break(sock->lab, here, "%zu bytes of ancillary data are more than fit", size);
    struct cmsghdr *item = CMSG_FIRSTHDR(&header);
    item->cmsg_level = level;
    item->cmsg_type = type;
    item->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(item), value, size);
    int64_t began = record_begin(sock->lab, here, "sendmsg(%s, \"%.24s\", to %s, with %s)", sock->name, text,
                                 endpoint_text(sock->lab, to, to_text), names);
    return call_done(sock, here, began, (int)sendmsg(sock->fd, &header, MSG_NOSIGNAL));
}

int lab_send_from(struct here here, struct sock *sock, const char *text, struct endpoint to,
                  struct address source, unsigned interface)
{
    if (to.address.family == AF_INET) {
        struct in_pktinfo v4 = {.ipi_ifindex = (int)interface};
        if (source.family)
            memcpy(&v4.ipi_spec_dst, source.bytes, 4);
        return send_message(here, sock, text, to, IPPROTO_IP, IP_PKTINFO, "IP_PKTINFO", &v4, sizeof v4);
    }
    struct in6_pktinfo v6 = {.ipi6_ifindex = interface};
    if (source.family)
        memcpy(&v6.ipi6_addr, source.bytes, 16);
    return send_message(here, sock, text, to, IPPROTO_IPV6, IPV6_PKTINFO, "IPV6_PKTINFO", &v6, sizeof v6);
}

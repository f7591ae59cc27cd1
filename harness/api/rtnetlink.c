/* SPDX-License-Identifier: MIT */
/* Requests of a claim's own on a routing socket. */
#include "api/call.h"

#include <linux/netlink.h>
#include <poll.h>

int lab_route_request(struct here here, struct sock *sock, void *message, const char *name)
{
    union {
        struct nlmsghdr header;
        char bytes[4096];
    } answer;
    struct nlmsghdr *request = message;
    request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    int64_t began = record_begin(sock->lab, here, "send(%s, %s)", sock->name, name);
    ssize_t length = send(sock->fd, request, request->nlmsg_len, 0);
    while (length > 0) { /* the kernel answers within send; copies of what is done may come first */
        length = recv(sock->fd, &answer, sizeof answer, MSG_DONTWAIT);
        if (length > 0 && answer.header.nlmsg_type == NLMSG_ERROR) {
            errno = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
            length = errno ? -1 : 0;
            break;
        }
    }
    return call_done(sock, here, began, (int)length);
}

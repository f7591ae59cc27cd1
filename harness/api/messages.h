/* SPDX-License-Identifier: MIT */
/* Datagrams with ancillary data: sendmsg(2) and recvmsg(2). */
#ifndef LAB_API_MESSAGES_H
#define LAB_API_MESSAGES_H

#include "api/sockets.h"

/* A datagram with its ancillary data, as one recvmsg(2) gives it. */
struct message {
    int length;           /* bytes, or -errno */
    int flags;            /* MSG_TRUNC, MSG_CTRUNC, MSG_ERRQUEUE, … */
    struct endpoint from; /* family 0: recvmsg gave no address */
    size_t control_length;
    _Alignas(8) uint8_t control[1024];
    char data[2048]; /* ends with a zero byte */
};
/* Waits for one; without waiting, with flags, where recvmsg's result is the story. */
#define receive_message(sock)            lab_await_message(HERE, sock)
#define try_receive_message(sock, flags) lab_receive_message(HERE, sock, flags, #flags)
struct message lab_await_message(struct here here, struct sock *sock);
struct message lab_receive_message(struct here here, struct sock *sock, int flags, const char *names);
/* The message's item of this level and type, at least as large as `type_of_value`; or NULL. */
#define ancillary(message, level, type, type_of_value)                                                       \
    ((const type_of_value *)lab_ancillary(message, level, type, sizeof(type_of_value)))
const void *lab_ancillary(const struct message *message, int level, int type, size_t size);
unsigned ancillary_items(const struct message *message); /* how many there are */
/* What the message's IP_PKTINFO or IPV6_PKTINFO tells; all zero when there is none. */
struct pktinfo {
    struct address destination; /* ipi_addr, ipi6_addr: in the header of the packet */
    struct address local;       /* ipi_spec_dst: the host's own address to answer from (IPv4 only) */
    unsigned interface;
};
struct pktinfo pktinfo_of(const struct message *message);
/* One sendmsg(2) with IP_PKTINFO or IPV6_PKTINFO: source address (family 0: the kernel's choice) and
 * interface (0: by route). */
#define try_send_from(sock, text, endpoint, source, interface)                                               \
    lab_send_from(HERE, sock, text, endpoint, source, interface)
#define send_from(sock, text, endpoint, source, interface)                                                   \
    lab_must(HERE, try_send_from(sock, text, endpoint, source, interface))
int lab_send_from(struct here here, struct sock *sock, const char *text, struct endpoint to,
                  struct address source, unsigned interface);

#endif

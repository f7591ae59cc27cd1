/* SPDX-License-Identifier: MIT */
/* Multicast groups. */
#ifndef LAB_API_GROUPS_H
#define LAB_API_GROUPS_H

#include "api/sockets.h"

/* A multicast group of the run's family: 239.1.2.3 or ff15::1:2:3. */
struct endpoint group(struct lab *lab, uint16_t port);
/* MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP: the same for both families. */
#define join_group(sock, group, device)  lab_must(HERE, lab_join(HERE, sock, group, device))
#define leave_group(sock, group, device) lab_must(HERE, lab_leave(HERE, sock, group, device))
int lab_join(struct here here, struct sock *sock, struct endpoint to, const char *device);
int lab_leave(struct here here, struct sock *sock, struct endpoint to, const char *device);
/* A UDP socket of the client that sends to groups by its first interface; one that is bound to the group and
 * this port; and one that has joined it, too, on eth0. */
#define multicast_sender(lab)               lab_multicast_sender(HERE, lab)
#define multicast_receiver(lab, host, port) lab_multicast_receiver(HERE, lab, host, port)
#define multicast_member(lab, host, port)   lab_multicast_member(HERE, lab, host, port)
struct sock *lab_multicast_sender(struct here here, struct lab *lab);
struct sock *lab_multicast_receiver(struct here here, struct lab *lab, const char *host, uint16_t port);
struct sock *lab_multicast_member(struct here here, struct lab *lab, const char *host, uint16_t port);

#endif

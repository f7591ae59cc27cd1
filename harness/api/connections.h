/* SPDX-License-Identifier: MIT */
/*
 * A connection as its host's kernel lists it (/proc/net/tcp), for what becomes of it when its socket has been
 * closed: taken while the socket is open, asked later.
 */
#ifndef LAB_API_CONNECTIONS_H
#define LAB_API_CONNECTIONS_H

#include "api/sockets.h"

struct connection {
    struct lab *lab;
    int host;
    struct endpoint local, remote;
};
struct connection connection_of(const struct sock *sock);
/* TCP_ESTABLISHED, TCP_TIME_WAIT …; 0 when the host knows of no such connection. */
#define state_of(connection) lab_state_of(HERE, connection)
int lab_state_of(struct here here, struct connection connection);
/* Bytes (and FIN) in its send buffer that the peer has not acknowledged. */
#define unacknowledged_in(connection) lab_unacknowledged_in(HERE, connection)
int lab_unacknowledged_in(struct here here, struct connection connection);
/* Until its timer (retransmission, TIME_WAIT …) runs out; -1 when none runs. */
#define timer_ms_of(connection) lab_timer_ms_of(HERE, connection)
int64_t lab_timer_ms_of(struct here here, struct connection connection);

#endif

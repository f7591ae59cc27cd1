/* SPDX-License-Identifier: MIT */
/* Datagrams, one after the other, to a socket that does not read. */
#include "api/call.h"

#include <linux/sock_diag.h>
#include <sched.h>

static void read_memory(struct here here, struct sock *sock, uint32_t memory[SK_MEMINFO_VARS])
{
    socklen_t size = SK_MEMINFO_VARS * sizeof *memory;
    if (getsockopt(sock->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0)
        lab_skip(here, sock->lab, "needs SO_MEMINFO");
}

/* Every datagram that comes changes one of two numbers: the memory of what is queued, or the count of what
 * was dropped. */
bool lab_deliver(struct here here, struct sock *from, struct sock *to, const char *data, size_t length)
{
    uint32_t before[SK_MEMINFO_VARS] = {0}, now[SK_MEMINFO_VARS] = {0};
    int64_t patience_ends = now_ns() + PATIENCE_MS * INT64_C(1000000);
    read_memory(here, to, before);
    lab_send_all(here, from, data, length, 0);
    do {
        read_memory(here, to, now);
        if (now[SK_MEMINFO_DROPS] != before[SK_MEMINFO_DROPS])
            return false;
        if (now[SK_MEMINFO_RMEM_ALLOC] != before[SK_MEMINFO_RMEM_ALLOC])
            return true;
        sched_yield();
    } while (now_ns() < patience_ends);
    lab_fail(to->lab, here, "what %s sent did not come to %s in %d ms", from->name, to->name, PATIENCE_MS);
    lab_finish(to->lab);
}

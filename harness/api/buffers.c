/* SPDX-License-Identifier: MIT */
/* What lies in the buffers of sockets. */
#include "api/call.h"

#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>

static int ask(struct here here, struct sock *sock, unsigned long request, const char *name)
{
    int bytes = 0;
    int64_t began = record_begin(sock->lab, here, "ioctl(%s, %s)", sock->name, name);
    int result = ioctl(sock->fd, request, &bytes);
    return lab_must(here, call_done(sock, here, began, result < 0 ? -1 : bytes));
}

int lab_bytes_to_read(struct here here, struct sock *sock)
{
    return ask(here, sock, SIOCINQ, "SIOCINQ");
}

int lab_bytes_unacknowledged(struct here here, struct sock *sock)
{
    return ask(here, sock, SIOCOUTQ, "SIOCOUTQ");
}

int lab_bytes_unsent(struct here here, struct sock *sock)
{
    return ask(here, sock, SIOCOUTQNSD, "SIOCOUTQNSD");
}

void lab_await_all_acknowledged(struct here here, struct sock *sock)
{
    struct lab *lab = sock->lab;
    struct timespec deadline = deadline_after_ms(PATIENCE_MS);
    int64_t began = record_begin(lab, here, "everything sent by %s acknowledged", sock->name);
    int unacknowledged = 0;
    bool in_time = true;
    wires_lock(lab->wires);
    /* A packet is captured and taken by TCP in one go of the soft interrupt, before this thread runs again.
     */
    while (ioctl(sock->fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged && in_time)
        in_time = wires_wait(lab->wires, &deadline);
    wires_unlock(lab->wires);
    call_done(sock, here, began, 0);
    if (unacknowledged) {
        lab_fail(lab, here, "%d bytes sent by %s were not acknowledged in %d ms", unacknowledged, sock->name,
                 PATIENCE_MS);
        lab_finish(lab);
    }
}

static const char load[1 << 16];

int lab_send_until_full(struct here here, struct sock *sock)
{
    int taken = 0, sent;
    int64_t began = record_begin(sock->lab, here, "send(%s, as much as it takes, MSG_DONTWAIT)", sock->name);
    while ((sent = (int)send(sock->fd, load, 1000, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
        taken += sent;
    bool full = errno == EAGAIN;
    return lab_must(here, call_done(sock, here, began, full ? taken : -1));
}

/* TCP_INFO first: no ACK can come in between, then, and make what had not left look unacknowledged by none.
 */
static bool window_is_closed(const struct sock *sock)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    int unsent = 0;
    getsockopt(sock->fd, IPPROTO_TCP, TCP_INFO, &info, &size);
    ioctl(sock->fd, SIOCOUTQNSD, &unsent);
    return info.tcpi_unacked == 0 && unsent > 0;
}

int64_t lab_send_until_window_closes(struct here here, struct sock *sock)
{
    struct lab *lab = sock->lab;
    int64_t taken = 0, patience_ends = now_ns() + PATIENCE_MS * INT64_C(1000000);
    int64_t began = record_begin(lab, here, "send(%s, until the window closes)", sock->name);
    do {
        ssize_t sent = send(sock->fd, load, sizeof load, MSG_DONTWAIT | MSG_NOSIGNAL);
        taken += sent > 0 ? sent : 0;
        poll(&(struct pollfd){.fd = sock->fd, .events = POLLOUT}, 1, 10);
    } while (!window_is_closed(sock) && now_ns() < patience_ends);
    call_done(sock, here, began, (int)taken);
    if (!window_is_closed(sock)) {
        lab_fail(lab, here, "the window that %s sends into was not closed in %d ms", sock->name, PATIENCE_MS);
        lab_finish(lab);
    }
    return taken;
}

static void read_memory(struct here here, struct sock *sock, uint32_t memory[SK_MEMINFO_VARS])
{
    socklen_t size = SK_MEMINFO_VARS * sizeof *memory;
    if (getsockopt(sock->fd, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0)
        lab_skip(here, sock->lab, "needs SO_MEMINFO");
}

unsigned lab_memory_of(struct here here, struct sock *sock, unsigned item)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, SOL_SOCKET, SO_MEMINFO)", sock->name);
    read_memory(here, sock, memory);
    call_done(sock, here, began, (int)memory[item]);
    return memory[item];
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

int lab_largest_allowed(struct here here, struct lab *lab, int option)
{
    const char *names = option == SO_RCVBUF ? "SOL_SOCKET, SO_RCVBUF" : "SOL_SOCKET, SO_SNDBUF";
    struct sock *probe = lab_socket(here, lab, "client", AF_INET, SOCK_DGRAM, 0);
    lab_must(here, lab_set_int(here, probe, SOL_SOCKET, option, names, INT32_MAX / 2));
    return lab_get_int(here, probe, SOL_SOCKET, option, names) / 2;
}

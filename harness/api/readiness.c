/* SPDX-License-Identifier: MIT */
/* poll, select and epoll on one socket. */
#include "api/call.h"

#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

bool lab_is_readable(struct here here, struct sock *sock)
{
    struct pollfd fd = {.fd = sock->fd, .events = POLLIN};
    int64_t began = record_begin(sock->lab, here, "poll(%s, POLLIN, 0)", sock->name);
    return call_done(sock, here, began, poll(&fd, 1, 0)) > 0;
}

void lab_await_readable(struct here here, struct sock *sock)
{
    int64_t began = record_begin(sock->lab, here, "poll(%s, POLLIN)", sock->name);
    bool ready = becomes(sock, POLLIN);
    call_done(sock, here, began, ready);
    if (!ready) {
        lab_fail(sock->lab, here, "%s did not become readable in %d ms", sock->name, PATIENCE_MS);
        lab_finish(sock->lab);
    }
}

unsigned lab_await_one_of(struct here here, struct sock *const socks[], unsigned count)
{
    struct sock *first = socks[0];
    struct pollfd fds[SOCKETS_MAX];
    for (unsigned i = 0; i < count; i++)
        fds[i] = (struct pollfd){.fd = socks[i]->fd, .events = POLLIN};
    int64_t began = record_begin(first->lab, here, "poll(%u sockets, POLLIN)", count);
    int ready = call_done(first, here, began, poll(fds, count, PATIENCE_MS));
    for (unsigned i = 0; i < count && ready > 0; i++)
        if (fds[i].revents)
            return i;
    lab_fail(first->lab, here, "none of %u sockets became readable in %d ms", count, PATIENCE_MS);
    lab_finish(first->lab);
}

int lab_events_of(struct here here, struct sock *sock)
{
    struct pollfd fd = {.fd = sock->fd, .events = POLLIN | POLLOUT | POLLPRI | POLLRDHUP};
    int64_t began = record_begin(sock->lab, here, "poll(%s, all events, 0)", sock->name);
    lab_must(here, call_done(sock, here, began, poll(&fd, 1, 0)));
    return fd.revents;
}

int lab_poll(struct here here, struct sock *sock, short events, int milliseconds, const char *names)
{
    struct pollfd fd = {.fd = sock->fd, .events = events};
    int64_t began = record_begin(sock->lab, here, "poll(%s, %s, %d)", sock->name, names, milliseconds);
    return call_done(sock, here, began, poll(&fd, 1, milliseconds));
}

int lab_select(struct here here, struct sock *sock, short events, int milliseconds, const char *names)
{
    struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(sock->fd, &set);
    int64_t began = record_begin(sock->lab, here, "select(%s, %s, %d ms)", sock->name, names, milliseconds);
    return call_done(
        sock, here, began,
        select(sock->fd + 1, events & POLLIN ? &set : NULL, events & POLLOUT ? &set : NULL, NULL, &time));
}

int lab_epoll(struct here here, struct sock *sock, short events, int milliseconds, const char *names)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = (uint32_t)events}; /* EPOLLIN is POLLIN, and so on */
    int64_t began = record_begin(sock->lab, here, "epoll_wait(%s, %s, %d)", sock->name, names, milliseconds);
    int ready = epoll_ctl(epoll, EPOLL_CTL_ADD, sock->fd, &event);
    if (ready == 0)
        ready = epoll_wait(epoll, &event, 1, milliseconds);
    ready = call_done(sock, here, began, ready);
    close(epoll);
    return ready;
}

/* SPDX-License-Identifier: MIT */
/* Sockets: made on a host, bound, connected, accepted, closed. */
#include "api/call.h"
#include "api/internal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int call_done(struct sock *sock, struct here here, int64_t began, int result)
{
    int error = result < 0 ? errno : 0;
    record_call(sock->lab, here, sock->lab->bench.topology.host[sock->host], began, result, error);
    return result < 0 ? -error : result;
}

const char *endpoint_text(const struct lab *lab, struct endpoint endpoint, char text[ENDPOINT_TEXT])
{
    char address[ADDRESS_TEXT];
    const char *name = names_of(&lab->bench.topology.names, &endpoint.address);
    snprintf(text, ENDPOINT_TEXT, "%s:%u", name ? name : address_text(&endpoint.address, address),
             endpoint.port);
    return text;
}

/* A handle for a descriptor that belongs to a host. */
static struct sock *adopt(struct lab *lab, struct here here, int fd, int host)
{
    if (lab->sockets == SOCKETS_MAX)
        lab_break(lab, here, "more than %d sockets", SOCKETS_MAX);
    struct sock *sock = &lab->socket[lab->sockets++];
    unsigned number = ++lab->sockets_of[host];
    sock->lab = lab;
    sock->fd = fd;
    sock->host = host;
    strcpy(sock->name, lab->bench.topology.host[host]);
    if (number > 1)
        snprintf(sock->name + strlen(sock->name), 8, ".%u", number % 1000);
    return sock;
}

static const char *domain_text(int domain)
{
    return domain == AF_INET    ? "AF_INET"
           : domain == AF_INET6 ? "AF_INET6"
           : domain == AF_UNIX  ? "AF_UNIX"
                                : "other";
}

static const char *type_text(int type)
{
    return type == SOCK_STREAM ? "SOCK_STREAM" : type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_RAW";
}

/* A socket keeps the namespace in which it was made: enter the host's, make it, come back. */
struct sock *lab_socket(struct here here, struct lab *lab, const char *host, int domain, int type,
                        int protocol)
{
    int index = host_named_or_break(lab, here, host);
    domain = domain ? domain : lab->family;
    int64_t began =
        record_begin(lab, here, "socket(%s, %s, %d)", domain_text(domain), type_text(type), protocol);
    if (bench_enter(&lab->bench, index) < 0)
        lab_break(lab, here, "cannot enter the network namespace of %s", host);
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    int error = fd < 0 ? errno : 0;
    bench_enter(&lab->bench, BENCH_WIRE);
    record_call(lab, here, host, began, fd < 0 ? -1 : 0, error);
    if (fd < 0)
        lab_break(lab, here, "%s on %s: %s (%s)", lab->page->last_call, host, errno_name(error),
                  strerror(error));
    return adopt(lab, here, fd, index);
}

int fd_of(const struct sock *sock)
{
    return sock->fd;
}

struct endpoint name_of(const struct sock *sock)
{
    struct sockaddr_storage storage = {0};
    socklen_t size = sizeof storage;
    struct endpoint endpoint = {0};
    if (getsockname(sock->fd, (struct sockaddr *)&storage, &size) == 0)
        address_from_sockaddr((struct sockaddr *)&storage, &endpoint.address, &endpoint.port);
    return endpoint;
}

struct endpoint peer_of(const struct sock *sock)
{
    struct sockaddr_storage storage = {0};
    socklen_t size = sizeof storage;
    struct endpoint endpoint = {0};
    if (getpeername(sock->fd, (struct sockaddr *)&storage, &size) == 0)
        address_from_sockaddr((struct sockaddr *)&storage, &endpoint.address, &endpoint.port);
    return endpoint;
}

int lab_bind(struct here here, struct sock *sock, struct endpoint endpoint)
{
    char text[ENDPOINT_TEXT];
    struct sockaddr_storage address;
    socklen_t size = address_sockaddr(&endpoint.address, endpoint.port, &address);
    int64_t began =
        record_begin(sock->lab, here, "bind(%s, %s)", sock->name, endpoint_text(sock->lab, endpoint, text));
    return call_done(sock, here, began, bind(sock->fd, (struct sockaddr *)&address, size));
}

int lab_listen(struct here here, struct sock *sock, int backlog)
{
    int64_t began = record_begin(sock->lab, here, "listen(%s, %d)", sock->name, backlog);
    return call_done(sock, here, began, listen(sock->fd, backlog));
}

bool becomes(const struct sock *sock, short events)
{
    struct pollfd fd = {.fd = sock->fd, .events = events};
    return poll(&fd, 1, PATIENCE_MS) > 0;
}

/*
 * The second connect(2) on a socket that is connecting tells how the first one ended, without touching
 * SO_ERROR, whose reading would take soft errors away.
 */
static int connect_outcome(struct sock *sock, const struct sockaddr *address, socklen_t size)
{
    if (!becomes(sock, POLLOUT)) {
        errno = ETIMEDOUT;
        return -1;
    }
    int result = connect(sock->fd, address, size);
    return result < 0 && errno == EISCONN ? 0 : result;
}

int lab_connect(struct here here, struct sock *sock, struct endpoint endpoint)
{
    char text[ENDPOINT_TEXT];
    struct sockaddr_storage storage;
    socklen_t size = address_sockaddr(&endpoint.address, endpoint.port, &storage);
    const struct sockaddr *address = (const struct sockaddr *)&storage;
    int64_t began = record_begin(sock->lab, here, "connect(%s, %s)", sock->name,
                                 endpoint_text(sock->lab, endpoint, text));
    int flags = fcntl(sock->fd, F_GETFL);
    fcntl(sock->fd, F_SETFL, flags | O_NONBLOCK);
    int result = connect(sock->fd, address, size);
    if (result < 0 && errno == EINPROGRESS)
        result = connect_outcome(sock, address, size);
    int error = errno;
    fcntl(sock->fd, F_SETFL, flags);
    errno = error;
    return call_done(sock, here, began, result);
}

int lab_connect_waiting(struct here here, struct sock *sock, struct endpoint endpoint)
{
    char text[ENDPOINT_TEXT];
    struct sockaddr_storage address;
    socklen_t size = address_sockaddr(&endpoint.address, endpoint.port, &address);
    int64_t began = record_begin(sock->lab, here, "connect(%s, %s)", sock->name,
                                 endpoint_text(sock->lab, endpoint, text));
    return call_done(sock, here, began, connect(sock->fd, (struct sockaddr *)&address, size));
}

void lab_start_connect(struct here here, struct sock *sock, struct endpoint endpoint)
{
    char text[ENDPOINT_TEXT];
    struct sockaddr_storage storage;
    socklen_t size = address_sockaddr(&endpoint.address, endpoint.port, &storage);
    int64_t began = record_begin(sock->lab, here, "connect(%s, %s) without waiting", sock->name,
                                 endpoint_text(sock->lab, endpoint, text));
    fcntl(sock->fd, F_SETFL, fcntl(sock->fd, F_GETFL) | O_NONBLOCK);
    int result = call_done(sock, here, began, connect(sock->fd, (struct sockaddr *)&storage, size));
    fcntl(sock->fd, F_SETFL, fcntl(sock->fd, F_GETFL) & ~O_NONBLOCK);
    if (result != -EINPROGRESS)
        lab_must(here, result);
}

int lab_finish_connect(struct here here, struct sock *sock)
{
    int64_t began = record_begin(sock->lab, here, "connection of %s", sock->name);
    int error = 0;
    socklen_t size = sizeof error;
    if (!becomes(sock, POLLOUT))
        error = ETIMEDOUT;
    else
        getsockopt(sock->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return call_done(sock, here, began, error ? -1 : 0);
}

struct sock *lab_accept(struct here here, struct sock *listener)
{
    struct lab *lab = listener->lab;
    int64_t began = record_begin(lab, here, "accept(%s)", listener->name);
    if (!becomes(listener, POLLIN)) {
        errno = EAGAIN;
        call_done(listener, here, began, -1);
        lab_fail(lab, here, "accept(%s): no connection came in %d ms", listener->name, PATIENCE_MS);
        lab_finish(lab);
    }
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    int result = call_done(listener, here, began, fd < 0 ? -1 : 0);
    lab_must(here, result);
    return adopt(lab, here, fd, listener->host);
}

int lab_accept_waiting(struct here here, struct sock *listener)
{
    int64_t began = record_begin(listener->lab, here, "accept(%s)", listener->name);
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    int result = call_done(listener, here, began, fd < 0 ? -1 : 0);
    if (fd >= 0)
        close(fd);
    return result;
}

int lab_shutdown(struct here here, struct sock *sock, int how, const char *name)
{
    int64_t began = record_begin(sock->lab, here, "shutdown(%s, %s)", sock->name, name);
    return call_done(sock, here, began, shutdown(sock->fd, how));
}

int lab_close(struct here here, struct sock *sock)
{
    int64_t began = record_begin(sock->lab, here, "close(%s)", sock->name);
    int fd = sock->fd;
    sock->fd = -1;
    return call_done(sock, here, began, close(fd));
}

void lab_unix_pair(struct here here, struct lab *lab, const char *host, int type, struct sock *pair[2])
{
    int index = host_named_or_break(lab, here, host), fd[2];
    int64_t began = record_begin(lab, here, "socketpair(AF_UNIX, %s, 0)", type_text(type));
    int result = socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fd);
    int error = result < 0 ? errno : 0;
    record_call(lab, here, host, began, result, error);
    lab_must(here, -error);
    pair[0] = adopt(lab, here, fd[0], index);
    pair[1] = adopt(lab, here, fd[1], index);
}

struct sock *lab_tcp_listener(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    struct sock *listener = lab_socket(here, lab, host, 0, SOCK_STREAM, 0);
    lab_must(here, lab_bind(here, listener, any_address(lab, port)));
    lab_must(here, lab_listen(here, listener, 16));
    return listener;
}

struct stream lab_tcp_stream(struct here here, struct lab *lab)
{
    struct stream stream;
    stream.listener = lab_tcp_listener(here, lab, "server", SERVICE);
    stream.client = lab_socket(here, lab, "client", 0, SOCK_STREAM, 0);
    lab_must(here, lab_connect(here, stream.client, at(lab, "server", SERVICE)));
    stream.server = lab_accept(here, stream.listener);
    lab_skip_packets(lab, "client");
    lab_skip_packets(lab, "server");
    return stream;
}

struct sock *lab_udp_receiver(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    struct sock *receiver = lab_socket(here, lab, host, 0, SOCK_DGRAM, 0);
    lab_must(here, lab_bind(here, receiver, any_address(lab, port)));
    return receiver;
}

struct udp_pair lab_udp_pair(struct here here, struct lab *lab)
{
    struct udp_pair pair = {.server = lab_socket(here, lab, "server", 0, SOCK_DGRAM, 0),
                            .client = lab_socket(here, lab, "client", 0, SOCK_DGRAM, 0)};
    lab_must(here, lab_bind(here, pair.server, at(lab, "server", SERVICE)));
    lab_must(here, lab_bind(here, pair.client, at(lab, "client", SERVICE)));
    lab_must(here, lab_connect(here, pair.client, at(lab, "server", SERVICE)));
    lab_must(here, lab_connect(here, pair.server, at(lab, "client", SERVICE)));
    return pair;
}

const char *lab_preferred_address(struct here here, struct lab *lab, const char *host, const char *peer,
                                  bool preferred)
{
    static char second[40];
    snprintf(second, sizeof second, "%s#2", host);
    struct sock *probe = lab_socket(here, lab, host, 0, SOCK_DGRAM, 0);
    lab_must(here, lab_connect(here, probe, at(lab, peer, SERVICE)));
    bool first = same_address(name_of(probe).address, at(lab, host, 0));
    return first == preferred ? host : second;
}

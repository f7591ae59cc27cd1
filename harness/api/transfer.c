/* SPDX-License-Identifier: MIT */
/* Sending and receiving. */
#include "api/call.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* How much of what is sent the notebook shows. */
#define SHOWN 24

/* "GET", or "xxxxxxxxxx… (1000 bytes)", with what cannot be printed as dots. */
static const char *shown(const char *data, size_t length, char text[SHOWN + 40])
{
    size_t n = length < SHOWN ? length : SHOWN;
    text[0] = '"';
    for (size_t i = 0; i < n; i++)
        text[1 + i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '.';
    if (n == length)
        snprintf(text + 1 + n, 40, "\"");
    else
        snprintf(text + 1 + n, 40, "...\" (%zu bytes)", length);
    return text;
}

int lab_send(struct here here, struct sock *sock, const char *data, size_t length, int flags,
             const char *names)
{
    char text[SHOWN + 40];
    int64_t began =
        record_begin(sock->lab, here, "send(%s, %s, %s)", sock->name, shown(data, length, text), names);
    return call_done(sock, here, began, (int)send(sock->fd, data, length, flags | MSG_NOSIGNAL));
}

/* So many `x'; to be freed. */
static char *filler(struct here here, struct sock *sock, size_t count)
{
    char *data = malloc(count + 1);
    if (!data)
        lab_break(sock->lab, here, "out of memory");
    memset(data, 'x', count);
    return data;
}

int lab_send_bytes(struct here here, struct sock *sock, size_t count, int flags, const char *names)
{
    char *data = filler(here, sock, count);
    int sent = lab_send(here, sock, data, count, flags, names);
    free(data);
    return sent;
}

void lab_send_all(struct here here, struct sock *sock, const char *data, size_t length, int flags)
{
    const char *names = flags & MSG_MORE ? "MSG_MORE" : flags ? "flags" : "0";
    int sent = data ? lab_send(here, sock, data, length, flags, names)
                    : lab_send_bytes(here, sock, length, flags, names);
    lab_must(here, sent);
    if ((size_t)sent != length)
        lab_break(sock->lab, here, "%s: only %d of %zu bytes were taken", sock->lab->page->last_call, sent,
                  length);
}

unsigned lab_send_segments(struct here here, struct sock *sock, unsigned count)
{
    unsigned size = (unsigned)lab_get_int(here, sock, IPPROTO_TCP, TCP_MAXSEG, "IPPROTO_TCP, TCP_MAXSEG");
    lab_send_all(here, sock, NULL, count * size, 0);
    return count * size;
}

static int send_data_to(struct here here, struct sock *sock, const char *data, size_t length, int flags,
                        const char *names, struct endpoint endpoint)
{
    char text[SHOWN + 40], to[ENDPOINT_TEXT];
    struct sockaddr_storage address;
    socklen_t size = address_sockaddr(&endpoint.address, endpoint.port, &address);
    int64_t began = record_begin(sock->lab, here, "sendto(%s, %s, %s, %s)", sock->name,
                                 shown(data, length, text), names, endpoint_text(sock->lab, endpoint, to));
    return call_done(
        sock, here, began,
        (int)sendto(sock->fd, data, length, flags | MSG_NOSIGNAL, (struct sockaddr *)&address, size));
}

int lab_send_to(struct here here, struct sock *sock, const char *text, int flags, const char *names,
                struct endpoint endpoint)
{
    return send_data_to(here, sock, text, strlen(text), flags, names, endpoint);
}

int lab_send_bytes_to(struct here here, struct sock *sock, size_t count, struct endpoint endpoint)
{
    char *data = filler(here, sock, count);
    int sent = send_data_to(here, sock, data, count, 0, "0", endpoint);
    free(data);
    return sent;
}

int lab_write(struct here here, struct sock *sock, const char *text)
{
    int64_t began = record_begin(sock->lab, here, "write(%s, \"%s\")", sock->name, text);
    return call_done(sock, here, began, (int)write(sock->fd, text, strlen(text)));
}

void lab_write_parts(struct here here, struct sock *sock, const char *const parts[])
{
    struct iovec vector[16];
    int count = 0;
    size_t length = 0;
    for (; count < 16 && parts[count]; count++) {
        vector[count] = (struct iovec){.iov_base = (char *)parts[count], .iov_len = strlen(parts[count])};
        length += vector[count].iov_len;
    }
    int64_t began =
        record_begin(sock->lab, here, "writev(%s, %d parts, %zu bytes)", sock->name, count, length);
    lab_must(here, call_done(sock, here, began, (int)writev(sock->fd, vector, count)));
}

int lab_receive_waiting(struct here here, struct sock *sock, void *buffer, size_t size, int flags,
                        const char *names)
{
    int64_t began = record_begin(sock->lab, here, "recv(%s, %zu, %s)", sock->name, size, names);
    return call_done(sock, here, began, (int)recv(sock->fd, buffer, size, flags));
}

int lab_receive(struct here here, struct sock *sock, void *buffer, size_t size, int flags, const char *names)
{
    return lab_receive_waiting(here, sock, buffer, size, flags | MSG_DONTWAIT, names);
}

/*
 * Reads `length` bytes (or, with 0, the end of the stream) as they come. Returns how many came before the
 * stream ended; -errno if it did not end in order: EAGAIN when nothing came in PATIENCE_MS.
 */
static ssize_t read_all(struct here here, struct sock *sock, char *buffer, size_t length)
{
    ssize_t have = 0, result = 0;
    int64_t began = record_begin(sock->lab, here, "recv(%s, %zu)", sock->name, length);
    do {
        struct pollfd fd = {.fd = sock->fd, .events = POLLIN};
        if (poll(&fd, 1, PATIENCE_MS) == 0) {
            errno = EAGAIN;
            result = -1;
            break;
        }
        result = recv(sock->fd, buffer + have, length ? length - (size_t)have : 1, MSG_DONTWAIT);
        have += result > 0 ? result : 0;
    } while (result > 0 && (size_t)have < length);
    return call_done(sock, here, began, result < 0 ? -1 : (int)have);
}

void lab_receive_text(struct here here, struct sock *sock, const char *text)
{
    size_t length = strlen(text);
    char *buffer = calloc(1, length + 2), want[SHOWN + 40], got[SHOWN + 40];
    if (!buffer)
        lab_break(sock->lab, here, "out of memory");
    ssize_t have = read_all(here, sock, buffer, length);
    const char *wanted = length ? shown(text, length, want) : "the end of the stream";
    if (have < 0)
        lab_differs(sock->lab, here, sock->lab->page->last_call, wanted, errno_name((int)-have));
    else if ((size_t)have != length || memcmp(buffer, text, length) != 0)
        lab_differs(sock->lab, here, sock->lab->page->last_call, wanted, shown(buffer, (size_t)have, got));
    free(buffer);
}

void lab_receive_bytes(struct here here, struct sock *sock, size_t count)
{
    char *buffer = malloc(count + 1), want[40], got[40];
    if (!buffer)
        lab_break(sock->lab, here, "out of memory");
    ssize_t have = read_all(here, sock, buffer, count);
    free(buffer);
    snprintf(want, sizeof want, "%zu bytes", count);
    snprintf(got, sizeof got, "%zd", have);
    if (have < 0)
        lab_differs(sock->lab, here, sock->lab->page->last_call, want, errno_name((int)-have));
    else if ((size_t)have != count)
        lab_differs(sock->lab, here, sock->lab->page->last_call, want, got);
}

/* SPDX-License-Identifier: MIT */
/* Connections as the kernel lists them, with or without a descriptor: /proc/net/tcp and tcp6. */
#include "api/call.h"

#include <stdio.h>
#include <string.h>

struct row { /* what one line tells */
    unsigned state, send_queue, receive_queue, timer;
    unsigned long expires; /* 1/100 s */
};

/* "0100000A:1ED2": words of four bytes in the machine's order, as the kernel prints them. */
static void kernel_text(const struct endpoint *endpoint, char text[48])
{
    unsigned words = endpoint->address.family == AF_INET6 ? 4 : 1;
    for (unsigned i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, endpoint->address.bytes + 4 * i, 4);
        text += sprintf(text, "%08X", word);
    }
    sprintf(text, ":%04X", endpoint->port);
}

static bool find(const struct connection *connection, FILE *file, struct row *row)
{
    char local[48], remote[48], want_local[48], want_remote[48], line[512];
    kernel_text(&connection->local, want_local);
    kernel_text(&connection->remote, want_remote);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%*d: %47s %47s %x %x:%x %x:%lx", local, remote, &row->state, &row->send_queue,
                   &row->receive_queue, &row->timer, &row->expires) == 7 &&
            strcmp(local, want_local) == 0 && strcmp(remote, want_remote) == 0)
            return true;
    return false;
}

/* A row of zeros when the host has no such connection. */
static struct row look_up(struct here here, const struct connection *connection)
{
    struct lab *lab = connection->lab;
    struct row row;
    bool v6 = connection->local.address.family == AF_INET6;
    bench_enter(&lab->bench, connection->host);
    FILE *file = fopen(v6 ? "/proc/thread-self/net/tcp6" : "/proc/thread-self/net/tcp", "re");
    bench_enter(&lab->bench, BENCH_WIRE);
    if (!file)
        lab_skip(here, lab, "needs /proc/net/tcp of the host");
    if (!find(connection, file, &row))
        row = (struct row){0};
    fclose(file);
    return row;
}

struct connection connection_of(const struct sock *sock)
{
    return (struct connection){sock->lab, sock->host, name_of(sock), peer_of(sock)};
}

int lab_state_of(struct here here, struct connection connection)
{
    static const char *const names[] = {"none",      "ESTABLISHED", "SYN_SENT",    "SYN_RECV",   "FIN_WAIT1",
                                        "FIN_WAIT2", "TIME_WAIT",   "CLOSE",       "CLOSE_WAIT", "LAST_ACK",
                                        "LISTEN",    "CLOSING",     "NEW_SYN_RECV"};
    struct lab *lab = connection.lab;
    char local[ENDPOINT_TEXT];
    int64_t began = record_begin(lab, here, "state of the connection");
    int state = (int)look_up(here, &connection).state;
    record_begin(lab, here, "state of the connection of %s: %s", endpoint_text(lab, connection.local, local),
                 state < (int)(sizeof names / sizeof *names) ? names[state] : "?");
    record_call(lab, here, lab->bench.topology.host[connection.host], began, state, 0);
    return state;
}

int lab_unacknowledged_in(struct here here, struct connection connection)
{
    struct lab *lab = connection.lab;
    char local[ENDPOINT_TEXT];
    int64_t began = record_begin(lab, here, "send buffer of the connection of %s",
                                 endpoint_text(lab, connection.local, local));
    int queue = (int)look_up(here, &connection).send_queue;
    record_call(lab, here, lab->bench.topology.host[connection.host], began, queue, 0);
    return queue;
}

int64_t lab_timer_ms_of(struct here here, struct connection connection)
{
    struct lab *lab = connection.lab;
    char local[ENDPOINT_TEXT];
    int64_t began = record_begin(lab, here, "ms until the timer of the connection of %s",
                                 endpoint_text(lab, connection.local, local));
    struct row row = look_up(here, &connection);
    int64_t milliseconds = row.timer ? (int64_t)row.expires * 10 : -1;
    record_call(lab, here, lab->bench.topology.host[connection.host], began, milliseconds, 0);
    return milliseconds;
}

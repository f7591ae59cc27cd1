/* SPDX-License-Identifier: MIT */
/* The options of keepalive, set together. */
#include "api/internal.h"

static void set(struct here here, struct sock *sock, int option, const char *names, int value)
{
    lab_must(here, lab_set_int(here, sock, IPPROTO_TCP, option, names, value));
}

void lab_look_again_now(struct here here, struct sock *sock)
{
    set(here, sock, TCP_KEEPIDLE, "IPPROTO_TCP, TCP_KEEPIDLE", 1);
}

void lab_probe_every_second(struct here here, struct sock *sock, int count)
{
    set(here, sock, TCP_KEEPIDLE, "IPPROTO_TCP, TCP_KEEPIDLE", 1);
    set(here, sock, TCP_KEEPINTVL, "IPPROTO_TCP, TCP_KEEPINTVL", 1);
    set(here, sock, TCP_KEEPCNT, "IPPROTO_TCP, TCP_KEEPCNT", count);
}

/* SPDX-License-Identifier: MIT */
/* Frames made by the claim. */
#ifndef LAB_API_INJECT_H
#define LAB_API_INJECT_H

#include "api/sockets.h"
#include "packet/build.h"

/* A segment as `from` would send it, connected or connecting: addresses, ports and numbers filled in from
 * the last segment of that direction that has been seen; change what you like, then wire_inject_tcp it. */
struct tcp_spec forged(struct lab *lab, const struct sock *from);
/* One with PSH that carries this text. */
struct tcp_spec forged_text(struct lab *lab, const struct sock *from, const char *text);
#define wire_inject_tcp(lab, host, spec) lab_wire_inject_tcp(HERE, lab, host, spec)
void lab_wire_inject_tcp(struct here here, struct lab *lab, const char *host, const struct tcp_spec *spec);

#endif

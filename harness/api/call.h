/* SPDX-License-Identifier: MIT */
/* What every call on a socket shares. */
#ifndef LAB_API_CALL_H
#define LAB_API_CALL_H

#include "api/internal.h"

/* Records the call begun with record_begin; returns its result, or -errno. To be called right after it. */
int call_done(struct sock *sock, struct here here, int64_t began, int result);

/* Waits for at most PATIENCE_MS until poll(2) tells one of these events. */
bool becomes(const struct sock *sock, short events);

#define ENDPOINT_TEXT 64
/* "server:7890" */
const char *endpoint_text(const struct lab *lab, struct endpoint endpoint, char text[ENDPOINT_TEXT]);

#endif

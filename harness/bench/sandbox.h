/* SPDX-License-Identifier: MIT */
/* The namespaces around a claim, other than its hosts' networks: user (where not root), pid, mount, ipc. */
#ifndef LAB_BENCH_SANDBOX_H
#define LAB_BENCH_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Moves the calling process into new user (where not root), mount and ipc namespaces; its next child will be
 * process 1 of a new pid namespace. On refusal false, with a message that says what was refused and what
 * to do about it.
 */
bool sandbox_enter(char *message, size_t size);

/*
 * To be called by that child: dies with its parent (`alive` is the reading end of a pipe whose writing end
 * only the parent has open, which tells that the parent died before this call), and gets a /proc of its own.
 */
void sandbox_begin(int alive);

#endif

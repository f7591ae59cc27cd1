/* SPDX-License-Identifier: MIT */
/*
 * The vocabulary of experiments: everything that a claim says, it says with these headers. Read
 * experiments/tcp/tcp_cork.c first, then the headers in this order; the second half is for when it is needed.
 *
 * Calls are written in the notebook by themselves, with result and errno. A call named plainly (`bind_to`) is
 * part of the setting and has to succeed: otherwise the claim is broken, with the call and its errno. Its
 * twin `try_…` is for calls whose refusal is the story: it returns what the call returned, or -errno. Calls
 * that wait (`accept_from`, `receive_text`) fail the claim when nothing comes in PATIENCE_MS.
 *
 * Hosts are named by strings ("client"), as in patterns; a claim runs once for each address family that it is
 * for, and everything that has an address takes the family of the run.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

/* clang-format off */
#include "claim/claim.h"     /* CLAIM: what a claim says, which hosts and families it is for, what it needs */

#include "api/run.h"         /* the treatment; preconditions; facts */
#include "api/hosts.h"       /* addresses and ports; sysctls, routes, MTU of a host */
#include "api/sockets.h"     /* TCP streams and other sockets, from socket(2) to close(2) */
#include "api/options.h"     /* setsockopt(2), getsockopt(2) */
#include "api/transfer.h"    /* sending and receiving text and bytes */
#include "api/readiness.h"   /* what poll(2) and its kin tell of a socket */
#include "api/expect.h"      /* what is judged: values, refusals, durations */
#include "api/expect_wire.h" /* what is judged: packets, written as tcpdump prints them */
#include "api/wire_orders.h" /* the wire holds, drops, rejects, delays */

#include "api/buffers.h"     /* what lies in a socket's buffers, and how large they are */
#include "api/messages.h"    /* datagrams with ancillary data */
#include "api/groups.h"      /* multicast groups */
#include "api/filters.h"     /* BPF programs for sockets */
#include "api/controls.h"    /* fcntl(2), ioctl(2), any other call */
#include "api/closing.h"     /* ways to close: lingering, by RST, without a word, from both ends */
#include "api/fastopen.h"    /* connections with TCP_FASTOPEN */
#include "api/keepalive.h"   /* keepalive at its fastest */
#include "api/connections.h" /* what becomes of a connection whose socket is closed */
#include "api/inject.h"      /* segments forged by the claim */
#include "api/time.h"        /* time that passes */
#include "api/patience.h"    /* calls that sleep in the kernel */
#include "api/processes.h"   /* other processes, other users */
#include "api/signals.h"     /* signals, held and taken */
#include "api/rtnetlink.h"   /* requests to the routing socket */
#include "api/refusals.h"    /* what options refuse, kept as facts */
/* clang-format on */

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#endif

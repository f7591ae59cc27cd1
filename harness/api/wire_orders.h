/* SPDX-License-Identifier: MIT */
/* What the wire does with the frames that cross it. */
#ifndef LAB_API_WIRE_ORDERS_H
#define LAB_API_WIRE_ORDERS_H

#include "api/here.h"

#include <stdint.h>

/* Frames that match are parked in mid-wire until wire_release lets all parked ones go, in order. */
#define wire_hold(lab, pattern)         lab_wire_order(HERE, lab, pattern, "hold", 0)
#define wire_release(lab)               lab_wire_release(HERE, lab)
#define wire_drop(lab, pattern)         lab_wire_order(HERE, lab, pattern, "drop", 0)
#define wire_drop_nth(lab, n, pattern)  lab_wire_order(HERE, lab, pattern, "drop", n)
#define wire_duplicate(lab, n, pattern) lab_wire_order(HERE, lab, pattern, "duplicate", n)
/* The frame lets the next one from the same host overtake it. */
#define wire_reorder(lab, n, pattern) lab_wire_order(HERE, lab, pattern, "reorder", n)
/* Answered by an ICMP or ICMPv6 error in place of passing: "net", "host", "port", "protocol", "admin", "ttl".
 */
#define wire_reject(lab, error, pattern) lab_wire_reject(HERE, lab, error, pattern)
/* The pattern of what the wire answers the client to a packet that is rejected with "host". */
const char *host_unreachable(const struct lab *lab);
/* Lets go what is parked now, and what it causes pass; what matches after that is parked again. */
#define wire_pass_held(lab) lab_wire_pass_held(HERE, lab)
void lab_wire_pass_held(struct here here, struct lab *lab);
void lab_wire_order(struct here here, struct lab *lab, const char *pattern, const char *action, unsigned nth);
void lab_wire_reject(struct here here, struct lab *lab, const char *error, const char *pattern);
void lab_wire_release(struct here here, struct lab *lab);
/* Ends all orders (drop, reject, hold …). */
#define wire_obey_no_more(lab) lab_wire_release(HERE, lab)

/* One-way delay; both ways, or of what one host sends. wire number 0 is the first (or only) one. */
void wire_delay(struct lab *lab, double milliseconds);
void wire_delay_from(struct lab *lab, const char *host, double milliseconds);
void wire_rate(struct lab *lab, uint64_t bytes_per_second, unsigned queue_frames);
void wire_path_mtu(struct lab *lab, unsigned mtu);
void wire_cut(struct lab *lab);
void wire_heal(struct lab *lab);
/* When the network is at rest nobody answers the client any more, and no loss probe leaves between a segment
 * and its retransmission. */
void server_vanishes(struct lab *lab);

#endif

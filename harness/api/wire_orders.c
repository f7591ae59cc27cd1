/* SPDX-License-Identifier: MIT */
/* What a claim orders of the wire. */
#include "api/internal.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>

static void record_order(struct lab *lab, struct here here, const char *what)
{
    int64_t began = record_begin(lab, here, "wire: %s", what);
    record_call(lab, here, "", began, 0, 0);
}

void lab_wire_order(struct here here, struct lab *lab, const char *pattern, const char *action, unsigned nth)
{
    static const struct {
        const char *name;
        enum wire_action action;
    } actions[] = {
        {"hold", WIRE_HOLD}, {"drop", WIRE_DROP}, {"duplicate", WIRE_DUPLICATE}, {"reorder", WIRE_REORDER}};
    struct wire_order order = {.pattern = pattern_or_break(lab, here, pattern), .nth = nth};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (!strcmp(actions[i].name, action))
            order.action = actions[i].action;
    char text[256];
    if (nth)
        snprintf(text, sizeof text, "%s number %u of %s", action, nth, pattern);
    else
        snprintf(text, sizeof text, "%s %s", action, pattern);
    record_order(lab, here, text);
    wires_order(lab->wires, &order);
}

const char *host_unreachable(const struct lab *lab)
{
    return is_v6(lab) ? "wire > client ICMP6 unreachable addr" : "wire > client ICMP unreachable host";
}

void lab_wire_reject(struct here here, struct lab *lab, const char *error, const char *pattern)
{
    static const struct {
        const char *name;
        uint8_t type4, code4, type6, code6;
    } errors[] = {
        {"net", ICMP_DEST_UNREACH, ICMP_NET_UNREACH, ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE},
        {"host", ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH},
        {"protocol", ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR},
        {"port", ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH},
        {"admin", ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED},
        {"ttl", ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT},
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (strcmp(errors[i].name, error) != 0)
            continue;
        struct wire_order order = {.action = WIRE_REJECT,
                                   .pattern = pattern_or_break(lab, here, pattern),
                                   .type4 = errors[i].type4,
                                   .code4 = errors[i].code4,
                                   .type6 = errors[i].type6,
                                   .code6 = errors[i].code6};
        char text[256];
        snprintf(text, sizeof text, "reject as unreachable (%s) %s", error, pattern);
        record_order(lab, here, text);
        wires_order(lab->wires, &order);
        return;
    }
    lab_break(lab, here, "`%s' is no error of wire_reject: net, host, protocol, port, admin or ttl", error);
}

void lab_wire_release(struct here here, struct lab *lab)
{
    record_order(lab, here, "release");
    wires_withdraw(lab->wires, 0);
}

void lab_wire_pass_held(struct here here, struct lab *lab)
{
    wires_sync(lab->wires); /* what is to be parked has come */
    record_order(lab, here, "let pass what is held");
    wires_pass(lab->wires);
    wires_sync(lab->wires);
}

static void delay(struct lab *lab, int host, double milliseconds)
{
    for (unsigned wire = 0; wire < lab->bench.topology.wires; wire++)
        wires_delay(lab->wires, wire, host, (int64_t)(milliseconds * 1e6));
    char text[64];
    snprintf(text, sizeof text, "delay of %g ms", milliseconds);
    record_order(lab, HERE, text);
}

void wire_delay(struct lab *lab, double milliseconds)
{
    delay(lab, -1, milliseconds);
}

void wire_delay_from(struct lab *lab, const char *host, double milliseconds)
{
    delay(lab, host_named_or_break(lab, HERE, host), milliseconds);
}

void wire_rate(struct lab *lab, uint64_t bytes_per_second, unsigned queue_frames)
{
    for (unsigned wire = 0; wire < lab->bench.topology.wires; wire++)
        wires_rate(lab->wires, wire, bytes_per_second, queue_frames);
    record_order(lab, HERE, "rate");
}

void wire_path_mtu(struct lab *lab, unsigned mtu)
{
    wires_path_mtu(lab->wires, 0, mtu);
    record_order(lab, HERE, "path MTU");
}

static void cut(struct lab *lab, bool cut)
{
    for (unsigned wire = 0; wire < lab->bench.topology.wires; wire++)
        wires_cut(lab->wires, wire, cut);
    record_order(lab, HERE, cut ? "cut" : "heal");
}

void wire_cut(struct lab *lab)
{
    cut(lab, true);
}

void wire_heal(struct lab *lab)
{
    cut(lab, false);
}

void server_vanishes(struct lab *lab)
{
    set_sysctl(lab, "client", "net.ipv4.tcp_early_retrans", "0");
    settle(lab);
    skip_packets(lab);
    wire_cut(lab);
}

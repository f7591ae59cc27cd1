/* SPDX-License-Identifier: MIT */
/* Hosts: their addresses, their sysctls and devices. */
#include "api/internal.h"
#include "bench/sysctl.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct endpoint at(struct lab *lab, const char *host, uint16_t port)
{
    const struct address *address = names_find(&lab->bench.topology.names, host, lab->family);
    if (!address)
        lab_break(lab, HERE, "no host `%s' on the bench `%s'", host, lab->run->claim->bench);
    return (struct endpoint){*address, port};
}

struct endpoint any_address(struct lab *lab, uint16_t port)
{
    return (struct endpoint){{.family = lab->family}, port};
}

struct endpoint loopback(struct lab *lab, uint16_t port)
{
    return literally(lab, is_v6(lab) ? "::1" : "127.0.0.1", port);
}

struct endpoint literally(struct lab *lab, const char *text, uint16_t port)
{
    struct endpoint endpoint = {.port = port};
    if (!address_parse(text, &endpoint.address))
        lab_break(lab, HERE, "`%s' is not an address", text);
    return endpoint;
}

bool same_address(struct address address, struct endpoint endpoint)
{
    return address_equal(&address, &endpoint.address);
}

void lab_set_sysctl(struct here here, struct lab *lab, const char *host, const char *name, const char *value)
{
    record_begin(lab, here, "sysctl %s=%s on %s", name, value, host);
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    int error = sysctl_write(name, value);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (error)
        lab_break(lab, here, "sysctl %s=%s on %s: %s (%s)", name, value, host, errno_name(-error),
                  strerror(-error));
    json_t *record = notebook_record("sysctl", 0);
    json_object_set_new(record, "host", json_string(host));
    json_object_set_new(record, "name", json_string(name));
    json_object_set_new(record, "value", json_string(value));
    json_object_set_new(record, "by", json_string("claim"));
    notebook_write(lab->notebook, record);
}

int64_t lab_get_sysctl(struct here here, struct lab *lab, const char *host, const char *name)
{
    char value[128];
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    int error = sysctl_read(name, value, sizeof value);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (error)
        lab_break(lab, here, "reading sysctl %s on %s: %s", name, host, errno_name(-error));
    return strtoll(value, NULL, 0);
}

unsigned lab_device_index(struct here here, struct lab *lab, const char *host, const char *device)
{
    bench_enter(&lab->bench, host_named_or_break(lab, here, host));
    unsigned index = if_nametoindex(device);
    bench_enter(&lab->bench, BENCH_WIRE);
    if (!index)
        lab_break(lab, here, "%s has no device %s", host, device);
    return index;
}

void lab_leave_only_port(struct here here, struct lab *lab, const char *host, uint16_t port)
{
    char range[16];
    snprintf(range, sizeof range, "%u %u", port, port);
    lab_set_sysctl(here, lab, host, "net.ipv4.ip_local_port_range", range);
}

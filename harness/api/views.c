/* SPDX-License-Identifier: MIT */
/* Captures, hosts and patterns by the names and texts that experiments use. */
#include "api/internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

unsigned view_named(struct lab *lab, struct here here, const char *view)
{
    if (!view)
        return 0;
    char file[80];
    snprintf(file, sizeof file, "%s.pcap", view);
    for (unsigned i = 0; i < wires_views(lab->wires); i++)
        if (!strcmp(wires_view(lab->wires, i)->file, file))
            return i;
    lab_break(lab, here, "no capture is called `%s' (a host, HOST-eth1, or HOST-lo with .loopback = true)",
              view);
}

int host_named_or_break(struct lab *lab, struct here here, const char *host)
{
    int index = topology_host(&lab->bench.topology, host);
    if (index < 0)
        lab_break(lab, here, "no host `%s' on the bench `%s'", host, lab->run->claim->bench);
    return index;
}

struct pattern *pattern_or_break(struct lab *lab, struct here here, const char *text)
{
    struct pattern_trouble trouble;
    struct pattern *pattern = pattern_parse(text, &lab->bench.topology.names, &trouble);
    if (!pattern)
        lab_break(lab, here, "pattern does not parse: %s\n    %s\n    %*s^ column %zu", trouble.message, text,
                  (int)trouble.column - 1, "", trouble.column);
    return pattern;
}

struct timespec deadline_after_ms(int64_t milliseconds)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += milliseconds / 1000;
    t.tv_nsec += (milliseconds % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* SPDX-License-Identifier: MIT */
#include "bench/topology.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int topology_host(const struct topology *topology, const char *name)
{
    for (unsigned i = 0; i < topology->hosts; i++)
        if (!strcmp(topology->host[i], name))
            return (int)i;
    return -1;
}

/* Host `name`, added where it is new; -1 when there is no room. */
static int host_named(struct topology *t, const char *name)
{
    int known = topology_host(t, name);
    if (known >= 0)
        return known;
    if (t->hosts == HOSTS_MAX)
        return -1;
    snprintf(t->host[t->hosts], sizeof t->host[0], "%s", name);
    return (int)t->hosts++;
}

static struct address plan_v4(unsigned wire, unsigned place)
{
    return (struct address){AF_INET, {10, 0, (uint8_t)wire, (uint8_t)place}};
}

static struct address plan_v6(unsigned wire, unsigned place)
{
    return (struct address){AF_INET6, {0xfd, 0, 0, (uint8_t)wire, [15] = (uint8_t)place}};
}

static bool plug(struct topology *t, unsigned wire, unsigned place, const char *name, unsigned pairs)
{
    int host = host_named(t, name);
    if (host < 0 || t->interfaces == INTERFACES_MAX)
        return false;
    struct plan_interface *interface = &t->interface[t->interfaces++];
    unsigned already = 0; /* address pairs of the host so far */
    for (unsigned i = 0; i + 1 < t->interfaces; i++)
        if (t->interface[i].host == (unsigned)host) {
            interface->number++;
            already += t->interface[i].pairs;
        }
    interface->host = (unsigned)host;
    interface->wire = wire;
    interface->pairs = pairs;
    /* Locally administered addresses: 02:00:00:00:wire:place, and 02:00:00:01:… for the wire's ends. */
    uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)wire, (uint8_t)place};
    memcpy(interface->mac, mac, 6);
    mac[3] = 1;
    memcpy(interface->wire_mac, mac, 6);
    t->forwards[host] = interface->number > 0;
    for (unsigned k = 0; k < pairs; k++) {
        char label[NAME_MAX_LENGTH + 8];
        if (already + k == 0)
            snprintf(label, sizeof label, "%s", name);
        else
            snprintf(label, sizeof label, "%s#%u", name, already + k + 1);
        interface->v4[k] = plan_v4(wire, place + 10 * k);
        interface->v6[k] = plan_v6(wire, place + 10 * k);
        if (!names_add(&t->names, label, &interface->v4[k]) ||
            !names_add(&t->names, label, &interface->v6[k]))
            return false;
    }
    return true;
}

bool topology_parse(const char *text, struct topology *out, char message[160])
{
    memset(out, 0, sizeof *out);
    const char *p = text;
    unsigned place = 0;
    out->wires = 1;
    for (;;) {
        while (*p == ' ')
            p++;
        if (*p == '\0' || *p == ';') {
            if (place < 2) {
                snprintf(message, 160, "bench `%s': a wire joins at least two hosts", text);
                return false;
            }
            if (*p++ == '\0')
                break;
            if (out->wires++ == WIRES_MAX) {
                snprintf(message, 160, "bench `%s': at most %d wires", text, WIRES_MAX);
                return false;
            }
            place = 0;
            continue;
        }
        char name[NAME_MAX_LENGTH + 1];
        size_t length = 0;
        while (isalnum((unsigned char)*p) && length < NAME_MAX_LENGTH - 3)
            name[length++] = *p++;
        name[length] = '\0';
        unsigned pairs = 1;
        if (*p == '*' && p[1] >= '1' && p[1] <= '0' + ADDRESSES_MAX) {
            pairs = (unsigned)(p[1] - '0');
            p += 2;
        }
        if (!length || !isalpha((unsigned char)name[0]) || (*p && *p != ' ' && *p != ';')) {
            snprintf(message, 160, "bench `%s': expected a host name, or NAME*ADDRESSES, at `%s'", text, p);
            return false;
        }
        if (!plug(out, out->wires - 1, ++place, name, pairs)) {
            snprintf(message, 160, "bench `%s': too many hosts, interfaces or addresses at `%s'", text, name);
            return false;
        }
    }
    out->wire_v4 = plan_v4(0, 254);
    out->wire_v6 = plan_v6(0, 254);
    names_add(&out->names, "wire", &out->wire_v4);
    names_add(&out->names, "wire", &out->wire_v6);
    return true;
}

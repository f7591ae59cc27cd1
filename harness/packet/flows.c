/* SPDX-License-Identifier: MIT */
/* The initial sequence numbers of every connection seen, to count from. */
#include "packet/flows.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS    256 /* a claim has few connections; a power of two */
#define TCP_HEADER 20

struct base {
    enum {
        UNKNOWN,
        GUESSED, /* from the first segment seen, without a SYN */
        FROM_SYN,
    } how;
    uint32_t number; /* the initial sequence number */
};

struct endpoint {
    struct address address;
    uint16_t port;
};

struct flow {
    struct flow *next;
    struct endpoint end[2]; /* the lesser first */
    struct base base[2];    /* of what each end sends */
};

struct flows {
    struct flow *bucket[BUCKETS];
};

struct flows *flows_new(void)
{
    return calloc(1, sizeof(struct flows));
}

void flows_free(struct flows *flows)
{
    if (!flows)
        return;
    for (size_t i = 0; i < BUCKETS; i++) {
        struct flow *next;

        for (struct flow *flow = flows->bucket[i]; flow; flow = next) {
            next = flow->next;
            free(flow);
        }
    }
    free(flows);
}

static int compare(const struct endpoint *a, const struct endpoint *b)
{
    int order = memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));

    if (order == 0)
        order = (int)a->address.family - (int)b->address.family;
    return order ? order : (int)a->port - (int)b->port;
}

static size_t hash(const struct endpoint end[2])
{
    size_t sum = end[0].port * 31u + end[1].port;

    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < sizeof(end[i].address.bytes); j++)
            sum = sum * 31u + end[i].address.bytes[j];
    return (sum ^ sum >> 8) % BUCKETS;
}

/* The flow of the segment, made if new; NULL when out of memory. `*sender` is the index of its source. */
static struct flow *find(struct flows *flows, const struct packet *packet, size_t *sender)
{
    struct endpoint end[2] = {{packet->src, packet->src_port}, {packet->dst, packet->dst_port}};
    struct flow **bucket;
    struct flow *flow;

    /* A socket connected to itself has one end only, which sends and acknowledges the same numbers. */
    *sender = compare(&end[0], &end[1]) > 0;
    if (*sender) {
        struct endpoint swap = end[0];

        end[0] = end[1];
        end[1] = swap;
    }
    bucket = &flows->bucket[hash(end)];
    for (flow = *bucket; flow; flow = flow->next)
        if (compare(&flow->end[0], &end[0]) == 0 && compare(&flow->end[1], &end[1]) == 0)
            return flow;
    flow = calloc(1, sizeof(*flow));
    if (!flow)
        return NULL;
    memcpy(flow->end, end, sizeof(end));
    flow->next = *bucket;
    *bucket = flow;
    return flow;
}

static void learn(const struct packet *packet, struct base *own, struct base *peer)
{
    if (packet->flags & TCP_SYN) {
        bool other = own->how != UNKNOWN && (own->how == GUESSED || own->number != packet->seq);

        /* A repeated SYN changes nothing, and one that meets the peer's belongs to it. */
        if (other && !(packet->flags & TCP_ACK))
            peer->how = UNKNOWN;
        *own = (struct base){FROM_SYN, packet->seq};
    } else if (own->how == UNKNOWN && !(packet->flags & TCP_RST)) {
        *own = (struct base){GUESSED, packet->seq - 1};
    }
    if (packet->flags & TCP_ACK && peer->how == UNKNOWN)
        *peer = (struct base){GUESSED, packet->ack - 1};
}

struct relative flows_note(struct flows *flows, const struct packet *packet)
{
    struct relative relative = {0, 0};
    struct base *own, *peer;
    struct flow *flow;
    size_t sender;

    if (packet->kind != PACKET_TCP || !packet->transport ||
        (size_t)(packet->frame + packet->captured - packet->transport) < TCP_HEADER)
        return relative;
    flow = find(flows, packet, &sender);
    if (!flow)
        return relative;
    own = &flow->base[sender];
    peer = compare(&flow->end[0], &flow->end[1]) == 0 ? own : &flow->base[!sender];
    learn(packet, own, peer);
    /* A reset that answers what the peer sent has no number of its own: it counts from itself, as 0. */
    relative.seq_base = own->how == UNKNOWN ? packet->seq : own->number;
    relative.ack_base = peer->how == UNKNOWN ? 0 : peer->number;
    return relative;
}

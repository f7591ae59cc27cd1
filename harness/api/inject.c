/* SPDX-License-Identifier: MIT */
/* Frames that a claim makes itself. */
#include "api/internal.h"

#include <string.h>

struct tcp_spec forged(struct lab *lab, const struct sock *from)
{
    const struct endpoint own = name_of(from), peer = peer_of(from);
    struct tcp_spec spec = {.src = own.address,
                            .dst = peer.address,
                            .src_port = own.port,
                            .dst_port = peer.port,
                            .flags = TCP_ACK};
    wires_sync(lab->wires);
    wires_lock(lab->wires);
    for (unsigned v = 0; v < wires_views(lab->wires); v++) {
        const struct capture *capture = wires_view(lab->wires, v);
        for (size_t i = 0; i < capture->count; i++) {
            const struct packet *p = &capture->sightings[i]->packet;
            if (p->kind != PACKET_TCP || p->src_port != own.port || !address_equal(&p->src, &own.address) ||
                (peer.port && p->dst_port != peer.port))
                continue;
            spec.dst = p->dst; /* getpeername knows it only when the handshake is over */
            spec.dst_port = p->dst_port;
            memcpy(spec.eth_src, p->eth_src, 6);
            memcpy(spec.eth_dst, p->eth_dst, 6);
            uint32_t after =
                p->seq + (uint32_t)p->payload_length + !!(p->flags & TCP_SYN) + !!(p->flags & TCP_FIN);
            spec.seq = after;
            spec.ack = p->ack;
            spec.window = p->window;
        }
    }
    wires_unlock(lab->wires);
    return spec;
}

struct tcp_spec forged_text(struct lab *lab, const struct sock *from, const char *text)
{
    struct tcp_spec spec = forged(lab, from);
    spec.flags = TCP_ACK | TCP_PSH;
    spec.payload = text;
    spec.payload_length = strlen(text);
    return spec;
}

void lab_wire_inject_tcp(struct here here, struct lab *lab, const char *host, const struct tcp_spec *spec)
{
    uint8_t frame[2048];
    size_t length = build_tcp(spec, frame, sizeof frame);
    if (!length)
        lab_break(lab, here, "the segment to inject does not fit in %zu bytes", sizeof frame);
    int index = host_named_or_break(lab, here, host);
    const struct topology *t = &lab->bench.topology;
    unsigned interface = 0;
    while (t->interface[interface].host != (unsigned)index)
        interface++;
    wires_inject(lab->wires, interface, frame, length);
}

/* SPDX-License-Identifier: MIT */
/* TCP (RFC 9293) with its options, and UDP (RFC 768). */
#include "packet/bytes.h"
#include "packet/layers.h"

#include <string.h>

#define TCP_HEADER 20
#define UDP_HEADER 8

enum { OPTION_END = 0, OPTION_NOP = 1 };

#define TFO_EXPERIMENT_MAGIC 0xf989 /* RFC 7413 appendix A */

/* Each reads the value of one option: `p` is behind kind and length, `n` its octets; false if they do not
 * fit. */
static bool read_mss(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n != 2)
        return false;
    out->has_mss = true;
    out->mss = get16(p);
    return true;
}

static bool read_wscale(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n != 1)
        return false;
    out->has_wscale = true;
    out->wscale = p[0];
    return true;
}

static bool read_sack_permitted(struct tcp_options *out, const uint8_t *p, size_t n)
{
    (void)p;
    out->sack_permitted = n == 0;
    return n == 0;
}

static bool read_sack(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n == 0 || n % 8 != 0)
        return false;
    for (; n && out->sack_count < SACK_BLOCKS_MAX; p += 8, n -= 8) {
        out->sack[out->sack_count].left = get32(p);
        out->sack[out->sack_count].right = get32(p + 4);
        out->sack_count++;
    }
    return true;
}

static bool read_timestamp(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n != 8)
        return false;
    out->has_timestamp = true;
    out->ts_value = get32(p);
    out->ts_echo = get32(p + 4);
    return true;
}

static bool read_md5(struct tcp_options *out, const uint8_t *p, size_t n)
{
    (void)p;
    out->has_md5 = n == 16; /* RFC 2385 */
    return n == 16;
}

static bool read_mptcp(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n < 1)
        return false;
    out->has_mptcp = true;
    out->mptcp_subtype = p[0] >> 4; /* RFC 8684 section 3 */
    return true;
}

static bool read_fast_open(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n >
        TFO_COOKIE_MAX) /* 4 to 16 octets, RFC 7413 section 4.1.1; shorter ones are kept to be looked at */
        return false;
    out->has_tfo = true;
    out->tfo_length = (uint8_t)n;
    memcpy(out->tfo_cookie, p, n);
    return true;
}

static bool read_experiment(struct tcp_options *out, const uint8_t *p, size_t n)
{
    if (n < 2 || get16(p) != TFO_EXPERIMENT_MAGIC)
        return true; /* some other experiment (RFC 6994) */
    out->tfo_experimental = read_fast_open(out, p + 2, n - 2);
    return out->tfo_experimental;
}

static const struct option {
    uint8_t kind;
    bool (*read)(struct tcp_options *out, const uint8_t *p, size_t n);
} options[] = {
    {2, read_mss},  {3, read_wscale}, {4, read_sack_permitted}, {5, read_sack},         {8, read_timestamp},
    {19, read_md5}, {30, read_mptcp}, {34, read_fast_open},     {254, read_experiment},
};

static bool read_option(struct tcp_options *out, uint8_t kind, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        if (options[i].kind == kind)
            return options[i].read(out, p, n);
    return true;
}

static void decode_options(struct packet *packet, const uint8_t *p, size_t length, bool whole)
{
    packet->tcp.bytes = length ? p : NULL;
    packet->tcp.length = length;
    while (length && p[0] != OPTION_END) {
        size_t n = 1;

        if (p[0] != OPTION_NOP) {
            n = length >= 2 ? p[1] : 0;
            if (n < 2 || n > length) {
                set_trouble(packet, whole ? "bad TCP option length" : "truncated TCP options");
                return;
            }
            if (!read_option(&packet->tcp, p[0], p + 2, n - 2))
                set_trouble(packet, "bad TCP option length");
        }
        p += n;
        length -= n;
    }
    if (!whole)
        set_trouble(packet, "truncated TCP options");
}

void decode_tcp(struct packet *packet, struct span span)
{
    const uint8_t *p = span.at;
    size_t header;

    /* What an ICMP error quotes may end after 8 octets: ports and sequence number. */
    if (span.captured >= 4) {
        packet->src_port = get16(p);
        packet->dst_port = get16(p + 2);
    }
    if (span.captured >= 8)
        packet->seq = get32(p + 4);
    if (span.captured >= 12)
        packet->ack = get32(p + 8);
    if (span.captured >= 14)
        packet->flags = get16(p + 12) & 0x01ff;
    if (span.captured >= 16)
        packet->window = get16(p + 14);
    if (span.captured < TCP_HEADER) {
        set_trouble(packet, "truncated TCP header");
        return;
    }
    packet->urgent = get16(p + 18);
    header = (size_t)(p[12] >> 4) * 4;
    if (header < TCP_HEADER) {
        set_trouble(packet, "bad TCP header length");
        return;
    }
    if (header > span.length) {
        set_trouble(packet, "TCP header longer than its packet");
        return;
    }
    if (header > span.captured)
        decode_options(packet, p + TCP_HEADER, span.captured - TCP_HEADER, false);
    else
        decode_options(packet, p + TCP_HEADER, header - TCP_HEADER, true);
    set_payload(packet, span_after(span, header));
}

void decode_udp(struct packet *packet, struct span span)
{
    const uint8_t *p = span.at;
    size_t length;

    if (span.captured >= 4) {
        packet->src_port = get16(p);
        packet->dst_port = get16(p + 2);
    }
    if (span.captured < UDP_HEADER) {
        set_trouble(packet, "truncated UDP header");
        return;
    }
    length = get16(p + 4);
    if (length > span.length && !packet->more_fragments) {
        set_trouble(packet, "UDP longer than its packet");
    } else if (length < UDP_HEADER &&
               length != 0) { /* 0: a jumbogram, or one larger than the field can say */
        set_trouble(packet, "bad UDP length");
    } else if (length && length < span.length) {
        span = span_limit(span, length);
    }
    set_payload(packet, span_after(span, UDP_HEADER));
}

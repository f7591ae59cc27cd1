/* SPDX-License-Identifier: MIT */
/* TCP segments as tcpdump writes them. */
#include "packet/bytes.h"
#include "packet/print.h"
#include "packet/print_layers.h"

#define TCP_HEADER 20

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_MPTCP = 30 };

/* Each prints the value of an option: `n` octets at `p`, behind kind and length. */
static void number8(struct text *out, const uint8_t *p, size_t n)
{
    text_add(out, " %u", n >= 1 ? p[0] : 0);
}

static void number16(struct text *out, const uint8_t *p, size_t n)
{
    text_add(out, " %u", n >= 2 ? get16(p) : n ? p[0] << 8 : 0);
}

static void number32(struct text *out, const uint8_t *p, size_t n)
{
    if (n >= 4)
        text_add(out, " %u", get32(p));
}

static void sack(struct text *out, const uint8_t *p, size_t n)
{
    if (n % 8) {
        text_add(out, " invalid sack");
        return;
    }
    text_add(out, " %zu ", n / 8);
    for (; n; p += 8, n -= 8)
        text_add(out, "{%u:%u}", get32(p), get32(p + 4));
}

static void timestamp(struct text *out, const uint8_t *p, size_t n)
{
    if (n < 8)
        text_add(out, "[bad opt]");
    else
        text_add(out, " val %u ecr %u", get32(p), get32(p + 4));
}

static void md5(struct text *out, const uint8_t *p, size_t n)
{
    if (n < 16) {
        text_add(out, "[bad opt]");
        return;
    }
    text_add(out, " shared secret not supplied with -M, can't check - ");
    text_add_hex(out, p, n);
}

static void user_timeout(struct text *out, const uint8_t *p, size_t n)
{
    unsigned value = n >= 2 ? get16(p) : 0;

    /* tcpdump takes the lowest bit for the unit, though RFC 5482 has it in the highest */
    text_add(out, " 0x%x %u", value, (value >> 1) * (value & 1 ? 60 : 1));
}

static void authentication(struct text *out, const uint8_t *p, size_t n)
{
    if (n < 2) {
        text_add(out, " (invalid)");
        return;
    }
    text_add(out, " keyid %u rnextkeyid %u", p[0], p[1]);
    if (n > 2) {
        text_add(out, " mac 0x");
        text_add_hex(out, p + 2, n - 2);
    }
}

static void cookie(struct text *out, const uint8_t *p, size_t n)
{
    if (n == 0) {
        text_add(out, " cookiereq");
    } else if (n % 2 || n < 4 || n > TFO_COOKIE_MAX) {
        text_add(out, " (invalid)");
    } else {
        text_add(out, " cookie ");
        text_add_hex(out, p, n);
    }
}

static void fast_open(struct text *out, const uint8_t *p, size_t n)
{
    text_add(out, " "); /* tcpdump writes two blanks here */
    cookie(out, p, n);
}

static void experiment(struct text *out, const uint8_t *p, size_t n)
{
    if (n < 2) {
        text_add(out, "[bad opt]");
    } else if (get16(p) == 0xf989) {
        text_add(out, "-tfo");
        cookie(out, p + 2, n - 2);
    } else {
        text_add(out, "-%04x", get16(p));
    }
}

#define ANY SIZE_MAX

static const struct option {
    uint8_t kind;
    const char *name;
    size_t length; /* of the value; ANY or the right one, another is pointed out */
    void (*print)(struct text *out, const uint8_t *p, size_t n);
} options[] = {
    {2, "mss", 2, number16},
    {3, "wscale", 1, number8},
    {4, "sackOK", 0, NULL},
    {5, "sack", ANY, sack},
    {6, "echo", 4, number32},
    {7, "echoreply", 4, number32},
    {8, "TS", 8, timestamp},
    {11, "cc", 4, number32},
    {12, "ccnew", 4, number32},
    {13, "", 4, number32},
    {19, "md5", 16, md5},
    {28, "uto", 2, user_timeout},
    {29, "tcp-ao", ANY, authentication},
    {34, "tfo", ANY, fast_open},
    {254, "exp", ANY, experiment},
};

/* false where tcpdump gives up the segment. */
static bool print_option(struct text *out, uint8_t kind, const uint8_t *p, size_t n, uint16_t flags)
{
    if (kind == OPTION_MPTCP) {
        text_add(out, "mptcp");
        return print_mptcp(out, p, n, flags);
    }
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (options[i].kind != kind)
            continue;
        text_add(out, "%s", options[i].name);
        if (options[i].print)
            options[i].print(out, p, n);
        if (options[i].length != ANY && options[i].length != n)
            text_add(out, "[len %zu]", n + 2);
        return true;
    }
    text_add(out, n ? "unknown-%u 0x" : "unknown-%u", kind);
    text_add_hex(out, p, n);
    return true;
}

/* false where the options end in the middle of one. */
static bool print_options(struct text *out, const uint8_t *p, size_t length, bool whole, uint16_t flags)
{
    const char *between = "";

    text_add(out, ", options [");
    while (length) {
        size_t n = 1;

        text_add(out, "%s", between);
        between = ",";
        if (p[0] == OPTION_END) {
            text_add(out, "eol");
            break;
        }
        if (p[0] == OPTION_NOP) {
            text_add(out, "nop");
        } else {
            n = length >= 2 ? p[1] : 0;
            if (n < 2 || n > length) {
                text_add(out, whole ? "[bad opt]" : " [|tcp]");
                return false;
            }
            if (!print_option(out, p[0], p + 2, n - 2, flags)) {
                text_add(out, "[bad opt]");
                return false;
            }
        }
        p += n;
        length -= n;
    }
    if (!whole) {
        text_add(out, " [|tcp]");
        return false;
    }
    text_add(out, "]");
    return true;
}

void print_tcp(struct text *out, const struct packet *packet)
{
    const uint8_t *p = packet->transport;
    size_t header, options_length;
    char flags[16];

    if (captured_from(packet, p) < TCP_HEADER || packet->transport_length < TCP_HEADER) {
        text_add(out, " [|tcp]");
        return;
    }
    header = (size_t)(p[12] >> 4) * 4;
    if (header < TCP_HEADER) {
        text_add(out, " tcp %zu [bad hdr length %zu - too short, < %d]", packet->transport_length - header,
                 header, TCP_HEADER);
        return;
    }
    text_add(out, "Flags %s", tcp_flags_text(packet->flags, flags));
    if (header > packet->transport_length) {
        text_add(out, " [bad hdr length %zu - too long, > %zu]", header, packet->transport_length);
        return;
    }
    if (packet->payload_length)
        text_add(out, ", seq %u:%u", packet->seq, packet->seq + (uint32_t)packet->payload_length);
    else if (packet->flags & (TCP_SYN | TCP_FIN | TCP_RST))
        text_add(out, ", seq %u", packet->seq);
    if (packet->flags & TCP_ACK)
        text_add(out, ", ack %u", packet->ack);
    text_add(out, ", win %u", packet->window);
    if (packet->flags & TCP_URG)
        text_add(out, ", urg %u", packet->urgent);
    options_length = packet->tcp.length;
    if (header > TCP_HEADER && !print_options(out, p + TCP_HEADER, options_length,
                                              options_length == header - TCP_HEADER, packet->flags))
        return;
    text_add(out, ", length %zu", packet->payload_length);
}

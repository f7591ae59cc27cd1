/* SPDX-License-Identifier: MIT */
/* The options of multipath TCP (RFC 8684 section 3) as tcpdump 4.99 writes them. */
#include "packet/bytes.h"
#include "packet/print_layers.h"

#include <inttypes.h>

/* Flags of MP_CAPABLE, MP_JOIN and MP_PRIO, DSS. */
enum { CAPABLE_CHECKSUM = 0x80 };
enum { BACKUP = 0x01 };
enum { DSS_FIN = 0x10, DSS_SEQ_8 = 0x08, DSS_SEQ = 0x04, DSS_ACK_8 = 0x02, DSS_ACK = 0x01 };

static uint64_t get64(const uint8_t *p)
{
    return (uint64_t)get32(p) << 32 | get32(p + 4);
}

/* Each prints what is behind kind and length: `n` octets at `p`, at least one. false where tcpdump finds
 * fault. */
static bool capable(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    bool syn = flags & TCP_SYN, ack_only = (flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;

    if (!(syn && (n == 2 || n == 10)) && !(ack_only && (n == 18 || n == 20)))
        return false;
    if ((p[0] & 15) > 1) {
        text_add(out, " Unknown Version (%d)", p[0] & 15);
        return true;
    }
    text_add(out, " v%d%s", p[0] & 15, p[1] & CAPABLE_CHECKSUM ? " csum" : "");
    if (n >= 10)
        text_add(out, " {0x%" PRIx64, get64(p + 2));
    if (n >= 18)
        text_add(out, ",0x%" PRIx64, get64(p + 10));
    if (n >= 10)
        text_add(out, "}");
    return true;
}

static bool join(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    bool syn = flags & TCP_SYN, ack = flags & TCP_ACK;

    if (!(n == 10 && syn) && !(n == 14 && syn && ack) && !(n == 22 && ack))
        return false;
    if (n != 22)
        text_add(out, "%s id %u", p[0] & BACKUP ? " backup" : "", p[1]);
    if (n == 10)
        text_add(out, " token 0x%x nonce 0x%x", get32(p + 2), get32(p + 6));
    if (n == 14)
        text_add(out, " hmac 0x%" PRIx64 " nonce 0x%x", get64(p + 2), get32(p + 10));
    if (n == 22) {
        text_add(out, " hmac 0x");
        text_add_hex(out, p + 2, 20);
    }
    return true;
}

/* A number of four or eight octets behind its name; moves on behind it, false if it is not there. */
static bool number(struct text *out, const char *name, bool wide, const uint8_t **p, size_t *n)
{
    size_t size = wide ? 8 : 4;

    text_add(out, " %s ", name);
    if (*n < size)
        return false;
    text_add(out, "%" PRIu64, wide ? get64(*p) : get32(*p));
    *p += size;
    *n -= size;
    return true;
}

static bool dss(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    if (n < 2 || flags & TCP_SYN)
        return false;
    const unsigned has = p[1];

    p += 2, n -= 2;
    text_add(out, "%s", has & DSS_FIN ? " fin" : "");
    if (has & DSS_ACK && !number(out, "ack", has & DSS_ACK_8, &p, &n))
        return false;
    if (has & DSS_SEQ) {
        if (!number(out, "seq", has & DSS_SEQ_8, &p, &n) || n < 4)
            return false;
        text_add(out, " subseq %u", get32(p));
        p += 4, n -= 4;
        if (n < 2)
            return false;
        text_add(out, " len %u", get16(p));
        p += 2, n -= 2;
        if (n >= 2) {
            text_add(out, " csum 0x%x", get16(p));
            n -= 2;
        }
    }
    return n == 0;
}

static bool remove_address(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    (void)flags;
    if (n < 2)
        return false;
    text_add(out, " id");
    for (size_t i = 1; i < n; i++)
        text_add(out, " %u", p[i]);
    return true;
}

static bool priority(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    (void)flags;
    if (n != 1 && n != 2)
        return false;
    text_add(out, " %s", p[0] & BACKUP ? "backup" : "non-backup");
    if (n == 2)
        text_add(out, " id %u", p[1]);
    return true;
}

static bool failed(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    (void)flags;
    if (n != 10)
        return false;
    text_add(out, " seq %" PRIu64, get64(p + 2));
    return true;
}

static bool fast_close(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    (void)flags;
    if (n != 10)
        return false;
    text_add(out, " key 0x%" PRIx64, get64(p + 2));
    return true;
}

static const struct subtype {
    const char *name;
    bool (*print)(struct text *out, const uint8_t *p, size_t n, uint16_t flags);
} subtypes[] = {
    {"capable", capable},         {"join", join},     {"dss", dss},
    {"add-addr", NULL}, /* its addresses are not written */
    {"rem-addr", remove_address}, {"prio", priority}, {"fail", failed},
    {"fast-close", fast_close},
};

bool print_mptcp(struct text *out, const uint8_t *p, size_t n, uint16_t flags)
{
    text_add(out, " %zu", n + 2);
    if (n == 0)
        return false;
    unsigned number_of = p[0] >> 4;
    if (number_of >= sizeof subtypes / sizeof *subtypes) {
        text_add(out, " unknown");
        return true;
    }
    text_add(out, " %s", subtypes[number_of].name);
    return !subtypes[number_of].print || subtypes[number_of].print(out, p, n, flags);
}

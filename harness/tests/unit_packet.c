/* SPDX-License-Identifier: MIT */
/* Tests of harness/packet: addresses, decoding, relative numbers, printing, building. */
#include "check.h"
#include "packet/checksum.h"
#include "packet/groups.h"
#include "packet/message.h"
#include "packet/print.h"
#include "sample_set.h"

/* The frame that a sampler made last, copied so that it outlives the next one. */
struct kept {
    uint8_t frame[4096];
    size_t length;
    struct packet packet;
};

static void keep(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd)
{
    struct kept *kept = context;

    (void)odd;
    memcpy(kept->frame, frame, captured);
    kept->length = captured;
    packet_decode(kept->frame, captured, length, &kept->packet);
}

/* Decodes an IPv4 or IPv6 packet made of hexadecimal, as sample_ipv4 and sample_ipv6 take it. */
static struct kept *ipv4(uint8_t protocol, uint16_t fragment, const char *options, const char *transport)
{
    static struct kept kept;
    struct sampler s = {.sink = keep, .context = &kept};

    sample_ipv4(&s, A4, B4, protocol, fragment, options, transport);
    return &kept;
}

static struct kept *ipv6(uint8_t next, const char *rest)
{
    static struct kept kept;
    struct sampler s = {.sink = keep, .context = &kept};

    sample_ipv6(&s, A6, B6, next, rest);
    return &kept;
}

static struct kept *tcp(uint16_t flags, const char *options, const char *payload)
{
    static struct kept kept;
    struct sampler s = {.sink = keep, .context = &kept};

    sample_tcp(&s, false, flags, options, payload);
    return &kept;
}

static void test_addresses(void)
{
    static const char *const texts[] = {"10.0.0.1", "255.255.255.255", "::", "fe80::1", "2001:db8::1:2"};
    char text[ADDRESS_TEXT];
    struct address a, b;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct sockaddr_storage sa;
        uint16_t port = 0;

        CHECK(address_parse(texts[i], &a));
        CHECK_STR(address_text(&a, text), texts[i]);
        CHECK_INT(address_sockaddr(&a, 7890, &sa),
                  a.family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
        CHECK(address_from_sockaddr((struct sockaddr *)&sa, &b, &port));
        CHECK(address_equal(&a, &b));
        CHECK_INT(port, 7890);
    }
    CHECK(!address_parse("10.0.0", &a));
    CHECK(!address_parse("server", &a));
    CHECK(!address_parse("", &a));
    CHECK_INT(a.family, 0);
    CHECK_STR(address_text(&a, text), "none");
    CHECK_INT(address_sockaddr(&a, 1, &(struct sockaddr_storage){0}), 0);
    CHECK(!address_from_sockaddr(&(struct sockaddr){.sa_family = AF_UNIX}, &a, NULL));
    a = sample_address("::");
    b = sample_address("0.0.0.0");
    CHECK(!address_equal(&a, &b));
}

static void test_names(void)
{
    struct names names = {0};
    struct address a4 = sample_address(A4), a6 = sample_address(A6), b4 = sample_address(B4);

    CHECK(names_of(NULL, &a4) == NULL);
    CHECK(!names_known(NULL, "client"));
    CHECK(names_add(&names, "client", &a4));
    CHECK(names_add(&names, "client", &a6));
    CHECK_STR(names_of(&names, &a4), "client");
    CHECK_STR(names_of(&names, &b4), NULL);
    CHECK(names_find(&names, "client", AF_INET6) &&
          address_equal(names_find(&names, "client", AF_INET6), &a6));
    CHECK(names_find(&names, "server", AF_INET) == NULL);
    CHECK(names_known(&names, "client"));
    CHECK(!names_add(&names, "a-name-of-more-than-thirty-one-octets", &b4));
    CHECK(!names_add(&names, "", &b4));
    while (names.count < NAMES_MAX)
        CHECK(names_add(&names, "more", &b4));
    CHECK(!names_add(&names, "last", &b4));
}

static void test_decode_tcp(void)
{
    struct packet *p = &tcp(TCP_SYN | TCP_ACK | TCP_URG,
                            "020405b4 0402 080a 00000001 00000002 030307 050a 00000011 00000022", "hello")
                            ->packet;

    CHECK_INT(p->kind, PACKET_TCP);
    CHECK_STR(p->trouble, NULL);
    CHECK_INT(p->ethertype, 0x0800);
    CHECK_INT(p->protocol, 6);
    CHECK_INT(p->ttl, 64);
    CHECK(p->dont_fragment);
    CHECK_INT(p->src_port, 40000);
    CHECK_INT(p->dst_port, 7890);
    CHECK_INT(p->seq, 0xfffffff0);
    CHECK_INT(p->ack, 0x12345678);
    CHECK_INT(p->flags, TCP_SYN | TCP_ACK | TCP_URG);
    CHECK_INT(p->window, 502);
    CHECK_INT(p->urgent, 17);
    CHECK_INT(p->payload_length, 5);
    CHECK_INT(p->payload_captured, 5);
    CHECK(memcmp(p->payload, "hello", 5) == 0);
    CHECK(p->checksum_known && p->checksum_ok);
    CHECK(p->tcp.has_mss && p->tcp.mss == 1460);
    CHECK(p->tcp.sack_permitted);
    CHECK(p->tcp.has_timestamp && p->tcp.ts_value == 1 && p->tcp.ts_echo == 2);
    CHECK(p->tcp.has_wscale && p->tcp.wscale == 7);
    CHECK_INT(p->tcp.sack_count, 1);
    CHECK(p->tcp.sack[0].left == 0x11 && p->tcp.sack[0].right == 0x22);
    CHECK(!p->tcp.has_tfo && !p->tcp.has_md5 && !p->tcp.has_mptcp);
    CHECK_INT(p->tcp.length, 32);

    p = &tcp(TCP_SYN, "2202", "")->packet;
    CHECK(p->tcp.has_tfo && !p->tcp.tfo_experimental && p->tcp.tfo_length == 0);
    p = &tcp(TCP_SYN, "220a 0102030405060708", "")->packet;
    CHECK(p->tcp.has_tfo && p->tcp.tfo_length == 8 && p->tcp.tfo_cookie[7] == 8);
    p = &tcp(TCP_SYN, "fe0c f989 0102030405060708", "")->packet;
    CHECK(p->tcp.has_tfo && p->tcp.tfo_experimental && p->tcp.tfo_length == 8);
    p = &tcp(TCP_SYN, "fe04 f989", "")->packet;
    CHECK(p->tcp.has_tfo && p->tcp.tfo_experimental && p->tcp.tfo_length == 0);
    p = &tcp(TCP_SYN, "fe04 1234", "")->packet;
    CHECK(!p->tcp.has_tfo && !p->trouble);
    p = &tcp(TCP_ACK, "1312 0102030405060708090a0b0c0d0e0f10", "")->packet;
    CHECK(p->tcp.has_md5 && !p->trouble);
    p = &tcp(TCP_ACK, "1e04 2001", "")->packet;
    CHECK(p->tcp.has_mptcp && p->tcp.mptcp_subtype == 2);
    p = &tcp(TCP_ACK, "0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008", "")
             ->packet;
    CHECK(p->tcp.sack_count == 4 && p->tcp.sack[3].right == 8);
    p = &tcp(0, "", "")->packet;
    CHECK(p->payload == NULL && p->payload_length == 0 && p->tcp.bytes == NULL);
    p = &tcp(TCP_AE | TCP_CWR | TCP_ECE, "", "")->packet;
    CHECK_INT(p->flags, TCP_AE | TCP_CWR | TCP_ECE);
}

static void test_malformed_options(void)
{
    static const char *const bad[] = {
        "0200",
        "0201",
        "02ff",
        "0203 05",
        "0206 05b40000",
        "0302",
        "0403 00",
        "0506 00000001",
        "0502",
        "0802",
        "1304 0102",
        "1e02",
        "2214 0102030405060708090a0b0c0d0e0f101112",
        "fe16 f989 0102030405060708090a0b0c0d0e0f101112",
        "01010102",
    };
    static const char *const good[] = {"",     "00",   "00ff",     "01", "0101 01", "4006 01020304",
                                       "fe02", "0002", "010101 00"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct packet *p = &tcp(TCP_ACK, bad[i], "data")->packet;

        CHECK_STR(p->trouble, "bad TCP option length");
        CHECK_INT(p->payload_length, 4); /* what could be decoded is */
        CHECK(p->checksum_known && p->checksum_ok);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK_STR(tcp(TCP_ACK, good[i], "data")->packet.trouble, NULL);
    /* an option behind a bad one is still found */
    CHECK_INT(tcp(TCP_SYN, "0403 00 020405b4", "")->packet.tcp.mss, 1460);
}

static void test_decode_ip(void)
{
    static const char udp[] = "9c40 1ed2 000c 0000 01020304";
    struct packet *p = &ipv4(17, 0, "94040000", udp)->packet;

    CHECK_INT(p->kind, PACKET_UDP);
    CHECK_INT(p->ip_header_length, 24);
    CHECK_INT(p->ip_options_length, 4);
    CHECK(p->ip_options && p->ip_options[0] == 0x94);
    CHECK_INT(p->ip_id, 0x1234);
    CHECK_INT(p->payload_length, 4);
    CHECK(p->checksum_known && p->checksum_ok);

    p = &ipv4(17, 0x2000, "", "9c40 1ed2 0400 0000 01020304 05060708")->packet; /* first fragment */
    CHECK_INT(p->kind, PACKET_UDP);
    CHECK(p->more_fragments && p->fragment_offset == 0 && !p->checksum_known && !p->trouble);
    CHECK_INT(p->payload_length, 8);
    p = &ipv4(17, 0x0010, "", "0102030405")->packet; /* last one */
    CHECK_INT(p->kind, PACKET_FRAGMENT);
    CHECK_INT(p->fragment_offset, 128);
    CHECK(!p->more_fragments && !p->transport && p->payload_length == 5);

    p = &ipv4(17, 0, "8307 04 0a000003 00", udp)->packet; /* a source route with a hop left */
    CHECK(p->final.bytes[3] == 3 && p->dst.bytes[3] == 2);
    CHECK(p->checksum_known && p->checksum_ok);
    p = &ipv4(17, 0, "8307 08 0a000003 00", udp)->packet; /* used up */
    CHECK(p->final.bytes[3] == 2);

    p = &ipv6(
             0,
             "3c00 0104 00000000 2b00 0104 00000000 3302 0401 00000000 fd000000000000000000000000000003"
             "2c04 0000 00000001 00000002 000102030405060708090a0b 1100 0000 00000007 9c40 1ed2 000c 0000 01020304")
             ->packet;
    CHECK_INT(p->kind, PACKET_UDP);
    CHECK_INT(p->extension_count, 5);
    CHECK(memcmp(p->extension, (uint8_t[]){0, 60, 43, 51, 44}, 5) == 0);
    CHECK_INT(p->ip_id, 7);
    CHECK_INT(p->flow_label, 0x12345);
    CHECK_INT(p->final.bytes[15], 3);
    CHECK_INT(p->payload_length, 4);
    CHECK(p->checksum_known && p->checksum_ok);
    p = &ipv6(44, "1100 0599 00000007 01020304")->packet;
    CHECK_INT(p->kind, PACKET_FRAGMENT);
    CHECK_INT(p->fragment_offset, 0x598);
    CHECK(p->more_fragments);
    p = &ipv6(0, "11ff 0502 0000 0100 9c40 1ed2 0008 0000")->packet;
    CHECK_STR(p->trouble, "IPv6 extension header longer than its packet");
    p = &ipv6(
             60,
             "3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000"
             "3c00 0104 00000000 3c00 0104 00000000 3c00 0104 00000000 1100 0104 00000000 9c40 1ed2 0008 0000")
             ->packet;
    CHECK_STR(p->trouble, "more IPv6 extension headers than stored");
    CHECK_INT(p->kind, PACKET_UDP);
    p = &ipv6(6, "9c40 1ed2 00000001 00000002 5018 01f6 0000 0000 61626364")->packet;
    CHECK(p->kind == PACKET_TCP && p->payload_length == 4 && p->checksum_ok);
}

/* Padding is no payload, and what was not captured is. */
static void test_lengths(void)
{
    struct kept *k = ipv4(6, 0, "", "9c40 1ed2 00000001 00000002 5018 01f6 0000 0000 61626364");
    struct packet p;

    memset(k->frame + k->length, 0, 10);
    packet_decode(k->frame, k->length + 10, k->length + 10, &p);
    CHECK_INT(p.payload_length, 4);
    CHECK(p.checksum_ok && !p.trouble);
    packet_decode(k->frame, k->length - 3, k->length, &p);
    CHECK_INT(p.payload_length, 4);
    CHECK_INT(p.payload_captured, 1);
    CHECK(!p.checksum_known && !p.trouble);
    packet_decode(k->frame, k->length - 3, k->length - 3, &p);
    CHECK_STR(p.trouble, "IPv4 longer than its frame");
    CHECK(!packet_decode(k->frame, 13, k->length, &p));
    CHECK(!packet_decode(k->frame, 0, 0, &p));
    packet_decode(k->frame, 14, 14, &p);
    CHECK_STR(p.trouble, "truncated IP header");
    packet_decode(k->frame, k->length, 0, &p); /* a length that cannot be */
    CHECK_INT(p.length, k->length);
    k = ipv4(17, 0, "", "9c40 1ed2 000a 0000 01020304"); /* UDP less than IP */
    CHECK_INT(k->packet.payload_length, 2);
    CHECK(k->packet.checksum_ok);
    CHECK_STR(ipv4(17, 0, "", "9c40 1ed2 0020 0000 0102")->packet.trouble, "UDP longer than its packet");
    CHECK_STR(ipv4(17, 0, "", "9c40 1ed2 0007 0000 0102")->packet.trouble, "bad UDP length");
    CHECK_STR(ipv4(6, 0, "", "9c40 1ed2 00000001 00000002 4018 01f6 0000 0000")->packet.trouble,
              "bad TCP header length");
    CHECK_STR(ipv4(6, 0, "", "9c40 1ed2 00000001 00000002 6018 01f6 0000 0000")->packet.trouble,
              "TCP header longer than its packet");
    CHECK_STR(ipv4(6, 0, "", "9c40 1ed2 00000001")->packet.trouble, "truncated TCP header");
}

static void test_checksums(void)
{
    struct kept *k = ipv4(6, 0, "", "9c40 1ed2 00000001 00000002 5018 01f6 0000 0000 616263");
    struct packet p;

    /* RFC 1071 section 3: the example's sum is ddf2 */
    CHECK_INT(checksum_finish(checksum_add(0, (const uint8_t[]){0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7}, 8)),
              0x220d);
    for (size_t at = 22; at < k->length; at++) { /* every octet from the TTL on is covered */
        k->frame[at] ^= 0x55;
        packet_decode(k->frame, k->length, k->length, &p);
        CHECK(!(p.checksum_known && p.checksum_ok));
        k->frame[at] ^= 0x55;
    }
    packet_decode(k->frame, k->length, k->length, &p);
    CHECK(p.checksum_known && p.checksum_ok);
    k = ipv4(17, 0, "", "9c40 1ed2 000c 0000 01020304");
    put16(k->frame + 40, 0); /* no checksum at all */
    packet_decode(k->frame, k->length, k->length, &p);
    CHECK(!p.checksum_known);
    k = ipv6(17, "9c40 1ed2 000c 0000 01020304");
    put16(k->frame + 60, 0);
    packet_decode(k->frame, k->length, k->length, &p);
    CHECK(p.checksum_known && !p.checksum_ok);
    CHECK(ipv4(1, 0, "", "0800 0000 0001 0002 616263")->packet.checksum_ok);
    CHECK(ipv6(58, "8000 0000 0001 0002 616263")->packet.checksum_ok);
    CHECK(ipv4(2, 0, "94040000", "1600 0000 ef010101")->packet.checksum_ok);
}

static void test_messages(void)
{
    struct packet *p =
        &ipv6(58, "8700 0000 0000 0000 fd000000000000000000000000000002 0101 020000000001")->packet;
    struct group_record record;
    struct address source;
    size_t length;
    char text[ADDRESS_TEXT];

    CHECK_STR(address_text(&p->group, text), "fd00::2");
    CHECK_STR(message_of(p)->text, "neighbor solicitation");
    p = &ipv6(58,
              "8f00 0000 0000 0002 03000001 ff020000000000000000000000010003 fd000000000000000000000000000002"
              "06000000 ff020000000000000000000000010004")
             ->packet;
    CHECK_INT(p->group_count, 2);
    CHECK(group_record(p, 0, &record) && record.type == 3 && record.source_count == 1);
    source = group_source(&record, 0);
    CHECK_STR(address_text(&source, text), "fd00::2");
    CHECK(group_record(p, 1, &record) && record.type == 6);
    CHECK_STR(address_text(&record.group, text), "ff02::1:4");
    CHECK_STR(group_record_name(record.type), "block");
    CHECK(!group_record(p, 2, &record));
    p = &ipv4(2, 0, "", "2200 0000 0000 0001 0400 0000 ef010101")->packet;
    CHECK(group_record(p, 0, &record) && record.type == 4);
    CHECK_STR(address_text(&record.group, text), "239.1.1.1");
    p = &ipv4(2, 0, "", "2200 0000 0000 0001 0400 ffff ef010101")->packet;
    CHECK(!group_record(p, 0, &record));
    p = &ipv4(2, 0, "", "1600 0000 ef010101")->packet;
    CHECK_STR(address_text(&p->group, text), "239.1.1.1");
    p = &ipv4(1, 0, "", "0304 0000 0000 05dc 45000021")->packet;
    CHECK_STR(message_of(p)->text, "unreachable frag-needed");
    CHECK_INT(message_rest_value(message_of(p), p), 1500);
    p = &ipv4(1, 0, "", "0363 0000 0000 0000")->packet;
    CHECK_STR(message_of(p)->text, "unreachable");
    p = &ipv4(1, 0, "", "6300 0000 0000 0000")->packet;
    CHECK(message_of(p) == NULL);

    CHECK_STR(message_parse(PACKET_ICMP, "unreachable host", &length)->text, "unreachable host");
    CHECK_INT(length, 16);
    CHECK_STR(message_parse(PACKET_ICMP, "unreachable host-tos x", &length)->text, "unreachable host-tos");
    CHECK_STR(message_parse(PACKET_ICMP, "unreachable hosts", &length)->text, "unreachable");
    CHECK(message_parse(PACKET_ICMP, "unreach", &length) == NULL);
    CHECK(message_parse(PACKET_ICMP6, "source quench", &length) == NULL);
    for (size_t i = 0; i < messages_count; i++) { /* every name is found again by its text */
        CHECK(message_parse(messages[i].kind, messages[i].text, &length) == &messages[i]);
        CHECK(message_protocol(messages[i].kind) != NULL);
    }
}

static struct relative note(struct flows *flows, bool reply, uint16_t flags, uint32_t seq, uint32_t ack)
{
    static uint8_t frame[256];
    struct tcp_spec spec = {
        .src = sample_address(reply ? B4 : A4),
        .dst = sample_address(reply ? A4 : B4),
        .src_port = reply ? 7890 : 40000,
        .dst_port = reply ? 40000 : 7890,
        .seq = seq,
        .ack = ack,
        .flags = flags,
    };
    size_t length = build_tcp(&spec, frame, sizeof(frame));
    struct packet packet;

    packet_decode(frame, length, length, &packet);
    return flows_note(flows, &packet);
}

/* Relative numbers of a segment, as they would be printed. */
#define CHECK_NOTE(reply, flags, seq, ack, relative_seq, relative_ack)                                       \
    do {                                                                                                     \
        struct relative r_ = note(flows, reply, flags, seq, ack);                                            \
        CHECK_INT((uint32_t)((seq)-r_.seq_base), relative_seq);                                              \
        if ((flags)&TCP_ACK)                                                                                 \
            CHECK_INT((uint32_t)((ack)-r_.ack_base), relative_ack);                                          \
    } while (0)

static void test_flows(void)
{
    struct flows *flows = flows_new();
    struct relative none;

    CHECK(flows != NULL);
    /* numbers wrap, the SYN comes twice, the SYN-ACK too */
    CHECK_NOTE(false, TCP_SYN, 0xffffffffu, 0u, 0, 0);
    CHECK_NOTE(false, TCP_SYN, 0xffffffffu, 0u, 0, 0);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 0x80000000u, 0u, 0, 1);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 0x80000000u, 0u, 0, 1);
    CHECK_NOTE(false, TCP_ACK, 0u, 0x80000001u, 1, 1);
    CHECK_NOTE(false, TCP_ACK | TCP_PSH, 5u, 0x80000001u, 6, 1);
    CHECK_NOTE(true, TCP_ACK, 0x80000001u, 11u, 1, 12);
    CHECK_NOTE(false, TCP_ACK, 0xfffffffeu, 0x80000001u, 0xffffffffu, 1); /* a keepalive before the data */
    /* the same ports again */
    CHECK_NOTE(false, TCP_SYN, 1000u, 0u, 0, 0);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 2000u, 1001u, 0, 1);
    CHECK_NOTE(false, TCP_ACK, 1001u, 2001u, 1, 1);
    /* refused: the reset has no number of its own; then the same attempt succeeds */
    CHECK_NOTE(false, TCP_SYN, 5000u, 0u, 0, 0);
    CHECK_NOTE(true, TCP_RST | TCP_ACK, 0u, 5001u, 0, 1);
    CHECK_NOTE(false, TCP_SYN, 6000u, 0u, 0, 0);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 7000u, 6001u, 0, 1);
    CHECK_NOTE(false, TCP_RST, 6001u, 0u, 1, 0);
    flows_free(flows);

    flows = flows_new(); /* met in the middle */
    CHECK_NOTE(false, TCP_ACK, 100u, 200u, 1, 1);
    CHECK_NOTE(true, TCP_ACK, 200u, 110u, 1, 11);
    CHECK_NOTE(true, TCP_RST, 205u, 0u, 6, 0);
    CHECK_NOTE(false, TCP_SYN, 9000u, 0u, 0, 0);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 9500u, 9001u, 0, 1);
    flows_free(flows);

    flows = flows_new(); /* both open at once */
    CHECK_NOTE(false, TCP_SYN, 100u, 0u, 0, 0);
    CHECK_NOTE(true, TCP_SYN, 900u, 0u, 0, 0);
    CHECK_NOTE(false, TCP_SYN | TCP_ACK, 100u, 901u, 0, 1);
    CHECK_NOTE(true, TCP_SYN | TCP_ACK, 900u, 101u, 0, 1);
    CHECK_NOTE(false, TCP_ACK, 101u, 901u, 1, 1);
    none = flows_note(flows, &ipv4(17, 0, "", "9c40 1ed2 0008 0000")->packet);
    CHECK(none.seq_base == 0 && none.ack_base == 0);
    none = flows_note(flows, &ipv4(6, 0, "", "9c40 1ed2 00000001")->packet);
    CHECK(none.seq_base == 0 && none.ack_base == 0);
    flows_free(flows);

    flows = flows_new(); /* connected to itself */
    {
        struct kept *k = tcp(TCP_SYN, "", "");
        struct relative r;

        memcpy(k->frame + 30, k->frame + 26, 4);
        put16(k->frame + 36, 40000);
        packet_decode(k->frame, k->length, k->length, &k->packet);
        r = flows_note(flows, &k->packet);
        CHECK_INT(k->packet.seq - r.seq_base, 0);
        k->frame[47] |= TCP_ACK;
        put32(k->frame + 42, k->packet.seq + 1);
        packet_decode(k->frame, k->length, k->length, &k->packet);
        r = flows_note(flows, &k->packet);
        CHECK_INT(k->packet.ack - r.ack_base, 1);
    }
    flows_free(flows);
    flows_free(NULL);
}

static struct names bench;

static const char *pattern(struct packet *packet, uint32_t seq_base, uint32_t ack_base, bool ports,
                           bool options)
{
    static char text[PACKET_TEXT];
    struct sighting sighting = {.packet = *packet, .relative = {seq_base, ack_base}};
    struct print_style style = {.names = &bench, .ports = ports, .options = options};

    return packet_print_pattern(&sighting, &style, text);
}

static void test_print_pattern(void)
{
    struct address client = sample_address(A4), server = sample_address(B4), server6 = sample_address(B6);
    char flags[16];

    names_add(&bench, "client", &client);
    names_add(&bench, "server", &server);
    names_add(&bench, "server", &server6);
#define SEQ 0xffffffefu
#define ACK 0x12345677u
    CHECK_STR(pattern(&tcp(TCP_SYN, "020405b4 0402 080a 00000001 00000000 01 030307 2202", "")->packet,
                      SEQ + 1, 0, false, true),
              "client > server [S] win 502 mss 1460 sackOK TS val 1 ecr 0 wscale 7 tfo cookiereq");
    CHECK_STR(pattern(&tcp(TCP_SYN, "020405b4", "abcdef")->packet, SEQ + 1, 0, true, false),
              "client.40000 > server.7890 [S] 0:6 win 502");
    CHECK_STR(pattern(&tcp(TCP_SYN | TCP_ACK, "", "")->packet, SEQ + 1, ACK, false, true),
              "client > server [S.] ack 1 win 502");
    CHECK_STR(pattern(&tcp(TCP_PSH | TCP_ACK, "", "abcdef")->packet, SEQ, ACK, false, true),
              "client > server [P.] 1:7 ack 1 win 502");
    CHECK_STR(pattern(&tcp(TCP_ACK, "050a 1234567a 1234567c", "")->packet, SEQ, ACK, false, true),
              "client > server [.] ack 1 win 502 sack 3:5");
    CHECK_STR(pattern(&tcp(TCP_FIN | TCP_ACK, "", "")->packet, SEQ - 6, ACK, false, false),
              "client > server [F.] 7:7 ack 1 win 502");
    CHECK_STR(pattern(&tcp(TCP_RST, "", "")->packet, SEQ - 6, ACK, false, false),
              "client > server [R] 7 win 502");
    CHECK_STR(pattern(&tcp(TCP_URG | TCP_ACK, "", "x")->packet, SEQ, ACK, false, false),
              "client > server [.U] 1:2 ack 1 win 502 urg 17");
    CHECK_STR(pattern(&tcp(TCP_SYN, "fe0c f989 0102030405060708", "")->packet, SEQ + 1, 0, false, true),
              "client > server [S] win 502 exp-tfo cookie 0102030405060708");
    CHECK_STR(pattern(&ipv4(17, 0, "94040000", "9c40 1ed2 000c 0000 01020304")->packet, 0, 0, true, true),
              "client.40000 > server.7890 UDP len 4 ipoptions 0x94040000");
    CHECK_STR(pattern(&ipv4(17, 0x2010, "", "01020304")->packet, 0, 0, true, true),
              "client > server FRAG offset 128 len 4 MF");
    CHECK_STR(pattern(&ipv4(1, 0, "", "0800 0000 0001 0002 6162")->packet, 0, 0, false, true),
              "client > server ICMP echo request id 1 seq 2");
    CHECK_STR(pattern(&ipv4(1, 0, "", "0301 0000 0000 0000 4500")->packet, 0, 0, false, false),
              "client > server ICMP unreachable host");
    CHECK_STR(pattern(&ipv4(1, 0, "", "0304 0000 0000 05dc 4500")->packet, 0, 0, false, false),
              "client > server ICMP unreachable frag-needed mtu 1500");
    CHECK_STR(pattern(&ipv4(1, 0, "", "6301 0000 0000 05dc 4500")->packet, 0, 0, false, false),
              "client > server ICMP type 99 code 1");
    CHECK_STR(pattern(&ipv6(58, "0200 0000 0000 0514 6000")->packet, 0, 0, false, false),
              "fd00::1 > server ICMP6 too big mtu 1300");
    CHECK_STR(pattern(&ipv6(58, "8700 0000 0000 0000 fd000000000000000000000000000002")->packet, 0, 0, false,
                      false),
              "fd00::1 > server ICMP6 neighbor solicitation target fd00::2");
    CHECK_STR(
        pattern(&ipv6(0, "3a00 0502 0000 0100 8300 0000 0000 0000 ff020000000000000000000000010003")->packet,
                0, 0, false, true),
        "fd00::1 > server ICMP6 MLD report group ff02::1:3 flow 0x12345 hopopts");
    CHECK_STR(pattern(&ipv4(2, 0, "", "1600 0000 ef010101")->packet, 0, 0, false, false),
              "client > server IGMP v2 report group 239.1.1.1");
    CHECK_STR(pattern(&ipv4(2, 0, "", "2200 0000 0000 0001 0400 0001 ef010101 0a000001")->packet, 0, 0, false,
                      true),
              "client > server IGMP v3 report groups 1 to_ex 239.1.1.1 {client}");
    CHECK_STR(tcp_flags_text(0, flags), "[none]");
    CHECK_STR(tcp_flags_text(0xffff, flags), "[FSRP.UEWe]");
}

static void test_build(void)
{
    struct tcp_spec spec = {
        .src = sample_address(A6),
        .dst = sample_address(B6),
        .src_port = 1,
        .dst_port = 2,
        .ttl = 3,
        .tos = 0xb8,
        .flags = TCP_ACK | TCP_AE,
        .options = (const uint8_t *)"\x02\x04\x05\xb4\x01",
        .options_length = 5,
        .payload = "abc",
        .payload_length = 3,
    };
    struct udp_spec udp = {
        .src = sample_address(A4), .dst = sample_address(B4), .src_port = 5, .dst_port = 6};
    static uint8_t frame[FRAME_MAX], big[65536];
    struct packet p;
    size_t length = build_tcp(&spec, frame, sizeof(frame));

    CHECK_INT(length, 14 + 40 + 28 + 3);
    CHECK(packet_decode(frame, length, length, &p) && !p.trouble);
    CHECK(p.kind == PACKET_TCP && p.ttl == 3 && p.tos == 0xb8 && p.tcp.mss == 1460 && p.payload_length == 3);
    CHECK_INT(p.flags, TCP_ACK | TCP_AE);
    CHECK(p.checksum_known && p.checksum_ok);
    CHECK_INT(build_tcp(&spec, frame, length - 1), 0);
    spec.options_length = 41;
    CHECK_INT(build_tcp(&spec, frame, sizeof(frame)), 0);
    spec.options_length = 0;
    spec.src = sample_address(A4);
    CHECK_INT(build_tcp(&spec, frame, sizeof(frame)), 0); /* two families */
    spec.dst = sample_address(B4);
    length = build_tcp(&spec, frame, sizeof(frame));
    CHECK(packet_decode(frame, length, length, &p) && p.checksum_ok && p.payload_length == 3);

    for (size_t n = 0; n < 2000; n += 1) { /* odd and even lengths, checksums of 0 among them */
        udp.payload = big;
        udp.payload_length = n;
        put16(big, (uint32_t)n * 77);
        length = build_udp(&udp, frame, sizeof(frame));
        CHECK(packet_decode(frame, length, length, &p) && p.checksum_known && p.checksum_ok &&
              p.payload_length == n);
    }
    udp.payload_length = 65507; /* the most that fits */
    CHECK_INT(build_udp(&udp, frame, sizeof(frame)), 14 + 65535);
    udp.payload_length = 65508;
    CHECK_INT(build_udp(&udp, frame, sizeof(frame)), 0);
}

static void test_icmp_errors(void)
{
    struct address router = sample_address("10.0.0.254"), router6 = sample_address("fd00::fe");
    struct udp_spec udp = {
        .eth_src = {2, 0, 0, 0, 0, 1}, .eth_dst = {2, 0, 0, 0, 0, 2}, .src_port = 5, .dst_port = 6};
    static uint8_t frame[FRAME_MAX], error[FRAME_MAX], payload[1400];
    struct packet about, p, quoted;
    size_t length;

    for (int v6 = 0; v6 < 2; v6++) {
        const struct address *from = v6 ? &router6 : &router;

        udp.src = sample_address(v6 ? A6 : A4);
        udp.dst = sample_address(v6 ? B6 : B4);
        udp.payload = payload;
        udp.payload_length = sizeof(payload);
        length = build_udp(&udp, frame, sizeof(frame));
        packet_decode(frame, length, length, &about);
        length = build_icmp_error(&about, from, v6 ? 2 : 3, v6 ? 0 : 4, 1300, error, sizeof(error));
        CHECK_INT(length, v6 ? 14 + 1280 : 14 + 576);
        CHECK(packet_decode(error, length, length, &p) && !p.trouble && p.checksum_known && p.checksum_ok);
        CHECK(address_equal(&p.src, from) && address_equal(&p.dst, &udp.src));
        CHECK(memcmp(p.eth_dst, udp.eth_src, 6) == 0 && memcmp(p.eth_src, udp.eth_dst, 6) == 0);
        CHECK_INT(p.icmp_rest, 1300);
        CHECK(packet_quoted(&p, &quoted));
        CHECK(quoted.kind == PACKET_UDP && quoted.src_port == 5 && quoted.dst_port == 6);
        CHECK_INT(quoted.payload_length, sizeof(payload));
        CHECK(!quoted.checksum_known && !quoted.trouble);
        CHECK_INT(build_icmp_error(&p, from, 3, 0, 0, error, sizeof(error)), 0); /* none about an error */
        CHECK_INT(build_icmp_error(&about, v6 ? &router : &router6, 3, 0, 0, error, sizeof(error)), 0);
        CHECK_INT(build_icmp_error(&about, from, 3, 0, 0, error, 100), 0);

        udp.payload_length = 10; /* short enough to be quoted whole */
        length = build_udp(&udp, frame, sizeof(frame));
        packet_decode(frame, length, length, &about);
        length = build_icmp_error(&about, from, v6 ? 1 : 3, v6 ? 4 : 3, 0, error, sizeof(error));
        packet_decode(error, length, length, &p);
        CHECK(packet_quoted(&p, &quoted) && quoted.checksum_known && quoted.checksum_ok);
        CHECK(address_equal(&quoted.dst, &udp.dst));
        CHECK(!packet_quoted(&quoted, &p));

        udp.dst = sample_address(v6 ? "ff02::1" : "239.1.1.1"); /* none about multicast, but too big */
        length = build_udp(&udp, frame, sizeof(frame));
        packet_decode(frame, length, length, &about);
        CHECK_INT(build_icmp_error(&about, from, v6 ? 1 : 3, 3, 0, error, sizeof(error)), 0);
        CHECK((build_icmp_error(&about, from, 2, 0, 1280, error, sizeof(error)) != 0) == v6);
    }
    about = ipv4(17, 0x0010, "", "01020304")->packet; /* none about a later fragment */
    CHECK_INT(build_icmp_error(&about, &router, 11, 1, 0, error, sizeof(error)), 0);
    about = ipv4(17, 0x2000, "", "9c40 1ed2 0400 0000 01020304")->packet;
    CHECK(build_icmp_error(&about, &router, 11, 1, 0, error, sizeof(error)) != 0);
    about = (struct packet){0};
    CHECK_INT(build_icmp_error(&about, &router, 11, 1, 0, error, sizeof(error)), 0);
    CHECK(!packet_quoted(&ipv4(1, 0, "", "0800 0000 0001 0002 4500")->packet, &quoted));
}

static void test_arp(void)
{
    static struct kept kept;
    struct sampler s = {.sink = keep, .context = &kept};
    struct kept *k = &kept;

    sample_ethernet(&s, 0x0806);
    sample_add(&s, "0001 0800 06 04 0002 02000000000b 0a000002 02000000000a 0a000001");
    sample_emit(&s);
    CHECK_INT(k->packet.kind, PACKET_ARP);
    CHECK_INT(k->packet.arp_operation, 2);
    CHECK(k->packet.src.bytes[3] == 2 && k->packet.dst.bytes[3] == 1);
    CHECK_STR(pattern(&k->packet, 0, 0, true, true), "server > client ARP reply");
    sample_ethernet(&s, 0x8100);
    sample_add(&s, "0005 0800 4500 0020 0000 4000 4011 0000 0a000001 0a000002 9c40 1ed2 000c 0000 01020304");
    sample_emit(&s);
    CHECK_INT(k->packet.kind, PACKET_UDP);
    sample_ethernet(&s, 0x88cc);
    sample_emit(&s);
    CHECK_INT(k->packet.kind, PACKET_OTHER);
    CHECK_STR(pattern(&k->packet, 0, 0, true, true), "frame type 0x88cc len 14");
}

/* Everything that is done with a packet, on bytes that end where their allocation ends. */
static void use(const uint8_t *frame, size_t captured, size_t length)
{
    static uint8_t error[2048];
    static struct flows *flows;
    struct address router = sample_address("10.0.0.254"), router6 = sample_address("fd00::fe");
    struct print_style style = {.names = &bench, .ports = true, .options = true};
    uint8_t *copy = malloc(captured ? captured : 1);
    struct sighting sighting = {0};
    struct packet *p = &sighting.packet;
    struct group_record record;
    char text[PACKET_TEXT];
    struct packet quoted;

    if (!flows)
        flows = flows_new();
    memcpy(copy, frame, captured);
    CHECK(packet_decode(copy, captured, length, p) == (captured >= 14));
    CHECK(p->payload_captured <= p->payload_length);
    CHECK(!p->payload || (p->payload >= copy && p->payload + p->payload_captured <= copy + captured));
    CHECK(p->tcp.length == 0 || p->tcp.bytes + p->tcp.length <= copy + captured);
    CHECK(p->trouble || p->kind == PACKET_OTHER || p->transport || p->kind == PACKET_FRAGMENT);
    sighting.relative = flows_note(flows, p);
    packet_print_tcpdump(p, text);
    CHECK(strlen(text) > 0 && strlen(text) < PACKET_TEXT);
    packet_print_pattern(&sighting, &style, text);
    CHECK(strlen(text) > 0 && strlen(text) < PACKET_TEXT);
    for (size_t i = 0; group_record(p, i, &record); i++)
        for (size_t j = 0; j < record.source_count; j++)
            group_source(&record, j);
    if (packet_quoted(p, &quoted))
        packet_print_tcpdump(&quoted, text);
    build_icmp_error(p, p->src.family == AF_INET6 ? &router6 : &router, 3, 1, 0, error, sizeof(error));
    if (captured)
        build_checksums(copy, captured);
    free(copy);
    if (captured == 0 && length == 0) { /* the end of a sample */
        flows_free(flows);
        flows = NULL;
    }
}

/* Every prefix of every sample, as a short capture and as a short frame. */
static void use_prefixes(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd)
{
    (void)context;
    (void)odd;
    for (size_t n = captured + 1; n-- > 0;) {
        use(frame, n, length);
        use(frame, n, n);
    }
}

int main(void)
{
    test_addresses();
    test_names();
    test_decode_tcp();
    test_malformed_options();
    test_decode_ip();
    test_lengths();
    test_checksums();
    test_messages();
    test_flows();
    test_print_pattern();
    test_build();
    test_icmp_errors();
    test_arp();
    sample_all(use_prefixes, NULL);
    return check_done();
}

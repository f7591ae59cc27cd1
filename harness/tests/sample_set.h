/* SPDX-License-Identifier: MIT */
/*
 * Frames of every kind that the decoder knows, and of some that it does not:
 * what the unit tests cut into pieces and what is held against tcpdump.
 * Transports are written in hexadecimal with their checksum left 0; what
 * stands around them is made here. No port used has a dissector in tcpdump.
 */
#ifndef LAB_TESTS_SAMPLE_SET_H
#define LAB_TESTS_SAMPLE_SET_H

#include "packet/build.h"
#include "packet/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Is given every frame: `length` octets were on the wire, `captured` of them are there. `odd` frames
 * are broken, or of a kind that the harness does not know: tcpdump's words for those are not imitated.
 */
typedef void sample_sink(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd);

struct sampler {
    sample_sink *sink;
    void *context;
    uint8_t frame[4096];
    size_t length;
    bool odd;
};

static const uint8_t sample_mac_a[6] = {2, 0, 0, 0, 0, 0x0a}, sample_mac_b[6] = {2, 0, 0, 0, 0, 0x0b};

static struct address sample_address(const char *text)
{
    struct address address;

    if (!address_parse(text, &address))
        abort();
    return address;
}

/* Appends bytes in hexadecimal; blanks between them are ignored, and "!" makes the frame an odd one. */
static void sample_add(struct sampler *s, const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    unsigned value = 0, count = 0;

    for (; *hex; hex++) {
        s->odd |= *hex == '!';
        if (*hex == ' ' || *hex == '!')
            continue;
        value = value << 4 | (unsigned)(strchr(digits, *hex) - digits);
        if (++count % 2 == 0)
            s->frame[s->length++] = (uint8_t)value;
    }
}

static void sample_emit(struct sampler *s)
{
    s->sink(s->context, s->frame, s->length, s->length, s->odd);
}

static void sample_ethernet(struct sampler *s, uint16_t ethertype)
{
    memcpy(s->frame, sample_mac_b, 6);
    memcpy(s->frame + 6, sample_mac_a, 6);
    put16(s->frame + 12, ethertype);
    s->length = 14;
    s->odd = false;
}

/* An IPv4 packet: options (a multiple of 4 octets) and transport in hexadecimal. */
static void sample_ipv4(struct sampler *s, const char *src, const char *dst, uint8_t protocol,
                        uint16_t fragment, const char *options, const char *transport)
{
    struct address from = sample_address(src), to = sample_address(dst);
    uint8_t *ip = s->frame + 14;

    sample_ethernet(s, 0x0800);
    sample_add(s, "4500 0000 1234 0000 4000 0000");
    put16(ip + 6, fragment);
    ip[9] = protocol;
    memcpy(s->frame + s->length, from.bytes, 4);
    memcpy(s->frame + s->length + 4, to.bytes, 4);
    s->length += 8;
    sample_add(s, options);
    ip[0] = (uint8_t)(0x40 | (s->length - 14) / 4);
    sample_add(s, transport);
    put16(ip + 2, (uint32_t)(s->length - 14));
    build_checksums(s->frame, s->length);
    sample_emit(s);
}

/* An IPv6 packet: `next` is the type of what `rest` begins with, extension headers included. */
static void sample_ipv6(struct sampler *s, const char *src, const char *dst, uint8_t next, const char *rest)
{
    struct address from = sample_address(src), to = sample_address(dst);
    uint8_t *ip = s->frame + 14;

    sample_ethernet(s, 0x86dd);
    sample_add(s, "60012345 0000 0040");
    ip[6] = next;
    memcpy(s->frame + s->length, from.bytes, 16);
    memcpy(s->frame + s->length + 16, to.bytes, 16);
    s->length += 32;
    sample_add(s, rest);
    put16(ip + 4, (uint32_t)(s->length - 54));
    build_checksums(s->frame, s->length);
    sample_emit(s);
}

#define A4 "10.0.0.1"
#define B4 "10.0.0.2"
#define A6 "fd00::1"
#define B6 "fd00::2"

static const char *const sample_tcp_options[] = {
    "",
    "020405b4",
    "020405b4 0402 080a 00000001 00000000 01 030307",
    "0101 080a 12345678 9abcdef0",
    "020405b4 01 030300 22020101",
    "2202",
    "220a 0102030405060708 0000",
    "2206 01020304 0000",
    "2212 0102030405060708090a0b0c0d0e0f10 0000",
    "2214 0102030405060708090a0b0c0d0e0f101112 0000",
    "2204 0102",
    "2205 010203",
    "2209 01020304050607",
    "fe04 f989",
    "fe0c f989 0102030405060708",
    "fe08 f989 01020304",
    "fe06 f989 0102",
    "fe14 f989 0102030405060708090a0b0c0d0e0f10",
    "fe16 f989 0102030405060708090a0b0c0d0e0f101112 0000",
    "fe07 f989 010203",
    "fe06 1234 0102",
    "fe04 1234",
    "! fe03 f9",
    "! fe02",
    "fd04 f989",
    "fd06 1234 5678",
    "fd02",
    "050a 00000011 00000022 0101",
    "0512 00000011 00000022 00000033 00000044",
    "0101 051a 00000001 00000002 00000003 00000004 00000005 00000006",
    "0101 0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
    "0506 00000011 0101",
    "0502",
    "1312 0102030405060708090a0b0c0d0e0f10",
    "! 1304 0102",
    "1d10 0102 00112233445566778899aabb",
    "1d04 0102",
    "1d03 01 00",
    "1e04 0181",
    "1e04 0081",
    "1e04 0281",
    "1e0c 0101 0102030405060708",
    "1e14 0181 0102030405060708 1112131415161718",
    "1e16 0101 0102030405060708 1112131415161718 0005 0101",
    "1e18 0181 0102030405060708 1112131415161718 0005 abcd",
    "1e03 00 01",
    "1e0c 1001 01020304 05060708",
    "1e10 1101 0102030405060708 01020304",
    "1e18 1001 0102030405060708 0102030405060708 01020304",
    "1e04 2000",
    "1e08 2001 01020304",
    "1e06 2001 0102 0101",
    "1e0c 2003 0102030405060708",
    "1e12 2005 01020304 11121314 00000001 0005 0101",
    "1e14 2005 01020304 11121314 00000001 0005 abcd",
    "1e1a 200f 0102030405060708 1112131415161718 00000001 0005 0101",
    "1e1c 201f 0102030405060708 1112131415161718 00000001 0005 abcd",
    "1e05 4001 02 010101",
    "1e03 50 01",
    "1e04 5101",
    "1e0c 6000 0102030405060708",
    "1e0c 7000 0102030405060708",
    "1e04 8000",
    "1c04 8001",
    "1c04 0064",
    "! 1c03 00 00",
    "! 0206 05b40000",
    "! 0203 05 00",
    "! 0304 0700",
    "! 0302",
    "! 0403 00",
    "! 0802",
    "080a 00000001 00000000 0000",
    "! 0806 00000001",
    "0e03 01 00",
    "0f03 01 00",
    "0b06 00000001",
    "0c06 00000002",
    "0d06 00000003",
    "0606 00000001",
    "0706 00000001",
    "1b08 0102 03040506",
    "! 1e0c 0081 0102030405060708",
    "! 1e04 0001",
    "! 1e08 3000 01020304",
    "! 1e03 20 00",
    "4004 0102",
    "4002",
    "ff04 0102",
    "0000 0000",
    "01010101",
    "01010100",
    "! 0200 0000",
    "! 0201 0000",
    "! 02ff 0000",
    "0100 0000 020405b4",
    "! 0101 0102",
    "! 010101fe",
};

static void sample_tcp(struct sampler *s, bool v6, uint16_t flags, const char *options, const char *payload)
{
    struct tcp_spec spec = {
        .src = sample_address(v6 ? A6 : A4),
        .dst = sample_address(v6 ? B6 : B4),
        .src_port = 40000,
        .dst_port = 7890,
        .seq = 0xfffffff0,
        .ack = 0x12345678,
        .flags = flags,
        .window = 502,
        .urgent = 17,
        .payload = payload,
        .payload_length = strlen(payload),
    };
    uint8_t bytes[40];

    memcpy(spec.eth_src, sample_mac_a, 6);
    memcpy(spec.eth_dst, sample_mac_b, 6);
    s->length = 0;
    s->odd = false;
    sample_add(s, options);
    memcpy(bytes, s->frame, s->length);
    spec.options = bytes;
    spec.options_length = s->length;
    s->length = build_tcp(&spec, s->frame, sizeof(s->frame));
    sample_emit(s);
}

static void sample_all_tcp(struct sampler *s)
{
    /* Not AE (0x100): tcpdump before 4.99.5 does not know it. */
    for (unsigned flags = 0; flags < 256; flags++) {
        sample_tcp(s, false, (uint16_t)flags, "", "");
        sample_tcp(s, true, (uint16_t)flags, "", "some data that wraps");
    }
    for (size_t i = 0; i < sizeof(sample_tcp_options) / sizeof(sample_tcp_options[0]); i++) {
        sample_tcp(s, i % 2, TCP_ACK | TCP_PSH, sample_tcp_options[i], "GET /");
        sample_tcp(s, !(i % 2), TCP_SYN, sample_tcp_options[i], "");
        sample_tcp(s, i % 2, TCP_RST | TCP_ACK, sample_tcp_options[i], "");
        sample_tcp(s, i % 2, TCP_FIN | TCP_ACK, sample_tcp_options[i], "");
    }
    /* header lengths that cannot be */
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001 00000002 0010 01f6 0000 0000");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001 00000002 4010 01f6 0000 0000");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001 00000002 f010 01f6 0000 0000");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001 00000002 7010 01f6 0000 0000 020405b4");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001 00000002");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2 00000001");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c40 1ed2");
    sample_ipv4(s, A4, B4, 6, 0, "", "9c");
    sample_ipv4(s, A4, B4, 6, 0, "", "");
    sample_ipv6(s, A6, B6, 6, "9c40 1ed2 00000001 00000002 f010 01f6 0000 0000");
    sample_ipv6(s, A6, B6, 6, "9c40 1ed2 00000001");
    /* data in a reset */
    sample_ipv4(s, A4, B4, 6, 0x4000, "", "9c40 1ed2 00000001 00000002 5014 0000 0000 0009 0102");
}

static void sample_all_udp(struct sampler *s)
{
    static const char *const datagrams[] = {
        "9c40 1ed2 0008 0000",
        "9c40 1ed2 000c 0000 01020304",
        "9c40 1ed2 000a 0000 01020304",
        "9c40 1ed2 0020 0000 0102",
        "9c40 1ed2 0007 0000 01020304",
        "9c40 1ed2 0000 0000 01020304",
        "9c40 1ed2 0008",
        "9c40 1ed2",
        "9c40",
        "",
    };

    for (size_t i = 0; i < sizeof(datagrams) / sizeof(datagrams[0]); i++) {
        sample_ipv4(s, A4, B4, 17, 0, "", datagrams[i]);
        sample_ipv4(s, A4, "255.255.255.255", 17, 0x4000, "", datagrams[i]);
        sample_ipv6(s, A6, B6, 17, datagrams[i]);
        sample_ipv6(s, A6, "ff02::1", 17, datagrams[i]);
    }
    /* addresses that are written in more ways than one */
    sample_ipv6(s, "::", "::1", 17, datagrams[1]);
    sample_ipv6(s, "::ffff:10.0.0.1", "::10.0.0.2", 17, datagrams[1]);
    sample_ipv6(s, "fe80::1:0:0:1", "2001:db8:0:1:1:1:1:1", 17, datagrams[1]);
    sample_ipv6(s, "2001:0:0:1::1", "1::", 17, datagrams[1]);
    sample_ipv6(s, "::2", "64:ff9b::192.0.2.33", 17, datagrams[1]);
    sample_ipv6(s, "::1:2", "::ffff:0:0", 17, datagrams[1]);
}

/* Packets that errors quote. */
static const char *const sample_quotes4[] = {
    "45000021 0001 4000 4011 0000 0a000002 0a000001 1ed2 9c40 000d 1234 0102030405",
    "45000034 0001 4000 4006 0000 0a000002 0a000001 1ed2 9c40 00000001",
    "45000034 0001 4000 4006 0000 0a000002 0a000001 1ed2 9c40 00000001 00000002 5010 01f6 0000 0000",
    "45000054 0001 4000 4001 0000 0a000002 0a000001 0800 1234 0001 0002",
    "45000054 0001 4000 4032 0000 0a000002 0a000001 0800 1234 0001 0002",
    "46000024 0001 4000 4011 0000 0a000002 0a000001 94040000 1ed2 9c40 000c 1234 01020304",
    "45000054 0001 00b9 4011 0000 0a000002 0a000001 0800 1234 0001 0002",
    "45000054 0001 2000 4011 0000 0a000002 0a000001 1ed2 9c40 0020 1234 0102030405",
    "45000021 0001 4000 4011 0000 0a000002",
    "",
};
static const char *const sample_quotes6[] = {
    "60000000 000d 1140 fd000000000000000000000000000002 fd000000000000000000000000000001"
    "1ed2 9c40 000d 1234 0102030405",
    "60000000 0020 0640 fd000000000000000000000000000002 fd000000000000000000000000000001"
    "1ed2 9c40 00000001 00000002 5010 01f6 0000 0000",
    "60000000 0015 0040 fd000000000000000000000000000002 fd000000000000000000000000000001"
    "1100 0502 0000 0000 1ed2 9c40 000d 1234 0102030405",
    "60000000 0040 3a40 fd000000000000000000000000000002 fd000000000000000000000000000001"
    "8000 1234 0001 0002",
    "60000000 000d 1140 fd000000",
    "",
};

static void sample_error(struct sampler *s, bool v6, unsigned type, unsigned code, const char *rest,
                         const char *quote)
{
    char hex[512];
    /* tcpdump ends an unknown code of ICMPv6 with a dump, and finds ports where there are none */
    bool odd = v6 && type == 1 && (code > 4 || (code == 4 && quote == sample_quotes6[3]));

    snprintf(hex, sizeof(hex), "%s %02x%02x0000 %s %s", odd ? "!" : "", type, code, rest, quote);
    if (v6)
        sample_ipv6(s, "fd00::fe", A6, 58, hex);
    else
        sample_ipv4(s, "10.0.0.254", A4, 1, 0, "", hex);
}

static void sample_all_icmp(struct sampler *s)
{
    static const unsigned errors4[] = {3, 4, 5, 11, 12}, errors6[] = {1, 2, 3, 4};
    static const char *const rests[] = {"00000000", "000005dc", "01020304"};
    static const char *const others4[] = {
        "0800 0000 0001 0002 6162636465666768",
        "0000 0000 ffff fffe 6162636465666768",
        "0800 0000 0001",
        "0800 0000 0001 0002",
        "0000 0000",
        "08",
        "",
        "! 0d00 0000 0001 0002 00000001 00000002 00000003",
        "! 0e00 0000 0001 0002 00000001 00000002 00000003",
        "! 0900 0000 0102 0708 0a000001 00000000",
        "! 0a00 0000 00000000",
        "! 1100 0000 0001 0002 00000000",
        "! 1200 0000 0001 0002 ffffff00",
        "! 0f00 0000 0001 0002",
        "! 1000 0000 0001 0002",
        "2a00 0000 0001 0100",
        "6400 0000 0001 0100",
        "0801 0000 0001 0100",
    };
    static const char *const others6[] = {
        "8000 0000 0001 0002 6162636465666768",
        "8100 0000 ffff fffe 6162636465666768",
        "! 8000 0000 0001",
        "! 80",
        "",
        "8200 0000 2710 0000 00000000000000000000000000000000",
        "8200 0000 2710 0000 ff020000000000000000000000010003",
        "8200 0000 2710 0000 00000000000000000000000000000000 02 7d 0000",
        "8200 0000 2710 0000 ff020000000000000000000000010003 02 7d 0001 fd000000000000000000000000000002",
        "8300 0000 0000 0000 ff020000000000000000000000010003",
        "8400 0000 0000 0000 ff020000000000000000000000010003",
        "8300 0000 0000 0000 ff02",
        "8500 0000 0000 0000",
        "8500 0000 0000 0000 0101 020000000001",
        "8600 0000 4000 0708 00000000 00000000",
        "8600 0000 40c8 0708 00000000 00000000 0101 020000000001 0501 0000 000005dc",
        "8700 0000 0000 0000 fd000000000000000000000000000002",
        "8700 0000 0000 0000 fd000000000000000000000000000002 0101 020000000001",
        "8700 0000 0000 0000 fd000000000000000000000000000002 0e01 020000000001",
        "8700 0000 0000 0000 fd00",
        "8800 0000 6000 0000 fd000000000000000000000000000002 0201 020000000002",
        "8800 0000 e000 0000 fd000000000000000000000000000002 0201 020000000002",
        "8800 0000 2000 0000 fd000000000000000000000000000002",
        "8800 0000 0000 0000 fd000000000000000000000000000002",
        "8900 0000 0000 0000 fe800000000000000000000000000001 fd000000000000000000000000000002",
        "8f00 0000 0000 0001 04000000 ff020000000000000000000000010003",
        ("8f00 0000 0000 0002 03000001 ff020000000000000000000000010003 fd000000000000000000000000000002"
         "06000000 ff020000000000000000000000010004"),
        "8f00 0000 0000 0000",
        "8f00 0000 0000 0003 05000002 ff02",
        "! 9000 0000 0001 0000",
        "! 8b00 0000 0001 0000 0000000000000001",
        "! c800 0000 00000000",
        "! 0500 0000 00000000",
    };

    for (size_t e = 0; e < 5; e++)
        for (unsigned code = 0; code < 18; code++)
            for (size_t q = 0; q < sizeof(sample_quotes4) / sizeof(sample_quotes4[0]); q++)
                sample_error(s, false, errors4[e], code, rests[(q + code) % 3], sample_quotes4[q]);
    for (size_t e = 0; e < 4; e++)
        for (unsigned code = 0; code < 9; code++)
            for (size_t q = 0; q < sizeof(sample_quotes6) / sizeof(sample_quotes6[0]); q++)
                sample_error(s, true, errors6[e], code, rests[(q + code) % 3], sample_quotes6[q]);
    for (size_t i = 0; i < sizeof(others4) / sizeof(others4[0]); i++)
        sample_ipv4(s, A4, B4, 1, 0, "", others4[i]);
    for (size_t i = 0; i < sizeof(others6) / sizeof(others6[0]); i++)
        sample_ipv6(s, "fe80::1", "ff02::1", 58, others6[i]);
    sample_ipv6(s, "fe80::1", "ff02::16", 0,
                "3a00 0502 0000 0100 8f00 0000 0000 0001 04000000 ff020000000000000000000000010003");
    sample_ipv6(s, "fe80::1", "ff02::1:3", 0,
                "3a00 0502 0000 0100 8300 0000 0000 0000 ff020000000000000000000000010003");
}

static void sample_all_igmp(struct sampler *s)
{
    static const char *const messages_[] = {
        "1164 0000 00000000",
        "1164 0000 ef010101",
        "1100 0000 00000000",
        "1100 0000 ef010101",
        "1101 0000 00000000",
        "1164 0000 00000000 027d 0000",
        "1164 0000 ef010101 027d 0001 0a000001",
        "11ff 0000 ef010101 027d 0002 0a000001 0a000002",
        "1184 0000 ef010101 0a7d 0000",
        "1164 0000 ef010101 027d 0002 0a000001",
        "1164 0000 ef010101 02",
        "1200 0000 ef010101",
        "1600 0000 ef010101",
        "1700 0000 ef010101",
        "! 1300 0000 ef010101",
        "! 1400 0000 ef010101",
        "2200 0000 0000 0001 0400 0000 ef010101",
        "2200 0000 0000 0002 0600 0001 ef010101 0a000001 0300 0000 ef010102",
        "2200 0000 0000 0000",
        "2200 0000 0000 0002 0500 0001 ef010101",
        "! 2200 0000",
        "4200 0000 ef010101",
        "1600 0000",
        "16",
        "",
    };

    for (size_t i = 0; i < sizeof(messages_) / sizeof(messages_[0]); i++) {
        sample_ipv4(s, A4, "239.1.1.1", 2, 0, "", messages_[i]);
        sample_ipv4(s, A4, "224.0.0.22", 2, 0, "94040000", messages_[i]);
    }
}

static void sample_all_arp(struct sampler *s)
{
    static const char *const messages_[] = {
        "0001 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002",
        "0001 0800 06 04 0001 02000000000a 0a000001 02000000000b 0a000002",
        "0001 0800 06 04 0001 02000000000a 0a000001 ffffffffffff 0a000002",
        "0001 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000001",
        "0001 0800 06 04 0001 02000000000a 00000000 000000000000 0a000001",
        "0001 0800 06 04 0002 02000000000b 0a000002 02000000000a 0a000001",
        "! 0001 0800 06 04 0003 02000000000b 0a000002 02000000000a 0a000001",
        "! 0001 0800 06 04 0004 02000000000b 0a000002 02000000000a 0a000001",
        "! 0001 0800 06 04 0009 02000000000b 0a000002 02000000000a 0a000001",
        "! 0006 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002",
        "! 0001 86dd 06 10 0001 02000000000a 0a000001 000000000000 0a000002",
        "! 0001 0800 06 04 0001 02000000000a 0a000001",
        "! 0001 0800",
    };

    for (size_t i = 0; i < sizeof(messages_) / sizeof(messages_[0]); i++) {
        sample_ethernet(s, 0x0806);
        sample_add(s, messages_[i]);
        sample_emit(s);
        memset(s->frame + s->length, 0, 64);
        if (s->length < 60)
            s->length = 60; /* as a wire pads it */
        sample_emit(s);
    }
}

static void sample_all_ip(struct sampler *s)
{
    static const char udp[] = "9c40 1ed2 000c 0000 01020304";
    static const char tcp[] = "9c40 1ed2 00000001 00000002 5018 01f6 0000 0000 61626364";
    static const char *const options[] = {
        "94040000",
        "01010100",
        "83070408 0808 0800",
        "830704 0a000003 00",
        "8907 08 0a000003 00",
        "0707 04 00000000 00",
        "440c 0500 00000001 00000000",
        "88040001",
        "8600 0000",
        "83ff 0000",
    };
    static const struct {
        uint8_t next;
        const char *hex;
    } extensions[] = {
        {0, "1100 0502 0000 0100"},
        {60, "1100 0104 00000000"},
        {43, "1102 0000 00000000 fd000000000000000000000000000003"},
        {43, "1102 0001 00000000 fd000000000000000000000000000003"},
        {43, "1102 0201 00000000 fd000000000000000000000000000003"},
        {43, "1102 0401 00000000 fd000000000000000000000000000003"},
        {44, "1100 0000 00000007"},
        {44, "1100 0001 00000007"},
        {44, "1100 0599 00000007"},
        {44, "1100 0598 00000007"},
        {44, "1104 0001 00000007"},
        {51, "1104 0000 00000001 00000002 000102030405060708090a0b"},
        {0, "3c00 0104 00000000 1100 0104 00000000"},
        {0, "2b00 0104 00000000 2c02 0000 00000000 fd000000000000000000000000000003 1100 0000 00000007"},
        {60, "3c00 0104 00000000 3c00 0104 00000000 1100 0104 00000000"},
        {0, "! 1101 0502 0000 0100"},
        {0, "! 11ff 0502 0000 0100"},
        {59, ""},
        {50, "! 00000001 00000002"},
        {135, "! 3b00 0000 00000000"},
        {132, "!"},
        {253, "01020304"},
    };
    char hex[512];

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        sample_ipv4(s, A4, B4, 17, 0, options[i], udp);
        sample_ipv4(s, A4, B4, 6, 0x4000, options[i], tcp);
    }
    for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
        snprintf(hex, sizeof(hex), "%s %s", extensions[i].hex, udp);
        sample_ipv6(s, A6, B6, extensions[i].next, hex);
        sample_ipv6(s, A6, B6, extensions[i].next, extensions[i].hex);
        snprintf(hex, sizeof(hex), "%s %s", extensions[i].hex, tcp);
        if (strncmp(hex, "11", 2) == 0) {
            memcpy(hex, "06", 2);
            sample_ipv6(s, A6, B6, extensions[i].next, hex);
        }
    }
    /* fragments: first, middle, last; of every transport */
    for (uint8_t protocol = 0; protocol < 60; protocol++) {
        static const uint8_t used[] = {1, 2, 6, 17, 50};

        if (!memchr(used, protocol, sizeof(used)))
            continue;
        sample_ipv4(s, A4, B4, protocol, 0x2000, "",
                    "9c40 1ed2 0400 0000 01020304 5018 01f6 0000 0000 61626364");
        sample_ipv4(s, A4, B4, protocol, 0x20b9, "",
                    "9c40 1ed2 0400 0000 01020304 5018 01f6 0000 0000 61626364");
        sample_ipv4(s, A4, B4, protocol, 0x0172, "", "9c40 1ed2 0400 0000 01020304");
        sample_ipv4(s, A4, B4, protocol, 0x4172, "", "9c40");
    }
    /* other protocols, and what is not IP */
    for (unsigned protocol = 0; protocol < 256; protocol++)
        if (protocol == 99 || protocol == 253 || protocol == 255)
            sample_ipv4(s, A4, B4, (uint8_t)protocol, 0, "", "00010203 04050607");
    /* lengths that are not the frame's: padding, truncation, none at all, too short for the header */
    sample_ipv4(s, A4, B4, 6, 0x4000, "", tcp);
    memset(s->frame + s->length, 0, 16);
    s->length += 16;
    sample_emit(s);
    for (unsigned length = 0; length < 80; length += 7) {
        put16(s->frame + 16, length);
        build_checksums(s->frame, s->length);
        sample_emit(s);
    }
    sample_ipv6(s, A6, B6, 6, tcp);
    for (unsigned length = 0; length < 80; length += 7) {
        put16(s->frame + 18, length);
        sample_emit(s);
    }
    for (unsigned first = 0; first < 256; first += 3) { /* version and header length */
        sample_ipv4(s, A4, B4, 6, 0x4000, "", tcp);
        s->frame[14] = (uint8_t)first;
        sample_emit(s);
    }
    /* wrong checksums: tcpdump says so with -v only */
    sample_ipv4(s, A4, B4, 6, 0x4000, "", tcp);
    s->frame[24] ^= 1;
    sample_emit(s);
    s->frame[24] ^= 1;
    s->frame[50] ^= 1;
    sample_emit(s);
    /* a VLAN tag, two, and an ethertype without a printer */
    sample_ethernet(s, 0x8100);
    sample_add(s, "0005 0800 4500 0020 0000 4000 4011 0000 0a000001 0a000002 9c40 1ed2 000c 0000 01020304");
    sample_emit(s);
    sample_ethernet(s, 0x88a8);
    sample_add(
        s,
        "0005 8100 0006 0800 4500 0020 0000 4000 4011 0000 0a000001 0a000002 9c40 1ed2 000c 0000 01020304");
    sample_emit(s);
    /* captured in part only: every length of a TCP segment with options, and of an error */
    sample_tcp(s, false, TCP_SYN, "020405b4 0402 080a 00000001 00000000 01 030307", "abcdef");
    for (size_t captured = 14; captured < s->length; captured++)
        s->sink(s->context, s->frame, captured, s->length, true);
    sample_error(s, false, 3, 3, "00000000", sample_quotes4[0]);
    for (size_t captured = 14; captured < s->length; captured++)
        s->sink(s->context, s->frame, captured, s->length, true);
    sample_error(s, true, 1, 4, "00000000", sample_quotes6[0]);
    for (size_t captured = 14; captured < s->length; captured++)
        s->sink(s->context, s->frame, captured, s->length, true);
    sample_ipv6(s, A6, B6, 0, "3c00 0104 00000000 1100 0104 00000000 9c40 1ed2 000c 0000 01020304");
    for (size_t captured = 14; captured < s->length; captured++)
        s->sink(s->context, s->frame, captured, s->length, true);
}

static void sample_all(sample_sink *sink, void *context)
{
    struct sampler s = {.sink = sink, .context = context};

    sample_all_tcp(&s);
    sample_all_udp(&s);
    sample_all_icmp(&s);
    sample_all_igmp(&s);
    sample_all_arp(&s);
    sample_all_ip(&s);
}

#endif

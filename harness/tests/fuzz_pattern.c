/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer: arbitrary text as a script, its lines parsed and held against a few packets, and the report
 * written; and every mutation of the lines, each of which must be lines too.
 * Built with clang -fsanitize=fuzzer,address,undefined from this file, harness/pattern and harness/packet.
 */
#include "packet/build.h"
#include "pattern/mutate.h"
#include "pattern/script.h"

#include <stdlib.h>
#include <string.h>

#define LINES_MAX 16
#define PACKETS   6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct names names;
static uint8_t frame[PACKETS][2048];
static struct sighting sighting[PACKETS];

static void make_packet(size_t i, size_t length)
{
    struct sighting *s = &sighting[i];

    packet_decode(frame[i], length, length, &s->packet);
    s->at = 1000000000 + (int64_t)i * 1000000;
    s->relative = (struct relative){1000, 2000};
}

/* Segments with all kinds of options, a datagram, an error about it, and one that is no IP at all. */
static void make_packets(void)
{
    static const uint8_t options[] = {2, 4, 5, 0xb4, 4, 2,   8, 10,   0,    0,    0,    1,    0,    0, 0,
                                      2, 1, 3, 3,    7, 254, 8, 0xf9, 0x89, 0xaa, 0xbb, 0xcc, 0xdd, 0};
    struct tcp_spec tcp = {
        .src_port = 40000, .dst_port = 7890, .seq = 1001, .ack = 2001, .window = 502, .flags = 0x18};
    struct udp_spec udp = {.src_port = 40000, .dst_port = 7890, .payload = "hello", .payload_length = 5};
    size_t length;

    address_parse("10.0.0.1", &tcp.src);
    address_parse("10.0.0.2", &tcp.dst);
    names_add(&names, "client", &tcp.src);
    names_add(&names, "server", &tcp.dst);
    make_packet(0, build_tcp(&tcp, frame[0], sizeof(frame[0])));
    tcp.options = options;
    tcp.options_length = sizeof(options);
    tcp.payload = "GET /";
    tcp.payload_length = 5;
    make_packet(1, build_tcp(&tcp, frame[1], sizeof(frame[1])));
    udp.src = tcp.src;
    udp.dst = tcp.dst;
    length = build_udp(&udp, frame[2], sizeof(frame[2]));
    make_packet(2, length);
    make_packet(3, build_icmp_error(&sighting[2].packet, &tcp.dst, 3, 3, 0, frame[3], sizeof(frame[3])));
    address_parse("fd00::1", &udp.src);
    address_parse("fd00::2", &udp.dst);
    make_packet(4, build_udp(&udp, frame[4], sizeof(frame[4])));
    make_packet(5, 60);
}

static void check_mutation(void *context, const struct mutation *mutation)
{
    (void)context;
    for (size_t i = 0; i < mutation->count; i++) {
        struct pattern_trouble trouble;
        struct pattern *line = pattern_parse(mutation->lines[i], &names, &trouble);

        if (!line)
            abort();
        pattern_free(line);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *out;
    char *text = malloc(size + 1), *rest = text;
    const char *lines[LINES_MAX];
    size_t count = 0, bad = 0;
    struct pattern_trouble trouble = {0, ""};
    struct bindings bindings = {0};
    struct script *script;
    bool judge_most = size % 2;

    if (!text)
        return 0;
    if (!out) {
        make_packets();
        out = fopen("/dev/null", "w");
    }
    memcpy(text, data, size);
    text[size] = '\0';
    while (count < LINES_MAX && rest)
        lines[count++] = strsep(&rest, "\n");
    script = script_new(lines, count, &names, &bindings, judge_most, 999000000, &trouble, &bad);
    if (script) {
        for (size_t i = 0; i < PACKETS; i++)
            script_feed(script, &sighting[i]);
        script_report(script, out, 70 + (unsigned)(size % 131));
        script_free(script);
        mutations_each(lines, count, &names, check_mutation, NULL);
    } else if (trouble.column < 1 || trouble.column > strlen(lines[bad]) + 1 || !trouble.message[0]) {
        abort(); /* every trouble has its column and its message */
    }
    free(text);
    return 0;
}

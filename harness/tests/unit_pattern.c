/* SPDX-License-Identifier: MIT */
/* The pattern language: every construct, matching and not matching, and what is told when it does not. */
#include "check.h"
#include "packet/print.h"
#include "pattern/pattern.h"
#include "sample_set.h"

static struct names names;

static void make_names(void)
{
    static const char *const table[][2] = {
        {"client", "10.0.0.1"}, {"client", "fd00::1"},  {"server", "10.0.0.2"},
        {"server", "fd00::2"},  {"router", "10.0.0.9"}, {"server#2", "10.0.1.2"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct address address = sample_address(table[i][1]);

        CHECK(names_add(&names, table[i][0], &address));
    }
}

/* --- packets --- */

static struct sighting ip_packet(const char *from, const char *to, enum packet_kind kind)
{
    struct sighting s = {0};

    s.packet.kind = kind;
    s.packet.src = sample_address(from);
    s.packet.dst = sample_address(to);
    s.packet.ethertype = s.packet.src.family == AF_INET ? 0x0800 : 0x86dd;
    s.packet.ttl = 63;
    s.packet.tos = 0x10;
    s.packet.ip_length = 100;
    return s;
}

/* A segment that has everything that can be spoken of. */
static struct sighting rich_tcp(void)
{
    static const uint8_t payload[] = "GET /x", options[] = {0x94, 4, 0, 0};
    struct sighting s = ip_packet("10.0.0.1", "10.0.0.2", PACKET_TCP);
    struct packet *p = &s.packet;

    p->protocol = 6;
    p->src_port = 40000;
    p->dst_port = 7890;
    p->flags = TCP_PSH | TCP_ACK;
    p->seq = 1001;
    p->ack = 2005;
    s.relative = (struct relative){1000, 2000};
    p->window = 502;
    p->urgent = 3;
    p->ip_id = 777;
    p->dont_fragment = true;
    p->ip_options = options;
    p->ip_options_length = sizeof(options);
    p->payload = payload;
    p->payload_length = p->payload_captured = 6;
    p->tcp.has_mss = p->tcp.has_wscale = p->tcp.sack_permitted = p->tcp.has_timestamp = true;
    p->tcp.mss = 1460;
    p->tcp.wscale = 7;
    p->tcp.ts_value = 100;
    p->tcp.ts_echo = 200;
    p->tcp.sack_count = 2;
    p->tcp.sack[0].left = 2010;
    p->tcp.sack[0].right = 2020;
    p->tcp.sack[1].left = 2030;
    p->tcp.sack[1].right = 2040;
    p->tcp.has_tfo = true;
    p->tcp.tfo_length = 4;
    memcpy(p->tcp.tfo_cookie, "\xaa\xbb\xcc\xdd", 4);
    p->tcp.has_md5 = true;
    p->tcp.has_mptcp = true;
    p->tcp.mptcp_subtype = 2;
    return s;
}

static struct sighting plain(uint16_t flags, uint32_t seq, size_t length)
{
    struct sighting s = ip_packet("10.0.0.1", "10.0.0.2", PACKET_TCP);

    s.packet.src_port = 40000;
    s.packet.dst_port = 7890;
    s.packet.flags = flags;
    s.packet.seq = seq;
    s.packet.payload_length = length;
    return s;
}

/* --- one line against one packet --- */

/* `field` NULL: the line matches; else the first difference is in it, with these texts (NULL: not looked at).
 */
struct row {
    const char *line;
    const char *field, *expected, *observed;
};

static void check_rows(const struct sighting *s, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pattern_trouble trouble;
        struct pattern *pattern = pattern_parse(rows[i].line, &names, &trouble);
        struct bindings bindings = {0};
        struct mismatch why = {"", "", ""};
        bool matched;

        check_count++;
        if (!pattern) {
            fprintf(stderr, "`%s' does not parse: %zu: %s\n", rows[i].line, trouble.column, trouble.message);
            check_failures++;
            continue;
        }
        matched = pattern_matches(pattern, s, &names, &bindings, &why);
        if (matched != !rows[i].field || (rows[i].field && strcmp(rows[i].field, why.field) != 0) ||
            (rows[i].expected && strcmp(rows[i].expected, why.expected) != 0) ||
            (rows[i].observed && strcmp(rows[i].observed, why.observed) != 0)) {
            fprintf(stderr, "`%s': wanted %s `%s' `%s', got %s `%s' `%s'\n", rows[i].line,
                    rows[i].field ? rows[i].field : "a match", rows[i].expected ? rows[i].expected : "",
                    rows[i].observed ? rows[i].observed : "", matched ? "a match" : why.field, why.expected,
                    why.observed);
            check_failures++;
        }
        if (!matched)
            CHECK_INT((long long)bindings.count, 0);
        CHECK_STR(pattern_text(pattern), rows[i].line);
        pattern_free(pattern);
    }
}

#define CHECK_ROWS(s, ...)                                                                                   \
    check_rows((s), (const struct row[]){__VA_ARGS__},                                                       \
               sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row))

static void test_tcp(void)
{
    struct sighting s = rich_tcp();

    CHECK_ROWS(
        &s, {"client > server [P.]", 0, 0, 0}, {"client.40000 > server.7890 [P.]", 0, 0, 0},
        {"10.0.0.1 > 10.0.0.2 [P.]", 0, 0, 0}, {"10.0.0.1.40000 > 10.0.0.2.7890 [.P]", 0, 0, 0},
        {"any > any [*]", 0, 0, 0}, {"any.40000 > any.0x1ed2 [P.]", 0, 0, 0},
        {"server > client [P.]", "direction", "server > client", "client > server"},
        {"client > router [P.]", "direction", "client > router", "client > server"},
        {"client > server#2 [P.]", "direction", "client > server#2", "client > server"},
        {"10.0.0.7 > server [P.]", "direction", "10.0.0.7 > server", "client > server"},
        {"client.1 > server [P.]", "source port", "1", "40000"},
        {"client > server.1 [P.]", "destination port", "1", "7890"}, {"IP client > server [P.]", 0, 0, 0},
        {"IP6 client > server [P.]", "family", "IP6", "IP"}, {"client > server [.]", "flags", "[.]", "[P.]"},
        {"client > server [S]", "flags", "[S]", "[P.]"},
        {"client > server [none]", "flags", "[none]", "[P.]"},
        {"client > server [P.UEWe]", "flags", 0, "[P.]"}, {"client > server UDP", "protocol", "UDP", "TCP"},
        {"client > server ICMP", "protocol", "ICMP", "TCP"},
        {"client > server FRAG", "protocol", "FRAG", "TCP"}, {"client > server IP", 0, 0, 0},
        {"client > server [P.] 1:7", 0, 0, 0}, {"client > server [P.] 1:8", "seq", "1:8", "1:7"},
        {"client > server [P.] 0:7", "seq", "0:7", "1:7"}, {"client > server [P.] 1", "seq", "1", "1:7"},
        {"client > server [P.] seq 1", 0, 0, 0}, {"client > server [P.] seq 2", "seq", "2", "1"},
        {"client > server [P.] seq <2", 0, 0, 0}, {"client > server [P.] seq >1", "seq", ">1", "1"},
        {"client > server [P.] seq 1:7", 0, 0, 0}, {"client > server [P.] 1:7(6)", 0, 0, 0},
        {"client > server [P.] 1:7(5)", "len", "5", "6"}, {"client > server [P.] $a:$b", 0, 0, 0},
        {"client > server [P.] 1:$b", 0, 0, 0}, {"client > server [P.] $a:$a", "seq", "$a:$a", "1:7"},
        {"client > server [P.] $a:$a+6", 0, 0, 0}, {"client > server [P.] $a:$a+5", "seq", 0, "1:7"},
        {"client > server [P.] len 6", 0, 0, 0}, {"client > server [P.] length 6", 0, 0, 0},
        {"client > server [P.] len 5", "len", "5", "6"}, {"client > server [P.] len >5", 0, 0, 0},
        {"client > server [P.] len >6", "len", ">6", "6"}, {"client > server [P.] len >=6", 0, 0, 0},
        {"client > server [P.] len <=6", 0, 0, 0}, {"client > server [P.] len <6", "len", "<6", "6"},
        {"client > server [P.] len <7 len >5", 0, 0, 0}, {"client > server [P.] len 0x6", 0, 0, 0},
        {"client > server [P.] ack 5", 0, 0, 0}, {"client > server [P.] ack 6", "ack", "6", "5"},
        {"client > server [P.] ack $v len $v+1", 0, 0, 0},
        {"client > server [P.] ack $v len $v", "len", "$v ($v = 5)", "6"},
        {"client > server [P.] ack $v len $v-1", "len", "$v-1 ($v = 5)", "6"},
        {"client > server [P.] ack $v+1", "ack", "$v+1 ($v has no value)", "5"},
        {"client > server [P.] win 502", 0, 0, 0}, {"client > server [P.] win <502", "win", "<502", "502"},
        {"client > server [P.] urg 3", "urg", "3", "no urg"}, {"client > server [P.] mss 1460", 0, 0, 0},
        {"client > server [P.] mss 1400", "mss", "1400", "1460"},
        {"client > server [P.] no mss", "mss", "no mss", "1460"}, {"client > server [P.] wscale 7", 0, 0, 0},
        {"client > server [P.] wscale 8", "wscale", "8", "7"},
        {"client > server [P.] no wscale", "wscale", 0, 0}, {"client > server [P.] sackOK", 0, 0, 0},
        {"client > server [P.] no sackOK", "sackOK", "no sackOK", "sackOK"},
        {"client > server [P.] TS", 0, 0, 0}, {"client > server [P.] TS val 100 ecr 200", 0, 0, 0},
        {"client > server [P.] TS val 100", 0, 0, 0}, {"client > server [P.] TS ecr 200", 0, 0, 0},
        {"client > server [P.] TS val $a ecr $b", 0, 0, 0},
        {"client > server [P.] TS val 101", "TS", "val 101", "val 100 ecr 200"},
        {"client > server [P.] TS ecr >200", "TS", "ecr >200", "val 100 ecr 200"},
        {"client > server [P.] no TS", "TS", 0, 0}, {"client > server [P.] sack", 0, 0, 0},
        {"client > server [P.] sack 10:20 30:40", 0, 0, 0},
        {"client > server [P.] sack 2 {10:20}{30:40}", 0, 0, 0},
        {"client > server [P.] sack 10:20", "sack", "10:20", "10:20 30:40"},
        {"client > server [P.] sack 10:20 30:41", "sack", 0, "10:20 30:40"},
        {"client > server [P.] sack 10:20 $x:$y win 502", 0, 0, 0},
        {"client > server [P.] no sack", "sack", 0, 0}, {"client > server [P.] tfo", 0, 0, 0},
        {"client > server [P.] tfo cookie aabbccdd", 0, 0, 0},
        {"client > server [P.] tfo cookie 0xaabbccdd", 0, 0, 0},
        {"client > server [P.] tfo cookie $c", 0, 0, 0},
        {"client > server [P.] tfo cookie aabbccde", "tfo", "cookie aabbccde", "cookie aabbccdd"},
        {"client > server [P.] tfo cookiereq", "tfo", "cookiereq", "cookie aabbccdd"},
        {"client > server [P.] exp-tfo", "exp-tfo", "exp-tfo", "no exp-tfo"},
        {"client > server [P.] no exp-tfo", 0, 0, 0},
        {"client > server [P.] no tfo", "tfo", "no tfo", "cookie aabbccdd"},
        {"client > server [P.] md5", 0, 0, 0}, {"client > server [P.] no md5", "md5", 0, 0},
        {"client > server [P.] mptcp", 0, 0, 0}, {"client > server [P.] mptcp 2", 0, 0, 0},
        {"client > server [P.] mptcp 1", "mptcp", "1", "2"}, {"client > server [P.] no mptcp", "mptcp", 0, 0},
        {"client > server [P.] no options", "options", "no options",
         "[mss,wscale,sackOK,TS,sack,tfo,md5,mptcp]"},
        {"client > server [P.] options [mss 1460]", "options", "[mss 1460]", 0},
        {"client > server [P.] options []", "options", "[]", 0},
        {"client > server [P.] options [mss 1460,...]", 0, 0, 0},
        {"client > server [P.] options [mss 1461,...]", "mss", "1461", "1460"},
        {"client > server [P.] options [mss 1460,nop,wscale 7,sackOK,TS val 100 ecr 200,sack 2 {10:20}{30:40},tfo "
         "cookie aabbccdd,md5,mptcp,eol]",
         0, 0, 0},
        {"client > server [P.] data \"GET\"", 0, 0, 0}, {"client > server [P.] data \"GET /x\"", 0, 0, 0},
        {"client > server [P.] data \"GET /xy\"", "data", "\"GET /xy\"", "\"GET /x\""},
        {"client > server [P.] data \"PUT\"", "data", 0, 0},
        {"client > server [P.] data \"\\x47ET\"", 0, 0, 0});
}

static void test_ip(void)
{
    struct sighting s = rich_tcp(), six = ip_packet("fd00::1", "fd00::2", PACKET_UDP);
    static const uint8_t extensions[] = {0, 60, 43, 44};

    CHECK_ROWS(
        &s, {"any > any IP ttl 63", 0, 0, 0}, {"any > any IP ttl 64", "ttl", "64", "63"},
        {"any > any IP tos 0x10", 0, 0, 0}, {"any > any IP tos 0x12", "tos", "0x12", "0x10"},
        {"any > any IP tos 16", 0, 0, 0}, {"any > any IP DF", 0, 0, 0},
        {"any > any IP no DF", "DF", "no DF", "DF"}, {"any > any IP MF", "MF", "MF", "no MF"},
        {"any > any IP no MF", 0, 0, 0}, {"any > any IP id 777", 0, 0, 0},
        {"any > any IP id 778", "id", "778", "777"}, {"any > any IP ipid $i id $i", 0, 0, 0},
        {"any > any IP proto 6", 0, 0, 0}, {"any > any IP proto 17", "proto", "17", "6"},
        {"any > any IP iplen 100", 0, 0, 0}, {"any > any IP iplen >100", "iplen", ">100", "100"},
        {"any > any IP options", 0, 0, 0}, {"any > any IP no options", "options", "no options", "0x94040000"},
        {"any > any IP ipoptions 0x94040000", 0, 0, 0}, {"any > any IP ipopt 94040000", 0, 0, 0},
        {"any > any IP ipoptions 0x9404", "ipoptions", "0x9404", "0x94040000"},
        {"any > any [P.] ipoptions DF", 0, 0, 0}, {"any > any [P.] no ipoptions", "ipoptions", 0, 0},
        {"any > any IP hlim 63", "hlim", "63", "no hlim"},
        {"any > any IP class 0x10", "class", 0, "no class"}, {"any > any IP flow 0", "flow", "0", "no flow"},
        {"any > any IP hopopts", "hopopts", 0, "no hopopts"}, {"any > any IP offset 0", 0, 0, 0});

    six.packet.extension_count = sizeof(extensions);
    memcpy(six.packet.extension, extensions, sizeof(extensions));
    six.packet.flow_label = 0xabcde;
    six.packet.ip_id = 99;
    six.packet.src_port = 5;
    six.packet.dst_port = 7890;
    six.packet.payload_length = 20;
    CHECK_ROWS(
        &six, {"client > server UDP", 0, 0, 0}, {"fd00::1.5 > fd00::2.7890 UDP", 0, 0, 0},
        {"fd00::1.5 > fd00::2.7890: UDP, length 20", 0, 0, 0}, {"IP6 client > server UDP", 0, 0, 0},
        {"IP client > server UDP", "family", "IP", "IP6"}, {"client > server UDP len 20", 0, 0, 0},
        {"client > server UDP len 21", "len", "21", "20"}, {"client > server [*]", "protocol", "TCP", "UDP"},
        {"client > server UDP hlim 63", 0, 0, 0}, {"client > server UDP hlim 64", "hlim", "64", "63"},
        {"client > server UDP ttl 63", "ttl", "63", "no ttl"}, {"client > server UDP class 0x10", 0, 0, 0},
        {"client > server UDP class 0x11", "class", "0x11", "0x10"},
        {"client > server UDP tos 0x10", "tos", "0x10", "no tos"},
        {"client > server UDP flow 0xabcde", 0, 0, 0}, {"client > server UDP flow 1", "flow", "1", "0xabcde"},
        {"client > server UDP flow $f", 0, 0, 0}, {"client > server UDP hopopts dstopts rthdr frag", 0, 0, 0},
        {"client > server UDP ext hopopts,frag", 0, 0, 0},
        {"client > server UDP no hopopts", "hopopts", "no hopopts", "hopopts"},
        {"client > server UDP no dstopts", "dstopts", 0, 0}, {"client > server UDP no rthdr", "rthdr", 0, 0},
        {"client > server UDP no frag", "frag", 0, 0}, {"client > server UDP id 99", 0, 0, 0});
    six.packet.extension_count = 0;
    CHECK_ROWS(&six, {"client > server UDP id 99", "id", "99", "no id"},
               {"client > server UDP frag", "frag", 0, "no frag"},
               {"client > server UDP dstopts", "dstopts", 0, 0},
               {"client > server UDP rthdr", "rthdr", 0, 0});
}

static void test_messages(void)
{
    struct sighting s = ip_packet("10.0.0.9", "10.0.0.1", PACKET_ICMP),
                    arp = ip_packet("10.0.0.1", "10.0.0.2", PACKET_ARP);
    struct sighting igmp = ip_packet("10.0.0.1", "224.0.0.22", PACKET_IGMP);
    static const uint8_t records[] = {4,   0, 0, 0, 239, 1, 1, 1, 3,  0, 0, 2,
                                      232, 1, 1, 1, 10,  0, 0, 2, 10, 0, 0, 9};
    static const uint8_t header[8];

    s.packet.type = 3;
    s.packet.code = 4;
    s.packet.icmp_rest = 1400;
    s.packet.transport = header;
    s.packet.payload_length = 28;
    CHECK_ROWS(&s, {"router > client ICMP", 0, 0, 0}, {"router > client ICMP unreachable", 0, 0, 0},
               {"router > client ICMP unreachable frag-needed", 0, 0, 0},
               {"router > client ICMP unreachable frag-needed mtu 1400", 0, 0, 0},
               {"router > client ICMP unreachable frag-needed mtu 1500", "mtu", "1500", "1400"},
               {"router > client ICMP unreachable frag-needed, length 36", 0, 0, 0},
               {"router > client ICMP unreachable port", "message", "ICMP unreachable port",
                "ICMP unreachable frag-needed"},
               {"router > client ICMP type 3 code 4", 0, 0, 0}, {"router > client ICMP type 3", 0, 0, 0},
               {"router > client ICMP type 3 code 5", "message", 0, 0},
               {"router > client ICMP6", "protocol", "ICMP6", "ICMP"},
               {"router > client ICMP pointer 5", "pointer", "5", "no pointer"},
               {"server > client ICMP", "direction", 0, "router > client"},
               {"any.5 > any IP", "source port", "5", "no port"});
    s.packet.type = 8;
    s.packet.code = 0;
    s.packet.icmp_rest = 0x00010002;
    s.packet.ip_id = 5;
    CHECK_ROWS(&s, {"any > any ICMP echo request, id 1, seq 2, length 36", 0, 0, 0},
               {"any > any ICMP echo request id 2", "id", "2", "1"},
               {"any > any ICMP echo request seq 1", "seq", "1", "2"},
               {"any > any ICMP echo request ipid 5", 0, 0, 0},
               {"any > any ICMP echo reply", "message", 0, "ICMP echo request"});

    arp.packet.arp_operation = 1;
    CHECK_ROWS(&arp, {"client > server ARP request", 0, 0, 0}, {"client > server ARP", 0, 0, 0},
               {"client > server ARP reply", "message", "ARP reply", "ARP request"},
               {"client > server ARP type 1", 0, 0, 0}, {"client > server IP", "protocol", "IP", "ARP"},
               {"IP client > server ARP", "family", 0, 0});

    igmp.packet.type = 0x22;
    igmp.packet.group_count = 2;
    igmp.packet.payload = records;
    igmp.packet.payload_length = igmp.packet.payload_captured = sizeof(records);
    CHECK_ROWS(
        &igmp, {"client > 224.0.0.22 IGMP v3 report", 0, 0, 0},
        {"client > any IGMP v2 report", "message", 0, 0}, {"client > any IGMP v3 report groups 2", 0, 0, 0},
        {"client > any IGMP groups 1", "groups", "1", "2"}, {"client > any IGMP to_ex 239.1.1.1", 0, 0, 0},
        {"client > any IGMP to_ex $g", 0, 0, 0}, {"client > any IGMP to_ex 239.1.1.1 {}", 0, 0, 0},
        {"client > any IGMP to_ex 239.1.1.1 {10.0.0.2}", "to_ex", "239.1.1.1 {10.0.0.2}", "239.1.1.1 {}"},
        {"client > any IGMP to_in 232.1.1.1", 0, 0, 0},
        {"client > any IGMP to_in 232.1.1.1 {router server}", 0, 0, 0},
        {"client > any IGMP to_in 232.1.1.1 {router client}", "to_in", 0, "232.1.1.1 {10.0.0.2 10.0.0.9}"},
        {"client > any IGMP to_in 239.1.1.1", "to_in", 0, 0},
        {"client > any IGMP no is_in no allow", 0, 0, 0},
        {"client > any IGMP block 239.1.1.1", "block", "239.1.1.1", "no block"},
        {"client > any IGMP no to_ex", "to_ex", 0, 0},
        {"client > any IGMP group 239.1.1.1", "group", 0, "no group"});
    igmp.packet.type = 0x16;
    igmp.packet.group_count = 0;
    igmp.packet.group = sample_address("239.1.1.1");
    CHECK_ROWS(&igmp, {"client > any IGMP v2 report group 239.1.1.1", 0, 0, 0},
               {"client > any IGMP group $g", 0, 0, 0},
               {"client > any IGMP group 239.1.1.2", "group", "239.1.1.2", "239.1.1.1"});
}

static void test_fragments(void)
{
    struct sighting first = ip_packet("10.0.0.1", "10.0.0.2", PACKET_UDP),
                    last = ip_packet("10.0.0.1", "10.0.0.2", PACKET_FRAGMENT);

    first.packet.more_fragments = true;
    last.packet.fragment_offset = 1480;
    last.packet.payload_length = 20;
    CHECK_ROWS(&first, {"client > server FRAG MF offset 0", 0, 0, 0}, {"client > server UDP", 0, 0, 0},
               {"client > server FRAG more", 0, 0, 0}, {"client > server FRAG no MF", "MF", "no MF", "MF"});
    CHECK_ROWS(&last, {"client > server FRAG offset 1480 no MF", 0, 0, 0},
               {"client > server UDP", "protocol", "UDP", "FRAG"},
               {"client > server FRAG offset 1481", "offset", "1481", "1480"},
               {"client > server FRAG len 20", 0, 0, 0});
}

/* What a line says where it says nothing. */
static void test_defaults(void)
{
    struct sighting ack = plain(TCP_ACK, 1, 0), data = plain(TCP_ACK, 1, 6),
                    push = plain(TCP_PSH | TCP_ACK, 1, 6);
    struct sighting syn = plain(TCP_SYN, 0, 6), none = plain(0, 1, 0),
                    urgent = plain(TCP_ACK | TCP_URG, 1, 0);

    CHECK_ROWS(
        &ack, {"any > any [.]", 0, 0, 0}, {"any > any [.] 1", 0, 0, 0}, {"any > any [.] 1:1", 0, 0, 0},
        {"any > any [.] seq 1", 0, 0, 0}, {"any > any [.] no options", 0, 0, 0},
        {"any > any [.] options []", 0, 0, 0}, {"any > any [.] mss 1", "mss", "1", "no mss"},
        {"any > any [.] TS", "TS", "TS", "no TS"},
        {"any > any [.] options [mss 1460]", "mss", "1460", "no mss"}, {"any > any [.] sack", "sack", 0, 0},
        {"any > any [.] tfo", "tfo", 0, 0}, {"any > any [.] md5", "md5", 0, 0},
        {"any > any [.] mptcp", "mptcp", 0, 0}, {"any > any [.] sackOK", "sackOK", 0, 0},
        {"any > any [.] data \"x\"", "data", "\"x\"", "no data"}, {"any > any [.] options [...]", 0, 0, 0});
    CHECK_ROWS(&data, {"any > any [.]", "len", "0 (the line names no data)", "6"}, {"any > any [*]", 0, 0, 0},
               {"any > any [.] ack 0", "len", 0, "6"}, {"any > any [.] seq 1", 0, 0, 0},
               {"any > any [.] 1:7", 0, 0, 0}, {"any > any [.] 1", "seq", "1", "1:7"},
               {"any > any [.] len >0", 0, 0, 0});
    CHECK_ROWS(&push, {"any > any [P.]", 0, 0, 0}, {"any > any [P.] len 0", "len", "0", "6"});
    CHECK_ROWS(&syn, {"any > any [S] 0:6", 0, 0, 0}, {"any > any [S]", "len", 0, "6"},
               {"any > any [S] seq 0", 0, 0, 0}, {"any > any [S] ack 0", "ack", "0", "no ack"});
    CHECK_ROWS(&none, {"any > any [none]", 0, 0, 0}, {"any > any [*]", 0, 0, 0},
               {"any > any [.]", "flags", "[.]", "[none]"});
    CHECK_ROWS(&urgent, {"any > any [.U] urg 0", 0, 0, 0}, {"any > any [.U] urg 1", "urg", "1", "0"});
}

static void test_bindings(void)
{
    struct pattern_trouble trouble;
    struct sighting s = rich_tcp(), cookie = rich_tcp();
    struct pattern *binds =
        pattern_parse("client.$p > server [P.] $a:$b win $w tfo cookie $c", &names, &trouble);
    struct pattern *fails = pattern_parse("client > server [P.] ack $new win 1", &names, &trouble);
    struct pattern *cookies = pattern_parse("client > server [P.] tfo cookie $c", &names, &trouble);
    struct bindings bindings = {0};
    struct mismatch why;

    CHECK(pattern_matches(binds, &s, &names, &bindings, NULL));
    CHECK_STR(bindings_get(&bindings, "p"), "40000");
    CHECK_STR(bindings_get(&bindings, "a"), "1");
    CHECK_STR(bindings_get(&bindings, "b"), "7");
    CHECK_STR(bindings_get(&bindings, "w"), "502");
    CHECK_STR(bindings_get(&bindings, "c"), "aabbccdd");
    CHECK(!bindings_get(&bindings, "z"));
    CHECK(pattern_matches(binds, &s, &names, &bindings, NULL));
    CHECK_INT((long long)bindings.count, 5);
    s.packet.window++;
    CHECK(!pattern_matches(binds, &s, &names, &bindings, &why));
    CHECK_STR(why.field, "win");
    CHECK_STR(why.expected, "$w ($w = 502)");
    CHECK_STR(why.observed, "503");
    s.packet.src_port++;
    CHECK(!pattern_matches(binds, &s, &names, &bindings, &why));
    CHECK_STR(why.field, "source port");
    CHECK_STR(why.expected, "$p ($p = 40000)");
    CHECK(!pattern_matches(fails, &s, &names, &bindings, &why));
    CHECK(!bindings_get(&bindings, "new"));
    cookie.packet.tcp.tfo_cookie[0] = 0;
    CHECK(!pattern_matches(cookies, &cookie, &names, &bindings, &why));
    CHECK_STR(why.expected, "cookie $c ($c = aabbccdd)");
    cookie.packet.tcp.tfo_length = 0;
    bindings.count = 0;
    CHECK(!pattern_matches(cookies, &cookie, &names, &bindings, &why));
    CHECK_STR(why.observed, "cookiereq");
    CHECK(!pattern_matches(cookies, &cookie, &names, NULL, NULL));
    pattern_free(binds);
    pattern_free(fails);
    pattern_free(cookies);
    pattern_free(NULL);
}

/* --- what does not parse --- */

static void check_trouble(const char *line, size_t column, const char *part)
{
    struct pattern_trouble trouble = {0, ""};
    struct pattern *pattern = pattern_parse(line, &names, &trouble);

    check_count++;
    if (pattern || trouble.column != column || !strstr(trouble.message, part)) {
        fprintf(stderr, "`%s': wanted %zu: …%s…, got %s %zu: %s\n", line, column, part,
                pattern ? "a pattern" : "", trouble.column, trouble.message);
        check_failures++;
    }
    pattern_free(pattern);
}

static void test_trouble(void)
{
    static const struct {
        const char *line;
        size_t column;
        const char *part;
    } table[] = {
        {"", 1, "empty line"},
        {"   ", 4, "empty line"},
        {"... x", 5, "alone"},
        {"? ...", 3, "neither"},
        {"+1ms ...", 6, "neither"},
        {"clinet > server [S]", 1,
         "unknown host `clinet'; did you mean `client'? known: client, server, router"},
        {"client > srever.5 [S]", 10, "did you mean `server'"},
        {"nobody > server [S]", 1, "known: client, server, router, server#2, any, addresses"},
        {"client > server#3 [S]", 10, "unknown host"},
        {"client.http > server [S]", 8, "`port' needs a number"},
        {"client.70000 > server [S]", 8, "0 to 65535"},
        {"client. > server [S]", 8, "port"},
        {"client server [S]", 8, "`>' must stand between"},
        {"client > [S]", 10, "unknown host"},
        {"client >", 9, "a host must stand here"},
        {"client > server", 16, "must follow"},
        {"client > server TCP", 17, "`[*]' for any segment"},
        {"client > server UPD", 17, "did you mean `UDP'"},
        {"client > server [SX]", 19, "`X' is no flag"},
        {"client > server []", 17, "[none]"},
        {"client > server [S", 17, "close the flags"},
        {"client > server Flags S", 23, "in brackets"},
        {"client > server [S] mms 1460", 21, "unknown field `mms'; did you mean `mss'?"},
        {"client > server [S] sackok", 21, "did you mean `sackOK'"},
        {"client > server [S] lenght 5", 21, "did you mean `length'"},
        {"client > server [S] no mms", 24, "did you mean `mss'"},
        {"client > server [S] no win", 24, "accepted: mss wscale"},
        {"client > server [S] xyzzy", 21, "accepted: seq ack win"},
        {"client > server [S] mss", 24, "`mss' needs a number"},
        {"client > server [S] mss x", 25, "not `x'"},
        {"client > server [S] win 502x", 25, "`502x' is no number"},
        {"client > server [S] win 65536", 25, "0 to 65535"},
        {"client > server [S] win 99999999999999999999", 25, "no number"},
        {"client > server [S] win >", 25, "no number"},
        {"client > server [S] win $", 25, "must be followed by a name"},
        {"client > server [S] win $a+", 28, "must follow `$a+'"},
        {"client > server [S] win $aaaaaaaaaaaaaaaaaaaaaaaaaa", 25, "longer than 23"},
        {"client > server [S] seq 12345", 25, "numbers are relative"},
        {"client > server [P.] 7:1", 22, "ends before it begins"},
        {"client > server [P.] 1:7 7:9", 26, "a second"},
        {"client > server [P.] 1:7 6", 26, "a second"},
        {"client > server [P.] 1:", 24, "`range' needs a number"},
        {"client > server [P.] 1:7(6", 27, "close the length"},
        {"client > server [P.]1:7", 21, "a blank or a comma"},
        {"client > server [P.] options", 29, "`ipoptions' for those of IPv4"},
        {"client > server [P.] options [win 5]", 31, "not here: `win'"},
        {"client > server [P.] options [mss 5", 30, "not closed"},
        {"client > server [P.] options [ms 5]", 31, "did you mean `mss'"},
        {"client > server [P.] tfo cooki", 26, "did you mean `cookie'"},
        {"client > server [P.] tfo cookie xyz", 33, "hexadecimal"},
        {"client > server [P.] sack 1", 28, "as in `sack 1:5'"},
        {"client > server [P.] sack {1:5", 31, "close the block"},
        {"client > server [P.] sack 1:2 3:4 5:6 7:8 9:10", 43, "at most 4"},
        {"client > server [P.] data GET", 27, "in quotes"},
        {"client > server [P.] data \"GET", 27, "not closed"},
        {"client > server [P.] data \"\\q\"", 28, "unknown escape"},
        {"client > server [P.] data \"\"", 27, "`len 0'"},
        {"client > server UDP mss 5", 21, "a field of a TCP line, not of a UDP line"},
        {"client > server UDP 1:7", 21, "field"},
        {"client > server ICMP unreachable prot", 22, "did you mean `unreachable "},
        {"client > server ICMP bogus", 22, "unknown message `bogus'; known: echo reply"},
        {"client > server ARP reqest", 21, "did you mean `request'"},
        {"client.5 > server ICMP", 8, "only TCP, UDP and IP lines have ports"},
        {"client > any IGMP group x", 25, "needs an address"},
        {"client > any IGMP to_ex 239.1.1.1 {1.2.3.4", 34, "close the sources"},
        {"+ client > server [S]", 2, "a time must follow"},
        {"+5 client > server [S]", 3, "a unit"},
        {"+5..6 client > server [S]", 6, "a unit"},
        {"+5ms..6 client > server [S]", 8, "a unit"},
        {"+5parsecs client > server [S]", 3, "a unit"},
        {"+6..5ms client > server [S]", 1, "below the lower"},
        {"+99999999999s client > server [S]", 2, "too long"},
        {"client > server [S] %", 21, "`%' is no field"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        check_trouble(table[i].line, table[i].column, table[i].part);
}

/* --- repeat and time --- */

static void check_delay(const char *line, int64_t least, int64_t most)
{
    struct pattern_trouble trouble;
    struct pattern *pattern = pattern_parse(line, &names, &trouble);
    int64_t got_least = -1, got_most = -1;

    CHECK(pattern != NULL);
    if (!pattern)
        return;
    CHECK_INT(pattern_delay(pattern, &got_least, &got_most), least >= 0);
    CHECK_INT(got_least, least);
    CHECK_INT(got_most, most);
    pattern_free(pattern);
}

static void check_repeat(const char *line, enum pattern_repeat repeat)
{
    struct pattern_trouble trouble;
    struct pattern *pattern = pattern_parse(line, &names, &trouble);

    CHECK(pattern && pattern_repeat(pattern) == repeat);
    pattern_free(pattern);
}

static void test_prefixes(void)
{
    check_repeat("...", PATTERN_SKIP);
    check_repeat("  ...  ", PATTERN_SKIP);
    check_repeat("client > server [S]", PATTERN_ONCE);
    check_repeat("? client > server [S]", PATTERN_OPTIONAL);
    check_repeat("*client > server [S]", PATTERN_REPEATED);
    check_repeat("* +5ms client > server [S]", PATTERN_REPEATED);
    check_delay("client > server [S]", -1, -1);
    check_delay("+200ms client > server [S]", 200000000, INT64_MAX);
    check_delay("+190..210ms client > server [S]", 190000000, 210000000);
    check_delay("+190ms.. client > server [S]", 190000000, INT64_MAX);
    check_delay("+0..5ms client > server [S]", 0, 5000000);
    check_delay("+900ms..1s client > server [S]", 900000000, 1000000000);
    check_delay("+1.5s client > server [S]", 1500000000, INT64_MAX);
    check_delay("+0.2..0.25 s client > server [S]", 200000000, 250000000);
    check_delay("+15us client > server [S]", 15000, INT64_MAX);
    check_delay("+15ns client > server [S]", 15, INT64_MAX);
    check_delay("? +7200s client > server [S]", 7200000000000, INT64_MAX);
}

/* A line as tcpdump prints it, with the hosts' names put in. */
static void test_pasted(void)
{
    struct sighting s = rich_tcp();

    s.packet.tcp = (struct tcp_options){.has_timestamp = true, .ts_value = 1, .ts_echo = 2};
    CHECK_ROWS(
        &s,
        {"IP client.40000 > server.7890: Flags [P.], seq 1:7, ack 5, win 502, options [nop,nop,TS val 1 ecr 2], "
         "length 6",
         0, 0, 0},
        {"12:34:56.789012 IP client.40000 > server.7890: Flags [P.], seq 1:7, ack 5, win 502, length 6", 0, 0,
         0},
        {"IP client.40000 > server.7890: Flags [P.], seq 1:7, ack 5, win 501, options [nop,nop,TS val 1 ecr 2], "
         "length 6",
         "win", "501", "502"},
        {"IP client.40000 > server.7890: Flags [P.], seq 1:7, ack 5, win 502, options [nop,nop,TS val 1 ecr 2], "
         "length 7",
         "len", "7", "6"});
}

static bool shows_nothing(const void *context, const char *field)
{
    (void)context;
    (void)field;
    return false;
}

/* What the printer prints of a packet is a line that it matches. */
static void print_and_parse(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd)
{
    char text[PACKET_TEXT];
    struct sighting s = {0};
    unsigned *tried = context;

    if (odd || captured < length || !packet_decode(frame, captured, length, &s.packet) || s.packet.trouble ||
        s.packet.src.family == 0)
        return;
    for (int variant = 0; variant < 16; variant++) {
        struct print_style style = {variant & 1 ? &names : NULL, variant & 2, variant & 4,
                                    variant & 8 ? shows_nothing : NULL, NULL};
        struct row row = {text, 0, 0, 0};

        /* absolute numbers: a SYN's would not parse */
        s.relative.seq_base = s.packet.flags & TCP_SYN ? s.packet.seq : 0;
        packet_print_pattern(&s, &style, text);
        check_rows(&s, &row, 1);
        ++*tried;
    }
}

static void test_printed(void)
{
    unsigned tried = 0;

    sample_all(print_and_parse, &tried);
    CHECK(tried > 100);
}

int main(void)
{
    make_names();
    test_tcp();
    test_ip();
    test_messages();
    test_fragments();
    test_defaults();
    test_bindings();
    test_trouble();
    test_prefixes();
    test_pasted();
    test_printed();
    return check_done();
}

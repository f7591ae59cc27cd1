/* SPDX-License-Identifier: MIT */
/* Mutations of pattern lines: which there are of what, and that each is another line that parses. */
#include "check.h"
#include "pattern/mutate.h"

#include <stdio.h>
#include <stdlib.h>

static struct names names;

struct list {
    char text[4096]; /* "2.ack: client > server [.] ack 2\n…": the name, and the lines that are not as before
                      */
    size_t count;
    const char *const *before;
    size_t lines;
};

static void note(void *context, const struct mutation *mutation)
{
    struct list *list = context;
    size_t used = strlen(list->text);

    list->count++;
    CHECK(mutation->line < list->lines);
    CHECK_INT(mutation->count, list->lines - (mutation->kind == MUTATION_REMOVE));
    used += (size_t)snprintf(list->text + used, sizeof(list->text) - used, "%s:", mutation->name);
    for (size_t i = 0; i < mutation->count; i++) {
        struct pattern_trouble trouble;
        struct pattern *parsed = pattern_parse(mutation->lines[i], &names, &trouble);

        CHECK(parsed);
        pattern_free(parsed);
        if (mutation->kind == MUTATION_FLIP && strcmp(mutation->lines[i], list->before[i]) != 0)
            used += (size_t)snprintf(list->text + used, sizeof(list->text) - used, " %s", mutation->lines[i]);
    }
    snprintf(list->text + used, sizeof(list->text) - used, "\n");
}

static const char *mutations(const char *const lines[])
{
    static struct list list;

    list = (struct list){.before = lines};
    while (lines[list.lines])
        list.lines++;
    mutations_each(lines, list.lines, &names, note, &list);
    return list.text;
}

#define MUTATIONS(...) mutations((const char *const[]){__VA_ARGS__, NULL})

static void test_words(void)
{
    CHECK_STR(MUTATIONS("client > server [P.] 1:4 ack 1"), "1.direction: server > client [P.] 1:4 ack 1\n"
                                                           "1.flags: client > server [.] 1:4 ack 1\n"
                                                           "1.range: client > server [P.] 2:4 ack 1\n"
                                                           "1.range-2: client > server [P.] 1:5 ack 1\n"
                                                           "1.ack: client > server [P.] 1:4 ack 2\n"
                                                           "1.remove:\n");
    /* a SYN has number 0, so that only the end of its range can be wrong */
    CHECK_STR(MUTATIONS("client.$p > server.80 [S] 0:6"), "1.direction: server.80 > client.$p [S] 0:6\n"
                                                          "1.port: client.$p+1 > server.80 [S] 0:6\n"
                                                          "1.port-2: client.$p > server.81 [S] 0:6\n"
                                                          "1.flags: client.$p > server.80 [SP] 0:6\n"
                                                          "1.range: client.$p > server.80 [S] 0:7\n"
                                                          "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*]"), "1.remove:\n");
    CHECK_STR(MUTATIONS("client > server [none]"), "1.direction: server > client [none]\n"
                                                   "1.flags: client > server [P]\n"
                                                   "1.remove:\n");
    CHECK_STR(MUTATIONS("client > server [P]"), "1.direction: server > client [P]\n"
                                                "1.flags: client > server [none]\n"
                                                "1.remove:\n");
    CHECK_STR(MUTATIONS("+190..210ms any > any [*] win 65535"), "1.time: +20s any > any [*] win 65535\n"
                                                                "1.win: +190..210ms any > any [*] win 65534\n"
                                                                "1.remove:\n");
}

static void test_values(void)
{
    CHECK_STR(MUTATIONS("any > any [*] win >100 win <=$w TS val $v+3 ecr 0"),
              "1.win: any > any [*] win <=100 win <=$w TS val $v+3 ecr 0\n"
              "1.win-2: any > any [*] win >100 win >$w TS val $v+3 ecr 0\n"
              "1.TS: any > any [*] win >100 win <=$w TS val $v+4 ecr 0\n"
              "1.TS-2: any > any [*] win >100 win <=$w TS val $v+3 ecr 1\n"
              "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*] sack 2 {1:5}{9:12}"), "1.sack: any > any [*] sack 2 {2:5}{9:12}\n"
                                                             "1.sack-2: any > any [*] sack 2 {1:6}{9:12}\n"
                                                             "1.sack-3: any > any [*] sack 2 {1:5}{10:12}\n"
                                                             "1.sack-4: any > any [*] sack 2 {1:5}{9:13}\n"
                                                             "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*] tos 0x10 DF no MF no mss no options"),
              "1.tos: any > any [*] tos 0x11 DF no MF no mss no options\n"
              "1.DF: any > any [*] tos 0x10 no DF no MF no mss no options\n"
              "1.MF: any > any [*] tos 0x10 DF MF no mss no options\n"
              "1.mss: any > any [*] tos 0x10 DF no MF mss >=0 no options\n"
              "1.options: any > any [*] tos 0x10 DF no MF no mss options [TS]\n"
              "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*] options [mss 1460,sackOK]"),
              "1.mss: any > any [*] options [mss 1461,sackOK]\n"
              "1.sackOK: any > any [*] options [mss 1460,no sackOK]\n"
              "1.options: any > any [*] options [mss 1460]\n"
              "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*] data \"GET\" tfo cookie $c ipoptions 0x9404"),
              "1.data: any > any [*] data \"~GET\" tfo cookie $c ipoptions 0x9404\n"
              "1.tfo: any > any [*] data \"GET\" tfo cookie 6d757461 ipoptions 0x9404\n"
              "1.ipoptions: any > any [*] data \"GET\" tfo cookie $c ipoptions 0x9400\n"
              "1.remove:\n");
    CHECK_STR(MUTATIONS("any > 224.0.0.22 IGMP v3 report to_ex 239.1.1.1 {}"),
              "1.direction: 224.0.0.22 > any IGMP v3 report to_ex 239.1.1.1 {}\n"
              "1.message: any > 224.0.0.22 IGMP type 255 to_ex 239.1.1.1 {}\n"
              "1.to_ex: any > 224.0.0.22 IGMP v3 report to_ex 192.0.2.1 {}\n"
              "1.to_ex-2: any > 224.0.0.22 IGMP v3 report to_ex 239.1.1.1 {192.0.2.1}\n"
              "1.remove:\n");
    CHECK_STR(MUTATIONS("any > any ICMP unreachable frag-needed mtu 1400"),
              "1.message: any > any ICMP type 255 mtu 1400\n"
              "1.mtu: any > any ICMP unreachable frag-needed mtu 1401\n"
              "1.remove:\n");
}

/* What the lines leave open is not mutated. */
static void test_lines(void)
{
    CHECK_STR(MUTATIONS("any > any [S]", "any > any [.]"), "1.flags: any > any [SP]\n"
                                                           "1.remove:\n"
                                                           "1.swap:\n"
                                                           "2.flags: any > any [.P]\n"
                                                           "2.remove:\n");
    CHECK_STR(MUTATIONS("any > any [*]", "any > any [*]", "+1s any > any [*]"), "3.time: +30s any > any [*]\n"
                                                                                "3.remove:\n");
    CHECK_STR(MUTATIONS("...", "any > any [*]", "? any > any [R]"), "3.flags: ? any > any [RP]\n");
    CHECK_STR(MUTATIONS("* any > any [*] win 1"), "1.win: * any > any [*] win 2\n");
    CHECK_STR(MUTATIONS("any > any [nonsense"), "");
    CHECK_STR(mutations((const char *const[]){NULL}), "");
}

static void test_relations(void)
{
    CHECK(mutations_may_take("...", "client > server [S]", &names));
    CHECK(mutations_may_take("* client > server [S]", "client > server [S]", &names));
    CHECK(mutations_may_take("client > server [S]", "+1s client > server [S]", &names));
    CHECK(!mutations_may_take("client > server [.]", "client > server [S]", &names));
    CHECK(mutations_trivial("any > any [*]", &names));
    CHECK(mutations_trivial("any > any IP", &names));
    CHECK(!mutations_trivial("IP any > any IP", &names));
    CHECK(!mutations_trivial("any > any [*] len >0", &names));
    CHECK(!mutations_trivial("any.7 > any [*]", &names));
    CHECK(!mutations_trivial("any > any [R]", &names));
    CHECK(!mutations_trivial("client > any IP", &names));
}

int main(void)
{
    struct address client, server;

    CHECK(address_parse("10.0.0.1", &client) && names_add(&names, "client", &client));
    CHECK(address_parse("10.0.0.2", &server) && names_add(&names, "server", &server));
    test_words();
    test_values();
    test_lines();
    test_relations();
    return check_done();
}

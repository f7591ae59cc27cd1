/* SPDX-License-Identifier: MIT */
/* Scripts: which packets several lines take, when a script is complete, and the report where it is not. */
#include "check.h"
#include "pattern/script.h"

#include <stdlib.h>
#include <string.h>

#define MS      1000000LL
#define START   (1000000 * MS) /* any time but 0 */
#define MANY    10000
#define PACKETS 64

static struct names names;
static struct bindings bindings;

static void make_names(void)
{
    struct address client, server;

    CHECK(address_parse("10.0.0.1", &client) && names_add(&names, "client", &client));
    CHECK(address_parse("10.0.0.2", &server) && names_add(&names, "server", &server));
}

/*
 * A packet by one letter: a to e are data segments of the client, one byte long, with sequence numbers 1 to 5
 * and window 100 and up; "." is an empty ACK of the server, "f" a FIN of the client.
 */
static struct sighting by_letter(char letter, int64_t at)
{
    struct sighting s = {.at = at};

    s.packet.kind = PACKET_TCP;
    s.packet.src = *names_find(&names, letter == '.' ? "server" : "client", AF_INET);
    s.packet.dst = *names_find(&names, letter == '.' ? "client" : "server", AF_INET);
    s.packet.flags = letter == '.' ? TCP_ACK : letter == 'f' ? TCP_FIN | TCP_ACK : TCP_PSH | TCP_ACK;
    s.packet.seq = letter >= 'a' && letter <= 'e' ? (uint32_t)(letter - 'a' + 1) : 6;
    s.packet.payload_length = letter >= 'a' && letter <= 'e';
    s.packet.window = (uint16_t)(100 + s.packet.seq);
    return s;
}

/* The line for a letter: "a", "?a" optional, "*a" repeated; "x" is any data segment, "_" is "...". */
static void line_for(const char *word, char *out, size_t size)
{
    const char *prefix = *word == '?' ? "? " : *word == '*' ? "* " : "";

    word += *prefix != '\0';
    if (*word == '_')
        snprintf(out, size, "...");
    else if (*word == '.')
        snprintf(out, size, "%sserver > client [.]", prefix);
    else if (*word == 'f')
        snprintf(out, size, "%sclient > server [F.]", prefix);
    else if (*word == 'x')
        snprintf(out, size, "%sclient > server [P.]", prefix);
    else
        snprintf(out, size, "%sclient > server [P.] seq %d", prefix, *word - 'a' + 1);
}

/* The packets `fed` are held against the lines `words` ("a *b ?c _ d"): state after each, what was consumed.
 */
static void check_run(const char *words, const char *fed, const char *states, size_t consumed,
                      const char *taken)
{
    struct sighting packet[PACKETS];
    char text[16][80], got[PACKETS + 2] = "", lines_got[PACKETS + 1] = "";
    const char *lines[16];
    size_t count = 0, total = 0, took = 0;
    unsigned failures = check_failures;
    struct pattern_trouble trouble;
    struct script *script;
    static const char letters[] = "oCF";

    for (const char *p = words; *p; p += strspn(p, " ")) {
        line_for(p, text[count], sizeof(text[count]));
        lines[count] = text[count];
        count++;
        p += strcspn(p, " ");
    }
    script = script_new(lines, count, &names, NULL, false, 0, &trouble, NULL);
    CHECK(script != NULL);
    if (!script)
        return;
    got[0] = letters[script_state(script)];
    for (size_t i = 0; fed[i]; i++) {
        packet[i] = by_letter(fed[i], START + (int64_t)i * MS);
        got[i + 1] = letters[script_feed(script, &packet[i])];
        CHECK(script_state(script) == SCRIPT_COMPLETE || got[i + 1] != 'C');
    }
    for (size_t i = 0; fed[i]; i++) {
        int line = script_line_of(script, i);

        lines_got[i] = line < 0 ? '-' : (char)('0' + line);
        took += line >= 0;
    }
    for (size_t i = 0; i < count; i++)
        total += script_line_matches(script, i);
    CHECK_STR(got, states);
    CHECK_STR(lines_got, taken);
    CHECK_INT(script_consumed(script), consumed);
    CHECK_INT(total, took);
    CHECK_INT(script_line_of(script, strlen(fed)), -1);
    if (check_failures != failures)
        fprintf(stderr, "  with lines `%s' and packets `%s'\n", words, fed);
    script_free(script);
}

static void test_runs(void)
{
    /* exact */
    check_run("", "", "C", 0, "");
    check_run("", "a", "CC", 0, "-");
    check_run("a", "", "o", 0, "");
    check_run("a", "a", "oC", 1, "0");
    check_run("a", "b", "oF", 0, "-");
    check_run("a", "ab", "oCC", 1, "0-");
    check_run("a b c", "abc", "oooC", 3, "012");
    check_run("a b c", "acb", "ooFF", 0, "0--");
    check_run("a b", "aab", "ooFF", 0, "0--");
    /* optional */
    check_run("?a", "", "C", 0, "");
    check_run("?a", "a", "CC", 1, "0");
    check_run("?a", "b", "CC", 0, "-");
    check_run("?a b", "ab", "ooC", 2, "01");
    check_run("?a b", "b", "oC", 1, "1");
    check_run("a ?b c", "ac", "ooC", 2, "02");
    check_run("a ?b c", "abc", "oooC", 3, "012");
    check_run("a ?b c", "abbc", "oooFF", 0, "01--");
    check_run("?x a", "a", "oC", 1, "1");
    check_run("?x a", "aa", "oCC", 2, "01");
    check_run("a ?b", "ab", "oCC", 2, "01");
    check_run("a ?b", "ac", "oCC", 1, "0-");
    check_run("?a ?b ?c", "ac", "CCC", 2, "02");
    check_run("?a ?b ?c", "ca", "CCC", 1, "2-");
    /* repeated */
    check_run("*a", "aaa", "CCCC", 3, "000");
    check_run("*a b", "b", "oC", 1, "1");
    check_run("*a b", "aab", "oooC", 3, "001");
    check_run("*a b", "aac", "oooF", 0, "00-");
    check_run("a *b", "abbb", "oCCCC", 4, "0111");
    check_run("a *b", "abcb", "oCCCC", 2, "01--");
    check_run("*x a", "ba", "ooC", 2, "01");
    check_run("*x a", "a", "oC", 1, "1");
    check_run("*x c", "abc", "oooC", 3, "001");
    check_run("*x *x", "ab", "CCC", 2, "00");
    check_run("*a a", "aaa", "oCCC", 3, "001");
    check_run("*x a b", "abab", "ooCCC", 2, "12--");
    check_run("a *. b *. f", "a..b.f", "ooooooC", 6, "011234");
    /* skipping */
    check_run("_", "", "C", 0, "");
    check_run("_", "abc", "CCCC", 3, "000");
    check_run("_ c", "abc", "oooC", 3, "001");
    check_run("_ c", "c", "oC", 1, "1");
    check_run("a _ c", "abbbc", "oooooC", 5, "01112");
    check_run("a _ c _ e", "abcde", "oooooC", 5, "01234");
    check_run("a _", "abc", "oCCC", 3, "011");
    check_run("_ a b", "aab", "oooC", 3, "012");
    check_run("_ a b c", "ababc", "oooooC", 5, "00123");
    check_run("_ ?a b", "ab", "ooC", 2, "12");
    check_run("_ a _ b", "cacb", "ooooC", 4, "0123");
    check_run("_ *a b", "caab", "ooooC", 4, "0112");
    check_run("_ _ a", "ba", "ooC", 2, "02");
}

static struct script *make(const char *const lines[], size_t count, bool judge_most, int64_t since)
{
    struct pattern_trouble trouble;
    size_t bad;
    struct script *script = script_new(lines, count, &names, &bindings, judge_most, since, &trouble, &bad);

    if (!script)
        fprintf(stderr, "line %zu: %zu: %s\n", bad, trouble.column, trouble.message);
    CHECK(script != NULL);
    if (!script)
        exit(1);
    return script;
}

#define MAKE(judge_most, since, ...)                                                                         \
    make((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),    \
         judge_most, since)

/* Two packets `gap` apart against "a, then b in time". */
static enum script_state two(const char *second, int64_t gap, bool judge_most)
{
    struct sighting a = by_letter('a', START), b = by_letter('b', START + gap);
    struct script *script = MAKE(judge_most, 0, "client > server [P.] 1:2", second);
    enum script_state state;

    CHECK_INT(script_feed(script, &a), SCRIPT_OPEN);
    state = script_feed(script, &b);
    script_free(script);
    return state;
}

static void test_time(void)
{
    const char *line = "+190..210ms client > server [P.] 2:3";
    struct sighting a = by_letter('a', START), b = by_letter('b', START + 100 * MS),
                    c = by_letter('c', START + 200 * MS);
    struct script *script;

    CHECK_INT(two(line, 189 * MS, false), SCRIPT_FAILED);
    CHECK_INT(two(line, 190 * MS, false), SCRIPT_COMPLETE);
    CHECK_INT(two(line, 500 * MS, false), SCRIPT_COMPLETE);
    CHECK_INT(two(line, 189 * MS, true), SCRIPT_FAILED);
    CHECK_INT(two(line, 190 * MS, true), SCRIPT_COMPLETE);
    CHECK_INT(two(line, 210 * MS, true), SCRIPT_COMPLETE);
    CHECK_INT(two(line, 210 * MS + 1, true), SCRIPT_FAILED);
    CHECK_INT(two("+0..5ms client > server [P.] 2:3", 6 * MS, true), SCRIPT_FAILED);
    CHECK_INT(two("+0..5ms client > server [P.] 2:3", 6 * MS, false), SCRIPT_COMPLETE);

    /* of the first line from `since` on, if that is known */
    script = MAKE(false, START - 5 * MS, "+10ms client > server [P.] 1:2");
    CHECK_INT(script_feed(script, &a), SCRIPT_FAILED);
    script_free(script);
    script = MAKE(false, START - 10 * MS, "+10ms client > server [P.] 1:2");
    CHECK_INT(script_feed(script, &a), SCRIPT_COMPLETE);
    script_free(script);
    script = MAKE(true, 0, "+10..11ms client > server [P.] 1:2");
    CHECK_INT(script_feed(script, &a), SCRIPT_COMPLETE);
    script_free(script);

    /* what "..." skips does not set the clock back; what an optional line takes does */
    script = MAKE(false, 0, "client > server [P.] 1:2", "...", "+150ms client > server [P.] 3:4");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_COMPLETE);
    CHECK_INT(script_least_wait(script), 150 * MS);
    script_free(script);
    script = MAKE(false, 0, "client > server [P.] 1:2", "? client > server [P.] 2:3",
                  "+150ms client > server [P.] 3:4");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_FAILED);
    script_free(script);

    /* several beginnings: the early one serves the lower bound, a later one the upper bound */
    script = MAKE(true, 0, "...", "client > server [P.]", "...", "+90..110ms client > server [P.] 3:4");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_COMPLETE);
    CHECK_INT(script_line_of(script, 0), 0);
    CHECK_INT(script_line_of(script, 1), 1);
    script_free(script);
    script = MAKE(true, 0, "...", "client > server [P.]", "...", "+190..210ms client > server [P.] 3:4");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_COMPLETE);
    CHECK_INT(script_line_of(script, 0), 1);
    script_free(script);
    /* too late for good: nothing can come any more */
    script = MAKE(true, 0, "client > server [P.] 1:2", "...", "+0..150ms client > server [P.] 3:4");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_FAILED);
    script_free(script);
}

static void test_variables(void)
{
    struct sighting a = by_letter('a', START), b = by_letter('b', START + MS),
                    c = by_letter('c', START + 2 * MS);
    struct pattern_trouble trouble;
    size_t bad;
    struct script *script;
    const char *const early[] = {"client > server [P.] $a:$b", "client > server [P.] seq $c+1"};

    bindings.count = 0;
    script = MAKE(false, 0, "client > server [P.] $a:$b", "client > server [P.] $b:$c win $w");
    script_feed(script, &a);
    CHECK_INT(bindings.count, 0); /* not before it is complete */
    CHECK_INT(script_feed(script, &b), SCRIPT_COMPLETE);
    CHECK_STR(bindings_get(&bindings, "a"), "1");
    CHECK_STR(bindings_get(&bindings, "c"), "3");
    CHECK_STR(bindings_get(&bindings, "w"), "102");
    script_free(script);

    script = MAKE(false, 0, "client > server [P.] $c:$d"); /* the next script of the claim */
    CHECK_INT(script_feed(script, &c), SCRIPT_COMPLETE);
    CHECK_STR(bindings_get(&bindings, "d"), "4");
    script_free(script);
    script = MAKE(false, 0, "client > server [P.] $d:$e");
    CHECK_INT(script_feed(script, &c), SCRIPT_FAILED);
    CHECK(!bindings_get(&bindings, "e"));
    script_free(script);

    /* a value chosen too soon must not spoil what comes: all choices are followed */
    bindings.count = 0;
    script = MAKE(false, 0, "...", "client > server [P.] $a:$b", "client > server [P.] 3:4 win $a+101");
    script_feed(script, &a);
    script_feed(script, &b);
    CHECK_INT(script_feed(script, &c), SCRIPT_COMPLETE);
    CHECK_STR(bindings_get(&bindings, "a"), "2");
    script_free(script);

    bindings.count = 0;
    CHECK(!script_new(early, 2, &names, &bindings, false, 0, &trouble, &bad));
    CHECK_INT(bad, 1);
    CHECK_INT(trouble.column, 26);
    CHECK(strstr(trouble.message, "`$c' has no value yet"));
}

/* Many packets for one line must neither take long nor be forgotten. */
static void test_many(void)
{
    static struct sighting packet[MANY + 1];
    struct script *script;

    for (size_t i = 0; i <= MANY; i++)
        packet[i] = by_letter(i < MANY ? (i % 2 ? 'a' : 'b') : 'f', START + (int64_t)i);
    bindings.count = 0;
    script = MAKE(true, 0, "* client > server [P.]", "* client > server [P.] win $w",
                  "+0..1s client > server [F.]");
    for (size_t i = 0; i <= MANY; i++)
        script_feed(script, &packet[i]);
    CHECK_INT(script_state(script), SCRIPT_COMPLETE);
    CHECK_INT(script_consumed(script), MANY + 1);
    CHECK_INT(script_line_matches(script, 0), MANY);
    CHECK_INT(script_line_of(script, MANY), 2);
    script_free(script);

    bindings.count = 0;
    script = MAKE(false, 0, "...", "client > server [P.] seq $s", "...", "client > server [F.]");
    for (size_t i = 0; i <= MANY; i++)
        script_feed(script, &packet[i]);
    CHECK_INT(script_state(script), SCRIPT_COMPLETE);
    CHECK_INT(script_line_matches(script, 2), MANY - 1);
    CHECK_STR(bindings_get(&bindings, "s"), "2");
    script_free(script);
}

/* --- the report --- */

static char *report(struct script *script, const char *fed, unsigned width, struct sighting *packet)
{
    static char text[1 << 16];
    FILE *out = fmemopen(text, sizeof(text), "w");
    size_t longest = 0;

    for (size_t i = 0; fed[i]; i++) {
        packet[i] = by_letter(fed[i], START + (int64_t)i * 1500000);
        packet[i].number = (unsigned)i + 10;
        script_feed(script, &packet[i]);
    }
    script_report(script, out, width);
    fclose(out);
    for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (strcspn(p, "\n") > longest)
            longest = strcspn(p, "\n");
    CHECK(longest <= (width < 70 ? 70 : width));
    script_free(script);
    return text;
}

static void test_reports(void)
{
    struct sighting packet[PACKETS];

    bindings.count = 0;
    CHECK_STR(
        report(MAKE(false, 0, "client > server [P.] 1:2", "client > server [P.] 2:4", "server > client [.]"),
               "ac.", 120, packet),
        "   expected                    observed\n"
        "   1 client > server [P.] 1:2  #10 client > server [P.] 1:2 ack 0\n"
        ">> 2 client > server [P.] 2:4  #11 client > server [P.] 3:4 ack 0\n"
        "   3 server > client [.]       #12 server > client [.] ack 0\n"
        "line 2 differs in seq: expected 2:4, observed 3:4\n");
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:$b", "...", "client > server [P.] $b:9",
                          "? server > client [.]"),
                     "ac", 80, packet),
              "   expected                     observed\n"
              "   1 client > server [P.] 1:$b  #10 client > server [P.] 1:2 ack 0\n"
              "   2 ...                        #11 client > server [P.] 3:4 ack 0\n"
              ">> 3 client > server [P.] $b:9\n"
              "   4 ? server > client [.]\n"
              "line 3 never came; nearest packet: #11 client > server [P.] 3:4 ack 0, which\n"
              "    differs in seq: expected $b:9 ($b = 2), observed 3:4\n"
              "variables: $b = 2\n");
    /* nothing came */
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2"), "", 80, packet),
              "   expected                    observed\n"
              ">> 1 client > server [P.] 1:2\n"
              "line 1 never came; there was no packet\n");
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2", "server > client [.]"), "a", 120, packet),
              "   expected                    observed\n"
              "   1 client > server [P.] 1:2  #10 client > server [P.] 1:2 ack 0\n"
              ">> 2 server > client [.]\n"
              "line 2 never came; there was no further packet\n");
    /* two lines changed places; options are shown where the line names one */
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2", "client > server [P.] 2:3 no TS ttl 0"),
                     "bacd", 120, packet),
              "   expected                                observed\n"
              ">> 1 client > server [P.] 1:2              #10 client > server [P.] 2:3 ack 0\n"
              "   2 client > server [P.] 2:3 no TS ttl 0  #11 client > server [P.] 1:2 ack 0\n"
              "                                           #12 client > server [P.] 3:4 ack 0\n"
              "                                           #13 client > server [P.] 4:5 ack 0\n"
              "line 1 came after line 2: #10 is as line 2 says, #11 as line 1\n");
    /* a repeated line, many packets */
    CHECK_STR(report(MAKE(false, 0, "* client.40000 > server [P.] seq <3", "server > client [.]"), "c", 120,
                     packet),
              "   expected                               observed\n"
              ">> 1 * client.40000 > server [P.] seq <3  #10 client.0 > server.0 [P.] 3:4 ack 0\n"
              "   2 server > client [.]\n"
              "line 1 differs in source port and 1 more: expected 40000, observed 0\n");
    CHECK_STR(report(MAKE(false, 0, "* client > server [P.] seq <3", "server > client [.]"), "abababababc",
                     120, packet),
              "   expected                         observed\n"
              "   1 * client > server [P.] seq <3  #10 client > server [P.] 1:2 ack 0\n"
              "                                    #11 client > server [P.] 2:3 ack 0\n"
              "                                    #12 client > server [P.] 1:2 ack 0\n"
              "                                    #13 client > server [P.] 2:3 ack 0\n"
              "                                    (4 more)\n"
              "                                    #18 client > server [P.] 1:2 ack 0\n"
              "                                    #19 client > server [P.] 2:3 ack 0\n"
              ">> 1 * client > server [P.] seq <3  #20 client > server [P.] 3:4 ack 0\n"
              "   2 server > client [.]\n"
              "line 1 differs in seq: expected <3, observed 3\n");
    /* time */
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2", "+190..210ms client > server [P.] 2:3"),
                     "abc", 120, packet),
              "   expected                                observed\n"
              "   1 client > server [P.] 1:2              #10 client > server [P.] 1:2 ack 0\n"
              ">> 2 +190..210ms client > server [P.] 2:3  #11 +1.500ms client > server [P.] 2:3 ack 0\n"
              "                                           #12 +1.500ms client > server [P.] 3:4 ack 0\n"
              "line 2 differs in time: expected +190..210ms, observed +1.5ms\n");
    CHECK_STR(
        report(MAKE(false, 0, "...", "client > server [P.] 1:2", "client > server [P.] 2:3"), "bba", 200,
               packet),
        "   expected                    observed\n"
        "   1 ...                       #10 client > server [P.] 2:3 ack 0\n"
        "                               #11 client > server [P.] 2:3 ack 0\n"
        "   2 client > server [P.] 1:2  #12 client > server [P.] 1:2 ack 0\n"
        ">> 3 client > server [P.] 2:3\n"
        "line 3 never came; nearest packet: #10 client > server [P.] 2:3 ack 0, which came before its turn\n");
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2"), "abc", 100, packet),
              "   expected                    observed\n"
              "   1 client > server [P.] 1:2  #10 client > server [P.] 1:2 ack 0\n"
              "                               (2 not part of this)\n"
              "every line is satisfied\n");
    /* narrow: wrapped; windows are shown where a line names one */
    CHECK_STR(report(MAKE(false, 0, "client > server [P.] 1:2 win 101 len 1 tos 0", "server > client [.]"),
                     "ab", 70, packet),
              "   expected                           observed\n"
              "   1 client > server [P.] 1:2 win     #10 client > server [P.] 1:2 ack\n"
              "       101 len 1 tos 0                    0 win 101\n"
              ">> 2 server > client [.]              #11 client > server [P.] 2:3 ack\n"
              "                                          0 win 102\n"
              "line 2 differs in direction and 2 more: expected server > client,\n"
              "    observed client > server\n");
}

/* The sentence about packets fed to these lines. */
static const char *sentence(struct script *script, const char *fed)
{
    static char text[SCRIPT_SENTENCE];
    struct sighting packet[PACKETS];

    bindings.count = 0;
    for (size_t i = 0; fed[i]; i++) {
        packet[i] = by_letter(fed[i], START + (int64_t)i * 1500000);
        script_feed(script, &packet[i]);
    }
    script_sentence(script, text);
    script_free(script);
    return text;
}

static void test_sentences(void)
{
    const char *const a = "client > server [P.] 1:2", *const b = "client > server [P.] 2:3",
                      *const ack = "server > client [.]", *const fin = "client > server [F.] 6:6";

    /* one field; several; the right packet after the wrong one */
    CHECK_STR(sentence(MAKE(false, 0, a, b), "ac"), "line 2 differs in seq: expected 2:3, observed 3:4");
    CHECK_STR(sentence(MAKE(false, 0, a, ack), "ab"),
              "line 2 differs in direction and 2 more: expected server > client, observed client > server");
    CHECK_STR(sentence(MAKE(false, 0, a, b), "acb"),
              "line 2 differs in seq: expected 2:3, observed 3:4; it came later, as #3");
    /* too much, too little, changed places, once more */
    CHECK_STR(sentence(MAKE(false, 0, a, fin), "a.f"), "#2 was not expected: line 2 came after it, as #3");
    CHECK_STR(sentence(MAKE(false, 0, a, b, ack), "a."), "line 2 never came: #2 is as line 3 says");
    CHECK_STR(sentence(MAKE(false, 0, a, b), "ba"),
              "line 1 came after line 2: #1 is as line 2 says, #2 as line 1");
    CHECK_STR(sentence(MAKE(false, 0, a, ack), "aa"), "#2 is as line 1 says, once more; line 2 never came");
    CHECK_STR(sentence(MAKE(false, 0, a, ack), "aa."),
              "#2 is as line 1 says, once more; line 2 came after it, as #3");
    /* only too early, though it is as another line says too */
    CHECK_STR(sentence(MAKE(false, 0, a, "+5ms.. client > server [P.] 1:2"), "aa"),
              "line 2 differs in time: expected +5ms.., observed +1.5ms");
    /* what never came */
    CHECK_STR(sentence(MAKE(false, 0, a), ""), "line 1 never came; there was no packet");
    CHECK_STR(sentence(MAKE(false, 0, "* client > server [P.]", ack), "ab"), "line 2 never came");
    CHECK_STR(sentence(MAKE(false, 0, a), "a"), "every line is satisfied");
}

static void test_culprits(void)
{
    struct sighting packet = by_letter('b', START);
    struct script *script = MAKE(false, 0, "client > server [P.] 1:2");

    CHECK(script_culprit(script) == NULL);
    script_feed(script, &packet);
    CHECK(script_culprit(script) == &packet);
    script_free(script);
}

int main(void)
{
    make_names();
    test_runs();
    test_time();
    test_variables();
    test_many();
    test_reports();
    test_sentences();
    test_culprits();
    return check_done();
}

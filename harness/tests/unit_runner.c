/* SPDX-License-Identifier: MIT */
/* Unit tests of the lab command's parts that judge and select: verdicts, the table, patterns, suggestions,
 * JSON. */
#include "tests/check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/arguments.h"
#include "runner/choose.h"
#include "runner/suggest.h"
#include "runner/trial.h"
#include "runner/verdict.h"

#define HEADER         "id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n"
#define ROW(id, links) "doc/" id "\tTCP_CORK\tdoc\tsection\tstate\tA sentence.\t" links "\n"

static const char listing[] =
    "{\"experiment\":\"tcp_cork\",\"option\":\"TCP_CORK\",\"file\":\"experiments/tcp/tcp_cork.c\",\"claims\":["
    "{\"id\":\"tcp_cork.sends/v4\",\"name\":\"sends\",\"family\":\"v4\",\"sentence\":\"s\",\"line\":3,\"treated\":true},"
    "{\"id\":\"tcp_cork.sends/v6\",\"name\":\"sends\",\"family\":\"v6\",\"sentence\":\"s\",\"line\":3,\"treated\":true},"
    "{\"id\":\"tcp_cork.holds_back\",\"name\":\"holds_back\",\"family\":null,\"sentence\":\"s\",\"line\":9,"
    "\"treated\":false,\"untreated\":\"a default\",\"cites\":\"tcp(7)\",\"needs\":[\"root\"]}]}";

/* A suite of the listing and these rows, linked and checked. */
static struct suite suite_of(const char *rows)
{
    struct suite suite = {.table = "table.tsv"};

    suite_add_listing(&suite, "tcp_cork", listing, strlen(listing));
    suite_sort(&suite);
    suite_parse_statements(&suite, rows, strlen(rows));
    suite_link(&suite);
    suite_check(&suite);
    return suite;
}

/* The one problem of a table that also links everything that must be linked; NULL if there is none. */
static const char *problem_of(const char *row)
{
    struct suite suite =
        suite_of(keep_format("%s%s%s", HEADER, ROW("linked", "tcp_cork.sends,tcp_cork.holds_back\t\t"), row));

    CHECK(suite.problems.count <= 1);
    return suite.problems.count ? suite.problems.list[0] : NULL;
}

static void test_good_table(void)
{
    struct suite suite =
        suite_of(HEADER ROW("a", "tcp_cork.sends\ttcp_cork.holds_back\t") ROW("b", "\t\tno such thing"));

    CHECK_INT(suite.problems.count, 0);
    CHECK_INT(suite.statements_count, 2);
    CHECK_INT(suite.statements[0].confirming.count, 2);
    CHECK_INT(suite.statements[0].refuting.count, 1);
    CHECK_STR(suite.statements[0].refuting.list[0]->id, "tcp_cork.holds_back");
    CHECK_STR(suite.statements[1].untestable, "no such thing");
    CHECK_STR(texts_join(&suite.claims.list[1]->statements, " "), "doc/a");
}

static void test_table_problems(void)
{
    char *wide = keep(300001);

    CHECK_STR(problem_of(""), NULL);
    CHECK_STR(problem_of(ROW("x", "tcp_cork.sneds\t\t")),
              "table.tsv:3: unknown claim `tcp_cork.sneds'; did you mean `tcp_cork.sends'?");
    CHECK_STR(problem_of(ROW("x", "zzz\t\t")),
              "table.tsv:3: unknown claim `zzz'; `lab list' shows those there are");
    /* an experiment is no claim */
    CHECK(strstr(problem_of(ROW("x", "tcp_cork\t\t")), "unknown claim `tcp_cork'") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.sends/v5\t\t")), "did you mean `tcp_cork.sends/v4'?") != NULL);
    CHECK_STR(problem_of(ROW("linked", "\t\t")),
              "table.tsv:3: the id `doc/linked' is taken by line 2; an id is one statement's for ever");
    CHECK_STR(problem_of("doc/x\tTCP_CORK\tdoc\n"),
              "table.tsv:3: 3 columns, there must be 9 (tabs between them, empty ones too)");
    CHECK_STR(problem_of(ROW("x", "\t\t\t")),
              "table.tsv:3: 10 columns, there must be 9 (tabs between them, empty ones too)");
    CHECK_STR(problem_of("doc/x\t\tdoc\tsection\tstate\tA.\t\t\t\n"),
              "table.tsv:3: the column `option' is empty");
    CHECK(strstr(problem_of("other/x\t-\tdoc\tsection\tstate\tA.\t\t\t\n"),
                 "does not begin with its document") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.sends\t\twhy")), "yet given as untestable") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.holds_back\ttcp_cork.holds_back\t")),
                 "both confirm and refute") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.sends,,tcp_cork.holds_back\t\t")), "empty name") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.holds_back,tcp_cork.holds_back\t\t")), "twice") != NULL);
    CHECK(strstr(problem_of(ROW("x", "tcp_cork.sends,tcp_cork.sends/v4\t\t")),
                 "`tcp_cork.sends/v4' is linked twice") != NULL);
    CHECK_STR(problem_of("\n"), "table.tsv:3: empty line; remove it");
    CHECK(strstr(problem_of("doc/x\tTCP_CORK\tdoc\tsection\tstate\tA\x1b[31m.\t\t\t\n"),
                 "control characters") != NULL);
    CHECK(strstr(problem_of("doc/x\tTCP_CORK\tdoc\tsection\tstate\tA\xff.\t\t\t\n"), "not UTF-8") != NULL);
    CHECK_STR(problem_of("doc/x\tTCP_CORK\tdoc\tsection\tstate\tA\xc3\xa9.\t\t\t\n"), NULL);
    CHECK_STR(problem_of("doc/x\tTCP_CORK\tdoc\tsection\tstate\tA.\t\t\t"),
              "table.tsv:3: the last line has no line end; is the file cut off?");
    memset(wide, 'x', 300000);
    CHECK_STR(problem_of(keep_format("doc/x\tTCP_CORK\tdoc\tsection\tstate\t%s\t\t\t\n", wide)), NULL);
}

static const char *first_problem(const char *rows)
{
    struct suite suite = {.table = "table.tsv"};

    suite_parse_statements(&suite, rows, strlen(rows));
    return suite.problems.count ? suite.problems.list[0] : NULL;
}

static void test_table_shape(void)
{
    CHECK(strstr(first_problem(""), "table.tsv:1: the file is empty") != NULL);
    CHECK_STR(first_problem(HEADER), NULL);
    CHECK_STR(first_problem("id\toption\n"),
              "table.tsv:1: the header has 2 columns, the 3. must be `document'");
    CHECK_STR(first_problem("ID\toption\n"), "table.tsv:1: the header's 1. column is `ID', it must be `id'");
    CHECK_STR(first_problem("id\toption\tdocument\tsection\tkind\tstatement\r\n"),
              "table.tsv:1: the line ends in CR LF; save the file with LF line ends");
    CHECK_STR(first_problem(HEADER ROW("a", "\t\t\r")),
              "table.tsv:2: the line ends in CR LF; save the file with LF line ends");
    CHECK(
        strstr(
            first_problem(
                "id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\tmore\n"),
            "10 columns") != NULL);
}

static void test_claim_problems(void)
{
    static const char linked[] = HEADER ROW("a", "tcp_cork.sends\t\t");
    struct suite suite = suite_of(HEADER ROW("a", "tcp_cork.sends/v4\t\t"));

    /* one family linked, the other not */
    CHECK_INT(suite.problems.count, 1);
    CHECK(strstr(suite.problems.list[0],
                 "experiments/tcp/tcp_cork.c:3: claim `tcp_cork.sends/v6' decides no") != NULL);
    /* neither: one problem, of the claim as a whole */
    suite = suite_of(HEADER);
    CHECK_INT(suite.problems.count, 1);
    CHECK(strstr(suite.problems.list[0], "claim `tcp_cork.sends' decides no statement and cites nothing") !=
          NULL);

    /* the same listing twice: a stale executable */
    suite = (struct suite){.table = "table.tsv"};
    suite_add_listing(&suite, "new/tcp_cork", listing, strlen(listing));
    suite_add_listing(&suite, "old/tcp_cork", listing, strlen(listing));
    suite_sort(&suite);
    suite_parse_statements(&suite, linked, strlen(linked));
    suite_link(&suite);
    suite_check(&suite);
    CHECK_INT(suite.problems.count, 3);
    CHECK(strstr(suite.problems.list[0], "left over from an older build") != NULL);
}

static size_t listing_problems(const char *json)
{
    struct suite suite = {.table = "table.tsv"};

    suite_add_listing(&suite, "x", json, strlen(json));
    return suite.problems.count;
}

static void test_listing_problems(void)
{
    CHECK_INT(listing_problems(listing), 0);
    CHECK_INT(listing_problems(""), 1);
    CHECK_INT(listing_problems("[]"), 1);
    CHECK_INT(listing_problems("{"), 1);
    CHECK_INT(listing_problems("{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[]}"), 0);
    CHECK_INT(listing_problems("{\"experiment\":\"../a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[]}"),
              1);
    CHECK_INT(listing_problems("{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":{}}"), 1);
    CHECK_INT(listing_problems("{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[3]}"), 1);
    /* ids become folders: no way out of the results */
    CHECK_INT(listing_problems(
                  "{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[{\"id\":\"a.../../x\","
                  "\"name\":\"../../x\",\"sentence\":\"s\",\"treated\":true}]}"),
              1);
    CHECK_INT(listing_problems(
                  "{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[{\"id\":\"b.x\","
                  "\"name\":\"x\",\"sentence\":\"s\",\"treated\":true}]}"),
              1);
    CHECK_INT(listing_problems(
                  "{\"experiment\":\"a\",\"option\":\"A\",\"file\":\"a.c\",\"claims\":[{\"id\":\"a.x\","
                  "\"name\":\"x\",\"sentence\":\"s\",\"treated\":1,\"needs\":[2]}]}"),
              2);
}

/* `v4`, `v6` are the outcomes of the two claims that confirm, `other` is that of the one that refutes. */
static enum verdict verdict_of(enum outcome v4, enum outcome v6, enum outcome other)
{
    struct suite suite = suite_of(HEADER ROW("a", "tcp_cork.sends\ttcp_cork.holds_back\t"));

    suite.claims.list[0]->outcome = other;
    suite.claims.list[1]->outcome = v4;
    suite.claims.list[2]->outcome = v6;
    suite_judge(&suite);
    return suite.statements[0].verdict;
}

static void test_verdicts(void)
{
    struct suite suite =
        suite_of(HEADER ROW("a", "tcp_cork.sends\t\t") ROW("b", "\t\tanother system") ROW("c", "\t\t"));
    size_t counts[VERDICTS];

    CHECK_INT(verdict_of(OUTCOME_HOLDS, OUTCOME_HOLDS, OUTCOME_NONE), VERDICT_CONFIRMED);
    CHECK_INT(verdict_of(OUTCOME_HOLDS, OUTCOME_SKIPPED, OUTCOME_SKIPPED), VERDICT_CONFIRMED);
    CHECK_INT(verdict_of(OUTCOME_SKIPPED, OUTCOME_NONE, OUTCOME_HOLDS), VERDICT_REFUTED);
    CHECK_INT(verdict_of(OUTCOME_HOLDS, OUTCOME_SKIPPED, OUTCOME_HOLDS), VERDICT_PARTLY);
    CHECK_INT(verdict_of(OUTCOME_HOLDS, OUTCOME_HOLDS, OUTCOME_FAILS), VERDICT_OPEN);
    CHECK_INT(verdict_of(OUTCOME_HOLDS, OUTCOME_BROKEN, OUTCOME_HOLDS), VERDICT_OPEN);
    CHECK_INT(verdict_of(OUTCOME_SKIPPED, OUTCOME_SKIPPED, OUTCOME_SKIPPED), VERDICT_OPEN);
    CHECK_INT(verdict_of(OUTCOME_NONE, OUTCOME_NONE, OUTCOME_NONE), VERDICT_OPEN);

    suite.claims.list[1]->outcome = OUTCOME_SKIPPED;
    suite.claims.list[1]->reason = "needs root";
    suite_judge(&suite);
    CHECK_STR(suite.statements[0].reason, "tcp_cork.sends/v4 was skipped: needs root");
    CHECK_INT(suite.statements[1].verdict, VERDICT_UNTESTABLE);
    CHECK_STR(suite.statements[1].reason, "another system");
    CHECK_INT(suite.statements[2].verdict, VERDICT_OPEN);
    CHECK_STR(suite.statements[2].reason, "no claim is linked");
    suite.claims.list[2]->outcome = OUTCOME_FAILS;
    suite_judge(&suite);
    CHECK_STR(suite.statements[0].reason, "tcp_cork.sends/v6 fails");
    verdicts_count(&suite, counts);
    CHECK_INT(counts[VERDICT_OPEN], 2);
    CHECK_INT(counts[VERDICT_UNTESTABLE], 1);
}

/* How many claims one pattern selects; -1 if it is refused. */
static int chosen_by(const char *pattern)
{
    struct suite suite = suite_of(HEADER);
    struct texts patterns = {0};
    struct claims chosen = {0};

    if (pattern)
        texts_add(&patterns, pattern);
    return choose(&suite, &patterns, &chosen) ? -1 : (int)chosen.count;
}

static void test_patterns(void)
{
    CHECK_INT(chosen_by(NULL), 3);
    CHECK_INT(chosen_by("tcp_cork"), 3);
    CHECK_INT(chosen_by("tcp_cork.sends"), 2);
    CHECK_INT(chosen_by("tcp_cork.sends/v6"), 1);
    CHECK_INT(chosen_by("tcp_cork.holds_back"), 1);
    CHECK_INT(chosen_by("*/v4"), 1);
    CHECK_INT(chosen_by("tcp_*"), 3);
    CHECK_INT(chosen_by("tcp_cork.[hs]*s/v?"), 2);
    CHECK_INT(chosen_by("*"), 3);
    CHECK_INT(chosen_by("tcp_cork.send"), -1);
    CHECK_INT(chosen_by("tcp_cork/v4"), -1);
    CHECK_INT(chosen_by(""), -1);
}

static void test_suggestions(void)
{
    struct texts names = {0};

    texts_add(&names, "tcp_cork");
    texts_add(&names, "tcp_nodelay");
    texts_add(&names, "so_linger");
    CHECK_INT(edit_distance("", "abc"), 3);
    CHECK_INT(edit_distance("abc", "abc"), 0);
    CHECK_INT(edit_distance("abcd", "acbd"), 1);
    CHECK_INT(edit_distance("kitten", "sitting"), 3);
    CHECK_STR(suggest("tcp_crok", &names), "tcp_cork");
    CHECK_STR(suggest("so_lingr", &names), "so_linger");
    CHECK_STR(suggest("TCP_NODELAY", &names), "tcp_nodelay");
    CHECK_STR(suggest("delay", &names), "tcp_nodelay");
    CHECK_STR(suggest("quite something else", &names), NULL);
    CHECK_STR(suggest("", &names), NULL);
    CHECK_STR(suggest("xy", &names), NULL);
}

static void test_numbers(void)
{
    long number = 7;

    CHECK_INT(number_parse("12", 1, 20, &number), 0);
    CHECK_INT(number, 12);
    CHECK_INT(number_parse("0", 1, 20, &number), -1);
    CHECK_INT(number_parse("21", 1, 20, &number), -1);
    CHECK_INT(number_parse("-1", -5, 20, &number), -1);
    CHECK_INT(number_parse(" 1", 1, 20, &number), -1);
    CHECK_INT(number_parse("1x", 1, 20, &number), -1);
    CHECK_INT(number_parse("", 0, 20, &number), -1);
    CHECK_INT(number_parse("99999999999999999999", 1, 20, &number), -1);
    CHECK_INT(number, 12);
}

static void test_clean(void)
{
    CHECK_STR(keep_clean("a\033[31mb\n\tc", 10), "a?[31mb\n\tc");
    CHECK_STR(keep_clean("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK_STR(keep_clean("\xc3", 1), "?");
    CHECK_STR(keep_clean("\xc0\xaf", 2), "??");           /* overlong */
    CHECK_STR(keep_clean("\xed\xa0\x80", 3), "???");      /* surrogate */
    CHECK_STR(keep_clean("\xc2\x9b", 2), "?");            /* C1 CSI */
    CHECK_STR(keep_clean("\xf5\x80\x80\x80", 4), "????"); /* beyond U+10FFFF */
    CHECK_STR(keep_clean("a\0b", 3), "a?b");
}

/* The reason (or "" with outcome `holds`) that a notebook of these bytes gives. */
static const char *judge(const char *bytes, enum outcome *outcome)
{
    char folder[] = "/tmp/unit_runner.XXXXXX";
    struct suite suite = suite_of(HEADER);
    struct trial trial = {0};
    const char *path;
    int fd, file;

    if (!mkdtemp(folder))
        return "no folder";
    path = keep_format("%s/notebook.jsonl", folder);
    fd = open(folder, O_RDONLY | O_DIRECTORY);
    file = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(file >= 0 && write(file, bytes, strlen(bytes)) == (ssize_t)strlen(bytes));
    close(file);
    trial_read(&trial, fd, suite.claims.list[0], false);
    *outcome = trial.outcome;
    trial_free(&trial);
    unlink(path);
    rmdir(folder);
    close(fd);
    return trial.reason;
}

#define START "{\"t\":1,\"kind\":\"start\",\"claim\":\"tcp_cork.holds_back\",\"placebo\":false}\n"
#define END   "{\"t\":2,\"kind\":\"end\",\"outcome\":\"holds\",\"reason\":\"\"}\n"

static void test_notebooks(void)
{
    static const struct {
        const char *bytes;
        enum outcome outcome;
        const char *reason;
    } rows[] = {
        {START END, OUTCOME_HOLDS, ""},
        {START "{\"kind\":\"end\",\"outcome\":\"fails\",\"reason\":\"why\"}\n", OUTCOME_FAILS, "why"},
        {START "{\"kind\":\"end\",\"outcome\":\"fails\"}\n", OUTCOME_FAILS, "no reason given"},
        {START, OUTCOME_BROKEN, "the notebook has no end"},
        {"", OUTCOME_BROKEN, "the notebook is empty"},
        {END, OUTCOME_BROKEN, "notebook.jsonl:1: it does not begin with start"},
        {START START END, OUTCOME_BROKEN, "notebook.jsonl:2: a second start"},
        {START END END, OUTCOME_BROKEN, "notebook.jsonl:3: it goes on after its end"},
        {START "{\"kind\":\"end\",\"outcome\":\"passes\"}\n", OUTCOME_BROKEN,
         "notebook.jsonl:2: unknown outcome `passes'"},
        {START "{\"kind\":\"end\"}\n", OUTCOME_BROKEN, "notebook.jsonl:2: unknown outcome `'"},
        {START "{\"kind\":\"end\",\"outcome\":\"holds\"}", OUTCOME_BROKEN,
         "notebook.jsonl:2: the last line is cut off"},
        {START "3\n" END, OUTCOME_BROKEN, "notebook.jsonl:2: '[' or '{' expected near '3'"},
        {START "[]\n" END, OUTCOME_BROKEN, "notebook.jsonl:2: not a JSON object"},
        {START "{\"t\":3}\n" END, OUTCOME_BROKEN, "notebook.jsonl:2: a record without a kind"},
        {START "{\"kind\":\"fact\",\"name\":\"x\",\"value\":[]}\n" END, OUTCOME_BROKEN,
         "notebook.jsonl:2: a fact needs a name, and a number or text as value"},
        {START "{\"kind\":\"something new\"}\n" END, OUTCOME_HOLDS, ""},
        {"{\"kind\":\"start\",\"claim\":\"tcp_cork.sends/v4\"}\n" END, OUTCOME_BROKEN,
         "notebook.jsonl:1: it is the notebook of another claim: `tcp_cork.sends/v4'"},
        {"{\"kind\":\"start\",\"claim\":\"tcp_cork.holds_back\",\"placebo\":true}\n" END, OUTCOME_BROKEN,
         "notebook.jsonl:1: a placebo run that nobody asked for"},
        {START
         "{\"kind\":\"end\",\"outcome\":\"holds\",\"captures\":[{\"file\":\"client.pcap\",\"dropped\":2}]}\n",
         OUTCOME_BROKEN, "the capture client.pcap missed 2 packets"},
        {START "{\"kind\":\"end\",\"outcome\":\"holds\",\"captures\":[{\"file\":\"../x\"}]}\n",
         OUTCOME_BROKEN, "notebook.jsonl:2: a capture without the name of its file"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum outcome outcome = OUTCOME_NONE;

        CHECK_STR(judge(rows[i].bytes, &outcome), rows[i].reason);
        CHECK_INT(outcome, rows[i].outcome);
    }
}

int main(void)
{
    test_good_table();
    test_table_problems();
    test_table_shape();
    test_claim_problems();
    test_listing_problems();
    test_verdicts();
    test_patterns();
    test_suggestions();
    test_numbers();
    test_clean();
    test_notebooks();
    keep_free_all();
    return check_done();
}

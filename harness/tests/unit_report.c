/* SPDX-License-Identifier: MIT */
/* What the report lets in and how it writes it; the page itself is tested in a browser
 * (harness/tests/browser). */
#include "report/report.h"
#include "report/runs.h"
#include "report/text.h"
#include "tests/check.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_json(const char *string, const char *expected)
{
    struct text text = {0};

    text_json_string(&text, string, strlen(string));
    CHECK_STR(text.bytes, expected);
    free(text.bytes);
}

static void check_text(void)
{
    struct text text = {0};

    check_json("", "\"\"");
    check_json("</script><!--", "\"\\u003c/script>\\u003c!--\"");
    check_json("\"\\\n\x01\x7f", "\"\\u0022\\u005c\\u000a\\u0001\\u007f\"");
    check_json("é日\xf0\x9f\x98\x80", "\"é日\xf0\x9f\x98\x80\"");
    check_json("\xff\xc0\x80\xed\xa0\x80\xe2\x82",
               "\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
    text_json(&text, "[\"<a>\"]<", 8);
    CHECK_STR(text.bytes, "[\"\\u003ca>\"]\\u003c");
    text.length = 0;
    for (int i = 0; i < 4; i++)
        text_number(&text, (const long[]){0, -7, 1234567890, LONG_MIN}[i]);
    CHECK_STR(text.bytes, "0-71234567890-9223372036854775808");
    free(text.bytes);
}

static void check_below(void)
{
    CHECK(runs_below("a") && runs_below("a/b.c") && runs_below("..a/b..") && runs_below(".a"));
    CHECK(!runs_below("") && !runs_below("/a") && !runs_below("..") && !runs_below("a/../b") &&
          !runs_below("./a") && !runs_below("a//b") && !runs_below("a/"));
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    CHECK(file && fputs(text, file) >= 0);
    if (file)
        fclose(file);
}

/* The page over this results.json, or NULL with `*error`. */
static char *page_of(const char *results, char **error)
{
    const char *const paths[] = {"run/results.json"};
    const struct report_request request = {
        .results = paths, .count = 1, .home = ".", .folder = ".", .threads = 2};
    size_t length;

    write_file(paths[0], results);
    return report_page(&request, &length, error);
}

static void check_refused(const char *results, const char *expected)
{
    char *error, *page = page_of(results, &error);

    CHECK(!page);
    CHECK(error && strstr(error, expected));
    if (error && !strstr(error, expected))
        fprintf(stderr, "expected to find: %s\nin: %s\n", expected, error);
    free(error);
    free(page);
}

static void check_taken(const char *results, const char *wanted, const char *unwanted)
{
    char *error, *page = page_of(results, &error);

    CHECK_STR(error, NULL);
    CHECK(page && (!wanted || strstr(page, wanted)));
    CHECK(page && (!unwanted || !strstr(page, unwanted)));
    free(error);
    free(page);
}

static void check_results(void)
{
    mkdir("run", 0777);
    mkdir("experiments", 0777);
    write_file("experiments/a.c", "CLAIM(b, V4, \"</script>\")\n{\n}\n");
    write_file("secret.c", "the secret\n");
    check_refused("{", "cannot read run/results.json");
    check_refused("[]", "its schema is not 1");
    check_refused("{\"schema\": 2}", "its schema is not 1");
    check_refused("{\"schema\": 1, \"placebo\": true, \"claims\": []}", "placebo run");
    check_refused("{\"schema\": 1}", "no list of claims");
    /* members of the wrong kind are as good as none */
    check_taken(
        "{\"schema\": 1, \"claims\": [7, null, {\"id\": 3}, {\"id\": \"a.b\", \"facts\": {}, \"line\": \"x\","
        "\"statements\": [1, \"s\"], \"sentence\": [\"sentence\"]}], \"statements\": {\"a\": 1}}",
        "\"id\":\"a.b\"", "[\"sentence\"]");
    check_taken("{\"schema\": 1, \"claims\": [{\"id\": \"a.b\", \"file\": \"experiments/a.c\"}]}",
                "\"experiments/a.c\":\"CLAIM(b, V4, \\u0022\\u003c/script>\\u0022)", NULL);
    check_taken("{\"schema\": 1, \"claims\": [{\"id\": \"a.b\", \"file\": \"secret.c\"}]}", NULL,
                "the secret");
    check_taken("{\"schema\": 1, \"claims\": [{\"id\": \"a.b\", \"file\": \"experiments/../secret.c\"}]}",
                NULL, "the secret");
    check_taken("{\"schema\": 1, \"claims\": [{\"id\": \"a.b\", \"evidence\": \"../run\"}]}", NULL,
                "\"evidence\"");
}

int main(void)
{
    char folder[] = "/tmp/unit_report.XXXXXX", command[64];

    if (!mkdtemp(folder) || chdir(folder) < 0) {
        perror("unit_report");
        return 1;
    }
    check_text();
    check_below();
    check_results();
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    /* NOLINTNEXTLINE(cert-env33-c): the folder is named by this test */
    if (chdir("/") < 0 || system(command) != 0)
        fprintf(stderr, "unit_report: %s stays behind\n", folder);
    return check_done();
}

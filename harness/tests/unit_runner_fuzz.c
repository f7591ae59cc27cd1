/* SPDX-License-Identifier: MIT */
/*
 * Feeds the lab's readers with damaged input: the table of statements, listings, notebooks, results.json.
 * They may refuse it, but must not crash, read out of bounds or leak (build with SANITIZE=1), and what they
 * take must be printable. Arguments: rounds and seed, so that a longer run or one that failed can be had
 * again.
 */
#include "tests/check.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/results.h"
#include "runner/say.h"

static uint64_t state;

/* xorshift64 (Marsaglia 2003): the same numbers for the same seed everywhere */
static size_t below(size_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % limit);
}

static const char table[] =
    "id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n"
    "d/a\tO\td\ts\tk\tText.\tx.a, x.b/v4\t\t\n"
    "d/b\tO\td\ts\tk\tText.\t\tx.a\t\n"
    "d/c\tO\td\ts\tk\tText.\t\t\tno\n";
static const char listing[] =
    "{\"experiment\":\"x\",\"option\":\"O\",\"file\":\"x.c\",\"claims\":["
    "{\"id\":\"x.a\",\"name\":\"a\",\"family\":null,\"sentence\":\"s\",\"line\":3,\"treated\":true,\"cites\":\"c\"},"
    "{\"id\":\"x.b/v4\",\"name\":\"b\",\"family\":\"v4\",\"sentence\":\"s\",\"line\":9,\"treated\":false,"
    "\"untreated\":\"u\",\"needs\":[\"root\"],\"takes_ms\":5,\"timeout_s\":3}]}";
static const char notebook[] =
    "{\"t\":1,\"kind\":\"start\",\"claim\":\"x.a\",\"placebo\":false,\"time\":\"real\"}\n"
    "{\"t\":2,\"kind\":\"fact\",\"name\":\"n\",\"value\":1.5,\"unit\":\"ms\"}\n"
    "{\"t\":3,\"kind\":\"expect\",\"text\":\"p\",\"ok\":false,\"line\":4,\"report\":\"r\\nr\"}\n"
    "{\"t\":4,\"kind\":\"end\",\"outcome\":\"fails\",\"reason\":\"why\",\"line\":5,\"captures\":"
    "[{\"file\":\"client.pcap\",\"packets\":1,\"dropped\":0}]}\n";
static const char results[] =
    "{\"schema\":1,\"kernel\":{\"release\":\"6\",\"machine\":\"m\"},\"placebo\":false,\"time\":\"real\",\"started\":\"s\","
    "\"claims\":[{\"id\":\"x.a\",\"outcome\":\"holds\",\"reason\":\"\"},{\"id\":\"x.b/v4\",\"outcome\":\"broken\"}]}";

/* A damaged copy: bytes changed, cut out, doubled, or taken from the words that the formats are made of. */
static char *damage(const char *text, size_t *length)
{
    static const char *const words[] = {"\t", "\n",   "\r\n",    "\"",    "{",
                                        "}",  "[",    "]",       "null",  "1e999",
                                        "-1", "true", "\\u0000", "\xff",  "99999999999999999999",
                                        ",",  "/",    "..",      "\033[", "x.a"};
    size_t room = strlen(text) * 2 + 512, n = strlen(text);
    char *copy = keep(room);

    memcpy(copy, text, n); /* NOLINT(bugprone-not-null-terminated-result): its length goes with it */
    for (size_t i = 1 + below(4); i > 0 && n > 0; i--) {
        size_t at = below(n), count = below(n - at) % 40 + 1;
        const char *word = words[below(sizeof(words) / sizeof(words[0]))];

        switch (below(5)) {
        case 0:
            copy[at] = (char)below(256);
            break;
        case 1:
            n = below(8) ? n : at; /* cut off, now and then */
            break;
        case 2:
            if (at + count > n)
                count = n - at;
            memmove(copy + at, copy + at + count, n - at - count);
            n -= count;
            break;
        case 3:
            count = strlen(word);
            if (n + count >= room)
                break;
            memmove(copy + at + count, copy + at, n - at);
            memcpy(copy + at, word, count);
            n += count;
            break;
        default:
            if (at + count > n || n + count >= room)
                break;
            memmove(copy + at + count, copy + at, n - at);
            n += count;
        }
    }
    *length = n;
    return copy;
}

static void write_file(int folder, const char *name, const char *bytes, size_t length)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK(fd >= 0 && write_all(fd, bytes, length) == 0);
    close(fd);
}

/* Both halves of the suite, one or both of them damaged; then everything that reads a suite. */
static struct suite damaged_suite(bool damage_listing, bool damage_table)
{
    struct suite suite = {.table = "table"};
    size_t length = strlen(listing);
    const char *text = damage_listing ? damage(listing, &length) : listing;

    suite_add_listing(&suite, "x", text, length);
    suite_sort(&suite);
    length = strlen(table);
    text = damage_table ? damage(table, &length) : table;
    suite_parse_statements(&suite, text, length);
    suite_link(&suite);
    suite_check(&suite);
    for (size_t i = 0; i < suite.problems.count; i++) {
        const char *problem = suite.problems.list[i];

        if (strcmp(problem, keep_clean(problem, strlen(problem))) != 0)
            CHECK_STR("a problem that is not printable", problem);
    }
    for (size_t i = 0; i < suite.claims.count; i++)
        if (strstr(suite.claims.list[i]->id, "..") || suite.claims.list[i]->id[0] == '/')
            CHECK_STR("an id that leaves its folder", suite.claims.list[i]->id);
    return suite;
}

static void one_round(int folder, const char *path)
{
    struct suite suite = damaged_suite(below(2), below(2)), whole = damaged_suite(false, false);
    struct trial trial = {0};
    const char *source;
    char *bytes;
    size_t length;

    suite_judge(&suite);
    CHECK_INT(whole.problems.count, 0);

    bytes = damage(notebook, &length);
    write_file(folder, "notebook.jsonl", bytes, length);
    trial_read(&trial, folder, whole.claims.list[0], false);
    CHECK(trial.outcome != OUTCOME_NONE && trial.reason != NULL);
    trial_free(&trial);

    bytes = damage(results, &length);
    write_file(folder, "results.json", bytes, length);
    results_read(&whole, path, &source);
    suite_judge(&whole);
    keep_free_all();
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? atol(argv[1]) : 2000;
    char path[] = "/tmp/unit_runner_fuzz.XXXXXX";
    FILE *quiet = freopen("/dev/null", "w", stderr); /* what the readers say of it would be pages */
    int folder;

    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    if (!quiet || !state || !mkdtemp(path)) {
        printf("unit_runner_fuzz: cannot start\n");
        return 1;
    }
    folder = open(path, O_RDONLY | O_DIRECTORY);
    for (long i = 0; i < rounds && !check_failures; i++) {
        uint64_t before = state;

        one_round(folder, path);
        if (check_failures)
            printf("unit_runner_fuzz: to see it again: unit_runner_fuzz 1 %llu\n",
                   (unsigned long long)before);
    }
    unlinkat(folder, "notebook.jsonl", 0);
    unlinkat(folder, "results.json", 0);
    rmdir(path);
    close(folder);
    return check_done();
}

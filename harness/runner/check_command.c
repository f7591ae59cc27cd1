/* SPDX-License-Identifier: MIT */
/* lab check: do the table of statements and the claims fit together? */
#include "runner/commands.h"
#include "runner/say.h"

#include <stdio.h>

void print_problems(const struct suite *suite)
{
    for (size_t i = 0; i < suite->problems.count; i++)
        fprintf(stderr, "%s\n", suite->problems.list[i]);
}

int load_failed(int result)
{
    return result > 0 ? 128 + result : EXIT_WRONG;
}

int command_check(int argc, char **argv)
{
    struct places places = {0};
    const struct option_row options[] = {PLACE_OPTIONS(places)};
    struct suite suite = {0};
    struct texts rest = {0};
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &rest))
        return EXIT_WRONG;
    if (rest.count) {
        say("it takes no arguments: `%s'", rest.list[0]);
        return EXIT_WRONG;
    }
    if (places_fill(&places, "latest"))
        return EXIT_WRONG;
    result = suite_load(&suite, &places);
    if (result)
        return load_failed(result);
    print_problems(&suite);
    if (suite.problems.count) {
        say("%zu problem%s", suite.problems.count, suite.problems.count == 1 ? "" : "s");
        return EXIT_FAILED;
    }
    printf("%zu experiments, %zu claims, %zu statements: links are in order\n", suite.experiments_count,
           suite.claims.count, suite.statements_count);
    return EXIT_PASSED;
}

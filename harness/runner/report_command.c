/* SPDX-License-Identifier: MIT */
/* lab report: the page over one or several runs. The page itself is made in harness/report. */
#include "report/report.h"
#include "runner/commands.h"
#include "runner/replace.h"
#include "runner/run.h"
#include "runner/say.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REPORT_FILE "report.html"

static unsigned cores(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

/* The page over these results.json files, to be freed; `folder` is where it will lie. NULL after a message.
 */
static char *make_page(const struct texts *files, const char *home, const char *folder, size_t *length)
{
    const struct report_request request = {
        .results = files->list, .count = files->count, .home = home, .folder = folder, .threads = cores()};
    char *error, *page = report_page(&request, length, &error);

    if (!page)
        say("no report: %s", error ? keep_clean(error, strlen(error)) : "out of memory");
    free(error);
    return page;
}

int report_write(struct run *run, const char *home)
{
    struct texts files = {0};
    size_t length;
    char *page;
    int result;

    if (!run->written ||
        run->placebo) /* of a placebo run it would say that every claim fails, as it should */
        return 0;
    texts_add(&files, keep_format("%s/results.json", run->folder.path));
    page = make_page(&files, home, run->folder.path, &length);
    result = page ? folder_write(&run->folder, REPORT_FILE, page, length) : -1;
    free(page);
    if (result == 0)
        run->report = REPORT_FILE;
    return result;
}

static const char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == path ? "/" : slash ? keep_bytes(path, (size_t)(slash - path)) : ".";
}

/* A folder stands for the results.json in it. */
static const char *results_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? keep_format("%s/results.json", path) : path;
}

int command_report(int argc, char **argv)
{
    struct places places = {0};
    const char *file = NULL;
    const struct option_row options[] = {
        {"-o", OPTION_TEXT, "FILE", &file, 0, 0},
        PLACE_OPTIONS(places),
    };
    struct texts given = {0}, files = {0};
    size_t length;
    char *page;
    int result;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &given) ||
        places_fill(&places, "latest"))
        return EXIT_WRONG;
    if (!given.count)
        texts_add(&given, keep_format("%s/results.json", places.results));
    if (given.count > 1 && !file) {
        say("the report of several runs needs a place: -o FILE");
        return EXIT_WRONG;
    }
    for (size_t i = 0; i < given.count; i++)
        texts_add(&files, results_file(given.list[i]));
    if (!file)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is at least one */
        file = keep_format("%s/" REPORT_FILE, folder_of(files.list[0]));
    page = make_page(&files, places.home, folder_of(file), &length);
    if (!page)
        return EXIT_WRONG;
    result = replace_file("-o FILE", file, page, length);
    free(page);
    if (result)
        return EXIT_WRONG;
    puts(path_words(file));
    return EXIT_PASSED;
}

/* SPDX-License-Identifier: MIT */
/* Finds the experiment executables, runs each with --list, and reads what it says (harness/claim/FORMAT.md).
 */
#include "runner/jobs.h"
#include "runner/say.h"
#include "runner/spawn.h"
#include "runner/suite.h"

#include <errno.h>
#include <fts.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define LIST_LIMIT_S  10 /* a listing takes milliseconds */
#define LISTS_AT_ONCE 16

struct listing {
    struct job job;
    const char *argv[3];
};

struct discovery {
    struct suite *suite;
    struct listing *listings;
    size_t count, started;
};

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The executables below the folder, sorted. -1 after a message. */
static int find_executables(const char *folder, struct texts *paths)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    int result = 0;

    if (!tree) {
        say_errno(errno, "cannot read %s", path_words(folder));
        return -1;
    }
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR || entry->fts_info == FTS_NS) {
            say_errno(entry->fts_errno, "cannot read the experiments in %s%s", path_words(entry->fts_path),
                      entry->fts_level == 0 && entry->fts_errno == ENOENT ? " (build them first: make)" : "");
            result = -1;
            break;
        }
        if (entry->fts_info == FTS_F && entry->fts_level == 0) {
            say("cannot read the experiments in %s: it is a file, not a folder", path_words(folder));
            result = -1;
            break;
        }
        if (entry->fts_info == FTS_F && (entry->fts_statp->st_mode & 0111) && entry->fts_name[0] != '.')
            texts_add(paths, keep_text(entry->fts_path));
    }
    fts_close(tree);
    return result;
}

static struct job *next_listing(void *context)
{
    struct discovery *discovery = context;

    return discovery->started < discovery->count ? &discovery->listings[discovery->started++].job : NULL;
}

static void listing_done(void *context, struct job *job)
{
    (void)context;
    (void)job;
}

static const char *first_line(const struct captured *captured)
{
    const char *end = captured->length ? memchr(captured->bytes, '\n', captured->length) : NULL;

    if (!captured->length)
        return "";
    return keep_format("; it says: %s",
                       keep_clean(captured->bytes, end ? (size_t)(end - captured->bytes) : captured->length));
}

static void take_listing(struct suite *suite, struct listing *listing)
{
    struct job *job = &listing->job;
    const char *path = listing->argv[0], *what = NULL;

    if (job->start_error)
        what = errno_words(job->start_error);
    else if (job->over_limit)
        what = keep_format("no listing after %d s", LIST_LIMIT_S);
    else if (!WIFEXITED(job->status) || WEXITSTATUS(job->status))
        what = status_words(job->status);
    else if (job->output.left_out)
        what = "its listing is too long";
    if (what)
        suite_problem(suite, "%s --list: %s%s (an executable there that is no experiment? remove it)",
                      path_words(path), what, first_line(&job->errors));
    else
        suite_add_listing(suite, path, job->output.bytes, job->output.length);
    captured_free(&job->output);
    captured_free(&job->errors);
}

int suite_discover(struct suite *suite, const char *folder)
{
    static const struct jobs_work work = {.next = next_listing, .done = listing_done};
    struct discovery discovery = {.suite = suite};
    struct texts paths = {0};
    int result;

    if (find_executables(folder, &paths))
        return -1;
    discovery.count = paths.count;
    discovery.listings = keep(paths.count * sizeof(struct listing));
    signals_hold();
    for (size_t i = 0; i < paths.count; i++) {
        struct listing *listing = &discovery.listings[i];

        listing->argv[0] = paths.list[i];
        listing->argv[1] = "--list";
        listing->job.argv = listing->argv;
        listing->job.limit_s = LIST_LIMIT_S;
        listing->job.servers = &suite->servers;
        servers_begin(&suite->servers, paths.list[i]);
    }
    result = jobs_run((struct jobs_room){LISTS_AT_ONCE, 0}, &work, &discovery);
    for (size_t i = 0; i < paths.count; i++) {
        if (result == 0)
            take_listing(suite, &discovery.listings[i]);
        captured_free(&discovery.listings[i].job.output);
        captured_free(&discovery.listings[i].job.errors);
    }
    signals_release();
    suite_sort(suite);
    return result;
}

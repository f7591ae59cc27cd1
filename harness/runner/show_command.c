/* SPDX-License-Identifier: MIT */
/* lab show: finds the evidence of a claim in the results folder and has it drawn. */
#include "runner/commands.h"
#include "runner/replace.h"
#include "runner/say.h"
#include "runner/suggest.h"
#include "show/show.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* The ids of all claims with a notebook, repeats included ("tcp_cork.uncorking_sends/v4/repeat-2"). */
static int find_evidence(const char *folder, struct texts *ids)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    size_t skip = strlen(folder);
    FTSENT *entry;

    if (!tree) {
        say_errno(errno, "cannot read %s", path_words(folder));
        return -1;
    }
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_NS && entry->fts_level == 0) {
            say_errno(entry->fts_errno, "cannot read the results in %s (lab run makes them)",
                      path_words(folder));
            fts_close(tree);
            return -1;
        }
        if (entry->fts_info == FTS_F && entry->fts_level >= 2 &&
            strcmp(entry->fts_name, "notebook.jsonl") == 0) {
            const char *id = entry->fts_path + skip + strspn(entry->fts_path + skip, "/");

            texts_add(ids, keep_bytes(id, strlen(id) - strlen("/notebook.jsonl")));
        }
    }
    fts_close(tree);
    return 0;
}

/* As patterns of lab run do: by experiment, by claim without or with family, or by glob. */
static bool id_matches(const char *pattern, const char *id)
{
    const char *experiment = keep_bytes(id, strcspn(id, "."));
    const char *base = keep_bytes(id, strcspn(id, "/"));

    if (strstr(id, "/repeat-")) /* only by its whole name */
        return strcmp(pattern, id) == 0;
    return fnmatch(pattern, id, 0) == 0 || fnmatch(pattern, base, 0) == 0 ||
           fnmatch(pattern, experiment, 0) == 0;
}

static int unknown(const char *folder, const struct texts *ids, const char *pattern)
{
    say("there is no claim `%s' in the results of %s%s", keep_clean(pattern, strlen(pattern)),
        path_words(folder), suggest_words(pattern, ids, "; lab run runs it first"));
    return EXIT_WRONG;
}

static int show_matching(const char *folder, const struct texts *ids, const char *pattern,
                         const struct show_style *style)
{
    bool any = false;
    int result = EXIT_PASSED;

    for (size_t i = 0; i < ids->count; i++) {
        if (!id_matches(pattern, ids->list[i]))
            continue;
        if (any)
            putchar('\n');
        any = true;
        if (show_claim(keep_format("%s/%s", folder, ids->list[i]), stdout, style))
            result = EXIT_WRONG;
    }
    return any ? result : unknown(folder, ids, pattern);
}

/* One claim as SVG, to the file `path` or, without one, to standard output. */
static int show_picture(const char *folder, const struct texts *ids, const char *pattern, const char *path,
                        bool everything)
{
    struct texts matching = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out;
    int result;

    for (size_t i = 0; i < ids->count; i++)
        if (id_matches(pattern, ids->list[i]))
            texts_add(&matching, ids->list[i]);
    if (!matching.count)
        return unknown(folder, ids, pattern);
    if (matching.count > 1) {
        say("--svg draws one claim, and `%s' names %zu: %s%s", keep_clean(pattern, strlen(pattern)),
            matching.count, matching.list[0],
            matching.count == 2 ? keep_format(", %s", matching.list[1]) : ", ...");
        return EXIT_WRONG;
    }
    out = open_memstream(&text, &length);
    if (!out) {
        say_errno(errno, "--svg: open_memstream");
        return EXIT_WRONG;
    }
    result = show_svg(keep_format("%s/%s", folder, matching.list[0]), out, everything);
    if (fclose(out)) {
        say_errno(errno, "--svg: cannot draw %s", matching.list[0]);
        result = -1;
    }
    if (!result && path)
        result = replace_file("-o FILE", path, text, length);
    else if (!result)
        fwrite(text, 1, length, stdout); /* main() sees whether that worked */
    free(text);
    return result ? EXIT_WRONG : EXIT_PASSED;
}

int command_show(int argc, char **argv)
{
    struct places places = {0};
    struct show_style style = {0};
    const char *file = NULL;
    bool svg = false;
    const struct option_row options[] = {
        {"--tcpdump", OPTION_FLAG, NULL, &style.tcpdump, 0, 0},
        {"--verbose", OPTION_FLAG, NULL, &style.verbose, 0, 0},
        {"--svg", OPTION_FLAG, NULL, &svg, 0, 0},
        {"-o", OPTION_TEXT, "FILE", &file, 0, 0},
        PLACE_OPTIONS(places),
    };
    struct texts patterns = {0}, ids = {0};
    bool tcpdump, verbose;
    int result = EXIT_PASSED;

    if (options_parse(argc, argv, options, sizeof(options) / sizeof(options[0]), &patterns) ||
        places_fill(&places, "latest"))
        return EXIT_WRONG;
    if (!patterns.count) {
        say("it needs the name of a claim: lab show CLAIM");
        return EXIT_WRONG;
    }
    if ((svg && (patterns.count > 1 || style.tcpdump)) || (file && !svg)) {
        say(file && !svg ? "-o FILE is for --svg" : "--svg draws the ladder of one claim");
        return EXIT_WRONG;
    }
    if (find_evidence(places.results, &ids))
        return EXIT_WRONG;
    if (svg)
        return show_picture(places.results, &ids, patterns.list[0], file, style.verbose);
    tcpdump = style.tcpdump; /* show_style_for sets both */
    verbose = style.verbose;
    show_style_for(stdout, &style);
    style.tcpdump = tcpdump;
    style.verbose = verbose;
    for (size_t i = 0; i < patterns.count && result == EXIT_PASSED; i++)
        result = show_matching(places.results, &ids, patterns.list[i], &style);
    return result;
}

/* SPDX-License-Identifier: MIT */
/* The home of the lab, from the path of its own executable. */
#include "runner/places.h"

#include "runner/say.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int places_fill(struct places *places, const char *results)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;

    if (length < 0) {
        say_errno(errno, "cannot find the lab's own folder: readlink /proc/self/exe");
        return -1;
    }
    path[length] = '\0';
    /* HOME/build/lab; a build of another kind has its own folder (build-sanitize) and its own experiments */
    slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    if (!places->experiments)
        places->experiments = keep_format("%s/experiments", path);
    slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    places->home = keep_text(path);
    if (!places->statements)
        places->statements = keep_format("%s/experiments/statements.tsv", path);
    if (!places->results)
        places->results = keep_format("%s/results/%s", path, results);
    return 0;
}

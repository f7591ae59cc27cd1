/* SPDX-License-Identifier: MIT */
#include "report/sources.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE_MOST (1 << 20)

/* A result file may come from anywhere: it can name C files of this home, and nothing else of the machine. */
static bool is_source(const char *file)
{
    size_t length = strlen(file);

    return runs_below(file) && length > 2 && strcmp(file + length - 2, ".c") == 0 &&
           (strncmp(file, "experiments/", 12) == 0 || strncmp(file, "harness/", 8) == 0);
}

/* The file's text, to be freed, or NULL. */
static char *read_source(const char *home, const char *file, size_t *length)
{
    char *path, *bytes = NULL;
    struct stat status;
    ssize_t got = 0;
    int fd;

    if (asprintf(&path, "%s/%s", home, file) < 0)
        return NULL;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    free(path);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < SOURCE_MOST)
        bytes = malloc((size_t)status.st_size + 1);
    for (*length = 0; bytes && *length < (size_t)status.st_size; *length += (size_t)got) {
        got = read(fd, bytes + *length, (size_t)status.st_size - *length);
        if (got <= 0)
            break;
    }
    close(fd);
    return bytes;
}

void sources_write(struct text *page, const struct report_runs *runs, const char *home)
{
    json_t *seen = json_object(), *claim;
    const char *between = "";
    size_t i, length;

    text_puts(page, "<script type=\"application/json\" id=\"sources\">{");
    json_array_foreach(json_object_get(runs->data, "claims"), i, claim)
    {
        const char *file = json_string_value(json_object_get(claim, "file"));
        char *bytes;

        if (!file || !is_source(file) || json_object_get(seen, file))
            continue;
        json_object_set_new(seen, file, json_true());
        bytes = read_source(home, file, &length);
        if (!bytes)
            continue;
        text_puts(page, between);
        text_json_string(page, file, strlen(file));
        text_put(page, ":", 1);
        text_json_string(page, bytes, length);
        between = ",\n";
        free(bytes);
    }
    text_puts(page, "}</script>\n");
    json_decref(seen);
}

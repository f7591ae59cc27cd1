/* SPDX-License-Identifier: MIT */
#include "claim/notebook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int notebook_open(struct notebook *notebook, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/notebook.jsonl", folder);
    /* Appending makes every record one write, whole, whichever process of the claim it comes from. */
    notebook->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    return notebook->fd < 0 ? -errno : 0;
}

void notebook_close(struct notebook *notebook)
{
    close(notebook->fd);
    notebook->fd = -1;
}

int64_t notebook_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

json_t *notebook_record(const char *kind, int64_t at)
{
    json_t *record = json_object();
    json_object_set_new(record, "t", json_integer(at ? at : notebook_now()));
    json_object_set_new(record, "kind", json_string(kind));
    return record;
}

void notebook_set_text(json_t *record, const char *member, const char *text)
{
    json_t *value = json_string(text);
    if (!value) {
        char *clean = strdup(text);
        for (char *p = clean; p && *p; p++)
            if ((unsigned char)*p >= 0x80)
                *p = '?';
        value = clean ? json_string(clean) : NULL;
        free(clean);
    }
    if (value)
        json_object_set_new(record, member, value);
}

void notebook_write(const struct notebook *notebook, json_t *record)
{
    char *text = json_dumps(record, JSON_COMPACT);
    json_decref(record);
    if (!text)
        return;
    size_t length = strlen(text);
    text[length] = '\n'; /* in place of the final zero: one write, one line */
    /* A record that cannot be written is missed by the reader, who then has no end of it: broken. */
    if (write(notebook->fd, text, length + 1) != (ssize_t)length + 1)
        dprintf(STDERR_FILENO, "cannot write the notebook: %s\n", strerror(errno));
    free(text);
}

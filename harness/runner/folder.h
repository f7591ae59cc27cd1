/* SPDX-License-Identifier: MIT */
/*
 * The folder of a run's results: locked while a run uses it, recognised by a
 * marker file before anything in it is removed, and its files written whole or
 * not at all.
 */
#ifndef LAB_RUNNER_FOLDER_H
#define LAB_RUNNER_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#define FOLDER_MARKER ".sockopt-lab"

struct folder {
    int fd;            /* -1 when closed; holds the lock */
    const char *path;  /* absolute */
    const char *shown; /* for messages */
};

/* Makes the folder where missing, locks it, and makes sure that it is empty or ours. -1 after a message. */
int folder_open(struct folder *folder, const char *path);
void folder_close(struct folder *folder);

/* Removes everything but the marker, results.json first: from here on no older run's file can pass for this
 * one's. */
int folder_clear(struct folder *folder);

/* Whether somebody removed or moved the folder, or emptied it (its marker is gone), since it was opened. */
bool folder_gone(const struct folder *folder);
/* Says so; and what a removal left, because the run went on writing beside it, is removed as well. */
void folder_bury(const struct folder *folder);

/* Makes a folder below ("tcp_cork.uncorking_sends/v4"); 0 or an errno number. */
int folder_make(const struct folder *folder, const char *name);
/* Removes a file or tree below, following no symbolic link; 0 or an errno number. Missing is fine. */
int folder_remove(const struct folder *folder, const char *name);
/* Moves everything in folder `from` below up to folder `to`, and removes `from`; 0 or an errno number. */
int folder_lift(const struct folder *folder, const char *from, const char *to);

/* Writes a file of the folder, whole or not at all (whole.h). -1 after a message. */
int folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length);

#endif

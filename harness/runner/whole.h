/* SPDX-License-Identifier: MIT */
/*
 * A file that is there whole or not at all: it has no name while it is written (O_TMPFILE), so that SIGKILL
 * leaves nothing of it. On file systems without such files it has a temporary name meanwhile.
 */
#ifndef LAB_RUNNER_WHOLE_H
#define LAB_RUNNER_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

struct whole {
    int fd;                       /* to be written to; -1 when there is none */
    int at;                       /* folder that the names are relative to */
    const char *name, *temporary; /* kept by the caller */
    bool named;                   /* it has its temporary name already */
};

/* Begins the file `name` below the folder `at`; `temporary` is a name in the same folder. 0 or an errno
 * number. */
int whole_open(struct whole *whole, int at, const char *name, const char *temporary);
/* Gives it its name, in place of what had that; if it cannot, the file is dropped. 0 or an errno number. */
int whole_keep(struct whole *whole);
/* Nothing of it remains. Of what was kept or never begun, nothing is done. */
void whole_drop(struct whole *whole);

/* Writes all of it; 0 or an errno number. */
int write_all(int fd, const char *bytes, size_t length);

#endif

/* SPDX-License-Identifier: MIT */
#include "runner/whole.h"

#include "runner/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = write(fd, bytes, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

static const char *folder_of(const char *name)
{
    const char *slash = strrchr(name, '/');

    if (!slash)
        return ".";
    return slash == name ? "/" : keep_bytes(name, (size_t)(slash - name));
}

int whole_open(struct whole *whole, int at, const char *name, const char *temporary)
{
    *whole = (struct whole){.at = at, .name = name, .temporary = temporary};
    whole->fd = openat(at, folder_of(name), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    if (whole->fd >= 0)
        return 0;
    whole->named = true; /* whatever the reason was, if it stands in the way of this too, it is told */
    whole->fd = openat(at, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    return whole->fd < 0 ? errno : 0;
}

static int link_as(const struct whole *whole, const char *name)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", whole->fd);
    return linkat(AT_FDCWD, path, whole->at, name, AT_SYMLINK_FOLLOW) ? errno : 0;
}

/* A link never replaces, a rename does: where the name is taken, it needs both. */
static int give_name(struct whole *whole)
{
    int number = whole->named ? EEXIST : link_as(whole, whole->name);

    if (number != EEXIST)
        return number;
    if (!whole->named) {
        number = link_as(whole, whole->temporary);
        if (number)
            return number;
        whole->named = true;
    }
    return renameat(whole->at, whole->temporary, whole->at, whole->name) ? errno : 0;
}

int whole_keep(struct whole *whole)
{
    int number = fsync(whole->fd) ? errno : give_name(whole);

    if (!number) {
        number = close(whole->fd) ? errno : 0;
        whole->fd = -1;
    }
    whole_drop(whole);
    return number;
}

void whole_drop(struct whole *whole)
{
    if (whole->fd < 0)
        return;
    close(whole->fd);
    whole->fd = -1;
    if (whole->named)
        unlinkat(whole->at, whole->temporary, 0);
}

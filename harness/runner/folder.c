/* SPDX-License-Identifier: MIT */
/* The results folder: lock, marker, clearing, and files that are never half written. */
#include "runner/folder.h"

#include "runner/keep.h"
#include "runner/say.h"
#include "runner/whole.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char marker_text[] =
    "lab run keeps its results here. The next run removes everything in this folder.\n";

/* mkdir -p */
static int make_path(const char *path)
{
    char *copy = keep_text(path);

    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0777) && errno != EEXIST) {
            say_errno(errno, "cannot make the folder %s", path_words(copy));
            return -1;
        }
        *slash = '/';
    }
    if (mkdir(copy, 0777) && errno != EEXIST) {
        say_errno(errno, "cannot make the folder %s", path_words(copy));
        return -1;
    }
    return 0;
}

/* A stream over a duplicate, so that closing it leaves the descriptor (and its lock) alone. */
static DIR *entries_of(int fd)
{
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);

    if (!entries && copy >= 0)
        close(copy);
    return entries;
}

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* 1 if empty, 0 if not, -1 with errno. */
static int is_empty(int fd)
{
    DIR *entries = entries_of(fd);
    struct dirent *entry;
    int empty = 1;

    if (!entries)
        return -1;
    errno = 0;
    while (empty == 1 && (entry = readdir(entries)) != NULL)
        if (!is_dot(entry->d_name))
            empty = 0;
    if (empty == 1 && errno)
        empty = -1;
    closedir(entries);
    return empty;
}

static int make_ours(struct folder *folder)
{
    struct stat marker;
    int empty = is_empty(folder->fd), fd, number;

    if (empty < 0) {
        say_errno(errno, "cannot read %s", folder->shown);
        return -1;
    }
    if (fstatat(folder->fd, FOLDER_MARKER, &marker, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(marker.st_mode))
        empty = 1;
    if (!empty) {
        say("%s is not empty and was not made by lab (there is no %s in it): nothing was touched; "
            "name another folder with --results DIR",
            folder->shown, FOLDER_MARKER);
        return -1;
    }
    /* Written anew by every run: this finds a folder that cannot be written to before the claims run. */
    fd = openat(folder->fd, FOLDER_MARKER, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    number = fd < 0 ? errno : write_all(fd, marker_text, sizeof(marker_text) - 1);
    if (fd >= 0 && close(fd) && !number)
        number = errno;
    if (!number)
        return 0;
    say("cannot write %s/%s: %s; name another folder with --results DIR", folder->shown, FOLDER_MARKER,
        errno_words(number));
    return -1;
}

int folder_open(struct folder *folder, const char *path)
{
    char *absolute;

    folder->fd = -1;
    folder->shown = path_words(path);
    if (make_path(path))
        return -1;
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0) {
        say_errno(errno, "cannot open the folder %s", folder->shown);
        return -1;
    }
    if (flock(folder->fd, LOCK_EX | LOCK_NB)) {
        if (errno == EWOULDBLOCK)
            say("another run is using %s: wait until it has ended, or name another folder with --results DIR",
                folder->shown);
        else
            say_errno(errno, "cannot lock %s", folder->shown);
        folder_close(folder);
        return -1;
    }
    absolute = realpath(path, NULL);
    if (!absolute) {
        say_errno(errno, "cannot resolve %s", folder->shown);
        folder_close(folder);
        return -1;
    }
    folder->path = keep_text(absolute);
    free(absolute);
    if (make_ours(folder)) {
        folder_close(folder);
        return -1;
    }
    return 0;
}

void folder_close(struct folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    folder->fd = -1;
}

static int remove_at(int parent, const char *name, dev_t device);

/* Everything in the folder `fd`, but for `spare`. */
static int remove_entries(int fd, dev_t device, const char *spare)
{
    DIR *entries = entries_of(fd);
    struct dirent *entry;
    int number = 0;

    if (!entries)
        return errno;
    while (!number && (entry = readdir(entries)) != NULL)
        if (!is_dot(entry->d_name) && !(spare && strcmp(entry->d_name, spare) == 0))
            number = remove_at(fd, entry->d_name, device);
    closedir(entries);
    return number;
}

static int remove_at(int parent, const char *name, dev_t device)
{
    struct stat status;
    int fd, number;

    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? 0 : errno;
    if (!S_ISDIR(status.st_mode))
        return unlinkat(parent, name, 0) ? errno : 0;
    if (status.st_dev != device) /* somebody mounted something there; it is not ours */
        return EBUSY;
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno;
    number = remove_entries(fd, device, NULL);
    close(fd);
    if (number)
        return number;
    return unlinkat(parent, name, AT_REMOVEDIR) ? errno : 0;
}

static int device_of(const struct folder *folder, dev_t *device)
{
    struct stat status;

    if (fstat(folder->fd, &status))
        return errno;
    *device = status.st_dev;
    return 0;
}

int folder_remove(const struct folder *folder, const char *name)
{
    dev_t device = 0;
    int number = device_of(folder, &device);

    return number ? number : remove_at(folder->fd, name, device);
}

int folder_clear(struct folder *folder)
{
    dev_t device = 0;
    int number = device_of(folder, &device);

    if (!number)
        number = folder_remove(folder, "results.json");
    if (!number)
        number = remove_entries(folder->fd, device, FOLDER_MARKER);
    if (!number)
        return 0;
    say_errno(number, "cannot remove the results of the last run in %s", folder->shown);
    return -1;
}

static bool is_where_it_was(const struct folder *folder)
{
    struct stat here, there;

    return fstat(folder->fd, &here) == 0 && stat(folder->path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

static bool is_marked(const struct folder *folder)
{
    return faccessat(folder->fd, FOLDER_MARKER, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

bool folder_gone(const struct folder *folder)
{
    return !is_where_it_was(folder) || !is_marked(folder);
}

void folder_bury(const struct folder *folder)
{
    dev_t device = 0;

    say("%s was removed, moved or emptied while the run was on: no results were written", folder->shown);
    if (is_marked(folder) || device_of(folder, &device))
        return;
    /* The run had emptied the folder before it began, so all that is in it is the run's. */
    remove_entries(folder->fd, device, NULL);
    if (is_where_it_was(folder))
        rmdir(folder->path);
}

int folder_make(const struct folder *folder, const char *name)
{
    char *copy = keep_text(name);

    for (char *slash = strchr(copy, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdirat(folder->fd, copy, 0777) && errno != EEXIST)
            return errno;
        *slash = '/';
    }
    return mkdirat(folder->fd, copy, 0777) && errno != EEXIST ? errno : 0;
}

int folder_lift(const struct folder *folder, const char *from, const char *to)
{
    int source = openat(folder->fd, from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), number = 0;
    DIR *entries = source < 0 ? NULL : entries_of(source);
    struct dirent *entry;

    if (!entries) {
        number = errno;
        if (source >= 0)
            close(source);
        return number;
    }
    while (!number && (entry = readdir(entries)) != NULL)
        if (!is_dot(entry->d_name) &&
            renameat(source, entry->d_name, folder->fd, keep_format("%s/%s", to, entry->d_name)))
            number = errno;
    closedir(entries);
    close(source);
    if (!number && unlinkat(folder->fd, from, AT_REMOVEDIR))
        number = errno;
    return number;
}

int folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length)
{
    struct whole file;
    int number = whole_open(&file, folder->fd, name, keep_format(".%s.new", name));

    if (!number)
        number = write_all(file.fd, bytes, length);
    if (!number)
        number = whole_keep(&file);
    whole_drop(&file);
    if (!number)
        return 0;
    say_errno(number, "cannot write %s/%s", folder->shown, name);
    return -1;
}

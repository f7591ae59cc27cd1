/* SPDX-License-Identifier: MIT */
#include "runner/replace.h"

#include "runner/folder.h"
#include "runner/keep.h"
#include "runner/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int replace_file(const char *option, const char *path, const char *bytes, size_t length)
{
    const char *temporary = keep_format("%s.%ld.new", path, (long)getpid());
    struct stat status;
    int fd, number;

    /* a rename must not replace a device or a link */
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        say("%s: %s exists and is not a regular file", option, path_words(path));
        return -1;
    }
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    number = fd < 0 ? errno : write_all(fd, bytes, length);
    if (fd >= 0) {
        if (!number && fsync(fd))
            number = errno;
        if (close(fd) && !number)
            number = errno;
        if (!number && rename(temporary, path))
            number = errno;
        if (number)
            unlink(temporary);
    }
    if (!number)
        return 0;
    say_errno(number, "%s: cannot write %s", option, path_words(path));
    return -1;
}

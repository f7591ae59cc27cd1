/* SPDX-License-Identifier: MIT */
#include "runner/replace.h"

#include "runner/keep.h"
#include "runner/say.h"
#include "runner/whole.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int replace_file(const char *option, const char *path, const char *bytes, size_t length)
{
    struct stat status;
    struct whole file;
    int number;

    /* a rename must not replace a device or a link */
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        say("%s: %s exists and is not a regular file", option, path_words(path));
        return -1;
    }
    number = whole_open(&file, AT_FDCWD, path, keep_format("%s.%ld.new", path, (long)getpid()));
    if (!number)
        number = write_all(file.fd, bytes, length);
    if (!number)
        number = whole_keep(&file);
    whole_drop(&file);
    if (!number)
        return 0;
    say_errno(number, "%s: cannot write %s", option, path_words(path));
    return -1;
}

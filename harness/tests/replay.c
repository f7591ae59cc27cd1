/* SPDX-License-Identifier: MIT */
/*
 * In place of libFuzzer: replay FOLDER gives each file of a target's corpus to it once, sorted by name, so
 * that `make test' needs no clang.
 */
#include "tests/fuzz.h"

#include <dirent.h>
#include <signal.h>

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay(int folder, const char *name)
{
    static uint8_t bytes[1 << 20];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));
    uint8_t *exact =
        length < 0 ? NULL : malloc((size_t)length ? (size_t)length : 1); /* its end can be overrun */

    if (fd >= 0)
        close(fd);
    if (!exact)
        return false;
    memcpy(exact, bytes, (size_t)length);
    LLVMFuzzerTestOneInput(exact, (size_t)length);
    free(exact);
    return true;
}

static const char *replayed;

static void tell(int number)
{
    (void)!write(STDERR_FILENO, replayed, strlen(replayed));
    (void)!write(STDERR_FILENO, "\n", 1);
    signal(number, SIG_DFL);
    raise(number);
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int folder = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int count = folder < 0 ? -1 : scandirat(folder, ".", &entries, is_visible, alphasort);
    FILE *null = fopen("/dev/null", "we");

    if (count < 0 || !null) {
        fprintf(stderr, "usage: %s FOLDER, of files\n", argv[0]);
        return 2;
    }
    signal(SIGABRT, tell);
    stderr = null; /* what the readers say of damaged input would be pages; the descriptor serves those who
                      end us */
    for (int i = 0; i < count; i++) {
        replayed = entries[i]->d_name;
        if (!replay(folder, replayed)) {
            dprintf(STDERR_FILENO, "%s: cannot read %s/%s\n", argv[0], argv[1], replayed);
            return 1;
        }
        free(entries[i]);
    }
    free(entries);
    printf("%s: %d files\n", argv[1], count);
    return count == 0;
}

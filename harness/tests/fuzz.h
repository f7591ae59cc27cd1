/* SPDX-License-Identifier: MIT */
/* What the libFuzzer targets share: demands on what has been read, a suite to read about, a folder to read
 * from. */
#ifndef LAB_TESTS_FUZZ_H
#define LAB_TESTS_FUZZ_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/suite.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A folder with one file, for readers of files (fuzz_file); gone when the process ends. */
static char fuzz_folder[64];
static const char *fuzz_name;
static int fuzz_folder_fd = -1, fuzz_file_fd = -1;

static inline void fuzz_remove(void)
{
    if (fuzz_folder_fd < 0)
        return;
    unlinkat(fuzz_folder_fd, fuzz_name, 0);
    rmdir(fuzz_folder);
}

static inline _Noreturn void fuzz_fail(const char *file, int line, const char *text)
{
    dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", file, line, text);
    fuzz_remove();
    abort(); /* and libFuzzer keeps the input */
}

#define fuzz_demand(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/* Harmless on a terminal. */
static inline void fuzz_printable(const char *text)
{
    fuzz_demand(strcmp(text, keep_clean(text, strlen(text))) == 0);
}

static inline void fuzz_line(const char *text)
{
    fuzz_printable(text);
    fuzz_demand(!strchr(text, '\n'));
}

static inline void fuzz_problems(const struct suite *suite)
{
    for (size_t i = 0; i < suite->problems.count; i++)
        fuzz_printable(suite->problems.list[i]);
}

/* Two claims, x.a and x.b/v4; keep_free_all frees them. */
static inline void fuzz_suite(struct suite *suite)
{
    static const char listing[] =
        "{\"experiment\":\"x\",\"option\":\"O\",\"file\":\"x.c\",\"claims\":["
        "{\"id\":\"x.a\",\"name\":\"a\",\"family\":null,\"sentence\":\"s\",\"line\":3,\"treated\":true,\"cites\":"
        "\"c\"},{\"id\":\"x.b/v4\",\"name\":\"b\",\"family\":\"v4\",\"sentence\":\"s\",\"line\":9,\"treated\":"
        "false,\"untreated\":\"u\",\"needs\":[\"root\"],\"takes_ms\":5,\"timeout_s\":3}]}";

    *suite = (struct suite){.table = "table"};
    suite_add_listing(suite, "x", listing, strlen(listing));
    suite_sort(suite);
    fuzz_demand(suite->problems.count == 0 && suite->claims.count == 2);
}

/* Makes these bytes the contents of the file, in fuzz_folder (and fuzz_folder_fd). */
static inline void fuzz_file(const char *name, const uint8_t *bytes, size_t length)
{
    if (fuzz_folder_fd < 0) {
        snprintf(fuzz_folder, sizeof(fuzz_folder), "/tmp/fuzz.XXXXXX");
        fuzz_name = name;
        fuzz_demand(mkdtemp(fuzz_folder));
        fuzz_folder_fd = open(fuzz_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        fuzz_file_fd = openat(fuzz_folder_fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        fuzz_demand(fuzz_file_fd >= 0);
        atexit(fuzz_remove);
    }
    fuzz_demand(ftruncate(fuzz_file_fd, 0) == 0 && pwrite(fuzz_file_fd, bytes, length, 0) == (ssize_t)length);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Messages on standard error, and the words for errno numbers and wait statuses. */
#include "runner/say.h"

#include "runner/keep.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *say_name = "lab";

/* What a message quotes comes from anywhere: arguments, paths, files. */
static const char *harmless(const char *text)
{
    return keep_clean(text, strlen(text));
}

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "%s: %s\n", say_name, harmless(keep_vformat(format, arguments)));
    va_end(arguments);
}

const char *errno_words(int number)
{
    const char *name = strerrorname_np(number);

    return name ? keep_format("%s (%s)", name, strerror(number)) : keep_format("errno %d", number);
}

void say_errno(int number, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "%s: %s: %s\n", say_name, harmless(keep_vformat(format, arguments)), errno_words(number));
    va_end(arguments);
}

const char *status_words(int status)
{
    const char *name;

    if (WIFEXITED(status))
        return keep_format("exit status %d", WEXITSTATUS(status));
    name = sigabbrev_np(WTERMSIG(status));
    return keep_format("killed by signal %d (%s%s)", WTERMSIG(status), name ? "SIG" : "",
                       name ? name : "unknown");
}

const char *path_words(const char *path)
{
    char here[4096];
    size_t length;

    if (!getcwd(here, sizeof(here)))
        return harmless(path);
    length = strlen(here);
    if (strcmp(path, here) == 0)
        return ".";
    if (length > 1 && strncmp(path, here, length) == 0 && path[length] == '/')
        path += length + 1;
    return harmless(path);
}

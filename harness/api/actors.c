/* SPDX-License-Identifier: MIT */
/* Time, and processes of the claim's own. */
#include "api/internal.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void let_pass_ms(struct lab *lab, unsigned milliseconds)
{
    int64_t began = record_begin(lab, HERE, "%u ms pass", milliseconds);
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) == EINTR)
        ;
    record_call(lab, HERE, "", began, 0, 0);
}

int lab_as_user(struct here here, struct lab *lab, unsigned uid, int (*act)(struct lab *lab, void *context),
                void *context)
{
    enum { REFUSED = 200 };
    int *result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED)
        lab_break(lab, here, "mmap: %s", strerror(errno));
    pid_t child = fork();
    if (child < 0)
        lab_break(lab, here, "fork: %s", strerror(errno));
    if (child == 0) {
        if (setresuid(uid, uid, uid) < 0)
            _exit(REFUSED);
        note(lab, "process with user id %u", uid);
        *result = act(lab, context);
        _exit(0);
    }
    int status, answer = *result;
    waitpid(child, &status, 0);
    answer = *result;
    munmap(result, sizeof *result);
    if (WIFEXITED(status) && WEXITSTATUS(status) == REFUSED)
        lab_skip(here, lab, "needs a second user id (root)");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        lab_break(lab, here, "the process of user %u ended with wait status %#x", uid, (unsigned)status);
    return answer;
}

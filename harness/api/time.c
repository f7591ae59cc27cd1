/* SPDX-License-Identifier: MIT */
/* Time. */
#include "api/internal.h"

#include <time.h>

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t milliseconds_since(int64_t began_ns)
{
    return (now_ns() - began_ns) / 1000000;
}

void let_pass_ms(struct lab *lab, unsigned milliseconds)
{
    int64_t began = record_begin(lab, HERE, "%u ms pass", milliseconds);
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) == EINTR)
        ;
    record_call(lab, HERE, "", began, 0, 0);
}

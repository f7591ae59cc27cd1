/* SPDX-License-Identifier: MIT */
/*
 * cost FILE COMMAND [ARGUMENT...]: runs the command, ends as it ends, and writes to FILE, as JSON, what it
 * has cost (scripts/bench):
 *
 *     wall_ms     from its start to its end
 *     cpu_ms      of it and of all that it has waited for
 *     machine_ms  of the whole machine meanwhile, kernel threads included, which nobody waits for: what the
 * namespaces of a claim cost after its end is theirs. Whatever else the machine did is in it, too, and what a
 * hypervisor gave to others. cores       that the command may use largest_kb  what the largest of its
 * processes had in memory at most
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Busy time of all processors since the start of the machine, or -1. */
static double machine_ms(void)
{
    unsigned long long user, nice, system, idle, iowait, irq, softirq, steal;
    FILE *file = fopen("/proc/stat", "r");
    int fields = file ? fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system,
                               &idle, &iowait, &irq, &softirq, &steal)
                      : 0;
    if (file)
        fclose(file);
    if (fields != 8)
        return -1;
    return (double)(user + nice + system + irq + softirq + steal) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

static int failed(const char *what)
{
    fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
    return 125;
}

int main(int argc, char **argv)
{
    cpu_set_t cores;
    struct rusage used;
    int status;
    if (argc < 3) {
        fprintf(stderr, "usage: %s FILE COMMAND [ARGUMENT...]\n", argv[0]);
        return 125;
    }
    double machine = machine_ms(), began = now_ms();
    if (machine < 0 || sched_getaffinity(0, sizeof cores, &cores))
        return failed("/proc/stat, sched_getaffinity");
    pid_t child = fork();
    if (child < 0)
        return failed("fork");
    if (child == 0) {
        execvp(argv[2], argv + 2);
        _exit(failed(argv[2]));
    }
    while (wait4(child, &status, 0, &used) < 0)
        if (errno != EINTR)
            return failed("wait4");
    double wall = now_ms() - began;
    machine = machine_ms() - machine;
    FILE *file = fopen(argv[1], "w");
    if (!file)
        return failed(argv[1]);
    fprintf(
        file,
        "{ \"wall_ms\": %.1f, \"cpu_ms\": %.1f, \"machine_ms\": %.0f, \"cores\": %d, \"largest_kb\": %ld }\n",
        wall, milliseconds(used.ru_utime) + milliseconds(used.ru_stime), machine, CPU_COUNT(&cores),
        used.ru_maxrss);
    if (fclose(file))
        return failed(argv[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SPDX-License-Identifier: MIT */
/*
 * Runs commands in parallel: each in a process group of its own that dies with
 * the lab (also when that is killed by SIGKILL), with standard input from
 * /dev/null, its output captured, and a time limit. One thread waits for
 * everything at once (pidfds, pipes, a signalfd) with epoll: no polling.
 */
#ifndef LAB_RUNNER_JOBS_H
#define LAB_RUNNER_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/server.h"

/* What a process wrote. Of too much, the beginning and the end are kept. */
struct captured {
    char *bytes;
    size_t length, room;
    size_t left_out; /* bytes dropped from the middle */
};

struct job;

enum job_watch_kind { JOB_SIGNAL, JOB_EXIT, JOB_OUTPUT };

struct job_watch {
    enum job_watch_kind kind;
    struct job *job;
    struct captured *into;
    int epoll, fd; /* fd -1 when closed */
};

struct job {
    const char *const *argv;       /* argv[0] is the path */
    long limit_s;                  /* killed when it has run for so long; 0: no limit */
    bool merge;                    /* standard error goes to `output` too */
    bool waits;                    /* needs the processor for a small part of its time only */
    const struct servers *servers; /* NULL, or those that may make the process */

    /* filled in when it is done */
    struct captured output, errors;
    int status; /* as of wait(2) */
    bool over_limit;
    int start_error; /* errno if it could not be started at all; then nothing else counts */
    double wall_ms, cpu_ms;

    /* private to jobs.c */
    pid_t pid;
    struct job_watch exit_watch, output_watch, errors_watch;
    int64_t began, deadline;
};

struct jobs_work {
    struct job *(*next)(void *context); /* the next to start; NULL when there is none left */
    void (*done)(void *context,
                 struct job *job); /* it has ended; afterwards the job is not touched any more */
    void (*tick)(void *context,
                 size_t running); /* NULL, or called some times a second and after each start or end */
    bool (*over)(void *context);  /* NULL, or asked after starts and ends: the rest is of no use any more */
};

#define JOBS_MOST 4096
/* How many at a time. */
struct jobs_room {
    long at_once;
    long waiting; /* so many of those that wait take no place from others */
};

/* `at_once` if somebody has said it; else what suits the processors there are, with 0. */
struct jobs_room jobs_room(long at_once);

/*
 * Runs jobs until next() has none left and all have ended. Returns 0, or the
 * number of the signal (SIGINT, SIGTERM, SIGHUP) that stopped it: then every
 * process has been killed and reaped, and done() was not called for those.
 * -1 after a message if the kernel refuses the means; -1 after the same end of all if over() says so.
 */
int jobs_run(struct jobs_room room, const struct jobs_work *work, void *context);

void captured_free(struct captured *captured);

/* Milliseconds of the monotonic clock. */
int64_t now_ms(void);

#endif

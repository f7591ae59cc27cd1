/* SPDX-License-Identifier: MIT */
/* Processes in parallel: start, capture, limit, kill, reap. */
#include "runner/jobs.h"

#include "runner/keep.h"
#include "runner/say.h"
#include "runner/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS      250
#define CAPTURE_MOST (4u << 20) /* bytes kept of one process: a listing of thousands of claims fits */

int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static long cores(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

/*
 * Much of any claim is waiting for the kernel to make and end namespaces: many share a core. One that sleeps
 * needs it for its set-up only, and a suite is done when its longest claim is if all that sleep begin at
 * once.
 */
struct jobs_room jobs_room(long at_once)
{
    long count = cores();

    return at_once ? (struct jobs_room){at_once, 0} : (struct jobs_room){16 * count, 64 * count};
}

void captured_free(struct captured *captured)
{
    free(captured->bytes);
    memset(captured, 0, sizeof(*captured));
}

static void captured_add(struct captured *captured, const char *bytes, size_t length)
{
    while (length) {
        size_t n;

        if (captured->length == captured->room && captured->room < CAPTURE_MOST) {
            size_t room = captured->room ? captured->room * 2 : 4096;
            char *larger = realloc(captured->bytes, room);

            if (!larger) {
                captured->left_out += length;
                return;
            }
            captured->bytes = larger;
            captured->room = room;
        }
        if (captured->length == captured->room) { /* full: the third quarter gives way */
            size_t quarter = captured->room / 4;

            memmove(captured->bytes + 2 * quarter, captured->bytes + 3 * quarter, quarter);
            captured->length -= quarter;
            captured->left_out += quarter;
        }
        n = captured->room - captured->length;
        if (n > length)
            n = length;
        memcpy(captured->bytes + captured->length, bytes, n);
        captured->length += n;
        bytes += n;
        length -= n;
    }
}

static void watch_close(struct job_watch *watch)
{
    if (watch->fd < 0)
        return;
    /* Closing alone would not end its events: a child that is between fork and exec holds a copy. */
    epoll_ctl(watch->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
    close(watch->fd);
    watch->fd = -1;
}

/* Takes what there is; at the end of the stream the watch is closed. */
static void drain(struct job_watch *watch)
{
    char bytes[16384];

    /* Bounded: a descendant that escaped the process group may write for ever. */
    for (int i = 0; i < 64 && watch->fd >= 0; i++) {
        ssize_t n = read(watch->fd, bytes, sizeof(bytes));

        if (n > 0)
            captured_add(watch->into, bytes, (size_t)n);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            watch_close(watch);
        else if (errno == EAGAIN)
            break;
    }
}

static int watch_add(struct job_watch *watch)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = watch};

    return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->fd, &event);
}

struct loop {
    int epoll, signals;
    struct job_watch signal_watch;
    struct job **running;
    size_t count, waiting; /* all; those that wait */
    struct jobs_room room;
    struct job *pending; /* taken from next() but there was no room for it in the kernel */
    bool exhausted;
    int stopped_by; /* a signal; -1: over() said so */
    const struct jobs_work *work;
    void *context;
};

/* The bare exit of a start that failed half way: whatever exists of the job is undone. */
static int start_undo(struct job *job, const int pipes[4])
{
    int number = errno;

    for (int i = 0; i < 4; i++)
        if (pipes[i] >= 0)
            close(pipes[i]);
    if (job->pid > 0) {
        kill(job->pid, SIGKILL);
        waitpid(job->pid, NULL, 0);
    }
    job->output_watch.fd = job->errors_watch.fd = -1; /* closed above; the last copy is gone with the child */
    watch_close(&job->exit_watch);
    return number ? number : EIO;
}

/* 0, or an errno number. */
static int start(int epoll, struct job *job)
{
    int errors;
    int pipes[4] = {-1, -1, -1, -1}; /* output: read, write; errors: read, write */
    pid_t parent = getpid();

    job->pid = 0;
    job->exit_watch = (struct job_watch){JOB_EXIT, job, NULL, epoll, -1};
    job->output_watch = (struct job_watch){JOB_OUTPUT, job, &job->output, epoll, -1};
    job->errors_watch = (struct job_watch){JOB_OUTPUT, job, &job->errors, epoll, -1};
    if (pipe2(pipes, O_CLOEXEC) || (!job->merge && pipe2(pipes + 2, O_CLOEXEC)))
        return start_undo(job, pipes);
    /* only the reading ends: the child's writes may block */
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    if (!job->merge)
        fcntl(pipes[2], F_SETFL, O_NONBLOCK);

    errors = job->merge ? pipes[1] : pipes[3];
    job->pid = job->servers ? servers_spawn(job->servers, job->argv, pipes[1], errors) : -1;
    if (job->pid < 0)
        job->pid = fork();
    if (job->pid < 0)
        return start_undo(job, pipes);
    if (job->pid == 0)
        spawned(parent, -1, pipes[1], errors, job->argv);
    setpgid(job->pid, job->pid); /* here too, so that the group exists whoever is first */

    job->exit_watch.fd = (int)syscall(SYS_pidfd_open, job->pid, 0);
    job->output_watch.fd = pipes[0];
    job->errors_watch.fd = pipes[2];
    if (job->exit_watch.fd < 0 || watch_add(&job->exit_watch) || watch_add(&job->output_watch) ||
        (!job->merge && watch_add(&job->errors_watch)))
        return start_undo(job, pipes);
    close(pipes[1]);
    if (!job->merge)
        close(pipes[3]);
    job->began = now_ms();
    job->deadline = job->limit_s ? job->began + job->limit_s * 1000 : INT64_MAX;
    return 0;
}

static double milliseconds(const struct timeval *time)
{
    return (double)time->tv_sec * 1e3 + (double)time->tv_usec / 1e3;
}

/* The process has ended: what it left in its group is killed, its last words are read, its status is taken.
 */
static void reap(struct job *job)
{
    struct rusage usage = {0};

    kill(-job->pid, SIGKILL); /* before wait4, while the number cannot be another's */
    drain(&job->output_watch);
    drain(&job->errors_watch);
    while (wait4(job->pid, &job->status, 0, &usage) < 0 && errno == EINTR)
        ;
    watch_close(&job->exit_watch);
    watch_close(&job->output_watch);
    watch_close(&job->errors_watch);
    job->wall_ms = (double)(now_ms() - job->began);
    job->cpu_ms = milliseconds(&usage.ru_utime) + milliseconds(&usage.ru_stime);
}

static void kill_all(struct loop *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        kill(-loop->running[i]->pid, SIGKILL);
}

static bool has_room(const struct loop *loop)
{
    size_t most = (size_t)loop->room.waiting, beside = loop->waiting < most ? loop->waiting : most;

    return loop->count < (size_t)loop->room.at_once + beside;
}

static void start_more(struct loop *loop)
{
    while (!loop->stopped_by && has_room(loop)) {
        struct job *job = loop->pending;
        int number;

        if (!job && !loop->exhausted)
            job = loop->work->next(loop->context);
        loop->pending = NULL;
        if (!job) {
            loop->exhausted = true;
            return;
        }
        number = start(loop->epoll, job);
        if (number && loop->count) { /* out of descriptors or processes: when another ends there is room */
            loop->pending = job;
            return;
        }
        if (number) {
            job->start_error = number;
            loop->work->done(loop->context, job);
            continue;
        }
        loop->running[loop->count++] = job;
        loop->waiting += job->waits;
        if (loop->work->tick)
            loop->work->tick(loop->context, loop->count);
    }
}

static void finish(struct loop *loop, struct job *job)
{
    size_t i = 0;

    reap(job);
    while (loop->running[i] != job)
        i++;
    loop->running[i] = loop->running[--loop->count];
    loop->waiting -= job->waits;
    if (!loop->stopped_by)
        loop->work->done(loop->context, job);
    else {
        captured_free(&job->output);
        captured_free(&job->errors);
    }
    if (loop->work->tick && !loop->stopped_by)
        loop->work->tick(loop->context, loop->count);
}

/* Kills what is over its limit; returns the milliseconds until the next event of the clock, -1 for none. */
static int clock_work(struct loop *loop, int64_t *next_tick)
{
    int64_t now = now_ms(), next = INT64_MAX;

    for (size_t i = 0; i < loop->count; i++) {
        struct job *job = loop->running[i];

        if (now >= job->deadline) {
            job->over_limit = true;
            job->deadline = INT64_MAX;
            kill(-job->pid, SIGKILL);
        }
        if (job->deadline < next)
            next = job->deadline;
    }
    if (loop->work->tick && !loop->stopped_by) {
        if (now >= *next_tick) {
            loop->work->tick(loop->context, loop->count);
            *next_tick = now + TICK_MS;
        }
        if (*next_tick < next)
            next = *next_tick;
    }
    if (next == INT64_MAX)
        return -1;
    return next - now > 60000 ? 60000 : (int)(next - now);
}

static void handle(struct loop *loop, const struct epoll_event *events, int count)
{
    /* Output before exits: when the exit is handled, the job may be gone. */
    for (int i = 0; i < count; i++) {
        struct job_watch *watch = events[i].data.ptr;

        if (watch->kind == JOB_OUTPUT)
            drain(watch);
        if (watch->kind == JOB_SIGNAL) {
            struct signalfd_siginfo info;

            if (read(loop->signals, &info, sizeof(info)) == sizeof(info) && !loop->stopped_by) {
                loop->stopped_by = (int)info.ssi_signo;
                kill_all(loop);
            }
        }
    }
    for (int i = 0; i < count; i++) {
        struct job_watch *watch = events[i].data.ptr;

        if (watch->kind == JOB_EXIT)
            finish(loop, watch->job);
    }
}

static int loop_run(struct loop *loop)
{
    int64_t next_tick = now_ms() + TICK_MS;

    for (;;) {
        struct epoll_event events[64];
        int count;

        start_more(loop);
        if (!loop->stopped_by && loop->work->over && loop->work->over(loop->context)) {
            loop->stopped_by = -1;
            kill_all(loop);
        }
        if (!loop->count && (loop->exhausted || loop->stopped_by))
            break;
        count = epoll_wait(loop->epoll, events, 64, clock_work(loop, &next_tick));
        if (count < 0 && errno != EINTR) {
            say_errno(errno, "epoll_wait");
            kill_all(loop);
            while (loop->count)
                reap(loop->running[--loop->count]);
            return -1;
        }
        handle(loop, events, count < 0 ? 0 : count);
    }
    return loop->stopped_by;
}

int jobs_run(struct jobs_room room, const struct jobs_work *work, void *context)
{
    struct loop loop = {.room = room, .work = work, .context = context};
    sigset_t set = signals_that_stop();
    int result = -1;

    signals_hold();
    fflush(NULL); /* nothing buffered may be written twice, should a child write */
    loop.running = keep((size_t)(room.at_once + room.waiting) * sizeof(*loop.running));
    loop.epoll = epoll_create1(EPOLL_CLOEXEC);
    loop.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    loop.signal_watch = (struct job_watch){JOB_SIGNAL, NULL, NULL, loop.epoll, loop.signals};
    if (loop.epoll < 0 || loop.signals < 0 || watch_add(&loop.signal_watch))
        say_errno(errno, "cannot wait for processes: epoll, signalfd");
    else
        result = loop_run(&loop);
    if (loop.epoll >= 0)
        close(loop.epoll);
    if (loop.signals >= 0)
        close(loop.signals);
    signals_release();
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * A close(2) that sleeps while the claim goes on.
 *
 * A process would not do (api/processes.c): it has descriptors of its own, and TCP ends a connection when the
 * last one is closed. So it is a thread, which makes that one call and nothing else; notebook records are
 * written by the claim's own thread.
 */
#include "api/call.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLOSINGS_MAX 8

struct closing {
    struct sock *sock;
    struct here here;
    pthread_t thread;
    int fd;
    char text[96];
    int64_t began, took_ns;
    int result, error; /* when it has returned */
    bool joined;
    atomic_int tid;
    atomic_bool returned;
};

static struct closing closings[CLOSINGS_MAX];
static unsigned started;

static void *run(void *context)
{
    struct closing *closing = context;
    atomic_store(&closing->tid, (int)syscall(SYS_gettid));
    int64_t began = now_ns();
    closing->result = close(closing->fd);
    closing->error = errno;
    closing->took_ns = now_ns() - began;
    atomic_store(&closing->returned, true);
    return NULL;
}

/* Whether it sleeps inside close(2): in a wait that a signal can end, which is how TCP lingers. */
static bool sleeps(const struct closing *closing)
{
    char path[64], call[32] = "", state[256] = "";
    int tid = atomic_load(&closing->tid);
    if (!tid)
        return false;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", tid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool in_close = fgets(call, sizeof call, file) && strtol(call, NULL, 10) == SYS_close;
    fclose(file);
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    file = in_close ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    bool asleep = fgets(state, sizeof state, file) && strstr(state, ") S ");
    fclose(file);
    return asleep;
}

static bool has_returned(const struct closing *closing)
{
    return atomic_load(&closing->returned);
}

/* Until it sleeps or has returned; false if neither comes. */
static bool settle_down(const struct closing *closing)
{
    int64_t patience_ends = now_ns() + PATIENCE_MS * INT64_C(1000000);
    while (!has_returned(closing) && !sleeps(closing)) {
        if (now_ns() > patience_ends)
            return false;
        sched_yield();
    }
    return true;
}

struct closing *lab_start_close(struct here here, struct sock *sock)
{
    struct lab *lab = sock->lab;
    char proc_self[32] = "";
    ssize_t n = readlink("/proc/self", proc_self, sizeof proc_self - 1);
    if (n < 0 || strtol(proc_self, NULL, 10) != getpid())
        lab_skip(here, lab, "needs a /proc of its own");
    if (started == CLOSINGS_MAX)
        lab_break(lab, here, "more than %d calls of close beside the claim", CLOSINGS_MAX);

    struct closing *closing = &closings[started++];
    *closing = (struct closing){.sock = sock, .here = here, .fd = sock->fd};
    snprintf(closing->text, sizeof closing->text, "close(%s), beside the claim", sock->name);
    closing->began = record_begin(lab, here, "%s", closing->text);
    sock->fd = -1;
    int error = pthread_create(&closing->thread, NULL, run, closing);
    if (error)
        lab_break(lab, here, "pthread_create: %s", strerror(error));
    if (!settle_down(closing))
        lab_break(lab, here, "close neither sleeps nor returns");
    return closing;
}

bool lab_still_closing(struct here here, struct closing *closing)
{
    struct lab *lab = closing->sock->lab;
    int64_t began = record_begin(lab, here, "does %s sleep?", closing->text);
    settle_down(closing); /* one that has been woken is not taken for one that sleeps */
    bool still = !has_returned(closing);
    record_call(lab, here, lab->bench.topology.host[closing->sock->host], began, still, 0);
    return still;
}

static void do_nothing(int signal)
{
    (void)signal;
}

void lab_interrupt_close(struct here here, struct closing *closing)
{
    struct lab *lab = closing->sock->lab;
    int64_t began = record_begin(lab, here, "a signal for %s", closing->text);
    struct sigaction wake = {.sa_handler = do_nothing};
    sigaction(SIGUSR2, &wake, NULL);
    pthread_kill(closing->thread, SIGUSR2);
    record_call(lab, here, lab->bench.topology.host[closing->sock->host], began, 0, 0);
}

/* As record_call does, for a call that has returned some time ago. */
static void record(const struct closing *closing)
{
    const struct lab *lab = closing->sock->lab;
    json_t *call = notebook_record("call", closing->began);
    json_object_set_new(call, "host", json_string(lab->bench.topology.host[closing->sock->host]));
    notebook_set_text(call, "text", closing->text);
    json_object_set_new(call, "result", json_integer(closing->result));
    if (closing->result < 0)
        json_object_set_new(call, "errno", json_string(errno_name(closing->error)));
    json_object_set_new(call, "took", json_integer(closing->took_ns));
    json_object_set_new(call, "line", json_integer(closing->here.line));
    notebook_write(lab->notebook, call);
}

int lab_finish_close(struct here here, struct closing *closing)
{
    struct lab *lab = closing->sock->lab;
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_MS / 1000;
    /* What has_returned reads orders its result before ours: ThreadSanitizer does not know
     * pthread_clockjoin_np. */
    if (!closing->joined && (pthread_clockjoin_np(closing->thread, NULL, CLOCK_MONOTONIC, &deadline) != 0 ||
                             !has_returned(closing))) {
        lab_fail(lab, here, "%s did not return in %d ms", closing->text, PATIENCE_MS);
        lab_finish(lab);
    }
    if (!closing->joined)
        record(closing);
    closing->joined = true;
    return closing->result < 0 ? -closing->error : closing->result;
}

int64_t close_took_ms(const struct closing *closing)
{
    return closing->took_ns / 1000000;
}

int lab_set_linger(struct here here, struct sock *sock, int onoff, int seconds)
{
    const struct linger linger = {.l_onoff = onoff, .l_linger = seconds};
    int64_t began = record_begin(sock->lab, here, "setsockopt(%s, SOL_SOCKET, SO_LINGER, {%d, %d})",
                                 sock->name, onoff, seconds);
    return call_done(sock, here, began, setsockopt(sock->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

void lab_close_with_rst(struct here here, struct sock *sock)
{
    lab_must(here, lab_set_linger(here, sock, 1, 0));
    lab_must(here, lab_close(here, sock));
}

void lab_forget_connection(struct here here, struct sock *sock)
{
    lab_wire_order(here, sock->lab, "any > any [R.]", "drop", 0);
    lab_close_with_rst(here, sock);
    settle(sock->lab);
    lab_wire_release(here, sock->lab);
}

void lab_close_both(struct here here, struct sock *first, struct sock *second)
{
    lab_must(here, lab_close(here, first));
    settle(first->lab); /* its FIN has come to the other end */
    lab_must(here, lab_close(here, second));
    settle(first->lab);
}

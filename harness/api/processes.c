/* SPDX-License-Identifier: MIT */
/*
 * Processes of the claim's own: other users, and calls that sleep while the claim goes on.
 *
 * They keep 0 as saved user id, so that the lab can take them into the hosts' namespaces (bench_enter); what
 * the kernel asks for, real and effective ids and effective capabilities, are those of the user.
 */
#include "api/internal.h"

#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MAX 32
enum { REFUSED = 200 }; /* exit status: this machine has no such user id for us */

struct process {
    struct lab *lab;
    pid_t pid;
    bool ended;
    int status;    /* from wait(2), when ended */
    long slept;    /* voluntary context switches when it was started */
    struct told {  /* in memory shared with it */
        bool done; /* `act` has returned */
        int result;
        struct verdict_page page; /* its own: its calls and the claim's must not mix */
    } * told;
};

static struct process processes[PROCESSES_MAX];
static unsigned started;
static struct process *self; /* in such a process, else NULL */

static _Noreturn void run(struct process *process, unsigned uid, int (*act)(struct lab *, void *),
                          void *context)
{
    if (uid != MYSELF && setresuid(uid, uid, 0) < 0)
        _exit(REFUSED);
    self = process;
    process->lab->page = &process->told->page;
    if (uid != MYSELF)
        note(process->lab, "process with user id %u", uid);
    process->told->result = act(process->lab, context);
    process->told->done = true;
    _exit(0);
}

static struct process *fork_process(struct here here, struct lab *lab, unsigned uid,
                                    int (*act)(struct lab *, void *), void *context)
{
    if (self || started == PROCESSES_MAX)
        lab_break(lab, here, "more than %d processes, or processes of processes", PROCESSES_MAX);
    struct process *process = &processes[started];
    void *memory =
        mmap(NULL, sizeof *process->told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        lab_break(lab, here, "mmap: %s", strerror(errno));
    *process = (struct process){.lab = lab, .told = memory};
    process->pid = fork();
    if (process->pid < 0)
        lab_break(lab, here, "fork: %s", strerror(errno));
    if (process->pid == 0)
        run(process, uid, act, context);
    started++;
    return process;
}

/* Takes note of its end, if it has ended: waits for that for so long. */
static bool ends_in_ms(struct process *process, int milliseconds)
{
    if (process->ended)
        return true;
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, process->pid, 0), .events = POLLIN};
    int ready = poll(&end, 1, milliseconds);
    close(end.fd);
    process->ended = ready > 0 && waitpid(process->pid, &process->status, 0) == process->pid;
    return process->ended;
}

/* What its act returned. What it failed or broke, or why it skipped, becomes the claim's outcome. */
static int result_of_ended(struct here here, struct process *process)
{
    struct lab *lab = process->lab;
    const struct told *told = process->told;
    if (WIFEXITED(process->status) && WEXITSTATUS(process->status) == REFUSED)
        lab_skip(here, lab, "needs root for a second user id");
    if (told->page.outcome != OUTCOME_NONE && lab->page->outcome == OUTCOME_NONE) {
        memcpy(lab->page->reason, told->page.reason, sizeof lab->page->reason);
        lab->page->line = told->page.line;
        lab->page->outcome = told->page.outcome;
    }
    if (!told->done && told->page.outcome == OUTCOME_NONE)
        lab_break(lab, here, "a process of the claim ended with wait status %#x, last at %s",
                  (unsigned)process->status, told->page.last_call);
    if (!told->done)
        lab_finish(lab);
    return told->result;
}

int lab_as_user(struct here here, struct lab *lab, unsigned uid, int (*act)(struct lab *lab, void *context),
                void *context)
{
    struct process *process = fork_process(here, lab, uid, act, context);
    ends_in_ms(process, -1);
    return result_of_ended(here, process);
}

/* Reads a file of /proc/PID; false when there is none. */
static bool read_proc(const struct process *process, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process->pid, name);
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    text[n] = '\0';
    return n > 0;
}

/* How often it has gone to sleep, if it sleeps now; else -1. */
static long sleeps(const struct process *process)
{
    char status[4096];
    if (!read_proc(process, "status", status, sizeof status) || !strstr(status, "State:\tS"))
        return -1;
    const char *count = strstr(status, "\nvoluntary_ctxt_switches:");
    return count ? strtol(strchr(count, ':') + 1, NULL, 10) : -1;
}

/*
 * The same, for good; -1 as well while that is not certain. A process counts as sleeping from when it means
 * to, and the sleep itself is counted later, when it leaves the processor, which may take long on a busy
 * machine. In between the kernel does not answer for `syscall', or with `running' (wait_task_inactive).
 */
static long sleeps_for_good(const struct process *process)
{
    char call[256];
    long before = sleeps(process);
    if (before < 0 || !read_proc(process, "syscall", call, sizeof call) || !strncmp(call, "running", 7))
        return -1;
    return sleeps(process) == before ? before : -1;
}

struct process *lab_start_process(struct here here, struct lab *lab, unsigned uid,
                                  int (*act)(struct lab *lab, void *context), void *context)
{
    char proc_self[32] = "";
    ssize_t n = readlink("/proc/self", proc_self, sizeof proc_self - 1);
    if (n < 0 || strtol(proc_self, NULL, 10) != getpid())
        lab_skip(here, lab, "needs a /proc of its own");
    struct process *process = fork_process(here, lab, uid, act, context);
    int64_t patience_ends = now_ns() + PATIENCE_MS * INT64_C(1000000);
    process->slept = -1;
    while (process->slept < 0 && !ends_in_ms(process, 0)) {
        if (now_ns() > patience_ends)
            lab_break(lab, here, "a process of the claim does not come to sleep");
        process->slept = sleeps_for_good(process);
        if (process->slept < 0)
            sched_yield();
    }
    if (process->ended)
        result_of_ended(here, process);
    return process;
}

bool was_woken(struct process *process)
{
    return ends_in_ms(process, 0) || sleeps(process) != process->slept;
}

int lab_result_of(struct here here, struct process *process)
{
    if (!ends_in_ms(process, PATIENCE_MS)) {
        lab_fail(process->lab, here, "a process did not end in %d ms, last at %s", PATIENCE_MS,
                 process->told->page.last_call);
        lab_finish(process->lab);
    }
    return result_of_ended(here, process);
}

struct receiver {
    struct here here;
    struct sock *sock;
    size_t size;
    int flags;
    const char *names;
};

static int receive_once(struct lab *lab, void *context)
{
    const struct receiver *r = context;
    char *buffer = malloc(r->size);
    if (!buffer)
        lab_break(lab, r->here, "out of memory");
    return lab_receive_waiting(r->here, r->sock, buffer, r->size, r->flags, r->names);
}

struct process *lab_start_receiver(struct here here, struct sock *sock, size_t size, int flags,
                                   const char *names)
{
    struct receiver receiver = {here, sock, size, flags, names}; /* the process has a copy */
    return lab_start_process(here, sock->lab, MYSELF, receive_once, &receiver);
}

static int sleep_until_told(struct lab *lab, void *context)
{
    (void)lab, (void)context;
    sigset_t end;
    int signal;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigprocmask(SIG_BLOCK, &end, NULL);
    sigwait(&end, &signal);
    return 0;
}

struct process *lab_share_sockets(struct here here, struct lab *lab)
{
    note(lab, "a child has descriptors of all sockets, too");
    return lab_start_process(here, lab, MYSELF, sleep_until_told, NULL);
}

struct process *lab_leave_to_process(struct here here, struct sock *sock)
{
    struct process *process = lab_share_sockets(here, sock->lab);
    lab_must(here, lab_close(here, sock));
    return process;
}

/* 0 if it ended by itself. The claim fails if it has not ended in time (after what was done to it). */
static int signal_that_ended(struct here here, struct process *process, bool ended, const char *after)
{
    if (!ended) {
        lab_fail(process->lab, here, "a process did not end in %d ms%s%s", PATIENCE_MS,
                 after ? " after " : "", after ? after : "");
        lab_finish(process->lab);
    }
    return WIFSIGNALED(process->status) ? WTERMSIG(process->status) : 0;
}

int lab_end_process(struct here here, struct process *process, int signal)
{
    struct lab *lab = process->lab;
    int64_t began = record_begin(lab, here, "kill(a process of the claim, %s)", strsignal(signal));
    kill(process->pid, signal);
    bool ended = ends_in_ms(process, PATIENCE_MS);
    record_call(lab, here, "", began, 0, 0);
    return signal_that_ended(here, process, ended, strsignal(signal));
}

pid_t pid_of(const struct process *process)
{
    return process->pid;
}

int lab_killed_by(struct here here, struct process *process)
{
    struct lab *lab = process->lab;
    int64_t began = record_begin(lab, here, "end of process %d", process->pid);
    bool ended = ends_in_ms(process, PATIENCE_MS);
    record_call(lab, here, "", began, ended ? process->status : -1, ended ? 0 : EAGAIN);
    return signal_that_ended(here, process, ended, NULL);
}

void processes_finish(void)
{
    if (self) /* what it has decided is in its page already */
        _exit(0);
    for (struct process *p = processes; p < processes + started; p++) {
        if (p->ended)
            continue;
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
}

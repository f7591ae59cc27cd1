/* SPDX-License-Identifier: MIT */
#include "claim/supervise.h"

#include "bench/sandbox.h"
#include "claim/body.h"
#include "claim/limits.h"
#include "claim/notebook.h"
#include "claim/outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *outcome_text(enum outcome outcome)
{
    static const char *const text[] = {"none", "holds", "fails", "skipped", "broken"};
    return text[outcome];
}

static void write_start(const struct claim_run *run, const struct notebook *notebook)
{
    struct utsname kernel;
    char id[CLAIM_ID];
    uname(&kernel);
    json_t *record = notebook_record("start", 0);
    json_object_set_new(record, "claim", json_string(claim_id(run->claim, run->family, id)));
    json_object_set_new(record, "sentence", json_string(run->claim->sentence));
    json_object_set_new(record, "file", json_string(run->claim->file));
    json_object_set_new(record, "line", json_integer(run->claim->line));
    json_object_set_new(record, "placebo", json_boolean(run->placebo));
    if (run->mutate)
        notebook_set_text(record, "mutant", run->mutate);
    json_object_set_new(record, "kernel", json_string(kernel.release));
    json_object_set_new(record, "version", json_string(kernel.version));
    json_object_set_new(record, "machine", json_string(kernel.machine));
    json_object_set_new(record, "time", json_string(run->virtual_time ? "virtual" : "real"));
    json_object_set_new(record, "bench", json_string(run->claim->bench));
    notebook_write(notebook, record);
}

static void write_end(const struct notebook *notebook, const struct verdict_page *page)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    json_int_t cpu = ((json_int_t)used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 +
                     ((json_int_t)used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
    json_t *captures = json_array();
    for (unsigned i = 0; i < page->captures; i++)
        json_array_append_new(captures, json_pack("{s:s, s:I, s:i}", "file", page->capture[i].file, "packets",
                                                  (json_int_t)page->capture[i].packets, "dropped",
                                                  (int)page->capture[i].dropped));
    json_t *record = notebook_record("end", 0);
    json_object_set_new(record, "outcome", json_string(outcome_text(page->outcome)));
    notebook_set_text(record, "reason", page->reason);
    json_object_set_new(record, "line", json_integer(page->line));
    json_object_set_new(record, "cpu_ns", json_integer(cpu));
    json_object_set_new(record, "memory_kb", json_integer(used.ru_maxrss));
    json_object_set_new(record, "captures", captures);
    notebook_write(notebook, record);
}

/* Process 1 of the namespaces: waits for the claim, and tells what it left behind. */
static _Noreturn void reaper(const struct claim_run *run, const struct notebook *notebook,
                             struct verdict_page *page)
{
    pid_t claim = fork();
    if (claim == 0)
        claim_body(run, notebook, page);
    for (;;) {
        int status;
        pid_t gone = wait(&status);
        if (gone < 0)
            break;
        if (gone != claim)
            continue;
        page->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        page->status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        page->ended = true;
        /* Zombies are none of the claim's fault; a process that still runs is. */
        while ((gone = waitpid(-1, &status, WNOHANG)) > 0)
            ;
        page->left_children = gone == 0;
        break;
    }
    _exit(0);
}

/* One line of what the claim's process printed, kept and, if it was the last thing said, given as reason. */
static void note_output(const struct notebook *notebook, char *text, char last[256])
{
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
        if (!*line)
            continue;
        json_t *record = notebook_record("output", 0);
        notebook_set_text(record, "text", line);
        notebook_write(notebook, record);
        if (!last[0] || strstr(line, "ERROR:") || strstr(line, "runtime error"))
            snprintf(last, 256, "%.255s", line);
    }
}

struct limits {
    unsigned claim_s, setup_s;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void read_output(int output, const struct notebook *notebook, char last[256])
{
    char text[4096];
    ssize_t n;
    while ((n = read(output, text, sizeof text - 1)) > 0) {
        text[n] = '\0';
        note_output(notebook, text, last);
    }
}

/* Waits for the reaper's end or the time limit, keeping what is printed. Returns whether the limit was
 * reached. */
static bool watch(pid_t child, int begun, int output, const struct limits *limits,
                  const struct notebook *notebook, char last[256])
{
    enum { GONE, BEGUN, OUTPUT };
    struct pollfd fds[] = {[GONE] = {.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN},
                           [BEGUN] = {.fd = begun, .events = POLLIN},
                           [OUTPUT] = {.fd = output, .events = POLLIN}};
    int64_t deadline = now_ms() + (int64_t)limits->setup_s * 1000;
    bool timed_out = false;
    do {
        int64_t left_ms = deadline - now_ms();
        timed_out = left_ms <= 0 || poll(fds, 3, (int)left_ms) == 0;
        if (timed_out)
            kill(child, SIGKILL);
        if (fds[BEGUN].revents) {
            deadline = now_ms() + (int64_t)limits->claim_s * 1000;
            fds[BEGUN].fd = -1; /* poll ignores it from now on */
            fds[BEGUN].revents = 0;
        }
        read_output(output, notebook, last);
        if (fds[OUTPUT].revents & POLLHUP)
            fds[OUTPUT].fd = -1;
    } while (!fds[GONE].revents && !timed_out);
    waitpid(child, NULL, 0);
    read_output(output, notebook, last);
    close(fds[GONE].fd);
    return timed_out;
}

static void __attribute__((format(printf, 2, 3))) broken(struct verdict_page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    page->outcome = OUTCOME_BROKEN;
    page->line = page->last_line;
    vsnprintf(page->reason, sizeof page->reason, format, arguments);
    va_end(arguments);
}

/* What the outcome is when the claim's process did not end in order. */
static void judge_ending(struct verdict_page *page, bool timed_out, const struct limits *limits,
                         const char *last_output)
{
    const char *where = page->last_call[0] ? page->last_call : "the bench's set-up";
    if (timed_out && page->outcome == OUTCOME_NONE && !page->last_call[0])
        broken(page, "time limit of %u s for the bench's set-up reached", limits->setup_s);
    else if (timed_out && page->outcome == OUTCOME_NONE)
        broken(page, "time limit of %u s reached, last at %s", limits->claim_s, where);
    else if (timed_out)
        broken(page, "time limit of %u s reached after the claim had ended", limits->claim_s);
    else if (!page->ended) /* so nobody has seen how the claim's process ended, and what it left */
        broken(page, "process 1 of its namespaces ended before the claim did, last at %s", where);
    else if (page->signal)
        broken(page, "killed by signal %d (%s), last at %s%s%s", page->signal, strsignal(page->signal), where,
               last_output[0] ? ": " : "", last_output);
    else if (page->outcome == OUTCOME_NONE)
        broken(page, "the claim's process ended early with status %d, last at %s%s%s", page->status, where,
               last_output[0] ? ": " : "", last_output);
    else if (page->left_children)
        broken(page, "the claim left a process behind");
}

/* The supervisor proper: in a process of its own, because its namespaces are for good. */
static int run_inside(const struct claim_run *run)
{
    struct notebook notebook;
    int error = notebook_open(&notebook, run->folder);
    if (error) {
        fprintf(stderr, "cannot create %s/notebook.jsonl: %s\n", run->folder, strerror(-error));
        return -1;
    }
    write_start(run, &notebook);
    struct verdict_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int output[2], alive[2];
    if (page != MAP_FAILED)
        page->begun = eventfd(0, EFD_CLOEXEC);
    if (page == MAP_FAILED || page->begun < 0 || pipe2(output, O_CLOEXEC) < 0 ||
        pipe2(alive, O_CLOEXEC) < 0) {
        fprintf(stderr, "cannot supervise: %s\n", strerror(errno));
        return -1;
    }
    if (!sandbox_enter(page->reason, sizeof page->reason)) {
        page->outcome = OUTCOME_SKIPPED;
        write_end(&notebook, page);
        return 0;
    }
    pid_t child = fork();
    if (child < 0) {
        fprintf(stderr, "fork: %s\n", strerror(errno));
        return -1;
    }
    if (child == 0) {
        close(alive[1]);
        sandbox_begin(alive[0]);
        dup2(output[1], STDOUT_FILENO);
        dup2(output[1], STDERR_FILENO);
        reaper(run, &notebook, page);
    }
    close(output[1]);
    close(alive[0]);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    const struct limits limits = {.claim_s = run->timeout_s ? run->timeout_s : run->claim->timeout_s,
                                  .setup_s = run->setup_timeout_s ? run->setup_timeout_s : SETUP_LIMIT_S};
    char last[256] = "";
    bool timed_out = watch(child, page->begun, output[0], &limits, &notebook, last);
    judge_ending(page, timed_out, &limits, last);
    write_end(&notebook, page);
    return 0;
}

int supervise(const struct claim_run *run)
{
    return run_inside(run);
}

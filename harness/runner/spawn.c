/* SPDX-License-Identifier: MIT */
#include "runner/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
static sigset_t mask_before;
static struct sigaction pipe_before;
static int holders;

sigset_t signals_that_stop(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++) {
        struct sigaction action;

        if (sigaction(stop_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&set, stop_signals[i]);
    }
    return set;
}

void signals_hold(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t set = signals_that_stop();

    if (holders++)
        return;
    sigprocmask(SIG_BLOCK, &set, &mask_before);
    sigaction(SIGPIPE, &ignore, &pipe_before);
}

void signals_release(void)
{
    if (--holders)
        return;
    sigaction(SIGPIPE, &pipe_before, NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

static _Noreturn void fail(const char *what)
{
    int number = errno;
    const char *name = strerrorname_np(number);

    dprintf(STDERR_FILENO, "%s: %s (%s)\n", what, name ? name : "?", strerror(number));
    _exit(127);
}

_Noreturn void spawned(pid_t parent, int input, int output, int errors, const char *const *argv)
{
    setpgid(0, 0);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
        _exit(127);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL))
        fail("prctl(PR_SET_PDEATHSIG)");
    if (getppid() != parent) /* it died before the prctl */
        _exit(127);
    if (input < 0)
        input = open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, STDIN_FILENO) < 0)
        fail("open /dev/null");
    /* What the lab itself inherited is not for experiments: a descriptor held open makes somebody wait. */
    close_range(3, ~0u, 0);
    sigaction(SIGPIPE, &pipe_before, NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    execv(argv[0], (char *const *)argv);
    fail(argv[0]);
}

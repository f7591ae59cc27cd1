/* SPDX-License-Identifier: MIT */
/* Signals as events: blocked until they are taken. Only the claim's own thread ever takes one (wire.c). */
#include "api/internal.h"

#include <signal.h>
#include <stdio.h>

static sigset_t set_of(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    return set;
}

static const char *signal_text(int signal, char text[16])
{
    const char *name = signal == SIGIO ? "IO" : sigabbrev_np(signal); /* its number is SIGPOLL's too */
    if (signal == SIGRTMIN)
        snprintf(text, 16, "SIGRTMIN");
    else if (name)
        snprintf(text, 16, "SIG%s", name);
    else
        snprintf(text, 16, "SIGRTMIN+%d", signal - SIGRTMIN);
    return text;
}

void lab_hold_signal(struct here here, struct lab *lab, int signal)
{
    sigset_t set = set_of(signal);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        lab_break(lab, here, "signal %d cannot be blocked", signal);
}

/* sigtimedwait(2) that outlasts other signals: the signal, or -1. */
static int wait_for(const sigset_t *set, siginfo_t *info, int64_t milliseconds)
{
    int64_t until = now_ns() + milliseconds * 1000000;
    for (;;) {
        int64_t left = until - now_ns();
        struct timespec limit = {left > 0 ? left / 1000000000 : 0, left > 0 ? left % 1000000000 : 0};
        int signal = sigtimedwait(set, info, &limit);
        if (signal > 0 || errno != EINTR)
            return signal;
    }
}

siginfo_t lab_take_signal(struct here here, struct lab *lab, int signal)
{
    char name[16];
    siginfo_t info = {0};
    sigset_t set = set_of(signal);
    int64_t began = record_begin(lab, here, "sigtimedwait(%s)", signal_text(signal, name));
    int taken = wait_for(&set, &info, PATIENCE_MS);
    record_call(lab, here, "", began, taken, taken < 0 ? EAGAIN : 0);
    if (taken < 0) {
        lab_fail(lab, here, "%s did not come in %d ms", name, PATIENCE_MS);
        lab_finish(lab);
    }
    return info;
}

bool lab_has_signal(struct here here, struct lab *lab, int signal)
{
    char name[16];
    siginfo_t info;
    sigset_t set = set_of(signal);
    int64_t began = record_begin(lab, here, "sigtimedwait(%s) without waiting", signal_text(signal, name));
    int taken = wait_for(&set, &info, 0);
    record_call(lab, here, "", began, taken, taken < 0 ? EAGAIN : 0);
    return taken > 0;
}

int first_signal(const int signals[], unsigned count)
{
    siginfo_t info;
    sigset_t set;
    sigemptyset(&set);
    for (unsigned i = 0; i < count; i++)
        sigaddset(&set, signals[i]);
    return wait_for(&set, &info, 4 * PATIENCE_MS);
}

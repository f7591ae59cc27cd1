/* SPDX-License-Identifier: MIT */
/* Calls that sleep in the kernel, and are woken when they sleep too long. */
#include "api/internal.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t lost;
static timer_t timer;
static bool have_timer;

static void wake(int signal)
{
    (void)signal;
    lost = 1;
}

void lab_patience_begins(struct lab *lab)
{
    struct sigaction action = {.sa_handler = wake}; /* without SA_RESTART: the call returns with EINTR */
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
    event._sigev_un._tid = gettid(); /* the wire's thread sleeps on */
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    if (sigaction(SIGALRM, &action, NULL) < 0 || pthread_sigmask(SIG_UNBLOCK, &alarm, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
        lab_break(lab, HERE, "no timer: %s", strerror(errno));
    have_timer = true;
    lost = 0;
    /* Again and again: the first signal may come just before the call goes to sleep. */
    struct itimerspec patience = {.it_value = {PATIENCE_MS / 1000, 0}, .it_interval = {1, 0}};
    timer_settime(timer, 0, &patience, NULL);
}

int lab_patience_ends(struct here here, struct lab *lab, int result)
{
    int error = errno;
    if (have_timer)
        timer_delete(timer);
    have_timer = false;
    if (lost) {
        lab_fail(lab, here, "%s slept for more than %d ms", here.text, PATIENCE_MS);
        lab_finish(lab);
    }
    errno = error;
    return result;
}

static int64_t sleeps_since;

void lab_timeout_begins(struct here here, struct sock *sock, const char *text)
{
    lab_patience_begins(sock->lab);
    lab_calling(here, sock, text);
    sleeps_since = now_ns();
}

void lab_timeout_ends(struct here here, struct sock *sock, int64_t milliseconds, int64_t result)
{
    struct lab *lab = sock->lab;
    int outcome = lab_patience_ends(here, lab, lab_called(here, sock, result));
    lab_expect_refused(here, lab, outcome, EAGAIN);
    lab_expect_between(here, lab, milliseconds_since(sleeps_since), milliseconds, INT64_MAX);
}

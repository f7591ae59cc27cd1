/* SPDX-License-Identifier: MIT */
/* The wires' thread: carries frames and drains captures. */
#include "wire/internal.h"

#include "packet/build.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

int64_t wires_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void wires_kick(struct wires *wires)
{
    uint64_t one = 1;
    if (write(wires->wakeup, &one, sizeof one) < 0)
        wires->trouble = "cannot wake the wire";
}

void expected_put(struct expected *expected, uint64_t hash, uint64_t uid)
{
    if (expected->count == EXPECTED_MAX) { /* the oldest was never seen again; it may go unnamed */
        expected->head = (expected->head + 1) % EXPECTED_MAX;
        expected->count--;
    }
    unsigned at = (expected->head + expected->count++) % EXPECTED_MAX;
    expected->entry[at].hash = hash;
    expected->entry[at].uid = uid;
    expected->entry[at].gone = false;
}

uint64_t expected_take(struct expected *expected, uint64_t hash)
{
    uint64_t uid = 0;
    for (unsigned i = 0; i < expected->count && !uid; i++) {
        unsigned at = (expected->head + i) % EXPECTED_MAX;
        if (expected->entry[at].gone || expected->entry[at].hash != hash)
            continue;
        expected->entry[at].gone = true;
        uid = expected->entry[at].uid;
    }
    while (expected->count && expected->entry[expected->head].gone) {
        expected->head = (expected->head + 1) % EXPECTED_MAX;
        expected->count--;
    }
    return uid;
}

/* A capture has grown by one: name the frame so that its other sightings can be told to be the same. */
static void on_packet(void *context, struct capture *capture, const struct sighting *sighting)
{
    struct wires *wires = context;
    unsigned view = (unsigned)(capture - wires->view);
    uint64_t uid = 0;
    if (view < wires->bench->topology.interfaces) {
        struct port *port = &wires->port[view];
        uint64_t hash = frame_hash(sighting->packet.frame, sighting->packet.captured);
        if (sighting->direction == DIRECTION_OUT) {
            uid = ++wires->last_uid;
            expected_put(&port->left, hash, uid);
        } else {
            uid = expected_take(&port->arrived, hash);
        }
    }
    wires->listener.packet(wires->listener.context, view, sighting, uid);
    pthread_cond_broadcast(&wires->news);
}

static void drain_captures(struct wires *wires)
{
    for (unsigned i = 0; i < wires->views; i++)
        if (capture_drain(&wires->view[i]) < 0)
            wires->trouble = "writing a capture file failed (is the disk full?)";
}

/* Reads every frame that waits at one end of a wire. Returns how many. */
static unsigned receive(struct wires *wires, unsigned i)
{
    static _Thread_local uint8_t bytes[FRAME_MAX];
    unsigned received = 0;
    for (;;) {
        ssize_t n = recv(wires->bench->wire_socket[i], bytes, sizeof bytes, 0);
        if (n <= 0)
            return received;
        received++;
        uint64_t hash = frame_hash(bytes, (size_t)n);
        uint64_t uid = expected_take(&wires->port[i].left, hash);
        if (!uid) { /* it came while captures were being drained */
            drain_captures(wires);
            uid = expected_take(&wires->port[i].left, hash);
        }
        struct frame *frame = frame_new(bytes, (size_t)n);
        if (!frame)
            return received;
        frame->uid = uid;
        frame->from = i;
        fate_decide(wires, frame);
    }
}

static void deliver_due(struct wires *wires)
{
    while (wires->due.first && wires->due.first->due <= wires_now()) {
        struct frame *frame = frame_take(&wires->due);
        if (!wires->unwatched)
            expected_put(&wires->port[frame->to].arrived, frame_hash(frame->bytes, frame->length),
                         frame->uid);
        if (send(wires->bench->wire_socket[frame->to], frame->bytes, frame->length, 0) < 0)
            wires->trouble = "the wire could not deliver a frame";
        free(frame);
    }
}

/* Captures first: what the wire reads has been captured before. */
static unsigned carry(struct wires *wires)
{
    unsigned carried = 0;
    drain_captures(wires);
    for (unsigned i = 0; i < wires->bench->topology.interfaces; i++)
        carried += receive(wires, i);
    deliver_due(wires);
    return carried;
}

/*
 * Called with the lock held, and waits without it. A capture that is closed meanwhile ends the wait
 * (POLLNVAL) or does not matter.
 */
static void wait_for_events(struct wires *wires, int64_t until)
{
    struct pollfd fds[1 + INTERFACES_MAX + VIEWS_MAX];
    nfds_t count = 0;
    fds[count++] = (struct pollfd){.fd = wires->wakeup, .events = POLLIN};
    for (unsigned i = 0; i < wires->bench->topology.interfaces; i++)
        fds[count++] = (struct pollfd){.fd = wires->bench->wire_socket[i], .events = POLLIN};
    for (unsigned i = 0; i < wires->views; i++)
        fds[count++] = (struct pollfd){.fd = wires->view[i].selectable, .events = POLLIN};
    struct timespec timeout = {0};
    if (until) {
        int64_t left = until - wires_now();
        if (left > 0)
            timeout = (struct timespec){left / 1000000000, left % 1000000000};
    }
    pthread_mutex_unlock(&wires->lock);
    ppoll(fds, count, until ? &timeout : NULL, NULL);
    pthread_mutex_lock(&wires->lock);
    uint64_t drained;
    if (fds[0].revents && read(wires->wakeup, &drained, sizeof drained) < 0)
        return;
}

/* Every frame that has left a host was read by the wire, and every one that the wire delivered has arrived.
 */
static bool settled(const struct wires *wires)
{
    if (wires->unwatched)
        return true;
    for (unsigned i = 0; i < wires->bench->topology.interfaces; i++)
        if (wires->port[i].left.count || wires->port[i].arrived.count)
            return false;
    return true;
}

/* A frame that does not arrive in so long was refused by the device: then what was captured is not what was
 * sent. */
#define SETTLE_NS 2000000000

static void answer_sync(struct wires *wires, unsigned long asked)
{
    if (asked == wires->sync_done)
        return;
    if (!settled(wires)) {
        if (!wires->unsettled_since)
            wires->unsettled_since = wires_now();
        if (wires_now() < wires->unsettled_since + SETTLE_NS)
            return;
        wires->trouble = "a frame vanished between the wire and a host";
    }
    wires->unsettled_since = 0;
    wires->sync_done = asked;
    pthread_cond_broadcast(&wires->news);
}

/* When the thread has to look again even if nothing happens; 0: never. */
static int64_t next_look(const struct wires *wires)
{
    int64_t settle = wires->unsettled_since ? wires->unsettled_since + SETTLE_NS : 0;
    int64_t due = wires->due.first ? wires->due.first->due : 0;
    if (settle && (!due || settle < due))
        return settle;
    return due;
}

static void *wire_thread(void *context)
{
    struct wires *wires = context;
    prctl(PR_SET_NAME, "wire");
    prctl(PR_SET_TIMERSLACK, 1); /* delays are to be exact */
    pthread_mutex_lock(&wires->lock);
    for (;;) {
        unsigned long asked = wires->sync_asked;
        bool stopping = wires->stop;
        unsigned carried = carry(wires);
        /* What was carried may have been answered at once; a sync is done when a whole round brings nothing.
         */
        if (carried)
            continue;
        answer_sync(wires, asked);
        if (stopping)
            break;
        wait_for_events(wires, next_look(wires));
    }
    pthread_mutex_unlock(&wires->lock);
    return NULL;
}

static int open_views(struct wires *wires, bool loopback, const char *folder, const char *about,
                      char *message, size_t size)
{
    const struct topology *t = &wires->bench->topology;
    unsigned views = t->interfaces + (loopback ? t->hosts : 0);
    for (unsigned i = 0; i < views; i++) {
        struct capture *view = &wires->view[i];
        bool lo = i >= t->interfaces;
        unsigned host = lo ? i - t->interfaces : t->interface[i].host;
        char device[16] = "lo";
        if (!lo) {
            snprintf(device, sizeof device, "eth%u", t->interface[i].number % 1000);
            memcpy(view->mac, t->interface[i].mac, 6);
        }
        bool first = !lo && t->interface[i].number == 0;
        snprintf(view->file, sizeof view->file, "%s%s%s.pcap", t->host[host], first ? "" : "-",
                 first ? "" : device);
        view->host = t->host[host];
        view->about = about;
        view->listener = wires;
        view->listen = on_packet;
        int error = bench_enter(wires->bench, (int)host);
        if (error) {
            snprintf(message, size, "setns: %s", strerror(-error));
            return -1;
        }
        if (capture_open(view, device, folder, message, size) < 0)
            return -1;
        wires->views = i + 1;
    }
    return bench_enter(wires->bench, BENCH_WIRE);
}

static void close_views(struct wires *wires)
{
    for (unsigned i = 0; i < wires->views; i++) {
        capture_close(&wires->view[i]);
        if (wires->view[i].dropped)
            wires->trouble = "a capture lost frames";
    }
    for (unsigned i = 0; i < wires->bench->topology.interfaces; i++) {
        struct tpacket_stats stats = {0};
        socklen_t size = sizeof stats;
        if (getsockopt(wires->bench->wire_socket[i], SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0 &&
            stats.tp_drops)
            wires->trouble = "the wire lost frames";
    }
}

struct wires *wires_start(const struct bench *bench, bool loopback, const char *folder, const char *about,
                          const struct wire_listener *listener, char *message, size_t size)
{
    struct wires *wires = calloc(1, sizeof *wires);
    if (!wires) {
        snprintf(message, size, "out of memory");
        return NULL;
    }
    wires->bench = bench;
    wires->listener = *listener;
    wires->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    for (unsigned i = 0; i < bench->topology.wires; i++)
        wires->flows[i] = flows_new();
    pthread_mutex_init(&wires->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&wires->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (open_views(wires, loopback, folder, about, message, size) < 0) {
        close_views(wires);
        wires_free(wires);
        return NULL;
    }
    /* Signals sent to the process are for the claim (api/signals.c). */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&wires->thread, NULL, wire_thread, wires);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) {
        snprintf(message, size, "pthread_create: %s", strerror(error));
        close_views(wires);
        wires_free(wires);
        return NULL;
    }
    return wires;
}

void wires_stop(struct wires *wires)
{
    pthread_mutex_lock(&wires->lock);
    wires->stop = true;
    pthread_mutex_unlock(&wires->lock);
    wires_kick(wires);
    pthread_join(wires->thread, NULL);
    if (!wires->unwatched)
        close_views(wires);
}

void wires_end_captures(struct wires *wires)
{
    pthread_mutex_lock(&wires->lock);
    while (carry(wires))
        ;
    close_views(wires);
    wires->unwatched = true;
    for (struct frame *frame = wires->due.first; frame; frame = frame->next)
        frame->due = 0;
    memset(wires->wire, 0, sizeof wires->wire);
    pthread_mutex_unlock(&wires->lock);
    wires_withdraw(wires, 0);
}

void wires_free(struct wires *wires)
{
    while (wires->orders) {
        struct order *next = wires->orders->next;
        frame_free_all(&wires->orders->held);
        pattern_free(wires->orders->is.pattern);
        free(wires->orders);
        wires->orders = next;
    }
    frame_free_all(&wires->due);
    for (unsigned i = 0; i < INTERFACES_MAX; i++)
        frame_free_all(&wires->port[i].queued);
    for (unsigned i = 0; i < WIRES_MAX; i++)
        flows_free(wires->flows[i]);
    for (unsigned i = 0; i < wires->views; i++)
        capture_free(&wires->view[i]);
    close(wires->wakeup);
    pthread_mutex_destroy(&wires->lock);
    pthread_cond_destroy(&wires->news);
    free(wires);
}

unsigned wires_views(const struct wires *wires)
{
    return wires->views;
}

const struct capture *wires_view(const struct wires *wires, unsigned view)
{
    return &wires->view[view];
}

void wires_lock(struct wires *wires)
{
    pthread_mutex_lock(&wires->lock);
}

void wires_unlock(struct wires *wires)
{
    pthread_mutex_unlock(&wires->lock);
}

bool wires_wait(struct wires *wires, const struct timespec *deadline)
{
    return pthread_cond_timedwait(&wires->news, &wires->lock, deadline) != ETIMEDOUT;
}

void wires_sync(struct wires *wires)
{
    pthread_mutex_lock(&wires->lock);
    unsigned long mine = ++wires->sync_asked;
    wires_kick(wires);
    while (wires->sync_done < mine)
        pthread_cond_wait(&wires->news, &wires->lock);
    pthread_mutex_unlock(&wires->lock);
}

const char *wires_trouble(struct wires *wires)
{
    pthread_mutex_lock(&wires->lock);
    const char *trouble = wires->trouble;
    pthread_mutex_unlock(&wires->lock);
    return trouble;
}

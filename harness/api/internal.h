/* SPDX-License-Identifier: MIT */
/* The run of a claim, as the files behind lab.h see it. Experiments never include this. */
#ifndef LAB_API_INTERNAL_H
#define LAB_API_INTERNAL_H

#include "bench/bench.h"
#include "claim/notebook.h"
#include "claim/outcome.h"
#include "claim/supervise.h"
#include "lab.h"
#include "wire/wire.h"

#define SOCKETS_MAX 512

struct sock {
    struct lab *lab;
    int fd;
    int host;
    char name[40]; /* "client", "server.2": the host, numbered from its second socket on */
};

struct lab {
    const struct claim_run *run;
    sa_family_t family;
    bool virtual_time;
    struct bench bench;
    struct wires *wires;
    const struct notebook *notebook;
    struct verdict_page *page;

    struct bindings bindings;
    size_t cursor[INTERFACES_MAX + HOSTS_MAX];   /* of each view: packets that expectations are done with */
    int64_t last_at[INTERFACES_MAX + HOSTS_MAX]; /* when the last of those was seen, or 0 */
    int64_t took_ns;                             /* of the latest expectation */
    bool expected_packets, treated;

    unsigned sockets;
    unsigned sockets_of[HOSTS_MAX];
    struct sock socket[SOCKETS_MAX];
};

/* ---- life.c: how a run goes on and ends ---- */

/* Records that the claim fails (the first reason counts) and goes on. */
void lab_fail(struct lab *lab, struct here here, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with a record of it: `what` was judged, these were expected and observed. */
void lab_differs(struct lab *lab, struct here here, const char *what, const char *wanted,
                 const char *observed);
/* Ends the run at once with what has been recorded so far. */
_Noreturn void lab_finish(struct lab *lab);
_Noreturn void lab_break(struct lab *lab, struct here here, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- processes.c ---- */

/* Ends the processes of the claim's own that still run; in one of them, ends it. */
void processes_finish(void);

/* ---- records.c: notebook records that more than one file writes ---- */

int64_t record_begin(struct lab *lab, struct here here, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The call that was begun has returned `result`; `error` is 0, or why it failed. */
void record_call(struct lab *lab, struct here here, const char *host, int64_t began, int64_t result,
                 int error);
void record_expect(struct lab *lab, struct here here, const char *text, bool ok, const char *report);
/* The same of one that was not met because of this packet (NULL: of none) of the view's capture. */
void record_mismatch(struct lab *lab, struct here here, const char *text, const char *report, unsigned view,
                     const struct sighting *packet);
/* Columns of a report: it is printed a little indented on terminals of 80 columns. */
#define REPORT_COLUMNS 76
/* "EADDRINUSE" */
const char *errno_name(int error);

/* ---- views.c: captures by the names that experiments use ---- */

unsigned view_named(struct lab *lab, struct here here, const char *view); /* NULL: the first host's */
/* A parsed pattern; the run is broken if it does not parse. */
struct pattern *pattern_or_break(struct lab *lab, struct here here, const char *text);
int host_named_or_break(struct lab *lab, struct here here, const char *host);
struct timespec deadline_after_ms(int64_t milliseconds);

#endif

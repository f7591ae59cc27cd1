/* SPDX-License-Identifier: MIT */
/* A claim's run from inside: the bench is built, the claim's code runs, its outcome is settled. */
#include "api/mutants.h"
#include "bench/sysctl.h"
#include "claim/body.h"
#include "packet/print.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The first reason is the one that explains the rest. */
static void decide(struct lab *lab, enum outcome outcome, int line, const char *format, va_list arguments)
{
    if (lab->page->outcome != OUTCOME_NONE)
        return;
    vsnprintf(lab->page->reason, sizeof lab->page->reason, format, arguments);
    lab->page->line = line;
    lab->page->outcome = outcome;
}

void lab_fail(struct lab *lab, struct here here, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    decide(lab, OUTCOME_FAILS, here.line, format, arguments);
    va_end(arguments);
}

void lab_break(struct lab *lab, struct here here, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    decide(lab, OUTCOME_BROKEN, here.line, format, arguments);
    va_end(arguments);
    lab_finish(lab);
}

void lab_skip(struct here here, struct lab *lab, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    decide(lab, OUTCOME_SKIPPED, here.line, format, arguments);
    va_end(arguments);
    lab_finish(lab);
}

/* The one run of this process. Macros that name a socket once have no other way to it; all else is handed it.
 */
static struct lab the_lab;

int lab_must(struct here here, int result)
{
    if (result < 0)
        lab_break(&the_lab, here, "%s: %s (%s)", the_lab.page->last_call, errno_name(-result),
                  strerror(-result));
    return result;
}

bool lab_treatment(struct here here, struct lab *lab)
{
    lab->treated = true;
    json_t *record = notebook_record("treatment", 0);
    json_object_set_new(record, "applied", json_boolean(!lab->run->placebo));
    json_object_set_new(record, "line", json_integer(here.line));
    notebook_write(lab->notebook, record);
    return !lab->run->placebo;
}

bool is_v6(const struct lab *lab)
{
    return lab->family == AF_INET6;
}

bool in_virtual_time(const struct lab *lab)
{
    return lab->virtual_time;
}

unsigned ethernet_mss(const struct lab *lab)
{
    return is_v6(lab) ? 1440 : 1460;
}

/* ---- what the wires tell ---- */

static const char *view_host(const struct lab *lab, unsigned view)
{
    const struct topology *t = &lab->bench.topology;
    return t->host[view < t->interfaces ? t->interface[view].host : view - t->interfaces];
}

static void view_device(const struct lab *lab, unsigned view, char device[16])
{
    const struct topology *t = &lab->bench.topology;
    if (view < t->interfaces)
        snprintf(device, 16, "eth%u", t->interface[view].number % 1000);
    else
        snprintf(device, 16, "lo");
}

static void on_packet(void *context, unsigned view, const struct sighting *sighting, uint64_t uid)
{
    struct lab *lab = context;
    const struct print_style style = {.names = &lab->bench.topology.names, .options = true};
    char text[PACKET_TEXT], device[16];
    view_device(lab, view, device);
    json_t *record = notebook_record("packet", sighting->at);
    json_object_set_new(record, "host", json_string(view_host(lab, view)));
    json_object_set_new(record, "interface", json_string(device));
    json_object_set_new(record, "direction",
                        json_string(sighting->direction == DIRECTION_OUT ? "out" : "in"));
    json_object_set_new(record, "number", json_integer(sighting->number));
    notebook_set_text(record, "text", packet_print_pattern(sighting, &style, text));
    json_object_set_new(record, "uid", json_integer((json_int_t)uid));
    notebook_write(lab->notebook, record);
}

static void on_fate(void *context, unsigned wire, enum wire_fate fate, const struct sighting *sighting,
                    uint64_t uid)
{
    struct lab *lab = context;
    const struct print_style style = {.names = &lab->bench.topology.names, .options = true};
    char text[PACKET_TEXT];
    const char *from = names_of(style.names, &sighting->packet.src);
    json_t *record = notebook_record("wire", 0);
    json_object_set_new(record, "wire", json_integer(wire));
    json_object_set_new(record, "fate", json_string(wire_fate_text(fate)));
    notebook_set_text(record, "text", packet_print_pattern(sighting, &style, text));
    json_object_set_new(record, "uid", json_integer((json_int_t)uid));
    json_object_set_new(record, "from", json_string(from ? from : ""));
    notebook_write(lab->notebook, record);
}

/* ---- beginning ---- */

static void note_hosts(const struct lab *lab)
{
    const struct topology *t = &lab->bench.topology;
    char text[ADDRESS_TEXT];
    json_t *hosts = json_array();
    for (unsigned h = 0; h < t->hosts; h++) {
        json_t *interfaces = json_array();
        for (unsigned i = 0; i < t->interfaces; i++) {
            if (t->interface[i].host != h)
                continue;
            char device[16];
            view_device(lab, i, device);
            json_t *interface = json_object();
            json_object_set_new(interface, "name", json_string(device));
            json_object_set_new(interface, "v4", json_string(address_text(&t->interface[i].v4[0], text)));
            json_object_set_new(interface, "v6", json_string(address_text(&t->interface[i].v6[0], text)));
            json_array_append_new(interfaces, interface);
        }
        json_t *host = json_object();
        json_object_set_new(host, "name", json_string(t->host[h]));
        json_object_set_new(host, "interfaces", interfaces);
        json_array_append_new(hosts, host);
    }
    json_t *record = notebook_record("bench", 0);
    json_object_set_new(record, "hosts", hosts);
    json_t *pinned = json_object();
    for (const struct pinned_sysctl *pin = sysctl_pinned; pin->name; pin++)
        json_object_set_new(pinned, pin->name, json_string(pin->value));
    json_object_set_new(record, "sysctls", pinned);
    notebook_write(lab->notebook, record);
}

/* Compares the leading numbers of two kernel versions. */
static int compare_versions(const char *a, const char *b)
{
    unsigned major[2] = {0}, minor[2] = {0};
    sscanf(a, "%u.%u", &major[0], &minor[0]);
    sscanf(b, "%u.%u", &major[1], &minor[1]);
    if (major[0] != major[1])
        return major[0] < major[1] ? -1 : 1;
    return minor[0] < minor[1] ? -1 : minor[0] > minor[1];
}

static void check_requirements(struct lab *lab)
{
    const struct claim *claim = lab->run->claim;
    struct utsname kernel;
    uname(&kernel);
    if (claim->since && compare_versions(kernel.release, claim->since) < 0)
        lab_skip(HERE, lab, "needs Linux %s or newer (this is %s)", claim->since, kernel.release);
    if (claim->until && compare_versions(kernel.release, claim->until) > 0)
        lab_skip(HERE, lab, "is about Linux up to %s (this is %s)", claim->until, kernel.release);
    if ((claim->needs & NEEDS_VIRTUAL_TIME) && !lab->virtual_time)
        lab_skip(HERE, lab, "needs virtual time (./run-all.sh --kernel VERSION)");
    char map[64] = "";
    FILE *uid_map = fopen("/proc/self/uid_map", "re");
    unsigned inside, outside = 1;
    if (uid_map && fgets(map, sizeof map, uid_map) && sscanf(map, "%u %u", &inside, &outside) < 2)
        outside = 1;
    if (uid_map)
        fclose(uid_map);
    if ((claim->needs & NEEDS_ROOT) && outside != 0)
        lab_skip(HERE, lab, "needs root");
}

/* One processor for all threads of a claim: then what the kernel does for it happens in one order. */
static void stay_on_one_processor(void)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
}

static void begin(struct lab *lab)
{
    const struct claim *claim = lab->run->claim;
    char message[512];
    check_requirements(lab);
    stay_on_one_processor();
    if (!topology_parse(claim->bench, &lab->bench.topology, message))
        lab_break(lab, HERE, "%s", message);
    lab->bench.patient = !claim->kernel_timers;
    int error = bench_build(&lab->bench);
    if (error)
        lab_break(lab, HERE, "building the bench: %s: %s", lab->bench.step, strerror(-error));
    note_hosts(lab);
    const struct wire_listener listener = {.context = lab, .packet = on_packet, .fate = on_fate};
    char id[CLAIM_ID], about[1024];
    snprintf(about, sizeof about, "%s%s: %s", claim_id(claim, lab->run->family, id),
             lab->run->placebo ? " (placebo)" : "", claim->sentence);
    lab->wires = wires_start(&lab->bench, claim->loopback, lab->run->folder, about, &listener, message,
                             sizeof message);
    if (!lab->wires)
        lab_break(lab, HERE, "%s", message);
}

/* ---- ending ---- */

static void note_captures(struct lab *lab)
{
    struct verdict_page *page = lab->page;
    size_t packets = 0;
    page->captures = wires_views(lab->wires);
    for (unsigned i = 0; i < page->captures && i < CAPTURES_MAX; i++) {
        const struct capture *capture = wires_view(lab->wires, i);
        snprintf(page->capture[i].file, sizeof page->capture[i].file, "%s", capture->file);
        page->capture[i].packets = capture->count;
        page->capture[i].dropped = capture->dropped;
        packets += capture->count;
    }
    bool judged = page->outcome == OUTCOME_NONE || page->outcome == OUTCOME_FAILS;
    const char *trouble = wires_trouble(lab->wires);
    if (judged && !trouble && lab->expected_packets && packets == 0)
        trouble = "packets were expected and none was captured";
    if (judged && trouble) {
        page->outcome = OUTCOME_BROKEN;
        snprintf(page->reason, sizeof page->reason, "%s", trouble);
    }
}

/*
 * A TCP socket that nobody has any more goes on until its peer has answered, and holds its network namespace
 * as long: minutes, when the peer is gone too. So both sides part by RST, while the wire still carries it.
 */
static void reset_connections(struct lab *lab)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    for (unsigned i = 0; i < lab->sockets; i++) {
        if (lab->socket[i].fd < 0)
            continue;
        setsockopt(lab->socket[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(lab->socket[i].fd);
    }
    wires_sync(lab->wires);
}

void lab_finish(struct lab *lab)
{
    processes_finish();
    if (lab->wires) {
        wires_end_captures(lab->wires);
        note_captures(lab);
        mutants_finish(lab);
        reset_connections(lab);
        wires_stop(lab->wires);
    }
    if (lab->page->outcome == OUTCOME_NONE)
        lab->page->outcome = OUTCOME_HOLDS;
    fflush(NULL);
    _exit(0);
}

void claim_body(const struct claim_run *run, const struct notebook *notebook, struct verdict_page *page)
{
    struct lab *lab = &the_lab;
    lab->run = run;
    lab->notebook = notebook;
    lab->page = page;
    lab->family = run->family == V6 ? AF_INET6 : AF_INET;
    lab->virtual_time = run->virtual_time;
    begin(lab);
    let(lab, "mss", ethernet_mss(lab));
    snprintf(page->last_call, sizeof page->last_call, "the claim's beginning");
    eventfd_write(page->begun, 1);
    run->claim->run(lab);
    struct here end = {run->claim->file, run->claim->line, NULL};
    if (page->outcome == OUTCOME_NONE && !lab->treated && !run->claim->untreated)
        lab_break(lab, end, "the claim applied no treatment and gives no reason (.untreated)");
    if (lab->treated && run->claim->untreated)
        lab_break(lab, end, "the claim says that it is untreated, and treats");
    lab_finish(lab);
}

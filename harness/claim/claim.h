/* SPDX-License-Identifier: MIT */
/* How an experiment's file declares itself and its claims. */
#ifndef LAB_CLAIM_CLAIM_H
#define LAB_CLAIM_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

struct lab; /* one run of one claim */

/* Families a claim is for: one run each, with ids ending in /v4 and /v6. NO_FAMILY: a single run, no ending.
 */
enum { NO_FAMILY = 0, V4 = 1, V6 = 2 };

enum {                         /* needs, besides what every claim needs */
       NEEDS_ROOT = 1,         /* real privilege on the machine, more than a user namespace gives */
       NEEDS_VIRTUAL_TIME = 2, /* waits for minutes or hours, or judges exact durations */
};

struct claim {
    const char *name;     /* a sentence about behaviour, in_words_like_this */
    const char *sentence; /* the same in prose: what Linux does */
    void (*run)(struct lab *lab);
    const char *file;
    int line;
    unsigned families;

    /* Optional, as `.member = value` behind the sentence of CLAIM. */
    const char *bench;  /* hosts and wires (bench/topology.h); default "client server" */
    bool loopback;      /* capture the hosts' lo as well */
    bool kernel_timers; /* retransmission timeouts and loss probes as the kernel has them. Without this they
                           wait for half a minute, so that what the wire holds or drops is not sent again in
                           mid-story */
    const char *untreated; /* why there is no treatment, and how the claim shows its sensitivity instead */
    const char *cites; /* man page, kernel document or RFC, where no statement of the documents is decided */
    const char *since,
        *until; /* kernel versions between which this is the behaviour ("4.19"), both included */
    unsigned needs;
    unsigned takes_ms;  /* about how long it waits, so that long ones are started first */
    unsigned timeout_s; /* limit for the whole run; default 30 */

    const struct claim *next;
};

struct experiment {
    const char *option;  /* "TCP_CORK", or a topic */
    const char *level;   /* "IPPROTO_TCP", or NULL */
    const char *summary; /* what the option is for, in a line */
    const char *file;
    const struct claim *claims; /* in the order of the file */
};

/* The one experiment of this executable. */
extern struct experiment the_experiment;
void claim_register(struct claim *claim);

/* Once in each file, before its claims. */
#define EXPERIMENT(option_, level_, summary_)                                                                \
    struct experiment the_experiment = {                                                                     \
        .option = (option_), .level = (level_), .summary = (summary_), .file = __FILE__}

/* CLAIM(name, V4 | V6, "sentence", .member = …) { the proof } */
#define CLAIM(name_, families_, sentence_, ...)                                                              \
    static void name_(struct lab *lab);                                                                      \
    __attribute__((constructor)) static void register_##name_(void)                                          \
    {                                                                                                        \
        static struct claim claim = {.name = #name_,                                                         \
                                     .sentence = (sentence_),                                                \
                                     .run = (name_),                                                         \
                                     .file = __FILE__,                                                       \
                                     .line = __LINE__,                                                       \
                                     .families = (families_),                                                \
                                     __VA_ARGS__};                                                           \
        claim_register(&claim);                                                                              \
    }                                                                                                        \
    static void name_(struct lab *lab)

#define CLAIM_ID 160 /* bytes enough for any claim's id */
/* "tcp_cork.uncorking_sends/v4"; `family` is V4, V6 or NO_FAMILY. */
const char *claim_id(const struct claim *claim, unsigned family, char id[CLAIM_ID]);
/* The experiment's name: its file's without folder and ending. */
const char *experiment_name(char name[64]);
/* Calls `act` for every run of every claim, in the order of the file. */
void claims_each_run(void (*act)(const struct claim *claim, unsigned family, void *context), void *context);
/* The claim and family of an id, or NULL. */
const struct claim *claim_find(const char *id, unsigned *family);
/* Prints the listing (FORMAT.md) on standard output. */
void claims_list(void);

#endif

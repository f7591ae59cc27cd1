/* SPDX-License-Identifier: MIT */
/* A claim's notebook in memory; claim/FORMAT.md says what its records mean. */
#ifndef LAB_SHOW_NOTEBOOK_H
#define LAB_SHOW_NOTEBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
    RECORD_START,
    RECORD_BENCH,
    RECORD_SYSCTL,
    RECORD_CALL,
    RECORD_PACKET,
    RECORD_WIRE,
    RECORD_TREATMENT,
    RECORD_FACT,
    RECORD_EXPECT,
    RECORD_NOTE,
    RECORD_OUTPUT,
    RECORD_END,
    RECORD_OTHER, /* of a later lab: kept, so that its line can be named */
};

enum shown_fate {
    SHOWN_HELD,
    SHOWN_RELEASED,
    SHOWN_DROPPED,
    SHOWN_REJECTED,
    SHOWN_DUPLICATED,
    SHOWN_REORDERED,
    SHOWN_TOO_BIG,
    SHOWN_INJECTED,
    SHOWN_CUT,
    SHOWN_OVERFLOW,
    SHOWN_OTHER, /* of a later lab: its name is in `name` */
};

/* One record. Strings belong to the notebook; those that its kind has are never NULL, empty at most. */
struct record {
    enum record_kind kind;
    unsigned row;       /* its line in the notebook, from 1 */
    int64_t t;          /* nanoseconds since the epoch */
    const char *host;   /* sysctl, call, packet; wire: where the frame came from */
    const char *text;   /* call, packet, wire, expect, note, output; start: the sentence; end: the reason */
    const char *name;   /* start: the claim; sysctl, fact; wire: the fate; end: the outcome; other: the kind;
                           expect: the capture with the packet to blame, empty if none is */
    const char *value;  /* call: the result; sysctl, fact */
    const char *unit;   /* fact */
    const char *error;  /* call: errno by name, empty if it succeeded */
    const char *report; /* expect, if not ok */
    const char *interface; /* packet */
    uint64_t uid;          /* packet, wire: 0 if unknown */
    unsigned number;       /* packet: in its capture; expect: of the packet to blame; 0 if unknown */
    int64_t took;          /* call */
    unsigned line;         /* of the C source; 0 if unknown */
    int wire;              /* wire: its number */
    enum shown_fate fate;  /* wire */
    bool out;              /* packet: leaving its host */
    bool ok;               /* expect: met; treatment: applied */
};

struct notebook_host {
    const char *name;
    const char *v4, *v6; /* of its first interface, without prefix length; empty if it has none */
};

struct notebook_sysctl {
    const char *name, *value;
};

struct notebook_capture {
    const char *file;
    int64_t packets, dropped;
};

struct notebook {
    struct record *records; /* in the order of the file */
    size_t count;
    const struct record *start, *end;         /* NULL where missing */
    const char *file, *kernel, *time, *bench; /* of the start record; empty if missing */
    bool placebo;
    bool truncated; /* the last line was cut off in the middle, and left out */
    struct notebook_host *hosts;
    size_t host_count;
    struct notebook_sysctl *pinned; /* by the bench, on every host */
    size_t pinned_count;
    struct notebook_capture *captures;
    size_t capture_count;
    struct json_t *memory; /* what the strings live in, */
    char *plain;           /* and this */
};

/*
 * Reads the bytes of a notebook; `where` names them in messages ("FOLDER/notebook.jsonl"). NULL after a
 * message on stderr that tells the line.
 */
struct notebook *notebook_parse(const char *where, const char *bytes, size_t length);
/* Reads FOLDER/notebook.jsonl. */
struct notebook *notebook_read(const char *folder);
/* The same without a message, for those to whom a missing or broken notebook is no surprise. */
struct notebook *notebook_look(const char *folder);
/*
 * A file of a claim's evidence, to read from; -1 with errno. Whatever somebody left there, opening it does
 * not wait, and a link is not followed.
 */
int evidence_open(const char *path);
void notebook_free(struct notebook *notebook);

#endif

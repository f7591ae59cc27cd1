/* SPDX-License-Identifier: MIT */
/*
 * What the kernel answers to one call, made for every option of a list in turn: setsockopt(2) done right on a
 * socket in some state, or done wrong on a fresh one. Of all these calls the notebook has one line.
 */
#ifndef LAB_API_ANSWERS_H
#define LAB_API_ANSWERS_H

#include "api/options.h"

#include <limits.h>

/* An option, and what it takes. A list of them ends with one without name. */
struct sample {
    const char *name;  /* "TCP_MAXSEG": its number is looked up in option_names.h */
    int value;         /* one that the option takes, if it takes any */
    int low, high;     /* of an int that has a range; INT_MIN: its lowest value differs between kernels */
    const void *bytes; /* in place of `value` */
    socklen_t size;

    int level; /* from here on: known once samples_of_this_kernel has been called */
    unsigned number;
    bool absent; /* this kernel does not have it */
};
#define SAMPLES_MAX 64

/* Looks the options up, and asks `closed`, a new TCP socket, which of them this kernel has: absent is what it
 * neither sets nor reads (ENOPROTOOPT). */
#define samples_of_this_kernel(closed, samples) lab_samples_of_this_kernel(HERE, closed, samples)
void lab_samples_of_this_kernel(struct here here, struct sock *closed, struct sample *samples);
/* The list has every option of the level that any header names. */
#define expect_complete(lab, level, samples)                                                                 \
    lab_expect_complete(HERE_AS(#samples " of " #level), lab, level, samples)
bool lab_expect_complete(struct here here, struct lab *lab, int level, const struct sample *samples);

/* What a call hands over for an option. `n` is the same for all options of one set_each or get_each. */
struct argument {
    bool none;         /* the option is passed over */
    const void *value; /* NULL: a buffer in which the sample's value is followed by zeros */
    socklen_t size;
    bool is_int; /* in the buffer is `integer` in place of the sample's value */
    int integer;
};
typedef struct argument argument_of(const struct sample *sample, int n);
argument_of as_it_should_be; /* the sample's value in its size */
argument_of of_size;         /* the first n bytes of the value, or with zeros behind it */
argument_of at_no_address;   /* the right size, at an address that is not mapped; n counts for nothing */
argument_of as_int;          /* the int n, for options that are an int */
argument_of below_range;     /* low - n, for options with a range */
argument_of above_range;     /* high + n */

enum { NOT_ASKED = INT_MIN };
struct answers {
    const struct sample *samples;
    bool read;                 /* these are getsockopt's */
    int answer[SAMPLES_MAX];   /* 0, or -errno; of getsockopt the bytes that it says to have given */
    int value[SAMPLES_MAX];    /* the int that was handed over */
    bool changed[SAMPLES_MAX]; /* the option read otherwise before setsockopt than after it */
};
#define set_each(sock, samples, argument, n) lab_set_each(HERE, sock, samples, argument, #argument, n)
#define get_each(sock, samples, argument, n) lab_get_each(HERE, sock, samples, argument, #argument, n)
struct answers lab_set_each(struct here here, struct sock *sock, const struct sample *samples,
                            argument_of *argument, const char *name, int n);
struct answers lab_get_each(struct here here, struct sock *sock, const struct sample *samples,
                            argument_of *argument, const char *name, int n);

/*
 * "ok; EINVAL: TCP_MAXSEG TCP_CORK; EPERM: TCP_REPAIR": the answers are the first, but those of the options
 * named behind another. Of getsockopt they are "4 bytes". One that is named twice may answer either; one that
 * is absent is not looked at.
 */
#define expect_answers(lab, answers, wanted) lab_expect_answers(HERE_AS(#answers), lab, answers, wanted)
bool lab_expect_answers(struct here here, struct lab *lab, struct answers answers, const char *wanted);

/* Answers under a heading: "state", "listening". A label NULL is the int that was handed over. `any` stands
 * for heading and labels of an option of which all columns of the heading say the same: "any state". */
struct column {
    const char *heading, *label, *any;
    struct answers answers;
};
/* A fact for each option, all columns in one text: "state closed bound: ok, connected: EINVAL; length 3: …".
 * Columns of a heading have to stand together. */
void columns_facts(struct lab *lab, const struct sample *samples, const struct column *columns,
                   unsigned count);

/* What options read, before and after the calls of all columns that were refused, and those that were not:
 * "as before; changed: TCP_CORK TCP_MAXSEG". */
#define expect_changed_by_refusals(lab, samples, columns, count, wanted)                                     \
    lab_expect_changed_by(HERE_AS("changed by what was refused"), lab, samples, columns, count, true, wanted)
#define expect_changed_by_successes(lab, samples, columns, count, wanted)                                    \
    lab_expect_changed_by(HERE_AS("changed by what was taken"), lab, samples, columns, count, false, wanted)
bool lab_expect_changed_by(struct here here, struct lab *lab, const struct sample *samples,
                           const struct column *columns, unsigned count, bool refused, const char *wanted);

#endif

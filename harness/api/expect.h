/* SPDX-License-Identifier: MIT */
/* What is judged: values, the results of calls, durations. */
#ifndef LAB_API_EXPECT_H
#define LAB_API_EXPECT_H

#include "api/run.h"

/* The claim fails if the condition does not hold; it goes on, so that later differences are seen too. */
#define expect(lab, condition)              lab_expect(HERE_AS(#condition), lab, (condition))
#define expect_equal(lab, observed, wanted) lab_expect_equal(HERE_AS(#observed), lab, (observed), (wanted))
/* For `try_…`: the call was refused with this errno / was not refused. */
#define expect_refused(lab, call, error) lab_expect_refused(HERE_AS(#call), lab, (call), (error))
#define expect_success(lab, call)        lab_expect_refused(HERE_AS(#call), lab, (call), 0)
/* low <= observed <= high */
#define expect_between(lab, observed, low, high)                                                             \
    lab_expect_between(HERE_AS(#observed), lab, (observed), (low), (high))
/* A duration in ms: at least `least`; that it is at most `most` is judged in virtual time only. */
#define expect_duration(lab, observed, least, most)                                                          \
    lab_expect_between(HERE_AS(#observed), lab, (observed), (least),                                         \
                       in_virtual_time(lab) ? (most) : INT64_MAX)
bool lab_expect(struct here here, struct lab *lab, bool condition);
bool lab_expect_equal(struct here here, struct lab *lab, int64_t observed, int64_t wanted);
bool lab_expect_refused(struct here here, struct lab *lab, int result, int error);
bool lab_expect_between(struct here here, struct lab *lab, int64_t observed, int64_t low, int64_t high);

#endif

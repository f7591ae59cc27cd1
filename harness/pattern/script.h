/* SPDX-License-Identifier: MIT */
/*
 * Several pattern lines in order, held against packets as they come. Without
 * "...", "?" and "*" the match is exact: every packet must be accounted for.
 */
#ifndef LAB_PATTERN_SCRIPT_H
#define LAB_PATTERN_SCRIPT_H

#include "pattern/pattern.h"

#include <stdio.h>

struct script;

enum script_state {
    SCRIPT_OPEN,     /* more packets are needed */
    SCRIPT_COMPLETE, /* every line is satisfied; an optional or repeated tail may still take packets */
    SCRIPT_FAILED,   /* no way to go on */
};

/*
 * `judge_most`: whether upper time bounds count (virtual time) or only lower ones (real time).
 * `since`: when the time of the first line's bound begins (nanoseconds since the epoch; that of the packet
 * before, or of the start of the expectation); 0 means that the first line's bound is not judged.
 * `bindings` is shared between the scripts of a claim and updated when a script completes.
 * NULL with `trouble` and `bad_line` (0-based) filled in when a line does not parse.
 */
struct script *script_new(const char *const lines[], size_t count, const struct names *names,
                          struct bindings *bindings, bool judge_most, int64_t since,
                          struct pattern_trouble *trouble, size_t *bad_line);
void script_free(struct script *script);

/* Takes the next packet (kept by reference: must outlive the script). */
enum script_state script_feed(struct script *script, const struct sighting *sighting);
/* How it stands, without another packet. An empty script, or one of optional lines only, is complete at once.
 */
enum script_state script_state(const struct script *script);
/* How many of the packets fed are accounted for when complete: packets after that belong to what comes next.
 */
size_t script_consumed(const struct script *script);
/* The sum of all lower time bounds: how long at least the script has to wait, nanoseconds. */
int64_t script_least_wait(const struct script *script);

/*
 * Expected and observed side by side, the first difference marked and named, then all variables and their
 * values. At most `width` columns (70 or more). Used when failed, and when open at the end of patience
 * (then the missing line is marked).
 */
void script_report(const struct script *script, FILE *out, unsigned width);
/* What is wrong, in one sentence: "line 1 differs in seq: expected 1:8, observed 1:6". */
#define SCRIPT_SENTENCE 2048
const char *script_sentence(const struct script *script, char sentence[SCRIPT_SENTENCE]);
/* Of a failed script the packet that failed it, else NULL. */
const struct sighting *script_culprit(const struct script *script);

/* For each line, the number of packets it took in the best match (evidence, ladders). */
size_t script_line_matches(const struct script *script, size_t line);
/* Index of the line that took packet `index` (0-based, in order of feeding), or -1. */
int script_line_of(const struct script *script, size_t index);

#endif

/* SPDX-License-Identifier: MIT */
/* How the answers of a census are kept: what asks and what tells of them share it. */
#ifndef LAB_API_CENSUS_ANSWERS_H
#define LAB_API_CENSUS_ANSWERS_H

#include "api/census.h"

/* Every level's numbers, then its NO_OPTION. */
#define QUESTIONS (128 + 200 + 200 + 128 + 128 + 128 + 32 + 32 + 64 + 32 + 32 + OPTION_LEVELS)

struct question {
    const struct option_level *level;
    unsigned number;
};
/* The i-th of all; and its place, for a number that is asked. */
struct question question_at(unsigned i);
unsigned question_of(int level, unsigned number);

struct census {
    int missing[SOCKET_KINDS]; /* 0, or -errno of socket(2) */
    struct answer answers[SOCKET_KINDS][QUESTIONS];
};

struct readings {
    struct reading read[QUESTIONS];
};

/* "IPPROTO_TCP TCP_REPAIR", "IPPROTO_TCP 47" */
#define QUESTION_TEXT 64
const char *question_text(struct question question, char text[QUESTION_TEXT]);

#endif

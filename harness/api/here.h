/* SPDX-License-Identifier: MIT */
/* A place in an experiment, how long things are waited for, and calls that have to succeed. */
#ifndef LAB_API_HERE_H
#define LAB_API_HERE_H

#include "claim/claim.h"

/* How long waiting calls and expectations wait in real time: so long that only wrong behaviour is later. */
#define PATIENCE_MS 5000

struct here { /* a place in an experiment's source */
    const char *file;
    int line;
    const char *text; /* the expression judged, where there is one */
};
#define HERE          ((struct here){__FILE__, __LINE__, NULL})
#define HERE_AS(text) ((struct here){__FILE__, __LINE__, (text)})

/* The result of a call that has to succeed; the claim is broken otherwise. */
int lab_must(struct here here, int result);

#endif

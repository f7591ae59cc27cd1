/* SPDX-License-Identifier: MIT */
/* Writes the notebook of a claim's run (FORMAT.md): one record at a time, whole, in the order of the calls.
 */
#ifndef LAB_CLAIM_NOTEBOOK_H
#define LAB_CLAIM_NOTEBOOK_H

#include <jansson.h>
#include <stdint.h>

struct notebook {
    int fd;
};

/* Creates FOLDER/notebook.jsonl. 0 or -errno. */
int notebook_open(struct notebook *notebook, const char *folder);
void notebook_close(struct notebook *notebook);

/* Nanoseconds since the epoch, by the clock of the packets' time stamps. */
int64_t notebook_now(void);

/* A new record of this kind at this time (0: now); fill it in and hand it to notebook_write, which frees it.
 */
json_t *notebook_record(const char *kind, int64_t at);
void notebook_write(const struct notebook *notebook, json_t *record);

/* Members that may hold bytes that are not UTF-8 (what a claim printed or received): those are written as
 * `?'. */
void notebook_set_text(json_t *record, const char *member, const char *text);

#endif

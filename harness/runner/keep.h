/* SPDX-License-Identifier: MIT */
/*
 * Memory and text of the lab command. A run of lab is short and what it
 * reads is needed to its end, so nothing kept here is freed one by one:
 * everything goes at once with keep_free_all, at exit.
 */
#ifndef LAB_RUNNER_KEEP_H
#define LAB_RUNNER_KEEP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* `size` zeroed bytes that live until keep_free_all. Never NULL: without memory lab says so and exits 2. */
void *keep(size_t size);
char *keep_text(const char *text);
char *keep_bytes(const char *bytes, size_t length);
char *keep_format(const char *format, ...) __attribute__((format(printf, 1, 2), nonnull(1)));
char *keep_vformat(const char *format, va_list arguments) __attribute__((format(printf, 1, 0), nonnull(1)));
void keep_free_all(void);

/*
 * A copy that is safe to print and to put into JSON and XML, whatever a broken
 * experiment wrote: invalid UTF-8, control characters other than newline
 * and tab, and what turns the direction of text become '?'.
 */
char *keep_clean(const char *bytes, size_t length);

/* A growing list of texts (kept, not copied). */
struct texts {
    const char **list;
    size_t count, room;
};

void texts_add(struct texts *texts, const char *text);
bool texts_have(const struct texts *texts, const char *text);
/* The texts joined by `between`; "" for none. */
const char *texts_join(const struct texts *texts, const char *between);

/* The same for pointers: makes room for one more in a kept array of `*room` pointers, `count` used. */
void *keep_grow(void *list, size_t count, size_t *room, size_t size);

#endif

/* SPDX-License-Identifier: MIT */
/* Frames on their way, and lists of them in the order in which they are due. */
#ifndef LAB_WIRE_FRAME_H
#define LAB_WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct frame {
    struct frame *next;
    uint64_t uid;  /* the same for the same frame wherever it is seen */
    unsigned from; /* interface it came from, or that it is injected towards */
    unsigned to;   /* interface it goes to */
    int64_t due;   /* when it arrives, CLOCK_MONOTONIC nanoseconds */
    size_t length;
    uint8_t bytes[];
};

struct frame_list {
    struct frame *first, **end; /* end is NULL in a list that was only zeroed */
    unsigned count;
};

/* NULL when out of memory. */
struct frame *frame_new(const uint8_t *bytes, size_t length);
struct frame *frame_copy(const struct frame *frame);
void frame_append(struct frame_list *list, struct frame *frame);
/* Behind all that are due no later. */
void frame_insert_by_due(struct frame_list *list, struct frame *frame);
struct frame *frame_take(struct frame_list *list); /* the first, or NULL */
void frame_free_all(struct frame_list *list);

/* FNV-1a, to know a frame again. */
uint64_t frame_hash(const uint8_t *bytes, size_t length);

#endif

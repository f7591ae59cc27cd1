/* SPDX-License-Identifier: MIT */
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

struct frame *frame_new(const uint8_t *bytes, size_t length)
{
    struct frame *frame = calloc(1, sizeof *frame + length);
    if (!frame)
        return NULL;
    frame->length = length;
    if (length)
        memcpy(frame->bytes, bytes, length);
    return frame;
}

struct frame *frame_copy(const struct frame *frame)
{
    struct frame *copy = frame_new(frame->bytes, frame->length);
    if (copy) {
        copy->uid = frame->uid;
        copy->from = frame->from;
        copy->to = frame->to;
        copy->due = frame->due;
    }
    return copy;
}

void frame_append(struct frame_list *list, struct frame *frame)
{
    if (!list->end)
        list->end = &list->first;
    frame->next = NULL;
    *list->end = frame;
    list->end = &frame->next;
    list->count++;
}

void frame_insert_by_due(struct frame_list *list, struct frame *frame)
{
    struct frame **place = &list->first;
    while (*place && (*place)->due <= frame->due)
        place = &(*place)->next;
    if (!*place) {
        frame_append(list, frame);
        return;
    }
    frame->next = *place;
    *place = frame;
    list->count++;
}

struct frame *frame_take(struct frame_list *list)
{
    struct frame *frame = list->first;
    if (!frame)
        return NULL;
    list->first = frame->next;
    if (!list->first)
        list->end = &list->first;
    list->count--;
    frame->next = NULL;
    return frame;
}

void frame_free_all(struct frame_list *list)
{
    for (struct frame *frame; (frame = frame_take(list));)
        free(frame);
}

uint64_t frame_hash(const uint8_t *bytes, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
}

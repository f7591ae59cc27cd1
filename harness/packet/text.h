/* SPDX-License-Identifier: MIT */
/* Text put together in a buffer of fixed size: what does not fit is left out, and the end is always there. */
#ifndef LAB_PACKET_TEXT_H
#define LAB_PACKET_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct text {
    char *at;
    size_t size, length;
};

static inline struct text text_begin(char *at, size_t size)
{
    at[0] = '\0';
    return (struct text){at, size, 0};
}

__attribute__((format(printf, 2, 3))) static inline void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(text->at + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    if (n > 0)
        text->length += (size_t)n;
    if (text->length >= text->size)
        text->length = text->size - 1;
}

static inline void text_add_hex(struct text *text, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text_add(text, "%02x", bytes[i]);
}

#endif

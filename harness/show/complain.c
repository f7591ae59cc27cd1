/* SPDX-License-Identifier: MIT */
#include "show/complain.h"

#include "show/text_cursor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain_of(const char *format, ...)
{
    struct text_cursor cursor;
    va_list arguments;
    char *text;
    uint32_t c;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    if (!text) {
        fputs("out of memory\n", stderr);
        return;
    }
    text_begin(&cursor, text, strlen(text), false);
    flockfile(stderr); /* ladders are read by several threads */
    while ((c = text_next(&cursor)))
        putc_unlocked((int)c, stderr);
    putc_unlocked('\n', stderr);
    funlockfile(stderr);
    free(text);
}

/* SPDX-License-Identifier: MIT */
/* Text that grows. After running out of memory it stays as it is, and says so at the end. */
#ifndef LAB_REPORT_TEXT_H
#define LAB_REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes;
    size_t length, room;
    bool failed;
};

void text_put(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
void text_number(struct text *text, long number);
/*
 * What is JSON already, made fit for a <script> element: there a "<" could end the element or begin a
 * comment, and in JSON it stands in strings only, where \u003c is the same.
 */
void text_json(struct text *text, const char *json, size_t length);
/* A string as JSON, fit for the same place; bytes that are not UTF-8 become U+FFFD. */
void text_json_string(struct text *text, const char *string, size_t length);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef LAB_SHOW_COMPLAIN_H
#define LAB_SHOW_COMPLAIN_H

/*
 * A line on standard error. Paths and what a parser quotes are of unknown origin: whatever is not printable
 * ASCII is shown, not sent.
 */
void complain_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif

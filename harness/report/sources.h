/* SPDX-License-Identifier: MIT */
/* The C files of the claims, as they are now, for the page. */
#ifndef LAB_REPORT_SOURCES_H
#define LAB_REPORT_SOURCES_H

#include "report/runs.h"
#include "report/text.h"

/* Appends a <script> element with an object of the files' texts by name; those that cannot be read are left
 * out. */
void sources_write(struct text *page, const struct report_runs *runs, const char *home);

#endif

/* SPDX-License-Identifier: MIT */
/* The files in page/, which the Makefile makes objects of. */
#ifndef LAB_REPORT_PAGE_H
#define LAB_REPORT_PAGE_H

extern const char asset_report_page_page_html[], asset_report_page_page_css[];

/* Its scripts in the order in which they need each other, and NULL. */
extern const char *const report_scripts[];

#endif

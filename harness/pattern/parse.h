/* SPDX-License-Identifier: MIT */
/* The parts of the parser, one file each. Nobody outside this folder includes this. */
#ifndef LAB_PATTERN_PARSE_H
#define LAB_PATTERN_PARSE_H

#include "pattern/cursor.h"

bool parse_delay(struct cursor *cursor, struct pattern *line);
/* Reads `text` as a host, whole; false if it is none. */
bool parse_host(const char *text, const struct names *names, struct host *out);
bool parse_endpoint(struct cursor *cursor, bool last, struct endpoint *out);
bool parse_fields(struct cursor *cursor, struct pattern *line);

#endif

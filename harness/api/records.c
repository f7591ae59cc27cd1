/* SPDX-License-Identifier: MIT */
/* Notebook records of calls and expectations. */
#include "api/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *errno_name(int error)
{
    const char *name = strerrorname_np(error);
    return name ? name : "unknown errno";
}

int64_t record_begin(struct lab *lab, struct here here, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(lab->page->last_call, sizeof lab->page->last_call, format, arguments);
    va_end(arguments);
    lab->page->last_line = here.line;
    return notebook_now();
}

void record_call(struct lab *lab, struct here here, const char *host, int64_t began, int64_t result,
                 int error)
{
    json_t *record = notebook_record("call", began);
    json_object_set_new(record, "host", json_string(host));
    notebook_set_text(record, "text", lab->page->last_call);
    json_object_set_new(record, "result", json_integer(result));
    if (error)
        json_object_set_new(record, "errno", json_string(errno_name(error)));
    json_object_set_new(record, "took", json_integer(notebook_now() - began));
    json_object_set_new(record, "line", json_integer(here.line));
    notebook_write(lab->notebook, record);
}

static json_t *expect_record(struct here here, const char *text, bool ok, const char *report)
{
    json_t *record = notebook_record("expect", 0);
    notebook_set_text(record, "text", text);
    json_object_set_new(record, "ok", json_boolean(ok));
    json_object_set_new(record, "line", json_integer(here.line));
    if (!ok && report)
        notebook_set_text(record, "report", report);
    return record;
}

void record_expect(struct lab *lab, struct here here, const char *text, bool ok, const char *report)
{
    notebook_write(lab->notebook, expect_record(here, text, ok, report));
}

void record_mismatch(struct lab *lab, struct here here, const char *text, const char *report, unsigned view,
                     const struct sighting *packet)
{
    json_t *record = expect_record(here, text, false, report);
    if (packet) {
        json_object_set_new(record, "capture", json_string(wires_view(lab->wires, view)->file));
        json_object_set_new(record, "packet", json_integer(packet->number));
    }
    notebook_write(lab->notebook, record);
}

void fact(struct lab *lab, const char *name, int64_t value, const char *unit)
{
    json_t *record = notebook_record("fact", 0);
    json_object_set_new(record, "name", json_string(name));
    json_object_set_new(record, "value", json_integer(value));
    json_object_set_new(record, "unit", json_string(unit));
    notebook_write(lab->notebook, record);
}

void fact_text(struct lab *lab, const char *name, const char *value)
{
    json_t *record = notebook_record("fact", 0);
    json_object_set_new(record, "name", json_string(name));
    notebook_set_text(record, "value", value);
    json_object_set_new(record, "unit", json_string(""));
    notebook_write(lab->notebook, record);
}

void note(struct lab *lab, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_t *record = notebook_record("note", 0);
    notebook_set_text(record, "text", text);
    notebook_write(lab->notebook, record);
}

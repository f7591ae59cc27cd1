/* SPDX-License-Identifier: MIT */
#include "show/words.h"

#include <stdio.h>
#include <string.h>

#define MS INT64_C(1000000)

const char *words_duration(int64_t nanoseconds, char text[32])
{
    int64_t ms = nanoseconds / MS;

    if (ms < 1000)
        snprintf(text, 32, "%.1f ms", (double)nanoseconds / 1e6);
    else if (ms < 100000)
        snprintf(text, 32, "%.*f s", ms < 10000 ? 3 : 2, (double)nanoseconds / 1e9);
    else if (ms < 3600000)
        /* NOLINTNEXTLINE(bugprone-integer-division): cut off, so that 59.96 s are no minute */
        snprintf(text, 32, "%dm%04.1fs", (int)(ms / 60000), (double)(ms % 60000 / 100) / 10);
    else
        snprintf(text, 32, "%lldh%02dm%02ds", (long long)(ms / 3600000), (int)(ms / 60000 % 60),
                 (int)(ms / 1000 % 60));
    return text;
}

static char *call_words(const struct ladder_event *event, const char *dots, bool with_line)
{
    const struct record *call = event->record;
    bool plain = event->host < 0 && strcmp(call->value, "0") == 0; /* an order to the wire returns nothing */
    const char *gap = *call->error ? " " : "", *value = plain ? "" : call->value,
               *equals = *value ? " = " : "";
    char duration[32] = "", line[24] = "", *text;
    bool slow = call->took >= LADDER_TOOK;
    int made;

    if (with_line && call->line)
        snprintf(line, sizeof(line), "  :%u", call->line);
    if (slow)
        words_duration(call->took, duration);
    if (event->kind == EVENT_RETURN)
        made = asprintf(&text, "%s %.*s%s%s%s%s, after %s", dots, (int)strcspn(call->text, "("), call->text,
                        *value ? equals : " returned", value, gap, call->error, duration);
    else if (!event->whole)
        made = asprintf(&text, "%s %s%s", call->text, dots, line);
    else
        made = asprintf(&text, "%s%s%s%s%s%s%s%s%s", call->text, equals, value, gap, call->error,
                        slow ? " (" : "", slow ? duration : "", slow ? ")" : "", line);
    return made < 0 ? NULL : text;
}

static char *sysctl_words(const struct ladder_event *event)
{
    char *text;

    if (asprintf(&text, "sysctl %s = %s", event->record->name, event->record->value) < 0)
        return NULL;
    return text;
}

char *words_beside(const struct ladder_event *event, const char *dots, bool line)
{
    if (event->kind == EVENT_CALL || event->kind == EVENT_RETURN)
        return call_words(event, dots, line);
    return event->kind == EVENT_SYSCTL ? sysctl_words(event) : NULL;
}

bool words_tell_error(const struct ladder_event *event)
{
    return *event->record->error && event->whole == (event->kind == EVENT_CALL);
}

const char *words_fate(const struct ladder_event *event)
{
    if (event->kind == EVENT_HELD)
        return event->record->name;
    if (event->kind == EVENT_RELEASED)
        return "released";
    if (event->kind == EVENT_APPEAR)
        return event->fate == SHOWN_INJECTED     ? "injected"
               : event->fate == SHOWN_DUPLICATED ? "duplicate"
                                                 : "not seen to leave";
    return event->fate == SHOWN_OTHER ? "not seen to arrive" : event->record->name;
}

char *words_label(const struct ladder_arrow *arrow, const struct ladder_event *first)
{
    bool departs = first->kind == EVENT_DEPART;
    char *label;

    if (asprintf(&label, "%s%s%s", arrow->label, arrow->duplicated && departs ? " (duplicated)" : "",
                 arrow->reordered && departs ? " (reordered)" : "") < 0)
        return NULL;
    return label;
}

unsigned words_elided(const struct ladder *ladder, const struct ladder_row *row)
{
    unsigned frames = 0;

    for (size_t i = row->first; i < row->first + row->count; i++)
        frames += ladder->events[i].kind == EVENT_DEPART || ladder->events[i].kind == EVENT_APPEAR;
    return frames;
}

const char *words_address(const struct notebook *notebook, const char *host)
{
    const char *claim = notebook->start ? notebook->start->name : "";
    size_t length = strlen(claim);
    bool v6 = length > 3 && strcmp(claim + length - 3, "/v6") == 0;

    for (size_t i = 0; i < notebook->host_count; i++)
        if (strcmp(notebook->hosts[i].name, host) == 0)
            return v6 ? notebook->hosts[i].v6 : notebook->hosts[i].v4;
    return "";
}

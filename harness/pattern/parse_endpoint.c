/* SPDX-License-Identifier: MIT */
/* "server", "server#2.7890", "10.0.0.2.7890", "fd00::2.$port", "any". */
#include "pattern/nearest.h"
#include "pattern/parse.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 96 /* longer than any name or address with a port */

bool parse_host(const char *text, const struct names *names, struct host *out)
{
    if (strcmp(text, "any") == 0) {
        out->kind = HOST_ANY;
        return true;
    }
    if (names && names_known(names, text)) {
        out->kind = HOST_NAME;
        snprintf(out->name, sizeof(out->name), "%s", text);
        return true;
    }
    out->kind = HOST_ADDRESS;
    return address_parse(text, &out->address);
}

/* Unknown: says which names there are. */
static bool fail_host(struct cursor *cursor, size_t at, const char *host, const struct names *names)
{
    struct nearest nearest = nearest_to(host, strlen(host));
    char known[96] = "";

    nearest_try(&nearest, "any");
    for (size_t i = 0; names && i < names->count; i++) {
        const char *name = names->entry[i].name;
        size_t used = strlen(known);
        bool seen = false;

        nearest_try(&nearest, name);
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(names->entry[j].name, name) == 0;
        if (!seen)
            snprintf(known + used, sizeof(known) - used, "%s, ", name);
    }
    if (nearest.best)
        return cursor_fail(cursor, at, "unknown host `%.24s'; did you mean `%s'? known: %sany, addresses",
                           host, nearest.best, known);
    return cursor_fail(cursor, at, "unknown host `%.24s'; known: %sany, addresses", host, known);
}

static bool parse_port(struct cursor *cursor, size_t end, struct endpoint *out)
{
    size_t start = cursor->at;

    if (start == end)
        return cursor_fail(cursor, start, "a port must follow the dot: a number or `$name'");
    if (!cursor_number(cursor, &out->port, 65535, false, "port"))
        return false;
    if (cursor->at != end)
        return cursor_fail(cursor, cursor->at, "`%.*s' is no port", (int)(end - start), cursor->text + start);
    out->port_text = (struct extent){start, end};
    return true;
}

bool parse_endpoint(struct cursor *cursor, bool last, struct endpoint *out)
{
    const struct names *names = cursor->names;
    size_t start, length;
    char text[TEXT_MAX], *dot;

    if (cursor->failed)
        return false;
    cursor_skip_blanks(cursor);
    start = cursor->at;
    length = strcspn(cursor->text + start, " \t>,");
    if (length == 0)
        return cursor_fail(cursor, start, "a host must stand here: a name, an address or `any'");
    if (length >= sizeof(text))
        return cursor_fail(cursor, start, "`%.32s…' is longer than any host", cursor->text + start);
    memcpy(text, cursor->text + start, length);
    text[length] = '\0';
    cursor->at = start + length;
    out->port.compare = COMPARE_ANY;
    out->host_text = (struct extent){start, start + length};
    if (parse_host(text, names, &out->host))
        return true;
    /* tcpdump writes a colon after the second endpoint */
    if (last && text[length - 1] == ':') {
        text[--length] = '\0';
        out->host_text.end--;
        if (parse_host(text, names, &out->host))
            return true;
    }
    dot = strrchr(text, '.');
    if (!dot)
        return fail_host(cursor, start, text, names);
    *dot = '\0';
    out->host_text.end = start + (size_t)(dot - text);
    if (!parse_host(text, names, &out->host))
        return fail_host(cursor, start, text, names);
    cursor->at = out->host_text.end + 1;
    if (!parse_port(cursor, start + length, out))
        return false;
    if (last)
        cursor_take(cursor, ':');
    return true;
}

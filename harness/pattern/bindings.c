/* SPDX-License-Identifier: MIT */
/* The values of variables. */
#include "pattern/line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *bindings_get(const struct bindings *bindings, const char *name)
{
    for (size_t i = 0; i < bindings->count; i++)
        if (strcmp(bindings->entry[i].name, name) == 0)
            return bindings->entry[i].value;
    return NULL;
}

bool bindings_text(struct bindings *bindings, const char *name, const char *observed)
{
    const char *value = bindings_get(bindings, name);

    if (value)
        return strcmp(value, observed) == 0;
    if (bindings->count == BINDINGS_MAX || strlen(observed) >= sizeof(bindings->entry[0].value))
        return false;
    snprintf(bindings->entry[bindings->count].name, sizeof(bindings->entry[0].name), "%s", name);
    snprintf(bindings->entry[bindings->count].value, sizeof(bindings->entry[0].value), "%s", observed);
    bindings->count++;
    return true;
}

/* A value that is no number (a cookie, an address) equals none. */
static bool as_number(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *out >= 0;
}

bool bindings_number(struct bindings *bindings, const struct number *number, uint64_t observed)
{
    int64_t bound = number->value, value = (int64_t)observed;

    if (number->compare == COMPARE_ANY)
        return true;
    if (number->variable[0]) {
        const char *known = bindings_get(bindings, number->variable);
        char text[24];

        if (!known) {
            if (number->compare != COMPARE_EQUAL || number->value != 0)
                return false; /* nothing to compare with */
            snprintf(text, sizeof(text), "%" PRIu64, observed);
            return bindings_text(bindings, number->variable, text);
        }
        if (!as_number(known, &bound) || __builtin_add_overflow(bound, number->value, &bound))
            return false;
    }
    switch (number->compare) {
    case COMPARE_EQUAL:
        return value == bound;
    case COMPARE_MORE:
        return value > bound;
    case COMPARE_LESS:
        return value < bound;
    case COMPARE_LEAST:
        return value >= bound;
    case COMPARE_MOST:
        return value <= bound;
    case COMPARE_ANY:
        break;
    }
    return true;
}

/* SPDX-License-Identifier: MIT */
/* Suggestions for misspelt names, by edit distance. */
#include "runner/suggest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    /* three rows of the table: a swap looks back two */
    size_t *rows = calloc(3 * (m + 1), sizeof(*rows)), distance;

    if (!rows)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        rows[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows + (i % 3) * (m + 1), *above = rows + ((i + 2) % 3) * (m + 1);
        const size_t *above2 = rows + ((i + 1) % 3) * (m + 1);

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = smaller(above[j - 1] + (a[i - 1] != b[j - 1]), smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], above2[j - 2] + 1);
        }
    }
    distance = rows[(n % 3) * (m + 1) + m];
    free(rows);
    return distance;
}

const char *suggest(const char *text, const struct texts *names)
{
    size_t best_distance = SIZE_MAX, length = strlen(text);
    size_t limit = length / 3 > 2 ? length / 3 : 2;
    const char *best = NULL;

    for (size_t i = 0; i < names->count; i++) {
        size_t distance;

        if (strlen(names->list[i]) > length + limit || strlen(names->list[i]) + limit < length)
            continue;
        distance = edit_distance(text, names->list[i]);
        if (distance < best_distance) {
            best_distance = distance;
            best = names->list[i];
        }
    }
    if (best && best_distance <= limit && best_distance < length)
        return best;
    /* a part of a name was written ("cork") */
    for (size_t i = 0; i < names->count && length >= 3; i++)
        if (strcasestr(names->list[i], text))
            return names->list[i];
    return NULL;
}

const char *suggest_words(const char *text, const struct texts *names, const char *otherwise)
{
    const char *name = suggest(text, names);

    return name ? keep_format("; did you mean `%s'?", name) : otherwise;
}

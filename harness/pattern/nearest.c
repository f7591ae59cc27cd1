/* SPDX-License-Identifier: MIT */
/* Distance of words: letters put in, left out, replaced or swapped; capitals do not count. */
#include "pattern/nearest.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 32 /* longer words are no typo of anything */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned d[LONGEST + 1][LONGEST + 1];

    for (size_t i = 0; i <= n; i++)
        d[i][0] = (unsigned)i;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            unsigned replace = d[i - 1][j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));

            d[i][j] = least(replace, least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

struct nearest nearest_to(const char *word, size_t length)
{
    /* a third of the letters may be wrong; in short words one */
    unsigned limit = length < 6 ? 1 : (unsigned)(length / 3);

    return (struct nearest){.word = word, .length = length, .best = NULL, .distance = limit + 1};
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
    size_t length = strlen(candidate);
    unsigned d;

    if (nearest->length > LONGEST || length > LONGEST)
        return;
    d = distance(nearest->word, nearest->length, candidate, length);
    if (d < nearest->distance && d < length) {
        nearest->distance = d;
        nearest->best = candidate;
    }
}

/* SPDX-License-Identifier: MIT */
/* Parsing of command lines by table. getopt_long is not used: its messages neither quote values nor suggest.
 */
#include "runner/arguments.h"

#include "runner/say.h"
#include "runner/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int number_parse(const char *text, long least, long most, long *out)
{
    char *end;
    long number;

    if (!isdigit((unsigned char)text[0])) /* strtol would take blanks and signs */
        return -1;
    errno = 0;
    number = strtol(text, &end, 10);
    if (errno || *end || number < least || number > most)
        return -1;
    *out = number;
    return 0;
}

static const struct option_row *find(const struct option_row *rows, size_t count, const char *name,
                                     size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0)
            return &rows[i];
    return NULL;
}

static int unknown(const char *given, const struct option_row *rows, size_t count)
{
    struct texts names = {0}, usages = {0};

    for (size_t i = 0; i < count; i++) {
        texts_add(&names, rows[i].name);
        texts_add(&usages,
                  rows[i].argument ? keep_format("%s %s", rows[i].name, rows[i].argument) : rows[i].name);
    }
    say("unknown option `%s'%s (%s%s)", given, suggest_words(given, &names, ""),
        count ? "options: " : "there are no options", texts_join(&usages, ", "));
    return -1;
}

static int set(const struct option_row *row, const char *value)
{
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)row->value = true;
        return 0;
    case OPTION_TEXT:
        if (!*value) {
            say("%s %s: the argument is empty", row->name, row->argument);
            return -1;
        }
        *(const char **)row->value = value;
        return 0;
    case OPTION_NUMBER:
        if (number_parse(value, row->least, row->most, row->value) == 0)
            return 0;
        say("%s %s is not a whole number from %ld to %ld: `%s'", row->name, row->argument, row->least,
            row->most, value);
        return -1;
    }
    return -1;
}

int options_parse(int argc, char **argv, const struct option_row *rows, size_t count, struct texts *rest)
{
    for (int i = 1; i < argc; i++) {
        const char *given = argv[i], *equals = strchr(given, '=');
        const struct option_row *row;

        if (strcmp(given, "--") == 0) {
            while (++i < argc)
                texts_add(rest, argv[i]);
            break;
        }
        if (given[0] != '-' || given[1] == '\0') {
            texts_add(rest, given);
            continue;
        }
        row = find(rows, count, given, equals ? (size_t)(equals - given) : strlen(given));
        if (!row)
            return unknown(given, rows, count);
        if (row->kind == OPTION_FLAG && equals) {
            say("%s takes no argument: `%s'", row->name, given);
            return -1;
        }
        if (row->kind != OPTION_FLAG && !equals && ++i == argc) {
            say("%s needs an argument: %s %s", row->name, row->name, row->argument);
            return -1;
        }
        if (set(row, equals ? equals + 1 : argv[i]))
            return -1;
    }
    return 0;
}

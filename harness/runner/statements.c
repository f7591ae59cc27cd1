/* SPDX-License-Identifier: MIT */
/*
 * The table of statements: tab separated, a header line, one statement a line.
 * The reader is strict, because a row that is silently misread is a sentence
 * that is silently not judged.
 */
#include "runner/say.h"
#include "runner/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID, OPTION, DOCUMENT, SECTION, KIND, STATEMENT, CONFIRMED_BY, REFUTED_BY, UNTESTABLE, COLUMNS };

static const char *const columns[COLUMNS] = {
    "id", "option", "document", "section", "kind", "statement", "confirmed_by", "refuted_by", "untestable",
};

/* Cuts the line at its tabs; returns the number of fields, which may be more than there is room for. */
static size_t split(char *line, char *fields[COLUMNS])
{
    size_t count = 0;

    for (char *field = line; field; count++) {
        char *tab = strchr(field, '\t');

        if (tab)
            *tab++ = '\0';
        if (count < COLUMNS)
            fields[count] = field;
        field = tab;
    }
    return count;
}

static char *trim(char *text)
{
    size_t length;

    text += strspn(text, " ");
    length = strlen(text);
    while (length && text[length - 1] == ' ')
        text[--length] = '\0';
    return text;
}

static void read_links(struct suite *suite, size_t line, const char *column, char *field, struct texts *links)
{
    char *rest = trim(field);

    if (!*rest)
        return;
    for (char *link = rest; link; link = rest) {
        rest = strchr(link, ',');
        if (rest)
            *rest++ = '\0';
        link = trim(link);
        if (!*link)
            suite_problem(suite, "%s:%zu: empty name between the commas of %s", suite->table, line, column);
        else if (texts_have(links, link))
            suite_problem(suite, "%s:%zu: %s names `%s' twice", suite->table, line, column, link);
        else
            texts_add(links, link);
    }
}

static bool header_is_good(struct suite *suite, char *line)
{
    char *fields[COLUMNS];
    size_t count = split(line, fields);

    for (size_t i = 0; i < COLUMNS; i++) {
        if (i >= count)
            suite_problem(suite, "%s:1: the header has %zu columns, the %zu. must be `%s'", suite->table,
                          count, i + 1, columns[i]);
        else if (strcmp(fields[i], columns[i]) != 0)
            suite_problem(suite, "%s:1: the header's %zu. column is `%s', it must be `%s'", suite->table,
                          i + 1, keep_clean(fields[i], strlen(fields[i])), columns[i]);
        else
            continue;
        return false;
    }
    if (count > COLUMNS)
        suite_problem(suite, "%s:1: the header has %zu columns, there must be %d", suite->table, count,
                      COLUMNS);
    return count == COLUMNS;
}

static void read_row(struct suite *suite, char *text, size_t line)
{
    char *fields[COLUMNS];
    size_t count = split(text, fields);
    struct statement *row;

    if (count != COLUMNS) {
        suite_problem(suite, "%s:%zu: %zu columns, there must be %d (tabs between them, empty ones too)",
                      suite->table, line, count, COLUMNS);
        return;
    }
    for (size_t i = 0; i <= STATEMENT; i++) {
        if (!*fields[i]) {
            suite_problem(suite, "%s:%zu: the column `%s' is empty", suite->table, line, columns[i]);
            return;
        }
    }
    if (strpbrk(fields[ID], " ,") || strncmp(fields[ID], fields[DOCUMENT], strlen(fields[DOCUMENT])) != 0 ||
        fields[ID][strlen(fields[DOCUMENT])] != '/') {
        suite_problem(suite,
                      "%s:%zu: the id `%s' does not begin with its document: it must be `%s/...', no blanks",
                      suite->table, line, fields[ID], fields[DOCUMENT]);
        return;
    }
    suite->statements =
        keep_grow(suite->statements, suite->statements_count, &suite->statements_room, sizeof(*row));
    row = &suite->statements[suite->statements_count++];
    memset(row, 0, sizeof(*row));
    row->id = fields[ID];
    row->option = fields[OPTION];
    row->document = fields[DOCUMENT];
    row->section = fields[SECTION];
    row->kind = fields[KIND];
    row->text = fields[STATEMENT];
    row->untestable = trim(fields[UNTESTABLE]);
    row->line = line;
    row->verdict = VERDICT_OPEN;
    row->reason = "";
    read_links(suite, line, columns[CONFIRMED_BY], fields[CONFIRMED_BY], &row->confirmed_by);
    read_links(suite, line, columns[REFUTED_BY], fields[REFUTED_BY], &row->refuted_by);
}

void suite_parse_statements(struct suite *suite, const char *bytes, size_t length)
{
    const char *end = bytes + length;
    size_t line = 0;

    if (!length) {
        suite_problem(suite, "%s:1: the file is empty; its first line must be the header", suite->table);
        return;
    }
    for (const char *at = bytes; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((newline ? newline : end) - at);
        char *text = keep_bytes(at, n);

        line++;
        at += n + 1;
        if (n && text[n - 1] == '\r') {
            /* once: every other line will be the same */
            suite_problem(suite, "%s:%zu: the line ends in CR LF; save the file with LF line ends",
                          suite->table, line);
            return;
        }
        if (strlen(text) != n || strcmp(keep_clean(text, n), text) != 0) {
            suite_problem(suite, "%s:%zu: control characters, or bytes that are not UTF-8", suite->table,
                          line);
            continue;
        }
        if (!newline)
            suite_problem(suite, "%s:%zu: the last line has no line end; is the file cut off?", suite->table,
                          line);
        if (line == 1) {
            if (!header_is_good(suite, text))
                return;
        } else if (n == 0) {
            suite_problem(suite, "%s:%zu: empty line; remove it", suite->table, line);
        } else {
            read_row(suite, text, line);
        }
    }
}

int suite_read_statements(struct suite *suite, const char *path)
{
    FILE *file = fopen(path, "re");
    char *bytes = NULL;
    size_t length = 0, room = 0;

    suite->table = path_words(path);
    if (!file) {
        say_errno(errno, "cannot open %s", suite->table);
        return -1;
    }
    for (;;) {
        bytes = keep_grow(bytes, length, &room, 1);
        length += fread(bytes + length, 1, room - length, file);
        if (ferror(file)) {
            say_errno(errno, "cannot read %s", suite->table);
            fclose(file);
            return -1;
        }
        if (feof(file))
            break;
    }
    fclose(file);
    suite_parse_statements(suite, bytes, length);
    return 0;
}

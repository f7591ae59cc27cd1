/* SPDX-License-Identifier: MIT */
/*
 * Reading a notebook. Each kind's members are a row of the table below; what is missing or of the wrong
 * type is an error with the line, for a ladder drawn from half a record would be taken for evidence. Only a
 * last line without its newline may be broken: the run was killed while writing it.
 */
#include "show/complain.h"
#include "show/notebook.h"
#include "show/notebook_plain.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far beyond any real run, and far enough from the ends of int64_t for sums and differences of two. */
#define TIME_MOST (INT64_C(1) << 61)
#define TEXT_MOST (64 * 1024) /* bytes of a file read as a pipe would give it, at first */

struct reader {
    const char *where;
    unsigned row;
    const char *kind; /* of the record at hand, for messages */
    struct notebook *notebook;
    bool quiet;  /* the broken line may be a truncated one */
    bool silent; /* nobody wants to know */
};

__attribute__((format(printf, 2, 3))) static int complain(const struct reader *r, const char *format, ...)
{
    va_list arguments;
    char *text;

    if (r->quiet || r->silent)
        return -1;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    complain_of("%s:%u: %s", r->where, r->row, text ? text : "out of memory");
    free(text);
    return -1;
}

/* Keeps a value as long as the notebook; NULL when out of memory. */
static const char *keep(struct reader *r, json_t *string)
{
    if (!string || json_array_append_new(r->notebook->memory, string) < 0)
        return NULL;
    return json_string_value(string);
}

static const char *type_name(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",  [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null",
    };

    return value ? names[json_typeof(value)] : "missing";
}

enum need { OPTIONAL, REQUIRED };

static int get_string(struct reader *r, const json_t *o, const char *member, enum need need, const char **out)
{
    const json_t *value = json_object_get(o, member);

    *out = "";
    if ((!value || json_is_null(value)) && need == OPTIONAL)
        return 0;
    if (!json_is_string(value))
        return complain(r, "%s: `%s' must be a string, and is %s", r->kind, member, type_name(value));
    *out = json_string_value(value);
    return 0;
}

/* A number or a string, as text: results of calls and facts may be either. */
static int get_text(struct reader *r, const json_t *o, const char *member, enum need need, const char **out)
{
    const json_t *value = json_object_get(o, member);
    char text[64];

    if (json_is_integer(value))
        snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, sizeof(text), "%.10g", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(text, sizeof(text), "%s", json_is_true(value) ? "true" : "false");
    else
        return get_string(r, o, member, need, out);
    *out = keep(r, json_string(text));
    return *out ? 0 : complain(r, "out of memory");
}

static int get_integer(struct reader *r, const json_t *o, const char *member, enum need need, int64_t most,
                       int64_t *out)
{
    const json_t *value = json_object_get(o, member);

    *out = 0;
    if ((!value || json_is_null(value)) && need == OPTIONAL)
        return 0;
    if (!json_is_integer(value))
        return complain(r, "%s: `%s' must be an integer, and is %s", r->kind, member, type_name(value));
    *out = json_integer_value(value);
    if (*out < 0 || *out > most)
        return complain(r, "%s: `%s' must be from 0 to %lld, and is %lld", r->kind, member, (long long)most,
                        (long long)*out);
    return 0;
}

static int get_line(struct reader *r, const json_t *o, unsigned *out)
{
    int64_t line;

    if (get_integer(r, o, "line", OPTIONAL, 1 << 30, &line) < 0)
        return -1;
    *out = (unsigned)line;
    return 0;
}

static int get_number(struct reader *r, const json_t *o, const char *member, unsigned *out)
{
    int64_t number;

    if (get_integer(r, o, member, OPTIONAL, UINT32_MAX, &number) < 0)
        return -1;
    *out = (unsigned)number;
    return 0;
}

static int get_bool(struct reader *r, const json_t *o, const char *member, enum need need, bool *out)
{
    const json_t *value = json_object_get(o, member);

    *out = false;
    if ((!value || json_is_null(value)) && need == OPTIONAL)
        return 0;
    if (!json_is_boolean(value))
        return complain(r, "%s: `%s' must be true or false, and is %s", r->kind, member, type_name(value));
    *out = json_is_true(value);
    return 0;
}

/* JSON has no unsigned 64-bit integer, so a uid may also be a string of digits. */
static int get_uid(struct reader *r, const json_t *o, uint64_t *out)
{
    const json_t *value = json_object_get(o, "uid");
    char *end;

    *out = 0;
    if (!value || json_is_null(value))
        return 0;
    if (json_is_integer(value)) {
        *out = (uint64_t)json_integer_value(value);
        return 0;
    }
    if (json_is_string(value)) {
        *out = strtoull(json_string_value(value), &end, 0);
        if (*end == '\0')
            return 0;
    }
    return complain(r, "%s: `uid' must be a number, and is %s", r->kind, type_name(value));
}

/* "10.0.0.1/24" without the prefix length. */
static const char *bare_address(struct reader *r, const json_t *value)
{
    const char *text = json_string_value(value);

    return text ? keep(r, json_stringn(text, strcspn(text, "/"))) : "";
}

static int read_hosts(struct reader *r, const json_t *hosts)
{
    struct notebook *n = r->notebook;
    size_t i;
    json_t *host;

    if (!json_is_array(hosts))
        return complain(r, "bench: `hosts' must be a list, and is %s", type_name(hosts));
    n->hosts = calloc(json_array_size(hosts) + 1, sizeof(*n->hosts));
    if (!n->hosts)
        return complain(r, "out of memory");
    r->kind = "bench: hosts";
    json_array_foreach(hosts, i, host)
    {
        const json_t *first = json_array_get(json_object_get(host, "interfaces"), 0);
        struct notebook_host *entry = &n->hosts[n->host_count];

        if (get_string(r, host, "name", REQUIRED, &entry->name) < 0)
            return -1;
        entry->v4 = bare_address(r, json_object_get(first, "v4"));
        entry->v6 = bare_address(r, json_object_get(first, "v6"));
        if (!entry->v4 || !entry->v6)
            return complain(r, "out of memory");
        n->host_count++;
    }
    return 0;
}

static int read_bench(struct reader *r, const json_t *o, struct record *record)
{
    const json_t *sysctls = json_object_get(o, "sysctls"), *value;
    struct notebook *n = r->notebook;
    const char *name;

    (void)record;
    if (n->hosts)
        return complain(r, "a second bench record");
    if (read_hosts(r, json_object_get(o, "hosts")) < 0)
        return -1;
    if (!sysctls || json_is_null(sysctls))
        return 0;
    if (!json_is_object(sysctls))
        return complain(r, "bench: `sysctls' must be an object, and is %s", type_name(sysctls));
    n->pinned = calloc(json_object_size(sysctls) + 1, sizeof(*n->pinned));
    if (!n->pinned)
        return complain(r, "out of memory");
    r->kind = "bench: sysctls";
    json_object_foreach((json_t *)sysctls, name, value)
    {
        n->pinned[n->pinned_count].name = name;
        if (get_text(r, sysctls, name, REQUIRED, &n->pinned[n->pinned_count].value) < 0)
            return -1;
        n->pinned_count++;
    }
    return 0;
}

static int read_start(struct reader *r, const json_t *o, struct record *record)
{
    struct notebook *n = r->notebook;

    if (n->start)
        return complain(r, "a second start record");
    n->start = record;
    if (get_string(r, o, "claim", REQUIRED, &record->name) < 0 ||
        get_string(r, o, "sentence", REQUIRED, &record->text) < 0 ||
        get_string(r, o, "file", OPTIONAL, &n->file) < 0 || get_line(r, o, &record->line) < 0 ||
        get_bool(r, o, "placebo", OPTIONAL, &n->placebo) < 0 ||
        get_string(r, o, "kernel", OPTIONAL, &n->kernel) < 0 ||
        get_string(r, o, "time", OPTIONAL, &n->time) < 0 ||
        get_string(r, o, "bench", OPTIONAL, &n->bench) < 0)
        return -1;
    return 0;
}

static int read_sysctl(struct reader *r, const json_t *o, struct record *record)
{
    if (get_string(r, o, "host", OPTIONAL, &record->host) < 0 ||
        get_string(r, o, "name", REQUIRED, &record->name) < 0)
        return -1;
    return get_text(r, o, "value", REQUIRED, &record->value);
}

static int read_call(struct reader *r, const json_t *o, struct record *record)
{
    if (get_string(r, o, "host", OPTIONAL, &record->host) < 0 ||
        get_string(r, o, "text", REQUIRED, &record->text) < 0 ||
        get_text(r, o, "result", OPTIONAL, &record->value) < 0 ||
        get_string(r, o, "errno", OPTIONAL, &record->error) < 0 ||
        get_integer(r, o, "took", OPTIONAL, TIME_MOST, &record->took) < 0)
        return -1;
    return get_line(r, o, &record->line);
}

static int read_packet(struct reader *r, const json_t *o, struct record *record)
{
    const char *direction;

    if (get_string(r, o, "host", REQUIRED, &record->host) < 0 ||
        get_string(r, o, "interface", OPTIONAL, &record->interface) < 0 ||
        get_string(r, o, "direction", REQUIRED, &direction) < 0 ||
        get_number(r, o, "number", &record->number) < 0 ||
        get_string(r, o, "text", REQUIRED, &record->text) < 0 || get_uid(r, o, &record->uid) < 0)
        return -1;
    record->out = strcmp(direction, "out") == 0;
    if (!record->out && strcmp(direction, "in") != 0)
        return complain(r, "packet: `direction' is neither out nor in: `%s'", direction);
    return 0;
}

static enum shown_fate fate_of(const char *name)
{
    static const char *const names[] = {
        [SHOWN_HELD] = "held",         [SHOWN_RELEASED] = "released",     [SHOWN_DROPPED] = "dropped",
        [SHOWN_REJECTED] = "rejected", [SHOWN_DUPLICATED] = "duplicated", [SHOWN_REORDERED] = "reordered",
        [SHOWN_TOO_BIG] = "too-big",   [SHOWN_INJECTED] = "injected",     [SHOWN_CUT] = "cut",
        [SHOWN_OVERFLOW] = "overflow",
    };
    unsigned fate = 0;

    while (fate < SHOWN_OTHER && strcmp(name, names[fate]) != 0)
        fate++;
    return (enum shown_fate)fate;
}

static int read_wire(struct reader *r, const json_t *o, struct record *record)
{
    int64_t wire;

    if (get_integer(r, o, "wire", OPTIONAL, 1 << 20, &wire) < 0 ||
        get_string(r, o, "fate", REQUIRED, &record->name) < 0 ||
        get_string(r, o, "text", OPTIONAL, &record->text) < 0 || get_uid(r, o, &record->uid) < 0 ||
        get_string(r, o, "from", OPTIONAL, &record->host) < 0)
        return -1;
    record->wire = (int)wire;
    record->fate = fate_of(record->name);
    return 0;
}

static int read_treatment(struct reader *r, const json_t *o, struct record *record)
{
    if (get_bool(r, o, "applied", REQUIRED, &record->ok) < 0)
        return -1;
    return get_line(r, o, &record->line);
}

static int read_fact(struct reader *r, const json_t *o, struct record *record)
{
    if (get_string(r, o, "name", REQUIRED, &record->name) < 0 ||
        get_text(r, o, "value", REQUIRED, &record->value) < 0)
        return -1;
    return get_string(r, o, "unit", OPTIONAL, &record->unit);
}

static int read_expect(struct reader *r, const json_t *o, struct record *record)
{
    if (get_string(r, o, "text", REQUIRED, &record->text) < 0 ||
        get_bool(r, o, "ok", REQUIRED, &record->ok) < 0 ||
        get_string(r, o, "report", OPTIONAL, &record->report) < 0 ||
        get_string(r, o, "capture", OPTIONAL, &record->name) < 0 ||
        get_number(r, o, "packet", &record->number) < 0)
        return -1;
    return get_line(r, o, &record->line);
}

static int read_text(struct reader *r, const json_t *o, struct record *record)
{
    return get_string(r, o, "text", REQUIRED, &record->text);
}

static int read_end(struct reader *r, const json_t *o, struct record *record)
{
    const json_t *captures = json_object_get(o, "captures");
    struct notebook *n = r->notebook;
    size_t i;
    json_t *capture;

    if (n->end)
        return complain(r, "a second end record");
    n->end = record;
    if (get_string(r, o, "outcome", REQUIRED, &record->name) < 0 ||
        get_string(r, o, "reason", OPTIONAL, &record->text) < 0 || get_line(r, o, &record->line) < 0)
        return -1;
    if (!captures || json_is_null(captures))
        return 0;
    if (!json_is_array(captures))
        return complain(r, "end: `captures' must be a list, and is %s", type_name(captures));
    n->captures = calloc(json_array_size(captures) + 1, sizeof(*n->captures));
    if (!n->captures)
        return complain(r, "out of memory");
    r->kind = "end: captures";
    json_array_foreach(captures, i, capture)
    {
        struct notebook_capture *entry = &n->captures[n->capture_count];

        if (get_string(r, capture, "file", REQUIRED, &entry->file) < 0 ||
            get_integer(r, capture, "packets", OPTIONAL, TIME_MOST, &entry->packets) < 0 ||
            get_integer(r, capture, "dropped", OPTIONAL, TIME_MOST, &entry->dropped) < 0)
            return -1;
        if (!*entry->file || strchr(entry->file, '/'))
            return complain(r, "end: captures: `file' must be the name of a file beside the notebook");
        n->capture_count++;
    }
    return 0;
}

static const struct {
    const char *name;
    enum record_kind kind;
    int (*read)(struct reader *r, const json_t *o, struct record *record);
} kinds[] = {
    {"start", RECORD_START, read_start},
    {"bench", RECORD_BENCH, read_bench},
    {"sysctl", RECORD_SYSCTL, read_sysctl},
    {"call", RECORD_CALL, read_call},
    {"packet", RECORD_PACKET, read_packet},
    {"wire", RECORD_WIRE, read_wire},
    {"treatment", RECORD_TREATMENT, read_treatment},
    {"fact", RECORD_FACT, read_fact},
    {"expect", RECORD_EXPECT, read_expect},
    {"note", RECORD_NOTE, read_text},
    {"output", RECORD_OUTPUT, read_text},
    {"end", RECORD_END, read_end},
};

static void begin_record(const struct reader *r, struct record *record)
{
    *record = (struct record){.row = r->row,
                              .host = "",
                              .text = "",
                              .name = "",
                              .value = "",
                              .unit = "",
                              .error = "",
                              .report = "",
                              .interface = ""};
}

static int read_record(struct reader *r, const json_t *o, struct record *record)
{
    begin_record(r, record);
    r->kind = "record";
    if (!json_is_object(o))
        return complain(r, "a record must be a JSON object, and is %s", type_name(o));
    if (get_string(r, o, "kind", REQUIRED, &record->name) < 0)
        return -1;
    r->kind = record->name;
    if (get_integer(r, o, "t", REQUIRED, TIME_MOST, &record->t) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(record->name, kinds[i].name) == 0) {
            record->name = "";
            record->kind = kinds[i].kind;
            return kinds[i].read(r, o, record);
        }
    record->kind = RECORD_OTHER;
    return 0;
}

static int read_line(struct reader *r, const char *line, size_t length, struct record *record)
{
    json_error_t error;
    json_t *o = json_loadb(line, length, 0, &error);

    if (!o)
        return complain(r, "not JSON at column %d: %s", error.column, error.text);
    if (json_array_append_new(r->notebook->memory, o) < 0)
        return complain(r, "out of memory");
    return read_record(r, o, record);
}

static size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = 1;

    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static bool is_blank(const char *line, size_t length)
{
    while (length > 0 && strchr(" \t\r", line[length - 1]) && line[length - 1] != '\0')
        length--;
    return length == 0;
}

static int read_all(struct reader *r, const char *bytes, size_t length)
{
    struct notebook *n = r->notebook;

    for (size_t at = 0; at < length; r->row++) {
        const char *newline = memchr(bytes + at, '\n', length - at);
        size_t size = (newline ? (size_t)(newline - bytes) : length) - at;

        r->quiet = !newline;
        begin_record(r, &n->records[n->count]);
        if (notebook_plain(bytes + at, size, n->plain + at, &n->records[n->count])) {
            n->count++;
        } else if (is_blank(bytes + at, size)) {
            /* tolerated: an editor may have left it */
        } else if (read_line(r, bytes + at, size, &n->records[n->count]) == 0) {
            n->count++;
        } else if (newline) {
            return -1;
        } else {
            n->truncated = true;
            if (n->start == &n->records[n->count])
                n->start = NULL;
            if (n->end == &n->records[n->count])
                n->end = NULL;
        }
        at += size + 1;
    }
    r->quiet = false;
    if (n->count == 0)
        return complain(r, "the notebook holds no record");
    return 0;
}

static struct notebook *parse(const char *where, const char *bytes, size_t length, bool silent)
{
    struct notebook *n = calloc(1, sizeof(*n));
    struct reader r = {.where = where, .row = 1, .notebook = n, .silent = silent};

    if (n) {
        n->file = n->kernel = n->time = n->bench = "";
        n->memory = json_array();
        n->plain = malloc(length + 1);
        n->records = calloc(count_lines(bytes, length), sizeof(*n->records));
    }
    if (!n || !n->memory || !n->plain || !n->records) {
        complain_of("%s: out of memory", where);
        notebook_free(n);
        return NULL;
    }
    if (read_all(&r, bytes, length) < 0) {
        notebook_free(n);
        return NULL;
    }
    return n;
}

struct notebook *notebook_parse(const char *where, const char *bytes, size_t length)
{
    return parse(where, bytes, length, false);
}

int evidence_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        return fd; /* of a folder read(2) says that it is one */
    close(fd);
    errno = EINVAL; /* a pipe may never end, a device neither */
    return -1;
}

/* The whole of a file, or NULL with errno. */
static char *read_file(const char *path, size_t *length)
{
    size_t size = TEXT_MOST;
    char *bytes = malloc(size);
    int fd = evidence_open(path);
    ssize_t got = -1;

    *length = 0;
    while (bytes && fd >= 0 && (got = read(fd, bytes + *length, size - *length)) > 0) {
        *length += (size_t)got;
        if (*length == size) {
            char *more = realloc(bytes, size *= 2);

            if (!more)
                free(bytes);
            bytes = more;
        }
    }
    if (got < 0) {
        int error = errno;

        free(bytes);
        bytes = NULL;
        errno = error;
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

static struct notebook *read_from(const char *folder, bool silent)
{
    struct notebook *notebook = NULL;
    char *path, *bytes;
    size_t length;

    if (asprintf(&path, "%s/notebook.jsonl", folder) < 0) {
        complain_of("%s: out of memory", folder);
        return NULL;
    }
    bytes = read_file(path, &length);
    if (bytes)
        notebook = parse(path, bytes, length, silent);
    else if (!silent)
        complain_of("read %s: %s", path, strerror(errno));
    free(bytes);
    free(path);
    return notebook;
}

struct notebook *notebook_read(const char *folder)
{
    return read_from(folder, false);
}

struct notebook *notebook_look(const char *folder)
{
    return read_from(folder, true);
}

void notebook_free(struct notebook *notebook)
{
    if (!notebook)
        return;
    json_decref(notebook->memory);
    free(notebook->plain);
    free(notebook->records);
    free(notebook->hosts);
    free(notebook->pinned);
    free(notebook->captures);
    free(notebook);
}

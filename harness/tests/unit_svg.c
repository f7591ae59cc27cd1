/* SPDX-License-Identifier: MIT */
/*
 * The ladder as SVG: of every notebook of harness/tests/show_samples it is well-formed, lies within its
 * frame, and says what the layout says. What it looks like is for the eye: lab show --svg.
 */
#include "show/draw_svg.h"
#include "show/notebook_plain.h"
#include "show/show.h"
#include "tests/check.h"

#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMPLES "harness/tests/show_samples"

/* ---- well-formed ---- */

#define DEPTH_MOST 16

/* What is wrong with it as XML, or NULL. Knows what the writer writes: no CDATA, no comments, no document
 * type. */
static const char *xml_fault(const char *text)
{
    const char *names[DEPTH_MOST];
    size_t depth = 0;

    if (strncmp(text, "<?xml ", 6) != 0)
        return "no XML declaration";
    for (const char *p = strstr(text, "?>") + 2; *p; p++) {
        const char *end = strchr(p, '>');

        if (*p == '&' && strncmp(p, "&lt;", 4) != 0 && strncmp(p, "&gt;", 4) != 0 &&
            strncmp(p, "&amp;", 5) != 0 && strncmp(p, "&quot;", 6) != 0)
            return "an ampersand";
        if (*p == '>' || (unsigned char)*p == 0x7f || ((unsigned char)*p < ' ' && *p != '\n'))
            return "a character that should be escaped";
        if (*p != '<')
            continue;
        if (!end || memchr(p + 1, '<', (size_t)(end - p - 1)))
            return "a tag without end";
        if (p[1] == '/') {
            size_t length = (size_t)(end - p - 2);

            if (depth == 0 || strlen(names[depth - 1]) < length ||
                strncmp(names[depth - 1], p + 2, length) != 0)
                return "a tag that closes another element";
            depth--;
        } else if (end[-1] != '/') {
            if (depth == DEPTH_MOST)
                return "elements too deep";
            names[depth++] = p + 1;
        }
        p = end;
    }
    return depth ? "an element without end" : NULL;
}

static char *svg_of(const struct picture *picture)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    picture_svg(picture, out, "title & <more>", "\"description\"");
    fclose(out);
    return text;
}

/* ---- samples ---- */

static size_t count_shapes(const struct picture *picture, enum picture_style style)
{
    size_t count = 0;

    for (size_t i = 0; i < picture->count; i++)
        count += picture->shapes[i].style == style;
    return count;
}

static bool has_text(const struct picture *picture, const char *text)
{
    for (size_t i = 0; i < picture->count; i++)
        if (picture->shapes[i].text && strstr(picture->shapes[i].text, text))
            return true;
    return false;
}

static int text_end(const struct shape *shape)
{
    return shape->x + PICTURE_X(picture_columns(shape->text, strlen(shape->text)));
}

static void check_frame(const char *name, const struct picture *picture)
{
    for (size_t i = 0; i < picture->count; i++) {
        const struct shape *shape = &picture->shapes[i];
        enum shape_kind kind = picture_looks[shape->style].kind;
        bool inside = kind == SHAPE_ROW || (shape->x >= 0 && shape->x <= picture->width && shape->y >= 0 &&
                                            shape->y <= picture->height);

        if (kind == SHAPE_LINE || kind == SHAPE_AREA)
            inside = inside && shape->x2 >= 0 && shape->x2 <= picture->width && shape->y2 >= 0 &&
                     shape->y2 <= picture->height;
        if (shape->style == STYLE_CALL || shape->style == STYLE_ERROR || shape->style == STYLE_LABEL_START ||
            shape->style == STYLE_MET || shape->style == STYLE_MISSED || shape->style == STYLE_REPORT)
            inside = inside && text_end(shape) <= picture->width;
        if (shape->style == STYLE_CALL_END || shape->style == STYLE_ERROR_END ||
            shape->style == STYLE_LABEL_END)
            inside = inside && 2 * shape->x - text_end(shape) >= 0;
        if (!inside)
            fprintf(stderr, "%s: shape %zu (%s) at %d,%d is outside: %s\n", name, i,
                    picture_looks[shape->style].class, shape->x, shape->y, shape->text ? shape->text : "");
        CHECK(inside);
    }
}

static void check_sample(const char *name, const struct notebook *notebook, bool everything, bool alone)
{
    struct ladder *ladder = ladder_new(notebook, everything);
    struct picture picture = {0};
    size_t expectations = 0;
    const char *fault;
    char *text;

    CHECK(ladder && draw_svg(notebook, ladder, alone, &picture));
    check_frame(name, &picture);
    for (int i = 0; i < ladder->hosts && ladder->row_count; i++)
        CHECK(has_text(&picture, ladder->host[i]));
    for (size_t i = 0; i < ladder->row_count; i++)
        expectations +=
            ladder->rows[i].kind == ROW_EVENTS && ladder->events[ladder->rows[i].first].kind == EVENT_EXPECT;
    CHECK_INT(count_shapes(&picture, STYLE_BAR_MET) + count_shapes(&picture, STYLE_BAR_MISSED), expectations);
    for (size_t i = 0; everything && i < ladder->arrow_count; i++)
        CHECK(has_text(&picture, ladder->arrows[i].label) || strlen(ladder->arrows[i].label) > 30);
    text = svg_of(&picture);
    fault = xml_fault(text);
    CHECK_STR(fault, NULL);
    free(text);
    picture_free(&picture);
    ladder_free(ladder);
}

static int is_notebook(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".jsonl") == 0;
}

static struct notebook *read_sample(const char *name)
{
    char path[PATH_MAX], *text = NULL;
    struct notebook *notebook;
    size_t room = 0;
    ssize_t length;
    FILE *file;

    snprintf(path, sizeof(path), SAMPLES "/%s", name);
    file = fopen(path, "re");
    length = file ? getdelim(&text, &room, '\0', file) : -1;
    if (file)
        fclose(file);
    notebook = length > 0 ? notebook_parse(path, text, (size_t)length) : NULL;
    free(text);
    return notebook;
}

/* The same lines as the lab itself writes them, without blanks; the samples have some. */
static char *compact(const char *name)
{
    char path[PATH_MAX], *line = NULL, *text = NULL;
    size_t room = 0, size;
    FILE *file, *out = open_memstream(&text, &size);

    snprintf(path, sizeof(path), SAMPLES "/%s", name);
    file = fopen(path, "re");
    while (file && getline(&line, &room, file) > 0) {
        json_t *record = json_loads(line, JSON_DECODE_ANY, NULL);

        if (record)
            json_dumpf(record, out, JSON_COMPACT);
        else
            fputs(line, out); /* the cut off end of one */
        if (record)
            putc('\n', out);
        json_decref(record);
    }
    fclose(out);
    if (file)
        fclose(file);
    free(line);
    return text;
}

static void check_shortcut(const char *name)
{
    char *text = compact(name);
    struct notebook *plain = notebook_parse("compact", text, strlen(text)), *read = read_sample(name);

    CHECK(plain && read && plain->count == read->count);
    for (size_t i = 0; plain && read && i < plain->count && i < read->count; i++) {
        const struct record *a = &plain->records[i], *b = &read->records[i];

        CHECK_INT(a->kind, b->kind);
        CHECK_INT(a->row, b->row);
        CHECK_INT(a->t, b->t);
        CHECK_INT(a->uid, b->uid);
        CHECK_INT(a->took, b->took);
        CHECK_INT(a->line, b->line);
        CHECK_INT(a->number, b->number);
        CHECK_INT(a->out, b->out);
        CHECK_STR(a->host, b->host);
        CHECK_STR(a->text, b->text);
        CHECK_STR(a->value, b->value);
        CHECK_STR(a->error, b->error);
        CHECK_STR(a->interface, b->interface);
        CHECK_STR(a->name, b->name);
    }
    notebook_free(plain);
    notebook_free(read);
    free(text);
}

static void check_samples(void)
{
    struct dirent **entries;
    int count = scandir(SAMPLES, &entries, is_notebook, alphasort);

    CHECK(count > 0);
    for (int i = 0; i < count; i++) {
        struct notebook *notebook = read_sample(entries[i]->d_name);

        CHECK(notebook != NULL);
        check_shortcut(entries[i]->d_name);
        for (unsigned variant = 0; notebook && variant < 4; variant++)
            check_sample(entries[i]->d_name, notebook, variant & 1, variant & 2);
        notebook_free(notebook);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* Everything that the wire can do to a frame is drawn as what it is. */
static void check_fates(void)
{
    struct notebook *notebook = read_sample("fates.jsonl");
    struct ladder *ladder = ladder_new(notebook, false);
    struct picture picture;

    CHECK(draw_svg(notebook, ladder, false, &picture));
    CHECK_INT(count_shapes(&picture, STYLE_MARK_LOST),
              6); /* dropped, rejected, too big, cut twice, overflow */
    CHECK_INT(count_shapes(&picture, STYLE_MARK_HELD), 2); /* held, released */
    CHECK_INT(count_shapes(&picture, STYLE_WAIT), 1);
    CHECK_INT(count_shapes(&picture, STYLE_MARK_MADE), 3);
    CHECK_INT(count_shapes(&picture, STYLE_MARK_UNSEEN), 1);
    CHECK(has_text(&picture, "not seen to arrive") && has_text(&picture, "[P.] 10:11 ack 1 (reordered)"));
    CHECK(has_text(&picture, "server to client"));
    for (size_t i = 0; i < picture.count; i++) /* slanted: it arrives lower than it left */
        if (picture.shapes[i].style == STYLE_ARROW)
            CHECK(picture.shapes[i].y2 > picture.shapes[i].y);
    picture_free(&picture);
    ladder_free(ladder);
    notebook_free(notebook);
}

/* What the shortcut must leave to the reader proper. */
static void check_plain(void)
{
    static const char *const left[] = {
        "",
        "{",
        "{}",
        "[]",
        "{\"t\":1}",
        "{\"t\":1,\"kind\":\"call\"}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\"} ",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"text\":\"b\"}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"uid\":1}",
        "{\"t\":1,\"kind\":\"call\",\"text\":7}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\\n\"}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"\xc3\xa9\"}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"result\":1.5}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"result\":null}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"result\":-0}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"result\":01}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"took\":-1}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"took\":9223372036854775808}",
        "{\"t\":1,\"kind\":\"call\",\"text\":\"a\",\"line\":1",
        "{\"t\":1,\"kind\":\"note\",\"text\":\"a\"}",
        "{\"t\":1,\"kind\":\"packet\",\"host\":\"a\",\"direction\":\"up\",\"text\":\"\"}",
        "{\"t\":1,\"kind\":\"packet\",\"host\":\"a\",\"direction\":\"in\",\"text\":\"\",\"more\":1}",
    };
    static const char taken[] = "{\"t\":5,\"kind\":\"call\",\"text\":\"send(\\\"a\\\\\\\")\",\"result\":-12}";
    char space[256];

    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        struct record record = {0};

        CHECK(!notebook_plain(left[i], strlen(left[i]), space, &record));
    }
    for (size_t length = 0; length <= strlen(taken); length++) {
        struct record record = {0};

        CHECK_INT(notebook_plain(taken, length, space, &record), length == strlen(taken));
        if (length == strlen(taken)) {
            CHECK_STR(record.text, "send(\"a\\\")");
            CHECK_STR(record.value, "-12");
        }
    }
}

static void check_hostile(void)
{
    static const char bytes[] =
        "{\"t\":1,\"kind\":\"start\",\"claim\":\"a.<b>\",\"sentence\":\"]]> & \\u0001 \\ufffe \\u202e\"}\n"
        "{\"t\":2,\"kind\":\"call\",\"host\":\"<script>\",\"text\":\"send(\\\"</text>\\\")\",\"result\":\"'\"}\n"
        "{\"t\":3,\"kind\":\"end\",\"outcome\":\"\\\"&\",\"reason\":\"<\"}\n";
    struct notebook *notebook = notebook_parse("hostile", bytes, strlen(bytes));
    struct ladder *ladder = notebook ? ladder_new(notebook, false) : NULL;
    struct picture picture = {0};
    const char *fault;
    char *text;

    CHECK(ladder && draw_svg(notebook, ladder, true, &picture));
    text = svg_of(&picture);
    fault = xml_fault(text);
    CHECK_STR(fault, NULL);
    CHECK(strstr(text, "send(&quot;&lt;/text&gt;&quot;) = '") != NULL);
    CHECK(strstr(text, "\xef\xbf\xbe") == NULL && strstr(text, "\xe2\x80\xae") == NULL);
    free(text);
    picture_free(&picture);
    ladder_free(ladder);
    notebook_free(notebook);
}

static void check_fit(void)
{
    CHECK_INT(picture_columns("日本 é", strlen("日本 é")), 6);
    CHECK_INT(picture_fit("send(client) = 5", 16, 14), 12);
    CHECK_INT(picture_fit("send(client) = 5", 16, 15), 12); /* "= 5" stays together */
    CHECK_INT(picture_fit("send(client) = 5", 16, 16), 16);
    CHECK_INT(picture_fit("two\nlines", 9, 80), 3);
    CHECK_INT(picture_fit("日本", strlen("日本"), 1), 3); /* one character at least */
    CHECK_INT(picture_fit("", 0, 5), 0);
}

int main(void)
{
    check_samples();
    check_fates();
    check_plain();
    check_hostile();
    check_fit();
    return check_done();
}

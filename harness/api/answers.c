/* SPDX-License-Identifier: MIT */
#include "api/answers.h"
#include "api/call.h"
#include "api/option_names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- the list ---- */

static const struct option_name *row_named(const char *name)
{
    const struct option_name *row = option_names;
    while (row->name && strcmp(row->name, name) != 0)
        row++;
    return row->name ? row : NULL;
}

static const struct sample *sample_named(const struct sample *samples, const char *name)
{
    while (samples->name && strcmp(samples->name, name) != 0)
        samples++;
    return samples->name ? samples : NULL;
}

void lab_samples_of_this_kernel(struct here here, struct sock *closed, struct sample *samples)
{
    for (struct sample *sample = samples; sample->name; sample++) {
        const struct option_name *row = row_named(sample->name);
        if (!row || sample - samples >= SAMPLES_MAX)
            lab_break(closed->lab, here, "%s is no option", sample->name);
        sample->level = row->level;
        sample->number = row->number;
    }
    struct answers set = lab_set_each(here, closed, samples, as_it_should_be, "as_it_should_be", 0);
    struct answers get = lab_get_each(here, closed, samples, as_it_should_be, "as_it_should_be", 0);
    for (unsigned i = 0; samples[i].name; i++)
        samples[i].absent = set.answer[i] == -ENOPROTOOPT && get.answer[i] == -ENOPROTOOPT;
}

/* ---- calls ---- */

#define ARGUMENT_MAX 1024 /* bytes: more than any option has */

/* Memory that no process has. */
static void *const UNMAPPED = (void *)16;

static socklen_t size_of(const struct sample *sample)
{
    return sample->bytes ? sample->size : sizeof sample->value;
}

struct argument as_it_should_be(const struct sample *sample, int n)
{
    (void)n;
    return (struct argument){.size = size_of(sample)};
}

struct argument of_size(const struct sample *sample, int n)
{
    (void)sample;
    return (struct argument){.size = (socklen_t)n};
}

struct argument at_no_address(const struct sample *sample, int n)
{
    (void)n;
    return (struct argument){.value = UNMAPPED, .size = size_of(sample)};
}

static struct argument integer(const struct sample *sample, bool asked, int value)
{
    return (struct argument){
        .none = sample->bytes || !asked, .is_int = true, .integer = value, .size = sizeof value};
}

struct argument as_int(const struct sample *sample, int n)
{
    return integer(sample, true, n);
}

struct argument below_range(const struct sample *sample, int n)
{
    bool asked = sample->low < sample->high && sample->low != INT_MIN;
    return integer(sample, asked, asked ? sample->low - n : 0);
}

struct argument above_range(const struct sample *sample, int n)
{
    bool asked = sample->low < sample->high && sample->high <= INT_MAX - n;
    return integer(sample, asked, asked ? sample->high + n : 0);
}

/* The start of what an option reads; nothing of one that reads otherwise every time. */
#define READING_MAX 8
static socklen_t read_start(const struct sock *sock, const struct sample *sample, uint8_t start[READING_MAX])
{
    const struct option_name *row = option_name(sample->level, sample->number);
    socklen_t size = READING_MAX;
    memset(start, 0, READING_MAX);
    if ((row && row->flags & OPTION_VARIES) ||
        getsockopt(sock->fd, sample->level, (int)sample->number, start, &size) < 0)
        return 0;
    return size;
}

/* What is handed over: the argument, or `buffer` filled with what it tells. */
static const void *fill(const struct sample *sample, const struct argument *argument,
                        uint8_t buffer[ARGUMENT_MAX])
{
    memset(buffer, 0, ARGUMENT_MAX);
    if (argument->value)
        return argument->value;
    if (argument->is_int)
        memcpy(buffer, &argument->integer, sizeof argument->integer);
    else
        memcpy(buffer, sample->bytes ? sample->bytes : &sample->value, size_of(sample));
    return buffer;
}

static int set_one(const struct sock *sock, const struct sample *sample, const struct argument *argument,
                   bool *changed)
{
    static uint8_t buffer[ARGUMENT_MAX];
    uint8_t before[READING_MAX], after[READING_MAX];
    socklen_t size = read_start(sock, sample, before);
    const void *value = fill(sample, argument, buffer);
    int result =
        setsockopt(sock->fd, sample->level, (int)sample->number, value, argument->size) < 0 ? -errno : 0;
    *changed = read_start(sock, sample, after) != size || memcmp(before, after, sizeof before) != 0;
    return result;
}

static int get_one(const struct sock *sock, const struct sample *sample, const struct argument *argument)
{
    static uint8_t buffer[ARGUMENT_MAX];
    socklen_t size = argument->size;
    void *value = argument->value ? UNMAPPED : memset(buffer, 0, sizeof buffer);
    return getsockopt(sock->fd, sample->level, (int)sample->number, value, &size) < 0 ? -errno : (int)size;
}

static struct answers call_each(struct here here, struct sock *sock, const struct sample *samples,
                                argument_of *of, const char *name, int n, bool set)
{
    struct answers answers = {.samples = samples, .read = !set};
    int64_t began = record_begin(sock->lab, here, "%s(%s, every option, %s %d)",
                                 set ? "setsockopt" : "getsockopt", sock->name, name, n);
    for (unsigned i = 0; samples[i].name; i++) {
        struct argument argument = of(&samples[i], n);
        answers.value[i] = argument.integer;
        if (argument.none || samples[i].absent)
            answers.answer[i] = NOT_ASKED;
        else if (set)
            answers.answer[i] = set_one(sock, &samples[i], &argument, &answers.changed[i]);
        else
            answers.answer[i] = get_one(sock, &samples[i], &argument);
    }
    call_done(sock, here, began, 0);
    return answers;
}

struct answers lab_set_each(struct here here, struct sock *sock, const struct sample *samples,
                            argument_of *argument, const char *name, int n)
{
    return call_each(here, sock, samples, argument, name, n, true);
}

struct answers lab_get_each(struct here here, struct sock *sock, const struct sample *samples,
                            argument_of *argument, const char *name, int n)
{
    return call_each(here, sock, samples, argument, name, n, false);
}

/* ---- answers in words ---- */

struct text {
    char text[4096];
    size_t length;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof text->text - text->length;
    int n = vsnprintf(text->text + text->length, room, format, arguments);
    va_end(arguments);
    text->length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* ENOTSUPP is the kernel's own and has no name outside, but SO_ZEROCOPY lets it out. */
enum { KERNELS_ENOTSUPP = 524 };

#define ANSWER_TEXT 32
static const char *answer_text(const struct answers *answers, unsigned i, char text[ANSWER_TEXT])
{
    int answer = answers->answer[i];
    if (answer == NOT_ASKED)
        return "not asked";
    if (answer == -KERNELS_ENOTSUPP)
        return "ENOTSUPP";
    if (answer < 0)
        return errno_name(-answer);
    if (!answers->read)
        return "ok";
    snprintf(text, ANSWER_TEXT, "%d byte%s", answer, answer == 1 ? "" : "s");
    return text;
}

/* ---- expectations ---- */

static bool judge(struct here here, struct lab *lab, const struct text *wrong)
{
    record_expect(lab, here, here.text, wrong->length == 0, wrong->text);
    if (wrong->length)
        lab_fail(lab, here, "%s: %s", here.text, wrong->text);
    return wrong->length == 0;
}

/* What is wanted of each option: one answer, or one of two. */
struct wanted {
    char answer[SAMPLES_MAX][2][ANSWER_TEXT];
};

static void want(struct wanted *wanted, unsigned i, const char *answer)
{
    unsigned second = *wanted->answer[i][0] != '\0';
    snprintf(wanted->answer[i][second], ANSWER_TEXT, "%s", answer);
}

static struct wanted parse_wanted(struct here here, struct lab *lab, const struct sample *samples,
                                  const char *text)
{
    struct wanted wanted = {0};
    char copy[2048], *groups = copy, *group, rule[ANSWER_TEXT];
    snprintf(copy, sizeof copy, "%s", text);
    snprintf(rule, sizeof rule, "%s", strsep(&groups, ";"));
    while ((group = strsep(&groups, ";")) != NULL) {
        const char *answer = strsep(&group, ":"), *name;
        while (group && (name = strsep(&group, " ")) != NULL) {
            const struct sample *sample = sample_named(samples, name);
            if (*name && !sample)
                lab_break(lab, here, "%s is not in the list", name);
            if (*name)
                want(&wanted, (unsigned)(sample - samples), answer + strspn(answer, " "));
        }
    }
    for (unsigned i = 0; samples[i].name; i++)
        if (!*wanted.answer[i][0])
            want(&wanted, i, rule);
    return wanted;
}

bool lab_expect_answers(struct here here, struct lab *lab, struct answers answers, const char *text)
{
    const struct sample *samples = answers.samples;
    struct wanted wanted = parse_wanted(here, lab, samples, text);
    struct text wrong = {.length = 0};
    char buffer[ANSWER_TEXT];
    for (unsigned i = 0; samples[i].name; i++) {
        const char *answer = answer_text(&answers, i, buffer);
        const char *one = wanted.answer[i][0], *other = wanted.answer[i][1];
        if (answers.answer[i] != NOT_ASKED && strcmp(answer, one) != 0 && strcmp(answer, other) != 0)
            add(&wrong, "%s%s: %s, not %s%s%s", wrong.length ? "; " : "", samples[i].name, answer, one,
                *other ? " or " : "", other);
    }
    return judge(here, lab, &wrong);
}

bool lab_expect_complete(struct here here, struct lab *lab, int level, const struct sample *samples)
{
    struct text wrong = {.length = 0};
    for (const struct option_name *row = option_names; row->name; row++)
        if (row->level == level && !(row->flags & OPTION_UNANSWERED) && !sample_named(samples, row->name))
            add(&wrong, "%s%s is missing", wrong.length ? "; " : "", row->name);
    return judge(here, lab, &wrong);
}

/* Whether a call of any column that was refused, or was not, changed the option. */
static bool was_changed(const struct column *columns, unsigned count, unsigned i, bool refused)
{
    bool changed = false;
    for (const struct column *column = columns; column < columns + count; column++)
        changed = changed || (column->answers.answer[i] != NOT_ASKED && column->answers.changed[i] &&
                              (column->answers.answer[i] < 0) == refused);
    return changed;
}

bool lab_expect_changed_by(struct here here, struct lab *lab, const struct sample *samples,
                           const struct column *columns, unsigned count, bool refused, const char *text)
{
    struct wanted wanted = parse_wanted(here, lab, samples, text);
    struct text wrong = {.length = 0};
    for (unsigned i = 0; samples[i].name; i++) {
        const char *is = was_changed(columns, count, i, refused) ? "changed" : "as before";
        if (!samples[i].absent && strcmp(wanted.answer[i][0], is) != 0 &&
            strcmp(wanted.answer[i][1], is) != 0)
            add(&wrong, "%s%s: %s", wrong.length ? "; " : "", samples[i].name, is);
    }
    return judge(here, lab, &wrong);
}

/* ---- facts ---- */

static const char *label_of(const struct column *column, unsigned i, char text[ANSWER_TEXT])
{
    if (column->label)
        return column->label;
    snprintf(text, ANSWER_TEXT, "%d", column->answers.value[i]);
    return text;
}

/* Whether the word is in " 0 1 2". */
static bool is_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
        if (at[-1] == ' ' && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* " closed bound: ok, connected: EINVAL"; ": EINVAL" where all columns say so; nothing where none was asked.
 */
static void add_heading(struct text *fact, const struct column *columns, const struct column *end, unsigned i)
{
    struct {
        char answer[ANSWER_TEXT];
        struct text labels;
    } said[8] = {0};
    unsigned count = 0;
    for (const struct column *column = columns; column < end; column++) {
        char buffer[ANSWER_TEXT];
        if (column->answers.answer[i] == NOT_ASKED)
            continue;
        const char *answer = answer_text(&column->answers, i, buffer);
        unsigned same = 0;
        while (same < count && strcmp(said[same].answer, answer) != 0)
            same++;
        if (same == count && count < sizeof said / sizeof *said)
            snprintf(said[count++].answer, ANSWER_TEXT, "%s", answer);
        const char *label = label_of(column, i, buffer); /* the answer is kept */
        if (same < count && !is_word(said[same].labels.text, label))
            add(&said[same].labels, " %s", label);
    }
    bool any = count == 1 && columns->any;
    if (count)
        add(fact, "%s%s", fact->length ? "; " : "", any ? columns->any : columns->heading);
    for (unsigned same = 0; same < count; same++)
        add(fact, "%s%s: %s", same ? "," : "", any ? "" : said[same].labels.text, said[same].answer);
}

void columns_facts(struct lab *lab, const struct sample *samples, const struct column *columns,
                   unsigned count)
{
    for (unsigned i = 0; samples[i].name; i++) {
        struct text fact = {.length = 0};
        for (unsigned first = 0, end; first < count; first = end) {
            for (end = first; end < count && strcmp(columns[end].heading, columns[first].heading) == 0;)
                end++;
            add_heading(&fact, columns + first, columns + end, i);
        }
        if (!samples[i].absent)
            fact_text(lab, samples[i].name, fact.text);
    }
}

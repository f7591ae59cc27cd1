/* SPDX-License-Identifier: MIT */
/* What is made of the answers of a census: facts, and expectations about them. */
#include "api/call.h"
#include "api/census_answers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* ---- questions ---- */

struct question question_at(unsigned i)
{
    const struct option_level *level = option_levels;
    while (i > level->numbers)
        i -= level++->numbers + 1;
    return (struct question){level, i == level->numbers ? NO_OPTION : i};
}

unsigned question_of(int level, unsigned number)
{
    unsigned first = 0;
    const struct option_level *asked = option_levels;
    while (asked->level != level)
        first += asked++->numbers + 1;
    return first + (number == NO_OPTION ? asked->numbers : number);
}

const char *question_text(struct question question, char text[QUESTION_TEXT])
{
    const struct option_name *row = option_name(question.level->level, question.number);
    if (row)
        snprintf(text, QUESTION_TEXT, "%s %s", question.level->name, row->name);
    else
        snprintf(text, QUESTION_TEXT, "%s %u", question.level->name, question.number);
    return text;
}

/* ---- answers ---- */

bool has_kind(const struct census *census, unsigned kind)
{
    return census->missing[kind] == 0;
}

const struct answer *answer_of(const struct census *census, unsigned kind, int level, unsigned number)
{
    return &census->answers[kind][question_of(level, number)];
}

static bool same_setting(struct setting a, struct setting b)
{
    return a.anybody == b.anybody && a.privileged == b.privileged && a.net_admin == b.net_admin &&
           a.net_raw == b.net_raw;
}

bool same_answer(const struct answer *a, const struct answer *b)
{
    return a->read.size == b->read.size && a->read.zero == b->read.zero &&
           a->read_privileged == b->read_privileged &&
           memcmp(a->read.start, b->read.start, sizeof a->read.start) == 0 &&
           same_setting(a->back, b->back) && same_setting(a->other, b->other);
}

bool is_present(const struct census *census, unsigned kind, int level, unsigned number)
{
    return has_kind(census, kind) && !is_netfilters(level, number) &&
           !same_answer(answer_of(census, kind, level, number), answer_of(census, kind, level, NO_OPTION));
}

/* ---- an answer in words ---- */

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

/* "4 bytes: 120000", "16 bytes: 0", "16 bytes: cubic", "12 bytes: 00000000ffffffffffffffff", "280 bytes",
 * "ENOTCONN" */
static void add_reading(struct text *text, const struct reading *reading, unsigned flags)
{
    int number;
    memcpy(&number, reading->start, sizeof number);
    if (reading->size < 0) {
        add(text, "%s", errno_name(-reading->size));
        return;
    }
    add(text, "%d byte%s", reading->size, reading->size == 1 ? "" : "s");
    if (reading->size == 0 || flags & OPTION_VARIES)
        return;
    if (reading->zero)
        add(text, ": 0");
    else if (reading->size == sizeof number)
        add(text, ": %d", number);
    else if (flags & OPTION_TEXT)
        add(text, ": %.*s", (int)sizeof reading->start, (const char *)reading->start);
    else if (reading->size <= (int)sizeof reading->start) {
        add(text, ": ");
        for (int i = 0; i < reading->size; i++)
            add(text, "%02x", reading->start[i]);
    }
}

/* "anybody", "CAP_NET_ADMIN or CAP_NET_RAW, else EPERM", "EINVAL", "EINVAL, unprivileged EPERM" */
static void add_setting(struct text *text, struct setting setting)
{
    const char *refusal = errno_name(-setting.anybody);
    if (setting.anybody == 0)
        add(text, "anybody");
    else if (setting.privileged == 0)
        add(text, "%s%s%s%s, else %s", setting.net_admin ? "CAP_NET_ADMIN" : "",
            setting.net_admin && setting.net_raw ? " or " : "", setting.net_raw ? "CAP_NET_RAW" : "",
            setting.net_admin || setting.net_raw ? "" : "root", refusal);
    else if (setting.privileged == setting.anybody)
        add(text, "%s", refusal);
    else
        add(text, "%s, unprivileged %s", errno_name(-setting.privileged), refusal);
}

static void add_answer(struct text *text, const struct answer *answer, unsigned flags)
{
    add(text, "get ");
    add_reading(text, &answer->read, flags);
    if (answer->read_privileged != answer->read.size)
        add(text, ", privileged %s",
            answer->read_privileged < 0 ? errno_name(-answer->read_privileged) : "yes");
    if (same_setting(answer->back, answer->other)) {
        add(text, "; set: ");
        add_setting(text, answer->back);
        return;
    }
    add(text, answer->read.size < 0 ? "; set 0: " : "; set back: ");
    add_setting(text, answer->back);
    add(text, "; set %d: ", answer->value);
    add_setting(text, answer->other);
}

/* ---- facts ---- */

/* The kinds in `set`, shortly: "tcp udp raw4"; "all" for all that there are. */
static void add_kinds(struct text *text, const struct census *census, uint32_t set)
{
    uint32_t there = 0;
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++)
        there |= has_kind(census, kind) ? 1u << kind : 0;
    if (set == there) {
        add(text, "all");
        return;
    }
    const char *gap = "";
    for (unsigned first = 0, end; first < SOCKET_KINDS; first = end) {
        uint32_t family = 0;
        for (end = first; end < SOCKET_KINDS && strcmp(socket_kinds[end].name, socket_kinds[first].name) == 0;
             end++)
            family |= 1u << end;
        if ((family & there) != 0 && (set & family) == (family & there)) {
            add(text, "%s%s", gap, socket_kinds[first].name);
            gap = " ";
            continue;
        }
        for (unsigned kind = first; kind < end; kind++)
            if (set & 1u << kind) {
                add(text, "%s%s%s", gap, socket_kinds[kind].name, socket_kinds[kind].suffix);
                gap = " ";
            }
    }
}

static unsigned flags_of(struct question question)
{
    const struct option_name *row = option_name(question.level->level, question.number);
    return row ? row->flags : 0;
}

/* The kinds of sockets that have the option; for NO_OPTION all. */
static uint32_t kinds_with(const struct census *census, struct question question)
{
    uint32_t kinds = 0;
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++)
        if (has_kind(census, kind) && (question.number == NO_OPTION ||
                                       is_present(census, kind, question.level->level, question.number)))
            kinds |= 1u << kind;
    return kinds;
}

/* What these kinds say to the question, those that say the same together. */
static void add_answers(struct text *text, const struct census *census, struct question question,
                        uint32_t kinds)
{
    static struct text answers[SOCKET_KINDS];
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++) {
        answers[kind].length = 0;
        if (kinds & 1u << kind)
            add_answer(&answers[kind], answer_of(census, kind, question.level->level, question.number),
                       flags_of(question));
    }
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++) {
        uint32_t same = 0;
        for (unsigned other = kind; other < SOCKET_KINDS; other++)
            if (kinds & 1u << other && strcmp(answers[other].text, answers[kind].text) == 0)
                same |= 1u << other;
        if (!(kinds & 1u << kind))
            continue;
        kinds &= ~same;
        add(text, text->length ? " | " : "");
        add_kinds(text, census, same);
        add(text, ": %s", answers[kind].text);
    }
}

/* "IPPROTO_TCP 2 TCP_MAXSEG" */
static void add_name(struct text *name, struct question question)
{
    const struct option_name *row = option_name(question.level->level, question.number);
    add(name, "%s %u %s", question.level->name, question.number, row ? row->name : "(no name)");
}

void census_facts(struct lab *lab, const struct census *census)
{
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++)
        if (!has_kind(census, kind)) {
            struct text name = {.length = 0};
            add(&name, "no %s%s socket", socket_kinds[kind].name, socket_kinds[kind].suffix);
            fact_text(lab, name.text, errno_name(-census->missing[kind]));
        }
    char highest[QUESTION_TEXT] = "none";
    for (unsigned i = 0; i < QUESTIONS; i++) {
        struct question question = question_at(i);
        uint32_t kinds = kinds_with(census, question);
        if (!kinds)
            continue;
        struct text name = {.length = 0}, answers = {.length = 0};
        add_answers(&answers, census, question, kinds);
        if (question.number != NO_OPTION) {
            add_name(&name, question);
            fact_text(lab, name.text, answers.text);
            snprintf(highest, sizeof highest, "%s", name.text + strlen(question.level->name) + 1);
        } else {
            add(&name, "%s, what is not there", question.level->name);
            fact_text(lab, name.text, answers.text);
            name.length = 0;
            add(&name, "%s, highest", question.level->name);
            fact_text(lab, name.text, highest);
            strcpy(highest, "none");
        }
    }
}

/* ---- expectations ---- */

/* Whether "SOL_SOCKET SO_MARK" is in "SOL_SOCKET SO_DEBUG, SOL_SOCKET SO_MARK". */
static bool is_listed(const char *list, const char *name)
{
    for (const char *at = list; (at = strstr(at, name)) != NULL; at++) {
        char before = at == list ? ' ' : at[-1], after = at[strlen(name)];
        if (before == ' ' && (after == ',' || after == '\0'))
            return true;
    }
    return false;
}

/* An expectation in which this is wrong; "" when nothing is. */
static bool judge(struct here here, struct lab *lab, const char *wrong)
{
    record_expect(lab, here, here.text, !*wrong, wrong);
    if (*wrong)
        lab_fail(lab, here, "%s: %s", here.text, wrong);
    return !*wrong;
}

/* `observed` holds all of `these`, and besides nothing but what is in `perhaps`. */
static bool judge_list(struct here here, struct lab *lab, const struct text *observed, const char *these,
                       const char *perhaps)
{
    struct text wrong = {.length = 0};
    char name[QUESTION_TEXT];
    for (int list = 0; list < 2; list++) {
        const char *from = list == 0 ? observed->text : these;
        while (*from) {
            size_t length = strcspn(from, ",");
            snprintf(name, sizeof name, "%.*s", (int)length, from);
            from += length;
            from += strspn(from, ", ");
            if (list == 0 && !is_listed(these, name) && !is_listed(perhaps, name) &&
                strcmp(perhaps, ANY_OTHER) != 0)
                add(&wrong, "%s%s is not expected", wrong.length ? "; " : "", name);
            if (list == 1 && !is_listed(observed->text, name))
                add(&wrong, "%s%s is missing", wrong.length ? "; " : "", name);
        }
    }
    return judge(here, lab, wrong.text);
}

static void add_question(struct text *list, struct question question)
{
    char name[QUESTION_TEXT];
    add(list, "%s%s", list->length ? ", " : "", question_text(question, name));
}

/* "5.10" is 5.10 or later. */
static bool kernel_is(const char *version)
{
    struct utsname name;
    unsigned wanted[2] = {0}, running[2] = {0};
    uname(&name);
    sscanf(version, "%u.%u", &wanted[0], &wanted[1]);
    sscanf(name.release, "%u.%u", &running[0], &running[1]);
    return running[0] != wanted[0] ? running[0] > wanted[0] : running[1] >= wanted[1];
}

bool lab_expect_known_options(struct here here, struct lab *lab, const struct census *census)
{
    struct text wrong = {.length = 0};
    char name[QUESTION_TEXT];
    for (const struct option_name *row = option_names; row->name; row++) {
        struct question question = question_at(question_of(row->level, row->number));
        bool there = kinds_with(census, question) != 0;
        bool optional = row->flags & OPTION_OPTIONAL || (row->since && !kernel_is(row->since));
        if (there && row->flags & OPTION_UNANSWERED)
            add(&wrong, "%s%s is answered", wrong.length ? "; " : "", question_text(question, name));
        else if (!there && !optional && !(row->flags & OPTION_UNANSWERED))
            add(&wrong, "%s%s is missing", wrong.length ? "; " : "", question_text(question, name));
    }
    return judge(here, lab, wrong.text);
}

static struct text options_that(const struct census *census, const struct census *second, census_test *is_so)
{
    struct text observed = {.length = 0};
    for (unsigned i = 0; i < QUESTIONS; i++) {
        const struct question question = question_at(i);
        bool so = false;
        for (unsigned kind = 0; kind < SOCKET_KINDS; kind++) {
            struct asked asked = {
                &socket_kinds[kind],       question.level->level,
                question.number,           is_present(census, kind, question.level->level, question.number),
                &census->answers[kind][i], &second->answers[kind][i]};
            so = so || (has_kind(census, kind) && has_kind(second, kind) && is_so(&asked));
        }
        if (so)
            add_question(&observed, question);
    }
    return observed;
}

bool lab_expect_options(struct here here, struct lab *lab, const struct census *census,
                        const struct census *second, census_test *is_so, const char *these,
                        const char *perhaps)
{
    struct text observed = options_that(census, second, is_so);
    return judge_list(here, lab, &observed, these, perhaps);
}

void fact_options(struct lab *lab, const char *name, const struct census *census, const struct census *second,
                  census_test *is_so)
{
    fact_text(lab, name, options_that(census, second, is_so).text);
}

static bool reads_differently(const struct readings *before, const struct readings *after, unsigned i)
{
    const struct reading *a = &before->read[i], *b = &after->read[i];
    return a->size != b->size || a->zero != b->zero || memcmp(a->start, b->start, sizeof a->start) != 0;
}

bool lab_expect_changed(struct here here, struct lab *lab, const struct readings *before,
                        const struct readings *after, const char *these, const char *perhaps)
{
    struct text observed = {.length = 0};
    for (unsigned i = 0; i < QUESTIONS; i++)
        if (reads_differently(before, after, i))
            add_question(&observed, question_at(i));
    return judge_list(here, lab, &observed, these, perhaps);
}

void fact_changed(struct lab *lab, const char *when, const struct readings *before,
                  const struct readings *after)
{
    for (unsigned i = 0; i < QUESTIONS; i++) {
        struct question question = question_at(i);
        struct text name = {.length = 0}, value = {.length = 0};
        if (!reads_differently(before, after, i))
            continue;
        add_name(&name, question);
        add(&name, ", %s", when);
        add_reading(&value, &after->read[i], flags_of(question));
        fact_text(lab, name.text, value.text);
    }
}

/* SPDX-License-Identifier: MIT */
/* The line of progress: what it says, how it fits, and how it reckons what is left. */
#include "runner/progress.h"

#include "tests/check.h"

#include <stdio.h>

static const struct claim quick = {.id = "tcp_cork.sends/v4"};
static const struct claim slow = {.id = "so_keepalive.probes_begin_after_two_hours_of_silence/v6",
                                  .takes_ms = 20000};

static const char *line_at(const struct progress *progress, int64_t now, unsigned columns)
{
    static char line[PROGRESS_TEXT];

    return progress_line(progress, now, columns, line);
}

static void test_line(void)
{
    struct progress p = {.total = 3, .at_once = 2, .began = 1000, .rest_ms = 20000};

    CHECK_STR(line_at(&p, 1000, 79), "0/3 done, 0 running, 0 s");
    progress_start(&p, &slow, 0, 1000);
    progress_start(&p, &quick, 0, 1000);
    CHECK_STR(line_at(&p, 1400, 79), "0/3 done, 2 running, 0 s");
    progress_done(&p, &quick, 0, OUTCOME_FAILS, 500);
    p.bad++;
    CHECK_STR(line_at(&p, 3000, 79), "1/3 done, 1 running, 1 need attention, 2 s, about 18 s left");
    /* old only when it takes longer than it says */
    CHECK_STR(line_at(&p, 20000, 79), "1/3 done, 1 running, 1 need attention, 19 s, about 1 s left");
    CHECK_STR(
        line_at(&p, 23000, 99),
        "1/3 done, 1 running, 1 need attention, 22 s; 22 s ...ive.probes_begin_after_two_hours_of_silence/v6");
    CHECK_STR(line_at(&p, 3623000, 79),
              "1/3 done, 1 running, 1 need attention, 60m22s; 60m22s ...wo_hours_of_silence/v6");
    /* what does not fit as a whole is left out */
    CHECK_STR(line_at(&p, 7201000, 30), "1/3 done, 1 running, 2h00m");
    CHECK_STR(line_at(&p, 7201000, 12), "1/3 done");
    CHECK_STR(line_at(&p, 7201000, 5), "1/3 d");
    progress_done(&p, &slow, 0, OUTCOME_HOLDS, 7200000);
    CHECK_INT(p.rest_ms, 0);
    CHECK_INT(p.count, 0);
}

static void test_old_ones(void)
{
    struct progress p = {.total = 3, .at_once = 3};

    progress_start(&p, &quick, 0, 0);
    progress_start(&p, &quick, 1, 2000);
    progress_start(&p, &quick, 2, 3000);
    CHECK_STR(line_at(&p, 4999, 79), "0/3 done, 3 running, 4 s");
    CHECK_STR(line_at(&p, 5000, 79), "0/3 done, 3 running, 5 s; 5 s tcp_cork.sends/v4");
    CHECK_STR(line_at(&p, 9000, 79),
              "0/3 done, 3 running, 9 s; 9 s tcp_cork.sends/v4, 7 s tcp_cork.sends/v4");
    progress_done(&p, &quick, 1, OUTCOME_HOLDS, 1); /* that trial and no other */
    CHECK_INT(p.count, 2);
    CHECK_INT(p.running[0].trial, 0);
    CHECK_INT(p.running[1].trial, 2);
}

static void test_fits(void)
{
    struct progress p = {.total = 100000, .done = 99999, .bad = 88888, .at_once = 4, .judged = 1};

    for (size_t i = 0; i < 50; i++)
        progress_start(&p, &slow, i, 0);
    for (unsigned columns = 1; columns < 700; columns++) {
        size_t length = strlen(line_at(&p, 90000, columns));

        CHECK(length <= columns && length < PROGRESS_TEXT);
    }
}

static void test_left(void)
{
    /* ten claims that say nothing and take 2 s, two at a time */
    struct progress p = {.total = 10, .at_once = 2};

    progress_start(&p, &quick, 0, 0);
    progress_start(&p, &quick, 1, 0);
    CHECK_INT(progress_left_ms(&p, 1999), -1); /* nothing has been measured */
    progress_done(&p, &quick, 0, OUTCOME_HOLDS, 2000);
    progress_done(&p, &quick, 1, OUTCOME_HOLDS, 2000);
    CHECK_INT(progress_left_ms(&p, 2000), 8000);
    progress_start(&p, &quick, 2, 2000);
    progress_start(&p, &quick, 3, 2000);
    CHECK_INT(progress_left_ms(&p, 3000), 7000);
    CHECK_INT(progress_left_ms(&p, 9000), 6000); /* those two are late: nobody knows how much */

    /* one long claim is not shared between machines' cores */
    p = (struct progress){.total = 3, .at_once = 32, .rest_ms = 20000};
    progress_start(&p, &slow, 0, 0);
    progress_start(&p, &quick, 0, 0);
    progress_done(&p, &quick, 0, OUTCOME_HOLDS, 100);
    CHECK_INT(progress_left_ms(&p, 2000), 18100);

    /* what is skipped says nothing about the others, whatever it would have taken */
    p = (struct progress){.total = 3, .at_once = 1, .rest_ms = 20000};
    progress_start(&p, &slow, 0, 0);
    progress_done(&p, &slow, 0, OUTCOME_SKIPPED, 50);
    CHECK_INT(progress_left_ms(&p, 5000), -1);
    progress_start(&p, &quick, 0, 0);
    progress_done(&p, &quick, 0, OUTCOME_HOLDS, 3000);
    CHECK_INT(progress_left_ms(&p, 5000), 3000);
    progress_done(&p, &quick, 1, OUTCOME_HOLDS, 3000);
    CHECK_INT(progress_left_ms(&p, 5000), -1); /* all done */
}

int main(void)
{
    test_line();
    test_old_ones();
    test_fits();
    test_left();
    keep_free_all();
    return check_done();
}

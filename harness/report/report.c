/* SPDX-License-Identifier: MIT */
/* The page put together: its frame, style sheets, data and scripts. */
#include "report/report.h"

#include "report/ladders.h"
#include "report/page.h"
#include "report/sources.h"
#include "show/picture.h"

#include <stdlib.h>
#include <string.h>

static void write_styles(struct text *page)
{
    text_puts(page, asset_report_page_page_css);
    text_puts(page, asset_show_ladder_css);
}

static bool write_data(struct text *page, const struct report_runs *runs,
                       const struct report_request *request)
{
    char *json;

    /* first the ladders: they find the captures, which belong to the data */
    if (!ladders_write(page, runs, request->threads))
        return false;
    sources_write(page, runs, request->home);
    json = json_dumps(runs->data, JSON_COMPACT | JSON_REAL_PRECISION(15));
    if (!json)
        return false;
    text_puts(page, "<script type=\"application/json\" id=\"data\">");
    text_json(page, json, strlen(json));
    text_puts(page, "</script>\n");
    free(json);
    return true;
}

static void write_scripts(struct text *page)
{
    text_puts(page, "(() => {\n\"use strict\";\n");
    for (size_t i = 0; report_scripts[i]; i++)
        text_puts(page, report_scripts[i]);
    text_puts(page, "})();\n");
}

/* page.html, with what its marks stand for. */
static bool write_page(struct text *page, const struct report_runs *runs,
                       const struct report_request *request)
{
    const char *at = asset_report_page_page_html, *mark;
    bool done = true;

    while (done && (mark = strstr(at, "<!-- insert ")) != NULL) {
        const char *what = mark + strlen("<!-- insert ");

        text_put(page, at, (size_t)(mark - at));
        if (strncmp(what, "styles", 6) == 0)
            write_styles(page);
        else if (strncmp(what, "head", 4) == 0)
            text_puts(page, PICTURE_HEAD);
        else if (strncmp(what, "scripts", 7) == 0)
            write_scripts(page);
        else
            done = write_data(page, runs, request);
        at = strstr(what, "-->") + 3;
    }
    text_puts(page, at);
    return done && !page->failed;
}

char *report_page(const struct report_request *request, size_t *length, char **error)
{
    struct report_runs runs;
    struct text page = {0};

    *error = NULL;
    if (!runs_read(&runs, request, error)) {
        runs_free(&runs);
        return NULL;
    }
    if (!write_page(&page, &runs, request)) {
        free(page.bytes);
        page.bytes = NULL;
    }
    runs_free(&runs);
    *length = page.length;
    return page.bytes;
}

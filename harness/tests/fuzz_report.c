/* SPDX-License-Identifier: MIT */
/* libFuzzer target: the report over any bytes as results.json, which make no markup and lead to no file. */
#include "tests/fuzz.h"

#include "report/report.h"

/* Between "…" and the end of that script there is no other tag. */
static void check_data(const char *page)
{
    const char *data = strstr(page, "id=\"data\">"), *end = data ? strchr(data, '<') : NULL;

    fuzz_demand(end && strncmp(end, "</script>\n", 10) == 0);
    for (; data < end; data++)
        fuzz_demand((unsigned char)*data >= ' ' || *data == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[80], *error = NULL, *page;
    const char *const results[] = {path, path};
    struct report_request request = {.results = results, .count = 2, .home = fuzz_folder, .threads = 1};
    size_t size = 0;

    fuzz_file("results.json", bytes, length);
    request.folder = fuzz_folder;
    snprintf(path, sizeof(path), "%s/results.json", fuzz_folder);
    page = report_page(&request, &size, &error);
    fuzz_demand(page || error);
    if (page) {
        fuzz_demand(strlen(page) == size);
        fuzz_demand(strstr(page, "id=\"sources\">{}</script>"));
        check_data(page);
    }
    free(page);
    free(error);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The ladder on the terminal, held against what it looked like when somebody last looked at it: each
 * NAME.jsonl of harness/tests/show_samples is drawn 80 columns wide and compared with NAME.80.txt (Unicode)
 * and NAME.ascii.txt, some with NAME.verbose.txt too. NAME.brief.txt is what a failure shows of it.
 *
 * Run it in the root of the repository. After a change of the drawing that is meant:
 *
 *     UPDATE=1 build/tests/unit_show && git diff harness/tests/show_samples
 *
 * and read the difference, for it is the only judge of beauty.
 */
#include "packet/build.h"
#include "show/ladder.h"
#include "show/show.h"
#include "show/text_cursor.h"
#include "tests/check.h"

#include <dirent.h>
#include <limits.h>
#include <locale.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#define SAMPLES "harness/tests/show_samples"

static char samples[PATH_MAX]; /* absolute: the tests run in a folder of their own */
static bool updating;

/* ---- files ---- */

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;

    if (!file)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

static void write_whole(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "we");

    CHECK(file && fwrite(text, 1, length, file) == length);
    if (file)
        fclose(file);
}

/* Puts a notebook where a run would have left it, below the working folder. */
static void place_notebook(const char *name, const char *text, size_t length)
{
    char path[PATH_MAX];

    mkdir("results", 0777);
    mkdir("results/latest", 0777);
    snprintf(path, sizeof(path), "results/latest/%s", name);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "results/latest/%s/notebook.jsonl", name);
    write_whole(path, text, length);
}

/* Empty files in place of the captures: the samples are about the ladder. */
static void place_captures(const char *name)
{
    struct notebook *notebook;
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "results/latest/%s", name);
    notebook = notebook_read(path);
    for (size_t i = 0; notebook && i < notebook->capture_count; i++) {
        snprintf(path, sizeof(path), "results/latest/%s/%s", name, notebook->captures[i].file);
        write_whole(path, "", 0);
    }
    notebook_free(notebook);
}

static char *draw(const char *name, const struct show_style *style)
{
    char folder[PATH_MAX], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    snprintf(folder, sizeof(folder), "results/latest/%s", name);
    CHECK_INT(show_claim(folder, out, style), 0);
    fclose(out);
    return text;
}

static char *draw_brief(const char *name, const struct show_style *style, unsigned lines)
{
    char folder[PATH_MAX], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    snprintf(folder, sizeof(folder), "results/latest/%s", name);
    show_excerpt(folder, out, style, lines);
    fclose(out);
    return text;
}

/* ---- what every drawing must be ---- */

/* Judged by the C library, not by the tables of the drawing itself. */
static int widest_line(char *text)
{
    static wchar_t wide[8192];
    int widest = 0;

    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        size_t n = mbstowcs(wide, line, 8191);
        int width = n == (size_t)-1 ? INT_MAX : wcswidth(wide, n);

        if (width < 0) {
            fprintf(stderr, "not printable: %s\n", line);
            width = INT_MAX;
        }
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void check_widths(const char *name)
{
    for (unsigned columns = SHOW_COLUMNS_MIN; columns <= 200; columns++)
        for (unsigned variant = 0; variant < 2; variant++) {
            struct show_style style = {.columns = columns, .unicode = variant, .verbose = !variant};
            char *text = draw(name, &style);
            int widest = text ? widest_line(text) : INT_MAX;

            if (widest > (int)columns)
                fprintf(stderr, "%s at %u columns, variant %u: a line of %d\n", name, columns, variant,
                        widest);
            CHECK(widest <= (int)columns);
            free(text);
        }
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((*text < ' ' && *text != '\n') || *text > '~')
            return false;
    return true;
}

static void check_golden(const char *name, const char *suffix, const struct show_style *style)
{
    char path[PATH_MAX + 128];
    char *got = strcmp(suffix, "brief") == 0 ? draw_brief(name, style, 9) : draw(name, style), *expected;

    snprintf(path, sizeof(path), "%s/%s.%s.txt", samples, name, suffix);
    if (updating)
        write_whole(path, got, strlen(got));
    expected = read_whole(path);
    if (!expected)
        fprintf(stderr, "%s is missing: make it with UPDATE=1\n", path);
    CHECK_STR(got, expected);
    CHECK(style->unicode || is_ascii(got));
    free(expected);
    free(got);
}

/* An excerpt never has more lines than it may, however few, and never a wider one. */
static void check_brief(const char *name)
{
    for (unsigned lines = 5; lines <= 40; lines++) {
        struct show_style style = {.columns = 40 + lines, .unicode = true};
        char *text = draw_brief(name, &style, lines);
        unsigned got = 0;

        for (const char *p = text; *p; p++)
            got += *p == '\n';
        if (got > lines)
            fprintf(stderr, "%s in brief: %u lines, at most %u were asked for\n", name, got, lines);
        CHECK(got <= lines);
        CHECK(widest_line(text) <= (int)style.columns);
        free(text);
    }
}

static int is_notebook(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".jsonl") == 0;
}

static void check_samples(void)
{
    struct dirent **entries;
    int count = scandir(samples, &entries, is_notebook, alphasort);

    CHECK(count > 0);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX + 300], *name = entries[i]->d_name, *text;

        snprintf(path, sizeof(path), "%s/%s", samples, name);
        text = read_whole(path);
        *strrchr(name, '.') = '\0';
        place_notebook(name, text, strlen(text));
        place_captures(name);
        check_golden(name, "80", &(struct show_style){.columns = 80, .unicode = true});
        check_golden(name, "ascii", &(struct show_style){.columns = 80});
        if (strcmp(name, "corked") == 0 || strcmp(name, "fates") == 0)
            check_golden(
                name, "verbose",
                &(struct show_style){.columns = 100, .unicode = true, .colour = true, .verbose = true});
        if (strcmp(name, "mismatch") == 0 || strcmp(name, "failed") == 0 || strcmp(name, "broken") == 0)
            check_golden(name, "brief", &(struct show_style){.columns = 80, .unicode = true});
        check_widths(name);
        check_brief(name);
        free(text);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* ---- layout ---- */

static struct ladder *ladder_of(const char *name, struct notebook **notebook)
{
    char folder[PATH_MAX];

    snprintf(folder, sizeof(folder), "results/latest/%s", name);
    *notebook = notebook_read(folder);
    return *notebook ? ladder_new(*notebook, false) : NULL;
}

static void check_layout(void)
{
    struct notebook *notebook;
    struct ladder *ladder = ladder_of("held", &notebook);
    const struct ladder_event *event;

    CHECK(ladder != NULL);
    CHECK_INT(ladder->hosts, 2);
    CHECK_INT(ladder->arrow_count, 7);
    CHECK_STR(ladder->arrows[3].label, "[P.] 1:4 ack 1 win 502");
    event = &ladder->events[ladder->arrows[4].first];
    CHECK_INT(event->kind, EVENT_DEPART);
    event = &ladder->events[event->next];
    CHECK_INT(event->kind, EVENT_HELD);
    CHECK_INT(event->row, ladder->events[event->previous].row);
    event = &ladder->events[event->next];
    CHECK_INT(event->kind, EVENT_RELEASED);
    event = &ladder->events[event->next];
    CHECK_INT(event->kind, EVENT_ARRIVE);
    CHECK_INT(event->next, LADDER_NONE);
    ladder_free(ladder);
    notebook_free(notebook);

    ladder = ladder_of("router", &notebook);
    CHECK(ladder != NULL);
    CHECK_INT(ladder->hosts, 3);
    /* dropped on the wire between client and router: heading for the client, though nobody saw it there */
    CHECK_INT(ladder->arrows[ladder->arrow_count - 1].from, 1);
    CHECK_INT(ladder->arrows[ladder->arrow_count - 1].to, 0);
    CHECK_INT(ladder_host(ladder, "server#2", 8), 2);
    ladder_free(ladder);
    notebook_free(notebook);

    ladder = ladder_of("multicast", &notebook);
    CHECK(ladder != NULL && notebook->truncated);
    CHECK_INT(ladder->arrow_count, 3); /* one datagram to two hosts, and another */
    CHECK_INT(ladder->arrows[0].to, 1);
    CHECK_INT(ladder->arrows[2].from, 0);
    CHECK_INT(ladder->arrows[2].to, 2);
    CHECK_INT(ladder->mismatch, LADDER_NONE);
    ladder_free(ladder);
    notebook_free(notebook);

    ladder = ladder_of("mismatch", &notebook);
    CHECK(ladder != NULL && ladder->mismatch != LADDER_NONE);
    CHECK_STR(ladder->arrows[ladder->events[ladder->rows[ladder->mismatch].first].arrow].label,
              "[P.] 1:6 ack 1 win 502");
    ladder_free(ladder);
    notebook_free(notebook);
}

/* ---- notebooks that are none ---- */

/* What show_claim writes to standard error about this notebook. */
static char *complaint(const char *text, size_t length)
{
    struct show_style style = {.columns = 80};
    int kept = dup(STDERR_FILENO), result;
    FILE *file = tmpfile(), *null = fopen("/dev/null", "we");
    char *message = calloc(1, 1024);

    place_notebook("garbage", text, length);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    result = show_claim("results/latest/garbage", null, &style);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    CHECK_INT(result, -1);
    rewind(file);
    if (!fgets(message, 1024, file))
        *message = '\0';
    fclose(file);
    fclose(null);
    return message;
}

#define START "{\"t\":1,\"kind\":\"start\",\"claim\":\"a.b\",\"sentence\":\"s\"}\n"
#define WHERE "results/latest/garbage/notebook.jsonl:"

static void check_garbage(void)
{
    static const struct {
        const char *text, *complaint;
    } cases[] = {
        {"", WHERE "1: the notebook holds no record\n"},
        {"\n\n", WHERE "3: the notebook holds no record\n"},
        {"{\"t\":1,\"kind\":\"st", WHERE "2: the notebook holds no record\n"},
        {START "garbage\n", WHERE "2: not JSON at column 7: '[' or '{' expected near 'garbage'\n"},
        {START "[1]\n", WHERE "2: a record must be a JSON object, and is a list\n"},
        {START "{\"t\":2}\n", WHERE "2: record: `kind' must be a string, and is missing\n"},
        {START "{\"kind\":\"note\",\"text\":\"\"}\n",
         WHERE "2: note: `t' must be an integer, and is missing\n"},
        {START "{\"t\":-2,\"kind\":\"note\",\"text\":\"\"}\n",
         WHERE "2: note: `t' must be from 0 to 2305843009213693952, and is -2\n"},
        {START "\n{\"t\":2,\"kind\":\"call\",\"host\":\"client\"}\n",
         WHERE "3: call: `text' must be a string, and is missing\n"},
        {START "{\"t\":2,\"kind\":\"packet\",\"host\":\"a\",\"direction\":\"up\",\"text\":\"\"}\n",
         WHERE "2: packet: `direction' is neither out nor in: `up'\n"},
        {START START, WHERE "2: a second start record\n"},
        {"{\"t\":1,\"kind\":\"bench\",\"hosts\":[3]}\n",
         WHERE "1: bench: hosts: `name' must be a string, and is missing\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *got = complaint(cases[i].text, strlen(cases[i].text));

        CHECK_STR(got, cases[i].complaint);
        free(got);
    }
    free(complaint("\0\0\n\xff\xfe\n", 6));
    for (int i = 0; i < 2; i++) { /* of what cannot be read there is no excerpt, and no message */
        char *got = draw_brief(i ? "garbage" : "nowhere", &(struct show_style){.columns = 80}, 9);

        CHECK_STR(got, "");
        free(got);
    }
}

/* Text that would disturb a terminal is shown; wide characters are counted as the two columns they take. */
static void check_hostile_text(void)
{
    static const char notebook[] = START
        "{\"t\":2,\"kind\":\"call\",\"host\":\"client\",\"text\":\"send(\\u001b[31m\\u202e)\",\"result\":\"\"}\n"
        "{\"t\":3,\"kind\":\"note\",\"text\":\"日本語 e\\u0301 \\u009b \\t|\"}\n";
    struct show_style style = {.columns = 80, .unicode = true};
    struct text_cursor cursor;
    char *text;

    place_notebook("hostile", notebook, strlen(notebook));
    text = draw("hostile", &style);
    CHECK(strstr(text, "send(\\x1b[31m)") != NULL);
    CHECK(strstr(text, "日本語 e \\x9b  |") != NULL);
    free(text);
    style.unicode = false;
    text = draw("hostile", &style);
    CHECK(strstr(text, "??? e") != NULL);
    CHECK(is_ascii(text));
    free(text);
    check_widths("hostile");

    text_begin(&cursor, "\xc0\xaf\xed\xa0\x80\xf5", 6, true); /* overlong, a surrogate, not UTF-8 */
    CHECK_INT(text_next(&cursor), '\\');
    CHECK_INT(text_next(&cursor), 'x');
    CHECK_INT(text_next(&cursor), 'c');
    CHECK_INT(text_next(&cursor), '0');
    CHECK_INT(text_columns(0x65e5), 2);
    CHECK_INT(text_columns(0x2500), 1);
}

/* ---- captures as text, and styles ---- */

static void check_tcpdump(void)
{
    struct tcp_spec spec = {.src_port = 40000, .dst_port = 7890, .flags = 2, .window = 64240, .seq = 17};
    struct pcap_pkthdr header = {.ts = {.tv_sec = 2, .tv_usec = 1500000}};
    pcap_t *pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, 65535, PCAP_TSTAMP_PRECISION_NANO);
    static const char notebook[] = START "{\"t\":2000000000,\"kind\":\"treatment\",\"applied\":true}\n";
    struct show_style style = {.columns = 80, .tcpdump = true};
    uint8_t frame[256];
    pcap_dumper_t *dumper;
    char *text;

    address_parse("10.0.0.1", &spec.src);
    address_parse("10.0.0.2", &spec.dst);
    header.len = header.caplen = (bpf_u_int32)build_tcp(&spec, frame, sizeof(frame));
    CHECK(header.len > 0);
    place_notebook("listed", notebook, strlen(notebook));
    dumper = pcap_dump_open(pcap, "results/latest/listed/client.pcap");
    CHECK(dumper != NULL);
    pcap_dump((u_char *)dumper, &header, frame);
    pcap_dump_close(dumper);
    pcap_close(pcap);
    text = draw("listed", &style);
    CHECK(strstr(text, "client.pcap\n     1.500 IP 10.0.0.1.40000 > 10.0.0.2.7890: Flags [S], seq 17, win") !=
          NULL);
    CHECK(strstr(text, "tcpdump -n -r results/latest/listed/client.pcap") != NULL);
    CHECK(strstr(text, "* treatment") == NULL);
    free(text);
}

static void check_style(void)
{
    struct show_style style;
    FILE *file = tmpfile();

    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    setenv("LANG", "C", 1);
    setenv("COLUMNS", "132", 1);
    show_style_for(file, &style);
    CHECK_INT(style.columns, 132);
    CHECK(!style.unicode && !style.colour && !style.verbose && !style.tcpdump);
    setenv("COLUMNS", "nonsense", 1);
    setenv("LC_CTYPE", "de_DE.utf8", 1);
    show_style_for(file, &style);
    CHECK_INT(style.columns, 80);
    CHECK(style.unicode);
    setenv("LC_ALL", "C", 1);
    show_style_for(file, &style);
    CHECK(!style.unicode);
    fclose(file);
}

int main(void)
{
    char folder[] = "/tmp/unit_show.XXXXXX";
    char command[64];

    updating = getenv("UPDATE") != NULL;
    if (!realpath(SAMPLES, samples) || !mkdtemp(folder) || chdir(folder) < 0) {
        perror("unit_show: " SAMPLES " (run it in the root of the repository)");
        return 1;
    }
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    check_samples();
    check_layout();
    check_garbage();
    check_hostile_text();
    check_tcpdump();
    check_style();
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    /* NOLINTNEXTLINE(cert-env33-c): the folder is named by this test */
    if (chdir("/") < 0 || system(command) != 0)
        fprintf(stderr, "unit_show: %s stays behind\n", folder);
    return check_done();
}

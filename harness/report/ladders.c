/* SPDX-License-Identifier: MIT */
/*
 * Reading notebooks is most of the work, and each stands by itself: threads take one after the other. What
 * they make is put together by the caller's thread, in order, so that a page does not depend on chance.
 */
#include "report/ladders.h"

#include "show/draw_svg.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MOST 16
#define MOST_SHAPES  20000 /* a page is to be looked at: a longer story is left to `lab show --svg` */

struct ladder_job {
    const char *folder; /* of the run */
    json_t *result;     /* the claim in that run */
    size_t claim, run;
    struct picture picture;
    char **pcaps;
    size_t pcap_count;
};

struct queue {
    struct ladder_job *jobs;
    size_t count;
    atomic_size_t next;
    atomic_bool failed;
};

/* ---- threads ---- */

static bool take_captures(struct ladder_job *job, const struct notebook *notebook)
{
    job->pcaps = calloc(notebook->capture_count + 1, sizeof(*job->pcaps));
    for (size_t i = 0; job->pcaps && i < notebook->capture_count; i++) {
        const char *file = notebook->captures[i].file;

        if (strchr(file, '/') || !runs_below(file))
            continue;
        job->pcaps[job->pcap_count] = strdup(file);
        if (!job->pcaps[job->pcap_count++])
            return false;
    }
    return job->pcaps;
}

static bool work(struct ladder_job *job)
{
    const char *evidence = json_string_value(json_object_get(job->result, "evidence"));
    struct notebook *notebook;
    struct ladder *ladder;
    bool done = true;
    char *folder;

    if (!evidence)
        return true;
    if (asprintf(&folder, "%s/%s", job->folder, evidence) < 0)
        return false;
    notebook = notebook_look(folder);
    free(folder);
    if (!notebook) /* published results come without evidence; a broken claim tells its own reason */
        return true;
    ladder = ladder_new(notebook, false);
    done = ladder && draw_svg(notebook, ladder, false, &job->picture) && take_captures(job, notebook);
    ladder_free(ladder);
    notebook_free(notebook);
    return done;
}

static void *worker(void *context)
{
    struct queue *queue = context;

    for (;;) {
        size_t i = atomic_fetch_add(&queue->next, 1);

        if (i >= queue->count)
            return NULL;
        if (!work(&queue->jobs[i]))
            atomic_store(&queue->failed, true);
    }
}

static void work_all(struct queue *queue, unsigned threads)
{
    pthread_t thread[THREADS_MOST];
    unsigned started = 0;

    if (threads > THREADS_MOST)
        threads = THREADS_MOST;
    while (started + 1 < threads && started < queue->count &&
           pthread_create(&thread[started], NULL, worker, queue) == 0)
        started++;
    worker(queue);
    for (unsigned i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
}

/* ---- texts that come again ---- */

/* Most texts of ladders come again in others: each is written once, ladders have its number. */
struct pool {
    const char **list;
    size_t count, room;
    size_t *slots; /* number + 1, or 0; a power of two of them, at most half of them used */
    size_t slot_count;
};

static size_t hash(const char *string)
{
    size_t hash = 5381;

    for (; *string; string++)
        hash = hash * 33 ^ (unsigned char)*string;
    return hash;
}

static size_t *find(const struct pool *pool, const char *string)
{
    for (size_t i = hash(string);; i++) {
        size_t *slot = &pool->slots[i & (pool->slot_count - 1)];

        if (!*slot || strcmp(pool->list[*slot - 1], string) == 0)
            return slot;
    }
}

static bool grow(struct pool *pool)
{
    size_t room = pool->room ? 2 * pool->room : 1024;
    const char **list = realloc(pool->list, room * sizeof(*list));
    size_t *slots = calloc(2 * room, sizeof(*slots));

    if (list)
        pool->list = list;
    if (!list || !slots) {
        free(slots);
        return false;
    }
    free(pool->slots);
    pool->slots = slots;
    pool->slot_count = 2 * room;
    pool->room = room;
    for (size_t i = 0; i < pool->count; i++)
        *find(pool, pool->list[i]) = i + 1;
    return true;
}

/* The string's number; 0 also when out of memory, and then `page` has failed. The string is not copied. */
static size_t number_of(struct pool *pool, const char *string, struct text *page)
{
    size_t *slot;

    if (pool->count == pool->room && !grow(pool)) {
        page->failed = true;
        return 0;
    }
    slot = find(pool, string);
    if (!*slot) {
        pool->list[pool->count] = string;
        *slot = ++pool->count;
    }
    return *slot - 1;
}

/* ---- writing ---- */

static void put_numbers(struct text *page, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_put(page, ",", 1);
        text_number(page, numbers[i]);
    }
}

static void write_picture(struct text *page, const struct ladder_job *job, struct pool *pool)
{
    text_puts(page, "<script type=\"application/json\" id=\"ladder-");
    text_number(page, (long)job->run);
    text_put(page, "-", 1);
    text_number(page, (long)job->claim);
    text_puts(page, "\">[");
    text_number(page, job->picture.width);
    put_numbers(page, &job->picture.height, 1);
    for (size_t i = 0; i < job->picture.count; i++) {
        const struct shape *shape = &job->picture.shapes[i];
        enum shape_kind kind = picture_looks[shape->style].kind;
        const int numbers[] = {shape->x, shape->y, shape->x2, shape->y2};

        text_put(page, ",", 1);
        text_number(page, shape->style);
        if (kind == SHAPE_ROW)
            put_numbers(page, (const int[]){(int)shape->line}, 1);
        else
            put_numbers(page, numbers, kind == SHAPE_TEXT || kind == SHAPE_MARK ? 2 : 4);
        if (shape->text) {
            text_put(page, ",", 1);
            text_number(page, (long)number_of(pool, shape->text, page));
        }
    }
    text_puts(page, "]</script>\n");
}

static void write_pool(struct text *page, const struct pool *pool)
{
    text_puts(page, "<script type=\"application/json\" id=\"ladder-texts\">[");
    for (size_t i = 0; i < pool->count; i++) {
        if (i)
            text_put(page, ",", 1);
        text_json_string(page, pool->list[i], strlen(pool->list[i]));
    }
    text_puts(page, "]</script>\n");
}

/* How the page is to read the numbers: for each style its kind, class and sign. */
static void write_looks(struct text *page)
{
    static const char *const kinds[] = {
        [SHAPE_ROW] = "row",   [SHAPE_TEXT] = "text", [SHAPE_MARK] = "mark",
        [SHAPE_LINE] = "line", [SHAPE_AREA] = "area",
    };

    text_puts(page, "<script type=\"application/json\" id=\"ladder-looks\">[");
    for (int i = 0; i < STYLES; i++) {
        text_puts(page, i ? ",[\"" : "[\"");
        text_puts(page, kinds[picture_looks[i].kind]);
        text_puts(page, "\",\"");
        text_puts(page, picture_looks[i].class);
        text_puts(page, "\",\"");
        text_puts(page, picture_looks[i].mark);
        text_puts(page, "\"]");
    }
    text_puts(page, "]</script>\n");
}

static void write_all(struct text *page, struct queue *queue)
{
    struct pool pool = {0};

    write_looks(page);
    for (size_t i = 0; i < queue->count; i++) {
        struct ladder_job *job = &queue->jobs[i];
        json_t *pcaps = json_array();

        for (size_t k = 0; k < job->pcap_count; k++)
            json_array_append_new(pcaps, json_string(job->pcaps[k]));
        if (job->pcap_count)
            json_object_set(job->result, "pcaps", pcaps);
        json_decref(pcaps);
        if (job->picture.count && job->picture.count <= MOST_SHAPES)
            write_picture(page, job, &pool);
    }
    write_pool(page, &pool);
    free(pool.list);
    free(pool.slots);
}

/* ---- which ---- */

/*
 * The first run of a claim has its ladder in the page; another one only if something came out otherwise, or
 * the page would grow by all the ladders that look the same.
 */
static size_t choose(struct ladder_job *jobs, const struct report_runs *runs)
{
    size_t i, count = 0;
    json_t *claim;

    json_array_foreach(json_object_get(runs->data, "claims"), i, claim)
    {
        size_t first = 0;

        while (first < runs->count && !runs_claim(claim, first))
            first++;
        for (size_t run = first; run < runs->count; run++) {
            json_t *result = runs_claim(claim, run);

            if (result && (run == first || runs_differ(claim, first, run)))
                jobs[count++] = (struct ladder_job){
                    .folder = runs->list[run].folder,
                    .result = result,
                    .claim = i,
                    .run = run,
                };
        }
    }
    return count;
}

bool ladders_write(struct text *page, const struct report_runs *runs, unsigned threads)
{
    size_t most = json_array_size(json_object_get(runs->data, "claims")) * runs->count;
    struct queue queue = {.jobs = calloc(most + 1, sizeof(*queue.jobs))};

    if (!queue.jobs)
        return false;
    queue.count = choose(queue.jobs, runs);
    work_all(&queue, threads);
    write_all(page, &queue);
    for (size_t i = 0; i < queue.count; i++) {
        struct ladder_job *job = &queue.jobs[i];

        picture_free(&job->picture);
        for (size_t k = 0; k < job->pcap_count; k++)
            free(job->pcaps[k]);
        free(job->pcaps);
    }
    free(queue.jobs);
    return !queue.failed && !page->failed;
}

/* SPDX-License-Identifier: MIT */
#include "claim/alone.h"

#include "claim/claim.h"
#include "claim/outcome.h"
#include "claim/supervise.h"
#include "show/notebook.h"
#include "show/show.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* mkdir -p */
static int make_folders(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        int made = mkdir(path, 0755);
        *p = '/';
        if (made < 0 && errno != EEXIST)
            return -1;
    }
    return mkdir(path, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

/* CHECKOUT/build/experiments/LEVEL/NAME -> CHECKOUT/results/alone/ID */
static int evidence_folder(const char *id, char folder[PATH_MAX])
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        return -1;
    self[n] = '\0';
    for (int up = 0; up < 4; up++) {
        char *slash = strrchr(self, '/');
        if (!slash)
            return -1;
        *slash = '\0';
    }
    if (snprintf(folder, PATH_MAX, "%s/results/alone/%s", self, id) >= PATH_MAX)
        return -1;
    return make_folders(folder);
}

struct tally {
    bool trouble;
    unsigned outcomes[OUTCOME_BROKEN + 1];
};

static void run_and_show(const struct claim *claim, unsigned family, void *context)
{
    struct tally *tally = context;
    char id[CLAIM_ID], folder[PATH_MAX];
    errno = 0;
    if (evidence_folder(claim_id(claim, family, id), folder) < 0) {
        fprintf(stderr, "cannot make a folder for the evidence of %s in results/alone of the checkout: %s\n",
                id,
                errno ? strerror(errno) : "the executable does not lie in CHECKOUT/build/experiments/LEVEL");
        tally->trouble = true;
        return;
    }
    fflush(stdout);
    pid_t parent = getpid(), child = fork(); /* a supervisor's namespaces are for good */
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
        _exit(supervise(&(struct claim_run){.claim = claim, .family = family, .folder = folder}) < 0);
    }
    waitpid(child, NULL, 0);
    struct show_style style;
    show_style_for(stdout, &style);
    if (show_claim(folder, stdout, &style) < 0)
        tally->trouble = true;
    putchar('\n');
    struct notebook *notebook = notebook_read(folder);
    for (enum outcome o = OUTCOME_HOLDS; o <= OUTCOME_BROKEN; o++)
        if (notebook && notebook->end && !strcmp(notebook->end->name, outcome_text(o)))
            tally->outcomes[o]++;
    notebook_free(notebook);
}

int run_alone(void)
{
    struct tally tally = {0};
    claims_each_run(run_and_show, &tally);
    printf("%u hold, %u fail, %u skipped, %u broken\n", tally.outcomes[OUTCOME_HOLDS],
           tally.outcomes[OUTCOME_FAILS], tally.outcomes[OUTCOME_SKIPPED], tally.outcomes[OUTCOME_BROKEN]);
    if (tally.trouble)
        return 2;
    if (tally.outcomes[OUTCOME_FAILS] || tally.outcomes[OUTCOME_BROKEN])
        return 1;
    return tally.outcomes[OUTCOME_HOLDS] ? 0 : 3;
}

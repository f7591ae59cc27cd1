/* SPDX-License-Identifier: MIT */
/* The executable of an experiment (FORMAT.md): lists its claims, runs one for `lab`, or runs and shows them
 * all. */
#include "claim/alone.h"
#include "claim/claim.h"
#include "claim/get_int.h"
#include "claim/serve.h"
#include "claim/supervise.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __SANITIZE_THREAD__
/* A claim's process ends by _exit: what ThreadSanitizer would say at its end nobody would hear. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "halt_on_error=1";
}
#endif

static int usage(const char *program)
{
    fprintf(stderr,
            "usage: %s                run its claims and show what happened\n"
            "       %s --list         list its claims as JSON\n"
            "       %s --serve        run claims on the orders of `lab run' on standard input\n"
            "       %s --claim ID --into FOLDER [--placebo] [--mutants | --mutate MUTANT] [--virtual-time]\n"
            "           [--timeout SECONDS] [--setup-timeout SECONDS]\n",
            program, program, program, program);
    return 2;
}

/* A whole number of seconds from 1 to 86400, or 0. */
static unsigned seconds(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && value >= 1 && value <= 86400 ? (unsigned)value : 0;
}

static int run_one(struct claim_run *run, const char *id)
{
    struct stat folder;
    run->claim = claim_find(id, &run->family);
    if (!run->claim) {
        fprintf(stderr, "no claim `%s' here; see --list\n", id);
        return 2;
    }
    if (!run->folder || stat(run->folder, &folder) < 0 || !S_ISDIR(folder.st_mode)) {
        fprintf(stderr, "--claim needs --into FOLDER, a folder that exists\n");
        return 2;
    }
    return supervise(run) < 0 ? 1 : 0;
}

/* Everything but serving; --serve does it once for each order. */
static int command(int argc, char **argv)
{
    enum { LIST = 1, CLAIM_OPTION, INTO, PLACEBO, MUTANTS, MUTATE, VIRTUAL_TIME, TIMEOUT, SETUP_TIMEOUT };
    static const struct option options[] = {{"list", no_argument, NULL, LIST},
                                            {"claim", required_argument, NULL, CLAIM_OPTION},
                                            {"into", required_argument, NULL, INTO},
                                            {"placebo", no_argument, NULL, PLACEBO},
                                            {"mutants", no_argument, NULL, MUTANTS},
                                            {"mutate", required_argument, NULL, MUTATE},
                                            {"virtual-time", no_argument, NULL, VIRTUAL_TIME},
                                            {"timeout", required_argument, NULL, TIMEOUT},
                                            {"setup-timeout", required_argument, NULL, SETUP_TIMEOUT},
                                            {NULL, 0, NULL, 0}};
    struct claim_run run = {0};
    const char *id = NULL;
    unsigned *limit;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case LIST:
            claims_list();
            return 0;
        case CLAIM_OPTION:
            id = optarg;
            break;
        case INTO:
            run.folder = optarg;
            break;
        case PLACEBO:
            run.placebo = true;
            break;
        case MUTANTS:
            run.mutants = true;
            break;
        case MUTATE:
            run.mutate = optarg;
            break;
        case VIRTUAL_TIME:
            run.virtual_time = true;
            break;
        case TIMEOUT:
        case SETUP_TIMEOUT:
            limit = option == TIMEOUT ? &run.timeout_s : &run.setup_timeout_s;
            *limit = seconds(optarg);
            if (!*limit) {
                fprintf(stderr, "a timeout is a whole number of seconds from 1 to 86400, not `%s'\n", optarg);
                return 2;
            }
            break;
        default:
            return usage(argv[0]);
        }
    }
    if (optind != argc)
        return usage(argv[0]);
    if (id) {
        int status = run_one(&run, id);
        fflush(NULL);
        /* After unshare(CLONE_NEWPID) this process can have no more threads, which a leak checker at exit
         * would need. */
        _exit(status);
    }
    return run_alone();
}

int main(int argc, char **argv)
{
    if (argc == 2 + GET_INT_WORDS && !strcmp(argv[1], GET_INT_OPTION))
        return get_int_by_words(argv + 2);
    if (CAN_SERVE && argc == 2 && !strcmp(argv[1], "--serve"))
        return serve(argv[0], command);
    return command(argc, argv);
}

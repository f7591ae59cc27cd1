/* SPDX-License-Identifier: MIT */
/* The lab command: its commands, and what it says of them. */
#include "runner/commands.h"
#include "runner/say.h"
#include "runner/suggest.h"
#include "runner/version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int command_help(int argc, char **argv);

static const struct command {
    const char *name;
    int (*function)(int argc, char **argv);
    const char *arguments, *summary;
    const char *details; /* of `lab help NAME` */
} commands[] = {
    {"run", command_run,
     "[PATTERN...] [--jobs N] [--repeat N] [--placebo] [--verbose] [--tap] [--junit FILE] [--timeout S]\n"
     "              [--setup-timeout S] [--part K/N] [--virtual-time] [--no-report]",
     "run claims, judge them, keep their evidence",
     "  PATTERN        an experiment (tcp_cork), a claim (tcp_cork.uncorking_sends, with or without\n"
     "                 /v4 or /v6), or a glob ('tcp_*'); without any, every claim\n"
     "  --jobs N       so many claims at a time, whatever they do (default: 16 for each core; beside\n"
     "                 them 64 for each core of those that sleep most of their time)\n"
     "  --repeat N     each claim N times; one whose outcomes differ is broken\n"
     "  --placebo      leave the treatment out: every treated claim must then fail\n"
     "  --verbose      a line for each claim as it ends, for logs: `holds  CLAIM  0.31 s'\n"
     "  --tap          TAP version 14 on standard output, everything else on standard error\n"
     "  --junit FILE   JUnit XML\n"
     "  --timeout S    a limit of S seconds for each claim, instead of its own\n"
     "  --setup-timeout S\n"
     "                 a limit of S seconds for its bench to come up, instead of 120, and for its\n"
     "                 experiment to answer, instead of 10 if that is less\n"
     "  --no-report    do not write report.html\n"
     "  --virtual-time the clock here jumps over idle time (scripts/kernel-run): durations are judged, too\n"
     "  --part K/N     every N-th of the chosen claims, from the K-th on: the share of one of N machines\n"
     "\n"
     "Where GITHUB_STEP_SUMMARY names a file, a summary in Markdown is appended to it.\n"
     "Exit status: 0 no claim failed or broke, 1 one did, 2 wrong use or the results could not be kept,\n"
     "3 nothing was judged. Results go to results/latest, of a placebo run to results/placebo.\n"},
    {"judge", command_judge, "[PATTERN...] [--placebo]",
     "judge the evidence that a results folder holds, and write its results.json",
     "  PATTERN   as in `lab run`; a claim without evidence is not judged\n"},
    {"mutate", command_mutate, "[PATTERN...] [--sample N | --every] [--jobs N]",
     "expect wrong packets: is there an expectation that nothing depends on?",
     "  PATTERN      as in `lab run`\n"
     "  --sample N   besides those that live in memory, N mutants of each claim get a run of their own\n"
     "               (default 1; always the same ones)\n"
     "  --every      all of them\n"
     "\n"
     "Exit status: 0 every mutant was killed or is explained, 1 one was not, 2 wrong use, 3 there were none.\n"
     "Results go to results/mutants.\n"},
    {"list", command_list, "[PATTERN...] [--json]",
     "the claims, with option, needs, and the statements they decide", ""},
    {"coverage", command_coverage, "[PATTERN...] [--open] [--json]",
     "the statements, their verdicts, and the claims that decide them",
     "  PATTERN   a statement's id, its document or option, or a glob over these\n"
     "  --open    only those that nothing decides\n"},
    {"check", command_check, "", "whether the statements' links and the claims are in order", ""},
    {"show", command_show, "CLAIM... [--tcpdump] [--verbose] | --svg [-o FILE] CLAIM",
     "draw what happened in the last run of a claim",
     "  CLAIM       as in `lab run`; of a repeated one also CLAIM/repeat-K\n"
     "  --tcpdump   the packets in tcpdump's notation instead of the ladder\n"
     "  --svg       the ladder of one claim as SVG, on standard output or in FILE (-o)\n"
     "  --verbose   also what the bench pinned, source lines, every packet of long transfers\n"},
    {"report", command_report, "[RESULTS...] [-o FILE]", "one page of HTML about a run, or about several",
     "  RESULTS   a results.json or a folder with one; several are compared, the first one is in focus\n"
     "  -o FILE   the page; of one run report.html beside its results.json\n"},
    {"help", command_help, "[COMMAND]", "this", ""},
};

static const size_t commands_count = sizeof(commands) / sizeof(commands[0]);

static const char places_usage[] = "  --experiments DIR, --statements FILE, --results DIR\n"
                                   "                 other places than build/experiments,\n"
                                   "                 experiments/statements.tsv and results/latest\n";

static void print_usage(FILE *out)
{
    fputs("usage: lab COMMAND ...\n\n", out);
    for (size_t i = 0; i < commands_count; i++)
        fprintf(out, "  lab %s%s%s\n      %s\n", commands[i].name, *commands[i].arguments ? " " : "",
                commands[i].arguments, commands[i].summary);
    fputs("  lab --version\n\nEvery command but help takes:\n", out);
    fputs(places_usage, out);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < commands_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int unknown(const char *name)
{
    struct texts names = {0};

    for (size_t i = 0; i < commands_count; i++)
        texts_add(&names, commands[i].name);
    say("unknown command `%s'%s (commands: %s)", keep_clean(name, strlen(name)),
        suggest_words(name, &names, ""), texts_join(&names, ", "));
    return EXIT_WRONG;
}

static void print_command(const struct command *command)
{
    printf("usage: lab %s %s\n\n  %s\n\n%s%s%s", command->name, command->arguments, command->summary,
           command->details, *command->details ? "\n" : "",
           command->function == command_help ? "" : places_usage);
}

static int command_help(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_usage(stdout);
        return EXIT_PASSED;
    }
    command = find(argv[1]);
    if (!command)
        return unknown(argv[1]);
    print_command(command);
    return EXIT_PASSED;
}

static int dispatch(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        print_usage(stderr);
        return EXIT_WRONG;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("sockopt-lab " LAB_VERSION);
        return EXIT_PASSED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return command_help(argc - 1, argv + 1);
    command = find(argv[1]);
    if (!command)
        return unknown(argv[1]);
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        print_command(command);
        return EXIT_PASSED;
    }
    say_name = keep_format("lab %s", command->name);
    return command->function(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    int status = dispatch(argc, argv);

    /* What could not be printed was not said: a full disk below a redirection is no success. */
    if (fflush(stdout) || ferror(stdout)) {
        say_errno(errno, "cannot write standard output");
        status = EXIT_WRONG;
    }
    keep_free_all();
    return status;
}

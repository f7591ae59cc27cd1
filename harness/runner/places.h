/* SPDX-License-Identifier: MIT */
/* Where the lab finds its experiments and statements and keeps its results. */
#ifndef LAB_RUNNER_PLACES_H
#define LAB_RUNNER_PLACES_H

#include "runner/arguments.h"

struct places {
    const char *experiments; /* folder of the executables */
    const char *statements;  /* the table */
    const char *results;     /* folder of the latest run */
    const char *home;
};

/* The rows of the options table that every command has. */
#define PLACE_OPTIONS(places)                                                                                \
    {"--experiments", OPTION_TEXT, "DIR", &(places).experiments, 0, 0},                                      \
        {"--statements", OPTION_TEXT, "FILE", &(places).statements, 0, 0},                                   \
    {                                                                                                        \
        "--results", OPTION_TEXT, "DIR", &(places).results, 0, 0                                             \
    }

/*
 * Fills in what no option gave, from the home of the running executable
 * (HOME/build/lab). `results` is the name of the run's folder: "latest".
 * -1 after a message if the home cannot be found.
 */
int places_fill(struct places *places, const char *results);

#endif

/* SPDX-License-Identifier: MIT */
/* Signals. */
#ifndef LAB_API_SIGNALS_H
#define LAB_API_SIGNALS_H

#include "api/here.h"

#include <signal.h>

/* From here on the signal is blocked: it stays pending until it is taken. For the claim's process and those
 * that it starts after. */
#define hold_signal(lab, signal) lab_hold_signal(HERE, lab, signal)
void lab_hold_signal(struct here here, struct lab *lab, int signal);
/* Waits for a held signal, and fails the claim when none comes; takes one if it is pending now. */
#define take_signal(lab, signal) lab_take_signal(HERE, lab, signal)
#define has_signal(lab, signal)  lab_has_signal(HERE, lab, signal)
siginfo_t lab_take_signal(struct here here, struct lab *lab, int signal);
bool lab_has_signal(struct here here, struct lab *lab, int signal);
/* In a process of the claim's own: which of these held signals comes first (the lowest, of several that are
 * there); -1 when none comes. */
int first_signal(const int signals[], unsigned count);

#endif

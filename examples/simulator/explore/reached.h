/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a scenario reach what it is there for, and do all of them together reach every exit of
 * the reviewed handler? One that reaches nothing shows nothing by holding.
 */
#ifndef THPSWAP_SIM_REACHED_H
#define THPSWAP_SIM_REACHED_H

#include "scenario.h"

/* Before the reviewed handler is explored in a scenario. */
void reached_begin(void);

/*
 * After it: adds up what was reached, and prints it if so wished. Return: false, with a line
 * on standard error, when the scenario has not reached its exit and that is demanded.
 */
bool reached_by(const struct scenario *scenario, bool print, bool demanded);

/* After all scenarios. Return: false, with a line for each, when an exit was reached by none. */
bool reached_all(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * By which of its exits a handler of PMD swap entries has left, and how often. Not a part of
 * the world: it counts over all schedules, so that a scenario can be asked what it reaches.
 */
#ifndef THPSWAP_SIM_EXITS_H
#define THPSWAP_SIM_EXITS_H

#include "model.h"

struct handler_exits {
	uint64_t by_verdict[THPSWAP_NR_ACTIONS][THPSWAP_NR_REASONS];
	uint64_t retries;   /* S5: the folio was locked */
	uint64_t no_device; /* S2: swapoff has begun */
};

extern struct handler_exits handler_exits;

#endif

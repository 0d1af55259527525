/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario: a world, and two or three actors in it whose steps may come in any
 * order. explore.c walks the orders; invariants.c says what must hold in each.
 */
#ifndef THPSWAP_SIM_SCENARIO_H
#define THPSWAP_SIM_SCENARIO_H

#include "model.h"
#include "schedule.h"

/* What the actors of a scenario have to do with. */
struct stage {
	struct mm_struct *mm;
	struct mm_struct *child; /* NULL until somebody forks */
	struct region *region;
	struct folio *pinned; /* a GUP reference is held from before */
};

extern struct stage stage;

enum { MAX_ROLES = MAX_ACTORS - 1 }; /* the device is an actor too */

struct role {
	const char *name;
	void (*act)(void);
};

/* A known defect, and a part of the message by which it shows itself. */
struct failure {
	const char *defect;
	const char *message;
};

struct scenario {
	const char *name;
	const char *question;
	const struct device_model *device;
	void (*set_up)(void);
	struct role roles[MAX_ROLES];
	void (*check)(void);			/* at the end, beside the invariants; may be NULL */
	const struct failure *posted_failure;	/* NULL: the posted handler holds */
	const struct failure *reviewed_failure; /* a known defect of our own, until it is mended */
};

extern const struct scenario scenarios[];
extern const size_t nr_scenarios;

/* invariants.c: each sets world->error when it does not hold. */
void check_step(void);
void check_end(void);

/*
 * Slots, memory and the copy on the device, kept for nobody until reclaim comes along. Not
 * among what must always hold at the end: known to fail (D12), and checked where it is named.
 */
void check_idle_cache(void);

#endif

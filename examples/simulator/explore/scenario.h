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
	struct role roles[MAX_ACTORS];
	void (*check)(void);		      /* at the end, beside the invariants; may be NULL */
	const struct failure *posted_failure; /* of the posted handler; NULL: it holds */
};

extern const struct scenario scenarios[];
extern const size_t nr_scenarios;

/* invariants.c: each sets world->error when it does not hold. */
void check_step(void);
void check_end(void);

#endif

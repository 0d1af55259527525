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

/* A known defect, and a part of the message by which it shows itself; of two, maybe the other. */
struct failure {
	const char *defect;
	const char *message;
	const char *or_message;
};

/* One of the ways in which the handler can leave: what it decides last, or one of two others. */
enum exit_kind { EXIT_VERDICT, EXIT_RETRY, EXIT_NO_DEVICE };

struct handler_exit {
	enum exit_kind kind;
	struct thpswap_verdict verdict;
};

#define LEAVES_BY(action, reason)                                                                  \
	{                                                                                          \
		EXIT_VERDICT,                                                                      \
		{                                                                                  \
			THPSWAP_##action, THPSWAP_REASON_##reason                                  \
		}                                                                                  \
	}

struct scenario {
	const char *name;
	const char *question;
	const struct device_model *device;
	void (*set_up)(void);
	struct role roles[MAX_ROLES];
	void (*check)(void);	     /* at the end, beside the invariants; may be NULL */
	struct handler_exit reaches; /* what it is there for: the reviewed handler leaves so */
	const struct failure *posted_failure; /* NULL: the posted handler holds */
};

extern const struct scenario scenarios[];
extern const size_t nr_scenarios;

/* invariants.c: each sets world->error when it does not hold. */
void check_step(void);
void check_end(void);

#endif

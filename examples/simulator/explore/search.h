/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The search: depth first, from the start each time, with at most so many
 * preemptions, which are switches away from an actor that could have gone on. A state
 * that has been reached before, with as many preemptions left, is not walked again.
 */
#ifndef THPSWAP_SIM_SEARCH_H
#define THPSWAP_SIM_SEARCH_H

#include "scenario.h"

enum { MAX_STEPS = 1000 };

struct decision {
	uint8_t chosen;
	uint8_t others; /* actors still to be tried here, a bit for each */
	uint8_t preemptions;
};

struct story {
	size_t nr_steps;
	uint8_t actor[MAX_STEPS];
	const char *at[MAX_STEPS];
	char error[256];
};

struct exploration {
	const struct scenario *scenario;
	enum sim_policy policy;
	unsigned int pmd_nr; /* N */
	unsigned int bound;
	struct actor actors[MAX_ACTORS];
	size_t nr_actors;
	struct decision decisions[MAX_STEPS];
	size_t nr_decided;
	struct story run;
	struct story failure; /* the shortest one; without an error: none */
	uint64_t schedules;
	uint64_t states;
	uint64_t *seen; /* hash set of states */
	size_t nr_seen;
	size_t seen_mask;
};

/* Look for a failure with ever more preemptions, up to @most: the first one is a simple one. */
void search(struct exploration *e, unsigned int most);

/* Run the one schedule that is in e->decisions, into e->failure. */
void search_replay(struct exploration *e);

#endif

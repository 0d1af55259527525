// SPDX-License-Identifier: GPL-2.0-only
/* Walk the orders in which the steps of a scenario can come. */
#include <stdlib.h>
#include <string.h>

#include "search.h"
#include "access.h"
#include "alloc.h"
#include "step.h"
#include "swap_io.h"
#include "violation.h"
#include "world.h"

enum { ARENA_SIZE = 1 << 16, SWAP_CLUSTERS = 4 };

static _Alignas(16) char arena[ARENA_SIZE];

static void act(void *argument)
{
	const struct role *role = argument;

	role->act();
}

/* The device: ends what was begun to read, whenever the schedule lets it. */
static void run_device(void *argument)
{
	(void)argument;
	for (;;) {
		wait_while(&world->no_read, "end of a read");
		swap_end_read();
	}
}

static void set_up(struct exploration *e)
{
	const struct world_config config = {
		.pmd_nr = e->pmd_nr,
		.policy = e->policy,
		.limit_pages = 1 << 20,
		.swap_pages = (uint64_t)e->pmd_nr * SWAP_CLUSTERS,
		.device = e->scenario->device,
	};

	sim_use_arena(arena, sizeof(arena));
	world = world_new(&config);
	world->exploring = true;
	stage = (struct stage){ 0 };
	e->scenario->set_up();
	world->stats = (struct sim_stats){ 0 };
	world->no_read = true;
	for (e->nr_actors = 0; e->nr_actors < MAX_ROLES; e->nr_actors++) {
		const struct role *role = &e->scenario->roles[e->nr_actors];

		if (!role->act)
			break;
		e->actors[e->nr_actors] =
			(struct actor){ .name = role->name, .body = act, .argument = (void *)role };
	}
	e->actors[e->nr_actors++] = (struct actor){ .name = "device", .body = run_device };
	schedule_start(e->actors, e->nr_actors);
}

/*
 * States that have been seen.
 */

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

static uint64_t hash_memory(uint64_t hash, const char *from, const char *to)
{
	for (; from + sizeof(uint64_t) <= to; from += sizeof(uint64_t)) {
		uint64_t value;

		memcpy(&value, from, sizeof(value));
		hash = mix(hash, value);
	}
	return hash;
}

/* The world lies first in the arena; what it remembers of the past does not count. */
static uint64_t state_hash(const struct exploration *e, size_t current, unsigned int preemptions)
{
	uint64_t hash = mix(current, preemptions);

	hash = hash_memory(hash, arena, arena + offsetof(struct world, stats));
	hash = hash_memory(hash, arena + sizeof(struct world), arena + sim_arena_used());
	hash = hash_memory(hash, (const char *)&stage, (const char *)(&stage + 1));
	hash = mix(hash, world->stats.major - world->stats.major_reported);
	hash = mix(hash, world->stats.read_errors_reported + 64 * world->stats.poison_reported);
	for (size_t i = 0; i < e->nr_actors; i++)
		hash = mix(hash, schedule_hash(&e->actors[i]));
	return hash ? hash : 1;
}

static void grow_seen(struct exploration *e)
{
	uint64_t *old = e->seen;
	const size_t old_size = old ? e->seen_mask + 1 : 0;

	e->seen_mask = old ? 2 * old_size - 1 : (1 << 10) - 1;
	e->seen = calloc(e->seen_mask + 1, sizeof(*e->seen));
	if (!e->seen)
		abort();
	for (size_t i = 0; i < old_size; i++) {
		size_t at = old[i] & e->seen_mask;

		while (old[i] && e->seen[at])
			at = (at + 1) & e->seen_mask;
		if (old[i])
			e->seen[at] = old[i];
	}
	free(old);
}

static bool seen_before(struct exploration *e, uint64_t hash)
{
	size_t at;

	if (2 * e->nr_seen >= e->seen_mask)
		grow_seen(e);
	for (at = hash & e->seen_mask; e->seen[at]; at = (at + 1) & e->seen_mask)
		if (e->seen[at] == hash)
			return true;
	e->seen[at] = hash;
	e->nr_seen++;
	e->states++;
	return false;
}

/*
 * One schedule.
 */

static uint8_t runnable(const struct exploration *e)
{
	uint8_t mask = 0;

	for (size_t i = 0; i < e->nr_actors; i++)
		if (schedule_runnable(&e->actors[i]))
			mask |= (uint8_t)(1u << i);
	return mask;
}

static uint8_t lowest(uint8_t mask)
{
	uint8_t i = 0;

	while (!(mask >> i & 1))
		i++;
	return i;
}

/* At a new state: go on with the same actor, and note who else could. */
static void decide(struct exploration *e, uint8_t enabled, const struct decision *before)
{
	struct decision *decision = &e->decisions[e->nr_decided++];
	const bool can_go_on = before && (enabled >> before->chosen & 1);

	decision->preemptions = before ? before->preemptions : 0;
	decision->chosen = can_go_on ? before->chosen : lowest(enabled);
	decision->others = (uint8_t)(enabled & ~(1u << decision->chosen));
	if (can_go_on && decision->preemptions >= e->bound)
		decision->others = 0;
}

static void take_step(struct exploration *e, uint8_t chosen)
{
	struct story *run = &e->run;

	run->actor[run->nr_steps] = chosen;
	run->at[run->nr_steps] = e->actors[chosen].at;
	run->nr_steps++;
	schedule_run(&e->actors[chosen]);
}

/* The device, the last one, never is. */
static bool all_done(const struct exploration *e)
{
	for (size_t i = 0; i + 1 < e->nr_actors; i++)
		if (!e->actors[i].done)
			return false;
	return true;
}

/* What the data looks like to everybody who still has it mapped or swapped out. */
static void read_everything(void)
{
	const uint64_t first = stage.region->number << (world->pmd_shift + 12);

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next)
		for (unsigned int i = 0; i < world->pmd_nr && !world->error[0]; i++)
			if (world_find_region(mm, stage.region->number))
				sim_access(mm, first + (uint64_t)i * 4096, 1, false);
}

static void finish_run(struct exploration *e)
{
	if (!all_done(e)) {
		world_failed("nobody can go on");
		return;
	}
	check_end();
	if (!world->error[0] && e->scenario->check)
		e->scenario->check();
	if (!world->error[0] && !world->si.freed)
		read_everything();
}

static void run_schedule(struct exploration *e)
{
	const struct decision *before = NULL;
	uint8_t enabled;

	set_up(e);
	e->run.nr_steps = 0;
	e->schedules++;
	while (!world->error[0] && (enabled = runnable(e)) != 0) {
		const size_t depth = e->run.nr_steps;

		if (depth == MAX_STEPS) {
			world_failed("the fault never ends");
			break;
		}
		if (depth == e->nr_decided) {
			if (before &&
			    seen_before(e, state_hash(e, before->chosen, before->preemptions)))
				return;
			decide(e, enabled, before);
		}
		before = &e->decisions[depth];
		take_step(e, before->chosen);
		/* The steps before are those of the schedule before, and were checked there. */
		if (!world->error[0] && depth + 1 == e->nr_decided)
			check_step();
	}
	if (!world->error[0])
		finish_run(e);
	if (world->error[0] && (!e->failure.error[0] || e->run.nr_steps < e->failure.nr_steps)) {
		e->failure = e->run;
		memcpy(e->failure.error, world->error, sizeof(world->error));
	}
}

/* Step back to the last decision that has another choice, and take it. */
static bool next_schedule(struct exploration *e)
{
	while (e->nr_decided > 0) {
		struct decision *decision = &e->decisions[e->nr_decided - 1];
		const struct decision *before = e->nr_decided > 1 ? decision - 1 : NULL;

		if (decision->others) {
			/* The first choice goes on with the same actor wherever that is possible. */
			const bool preempts = before && decision->chosen == before->chosen;

			decision->chosen = lowest(decision->others);
			decision->others &= (uint8_t)(decision->others - 1);
			if (preempts)
				decision->preemptions = (uint8_t)(before->preemptions + 1);
			return true;
		}
		e->nr_decided--;
	}
	return false;
}

void search(struct exploration *e, unsigned int most)
{
	for (e->bound = 0; e->bound <= most && !e->failure.error[0]; e->bound++) {
		free(e->seen);
		e->seen = NULL;
		e->nr_seen = 0;
		e->seen_mask = 0;
		e->nr_decided = 0;
		do
			run_schedule(e);
		while (next_schedule(e));
	}
	free(e->seen);
}

void search_replay(struct exploration *e)
{
	set_up(e);
	while (!world->error[0] && e->run.nr_steps < e->nr_decided) {
		const uint8_t chosen = e->decisions[e->run.nr_steps].chosen;

		if (!(runnable(e) >> chosen & 1))
			break;
		take_step(e, chosen);
		if (!world->error[0])
			check_step();
	}
	if (!world->error[0])
		finish_run(e);
	e->failure = e->run;
	memcpy(e->failure.error, world->error, sizeof(world->error));
}

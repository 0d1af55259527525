// SPDX-License-Identifier: GPL-2.0-only
/*
 * thpswap-sim explore: walk the orders in which the steps of a scenario can come.
 *
 * Depth first, from the start each time, with at most so many preemptions: switches
 * away from an actor that could have gone on. A state that has been reached before,
 * with as many preemptions left, is not walked again.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "explore.h"

enum { MAX_STEPS = 1000, ARENA_SIZE = 1 << 16, PMD_NR = 2, SWAP_CLUSTERS = 4 };
enum { EXIT_FAILURE_FOUND = 1, EXIT_INPUT = 2 };

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

static _Alignas(16) char arena[ARENA_SIZE];
static uint64_t total_schedules;

static void act(void *argument)
{
	const struct rival *rival = argument;

	rival->act();
}

static void set_up(struct exploration *e)
{
	const struct world_config config = {
		.pmd_nr = PMD_NR,
		.policy = e->policy,
		.limit_pages = 1 << 20,
		.swap_pages = PMD_NR * SWAP_CLUSTERS,
		.device = e->scenario->device,
	};

	sim_use_arena(arena, sizeof(arena));
	world = world_new(&config);
	world->exploring = true;
	stage = (struct stage){ 0 };
	e->scenario->set_up();
	world->stats = (struct sim_stats){ 0 };
	for (e->nr_actors = 0; e->nr_actors < MAX_ACTORS; e->nr_actors++) {
		const struct rival *rival = &e->scenario->rivals[e->nr_actors];

		if (!rival->act)
			break;
		e->actors[e->nr_actors] = (struct actor){ .name = rival->name,
							  .body = act,
							  .argument = (void *)rival };
	}
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
	hash = mix(hash, world->stats.major - world->stats.major_told);
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

static bool all_done(const struct exploration *e)
{
	for (size_t i = 0; i < e->nr_actors; i++)
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
	total_schedules++;
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

/* With ever more preemptions, so that the failure that is found is a simple one. */
static void explore(struct exploration *e, unsigned int most)
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

/*
 * Telling.
 */

static void print_story(const struct exploration *e)
{
	const struct story *story = &e->failure;

	printf("      ");
	for (size_t i = 0; i < e->nr_actors; i++)
		printf("%-26s", e->actors[i].name);
	printf("\n");
	for (size_t i = 0; i < story->nr_steps; i++)
		printf("%4zu  %*s%s\n", i + 1, 26 * story->actor[i], "", story->at[i]);
	printf("      => %s\n", story->error);
}

static bool save_story(const struct exploration *e, const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		fprintf(stderr, "thpswap-sim: %s: cannot be created: %s\n", path, strerror(errno));
		return false;
	}
	fprintf(file, "%s %s ", e->scenario->name, sim_policy_names[e->policy]);
	for (size_t i = 0; i < e->failure.nr_steps; i++)
		fputc('0' + e->failure.actor[i], file);
	fputc('\n', file);
	if (fclose(file) == 0)
		return true;
	fprintf(stderr, "thpswap-sim: %s: cannot be written: %s\n", path, strerror(errno));
	return false;
}

struct explore_options {
	const char *name; /* NULL: all */
	const char *save;
	const char *replay;
	bool policy[SIM_NR_POLICIES];
	unsigned int preemptions;
	bool list;
};

static const struct argp_option options[] = {
	{ "list", 'l', 0, 0, "list the scenarios", 0 },
	{ "policy", 'p', "POLICY", 0, "posted or reviewed (both)", 0 },
	{ "preemptions", 'n', "NUMBER", 0,
	  "how often an actor that could go on may be interrupted, 0 to 9 (2)", 0 },
	{ "save", 's', "FILE", 0, "save the schedule that fails", 0 },
	{ "replay", 'r', "FILE", 0, "run the one schedule that was saved", 0 },
	{ 0 },
};

static const struct scenario *find_scenario(const char *name)
{
	for (size_t i = 0; i < nr_scenarios; i++)
		if (strcmp(scenarios[i].name, name) == 0)
			return &scenarios[i];
	return NULL;
}

static bool choose_policy(bool *policies, const char *name)
{
	memset(policies, 0, SIM_NR_POLICIES * sizeof(*policies));
	for (int policy = SIM_POSTED; policy <= SIM_REVIEWED; policy++)
		policies[policy] = strcmp(sim_policy_names[policy], name) == 0;
	return policies[SIM_POSTED] || policies[SIM_REVIEWED];
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct explore_options *explore_options = state->input;

	switch (key) {
	case 'l':
		explore_options->list = true;
		break;
	case 'p':
		if (!choose_policy(explore_options->policy, argument))
			argp_failure(state, EXIT_INPUT, 0, "--policy %s: give posted or reviewed",
				     argument);
		break;
	case 'n':
		if (argument[0] < '0' || argument[0] > '9' || argument[1])
			argp_failure(state, EXIT_INPUT, 0,
				     "--preemptions %s: give a number from 0 to 9", argument);
		explore_options->preemptions = (unsigned int)(argument[0] - '0');
		break;
	case 's':
		explore_options->save = argument;
		break;
	case 'r':
		explore_options->replay = argument;
		break;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one scenario at a time, or none for all");
		if (!find_scenario(argument))
			argp_failure(state, EXIT_INPUT, 0,
				     "%s: no such scenario; explore --list names them", argument);
		explore_options->name = argument;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	options,
	parse,
	"[SCENARIO]",
	"Walk the orders in which the steps of a page fault and its rivals can come:\v"
	"Each scenario is walked for the posted and for the reviewed handler. Exit status 1 "
	"when the outcome is not the one foreseen: the reviewed handler holds in all of them, "
	"the posted one fails where --list says so. A failing schedule is told in a column for "
	"each actor, a line being what it does next.",
	0,
	0,
	0,
};

static void list_scenarios(void)
{
	for (size_t i = 0; i < nr_scenarios; i++) {
		const struct scenario *scenario = &scenarios[i];

		printf("%-32s%s%s%s\n", scenario->name, scenario->question,
		       scenario->posted_failure ? "; posted fails: " : "",
		       scenario->posted_failure ? scenario->posted_failure : "");
	}
}

/* What gives each defect away: failing for another reason is not what was foreseen. */
static const struct symptom {
	const char *defect;
	const char *error;
} symptoms[] = {
	{ "D1", "freed while it was locked" },
	{ "D3", "left 2 slots in use" },
	{ "D4", "poisoned page" },
	{ "D5", "SIGBUS" },
	{ "D7", "just mapped was split" },
	{ "D10", "not anon yet" },
	{ "R19", "read-write protection was dropped" },
};

static bool is_symptom(const char *error, const char *defect)
{
	for (size_t i = 0; i < sizeof(symptoms) / sizeof(symptoms[0]); i++)
		if (strcmp(symptoms[i].defect, defect) == 0)
			return strstr(error, symptoms[i].error);
	return false;
}

/* Return: true when the outcome is the one that the scenario foresees. */
static bool explore_one(const struct scenario *scenario, enum sim_policy policy,
			const struct explore_options *explore_options)
{
	const char *foreseen = policy == SIM_POSTED ? scenario->posted_failure : NULL;
	struct exploration *e = calloc(1, sizeof(*e));
	bool as_foreseen, failed;

	if (!e)
		abort();
	e->scenario = scenario;
	e->policy = policy;
	explore(e, explore_options->preemptions);
	failed = e->failure.error[0];
	as_foreseen =
		failed == (foreseen != NULL) && (!failed || is_symptom(e->failure.error, foreseen));
	printf("%-32s%-10s%9" PRIu64 " schedules %9" PRIu64 " states  %s%s%s\n", scenario->name,
	       sim_policy_names[policy], e->schedules, e->states, failed ? "fails" : "holds",
	       failed ? ": " : "", e->failure.error);
	if (failed && (explore_options->name || !as_foreseen))
		print_story(e);
	if (!as_foreseen)
		fprintf(stderr, "thpswap-sim: %s: the %s handler was expected to %s%s\n",
			scenario->name, sim_policy_names[policy], foreseen ? "fail: " : "hold",
			foreseen ? foreseen : "");
	if (failed && explore_options->save && !save_story(e, explore_options->save))
		as_foreseen = false;
	free(e);
	return as_foreseen;
}

/*
 * Replaying.
 */

static bool load_story(struct exploration *e, const char *path)
{
	char name[64], policy[16], actors[MAX_STEPS + 1];
	bool policies[SIM_NR_POLICIES];
	FILE *file = fopen(path, "r");
	int fields;

	if (!file) {
		fprintf(stderr, "thpswap-sim: %s: cannot be read: %s\n", path, strerror(errno));
		return false;
	}
	fields = fscanf(file, "%63s %15s %1000[0-9]", name, policy, actors);
	fclose(file);
	e->scenario = fields == 3 ? find_scenario(name) : NULL;
	if (!e->scenario || !choose_policy(policies, policy)) {
		fprintf(stderr, "thpswap-sim: %s:1: is not a schedule; explore --save makes one\n",
			path);
		return false;
	}
	e->policy = policies[SIM_POSTED] ? SIM_POSTED : SIM_REVIEWED;
	for (; actors[e->nr_decided]; e->nr_decided++)
		e->decisions[e->nr_decided].chosen = (uint8_t)(actors[e->nr_decided] - '0');
	return true;
}

static int replay(const char *path)
{
	struct exploration *e = calloc(1, sizeof(*e));
	int status = EXIT_INPUT;

	if (!e)
		abort();
	if (load_story(e, path)) {
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
		print_story(e);
		status = world->error[0] ? EXIT_FAILURE_FOUND : 0;
	}
	free(e);
	return status;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int explore_main(int argc, char **argv)
{
	struct explore_options explore_options = {
		.policy = { [SIM_POSTED] = true, [SIM_REVIEWED] = true },
		.preemptions = 2,
	};
	const double start = seconds_now();
	int status = 0;

	argp_err_exit_status = EXIT_INPUT;
	argp_parse(&argp, argc, argv, 0, NULL, &explore_options);
	if (explore_options.list) {
		list_scenarios();
		return 0;
	}
	if (explore_options.replay)
		return replay(explore_options.replay);

	for (size_t i = 0; i < nr_scenarios; i++) {
		if (explore_options.name && strcmp(explore_options.name, scenarios[i].name) != 0)
			continue;
		for (int policy = SIM_POSTED; policy <= SIM_REVIEWED; policy++)
			if (explore_options.policy[policy] &&
			    !explore_one(&scenarios[i], (enum sim_policy)policy, &explore_options))
				status = EXIT_FAILURE_FOUND;
	}
	fprintf(stderr, "%" PRIu64 " schedules, %.0f a second\n", total_schedules,
		(double)total_schedules / (seconds_now() - start));
	return status;
}

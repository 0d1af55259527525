// SPDX-License-Identifier: GPL-2.0-only
/* thpswap-sim explore: which scenario, and what came out of it. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "reached.h"
#include "seconds.h"
#include "search.h"

enum { EXIT_FAILURE_FOUND = 1, EXIT_INPUT = 2, USUAL_PREEMPTIONS = 2 };

static uint64_t total_schedules;

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
	unsigned int pmd_nr;
	bool list;
	bool exits;
};

static const struct argp_option options[] = {
	{ "list", 'l', 0, 0, "list the scenarios", 0 },
	{ "policy", 'p', "POLICY", 0, "posted or reviewed (both)", 0 },
	{ "preemptions", 'n', "NUMBER", 0,
	  "how often an actor that could go on may be interrupted, 0 to 9 (2)", 0 },
	{ "pages", 'N', "NUMBER", 0, "how many pages a PMD maps: 2, 4 or 8 (2)", 0 },
	{ "exits", 'e', NULL, 0,
	  "print by which exits the reviewed handler has left, and how often", 0 },
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
	case 'N':
		if (strcmp(argument, "2") != 0 && strcmp(argument, "4") != 0 &&
		    strcmp(argument, "8") != 0)
			argp_failure(state, EXIT_INPUT, 0, "--pages %s: give 2, 4 or 8", argument);
		explore_options->pmd_nr = (unsigned int)(argument[0] - '0');
		break;
	case 'e':
		explore_options->exits = true;
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
	"Walk the orders in which the steps of a page fault and of what happens meanwhile can "
	"come:\v"
	"Each scenario is walked for the posted and for the reviewed handler. Exit status 1 "
	"when the outcome is not the one foreseen: both handlers hold but where --list says "
	"that one fails. A failing schedule is printed with a column "
	"for "
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
		       scenario->posted_failure ? scenario->posted_failure->defect : "");
	}
}

static bool shows(const struct failure *failure, const char *error)
{
	return strstr(error, failure->message) ||
	       (failure->or_message && strstr(error, failure->or_message));
}

/* Return: true when the outcome is the one that the scenario foresees. */
static bool explore_one(const struct scenario *scenario, enum sim_policy policy,
			const struct explore_options *explore_options)
{
	const struct failure *foreseen = policy == SIM_POSTED ? scenario->posted_failure : NULL;
	struct exploration *e = calloc(1, sizeof(*e));
	bool as_foreseen, failed;

	if (!e)
		abort();
	e->scenario = scenario;
	e->policy = policy;
	e->pmd_nr = explore_options->pmd_nr;
	reached_begin();
	search(e, explore_options->preemptions);
	total_schedules += e->schedules;
	failed = e->failure.error[0];
	as_foreseen =
		failed == (foreseen != NULL) && (!failed || shows(foreseen, e->failure.error));
	printf("%-32s%-10s%9" PRIu64 " schedules %9" PRIu64 " states  %s%s%s\n", scenario->name,
	       sim_policy_names[policy], e->schedules, e->states, failed ? "fails" : "holds",
	       failed ? ": " : "", e->failure.error);
	if (failed && (explore_options->name || !as_foreseen))
		print_story(e);
	if (!as_foreseen)
		fprintf(stderr, "thpswap-sim: %s: the %s handler was expected to %s%s\n",
			scenario->name, sim_policy_names[policy], foreseen ? "fail: " : "hold",
			foreseen ? foreseen->defect : "");
	if (failed && explore_options->save && !save_story(e, explore_options->save))
		as_foreseen = false;
	/* With fewer preemptions than usual, not everything can be reached. */
	if (policy == SIM_REVIEWED &&
	    !reached_by(scenario, explore_options->exits,
			explore_options->preemptions >= USUAL_PREEMPTIONS))
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

static int replay(const char *path, unsigned int pmd_nr)
{
	struct exploration *e = calloc(1, sizeof(*e));
	int status = EXIT_INPUT;

	if (!e)
		abort();
	e->pmd_nr = pmd_nr;
	if (load_story(e, path)) {
		search_replay(e);
		print_story(e);
		status = world->error[0] ? EXIT_FAILURE_FOUND : 0;
	}
	free(e);
	return status;
}

int explore_main(int argc, char **argv)
{
	struct explore_options explore_options = {
		.policy = { [SIM_POSTED] = true, [SIM_REVIEWED] = true },
		.preemptions = USUAL_PREEMPTIONS,
		.pmd_nr = 2,
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
		return replay(explore_options.replay, explore_options.pmd_nr);

	for (size_t i = 0; i < nr_scenarios; i++) {
		if (explore_options.name && strcmp(explore_options.name, scenarios[i].name) != 0)
			continue;
		for (int policy = SIM_POSTED; policy <= SIM_REVIEWED; policy++)
			if (explore_options.policy[policy] &&
			    !explore_one(&scenarios[i], (enum sim_policy)policy, &explore_options))
				status = EXIT_FAILURE_FOUND;
	}
	if (!explore_options.name && explore_options.policy[SIM_REVIEWED] &&
	    explore_options.preemptions >= USUAL_PREEMPTIONS && !reached_all())
		status = EXIT_FAILURE_FOUND;
	if (fflush(stdout) != 0) { /* before the last line, which goes elsewhere */
		fprintf(stderr, "thpswap-sim: standard output: cannot write: %s\n",
			strerror(errno));
		return EXIT_INPUT;
	}
	fprintf(stderr, "%" PRIu64 " schedules, %.0f a second\n", total_schedules,
		(double)total_schedules / (seconds_now() - start));
	return status;
}

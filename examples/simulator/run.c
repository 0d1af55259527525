// SPDX-License-Identifier: GPL-2.0-only
/* thpswap-sim run: one trace, through a world for each policy. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "model.h"
#include "output.h"
#include "report.h"
#include "seconds.h"
#include "access.h"
#include "devices.h"
#include "slots.h"
#include "world.h"
#include "trace.h"

enum { PMD_NR = 512, PAGES_PER_MIB = 256, BATCH = 65536 };
enum { EXIT_VIOLATION = 1, EXIT_INPUT = 2 };

struct run_options {
	struct setup setup;
	bool policy[SIM_NR_POLICIES];
	const char *csv;
	const char *json;
	const char *operations;
};

static const struct argp_option options[] = {
	{ "policy", 'p', "LIST", 0, "pte, posted, reviewed, separated by commas (all three)", 0 },
	{ "device", 'd', "NAME", 0, "zram, zram-lzo, zram-zstd, nvme or disk (zram)", 0 },
	{ "memory", 'm', "MIB", 0, "memory limit, at least one PMD, 2 MiB (32)", 0 },
	{ "swap", 's', "MIB", 0, "size of the swap device (1024)", 0 },
	{ "fragmentation", 'f', "PERCENT", 0,
	  "how often no free PMD-sized block is found, 0 to 100 (0)", 0 },
	{ "seed", 'S', "NUMBER", 0, "of the random numbers for --fragmentation (1)", 0 },
	{ "csv", 'c', "FILE", 0, "write the results as CSV, - for standard output", 0 },
	{ "json", 'j', "FILE", 0, "write the results as JSON, - for standard output", 0 },
	{ "operations", 'D', "FILE", 0,
	  "write what was done, for a replay elsewhere; one policy, on zram", 0 },
	{ 0 },
};

static uint64_t number(const char *name, const char *text, uint64_t least, uint64_t most,
		       struct argp_state *state)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || value < least || value > most)
		argp_failure(state, EXIT_INPUT, 0,
			     "--%s %s: give a number from %" PRIu64 " to %" PRIu64, name, text,
			     least, most);
	return value;
}

static void choose_policies(struct run_options *run, char *list, struct argp_state *state)
{
	bool chosen = false;

	memset(run->policy, 0, sizeof(run->policy));
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		int policy = 0;

		while (policy < SIM_NR_POLICIES && strcmp(sim_policy_names[policy], name) != 0)
			policy++;
		if (policy == SIM_NR_POLICIES)
			argp_failure(state, EXIT_INPUT, 0,
				     "--policy %s: give pte, posted, reviewed or some of them",
				     name);
		else
			run->policy[policy] = true;
		chosen = true;
	}
	if (!chosen)
		argp_failure(state, EXIT_INPUT, 0,
			     "--policy: give pte, posted, reviewed or some of them");
}

static bool same(const char *path, const char *other)
{
	return path && other && strcmp(path, other) == 0;
}

/* Elsewhere, one sequence of operations can be replayed, and swap-outs that are over at once. */
static bool replayable(const struct run_options *run)
{
	int policies = 0;

	for (int policy = 0; policy < SIM_NR_POLICIES; policy++)
		policies += run->policy[policy];
	return policies == 1 &&
	       (device_by_name(run->setup.device)->flags & SWP_SYNCHRONOUS_IO) != 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct run_options *run = state->input;

	switch (key) {
	case 'p':
		choose_policies(run, argument, state);
		break;
	case 'd':
		if (!device_by_name(argument))
			argp_failure(state, EXIT_INPUT, 0,
				     "--device %s: give zram, zram-lzo, zram-zstd, nvme or disk",
				     argument);
		run->setup.device = argument;
		break;
	case 'm':
		run->setup.memory_mib = number("memory", argument, 2, 1 << 20, state);
		break;
	case 's':
		run->setup.swap_mib = number("swap", argument, 2, 1 << 20, state);
		break;
	case 'f':
		run->setup.fragmentation_percent =
			(unsigned int)number("fragmentation", argument, 0, 100, state);
		break;
	case 'S':
		run->setup.seed = number("seed", argument, 0, INT64_MAX, state);
		break;
	case 'c':
		run->csv = argument;
		break;
	case 'j':
		run->json = argument;
		break;
	case 'D':
		run->operations = argument;
		break;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "one trace at a time");
		run->setup.trace = argument;
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which trace? Give a file, or - for standard input");
		break;
	case ARGP_KEY_END:
		if (same(run->csv, run->json) || same(run->csv, run->operations))
			argp_error(state, "%s is named twice; each file needs its own place",
				   run->csv);
		if (same(run->json, run->operations))
			argp_error(state, "%s is named twice; each file needs its own place",
				   run->json);
		if (run->operations && !replayable(run))
			argp_error(state, "--operations needs one --policy, and a zram --device");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	options,
	parse,
	"TRACE",
	"Run a trace of memory accesses under a memory limit, once for each policy:\v"
	"pte keeps a swap entry for each page, as Linux does today; posted and reviewed keep one "
	"for each PMD and resolve it as libthpswap says. TRACE has lines "
	"time_us,pid,address,size,r|w and may be compressed with gzip.\n\n"
	"--operations writes such lines, a page each, with two more operations: o, this memory is "
	"swapped out; x, the next access finds no free PMD-sized block.",
	0,
	0,
	0,
};

static struct world *new_world(const struct setup *setup, enum sim_policy policy)
{
	const struct world_config config = {
		.pmd_nr = PMD_NR,
		.policy = policy,
		.limit_pages = setup->memory_mib * PAGES_PER_MIB,
		.swap_pages = setup->swap_mib * PAGES_PER_MIB,
		.device = device_by_name(setup->device),
		.thp_fail_percent = setup->fragmentation_percent,
		.seed = setup->seed,
	};

	return world_new(&config);
}

/* The model has been violated: print what led there. */
static void print_schedule(const char *trace, uint64_t record)
{
	const uint64_t nr = world->nr_events < NR_EVENTS ? world->nr_events : NR_EVENTS;

	fprintf(stderr, "thpswap-sim: %s: access %" PRIu64 ", policy %s: %s\n", trace, record,
		sim_policy_names[world->policy], world->error);
	for (uint64_t i = world->nr_events - nr; i < world->nr_events; i++) {
		const struct sim_event *event = &world->events[i % NR_EVENTS];

		fprintf(stderr, "  %12.3f us  pid %-7" PRIu32 " %-20s %#" PRIx64 "\n",
			(double)event->now_ns / 1e3, event->pid, event->what, event->number);
	}
}

struct batch {
	struct trace_access accesses[BATCH];
	size_t nr;
	uint64_t before; /* accesses in earlier batches */
};

static bool play(const struct batch *batch, const char *trace)
{
	struct mm_struct *mm = NULL;

	for (size_t i = 0; i < batch->nr; i++) {
		const struct trace_access *access = &batch->accesses[i];

		if (!mm || mm->pid != access->pid)
			mm = world_mm(access->pid);
		if (!sim_access(mm, access->address, access->size, access->write)) {
			print_schedule(trace, batch->before + i + 1);
			return false;
		}
	}
	return true;
}

static void show_progress(const struct trace *trace, bool done)
{
	uint64_t consumed, total;

	if (!isatty(STDERR_FILENO))
		return;
	trace_progress(trace, &consumed, &total);
	if (done)
		fprintf(stderr, "\r\033[K");
	else if (total > 0)
		fprintf(stderr, "\r%3.0f %%", 100.0 * (double)consumed / (double)total);
	else
		fprintf(stderr, "\r%" PRIu64 " MiB", consumed >> 20);
}

static int play_all(struct trace *trace, const char *path, struct world **worlds,
		    struct result *results, size_t nr)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	int status = 0;

	if (!batch)
		abort();
	while (status == 0 && (batch->nr = trace_read(trace, batch->accesses, BATCH)) > 0) {
		for (size_t i = 0; status == 0 && i < nr; i++) {
			const double start = seconds_now();

			world = worlds[i];
			if (!play(batch, path))
				status = EXIT_VIOLATION;
			results[i].simulated_s += seconds_now() - start;
		}
		batch->before += batch->nr;
		show_progress(trace, false);
	}
	show_progress(trace, true);
	free(batch);
	if (status == 0 && trace_error(trace)) {
		fprintf(stderr, "thpswap-sim: %s\n", trace_error(trace));
		status = EXIT_INPUT;
	}
	return status;
}

static void collect(struct result *result)
{
	result->policy = world->policy;
	result->stats = world->stats;
	result->time_ns = world->now_ns;
	result->slots_pinned = swap_slots_pinned();
	world_residents(&result->resident_pages, &result->resident_by_pmd);
}

static int report(const struct run_options *run, const struct result *results, size_t nr)
{
	const bool stdout_taken =
		same(run->csv, "-") || same(run->json, "-") || same(run->operations, "-");
	bool written = true;

	if (!stdout_taken)
		written = report_table(&run->setup, results, nr);
	if (run->csv)
		written = report_csv(run->csv, results, nr) && written;
	if (run->json)
		written = report_json(run->json, &run->setup, results, nr) && written;
	return written ? 0 : EXIT_INPUT;
}

int run_main(int argc, char **argv)
{
	struct run_options run = {
		.setup = { .device = "zram", .memory_mib = 32, .swap_mib = 1024, .seed = 1 },
		.policy = { true, true, true },
	};
	struct world *worlds[SIM_NR_POLICIES];
	struct result results[SIM_NR_POLICIES] = { 0 };
	struct output operations = { 0 };
	struct trace *trace;
	size_t nr = 0;
	int status;

	argp_err_exit_status = EXIT_INPUT;
	argp_parse(&argp, argc, argv, 0, NULL, &run);

	if (run.operations && !output_open(&operations, run.operations))
		return EXIT_INPUT;
	trace = trace_open(run.setup.trace);
	if (!trace)
		abort();
	for (int policy = 0; policy < SIM_NR_POLICIES; policy++)
		if (run.policy[policy])
			worlds[nr++] = new_world(&run.setup, (enum sim_policy)policy);
	worlds[0]->operations = operations.file;

	status = play_all(trace, run.setup.trace, worlds, results, nr);
	for (size_t i = 0; i < nr; i++) {
		world = worlds[i];
		collect(&results[i]);
		world_free();
	}
	if (status == 0)
		status = report(&run, results, nr);
	if (operations.file && status != 0)
		output_abandon(&operations);
	else if (operations.file && !output_close(&operations, true))
		status = EXIT_INPUT;
	trace_close(trace);
	return status;
}

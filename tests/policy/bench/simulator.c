// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast is the simulator? Resident accesses and PMD faults a second, and lines
 * of a trace a second when a trace is given. The best of a few rounds: the machine
 * has other things to do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "access.h"
#include "devices.h"
#include "world.h"
#include "trace.h"

enum { PMD_NR = 512, ROUNDS = 5, ACCESSES = 20000000, FAULTS = 500000, BATCH = 65536 };

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct mm_struct *new_process(uint64_t limit_pmds)
{
	const struct world_config config = {
		.pmd_nr = PMD_NR,
		.policy = SIM_REVIEWED,
		.limit_pages = limit_pmds * PMD_NR,
		.swap_pages = 64 * PMD_NR,
		.device = device_by_name("zram"),
	};

	world = world_new(&config);
	return world_mm(1);
}

/* Pages 0, 1, 2, ... of a few regions, each a byte, every other one a store. */
static double resident_accesses(void)
{
	struct mm_struct *mm = new_process(16);
	double start;

	for (uint64_t i = 0; i < 8 * PMD_NR; i++)
		sim_access(mm, i << 12, 1, true);
	start = seconds_now();
	for (uint64_t i = 0; i < ACCESSES; i++)
		if (!sim_access(mm, i % (8 * PMD_NR) << 12, 1, i & 1))
			abort();
	start = seconds_now() - start;
	world_free();
	return ACCESSES / start;
}

/* Twice as many regions as fit: each access swaps one in, after another went out. */
static double pmd_faults(void)
{
	struct mm_struct *mm = new_process(16);
	uint64_t faults;
	double start;

	for (uint64_t i = 0; i < 32 * PMD_NR; i++)
		sim_access(mm, i << 12, 1, true);
	faults = world->stats.pmd_faults;
	start = seconds_now();
	for (uint64_t i = 0; i < FAULTS; i++)
		if (!sim_access(mm, (i % 32 * PMD_NR) << 12, 1, i & 1))
			abort();
	start = seconds_now() - start;
	faults = world->stats.pmd_faults - faults;
	world_free();
	return (double)faults / start;
}

static double trace_lines(const char *path)
{
	static struct trace_access accesses[BATCH];
	struct trace *trace = trace_open(path);
	const double start = seconds_now();
	size_t lines = 0, nr;

	if (!trace)
		abort();
	while ((nr = trace_read(trace, accesses, BATCH)) > 0)
		lines += nr;
	if (trace_error(trace)) {
		fprintf(stderr, "bench: %s\n", trace_error(trace));
		exit(1);
	}
	trace_close(trace);
	return (double)lines / (seconds_now() - start);
}

static double best(double (*measure)(void))
{
	double most = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const double rate = measure();

		most = rate > most ? rate : most;
	}
	return most;
}

int main(int argc, char **argv)
{
	printf("Simulator, one core, best of %d rounds\n", ROUNDS);
	printf("  %-34s %8.1f M/s\n", "resident accesses", best(resident_accesses) / 1e6);
	printf("  %-34s %8.2f M/s\n", "PMD faults, swap-out included", best(pmd_faults) / 1e6);
	for (int i = 1; i < argc; i++)
		printf("  %-34s %8.1f M/s\n", "lines of a trace", trace_lines(argv[i]) / 1e6);
	return 0;
}

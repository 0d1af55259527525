/* SPDX-License-Identifier: GPL-2.0-only */
/* What came out of a run: for people, and for programs. */
#ifndef THPSWAP_SIM_REPORT_H
#define THPSWAP_SIM_REPORT_H

#include "model.h"

struct result {
	enum sim_policy policy;
	struct sim_stats stats;
	uint64_t time_ns;      /* stalled in faults, estimated */
	uint64_t slots_pinned; /* at the end */
	uint64_t resident_pages;
	uint64_t resident_by_pmd;
	double simulated_s; /* what the simulator itself took */
};

struct setup {
	const char *trace;
	const char *device;
	uint64_t memory_mib;
	uint64_t swap_mib;
	unsigned int fragmentation_percent;
	uint64_t seed;
};

/*
 * Print @results to @path, "-" being standard output. A file appears under its
 * name only when it is complete; a device, a pipe or a link is written to.
 *
 * Return: false, with a line on stderr, when it could not be written.
 */
bool report_csv(const char *path, const struct result *results, size_t nr);
bool report_json(const char *path, const struct setup *setup, const struct result *results,
		 size_t nr);
bool report_table(const struct setup *setup, const struct result *results, size_t nr);

#endif

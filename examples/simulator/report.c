// SPDX-License-Identifier: GPL-2.0-only
/* What came out of a run: for people, and for programs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "output.h"
#include "report.h"

enum { PAGES_PER_MIB = 256, COLUMN = 14, LABEL = 26 };

static double thp_share(const struct result *result)
{
	return result->resident_pages == 0
		       ? 0.0
		       : 100.0 * (double)result->resident_by_pmd / (double)result->resident_pages;
}

static double mib(uint64_t pages)
{
	return (double)pages / PAGES_PER_MIB;
}

static double accesses_per_s(const struct result *result)
{
	return result->simulated_s > 0 ? (double)result->stats.accesses / result->simulated_s : 0;
}

/*
 * The table for people.
 */

struct counter_row {
	const char *label;
	size_t offset; /* in struct sim_stats */
};

#define STAT(field) offsetof(struct sim_stats, field)

static const struct counter_row counter_rows[] = {
	{ "accesses", STAT(accesses) }, { "faults", STAT(faults) },
	{ "  major", STAT(major) },	{ "  on PMD swap entries", STAT(pmd_faults) },
	{ "PMD maps", STAT(pmd_maps) }, { "splits", STAT(by_action[THPSWAP_SPLIT]) },
};

static uint64_t counter(const struct result *result, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)&result->stats + offset, sizeof(value));
	return value;
}

static void print_counters(const char *label, size_t offset, const struct result *results,
			   size_t nr)
{
	printf("%-*s", LABEL, label);
	for (size_t i = 0; i < nr; i++)
		printf("%*" PRIu64, COLUMN, counter(&results[i], offset));
	printf("\n");
}

static void print_split_reasons(const struct result *results, size_t nr)
{
	for (size_t reason = 0; reason < THPSWAP_NR_REASONS; reason++) {
		const size_t offset = STAT(split_by_reason) + reason * sizeof(uint64_t);
		char label[LABEL];
		uint64_t total = 0;

		for (size_t i = 0; i < nr; i++)
			total += counter(&results[i], offset);
		if (total == 0)
			continue;
		snprintf(label, sizeof(label), "  %s",
			 thpswap_reason_name((enum thpswap_reason)reason));
		print_counters(label, offset, results, nr);
	}
}

typedef double (*figure)(const struct result *result);

static double read_mib(const struct result *result)
{
	return mib(result->stats.pages_read);
}

static double written_mib(const struct result *result)
{
	return mib(result->stats.pages_written);
}

static double time_ms(const struct result *result)
{
	return (double)result->time_ns / 1e6;
}

static double accesses_per_us(const struct result *result)
{
	return accesses_per_s(result) / 1e6;
}

static void print_figures(const char *label, figure figure, const struct result *results, size_t nr)
{
	printf("%-*s", LABEL, label);
	for (size_t i = 0; i < nr; i++)
		printf("%*.1f", COLUMN, figure(&results[i]));
	printf("\n");
}

bool report_table(const struct setup *setup, const struct result *results, size_t nr)
{
	printf("%s: %s, memory %" PRIu64 " MiB, swap %" PRIu64 " MiB, fragmentation %u %%, "
	       "seed %" PRIu64 "\n\n",
	       setup->trace, setup->device, setup->memory_mib, setup->swap_mib,
	       setup->fragmentation_percent, setup->seed);
	printf("%-*s", LABEL, "");
	for (size_t i = 0; i < nr; i++)
		printf("%*s", COLUMN, sim_policy_names[results[i].policy]);
	printf("\n");
	for (size_t i = 0; i < sizeof(counter_rows) / sizeof(counter_rows[0]); i++)
		print_counters(counter_rows[i].label, counter_rows[i].offset, results, nr);
	print_split_reasons(results, nr);
	print_counters("COW copies", STAT(cow_copies), results, nr);
	print_counters("swap cache freed, folios", STAT(swap_freed), results, nr);
	print_figures("swap reads, MiB", read_mib, results, nr);
	print_figures("swap writes, MiB", written_mib, results, nr);
	print_figures("estimated stall, ms", time_ms, results, nr);
	print_figures("THP share at the end, %", thp_share, results, nr);
	printf("%-*s", LABEL, "slots still pinned");
	for (size_t i = 0; i < nr; i++)
		printf("%*" PRIu64, COLUMN, results[i].slots_pinned);
	printf("\n");
	print_figures("simulator, M accesses/s", accesses_per_us, results, nr);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	fprintf(stderr, "thpswap-sim: standard output: cannot write: %s\n", strerror(errno));
	return false;
}

/*
 * Files, for programs.
 */

/* One column list serves CSV and JSON: name with unit, and its value. */
static json_t *to_json(const struct result *result)
{
	json_t *splits = json_object();
	json_t *object;

	for (size_t reason = 0; reason < THPSWAP_NR_REASONS; reason++)
		if (result->stats.split_by_reason[reason] > 0)
			json_object_set_new(
				splits, thpswap_reason_name((enum thpswap_reason)reason),
				json_integer((json_int_t)result->stats.split_by_reason[reason]));
	object = json_pack(
		"{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:f}",
		"policy", sim_policy_names[result->policy], "accesses",
		(json_int_t)result->stats.accesses, "faults", (json_int_t)result->stats.faults,
		"major_faults", (json_int_t)result->stats.major, "pmd_faults",
		(json_int_t)result->stats.pmd_faults, "pmd_maps",
		(json_int_t)result->stats.pmd_maps, "splits",
		(json_int_t)result->stats.by_action[THPSWAP_SPLIT], "cow_copies",
		(json_int_t)result->stats.cow_copies, "swap_freed",
		(json_int_t)result->stats.swap_freed, "swap_read_mib",
		mib(result->stats.pages_read), "swap_written_mib", mib(result->stats.pages_written),
		"stall_ms", time_ms(result), "thp_share_percent", thp_share(result), "slots_pinned",
		(json_int_t)result->slots_pinned, "simulator_accesses_per_s",
		accesses_per_s(result));
	if (!object)
		abort();
	json_object_set_new(object, "splits_by_reason", splits);
	return object;
}

/* JSON has no place for a name that is not UTF-8. */
static json_t *name_of(const char *trace)
{
	json_t *name = json_string(trace);

	return name ? name : json_null();
}

bool report_json(const char *path, const struct setup *setup, const struct result *results,
		 size_t nr)
{
	struct output output;
	json_t *policies;
	json_t *root;
	bool complete;

	if (!output_open(&output, path))
		return false;
	policies = json_array();
	for (size_t i = 0; i < nr; i++)
		json_array_append_new(policies, to_json(&results[i]));
	root = json_pack("{s:o, s:s, s:I, s:I, s:i, s:I, s:o}", "trace", name_of(setup->trace),
			 "device", setup->device, "memory_mib", (json_int_t)setup->memory_mib,
			 "swap_mib", (json_int_t)setup->swap_mib, "fragmentation_percent",
			 (int)setup->fragmentation_percent, "seed", (json_int_t)setup->seed,
			 "policies", policies);
	if (!root)
		abort();
	complete = json_dumpf(root, output.file, JSON_INDENT(2) | JSON_REAL_PRECISION(10)) == 0;
	fputc('\n', output.file);
	json_decref(root);
	return output_close(&output, complete);
}

static void csv_value(FILE *file, const json_t *value)
{
	if (json_is_string(value))
		fprintf(file, "%s", json_string_value(value));
	else if (json_is_integer(value))
		fprintf(file, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		fprintf(file, "%.3f", json_real_value(value));
}

static void csv_header(FILE *file, json_t *first)
{
	const char *separator = "";
	const char *key;
	json_t *value;

	json_object_foreach(first, key, value)
	{
		if (json_is_object(value))
			continue;
		fprintf(file, "%s%s", separator, key);
		separator = ",";
	}
	for (size_t reason = 0; reason < THPSWAP_NR_REASONS; reason++)
		fprintf(file, ",split_%s", thpswap_reason_name((enum thpswap_reason)reason));
	fprintf(file, "\n");
}

static void csv_row(FILE *file, const struct result *result, json_t *object)
{
	const char *separator = "";
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (json_is_object(value))
			continue;
		fprintf(file, "%s", separator);
		csv_value(file, value);
		separator = ",";
	}
	for (size_t reason = 0; reason < THPSWAP_NR_REASONS; reason++)
		fprintf(file, ",%" PRIu64, result->stats.split_by_reason[reason]);
	fprintf(file, "\n");
}

bool report_csv(const char *path, const struct result *results, size_t nr)
{
	struct output output;

	if (!output_open(&output, path))
		return false;
	for (size_t i = 0; i < nr; i++) {
		json_t *object = to_json(&results[i]);

		if (i == 0)
			csv_header(output.file, object);
		csv_row(output.file, &results[i], object);
		json_decref(object);
	}
	return output_close(&output, true);
}

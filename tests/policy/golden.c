// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the truth table of one decision as CSV: a header line, then one line for
 * each input. Enums by name, bools as 0 or 1, the rest in decimal. A count takes
 * the values at which an answer can change.
 */
#include "ask.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool bit(unsigned int word, unsigned int number)
{
	return ((word >> number) & 1u) != 0;
}

/*
 * The columns of a table are the members of its structs, as the headers have them
 * (facts.awk): a fact that is new there has a column here.
 */
enum kind { COUNT, BOOL, CACHED, CAUSE, END };

/* The enum of a member, by its name. */
#define KIND_OF_cached CACHED
#define KIND_OF_cause CAUSE

struct column {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define COUNT_COLUMN(member) { #member, COUNT, offsetof(COLUMNS_OF, member) },
#define BOOL_COLUMN(member) { #member, BOOL, offsetof(COLUMNS_OF, member) },
#define ENUM_COLUMN(member) { #member, KIND_OF_##member, offsetof(COLUMNS_OF, member) },

#define COLUMNS_OF struct thpswap_range
static const struct column range_columns[] = {
	MEMBERS_OF_range(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_fallback_facts
static const struct column fallback_columns[] = {
	MEMBERS_OF_fallback_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_validation_facts
static const struct column validation_columns[] = {
	MEMBERS_OF_validation_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_mapping_facts
static const struct column mapping_columns[] = {
	MEMBERS_OF_mapping_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_mapping
static const struct column answer_columns[] = {
	MEMBERS_OF_mapping(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_free_swap_facts
static const struct column free_swap_columns[] = {
	MEMBERS_OF_free_swap_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_unmapped_facts
static const struct column unmapped_columns[] = {
	MEMBERS_OF_unmapped_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_batch_facts
static const struct column batch_columns[] = {
	MEMBERS_OF_batch_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF
#define COLUMNS_OF struct thpswap_result_facts
static const struct column result_columns[] = {
	MEMBERS_OF_result_facts(COUNT_COLUMN, BOOL_COLUMN, ENUM_COLUMN){ NULL, END, 0 },
};
#undef COLUMNS_OF

/* Facts that can never change an answer, and would only double the table. */
static bool shown(const struct column *column)
{
	return strcmp(column->name, "memcg_id") != 0 && strcmp(column->name, "zeromap") != 0;
}

static void print_names(const struct column *columns)
{
	for (; columns->name; columns++)
		if (shown(columns))
			printf(",%s", columns->name);
}

static void print_values(const struct column *columns, const void *values)
{
	for (; columns->name; columns++) {
		const void *value = (const char *)values + columns->offset;

		if (!shown(columns))
			continue;
		if (columns->kind == COUNT)
			printf(",%u", *(const unsigned int *)value);
		else if (columns->kind == BOOL)
			printf(",%d", *(const bool *)value);
		else if (columns->kind == CACHED)
			printf(",%s", thpswap_cached_name(*(const enum thpswap_cached *)value));
		else
			printf(",%s", thpswap_no_folio_name(*(const enum thpswap_no_folio *)value));
	}
}

/* Sets the bools that have a column to the bits of @number, the last one to its lowest. */
static void set_bools(const struct column *columns, void *values, unsigned int number)
{
	const struct column *last = columns;

	while (last->name)
		last++;
	while (last-- != columns) {
		if (last->kind != BOOL || !shown(last))
			continue;
		*(bool *)((char *)values + last->offset) = number & 1u;
		number >>= 1;
	}
}

static unsigned int nr_combinations(const struct column *columns)
{
	unsigned int nr = 1;

	for (; columns->name; columns++)
		if (columns->kind == BOOL && shown(columns))
			nr *= 2;
	return nr;
}

static void end_line(struct thpswap_verdict verdict)
{
	printf(",%s,%s\n", thpswap_action_name(verdict.action),
	       thpswap_reason_name(verdict.reason));
}

static void name_source(void)
{
	printf("revision,pmd_nr_pages,thp_allowed");
	print_names(range_columns);
	printf(",action,reason\n");
}

static void print_source(enum thpswap_revision revision)
{
	static const unsigned int nrs[] = { 0, 1, 511, 512 };
	struct source_case c = { .revision = revision, .pmd_nr_pages = 512 };

	for (unsigned int i = 0; i < 2 * LENGTH(nrs) * THPSWAP_NR_CACHED; i++) {
		c.thp_allowed = i % 2 == 1;
		c.range.nr = nrs[i / 2 / THPSWAP_NR_CACHED];
		c.range.cached = (enum thpswap_cached)(i / 2 % THPSWAP_NR_CACHED);
		for (unsigned int bools = 0; bools < nr_combinations(range_columns); bools++) {
			set_bools(range_columns, &c.range, bools);
			printf("%s,%u,%d", thpswap_revision_name(revision), c.pmd_nr_pages,
			       c.thp_allowed);
			print_values(range_columns, &c.range);
			end_line(ask_source(c));
		}
	}
}

static void name_fallback(void)
{
	printf("revision");
	print_names(fallback_columns);
	printf(",action,reason\n");
}

static void print_fallback(enum thpswap_revision revision)
{
	static const unsigned int looks[] = { 0, THPSWAP_MAX_LOOKS - 1, THPSWAP_MAX_LOOKS };
	struct fallback_case c = { .revision = revision };

	for (unsigned int i = 0; i < LENGTH(looks) * THPSWAP_NR_NO_FOLIO; i++) {
		c.facts.looks = looks[i / THPSWAP_NR_NO_FOLIO];
		c.facts.cause = (enum thpswap_no_folio)(i % THPSWAP_NR_NO_FOLIO);
		printf("%s", thpswap_revision_name(revision));
		print_values(fallback_columns, &c.facts);
		end_line(ask_fallback(c));
	}
}

static void name_validation(void)
{
	printf("revision");
	print_names(validation_columns);
	printf(",action,reason\n");
}

static void print_validation(enum thpswap_revision revision)
{
	static const unsigned int sizes[][2] = { { 1, 512 },	 { 511, 512 },	{ 512, 512 },
						 { 513, 512 },	 { 1, 8192 },	{ 512, 8192 },
						 { 8192, 8192 }, { 8193, 8192 } };
	struct validation_case c = { .revision = revision };

	for (unsigned int i = 0; i < LENGTH(sizes); i++) {
		c.facts.nr_pages = sizes[i][0];
		c.facts.pmd_nr_pages = sizes[i][1];
		for (unsigned int bools = 0; bools < nr_combinations(validation_columns); bools++) {
			set_bools(validation_columns, &c.facts, bools);
			printf("%s", thpswap_revision_name(revision));
			print_values(validation_columns, &c.facts);
			end_line(ask_validation(c));
		}
	}
}

static void name_keeps_exclusive(void)
{
	printf("entry_exclusive,writeback,stable_writes,keeps_exclusive\n");
}

/* A question of the PTE path, about three of the facts of a mapping. */
static void print_keeps_exclusive(enum thpswap_revision revision)
{
	if (revision != THPSWAP_POSTED)
		return;
	for (unsigned int i = 0; i < 8; i++) {
		const struct mapping_case c = {
			.facts.entry_exclusive = bit(i, 2),
			.facts.writeback = bit(i, 1),
			.facts.stable_writes = bit(i, 0),
		};

		printf("%d,%d,%d,%d\n", c.facts.entry_exclusive, c.facts.writeback,
		       c.facts.stable_writes, ask_keeps_exclusive(c));
	}
}

static void name_mapping(void)
{
	printf("revision");
	print_names(mapping_columns);
	print_names(answer_columns);
	printf("\n");
}

static void print_mapping(enum thpswap_revision revision)
{
	static const unsigned int ref_counts[] = { 1, 513 };
	struct mapping_case c = { .revision = revision };

	for (unsigned int i = 0; i < LENGTH(ref_counts); i++) {
		c.facts.ref_count = ref_counts[i];
		for (unsigned int bools = 0; bools < nr_combinations(mapping_columns); bools++) {
			struct thpswap_mapping mapping;

			set_bools(mapping_columns, &c.facts, bools);
			mapping = ask_mapping(c);
			printf("%s", thpswap_revision_name(revision));
			print_values(mapping_columns, &c.facts);
			print_values(answer_columns, &mapping);
			printf("\n");
		}
	}
}

static void name_free_swap(void)
{
	printf("revision");
	print_names(free_swap_columns);
	printf(",action,reason\n");
}

static void print_free_swap(enum thpswap_revision revision)
{
	static const unsigned int ref_counts[] = { 512, 513, 514 };
	struct free_swap_case c = {
		.revision = revision,
		.facts.nr_pages = 512,
		.facts.extra_refs = 1,
	};

	for (unsigned int i = 0; i < LENGTH(ref_counts); i++) {
		c.facts.ref_count = ref_counts[i];
		for (unsigned int bools = 0; bools < nr_combinations(free_swap_columns); bools++) {
			set_bools(free_swap_columns, &c.facts, bools);
			printf("%s", thpswap_revision_name(revision));
			print_values(free_swap_columns, &c.facts);
			end_line(ask_free_swap(c));
		}
	}
}

static void name_unmapped(void)
{
	printf("revision");
	print_names(unmapped_columns);
	printf(",action,reason\n");
}

static void print_unmapped(enum thpswap_revision revision)
{
	struct unmapped_case c = { .revision = revision };

	for (unsigned int bools = 0; bools < nr_combinations(unmapped_columns); bools++) {
		set_bools(unmapped_columns, &c.facts, bools);
		printf("%s", thpswap_revision_name(revision));
		print_values(unmapped_columns, &c.facts);
		end_line(ask_unmapped(c));
	}
}

/* The pages that are mapped are not called nr_pages, as a fact is. */
static void name_batch(void)
{
	printf("revision");
	print_names(batch_columns);
	printf(",mapped_pages,action,reason\n");
}

static void print_batch(enum thpswap_revision revision)
{
	static const unsigned int sizes[] = { 1, 2, 512 };
	struct batch_case c = { .revision = revision };

	for (unsigned int i = 0; i < LENGTH(sizes); i++) {
		c.facts.nr_pages = sizes[i];
		for (unsigned int bools = 0; bools < nr_combinations(batch_columns); bools++) {
			struct thpswap_batch batch;

			set_bools(batch_columns, &c.facts, bools);
			batch = ask_batch(c);
			printf("%s", thpswap_revision_name(revision));
			print_values(batch_columns, &c.facts);
			printf(",%u", batch.nr_pages);
			end_line((struct thpswap_verdict){ batch.action, batch.reason });
		}
	}
}

static void name_result(void)
{
	printf("revision");
	print_names(result_columns);
	printf(",result\n");
}

/* Two bits of success (1, 2) and two of failure (4, 8), of which 8 is FALLBACK. */
static void print_result(enum thpswap_revision revision)
{
	for (unsigned int i = 0; i < 256; i++) {
		const struct result_case c = {
			.revision = revision,
			.facts.fault = i / 16,
			.facts.follow_up = i % 16,
			.facts.fallback_bit = 8,
			.facts.error_bits = 12,
		};

		printf("%s", thpswap_revision_name(revision));
		print_values(result_columns, &c.facts);
		printf(",%u\n", ask_result(c));
	}
}

static const struct table {
	const char *decision;
	void (*print_header)(void);
	void (*print)(enum thpswap_revision revision);
} tables[] = {
	{ "source", name_source, print_source },
	{ "fallback", name_fallback, print_fallback },
	{ "validation", name_validation, print_validation },
	{ "keeps_exclusive", name_keeps_exclusive, print_keeps_exclusive },
	{ "mapping", name_mapping, print_mapping },
	{ "free_swap", name_free_swap, print_free_swap },
	{ "unmapped", name_unmapped, print_unmapped },
	{ "batch", name_batch, print_batch },
	{ "result", name_result, print_result },
};

static void print_table(const struct table *table)
{
	table->print_header();
	table->print(THPSWAP_POSTED);
	table->print(THPSWAP_REVIEWED);
}

static int end_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_SUCCESS;
	fprintf(stderr, "thpswap-golden: cannot write the table: %s\n", strerror(errno));
	return EXIT_FAILURE;
}

static void usage(FILE *to)
{
	fputs("usage: thpswap-golden DECISION | --list | --help\n"
	      "Prints the truth table of a decision as CSV, or the names of the decisions.\n",
	      to);
}

int main(int argc, char **argv)
{
	const char *wanted = argc == 2 ? argv[1] : "";

	if (strcmp(wanted, "--help") == 0) {
		usage(stdout);
		return end_output();
	}
	if (strcmp(wanted, "--list") == 0) {
		for (size_t i = 0; i < LENGTH(tables); i++)
			puts(tables[i].decision);
		return end_output();
	}
	for (size_t i = 0; i < LENGTH(tables); i++) {
		if (strcmp(wanted, tables[i].decision) != 0)
			continue;
		print_table(&tables[i]);
		return end_output();
	}
	fprintf(stderr, "thpswap-golden: no decision '%s'; --list names them\n", wanted);
	usage(stderr);
	return 2;
}

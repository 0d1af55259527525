// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints the truth table of one decision as CSV: a header line, then one line for
 * each input. Enums by name, bools as 0 or 1, the rest in decimal. A count takes
 * the values at which an answer can change; facts that cannot change one, such as
 * the memcg of the first slot, have no column.
 */
#include "ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool bit(unsigned int word, unsigned int number)
{
	return ((word >> number) & 1u) != 0;
}

static void end_line(struct thpswap_verdict verdict)
{
	printf(",%s,%s\n", thpswap_action_name(verdict.action),
	       thpswap_reason_name(verdict.reason));
}

static void print_source(enum thpswap_revision revision)
{
	static const unsigned int nrs[] = { 0, 1, 511, 512, 513 };

	for (unsigned int i = 0; i < LENGTH(nrs) * THPSWAP_NR_CACHED * 32; i++) {
		const struct source_case c = {
			.revision = revision,
			.pmd_nr_pages = 512,
			.range.nr = nrs[i / 32 / THPSWAP_NR_CACHED],
			.range.cached = (enum thpswap_cached)(i / 32 % THPSWAP_NR_CACHED),
			.range.mixed_cached = bit(i, 4),
			.range.mixed_memcg = bit(i, 3),
			.range.mixed_zeromap = bit(i, 2),
			.range.free_slot = bit(i, 1),
			.range.zswap = bit(i, 0),
		};

		printf("%s,%u,%u,%s,%d,%d,%d,%d,%d", thpswap_revision_name(revision),
		       c.pmd_nr_pages, c.range.nr, thpswap_cached_name(c.range.cached),
		       c.range.mixed_cached, c.range.mixed_memcg, c.range.mixed_zeromap,
		       c.range.free_slot, c.range.zswap);
		end_line(ask_source(c));
	}
}

/* Both revisions agree, so the table has no column for them. */
static void print_fallback(enum thpswap_revision revision)
{
	if (revision != THPSWAP_POSTED)
		return;
	for (unsigned int i = 0; i < THPSWAP_NR_NO_FOLIO; i++) {
		const enum thpswap_no_folio cause = (enum thpswap_no_folio)i;

		printf("%s", thpswap_no_folio_name(cause));
		end_line(thpswap_explain_fallback(cause));
	}
}

static void print_validation(enum thpswap_revision revision)
{
	static const unsigned int sizes[][2] = { { 1, 512 },	 { 511, 512 },	{ 512, 512 },
						 { 513, 512 },	 { 1, 8192 },	{ 512, 8192 },
						 { 8192, 8192 }, { 8193, 8192 } };

	for (unsigned int i = 0; i < LENGTH(sizes) * 8; i++) {
		const struct validation_case c = {
			.revision = revision,
			.facts.nr_pages = sizes[i / 8][0],
			.facts.pmd_nr_pages = sizes[i / 8][1],
			.facts.matches_entry = bit(i, 2),
			.facts.uptodate = bit(i, 1),
			.facts.poisoned = bit(i, 0),
		};

		printf("%s,%u,%u,%d,%d,%d", thpswap_revision_name(revision), c.facts.nr_pages,
		       c.facts.pmd_nr_pages, c.facts.matches_entry, c.facts.uptodate,
		       c.facts.poisoned);
		end_line(ask_validation(c));
	}
}

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

static void print_mapping(enum thpswap_revision revision)
{
	static const unsigned int ref_counts[] = { 1, 513 };

	for (unsigned int i = 0; i < LENGTH(ref_counts) * 1024; i++) {
		const struct mapping_case c = {
			.revision = revision,
			.facts.ref_count = ref_counts[i / 1024],
			.facts.entry_exclusive = bit(i, 9),
			.facts.entry_soft_dirty = bit(i, 8),
			.facts.entry_uffd_wp = bit(i, 7),
			.facts.vma_write = bit(i, 6),
			.facts.vma_uffd_wp = bit(i, 5),
			.facts.vma_uffd_rwp = bit(i, 4),
			.facts.vma_soft_dirty = bit(i, 3),
			.facts.writeback = bit(i, 2),
			.facts.stable_writes = bit(i, 1),
			.facts.write_fault = bit(i, 0),
		};
		const struct thpswap_mapping m = ask_mapping(c);

		printf("%s,%u,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d", thpswap_revision_name(revision),
		       c.facts.ref_count, c.facts.entry_exclusive, c.facts.entry_soft_dirty,
		       c.facts.entry_uffd_wp, c.facts.vma_write, c.facts.vma_uffd_wp,
		       c.facts.vma_uffd_rwp, c.facts.vma_soft_dirty, c.facts.writeback,
		       c.facts.stable_writes, c.facts.write_fault);
		printf(",%d,%d,%d,%d,%d,%d,%d,%d\n", m.exclusive, m.writable, m.dirty, m.soft_dirty,
		       m.uffd_wp, m.no_access, m.consume_write, m.follow_up);
	}
}

static void print_free_swap(enum thpswap_revision revision)
{
	static const unsigned int ref_counts[] = { 512, 513, 514 };

	for (unsigned int i = 0; i < LENGTH(ref_counts) * 128; i++) {
		const struct free_swap_case c = {
			.revision = revision,
			.facts.ref_count = ref_counts[i / 128],
			.facts.nr_pages = 512,
			.facts.extra_refs = 1,
			.facts.swapcache = bit(i, 6),
			.facts.synchronous_io = bit(i, 5),
			.facts.vma_locked = bit(i, 4),
			.facts.mlocked = bit(i, 3),
			.facts.ksm = bit(i, 2),
			.facts.write_fault = bit(i, 1),
			.facts.exclusive = bit(i, 0),
		};

		printf("%s,%u,%u,%u,%d,%d,%d,%d,%d,%d,%d", thpswap_revision_name(revision),
		       c.facts.ref_count, c.facts.nr_pages, c.facts.extra_refs, c.facts.swapcache,
		       c.facts.synchronous_io, c.facts.vma_locked, c.facts.mlocked, c.facts.ksm,
		       c.facts.write_fault, c.facts.exclusive);
		end_line(ask_free_swap(c));
	}
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

		printf("%s,%u,%u,%u,%u,%u\n", thpswap_revision_name(revision), c.facts.fault,
		       c.facts.follow_up, c.facts.fallback_bit, c.facts.error_bits, ask_result(c));
	}
}

static const struct table {
	const char *decision;
	const char *header;
	void (*print)(enum thpswap_revision revision);
} tables[] = {
	{ "source",
	  "revision,pmd_nr_pages,nr,cached,mixed_cached,mixed_memcg,mixed_zeromap,free_slot,"
	  "zswap,action,reason",
	  print_source },
	{ "fallback", "cause,action,reason", print_fallback },
	{ "validation",
	  "revision,nr_pages,pmd_nr_pages,matches_entry,uptodate,poisoned,action,reason",
	  print_validation },
	{ "keeps_exclusive", "entry_exclusive,writeback,stable_writes,keeps_exclusive",
	  print_keeps_exclusive },
	{ "mapping",
	  "revision,ref_count,entry_exclusive,entry_soft_dirty,entry_uffd_wp,vma_write,"
	  "vma_uffd_wp,vma_uffd_rwp,vma_soft_dirty,writeback,stable_writes,write_fault,"
	  "exclusive,writable,dirty,soft_dirty,uffd_wp,no_access,consume_write,follow_up",
	  print_mapping },
	{ "free_swap",
	  "revision,ref_count,nr_pages,extra_refs,swapcache,synchronous_io,vma_locked,mlocked,"
	  "ksm,write_fault,exclusive,action,reason",
	  print_free_swap },
	{ "result", "revision,fault,follow_up,fallback_bit,error_bits,result", print_result },
};

static void print_table(const struct table *table)
{
	printf("%s\n", table->header);
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

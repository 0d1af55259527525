// SPDX-License-Identifier: GPL-2.0-only
#include "space.h"

#include <limits.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const unsigned int pmd_sizes[NR_PMD_SIZES] = { 1, 2, 512, 8192 };

static const enum thpswap_revision revisions[] = {
	THPSWAP_POSTED,
	THPSWAP_REVIEWED,
	(enum thpswap_revision)UNKNOWN_VALUE,
};

static const enum thpswap_cached cached_states[] = {
	THPSWAP_CACHED_NOTHING,
	THPSWAP_CACHED_PMD_FOLIO,
	THPSWAP_CACHED_OTHER,
	(enum thpswap_cached)UNKNOWN_VALUE,
};

/* 0, 1, 2, N - 1 to N + 2 of every N, and the largest. */
static const unsigned int counts[] = { 0,   1,	 2,    3,    4,	   511,	 512,
				       513, 514, 8191, 8192, 8193, 8194, UINT_MAX };

/* With the largest count some sums do not fit 32 bits, and wrap round to 0 or 1. */
static const unsigned int extra_counts[] = { 0, 1, 2, 512, 8192, UINT_MAX };

/* Where in a word the five bits of a result are: the low end, and up to bit 31. */
static const unsigned int result_shifts[] = { 0, 27 };

#define RESULT_BITS 5u

/* A case number is read as digits of a mixed radix, one digit for each fact. */
static size_t take(size_t *number, size_t radix)
{
	const size_t digit = *number % radix;

	*number /= radix;
	return digit;
}

static bool take_bool(size_t *number)
{
	return take(number, 2) == 1;
}

static unsigned int take_count(size_t *number)
{
	return counts[take(number, LENGTH(counts))];
}

static enum thpswap_revision take_revision(size_t *number)
{
	return revisions[take(number, LENGTH(revisions))];
}

size_t nr_source_cases(void)
{
	return LENGTH(revisions) * (LENGTH(pmd_sizes) + 1) * LENGTH(counts) *
	       LENGTH(cached_states) * 2 * 64;
}

struct source_case source_case(size_t number)
{
	struct source_case c = { .revision = take_revision(&number) };
	const size_t size = take(&number, LENGTH(pmd_sizes) + 1);

	c.pmd_nr_pages = size < LENGTH(pmd_sizes) ? pmd_sizes[size] : 0;
	c.range.nr = take_count(&number);
	c.range.cached = cached_states[take(&number, LENGTH(cached_states))];
	c.range.memcg_id = take_bool(&number) ? UINT_MAX : 0;
	c.range.zeromap = take_bool(&number);
	c.range.mixed_cached = take_bool(&number);
	c.range.mixed_memcg = take_bool(&number);
	c.range.mixed_zeromap = take_bool(&number);
	c.range.free_slot = take_bool(&number);
	c.range.zswap = take_bool(&number);
	return c;
}

size_t nr_validation_cases(void)
{
	return LENGTH(revisions) * LENGTH(counts) * LENGTH(counts) * 8;
}

struct validation_case validation_case(size_t number)
{
	struct validation_case c = { .revision = take_revision(&number) };

	c.facts.nr_pages = take_count(&number);
	c.facts.pmd_nr_pages = take_count(&number);
	c.facts.matches_entry = take_bool(&number);
	c.facts.uptodate = take_bool(&number);
	c.facts.poisoned = take_bool(&number);
	return c;
}

size_t nr_mapping_cases(void)
{
	return LENGTH(revisions) * LENGTH(counts) * 1024;
}

struct mapping_case mapping_case(size_t number)
{
	struct mapping_case c = { .revision = take_revision(&number) };

	c.facts.ref_count = take_count(&number);
	c.facts.entry_exclusive = take_bool(&number);
	c.facts.entry_soft_dirty = take_bool(&number);
	c.facts.entry_uffd_wp = take_bool(&number);
	c.facts.vma_write = take_bool(&number);
	c.facts.vma_uffd_wp = take_bool(&number);
	c.facts.vma_uffd_rwp = take_bool(&number);
	c.facts.vma_soft_dirty = take_bool(&number);
	c.facts.writeback = take_bool(&number);
	c.facts.stable_writes = take_bool(&number);
	c.facts.write_fault = take_bool(&number);
	return c;
}

size_t nr_free_swap_cases(void)
{
	return LENGTH(revisions) * LENGTH(counts) * LENGTH(counts) * LENGTH(extra_counts) * 128;
}

struct free_swap_case free_swap_case(size_t number)
{
	struct free_swap_case c = { .revision = take_revision(&number) };

	c.facts.ref_count = take_count(&number);
	c.facts.nr_pages = take_count(&number);
	c.facts.extra_refs = extra_counts[take(&number, LENGTH(extra_counts))];
	c.facts.swapcache = take_bool(&number);
	c.facts.synchronous_io = take_bool(&number);
	c.facts.vma_locked = take_bool(&number);
	c.facts.mlocked = take_bool(&number);
	c.facts.ksm = take_bool(&number);
	c.facts.write_fault = take_bool(&number);
	c.facts.exclusive = take_bool(&number);
	return c;
}

size_t nr_result_cases(void)
{
	return LENGTH(revisions) * LENGTH(result_shifts) * RESULT_BITS * (1u << 3 * RESULT_BITS);
}

struct result_case result_case(size_t number)
{
	struct result_case c = { .revision = take_revision(&number) };
	const unsigned int shift = result_shifts[take(&number, LENGTH(result_shifts))];

	c.facts.fallback_bit = 1u << (take(&number, RESULT_BITS) + shift);
	c.facts.error_bits = (unsigned int)take(&number, 1u << RESULT_BITS) << shift;
	c.facts.fault = (unsigned int)take(&number, 1u << RESULT_BITS) << shift;
	c.facts.follow_up = (unsigned int)take(&number, 1u << RESULT_BITS) << shift;
	return c;
}

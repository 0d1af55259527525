// SPDX-License-Identifier: GPL-2.0-only
#include "space.h"

#include <limits.h>

#include "facts.h"

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

/* Every cause, and what is none: the next value, one far off, the last of all. */
static const enum thpswap_no_folio causes[] = {
	THPSWAP_NO_FOLIO_MEMORY,
	THPSWAP_NO_FOLIO_CHARGE,
	THPSWAP_NO_FOLIO_DEFERRED,
	THPSWAP_NO_FOLIO_EXISTS,
	THPSWAP_NO_FOLIO_GONE,
	THPSWAP_NO_FOLIO_ZSWAP_CHANGED,
	THPSWAP_NO_FOLIO_BUSY,
	THPSWAP_NR_NO_FOLIO,
	(enum thpswap_no_folio)UNKNOWN_VALUE,
	(enum thpswap_no_folio)UINT_MAX,
};

_Static_assert(LENGTH(causes) == THPSWAP_NR_NO_FOLIO + 3, "a cause is missing");

/* Around THPSWAP_MAX_LOOKS, and far beyond. */
static const unsigned int looks[] = { 0, 1, 2, 3, 4, UINT_MAX };

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

static enum thpswap_revision take_revision(size_t *number)
{
	return revisions[take(number, LENGTH(revisions))];
}

/*
 * The values of each count and enum, by name: a new one without an entry here does not
 * compile. Bools need none.
 */
static const unsigned int first_memcgs[] = { 0, UINT_MAX };

#define VALUES_OF_ref_count counts
#define VALUES_OF_nr counts
#define VALUES_OF_nr_pages counts
#define VALUES_OF_pmd_nr_pages counts
#define VALUES_OF_extra_refs extra_counts
#define VALUES_OF_memcg_id first_memcgs
#define VALUES_OF_cached cached_states
#define VALUES_OF_looks looks
#define VALUES_OF_cause causes

/* Each fact takes a digit of the number of the case; how many digits: the number of cases. */
#define TAKE_VALUE(name) facts->name = VALUES_OF_##name[take(&number, LENGTH(VALUES_OF_##name))];
#define TAKE_BOOL(name) facts->name = take_bool(&number);
#define TIMES_VALUES(name) *LENGTH(VALUES_OF_##name)
#define TIMES_TWO(name) *2

size_t nr_source_cases(void)
{
	return LENGTH(revisions) * 2 *
	       (LENGTH(pmd_sizes) + 1) MEMBERS_OF_range(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct source_case source_case(size_t number)
{
	struct source_case c = { .revision = take_revision(&number) };
	const size_t size = take(&number, LENGTH(pmd_sizes) + 1);
	struct thpswap_range *facts = &c.range;

	c.pmd_nr_pages = size < LENGTH(pmd_sizes) ? pmd_sizes[size] : 0;
	c.thp_allowed = take_bool(&number);
	MEMBERS_OF_range(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_fallback_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_fallback_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct fallback_case fallback_case(size_t number)
{
	struct fallback_case c = { .revision = take_revision(&number) };
	struct thpswap_fallback_facts *facts = &c.facts;

	MEMBERS_OF_fallback_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_validation_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_validation_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct validation_case validation_case(size_t number)
{
	struct validation_case c = { .revision = take_revision(&number) };
	struct thpswap_validation_facts *facts = &c.facts;

	MEMBERS_OF_validation_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_mapping_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_mapping_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct mapping_case mapping_case(size_t number)
{
	struct mapping_case c = { .revision = take_revision(&number) };
	struct thpswap_mapping_facts *facts = &c.facts;

	MEMBERS_OF_mapping_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_free_swap_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_free_swap_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct free_swap_case free_swap_case(size_t number)
{
	struct free_swap_case c = { .revision = take_revision(&number) };
	struct thpswap_free_swap_facts *facts = &c.facts;

	MEMBERS_OF_free_swap_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_unmapped_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_unmapped_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct unmapped_case unmapped_case(size_t number)
{
	struct unmapped_case c = { .revision = take_revision(&number) };
	struct thpswap_unmapped_facts *facts = &c.facts;

	MEMBERS_OF_unmapped_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

size_t nr_batch_cases(void)
{
	return LENGTH(revisions) MEMBERS_OF_batch_facts(TIMES_VALUES, TIMES_TWO, TIMES_VALUES);
}

struct batch_case batch_case(size_t number)
{
	struct batch_case c = { .revision = take_revision(&number) };
	struct thpswap_batch_facts *facts = &c.facts;

	MEMBERS_OF_batch_facts(TAKE_VALUE, TAKE_BOOL, TAKE_VALUE) return c;
}

/* Words of bits, chosen for each other: these four facts and no others. */
_Static_assert(sizeof(struct thpswap_result_facts) == 4 * sizeof(unsigned int),
	       "a fact of the result is missing in result_case()");

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

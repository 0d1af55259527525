/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The library's questions as the handlers ask them, with the answers counted.
 *
 * Made for the handlers: whoever includes this gets the counted functions under
 * the library's own names, and so does swapin.c, for what is read ahead. The
 * handlers are proved files and cannot count, hence the macros: they change what
 * they call, not what they say.
 */
#ifndef MM_THPSWAP_COUNTERS_H
#define MM_THPSWAP_COUNTERS_H

#include <linux/swap.h>

#include "counts.h"

/* LOOK_ON asks for more facts: no answer yet. */
static inline struct thpswap_verdict counted_choose_source(enum thpswap_revision revision,
							   struct thpswap_range range,
							   unsigned int pmd_nr_pages,
							   bool thp_allowed)
{
	struct thpswap_verdict verdict =
		thpswap_choose_source(revision, range, pmd_nr_pages, thp_allowed);

	if (verdict.action != THPSWAP_LOOK_ON)
		thpswap_count(THPSWAP_PMD_SOURCE + verdict.action);
	return verdict;
}

static inline struct thpswap_verdict counted_explain_fallback(enum thpswap_revision revision,
							      struct thpswap_fallback_facts facts)
{
	struct thpswap_verdict verdict = thpswap_explain_fallback(revision, facts);

	thpswap_count(THPSWAP_PMD_FALLBACK + verdict.action);
	return verdict;
}

static inline struct thpswap_verdict counted_validate(enum thpswap_revision revision,
						      struct thpswap_validation_facts facts)
{
	struct thpswap_verdict verdict = thpswap_validate(revision, facts);

	thpswap_count(THPSWAP_PMD_VALIDATE + verdict.action);
	return verdict;
}

static inline struct thpswap_mapping counted_decide_mapping(enum thpswap_revision revision,
							    struct thpswap_mapping_facts facts)
{
	struct thpswap_mapping mapping = thpswap_decide_mapping(revision, facts);
	const bool must_be_stable = facts.writeback && facts.stable_writes;

	if (mapping.exclusive)
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_EXCLUSIVE);
	else
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_SHARED);
	if (facts.entry_exclusive && !mapping.exclusive && must_be_stable)
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_SHARED_FOR_STABLE_WRITES);
	if (mapping.writable)
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_WRITABLE);
	if (mapping.dirty)
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_DIRTY);
	if (mapping.follow_up)
		thpswap_count(THPSWAP_PMD_MAPPING + THPSWAP_MAPPED_FOLLOW_UP);
	return mapping;
}

/* Whether the memcg's swap is full decides the rest, and is counted then. */
static inline struct thpswap_verdict counted_should_free_swap(enum thpswap_revision revision,
							      struct thpswap_free_swap_facts facts)
{
	struct thpswap_verdict verdict = thpswap_should_free_swap(revision, facts);

	if (verdict.action != THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		thpswap_count_free_swap(THPSWAP_PMD_FREE_SWAP, verdict.action == THPSWAP_FREE,
					verdict.reason);
	return verdict;
}

static inline struct thpswap_verdict
counted_should_free_unmapped(enum thpswap_revision revision, struct thpswap_unmapped_facts facts)
{
	struct thpswap_verdict verdict = thpswap_should_free_unmapped(revision, facts);

	thpswap_count(THPSWAP_PMD_UNMAPPED + verdict.action);
	return verdict;
}

static inline bool counted_mem_cgroup_swap_full(struct folio *folio)
{
	const bool full = mem_cgroup_swap_full(folio);

	thpswap_count_free_swap(THPSWAP_PMD_FREE_SWAP, full, THPSWAP_REASON_NO_HURRY);
	return full;
}

#define thpswap_choose_source counted_choose_source
#define thpswap_explain_fallback counted_explain_fallback
#define thpswap_validate counted_validate
#define thpswap_decide_mapping counted_decide_mapping
#define thpswap_should_free_swap counted_should_free_swap
#define thpswap_should_free_unmapped counted_should_free_unmapped
#define mem_cgroup_swap_full counted_mem_cgroup_swap_full

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* How the tests call the library: the one place that knows how facts are passed. */
#ifndef THPSWAP_TESTS_ASK_H
#define THPSWAP_TESTS_ASK_H

#include "facts.h"
#include "space.h"

static inline void ask_range_add(struct thpswap_range *range, struct thpswap_slots run)
{
	thpswap_range_add(range, run);
}

static inline struct thpswap_verdict ask_source(struct source_case c)
{
	return thpswap_choose_source(c.revision, c.range, c.pmd_nr_pages, c.thp_allowed);
}

static inline struct thpswap_verdict ask_fallback(struct fallback_case c)
{
	return thpswap_explain_fallback(c.revision, c.facts);
}

static inline struct thpswap_verdict ask_validation(struct validation_case c)
{
	return thpswap_validate(c.revision, c.facts);
}

static inline bool ask_keeps_exclusive(struct mapping_case c)
{
	return thpswap_keeps_exclusive(c.facts);
}

static inline struct thpswap_mapping ask_mapping(struct mapping_case c)
{
	return thpswap_decide_mapping(c.revision, c.facts);
}

/* The answers of decision 4 as one number, bit 0 being the first member. */
static inline unsigned int mapping_word(struct thpswap_mapping mapping)
{
	unsigned int word = 0;
	unsigned int bit = 0;

#define ADD_BIT(name) word |= (unsigned int)mapping.name << bit++;
	MEMBERS_OF_mapping(ADD_BIT, ADD_BIT, ADD_BIT)
#undef ADD_BIT
		return word;
}

static inline bool same_range(const struct thpswap_range *a, const struct thpswap_range *b)
{
#define AND_SAME(name) &&a->name == b->name
	return true MEMBERS_OF_range(AND_SAME, AND_SAME, AND_SAME);
#undef AND_SAME
}

static inline struct thpswap_verdict ask_free_swap(struct free_swap_case c)
{
	return thpswap_should_free_swap(c.revision, c.facts);
}

static inline struct thpswap_verdict ask_unmapped(struct unmapped_case c)
{
	return thpswap_should_free_unmapped(c.revision, c.facts);
}

static inline struct thpswap_batch ask_batch(struct batch_case c)
{
	return thpswap_decide_batch(c.revision, c.facts);
}

static inline unsigned int ask_result(struct result_case c)
{
	return thpswap_fold_result(c.revision, c.facts);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second opinion on every decision of libthpswap.
 *
 * Written from the policy (the steps S1..S17 of the posted handler and the rules
 * of the reviewed one), not from the library, and in another form: terms of a
 * truth table, lists of vetoes, sets of slot kinds, single bits. A mistake made
 * here is unlikely to be made there too.
 */
#ifndef THPSWAP_TESTS_ORACLE_H
#define THPSWAP_TESTS_ORACLE_H

#include <stdint.h>

#include <thpswap/thpswap.h>

/*
 * What one slot can look like, apart from where it is: 3 states of the swap cache
 * times in_use, zswap, zeromap, and one of two memcgs. A set of kinds is a word
 * with one bit a kind.
 */
#define ORACLE_NR_KINDS 48u
#define ORACLE_IN_PMD_FOLIO UINT64_C(0x0000ffff0000)

struct thpswap_slots oracle_slots_of_kind(unsigned int kind, unsigned int nr);

/* What must be known of slots that begin with @first and show exactly @kinds. */
struct thpswap_range oracle_range(unsigned int first, uint64_t kinds, unsigned int nr);

/* The verdict if slots that begin with @first and show exactly @kinds are all there are. */
struct thpswap_verdict oracle_source_of_kinds(enum thpswap_revision revision, unsigned int first,
					      uint64_t kinds, bool thp_allowed);

/* The verdict for any value of the struct; @pmd_nr_pages is at least 1. */
struct thpswap_verdict oracle_source(enum thpswap_revision revision,
				     const struct thpswap_range *range, unsigned int pmd_nr_pages,
				     bool thp_allowed);

struct thpswap_verdict oracle_fallback(enum thpswap_revision revision,
				       const struct thpswap_fallback_facts *facts);

struct thpswap_verdict oracle_validate(enum thpswap_revision revision,
				       const struct thpswap_validation_facts *facts);

bool oracle_keeps_exclusive(const struct thpswap_mapping_facts *facts);

struct thpswap_mapping oracle_mapping(enum thpswap_revision revision,
				      const struct thpswap_mapping_facts *facts);

struct thpswap_verdict oracle_free_swap(enum thpswap_revision revision,
					const struct thpswap_free_swap_facts *facts);

struct thpswap_verdict oracle_unmapped(enum thpswap_revision revision,
				       const struct thpswap_unmapped_facts *facts);

struct thpswap_batch oracle_batch(enum thpswap_revision revision,
				  const struct thpswap_batch_facts *facts);

unsigned int oracle_result(enum thpswap_revision revision,
			   const struct thpswap_result_facts *facts);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The input space of each decision, numbered from 0. Bools and enums take
 * every value (an enum also one that it does not have), counts take one value of
 * each class that a decision could tell apart: 0, 1, 2, N, N + 1, N + 2 and the
 * largest, for N of 1, 2, 512 and 8192.
 */
#ifndef THPSWAP_TESTS_SPACE_H
#define THPSWAP_TESTS_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include <thpswap/thpswap.h>

#define UNKNOWN_VALUE 99

#define NR_PMD_SIZES 4u
extern const unsigned int pmd_sizes[NR_PMD_SIZES];

struct source_case {
	enum thpswap_revision revision;
	struct thpswap_range range;
	unsigned int pmd_nr_pages;
	bool thp_allowed;
};

struct fallback_case {
	enum thpswap_revision revision;
	struct thpswap_fallback_facts facts;
};

struct validation_case {
	enum thpswap_revision revision;
	struct thpswap_validation_facts facts;
};

struct mapping_case {
	enum thpswap_revision revision;
	struct thpswap_mapping_facts facts;
};

struct free_swap_case {
	enum thpswap_revision revision;
	struct thpswap_free_swap_facts facts;
};

struct unmapped_case {
	enum thpswap_revision revision;
	struct thpswap_unmapped_facts facts;
};

struct batch_case {
	enum thpswap_revision revision;
	struct thpswap_batch_facts facts;
};

struct result_case {
	enum thpswap_revision revision;
	struct thpswap_result_facts facts;
};

size_t nr_source_cases(void);
size_t nr_fallback_cases(void);
size_t nr_validation_cases(void);
size_t nr_mapping_cases(void);
size_t nr_free_swap_cases(void);
size_t nr_unmapped_cases(void);
size_t nr_batch_cases(void);
size_t nr_result_cases(void);

struct source_case source_case(size_t number);
struct fallback_case fallback_case(size_t number);
struct validation_case validation_case(size_t number);
struct mapping_case mapping_case(size_t number);
struct free_swap_case free_swap_case(size_t number);
struct unmapped_case unmapped_case(size_t number);
struct batch_case batch_case(size_t number);
struct result_case result_case(size_t number);

#endif

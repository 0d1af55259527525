/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted: one index for each decision and answer. Without debugfs, nothing. */
#ifndef MM_THPSWAP_COUNTS_H
#define MM_THPSWAP_COUNTS_H

#include <linux/kconfig.h>
#include <linux/percpu.h>
#include <thpswap/thpswap.h>

enum thpswap_mapping_count {
	THPSWAP_MAPPED_EXCLUSIVE,
	THPSWAP_MAPPED_SHARED,
	THPSWAP_MAPPED_SHARED_FOR_STABLE_WRITES,
	THPSWAP_MAPPED_WRITABLE,
	THPSWAP_MAPPED_DIRTY,
	THPSWAP_MAPPED_FOLLOW_UP,
	THPSWAP_NR_MAPPING_COUNTS
};

enum thpswap_exclusive_count {
	THPSWAP_MARKER_KEPT,
	THPSWAP_MARKER_DROPPED,
	THPSWAP_UNMARKED,
	THPSWAP_NR_EXCLUSIVE_COUNTS
};

enum thpswap_batch_count {
	THPSWAP_MAPPED_WHOLE,
	THPSWAP_NOT_MAPPED_WHOLE,
	THPSWAP_NR_BATCH_COUNTS
};

/* Where the counters of a decision begin, and in what order they follow. */
enum thpswap_counts {
	/* by action */
	THPSWAP_PMD_SOURCE,
	THPSWAP_PMD_FALLBACK = THPSWAP_PMD_SOURCE + (int)THPSWAP_NR_ACTIONS,
	THPSWAP_PMD_VALIDATE = THPSWAP_PMD_FALLBACK + (int)THPSWAP_NR_ACTIONS,
	THPSWAP_PMD_UNMAPPED = THPSWAP_PMD_VALIDATE + (int)THPSWAP_NR_ACTIONS,
	/* by enum thpswap_mapping_count */
	THPSWAP_PMD_MAPPING = THPSWAP_PMD_UNMAPPED + (int)THPSWAP_NR_ACTIONS,
	/* kept and freed, each by reason */
	THPSWAP_PMD_FREE_SWAP = THPSWAP_PMD_MAPPING + (int)THPSWAP_NR_MAPPING_COUNTS,
	THPSWAP_PTE_FREE_SWAP = THPSWAP_PMD_FREE_SWAP + 2 * (int)THPSWAP_NR_REASONS,
	/* by enum thpswap_exclusive_count */
	THPSWAP_PTE_EXCLUSIVE = THPSWAP_PTE_FREE_SWAP + 2 * (int)THPSWAP_NR_REASONS,
	/* by enum thpswap_batch_count */
	THPSWAP_PTE_BATCH = THPSWAP_PTE_EXCLUSIVE + (int)THPSWAP_NR_EXCLUSIVE_COUNTS,
	/* kept and freed by the tree, each by reason */
	THPSWAP_PTE_FREE_SWAP_DIFFERS = THPSWAP_PTE_BATCH + (int)THPSWAP_NR_BATCH_COUNTS,
	/* shared and exclusive for the tree */
	THPSWAP_PTE_EXCLUSIVE_DIFFERS = THPSWAP_PTE_FREE_SWAP_DIFFERS + 2 * (int)THPSWAP_NR_REASONS,
	/* whole for the tree */
	THPSWAP_PTE_BATCH_DIFFERS = THPSWAP_PTE_EXCLUSIVE_DIFFERS + 2,
	THPSWAP_NR_COUNTS
};

DECLARE_PER_CPU(unsigned long[THPSWAP_NR_COUNTS], thpswap_counts);

static inline void thpswap_count(unsigned int counter)
{
	if (IS_ENABLED(CONFIG_DEBUG_FS))
		this_cpu_inc(thpswap_counts[counter]);
}

static inline void thpswap_count_free_swap(unsigned int decision, bool freed,
					   enum thpswap_reason reason)
{
	thpswap_count(decision + freed * THPSWAP_NR_REASONS + reason);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Linux 7.3 as a world for the handlers: it has nearly all of it under the same names. */
#ifndef THPSWAP_KERNEL_PRIMITIVES_H
#define THPSWAP_KERNEL_PRIMITIVES_H

#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/swap.h>
#include <linux/thpswap.h>
#include <linux/userfaultfd_k.h>
#include <linux/vmstat.h>

#include <thpswap/thpswap.h>

#include "../internal.h"
#include "../swap.h"
#include "constants.h"
#include "counters.h"

/* The names of the posting: 7.3 has one bit for write and read-write protection. */
#define pmd_swp_uffd_wp pmd_swp_uffd
#define pmd_mkuffd_wp pmd_mkuffd

#define wp_huge_pmd thpswap_wp_huge_pmd

struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip);
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause);

/* What an administrator sees. */
static inline void count_fallback(enum thpswap_reason reason)
{
	static const enum vm_event_item events[THPSWAP_NR_REASONS] = {
		[THPSWAP_REASON_PARTLY_CACHED] = THP_SWPIN_PMD_FALLBACK_PARTLY_CACHED,
		[THPSWAP_REASON_FREE_SLOT] = THP_SWPIN_PMD_FALLBACK_FREE_SLOT,
		[THPSWAP_REASON_NOT_ALLOWED] = THP_SWPIN_PMD_FALLBACK_NOT_ALLOWED,
		[THPSWAP_REASON_MIXED_ZSWAP] = THP_SWPIN_PMD_FALLBACK_MIXED_ZSWAP,
		[THPSWAP_REASON_ZSWAP] = THP_SWPIN_PMD_FALLBACK_ZSWAP,
		[THPSWAP_REASON_MIXED_ZEROMAP] = THP_SWPIN_PMD_FALLBACK_MIXED_ZEROMAP,
		[THPSWAP_REASON_MIXED_MEMCG] = THP_SWPIN_PMD_FALLBACK_MIXED_MEMCG,
		[THPSWAP_REASON_NO_MEMORY] = THP_SWPIN_PMD_FALLBACK_NO_MEMORY,
		[THPSWAP_REASON_NO_CHARGE] = THP_SWPIN_PMD_FALLBACK_NO_CHARGE,
		[THPSWAP_REASON_ZSWAP_CHANGED] = THP_SWPIN_PMD_FALLBACK_ZSWAP_CHANGED,
		[THPSWAP_REASON_BUSY] = THP_SWPIN_PMD_FALLBACK_BUSY,
		[THPSWAP_REASON_NOT_PMD_SIZED] = THP_SWPIN_PMD_FALLBACK_NOT_PMD_SIZED,
		[THPSWAP_REASON_POISONED] = THP_SWPIN_PMD_FALLBACK_POISONED,
	};

	count_vm_event(THP_SWPIN_PMD_FALLBACK);
	if (events[reason])
		count_vm_event(events[reason]);
}

static inline void count_thp_swpin_pmd(struct vm_fault *vmf, struct thpswap_verdict verdict)
{
	if (verdict.action == THPSWAP_MAP)
		count_vm_event(THP_SWPIN_PMD);
	else if (verdict.action == THPSWAP_SPLIT)
		count_fallback(verdict.reason);
}

#endif

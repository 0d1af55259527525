/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux 6.1 as a world for huge_pmd_swap.c, which speaks the names of a later
 * kernel. What 6.1 has under the same name with other arguments is a macro here.
 */
#ifndef THPSWAP_KERNEL_PRIMITIVES_H
#define THPSWAP_KERNEL_PRIMITIVES_H

#include <linux/mm.h>
#include <linux/memcontrol.h>
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

#ifdef CONFIG_THPSWAP_POSTED
#define THPSWAP_SWAPIN_REVISION THPSWAP_POSTED
#else
#define THPSWAP_SWAPIN_REVISION THPSWAP_REVIEWED
#endif

struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip);
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause);

/*
 * The PMD.
 */

static inline swp_entry_t softleaf_from_pmd(pmd_t pmd)
{
	return pmd_to_swp_entry(pmd);
}

static inline pmd_t pmdp_get(pmd_t *pmdp)
{
	return READ_ONCE(*pmdp);
}

static inline pmd_t folio_mk_pmd(struct folio *folio, pgprot_t prot)
{
	return mk_huge_pmd(&folio->page, prot);
}

static inline pmd_t thpswap_pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	return pmd_mkwrite(pmd);
}
#define pmd_mkwrite thpswap_pmd_mkwrite

#define wp_huge_pmd thpswap_wp_huge_pmd

static inline void thpswap_split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmdp,
					  unsigned long addr, bool freeze)
{
	__split_huge_pmd(vma, pmdp, addr, freeze, NULL);
}
#define __split_huge_pmd thpswap_split_huge_pmd

static inline void split_huge_pmd_locked(struct vm_area_struct *vma, unsigned long haddr,
					 pmd_t *pmdp, bool freeze)
{
	split_swap_pmd_locked(vma, pmdp, haddr);
}

/*
 * The folio.
 */

static inline struct folio *thpswap_swap_cache_get_folio(swp_entry_t entry)
{
	return swap_cache_get_folio(entry, NULL, 0);
}
#define swap_cache_get_folio thpswap_swap_cache_get_folio

/* Without the folio lock, the mmap lock is gone too, unless FAULT_FLAG_RETRY_NOWAIT. */
static inline vm_fault_t thpswap_folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
{
	return folio_lock_or_retry(folio, vmf->vma->vm_mm, vmf->flags) ? 0 : VM_FAULT_RETRY;
}
#define folio_lock_or_retry thpswap_folio_lock_or_retry

static inline swp_entry_t folio_swap(swp_entry_t entry, struct folio *folio)
{
	return folio_swap_entry(folio);
}

static inline bool folio_matches_swap_entry(struct folio *folio, swp_entry_t entry)
{
	swp_entry_t swap = folio_swap_entry(folio);

	return folio_test_swapcache(folio) && swp_type(swap) == swp_type(entry) &&
	       swp_offset(entry) - swp_offset(swap) < folio_nr_pages(folio);
}

static inline bool folio_contain_hwpoisoned_page(struct folio *folio)
{
	return folio_test_hwpoison(folio) ||
	       (folio_test_large(folio) && folio_test_has_hwpoisoned(folio));
}

static inline void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page,
					   struct vm_area_struct *vma, unsigned long haddr,
					   rmap_t flags)
{
	page_add_anon_rmap(page, vma, haddr, flags | RMAP_COMPOUND);
}

/* In 6.1, what is new can be mapped shared by no other function. */
static inline void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma,
					   unsigned long haddr, rmap_t flags)
{
	page_add_anon_rmap(&folio->page, vma, haddr, flags | RMAP_COMPOUND);
}

static inline void folio_put_swap(struct folio *folio, struct page *page)
{
	swap_free_range(folio_swap_entry(folio));
}

static inline void flush_icache_pages(struct vm_area_struct *vma, struct page *page,
				      unsigned int nr)
{
	while (nr--)
		flush_icache_page(vma, page++);
}

/*
 * The VMA, and what an administrator sees.
 */

/* Not in 6.1. */
static inline bool userfaultfd_rwp(struct vm_area_struct *vma)
{
	return false;
}

static inline void count_fallback(enum thpswap_reason reason)
{
	static const enum vm_event_item events[THPSWAP_NR_REASONS] = {
		[THPSWAP_REASON_PARTLY_CACHED] = THP_SWPIN_PMD_FALLBACK_PARTLY_CACHED,
		[THPSWAP_REASON_FREE_SLOT] = THP_SWPIN_PMD_FALLBACK_FREE_SLOT,
		[THPSWAP_REASON_ZSWAP] = THP_SWPIN_PMD_FALLBACK_ZSWAP,
		[THPSWAP_REASON_MIXED_MEMCG] = THP_SWPIN_PMD_FALLBACK_MIXED_MEMCG,
		[THPSWAP_REASON_NO_MEMORY] = THP_SWPIN_PMD_FALLBACK_NO_MEMORY,
		[THPSWAP_REASON_NO_CHARGE] = THP_SWPIN_PMD_FALLBACK_NO_CHARGE,
		[THPSWAP_REASON_RACED] = THP_SWPIN_PMD_FALLBACK_RACED,
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

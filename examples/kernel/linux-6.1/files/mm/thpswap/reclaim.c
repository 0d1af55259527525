// SPDX-License-Identifier: GPL-2.0-only
/* Reclaim: a PMD that maps a THP becomes a PMD swap entry. */
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/moduleparam.h>
#include <linux/rmap.h>
#include <linux/thpswap.h>
#include <linux/vmstat.h>

#include "../internal.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "thpswap."

/* Off, reclaim splits the PMD as it always did; entries that are there stay. */
static bool install = true;
module_param(install, bool, 0644);

/**
 * thpswap_keeps_pmd() - May the PMDs that map @folio become PMD swap entries?
 *
 * Not if a page is poisoned: what is read back is good to look at (R20).
 */
bool thpswap_keeps_pmd(struct folio *folio)
{
	return READ_ONCE(install) && folio_test_pmd_mappable(folio) && folio_test_anon(folio) &&
	       folio_test_swapcache(folio) && !folio_test_has_hwpoisoned(folio) &&
	       swap_range_can_count(folio_swap_entry(folio), folio_entire_mapcount(folio));
}

/* So that swapoff finds the process. */
static void mm_uses_swap(struct mm_struct *mm)
{
	if (!list_empty(&mm->mmlist))
		return;
	spin_lock(&mmlist_lock);
	if (list_empty(&mm->mmlist))
		list_add(&mm->mmlist, &init_mm.mmlist);
	spin_unlock(&mmlist_lock);
}

static pmd_t make_swap_pmd(swp_entry_t entry, pmd_t mapped, bool exclusive)
{
	pmd_t pmd = swp_entry_to_pmd(entry);

	if (exclusive)
		pmd = pmd_swp_mkexclusive(pmd);
	if (pmd_soft_dirty(mapped))
		pmd = pmd_swp_mksoft_dirty(pmd);
	if (pmd_uffd_wp(mapped))
		pmd = pmd_swp_mkuffd_wp(pmd);
	/*
	 * Walkers ask, without the lock, is_swap_pmd() || pmd_trans_huge() || pmd_devmap().
	 * What became a swap entry after the first look is taken for huge by the last one:
	 * x86 inverts the offset, and the bit is far above what a swap area has.
	 */
	VM_WARN_ON_ONCE(!pmd_devmap(pmd));
	return pmd;
}

/* Under the PMD lock; false when the folio has to stay mapped. */
static bool unmap_folio_pmd(struct vm_area_struct *vma, unsigned long haddr, pmd_t *pmdp,
			    struct folio *folio)
{
	struct mm_struct *mm = vma->vm_mm;
	swp_entry_t entry = folio_swap_entry(folio);
	struct page *page = &folio->page;
	bool exclusive = PageAnonExclusive(page);
	pmd_t mapped;

	flush_cache_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	mapped = pmdp_invalidate(vma, haddr, pmdp);
	if (pmd_dirty(mapped))
		folio_mark_dirty(folio);

	if (swap_duplicate_range(entry)) {
		set_pmd_at(mm, haddr, pmdp, mapped);
		return false;
	}
	/* Only after the PMD is invalid: whoever pins a page has done so by now. */
	if (exclusive && page_try_share_anon_rmap(page)) {
		swap_free_range(entry);
		set_pmd_at(mm, haddr, pmdp, mapped);
		return false;
	}

	mm_uses_swap(mm);
	update_hiwater_rss(mm);
	add_mm_counter(mm, MM_ANONPAGES, -HPAGE_PMD_NR);
	add_mm_counter(mm, MM_SWAPENTS, HPAGE_PMD_NR);
	set_pmd_at(mm, haddr, pmdp, make_swap_pmd(entry, mapped, exclusive));
	mmu_notifier_invalidate_range(mm, haddr, haddr + HPAGE_PMD_SIZE);

	page_remove_rmap(page, vma, true);
	count_vm_event(THP_SWPOUT_PMD);
	return true;
}

/**
 * set_pmd_swap_entry() - Unmap the PMD that a walk has found.
 *
 * The page table that was deposited with the PMD stays: a split will need it.
 *
 * Return: false when the folio has to stay mapped, and so in memory.
 */
bool set_pmd_swap_entry(struct page_vma_mapped_walk *pvmw, struct folio *folio)
{
	struct vm_area_struct *vma = pvmw->vma;

	if (vma->vm_flags & VM_LOCKED) {
		mlock_vma_folio(folio, vma, true);
		return false;
	}
	if (!folio_test_swapcache(folio) ||
	    !unmap_folio_pmd(vma, pvmw->address & HPAGE_PMD_MASK, pvmw->pmd, folio))
		return false;
	folio_put(folio);
	return true;
}

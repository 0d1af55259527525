// SPDX-License-Identifier: GPL-2.0-only
/* Reclaim: a PMD that maps a THP becomes a PMD swap entry. */
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rmap.h>
#include <linux/thpswap.h>
#include <linux/vmstat.h>

#include "../internal.h"
#include "../swap.h"

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
	       folio_test_swapcache(folio) && !folio_contain_hwpoisoned_page(folio);
}

static pmd_t make_swap_pmd(swp_entry_t entry, pmd_t mapped, bool exclusive)
{
	pmd_t pmd = softleaf_to_pmd(entry);

	if (exclusive)
		pmd = pmd_swp_mkexclusive(pmd);
	if (pmd_soft_dirty(mapped))
		pmd = pmd_swp_mksoft_dirty(pmd);
	if (pmd_uffd(mapped))
		pmd = pmd_swp_mkuffd(pmd);
	return pmd;
}

/**
 * set_pmd_swap_entry() - Unmap a PMD that maps @folio, under the PMD lock.
 *
 * The page table that was deposited with the PMD stays: a split will need it.
 *
 * Return: false when the folio has to stay mapped, and so in memory.
 */
bool set_pmd_swap_entry(struct vm_area_struct *vma, unsigned long haddr, pmd_t *pmdp,
			struct folio *folio)
{
	struct mm_struct *mm = vma->vm_mm;
	struct page *page = folio_page(folio, 0);
	bool exclusive;
	pmd_t mapped;

	if (!folio_test_swapcache(folio) || folio_dup_swap(folio, NULL))
		return false;

	flush_cache_range(vma, haddr, haddr + HPAGE_PMD_SIZE);
	exclusive = PageAnonExclusive(page);
	mapped = pmdp_invalidate(vma, haddr, pmdp);
	if (pmd_dirty(mapped))
		folio_mark_dirty(folio);

	/* Only after the PMD is invalid: whoever pins a page has done so by now. */
	if (exclusive && folio_try_share_anon_rmap_pmd(folio, page)) {
		folio_put_swap(folio, NULL);
		set_pmd_at(mm, haddr, pmdp, mapped);
		return false;
	}

	mm_prepare_for_swap_entries(mm);
	update_hiwater_rss(mm);
	add_mm_counter(mm, MM_ANONPAGES, -HPAGE_PMD_NR);
	add_mm_counter(mm, MM_SWAPENTS, HPAGE_PMD_NR);
	set_pmd_at(mm, haddr, pmdp, make_swap_pmd(folio->swap, mapped, exclusive));

	folio_remove_rmap_pmd(folio, page, vma);
	folio_put(folio);
	count_vm_event(THP_SWPOUT_PMD);
	return true;
}

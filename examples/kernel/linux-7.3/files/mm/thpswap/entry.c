// SPDX-License-Identifier: GPL-2.0-only
/* What else happens to an address range while a PMD swap entry stands for it. */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/thpswap.h>
#include <linux/userfaultfd_k.h>
#include <linux/vmstat.h>
#include <asm/pgalloc.h>

#include "../internal.h"
#include "../swap.h"

static swp_entry_t entry_of_page(pmd_t pmd, unsigned int i)
{
	swp_entry_t entry = softleaf_from_pmd(pmd);

	return swp_entry(swp_type(entry), swp_offset(entry) + i);
}

/**
 * copy_swap_pmd() - fork(): the child gets the entry too, and nobody has it alone.
 *
 * Under both PMD locks. Takes over @pgtable if it succeeds.
 *
 * Return: false when the slots cannot be counted: split, and try the PTEs.
 */
bool copy_swap_pmd(struct mm_struct *dst_mm, struct mm_struct *src_mm, pmd_t *dst_pmd,
		   pmd_t *src_pmd, unsigned long addr, struct vm_area_struct *dst_vma,
		   pgtable_t pgtable)
{
	pmd_t pmd = *src_pmd;

	if (swap_dup_range_direct(softleaf_from_pmd(pmd)))
		return false;

	mm_prepare_for_swap_entries(dst_mm);
	if (pmd_swp_exclusive(pmd)) {
		pmd = pmd_swp_clear_exclusive(pmd);
		set_pmd_at(src_mm, addr, src_pmd, pmd);
	}
	if (!userfaultfd_protected(dst_vma))
		pmd = pmd_swp_clear_uffd(pmd);
	add_mm_counter(dst_mm, MM_SWAPENTS, HPAGE_PMD_NR);
	mm_inc_nr_ptes(dst_mm);
	pgtable_trans_huge_deposit(dst_mm, dst_pmd, pgtable);
	set_pmd_at(dst_mm, addr, dst_pmd, pmd);
	return true;
}

/* zap_swap_pmd() - Under the PMD lock, the PMD cleared already: @orig_pmd is no more. */
void zap_swap_pmd(struct mm_struct *mm, pmd_t *pmdp, pmd_t orig_pmd)
{
	pte_free(mm, pgtable_trans_huge_withdraw(mm, pmdp));
	mm_dec_nr_ptes(mm);
	add_mm_counter(mm, MM_SWAPENTS, -HPAGE_PMD_NR);
	swap_put_entries_direct(softleaf_from_pmd(orig_pmd), HPAGE_PMD_NR);
}

/* split_swap_pmd_locked() - Under the PMD lock: one swap entry for each page, with all the bits. */
void split_swap_pmd_locked(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t swap_pmd = *pmdp;
	pgtable_t pgtable;
	pmd_t table;
	int i;

	/* The entry stays until the table is whole: MADV_DONTNEED must not see a hole for a moment. */
	pgtable = pgtable_trans_huge_withdraw(mm, pmdp);
	pmd_populate(mm, &table, pgtable);
	for (i = 0; i < HPAGE_PMD_NR; i++) {
		unsigned long addr = haddr + i * PAGE_SIZE;
		pte_t pte = swp_entry_to_pte(entry_of_page(swap_pmd, i));
		pte_t *ptep = pte_offset_map(&table, addr);

		if (pmd_swp_exclusive(swap_pmd))
			pte = pte_swp_mkexclusive(pte);
		if (pmd_swp_soft_dirty(swap_pmd))
			pte = pte_swp_mksoft_dirty(pte);
		if (pmd_swp_uffd(swap_pmd))
			pte = pte_swp_mkuffd(pte);
		set_pte_at(mm, addr, ptep, pte);
		pte_unmap(ptep);
	}
	smp_wmb(); /* the PTEs are there before the table is */
	pmd_populate(mm, pmdp, pgtable);
}

/* swap_pmd_pss() - The bytes, << @shift, that fall to each of those who share the slots. */
u64 swap_pmd_pss(pmd_t pmd, unsigned int shift)
{
	u64 pss = 0;
	int i;

	for (i = 0; i < HPAGE_PMD_NR; i++)
		pss += div_u64((u64)PAGE_SIZE << shift,
			       max(swp_swapcount(entry_of_page(pmd, i)), 1));
	return pss;
}

/**
 * free_swap_pmd() - MADV_FREE: what is swapped out need not come back.
 *
 * Return: false when only a part is meant; the entry has been split for it.
 */
bool free_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *ptl;
	pmd_t pmd;

	if (end - addr != HPAGE_PMD_SIZE) {
		split_huge_pmd(vma, pmdp, addr);
		return false;
	}
	ptl = pmd_lock(mm, pmdp);
	pmd = *pmdp;
	if (pmd_is_swap_entry(pmd)) {
		pmd_clear(pmdp);
		zap_swap_pmd(mm, pmdp, pmd);
	}
	spin_unlock(ptl);
	return true;
}

/* A fault, but for what the handler does for nobody who waits: no lock is dropped. */
static vm_fault_t bring_in(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr, pmd_t pmd)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = haddr,
		.real_address = haddr,
		.pgoff = linear_page_index(vma, haddr),
		.gfp_mask = GFP_KERNEL,
		.pmd = pmdp,
		.orig_pmd = pmd,
	};

	return do_huge_pmd_swap_page(&vmf);
}

/* A page that could not be read spoils the folio, not the other pages: they are read alone. */
static void drop_unread_folio(swp_entry_t entry)
{
	struct folio *folio = swap_cache_get_folio(entry);

	if (!folio)
		return;
	folio_lock(folio);
	if (folio_matches_swap_entry(folio, entry) && !folio_test_uptodate(folio))
		swap_cache_del_folio(folio);
	folio_unlock(folio);
	folio_put(folio);
}

/**
 * unuse_swap_pmd() - swapoff: bring the range in, as a read of it would.
 *
 * What cannot be brought in whole is split, and is done page by page. What somebody
 * else is bringing in just now is met again: swapoff walks until no slot is in use.
 */
void unuse_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned int type)
{
	const pmd_t pmd = pmdp_get_lockless(pmdp);

	if (!pmd_is_swap_entry(pmd) || swp_type(softleaf_from_pmd(pmd)) != type)
		return;
	if (bring_in(vma, pmdp, addr, pmd) & VM_FAULT_ERROR) {
		drop_unread_folio(softleaf_from_pmd(pmd));
		split_huge_pmd(vma, pmdp, addr);
	}
}

/* collapse_swap_pmd() - MADV_COLLAPSE: a swapped THP is brought in. */
void collapse_swap_pmd(struct vm_area_struct *vma, unsigned long haddr)
{
	pmd_t *pmdp = mm_find_pmd(vma->vm_mm, haddr);
	const pmd_t pmd = pmdp ? pmdp_get_lockless(pmdp) : __pmd(0);

	if (pmd_is_swap_entry(pmd))
		bring_in(vma, pmdp, haddr, pmd);
}

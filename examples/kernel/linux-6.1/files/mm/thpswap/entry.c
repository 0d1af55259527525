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
	swp_entry_t entry = pmd_to_swp_entry(pmd);

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

	if (swap_duplicate_range(pmd_to_swp_entry(pmd)))
		return false;

	if (list_empty(&dst_mm->mmlist)) {
		spin_lock(&mmlist_lock);
		if (list_empty(&dst_mm->mmlist))
			list_add(&dst_mm->mmlist, &src_mm->mmlist);
		spin_unlock(&mmlist_lock);
	}
	if (pmd_swp_exclusive(pmd)) {
		pmd = pmd_swp_clear_exclusive(pmd);
		set_pmd_at(src_mm, addr, src_pmd, pmd);
	}
	if (!userfaultfd_wp(dst_vma))
		pmd = pmd_swp_clear_uffd_wp(pmd);
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
	free_swap_range_and_cache(pmd_to_swp_entry(orig_pmd));
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
		if (pmd_swp_uffd_wp(swap_pmd))
			pte = pte_swp_mkuffd_wp(pte);
		set_pte_at(mm, addr, ptep, pte);
		pte_unmap(ptep);
	}
	smp_wmb(); /* the PTEs are there before the table is */
	pmd_populate(mm, pmdp, pgtable);
	count_vm_event(THP_SPLIT_PMD);
}

/* change_swap_pmd() - mprotect() changes the VMA; only userfaultfd marks the entry. */
void change_swap_pmd(struct mm_struct *mm, pmd_t *pmdp, unsigned long addr, unsigned long cp_flags)
{
	pmd_t pmd = *pmdp;

	if (cp_flags & MM_CP_UFFD_WP)
		pmd = pmd_swp_mkuffd_wp(pmd);
	else if (cp_flags & MM_CP_UFFD_WP_RESOLVE)
		pmd = pmd_swp_clear_uffd_wp(pmd);
	if (!pmd_same(pmd, *pmdp))
		set_pmd_at(mm, addr, pmdp, pmd);
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

/* A page that could not be read spoils the folio, not the other pages: they are read alone. */
static void drop_unread_folio(swp_entry_t entry)
{
	struct folio *folio = filemap_get_folio(swap_address_space(entry), swp_offset(entry));

	if (!folio)
		return;
	folio_lock(folio);
	if (folio_test_swapcache(folio) && folio_swap_entry(folio).val == entry.val &&
	    !folio_test_uptodate(folio))
		delete_from_swap_cache(folio);
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
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr,
		.real_address = addr,
		.pgoff = linear_page_index(vma, addr),
		.gfp_mask = GFP_KERNEL,
		.pmd = pmdp,
		.orig_pmd = READ_ONCE(*pmdp),
	};

	if (!pmd_is_swap_entry(vmf.orig_pmd) || swp_type(pmd_to_swp_entry(vmf.orig_pmd)) != type)
		return;
	if (do_huge_pmd_swap_page(&vmf) & VM_FAULT_ERROR) {
		drop_unread_folio(pmd_to_swp_entry(vmf.orig_pmd));
		split_huge_pmd(vma, pmdp, addr);
	}
}

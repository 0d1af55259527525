/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PMD swap entries: a PMD that stands for HPAGE_PMD_NR consecutive swap slots.
 * What the rest of mm/ and fs/proc/ has to know of them. Without CONFIG_THPSWAP
 * there are none, and the compiler drops whatever asks for one.
 */
#ifndef _LINUX_THPSWAP_H
#define _LINUX_THPSWAP_H

#include <linux/swap.h>
#include <linux/swapops.h>

struct page_vma_mapped_walk;

static inline bool pmd_is_swap_entry(pmd_t pmd)
{
	return IS_ENABLED(CONFIG_THPSWAP) && is_swap_pmd(pmd) &&
	       !non_swap_entry(pmd_to_swp_entry(pmd));
}

/* Is a swap PMD one that has a folio behind it? */
static inline bool pmd_is_migration_or_swap_entry(pmd_t pmd)
{
	return is_pmd_migration_entry(pmd) || pmd_is_swap_entry(pmd);
}

/* The exclusive marker is the same bit in a PMD as in a PTE. */
static inline bool pmd_swp_exclusive(pmd_t pmd)
{
	return pte_swp_exclusive(__pte(pmd_val(pmd)));
}

static inline pmd_t pmd_swp_mkexclusive(pmd_t pmd)
{
	return __pmd(pte_val(pte_swp_mkexclusive(__pte(pmd_val(pmd)))));
}

static inline pmd_t pmd_swp_clear_exclusive(pmd_t pmd)
{
	return __pmd(pte_val(pte_swp_clear_exclusive(__pte(pmd_val(pmd)))));
}

vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf);

/* Reclaim */
bool thpswap_keeps_pmd(struct folio *folio);
bool set_pmd_swap_entry(struct page_vma_mapped_walk *pvmw, struct folio *folio);

/* What else happens to an address range; all but the last two under the PMD lock. */
bool copy_swap_pmd(struct mm_struct *dst_mm, struct mm_struct *src_mm, pmd_t *dst_pmd,
		   pmd_t *src_pmd, unsigned long addr, struct vm_area_struct *dst_vma,
		   pgtable_t pgtable);
void zap_swap_pmd(struct mm_struct *mm, pmd_t *pmdp, pmd_t orig_pmd);
void split_swap_pmd_locked(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr);
void change_swap_pmd(struct mm_struct *mm, pmd_t *pmdp, unsigned long addr, unsigned long cp_flags);
u64 swap_pmd_pss(pmd_t pmd, unsigned int shift);
bool free_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned long end);
void unuse_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned int type);

/* The slots of a range; in mm/swapfile.c. */
bool swap_range_can_count(swp_entry_t entry, int more);
int swap_duplicate_range(swp_entry_t entry);
void swap_free_range(swp_entry_t entry);
void free_swap_range_and_cache(swp_entry_t entry);
int swapcache_prepare_range(swp_entry_t entry);

/* Static functions elsewhere. */
void folio_set_anon_for_swapin(struct folio *folio, struct vm_area_struct *vma,
			       unsigned long haddr);
vm_fault_t thpswap_wp_huge_pmd(struct vm_fault *vmf);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PMD swap entries: a PMD that stands for HPAGE_PMD_NR consecutive swap slots.
 * What the rest of mm/ and fs/proc/ has to know of them. Without CONFIG_THPSWAP
 * there are none, and the compiler drops whatever asks for one.
 */
#ifndef _LINUX_THPSWAP_H
#define _LINUX_THPSWAP_H

#include <linux/leafops.h>
#include <linux/swap.h>

static inline bool pmd_is_swap_entry(pmd_t pmd)
{
	return IS_ENABLED(CONFIG_THPSWAP) && softleaf_is_swap(softleaf_from_pmd(pmd));
}

/* Is it one of the entries that have the bits of a swap entry, and are no device's? */
static inline bool pmd_is_migration_or_swap_entry(pmd_t pmd)
{
	return pmd_is_migration_entry(pmd) || pmd_is_swap_entry(pmd);
}

/* What brings a range in. */
vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf);
void read_swap_pmd_ahead(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr);
void unuse_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned int type);
#ifdef CONFIG_THPSWAP
void collapse_swap_pmd(struct vm_area_struct *vma, unsigned long haddr);
#else
static inline void collapse_swap_pmd(struct vm_area_struct *vma, unsigned long haddr)
{
}
#endif

/* Reclaim */
bool thpswap_keeps_pmd(struct folio *folio);
bool set_pmd_swap_entry(struct vm_area_struct *vma, unsigned long haddr, pmd_t *pmdp,
			struct folio *folio);

/* What else happens to an address range; all but the last under the PMD lock. */
bool copy_swap_pmd(struct mm_struct *dst_mm, struct mm_struct *src_mm, pmd_t *dst_pmd,
		   pmd_t *src_pmd, unsigned long addr, struct vm_area_struct *dst_vma,
		   pgtable_t pgtable);
void zap_swap_pmd(struct mm_struct *mm, pmd_t *pmdp, pmd_t orig_pmd);
void split_swap_pmd_locked(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr);
u64 swap_pmd_pss(pmd_t pmd, unsigned int shift);
bool free_swap_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr, unsigned long end);

/* Static functions elsewhere. */
int swap_dup_range_direct(swp_entry_t entry);
void folio_set_anon_for_swapin(struct folio *folio, struct vm_area_struct *vma,
			       unsigned long haddr);
vm_fault_t thpswap_wp_huge_pmd(struct vm_fault *vmf);

#endif

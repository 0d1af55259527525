/* SPDX-License-Identifier: GPL-2.0-only */
/* The PMD of a region, the page table below it, and the one lock of both. */
#ifndef THPSWAP_SIM_PAGE_TABLE_H
#define THPSWAP_SIM_PAGE_TABLE_H

#include "model.h"

static inline struct region *region_of_pmd(pmd_t *pmd)
{
	return (struct region *)((char *)pmd - offsetof(struct region, pmd));
}

spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd);
void spin_unlock(spinlock_t *ptl);
void set_pmd_at(struct mm_struct *mm, unsigned long address, pmd_t *pmdp, pmd_t pmd);

/* Takes the lock of @entry, a PMD or PTE of the fault. Return: false, unlocked, if it is not @old. */
bool lock_unchanged(struct vm_fault *vmf, pmd_t *entry, pmd_t old);

/* How many references to the folio this region's page tables hold. */
unsigned int region_maps(const struct region *region, const struct folio *folio);

/* Turns a PMD that maps or is a swap entry into a page table. */
void split_region(struct region *region);
void split_huge_pmd_locked(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd,
			   bool freeze);
void __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address, bool freeze);

#endif

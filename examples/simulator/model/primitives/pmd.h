/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Modelled: the bits of a PMD, which this model lays out as it likes (model.h).
 */
#ifndef THPSWAP_SIM_PMD_H
#define THPSWAP_SIM_PMD_H

#include "step.h"

/* Which of the N pages of a PMD an address is in. */
static inline unsigned int pte_index(unsigned long address)
{
	return page_in_region(address >> PAGE_SHIFT);
}

static inline bool pmd_is_swap_entry(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_SWAP);
}

static inline swp_entry_t softleaf_from_pmd(pmd_t pmd)
{
	return (swp_entry_t){ entry_offset(pmd) };
}

static inline bool pmd_swp_exclusive(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_EXCLUSIVE);
}

static inline bool pmd_swp_soft_dirty(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_SOFT_DIRTY);
}

static inline bool pmd_swp_uffd_wp(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_UFFD_WP);
}

static inline bool pmd_same(pmd_t a, pmd_t b)
{
	return a.val == b.val;
}

static inline pmd_t pmdp_get(const pmd_t *pmd)
{
	step("pmdp_get");
	return *pmd;
}

static inline pmd_t folio_mk_pmd(struct folio *folio, uint64_t prot)
{
	return make_present(folio, prot);
}

static inline pmd_t pmd_mkyoung(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_YOUNG };
}

static inline pmd_t pmd_mksoft_dirty(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_SOFT_DIRTY };
}

static inline pmd_t pmd_mkuffd_wp(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_UFFD_WP };
}

static inline pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	(void)vma;
	return (pmd_t){ pmd.val | ENTRY_WRITE };
}

/* As on x86, where dirty implies soft-dirty. */
static inline pmd_t pmd_mkdirty(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_DIRTY | ENTRY_SOFT_DIRTY };
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel does for hardware, throttling and statistics, and what never
 * happens in the model: KSM and mlock.
 */
#ifndef THPSWAP_SIM_STUBS_H
#define THPSWAP_SIM_STUBS_H

#include "dup.h"
#include "model.h"

#define GFP_KERNEL 0u

static inline void lru_add_drain(void)
{
}

static inline void folio_throttle_swaprate(struct folio *folio, unsigned int gfp)
{
	(void)folio;
	(void)gfp;
}

static inline void flush_icache_pages(struct vm_area_struct *vma, struct page *page,
				      unsigned int nr)
{
	(void)vma;
	(void)page;
	(void)nr;
}

static inline void update_mmu_cache_pmd(struct vm_area_struct *vma, unsigned long address,
					pmd_t *pmd)
{
	(void)vma;
	(void)address;
	(void)pmd;
}

static inline void count_memcg_event_mm(struct mm_struct *mm, enum vm_event event)
{
	(void)mm;
	(void)event;
}

static inline bool folio_test_ksm(const struct folio *folio)
{
	(void)folio;
	return false;
}

static inline bool folio_test_mlocked(const struct folio *folio)
{
	(void)folio;
	return false;
}

#endif

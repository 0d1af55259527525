// SPDX-License-Identifier: GPL-2.0-only
/* A folio learns that it is mapped. */
#include "rmap.h"
#include "primitives/dup.h"
#include "violation.h"

void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma, unsigned long address,
			     rmap_t flags)
{
	(void)vma;
	check_locked(folio, __func__);
	if (world->exploring && folio->anon)
		world_failed("a folio became anon twice");
	folio->anon = true;
	folio->index = address >> PAGE_SHIFT;
	folio->anon_exclusive = flags & RMAP_EXCLUSIVE;
}

void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page, struct vm_area_struct *vma,
			     unsigned long address, rmap_t flags)
{
	(void)page;
	(void)vma;
	(void)address;
	check_locked(folio, __func__);
	if (world->exploring && !folio->anon)
		world_failed("a folio that is not anon was mapped as one");
	if (flags & RMAP_EXCLUSIVE)
		folio->anon_exclusive = true;
}

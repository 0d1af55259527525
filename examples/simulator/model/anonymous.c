// SPDX-License-Identifier: GPL-2.0-only
/* The first touch of anonymous memory. */
#include "anonymous.h"
#include "alloc.h"
#include "folio.h"
#include "fragmentation.h"
#include "page_table.h"
#include "primitives.h"
#include "reclaim.h"

void install(struct vm_fault *vmf, pmd_t *entry, struct folio *folio, uint64_t bits)
{
	*entry = make_present(folio, bits);
	vmf->vma->vm_mm->anon_pages += entry == vmf->pmd ? folio->nr_pages : 1;
}

struct folio *new_anon_folio(unsigned int nr_pages, uint64_t index)
{
	struct folio *folio = folio_alloc(nr_pages, index);

	folio->uptodate = true;
	folio->dirty = true;
	folio->anon = true;
	return folio;
}

bool anonymous_huge(struct vm_fault *vmf)
{
	struct region *region = vmf->region;
	struct folio *folio;

	if (world_fragmented(vmf->vma->vm_mm, vmf->address >> PAGE_SHIFT) ||
	    !make_room(world->pmd_nr))
		return false;
	folio = new_anon_folio(world->pmd_nr, region->number << world->pmd_shift);
	if (!lock_unchanged(vmf, vmf->pmd, vmf->orig_pmd)) {
		folio_put(folio);
		return true;
	}
	folio->anon_exclusive = true;
	install(vmf, vmf->pmd, folio,
		ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY |
			(vmf->flags & FAULT_FLAG_WRITE ? ENTRY_DIRTY : 0));
	lru_add(folio);
	spin_unlock(vmf->ptl);
	world->now_ns += MINOR_FAULT_NS + (uint64_t)world->pmd_nr * ZERO_PAGE_NS;
	return true;
}

void add_page_table(struct vm_fault *vmf)
{
	if (!lock_unchanged(vmf, vmf->pmd, vmf->orig_pmd))
		return;
	vmf->region->pte = sim_alloc(world->pmd_nr * sizeof(*vmf->region->pte));
	*vmf->pmd = (pmd_t){ ENTRY_TABLE };
	spin_unlock(vmf->ptl);
}

vm_fault_t anonymous_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
{
	struct folio *folio;

	if (!make_room(1))
		return VM_FAULT_OOM;
	folio = new_anon_folio(1, vmf->address >> PAGE_SHIFT);
	if (!lock_unchanged(vmf, pte, old)) {
		folio_put(folio);
		return 0;
	}
	install(vmf, pte, folio, ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY | ENTRY_EXCLUSIVE);
	lru_add(folio);
	spin_unlock(vmf->ptl);
	world->now_ns += MINOR_FAULT_NS + ZERO_PAGE_NS;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* A page of a folio goes bad. */
#include "memory_failure.h"
#include "folio.h"
#include "page_table.h"
#include "world.h"

static void unmap_pmd(const struct folio *folio, struct region *region)
{
	spinlock_t *ptl = pmd_lock(region->mm, &region->pmd);

	if (entry_has(region->pmd, ENTRY_PRESENT) && entry_folio(region->pmd) == folio)
		split_region(region);
	spin_unlock(ptl);
}

void memory_failure(struct folio *folio, unsigned int page)
{
	folio_get(folio);
	folio->poisoned |= 1u << page;
	folio_lock(folio);
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = world_find_region(mm, folio->index >> world->pmd_shift);

		if (region)
			unmap_pmd(folio, region);
	}
	folio_unlock(folio);
	folio_put(folio);
}

// SPDX-License-Identifier: GPL-2.0-only
/* get_user_pages(): a reference from outside of the page tables. */
#include "gup.h"
#include "folio.h"
#include "mmap_lock.h"
#include "page_table.h"

struct folio *gup_pmd(struct region *region)
{
	struct folio *folio = NULL;
	spinlock_t *ptl;

	step("mmap_read_lock");
	mmap_read_lock(region->mm);
	ptl = pmd_lock(region->mm, &region->pmd);
	if (entry_has(region->pmd, ENTRY_PRESENT)) {
		folio = entry_folio(region->pmd);
		folio_get(folio);
	}
	spin_unlock(ptl);
	mmap_read_unlock(region->mm);
	return folio;
}

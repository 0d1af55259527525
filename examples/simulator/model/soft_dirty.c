// SPDX-License-Identifier: GPL-2.0-only
/* /proc/PID/clear_refs: soft-dirty tracking begins anew. */
#include "soft_dirty.h"
#include "expect.h"
#include "mmap_lock.h"
#include "page_table.h"

static void clean_entry(pmd_t *entry)
{
	entry->val &= ~(uint64_t)ENTRY_SOFT_DIRTY;
	if (entry_has(*entry, ENTRY_PRESENT))
		entry->val &= ~(uint64_t)ENTRY_WRITE;
}

void clear_soft_dirty(struct region *region)
{
	spinlock_t *ptl;

	mmap_write_lock(region->mm);
	ptl = pmd_lock(region->mm, &region->pmd);
	if (entry_has(region->pmd, ENTRY_TABLE))
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			clean_entry(&region->pte[i]);
	else
		clean_entry(&region->pmd);
	expect_clean(region);
	spin_unlock(ptl);
	mmap_write_unlock(region->mm);
}

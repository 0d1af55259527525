// SPDX-License-Identifier: GPL-2.0-only
/* mprotect() of a part of a region: its PMD has to be split. */
#include "mprotect.h"
#include "mmap_lock.h"
#include "page_table.h"

void mprotect_part(struct region *region)
{
	spinlock_t *ptl;

	mmap_write_lock(region->mm);
	ptl = pmd_lock(region->mm, &region->pmd);
	split_region(region);
	spin_unlock(ptl);
	mmap_write_unlock(region->mm);
}

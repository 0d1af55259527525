// SPDX-License-Identifier: GPL-2.0-only
/* UFFDIO_WRITEPROTECT and its read-write kind: marks on the entries. */
#include "uffd.h"
#include "expect.h"
#include "mmap_lock.h"
#include "page_table.h"
#include "primitives.h"

static void mark_entry(struct region *region, pmd_t *entry)
{
	if (!entry_has(*entry, ENTRY_PRESENT) && !entry_has(*entry, ENTRY_SWAP))
		return;
	entry->val |= ENTRY_UFFD_WP;
	if (entry_has(*entry, ENTRY_PRESENT)) {
		entry->val &= ~(uint64_t)ENTRY_WRITE;
		if (userfaultfd_rwp(region->mm->vma))
			entry->val |= ENTRY_NO_ACCESS;
	}
	expect_uffd_wp(region, entry, true);
}

void uffd_write_protect(struct region *region)
{
	spinlock_t *ptl;

	step("mmap_read_lock");
	mmap_read_lock(region->mm);
	ptl = pmd_lock(region->mm, &region->pmd);
	if (entry_has(region->pmd, ENTRY_TABLE))
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			mark_entry(region, &region->pte[i]);
	else
		mark_entry(region, &region->pmd);
	spin_unlock(ptl);
	mmap_read_unlock(region->mm);
}

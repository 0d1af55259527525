// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork(): the child gets every entry, and nothing is exclusive any more (R24).
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "fork.h"
#include "alloc.h"
#include "expect.h"
#include "folio.h"
#include "mmap_lock.h"
#include "page_table.h"
#include "slots.h"
#include "world.h"

static pmd_t share_entry(struct mm_struct *child, pmd_t *entry, unsigned int nr)
{
	if (entry_has(*entry, ENTRY_PRESENT)) {
		entry->val &= ~(uint64_t)(ENTRY_WRITE | ENTRY_EXCLUSIVE);
		if (nr > 1)
			entry_folio(*entry)->anon_exclusive = false;
		folio_get(entry_folio(*entry));
		child->anon_pages += nr;
	} else if (entry_has(*entry, ENTRY_SWAP)) {
		entry->val &= ~(uint64_t)ENTRY_EXCLUSIVE;
		swap_dup(entry_offset(*entry), nr);
		child->swap_entries += nr;
	}
	return *entry;
}

static void share_entries(struct region *parent, struct region *child)
{
	if (!entry_has(parent->pmd, ENTRY_TABLE)) {
		child->pmd = share_entry(child->mm, &parent->pmd, world->pmd_nr);
		return;
	}
	child->pte = sim_alloc(world->pmd_nr * sizeof(*child->pte));
	child->pmd = parent->pmd;
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		child->pte[i] = share_entry(child->mm, &parent->pte[i], 1);
}

struct region *fork_region(struct region *parent, struct mm_struct *mm)
{
	struct region *child = world_region(mm, parent->number);
	spinlock_t *ptl;

	mmap_write_lock(parent->mm);
	ptl = pmd_lock(parent->mm, &parent->pmd);
	share_entries(parent, child);
	expect_the_same(child, parent);
	spin_unlock(ptl);
	mmap_write_unlock(parent->mm);
	return child;
}

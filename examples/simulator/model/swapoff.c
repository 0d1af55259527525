// SPDX-License-Identifier: GPL-2.0-only
/* swapoff: bring everything in, then wait for the last pin and free the device. */
#include "swapoff.h"
#include "fault.h"
#include "folio.h"
#include "mmap_lock.h"
#include "primitives.h"
#include "swap_cache.h"
#include "world.h"

static bool swapped_page(struct region *region, unsigned int *page)
{
	if (entry_has(region->pmd, ENTRY_SWAP)) {
		*page = 0;
		return true;
	}
	for (*page = 0; entry_has(region->pmd, ENTRY_TABLE) && *page < world->pmd_nr; ++*page)
		if (entry_has(region->pte[*page], ENTRY_SWAP))
			return true;
	return false;
}

static uint64_t address_of(const struct region *region, unsigned int page)
{
	return (region->number << world->pmd_shift | page) << PAGE_SHIFT;
}

/* A fault brings in a page at least, and several actors may be at it: a few rounds suffice. */
static void unuse_region(struct region *region)
{
	unsigned int page;

	for (unsigned int round = 0; round < 4 * world->pmd_nr && swapped_page(region, &page);
	     round++) {
		step("mmap_read_lock");
		mmap_read_lock(region->mm);
		handle_mm_fault(region, address_of(region, page), 0);
		mmap_read_unlock(region->mm);
	}
}

static void unuse(const struct mm_struct *mm)
{
	for (size_t i = 0; i <= world->regions_mask; i++)
		if (world->regions[i] && world->regions[i]->mm == mm)
			unuse_region(world->regions[i]);
}

static void drop_oldest_from_cache(void)
{
	struct folio *folio = lru_oldest();

	if (!folio || !folio->swapcache)
		return;
	folio_get(folio);
	folio_lock(folio);
	folio_free_swap(folio);
	folio_unlock(folio);
	folio_put(folio);
}

void swapoff(void)
{
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next)
		unuse(mm);
	drop_oldest_from_cache();
	if (world->si.nr_used > 0)
		return; /* interrupted: the device stays */
	step("swapoff: kill the device");
	world->si.dying = true;
	wait_while(&world->si.pinned, "swapoff: wait for the last pin");
	world->si.freed = true;
}

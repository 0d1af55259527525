// SPDX-License-Identifier: GPL-2.0-only
/* Unmapping: what was mapped is put, what was swapped out gives up its slots. */
#include "zap.h"
#include "alloc.h"
#include "expect.h"
#include "folio.h"
#include "mmap_lock.h"
#include "page_table.h"
#include "slots.h"
#include "swap_cache.h"

/* What was mapped there must be put once the lock is gone. */
static struct folio *zap_entry(struct mm_struct *mm, pmd_t *entry, unsigned int nr)
{
	const pmd_t old = *entry;

	*entry = (pmd_t){ 0 };
	if (entry_has(old, ENTRY_PRESENT)) {
		mm->anon_pages -= nr;
		if (nr > 1)
			entry_folio(old)->anon_exclusive = false;
		return entry_folio(old);
	}
	if (entry_has(old, ENTRY_SWAP)) {
		mm->swap_entries -= nr;
		swap_free(entry_offset(old), nr);
		swap_reclaim_cached(entry_offset(old), nr);
	}
	return NULL;
}

/* Soft-dirty as a fresh mapping has it comes with the next fault. */
static void zap_pages(struct region *region, unsigned int first)
{
	struct folio **zapped = sim_alloc(world->pmd_nr * sizeof(struct folio *));
	spinlock_t *ptl = pmd_lock(region->mm, &region->pmd);

	if (first > 0)
		split_region(region);
	if (entry_has(region->pmd, ENTRY_TABLE)) {
		for (unsigned int i = first; i < world->pmd_nr; i++)
			zapped[i] = zap_entry(region->mm, &region->pte[i], 1);
	} else {
		zapped[0] = zap_entry(region->mm, &region->pmd, world->pmd_nr);
	}
	for (unsigned int i = first; i < world->pmd_nr; i++)
		expect_nothing(region, i);
	spin_unlock(ptl);
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		if (zapped[i]) {
			free_swap_cache(zapped[i]);
			folio_put(zapped[i]);
		}
	sim_release(zapped);
}

void madvise_dontneed(struct region *region, unsigned int first)
{
	step("mmap_read_lock");
	mmap_read_lock(region->mm);
	zap_pages(region, first);
	mmap_read_unlock(region->mm);
}

static void free_page_table(struct region *region)
{
	sim_release(region->pte);
	region->pte = NULL;
	region->pmd = (pmd_t){ 0 };
}

void munmap_region(struct region *region, unsigned int first)
{
	mmap_write_lock(region->mm);
	zap_pages(region, first);
	if (first == 0 && entry_has(region->pmd, ENTRY_TABLE))
		free_page_table(region);
	mmap_write_unlock(region->mm);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclaim: take the oldest folios out of memory until a new one fits.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "reclaim.h"
#include "folio.h"
#include "operations.h"
#include "page_table.h"
#include "primitives.h"
#include "slots.h"
#include "split_folio.h"
#include "swap_cache.h"
#include "swap_io.h"
#include "world.h"

/* How many entries of a region may map the folio: one PMD, or a PTE for each page. */
static unsigned int nr_entries(const struct folio *folio, const struct region *region)
{
	if (!region)
		return 0;
	return entry_has(region->pmd, ENTRY_TABLE) ? folio->nr_pages : 1;
}

/* Entry @i of them, if it does map the folio. */
static pmd_t *entry_mapping(const struct folio *folio, struct region *region, unsigned int i)
{
	pmd_t *entry = &region->pmd;

	if (entry_has(region->pmd, ENTRY_TABLE))
		entry = &region->pte[page_in_region(folio->index) + i];
	return entry_has(*entry, ENTRY_PRESENT) && entry_folio(*entry) == folio ? entry : NULL;
}

static struct region *region_of(struct mm_struct *mm, const struct folio *folio)
{
	return world_find_region(mm, folio->index >> world->pmd_shift);
}

static bool test_and_clear_young(struct folio *folio)
{
	bool young = false;

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = region_of(mm, folio);

		for (unsigned int i = 0; i < nr_entries(folio, region); i++) {
			pmd_t *entry = entry_mapping(folio, region, i);

			if (!entry)
				continue;
			young = young || entry_has(*entry, ENTRY_YOUNG);
			entry->val &= ~(uint64_t)ENTRY_YOUNG;
		}
	}
	return young;
}

/* What a swap entry keeps of the mapping it stands for (R16). */
static uint64_t kept_bits(pmd_t entry, bool exclusive)
{
	return (entry.val & (ENTRY_SOFT_DIRTY | ENTRY_UFFD_WP)) | (exclusive ? ENTRY_EXCLUSIVE : 0);
}

static void unmap_pmd(struct folio *folio, struct region *region)
{
	const pmd_t old = region->pmd;

	world_event("swap-out of a PMD", region->mm, region->number);
	folio->dirty = folio->dirty || entry_has(old, ENTRY_DIRTY);
	swap_dup(folio->swap, folio->nr_pages);
	region->pmd = make_entry(ENTRY_SWAP | kept_bits(old, folio->anon_exclusive), folio->swap);
	folio->anon_exclusive = false;
	region->mm->anon_pages -= folio->nr_pages;
	region->mm->swap_entries += folio->nr_pages;
	folio_put(folio);
}

static void unmap_pte(struct folio *folio, struct region *region, pmd_t *pte, unsigned int page)
{
	const pmd_t old = *pte;

	folio->dirty = folio->dirty || entry_has(old, ENTRY_DIRTY);
	swap_dup(folio->swap + page, 1);
	*pte = make_entry(ENTRY_SWAP | kept_bits(old, entry_has(old, ENTRY_EXCLUSIVE)),
			  folio->swap + page);
	region->mm->anon_pages--;
	region->mm->swap_entries++;
	folio_put(folio);
}

static void unmap_from(struct folio *folio, struct region *region)
{
	spinlock_t *ptl = pmd_lock(region->mm, &region->pmd);

	if (entry_mapping(folio, region, 0))
		world_operation(OPERATION_SWAP_OUT, region->mm, folio->index, folio->nr_pages);
	if (entry_mapping(folio, region, 0) == &region->pmd) {
		if (world->policy != SIM_PTE) {
			unmap_pmd(folio, region);
			spin_unlock(ptl);
			return;
		}
		split_region(region);
	}
	for (unsigned int i = 0; i < nr_entries(folio, region); i++) {
		pmd_t *pte = entry_mapping(folio, region, i);

		if (pte)
			unmap_pte(folio, region, pte, i);
	}
	spin_unlock(ptl);
}

static void try_to_unmap(struct folio *folio)
{
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = region_of(mm, folio);

		if (region)
			unmap_from(folio, region);
	}
}

static bool mapped_by_anyone(const struct folio *folio)
{
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		const struct region *region = region_of(mm, folio);

		if (region && region_maps(region, folio) > 0)
			return true;
	}
	return false;
}

static bool get_slots(struct folio *folio)
{
	if (folio->swapcache)
		return true;
	if (!swap_alloc(folio))
		return false;
	folio->dirty = true;
	folio->left_behind = !mapped_by_anyone(folio); /* a fault that failed still holds it */
	return true;
}

/* Swap a folio out; it is gone at once unless it has to be written asynchronously. */
bool reclaim_folio(struct folio *folio)
{
	bool reclaimed = true;

	folio_get(folio);
	if (!folio_trylock(folio)) {
		folio_put(folio);
		return false;
	}
	if (folio->writeback) {
		reclaimed = false;
	} else if (get_slots(folio)) {
		try_to_unmap(folio);
		if (folio->dirty)
			swap_write_folio(folio);
		if (!folio->writeback && !folio->dirty && folio->ref_count == 1 + folio->nr_pages)
			swap_cache_delete(folio);
		else
			reclaimed = folio->writeback; /* somebody holds it: take another */
	} else {
		reclaimed = split_folio(folio);
	}
	folio_unlock(folio);
	folio_put(folio);
	return reclaimed;
}

static bool reclaim_oldest(void)
{
	struct list *entry = world->lru.prev;
	/* Twice around: the first time, what was used lately gets a second chance. */
	uint64_t scans = 2 * world->nr_pages + 2;

	while (entry != &world->lru && scans-- > 0) {
		struct folio *folio = lru_entry(entry);

		entry = entry->prev;
		if (folio->locked)
			continue;
		if (test_and_clear_young(folio)) {
			lru_del(folio);
			lru_add(folio);
			if (entry == &world->lru)
				entry = world->lru.prev;
			continue;
		}
		if (reclaim_folio(folio))
			return true;
	}
	return false;
}

static void end_writebacks(void)
{
	while (world->writeback.prev != &world->writeback) {
		struct folio *folio = lru_entry(world->writeback.prev);

		if (folio->io_end_ns > world->now_ns)
			return;
		swap_end_writeback(folio);
	}
}

static bool wait_for_writeback(void)
{
	if (world->writeback.prev == &world->writeback)
		return false;
	world->now_ns = lru_entry(world->writeback.prev)->io_end_ns;
	end_writebacks();
	return true;
}

bool make_room(unsigned int nr_pages)
{
	if (world->exploring)
		return true; /* scenarios say what there is no memory for */
	if (nr_pages > world->limit_pages)
		return false;
	end_writebacks();
	while (world->nr_pages + nr_pages > world->limit_pages)
		if (!reclaim_oldest() && !wait_for_writeback())
			return false;
	return true;
}

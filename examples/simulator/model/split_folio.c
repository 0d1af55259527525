// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cutting a folio: each page becomes a folio of its own and takes along its mappings
 * and its place in the swap cache.
 */
#include "split_folio.h"
#include "folio.h"
#include "page_table.h"
#include "swap_cache.h"
#include "world.h"

/*
 * Cutting a folio: each page becomes a folio of its own and takes along its
 * mappings and its place in the swap cache.
 */

static void split_mapping(const struct folio *folio, struct region *region)
{
	if (region && entry_has(region->pmd, ENTRY_PRESENT) && entry_folio(region->pmd) == folio)
		split_region(region);
}

static void move_mappings(struct folio *large, struct folio *small)
{
	const unsigned int page = page_in_region(small->index);

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = world_find_region(mm, large->index >> world->pmd_shift);
		pmd_t *pte;

		if (!region || !entry_has(region->pmd, ENTRY_TABLE))
			continue;
		pte = &region->pte[page];
		if (!entry_has(*pte, ENTRY_PRESENT) || entry_folio(*pte) != large)
			continue;
		*pte = make_present(small, pte->val & ((1u << ENTRY_SHIFT) - 1));
		large->ref_count--;
		small->ref_count++;
	}
}

static void cut_page(struct folio *large, unsigned int i)
{
	struct folio *small = folio_alloc(1, large->index + i);

	small->version[0] = large->version[i];
	small->uptodate = large->uptodate;
	small->dirty = large->dirty;
	small->anon = large->anon;
	small->restored = large->restored;
	small->poisoned = large->poisoned >> (i & 31) & 1;
	move_mappings(large, small);
	if (large->swapcache) {
		small->swapcache = true;
		small->swap = large->swap + i;
		swap_cache_replace(small->swap, small);
		large->ref_count--;
		small->ref_count++;
	}
	lru_add_oldest(small);
	folio_put_many(small, 1);
}

static unsigned int references_explained(const struct folio *folio)
{
	unsigned int references = 1 + (folio->swapcache ? folio->nr_pages : 0);

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = world_find_region(mm, folio->index >> world->pmd_shift);

		if (region)
			references += region_maps(region, folio);
	}
	return references;
}

/*
 * Only when the caller's is the one reference that nobody else can explain. The folio
 * becomes its own first page, and stays what the caller has locked.
 */
bool split_folio(struct folio *folio)
{
	if (folio->nr_pages == 1 || folio->writeback)
		return false;
	if (folio->ref_count != references_explained(folio))
		return false;
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next)
		split_mapping(folio, world_find_region(mm, folio->index >> world->pmd_shift));
	lru_del(folio);
	lru_add_oldest(folio);
	for (unsigned int i = 1; i < folio->nr_pages; i++)
		cut_page(folio, i);
	world->nr_pages -= folio->nr_pages - 1;
	folio->poisoned &= 1;
	folio->nr_pages = 1;
	return true;
}

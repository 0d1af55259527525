// SPDX-License-Identifier: GPL-2.0-only
/*
 * The swap cache: which folio holds what a slot holds.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "swap_cache.h"
#include "folio.h"
#include "slots.h"
#include "step.h"
#include "swap_device.h"

bool swap_alloc(struct folio *folio)
{
	uint64_t offset;

	if (!(folio->nr_pages == 1 ? swap_find_slot(&offset) : swap_find_cluster(&offset)))
		return false;
	return swap_cache_add(folio, offset);
}

static bool any_cached(uint64_t offset, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (swap_slot(offset + i)->cache)
			return true;
		if (swap_cluster_uniform(offset))
			return false;
	}
	return false;
}

/* A slot that was given back after the fault began must not be read (R04). */
bool swap_any_unused(uint64_t offset, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (swap_slot(offset + i)->count == 0)
			return true;
	return false;
}

bool swap_cache_add(struct folio *folio, uint64_t offset)
{
	unsigned int nr;

	if (any_cached(offset, folio->nr_pages))
		return false;
	for (unsigned int i = 0; i < folio->nr_pages; i += nr) {
		struct swap_slot *slot = swap_slots_change(offset + i, folio->nr_pages, &nr);

		if (swap_slot_free(slot))
			swap_slots_take(offset + i, nr);
		slot->cache = folio;
	}
	folio->swapcache = true;
	folio->swap = offset;
	folio->ref_count += folio->nr_pages;
	return true;
}

void swap_cache_replace(uint64_t offset, struct folio *folio)
{
	unsigned int nr;

	swap_slots_change(offset, 1, &nr)->cache = folio;
}

static bool slots_have_users(const struct folio *folio)
{
	for (unsigned int i = 0; i < folio->nr_pages; i++) {
		if (swap_slot(folio->swap + i)->count > 0)
			return true;
		if (swap_cluster_uniform(folio->swap))
			return false;
	}
	return false;
}

void swap_cache_delete(struct folio *folio)
{
	unsigned int nr;

	if (world->exploring && folio->dirty && slots_have_users(folio))
		world_failed("a dirty folio was dropped: it held the only copy (R37)");

	for (unsigned int i = 0; i < folio->nr_pages; i += nr) {
		struct swap_slot *slot = swap_slots_change(folio->swap + i, folio->nr_pages, &nr);

		slot->cache = NULL;
		if (swap_slot_free(slot))
			swap_slots_drop(folio->swap + i, nr, slot);
	}
	folio->swapcache = false;
	folio_put_many(folio, folio->nr_pages);
}

struct folio *swap_cache_get_folio(swp_entry_t entry)
{
	struct folio *folio;

	step("swap_cache_get_folio");
	check_device();
	folio = swap_slot(entry.offset)->cache;
	if (folio)
		folio_get(folio);
	return folio;
}

bool folio_free_swap(struct folio *folio)
{
	step("folio_free_swap");
	check_locked(folio, "folio_free_swap");
	check_device();
	if (!folio->swapcache || folio->writeback || slots_have_users(folio))
		return false;
	swap_cache_delete(folio);
	folio->dirty = true; /* the only copy now */
	world->stats.swap_freed++;
	return true;
}

/*
 * Not if somebody holds the lock: then that one has to do it on its way out (D12). A fault
 * does; what is being read or written, reclaimed or copied stays until reclaim, in Linux too.
 */
void free_swap_cache(struct folio *folio)
{
	if (!folio->swapcache)
		return;
	if (!folio_trylock(folio)) {
		folio->left_behind = !folio->locked_by_swapin;
		return;
	}
	if (!folio_free_swap(folio))
		folio->left_behind = folio->writeback;
	folio_unlock(folio);
}

void swap_reclaim_cached(uint64_t offset, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		struct folio *folio = swap_slot(offset + i)->cache;

		if (!folio || slots_have_users(folio))
			continue;
		folio_get(folio);
		free_swap_cache(folio);
		folio_put_many(folio, 1);
	}
}

void folio_put_swap(struct folio *folio, struct page *subpage)
{
	(void)subpage; /* NULL: all of the folio */
	step("folio_put_swap");
	check_locked(folio, "folio_put_swap");
	check_device();
	if (world->exploring && !folio->restored)
		world_failed("a slot was given up before its memory tags were restored");
	swap_free(folio->swap, folio->nr_pages);
}

const struct folio *swap_slot_cached(uint64_t offset)
{
	return swap_slot(offset)->cache;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing swapped memory in: what the slots look like, and a folio for them.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "swapin.h"
#include "folio.h"
#include "fragmentation.h"
#include "primitives.h"
#include "reclaim.h"
#include "slots.h"
#include "step.h"
#include "swap_cache.h"
#include "swap_device.h"
#include "swap_io.h"

static enum thpswap_cached cached_as(const struct folio *folio, uint64_t first)
{
	if (!folio)
		return THPSWAP_CACHED_NOTHING;
	if (folio->nr_pages == world->pmd_nr && folio->swap == first)
		return THPSWAP_CACHED_PMD_FOLIO;
	return THPSWAP_CACHED_OTHER;
}

static bool slots_alike(const struct swap_slot *a, const struct swap_slot *b)
{
	return a->cache == b->cache && a->zeromap == b->zeromap && a->zswap == b->zswap &&
	       (a->count > 0) == (b->count > 0);
}

/* The run of slots that are alike, @skip slots into the range of @entry. */
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip)
{
	const struct swap_slot *slot;
	unsigned int nr = 1;

	(void)si; /* there is one device */
	step("swap_slots_batch");
	check_device();
	slot = swap_slot(entry.offset + skip);
	if (swap_cluster_uniform(entry.offset))
		nr = world->pmd_nr - skip;
	while (skip + nr < world->pmd_nr && slots_alike(slot, swap_slot(entry.offset + skip + nr)))
		nr++;
	return (struct thpswap_slots){
		.nr = nr,
		.memcg_id = 0, /* there is one memcg */
		.cached = cached_as(slot->cache, entry.offset),
		.in_use = slot->count > 0,
		.zswap = slot->zswap || world->zswap_enabled,
		.zeromap = slot->zeromap,
	};
}

/* Into the swap cache, locked until the read is over, maybe later; NULL when it cannot be had. */
static struct folio *cache_and_read(struct folio *folio, swp_entry_t entry, bool refuse_early,
				    enum thpswap_no_folio *cause)
{
	*cause = THPSWAP_NO_FOLIO_RACED;
	folio->locked = true;
	step("swap_cache_add");
	if (swap_any_unused(entry.offset, folio->nr_pages) ||
	    !swap_cache_add(folio, entry.offset)) {
		folio->locked = false;
		folio_put(folio);
		return NULL;
	}
	step("swap_read_folio");
	if (refuse_early && zswap_refuses(folio)) {
		*cause = THPSWAP_NO_FOLIO_BUSY;
		swap_cache_delete(folio);
		folio_unlock(folio);
		folio_put(folio);
		return NULL;
	}
	lru_add(folio);
	world->stats.major++;
	if (swap_begin_read(folio))
		return folio;
	swap_read_folio(folio);
	folio_unlock(folio);
	return folio;
}

/*
 * One PMD-sized folio, charged, in the swap cache and read; or why not.
 *
 * Two things are done otherwise for the reviewed handler. A read that zswap refuses
 * is no read error (D5). And the folio is anon before anybody else can lock it: the
 * PTE path could not make it so from a tail page (D10).
 */
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause)
{
	const bool reviewed = world->revision == THPSWAP_REVIEWED;
	struct folio *folio;

	step("alloc_pmd_folio");
	if (world->no_pmd_folio || world_fragmented(vma->vm_mm, haddr >> PAGE_SHIFT)) {
		*cause = THPSWAP_NO_FOLIO_MEMORY;
		return NULL;
	}
	if (world->no_pmd_charge || !make_room(world->pmd_nr)) {
		*cause = THPSWAP_NO_FOLIO_CHARGE;
		return NULL;
	}
	folio = folio_alloc(world->pmd_nr, haddr >> PAGE_SHIFT);
	folio->anon = reviewed;
	return cache_and_read(folio, entry, reviewed, cause);
}

/* One page for the PTE path; without @error, somebody else was faster. */
struct folio *swapin_alloc_page(swp_entry_t entry, vm_fault_t *error)
{
	enum thpswap_no_folio cause; /* of no interest: the PTE path tries again */

	if (!make_room(1)) {
		*error = VM_FAULT_OOM;
		return NULL;
	}
	return cache_and_read(folio_alloc(1, 0), entry, false, &cause);
}

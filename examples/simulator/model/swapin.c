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
#include "world.h"

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
	       a->other_memcg == b->other_memcg && (a->count > 0) == (b->count > 0);
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
		.memcg_id = slot->other_memcg,
		.cached = cached_as(slot->cache, entry.offset),
		.in_use = slot->count > 0,
		.zswap = slot->zswap || world->zswap_enabled,
		.zeromap = slot->zeromap,
	};
}

/* If the slots cannot be had: the first one says whether the entry is lost, as in Linux 7.3. */
static enum thpswap_no_folio why_not_added(uint64_t first)
{
	const struct swap_slot *slot = swap_slot(first);

	if (slot->cache)
		return THPSWAP_NO_FOLIO_EXISTS;
	return slot->count == 0 ? THPSWAP_NO_FOLIO_GONE : THPSWAP_NO_FOLIO_BUSY;
}

static void give_back(struct folio *folio)
{
	swap_cache_delete(folio);
	folio_unlock(folio);
	folio_put(folio);
}

/* Into the swap cache, locked, as long as all of its slots are used and not cached yet. */
static bool cache_folio(struct folio *folio, swp_entry_t entry, enum thpswap_no_folio *cause)
{
	folio->locked = true;
	step("swap_cache_add");
	*cause = why_not_added(entry.offset);
	if (!swap_any_unused(entry.offset, folio->nr_pages) && swap_cache_add(folio, entry.offset))
		return true;
	folio->locked = false;
	folio_put(folio);
	return false;
}

/* Locked until the read is over, maybe later. */
static struct folio *read_cached(struct folio *folio)
{
	lru_add(folio);
	world->stats.major++;
	if (swap_begin_read(folio))
		return folio;
	swap_read_folio(folio);
	folio_unlock(folio);
	return folio;
}

/*
 * Is the PMD still this entry, now that the folio is in the swap cache? Until then the entry
 * could be moved (R30), or its slots change hands (R04), and the folio must not become anon
 * at an address that is not its own. From then on UFFDIO_MOVE finds the folio, and leaves it.
 */
static bool entry_still_there(struct vm_area_struct *vma, unsigned long haddr, swp_entry_t entry)
{
	const struct region *region =
		world_find_region(vma->vm_mm, haddr >> (world->pmd_shift + PAGE_SHIFT));

	step("pmdp_get_lockless");
	return entry_has(region->pmd, ENTRY_SWAP) && entry_offset(region->pmd) == entry.offset;
}

/* What the reviewed order asks once the slots are its own; or why there is no folio. */
static bool fit_to_read(struct folio *folio, struct vm_area_struct *vma, unsigned long haddr,
			swp_entry_t entry, enum thpswap_no_folio *cause)
{
	if (!entry_still_there(vma, haddr, entry)) {
		*cause = THPSWAP_NO_FOLIO_GONE;
		return false;
	}
	step("swap_read_folio");
	*cause = THPSWAP_NO_FOLIO_ZSWAP_CHANGED;
	return !zswap_refuses(folio);
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
	if (world->no_deferred_list) {
		*cause = THPSWAP_NO_FOLIO_DEFERRED;
		return NULL;
	}
	if (world->no_pmd_charge || !make_room(world->pmd_nr)) {
		*cause = THPSWAP_NO_FOLIO_CHARGE;
		return NULL;
	}
	folio = folio_alloc(world->pmd_nr, haddr >> PAGE_SHIFT);
	if (!cache_folio(folio, entry, cause))
		return NULL;
	if (reviewed && !fit_to_read(folio, vma, haddr, entry, cause)) {
		give_back(folio);
		return NULL;
	}
	folio->anon = reviewed;
	return read_cached(folio);
}

/* One page for the PTE path; without @error, somebody else was faster. */
struct folio *swapin_alloc_page(swp_entry_t entry, vm_fault_t *error)
{
	enum thpswap_no_folio cause; /* of no interest: the PTE path tries again */
	struct folio *folio;

	if (!make_room(1)) {
		*error = VM_FAULT_OOM;
		return NULL;
	}
	folio = folio_alloc(1, 0);
	return cache_folio(folio, entry, &cause) ? read_cached(folio) : NULL;
}

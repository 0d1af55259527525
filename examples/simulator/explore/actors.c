// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the actors of a scenario do: each is one operation of the model, or a few, on the
 * memory of the stage.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "actors.h"
#include "scenario.h"

#include "access.h"
#include "fork.h"
#include "gup.h"
#include "memory_failure.h"
#include "mprotect.h"
#include "primitives.h"
#include "reclaim.h"
#include "soft_dirty.h"
#include "split_folio.h"
#include "swap_io.h"
#include "uffd.h"
#include "uffd_move.h"
#include "world.h"
#include "zap.h"

static uint64_t address_of(unsigned int page)
{
	return (stage.region->number << (world->pmd_shift + PAGE_SHIFT)) | (uint64_t)page
										   << PAGE_SHIFT;
}

void read_first(void)
{
	sim_access(stage.mm, address_of(0), 1, false);
}

void read_second(void)
{
	sim_access(stage.mm, address_of(1), 1, false);
}

void write_first(void)
{
	sim_access(stage.mm, address_of(0), 1, true);
}

void write_second(void)
{
	sim_access(stage.mm, address_of(1), 1, true);
}

void write_all(void)
{
	sim_access(stage.mm, address_of(0), (uint64_t)world->pmd_nr << PAGE_SHIFT, true);
}

void child_reads_second(void)
{
	sim_access(stage.child, address_of(1), 1, false);
}

void child_writes(void)
{
	sim_access(stage.child, address_of(0), 1, true);
}

/*
 * Unmapping and sharing.
 */

void dontneed_all(void)
{
	madvise_dontneed(stage.region, 0);
}

void dontneed_part(void)
{
	madvise_dontneed(stage.region, 1);
}

void munmap_part(void)
{
	munmap_region(stage.region, 1);
}

void exit_process(void)
{
	munmap_region(stage.region, 0);
}

void exit_child(void)
{
	munmap_region(world_region(stage.child, stage.region->number), 0);
}

void mprotect_second(void)
{
	mprotect_part(stage.region);
}

void fork_process(void)
{
	struct mm_struct *child = world_mm(2);

	fork_region(stage.region, child);
	stage.child = child;
}

/*
 * Reclaim, and what else happens to a folio behind its users' backs.
 */

void reclaim(void)
{
	struct folio *folio = lru_oldest();

	if (folio)
		reclaim_folio(folio);
}

/* The second time, what has been written can be dropped from the cache. */
void reclaim_twice(void)
{
	reclaim();
	reclaim();
}

void finish_writeback(void)
{
	step("end_writeback");
	if (world->writeback.prev != &world->writeback)
		swap_end_writeback(lru_entry(world->writeback.prev));
}

void deferred_split(void)
{
	struct folio *folio = lru_oldest();

	if (!folio)
		return;
	folio_get(folio);
	if (folio_trylock(folio)) {
		split_folio(folio);
		folio_unlock(folio);
	}
	folio_put(folio);
}

/* The second page of the oldest folio goes bad. */
void poison_second(void)
{
	struct folio *folio = lru_oldest();

	if (folio && folio->nr_pages > 1)
		memory_failure(folio, 1);
}

void forbid_thp(void)
{
	step("transparent_hugepage: never");
	world->thp_forbidden = true;
}

void enable_zswap(void)
{
	step("enable zswap");
	world->zswap_enabled = true;
}

void exhaust_memory(void)
{
	step("exhaust memory");
	world->no_pmd_folio = true;
}

void fill_memcg(void)
{
	step("fill memcg");
	world->no_pmd_charge = true;
}

/* The slots are given back, and at once hold something else of the same process (R04). */
void reuse_slots(void)
{
	dontneed_all();
	write_first();
	reclaim_twice();
}

static void reclaim_mapped(void)
{
	step("isolate");
	if (entry_has(stage.region->pmd, ENTRY_PRESENT))
		reclaim_folio(entry_folio(stage.region->pmd));
}

/* The same when the folio is cached, so that it must leave the cache first. */
void map_and_reuse_slots(void)
{
	write_first();
	dontneed_all();
	write_first();
	reclaim_mapped();
}

/* What a fault leaves behind that has read the range, and lost the race for the entry. */
void fill_swap_cache(void)
{
	const swp_entry_t entry = softleaf_from_pmd(stage.region->pmd);
	enum thpswap_no_folio cause;

	struct folio *folio = swapin_alloc_pmd_folio(entry, stage.mm->vma, address_of(0), &cause);

	if (folio)
		folio_put(folio);
}

/* The first slot's folio leaves the cache, whatever its age. */
void reclaim_first_slot(void)
{
	for (struct list *entry = world->lru.next; entry != &world->lru; entry = entry->next) {
		struct folio *folio = lru_entry(entry);

		if (folio == swap_slot_cached(entry_offset(stage.region->pmd))) {
			reclaim_folio(folio);
			return;
		}
	}
}

/* Reclaim that finds the folio clean and unmapped, and drops it if nobody holds it. */
void drop_from_cache(void)
{
	struct folio *folio = lru_oldest();

	if (!folio || region_maps(stage.region, folio) > 0)
		return;
	reclaim_folio(folio);
}

/*
 * Marks on the entries, and references.
 */

void write_protect(void)
{
	uffd_write_protect(stage.region);
}

void track_soft_dirty(void)
{
	clear_soft_dirty(stage.region);
}

void gup_reference(void)
{
	struct folio *folio = gup_pmd(stage.region);

	if (folio)
		folio_put(folio);
}

/* What has been moved must be found where it is now. */
void move_and_read(void)
{
	struct region *to = world_region(stage.mm, stage.region->number + 1);

	uffd_move_swapped(stage.region, to);
	sim_access(stage.mm, to->number << (world->pmd_shift + PAGE_SHIFT),
		   (uint64_t)world->pmd_nr << PAGE_SHIFT, false);
}

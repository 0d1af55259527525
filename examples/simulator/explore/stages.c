// SPDX-License-Identifier: GPL-2.0-only
/* What the world looks like when a scenario begins. */
#include "primitives.h"
#include "actors.h"
#include "alloc.h"
#include "page_table.h"
#include "reclaim.h"
#include "slots.h"
#include "stages.h"
#include "world.h"

struct stage stage;

static void give_bits(struct region *region)
{
	region->bits = sim_alloc(world->pmd_nr * sizeof(*region->bits));
}

/* A process with one THP, both pages written. */
static void thp(void)
{
	stage.mm = world_mm(1);
	stage.region = world_region(stage.mm, 1);
	give_bits(stage.region);
	write_first();
	write_second();
}

static struct folio *the_folio(void)
{
	return lru_entry(world->lru.prev);
}

/* Swapped out; on an asynchronous device, still in the cache and under writeback. */
void swapped_out(void)
{
	thp();
	entry_folio(stage.region->pmd)->restored = true;
	stage.region->pmd.val &= ~(uint64_t)ENTRY_YOUNG;
	reclaim_folio(the_folio());
}

void cached(void)
{
	swapped_out();
	finish_writeback();
}

/* On a synchronous device the folio leaves the cache at once; a fault brings it back. */
void cached_fast(void)
{
	swapped_out();
	fill_swap_cache();
}

void uncached(void)
{
	cached();
	if (world->lru.next != &world->lru)
		reclaim_folio(the_folio());
}

void forked(void)
{
	thp();
	entry_folio(stage.region->pmd)->restored = true;
	fork_process();
	reclaim_folio(the_folio());
	finish_writeback();
}

void forked_uncached(void)
{
	forked();
	if (world->lru.next != &world->lru)
		reclaim_folio(the_folio());
}

/* Slot 1 alone is in the cache: the child has read it, by a PTE. */
void second_page_cached(void)
{
	forked_uncached();
	split_region(world_region(stage.child, 1));
	child_reads_second();
}

void uffd_registered(void)
{
	uncached();
	stage.mm->vma->vm_flags |= VM_UFFD_WP;
}

void uffd_marked(void)
{
	uffd_registered();
	write_protect();
}

void rwp_registered(void)
{
	uncached();
	stage.mm->vma->vm_flags |= VM_UFFD_RWP;
}

void rwp_marked(void)
{
	rwp_registered();
	write_protect();
}

void soft_dirty_tracked(void)
{
	uncached();
	stage.mm->vma->vm_flags &= ~(unsigned long)VM_SOFTDIRTY;
}

void soft_dirty_cleared(void)
{
	soft_dirty_tracked();
	track_soft_dirty();
}

void read_only(void)
{
	uncached();
	stage.mm->vma->vm_flags &= ~(unsigned long)VM_WRITE;
}

void broken_device(void)
{
	uncached();
	world->si.broken = true;
}

/* Slot 0 has left the cache, slot 1 has not. */
void split_and_cached(void)
{
	cached();
	deferred_split();
	reclaim_first_slot();
}

void zswap_enabled(void)
{
	uncached();
	world->zswap_enabled = true;
}

void no_pmd_folio(void)
{
	uncached();
	world->no_pmd_folio = true;
}

/* A GUP reference was taken before the swap-out, and is still held. */
void pinned_and_cached(void)
{
	thp();
	stage.pinned = entry_folio(stage.region->pmd);
	stage.pinned->restored = true;
	folio_get(stage.pinned);
	stage.region->pmd.val &= ~(uint64_t)ENTRY_YOUNG;
	reclaim_folio(the_folio());
	finish_writeback();
}

void second_slot_in_zswap(void)
{
	uncached();
	swap_into_zswap(entry_offset(stage.region->pmd) + 1);
}

void poisoned_and_cached(void)
{
	cached();
	poison_second();
}

void thp_forbidden(void)
{
	uncached();
	world->thp_forbidden = true;
}

void all_slots_in_zswap(void)
{
	uncached();
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		swap_into_zswap(entry_offset(stage.region->pmd) + i);
}

/* A page of the range was charged to another memcg when it was swapped out. */
void second_slot_elsewhere(void)
{
	uncached();
	swap_charge_elsewhere(entry_offset(stage.region->pmd) + 1);
}

/* The second page was never stored to: its slot has nothing to read. */
void second_slot_zero_filled(void)
{
	stage.mm = world_mm(1);
	stage.region = world_region(stage.mm, 1);
	give_bits(stage.region);
	write_first();
	entry_folio(stage.region->pmd)->restored = true;
	stage.region->pmd.val &= ~(uint64_t)ENTRY_YOUNG;
	reclaim_folio(the_folio());
	finish_writeback();
	if (world->lru.next != &world->lru)
		reclaim_folio(the_folio());
	swap_never_written(entry_offset(stage.region->pmd) + 1);
}

void no_deferred_list(void)
{
	uncached();
	world->no_deferred_list = true;
}

void uffd_marked_no_memory(void)
{
	uffd_marked();
	world->no_pmd_folio = true;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a single scenario asks at its end, beside what must hold in all of them (invariants.c).
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "primitives.h"
#include "actors.h"
#include "checks.h"
#include "reclaim.h"
#include "scenario.h"
#include "slots.h"

void still_the_pinned_folio(void)
{
	const pmd_t pmd = stage.region->pmd;
	const struct folio *folio = entry_has(pmd, ENTRY_PRESENT) ? entry_folio(pmd)
				    : entry_has(pmd, ENTRY_SWAP)
					    ? swap_slot_cached(entry_offset(pmd))
					    : NULL;

	if (folio != stage.pinned)
		world_failed("the write went to a copy, the GUP reference sees old data");
}

void no_slot_in_use(void)
{
	if (world->si.nr_used > 0)
		world_failed("an exclusive writer left %u slots in use",
			     (unsigned int)world->si.nr_used);
}

void major_faults_reported(void)
{
	if (world->stats.major_reported < world->stats.major)
		world_failed("%u major faults were counted, but %u were reported to the caller",
			     (unsigned int)world->stats.major,
			     (unsigned int)world->stats.major_reported);
}

void no_soft_dirty_bit(void)
{
	if (entry_has(stage.region->pmd, ENTRY_SOFT_DIRTY))
		world_failed("the soft-dirty bit was invented");
}

void read_errors_are_reported(void)
{
	if (world->stats.read_errors_reported == 0)
		world_failed("the read error was not reported");
}

/* The folio that everybody has copied must be reclaimable, its slots with it. */
void no_idle_swap_cache(void)
{
	struct list *entry = world->lru.next;

	while (entry != &world->lru) {
		struct folio *folio = lru_entry(entry);

		entry = entry->next;
		if (region_maps(stage.region, folio) == 0)
			reclaim_folio(folio);
	}
	finish_writeback();
	for (uint64_t i = 0; i < world->si.nr_slots; i++)
		if (swap_count(i) == 0 && swap_slot_cached(i))
			world_failed("slot %u is cached for nobody", (unsigned int)i);
}

void one_fault(void)
{
	const uint64_t faults = world->stats.faults - world->stats.retries;

	if (faults != 1)
		world_failed("the write took %u faults", (unsigned int)faults);
}

void mapped_by_a_pmd(void)
{
	if (!entry_has(stage.region->pmd, ENTRY_PRESENT))
		world_failed("the THP was lost");
}

void not_mapped_by_a_pmd(void)
{
	if (entry_has(stage.region->pmd, ENTRY_PRESENT))
		world_failed("a THP was made against the THP policy");
}

void good_page_mapped_alone(void)
{
	if (!entry_has(stage.region->pmd, ENTRY_TABLE) ||
	    !entry_has(stage.region->pte[0], ENTRY_PRESENT))
		world_failed("the good page was not mapped by a PTE");
	if (entry_has(stage.region->pte[1], ENTRY_PRESENT))
		world_failed("the bad page was mapped with it");
}

void poison_reported(void)
{
	if (world->stats.poison_reported == 0)
		world_failed("the poisoned page was not reported");
}

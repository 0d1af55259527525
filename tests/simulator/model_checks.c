// SPDX-License-Identifier: GPL-2.0-only
#include "model_checks.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "folio.h"
#include "model_scene.h"
#include "page_table.h"
#include "slots.h"
#include "swap_cache.h"
#include "world.h"

/*
 * The store that a page holds, in memory, in the swap cache or on the device.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
static uint32_t version_of(int i, uint64_t page)
{
	const pmd_t *entry = find_entry(i, page);
	const unsigned int index = page_in_region(page);
	const struct folio *folio = NULL;
	uint64_t offset = 0;

	if (entry && entry_has(*entry, ENTRY_SWAP)) {
		offset = entry_offset(*entry) + (entry == &find_region(i, page)->pmd ? index : 0);
		folio = swap_slot_cached(offset);
		if (!folio)
			return world->si.version[offset];
	} else if (entry && entry_has(*entry, ENTRY_PRESENT)) {
		folio = entry_folio(*entry);
	}
	return folio ? folio->version[page_in_folio(folio, index)] : 0;
}

static void check_data(uint64_t pages)
{
	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < pages; page++)
			require(version_of(i, page) == stored[i][page],
				"%s: page %" PRIu64 " of process %d holds store %" PRIu32
				" instead of %" PRIu32,
				scene, page, i + 1, version_of(i, page), stored[i][page]);
}

struct recount {
	int64_t present;
	int64_t swapped;
	unsigned int *slots; /* entries that name each */
};

static void recount_entry(struct recount *recount, pmd_t entry, unsigned int nr)
{
	if (entry_has(entry, ENTRY_PRESENT))
		recount->present += nr;
	if (!entry_has(entry, ENTRY_SWAP))
		return;
	recount->swapped += nr;
	for (unsigned int i = 0; i < nr; i++)
		recount->slots[entry_offset(entry) + i]++;
}

static void recount_process(const struct mm_struct *mm, unsigned int *slots)
{
	struct recount recount = { .slots = slots };

	for (size_t i = 0; i <= world->regions_mask; i++) {
		const struct region *region = world->regions[i];

		if (!region || region->mm != mm)
			continue;
		require(!region->ptl.locked, "%s: a PMD is locked", scene);
		if (!entry_has(region->pmd, ENTRY_TABLE))
			recount_entry(&recount, region->pmd, world->pmd_nr);
		else
			for (unsigned int page = 0; page < world->pmd_nr; page++)
				recount_entry(&recount, region->pte[page], 1);
	}
	require(recount.present == mm->anon_pages && recount.swapped == mm->swap_entries,
		"%s: process %" PRIu32 " counts %" PRId64 " and %" PRId64 ", but has %" PRId64
		" pages and %" PRId64 " swap entries",
		scene, mm->pid, mm->anon_pages, mm->swap_entries, recount.present, recount.swapped);
}

static unsigned int owners(const struct folio *folio)
{
	unsigned int owners = folio->swapcache ? folio->nr_pages : 0;

	for (int i = 0; i < NR_PROCESSES; i++) {
		const struct region *region =
			world_find_region(process(i), folio->index >> world->pmd_shift);

		if (region)
			owners += region_maps(region, folio);
	}
	return owners;
}

static void check_folio(const struct folio *folio)
{
	require(!folio->locked && folio->uptodate, "%s: a folio was left locked or unread", scene);
	require(folio->ref_count == owners(folio), "%s: a folio has %u references, but %u owners",
		scene, folio->ref_count, owners(folio));
	for (unsigned int i = 0; folio->swapcache && i < folio->nr_pages; i++)
		require(swap_slot_cached(folio->swap + i) == folio, "%s: a slot forgot its folio",
			scene);
	/* R03: what is being written must not change until it is. */
	if (folio->writeback && (world->si.flags & SWP_STABLE_WRITES))
		require(memcmp(folio->version, world->si.version + folio->swap,
			       folio->nr_pages * sizeof(*folio->version)) == 0,
			"%s: a page changed while it was written", scene);
}

static void check_memory(void)
{
	const struct list *lists[] = { &world->lru, &world->writeback };
	uint64_t pages = 0;

	for (int i = 0; i < 2; i++)
		for (struct list *entry = lists[i]->next; entry != lists[i]; entry = entry->next) {
			const struct folio *folio = lru_entry(entry);

			check_folio(folio);
			require(folio->writeback == (i == 1), "%s: a folio is on the wrong list",
				scene);
			pages += folio->nr_pages;
		}
	require(pages == world->nr_pages, "%s: %" PRIu64 " pages counted, %" PRIu64 " found", scene,
		world->nr_pages, pages);
	require(world->nr_pages <= world->limit_pages, "%s: more memory than there is", scene);
}

static void check_slots(const unsigned int *named)
{
	const struct swap_info_struct *si = &world->si;
	uint64_t used = 0;
	uint64_t free_clusters = 0;

	for (uint64_t slot = 0; slot < si->nr_slots; slot++) {
		require(swap_count(slot) == named[slot],
			"%s: slot %" PRIu64 " counts %u users, but has %u", scene, slot,
			swap_count(slot), named[slot]);
		used += swap_count(slot) > 0 || swap_slot_cached(slot);
	}
	for (uint64_t i = 0; i < si->nr_slots / world->pmd_nr; i++)
		free_clusters += si->clusters[i].used == 0;
	ck_assert_uint_eq(used, si->nr_used);
	ck_assert_uint_eq(free_clusters, si->nr_free_clusters);
	ck_assert_uint_eq(si->pins, 0);
}

static void check_stats(void)
{
	const struct sim_stats *stats = &world->stats;
	const uint64_t pages_in = stats->pages_read + stats->pages_zero;
	uint64_t reasons = 0;

	for (int i = 0; i < THPSWAP_NR_REASONS; i++)
		reasons += stats->split_by_reason[i];
	ck_assert_uint_eq(stats->accesses, accesses);
	ck_assert_uint_le(stats->major, stats->faults);
	ck_assert_uint_le(stats->major_reported, stats->major);
	ck_assert_uint_eq(stats->pmd_maps, stats->by_action[THPSWAP_MAP]);
	ck_assert_uint_eq(reasons, stats->by_action[THPSWAP_SPLIT]);
	ck_assert_uint_le(stats->pmd_maps + reasons, stats->pmd_faults);
	ck_assert_uint_le(stats->pmd_faults, stats->faults);
	/* A read is one page, or N. */
	ck_assert_uint_ge(pages_in, stats->major);
	ck_assert_uint_eq((pages_in - stats->major) % (world->pmd_nr - 1), 0);
	if (world->policy != SIM_PTE)
		return;
	ck_assert_uint_eq(stats->pmd_faults, 0);
	ck_assert_uint_eq(pages_in, stats->major);
}

void check_all(uint64_t pages)
{
	unsigned int *slots = calloc(world->si.nr_slots, sizeof(*slots));

	require(!world->error[0], "%s: %s", scene, world->error);
	check_data(pages);
	for (int i = 0; i < NR_PROCESSES; i++)
		recount_process(process(i), slots);
	check_memory();
	check_slots(slots);
	check_stats();
	free(slots);
}

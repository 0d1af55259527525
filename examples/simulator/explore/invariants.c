// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must hold after every step, and what must hold when all is done. Everything
 * that is counted somewhere is counted again here, from the page tables.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "scenario.h"
#include "primitives.h"
#include "slots.h"

enum { MAX_SLOTS = 64 };

struct recount {
	int64_t anon_pages;
	int64_t swap_entries;
};

static unsigned int mappings(const struct folio *folio)
{
	unsigned int maps = 0;

	for (size_t i = 0; i <= world->regions_mask; i++)
		if (world->regions[i])
			maps += region_maps(world->regions[i], folio);
	return maps;
}

static unsigned int known_references(const struct folio *folio)
{
	return mappings(folio) + (folio->swapcache ? folio->nr_pages : 0) + (stage.pinned == folio);
}

/* Between two page table changes of one actor, sums do not add up; references suffice. */
static bool page_tables_at_rest(void)
{
	for (size_t i = 0; i <= world->regions_mask; i++)
		if (world->regions[i] && world->regions[i]->ptl.locked)
			return false;
	return true;
}

static void recount_entry(struct recount *recount, unsigned int *slots, pmd_t entry,
			  unsigned int nr)
{
	if (entry_has(entry, ENTRY_PRESENT))
		recount->anon_pages += nr;
	if (!entry_has(entry, ENTRY_SWAP))
		return;
	recount->swap_entries += nr;
	for (unsigned int i = 0; i < nr && entry_offset(entry) + i < MAX_SLOTS; i++)
		slots[entry_offset(entry) + i]++;
}

static void check_bits(const struct region *region, pmd_t entry, unsigned int page)
{
	const struct expected_bits *expected = &region->bits[page];

	if (!region->bits) /* nothing has been there yet */
		return;
	if (!entry_has(entry, ENTRY_PRESENT) && !entry_has(entry, ENTRY_SWAP))
		return;
	if (expected->soft_dirty && !entry_has(entry, ENTRY_SOFT_DIRTY))
		world_failed("the soft-dirty bit of page %u was lost", page);
	if (expected->uffd_wp != entry_has(entry, ENTRY_UFFD_WP))
		world_failed("the uffd-wp bit of page %u was %s", page,
			     expected->uffd_wp ? "lost" : "invented");
}

static void check_mapping(const struct region *region, pmd_t entry, unsigned int page, bool pmd)
{
	const struct vm_area_struct *vma = region->mm->vma;
	const struct folio *folio = entry_folio(entry);

	if (!entry_has(entry, ENTRY_PRESENT))
		return;
	check_live(folio, "a mapping");
	if (folio->index + (folio->nr_pages > 1 ? page : 0) !=
	    (region->number << world->pmd_shift) + page)
		world_failed("a folio is mapped where its rmap does not look for it (R30)");
	if (pmd && !folio->uptodate)
		world_failed("a folio that was never read is mapped");
	if (entry_has(entry, ENTRY_UFFD_WP) && userfaultfd_rwp(vma) &&
	    !entry_has(entry, ENTRY_NO_ACCESS))
		world_failed("read-write protection was dropped by a mapping");
	if (!entry_has(entry, ENTRY_WRITE))
		return;
	if (!(vma->vm_flags & VM_WRITE))
		world_failed("a page that nobody may write to is mapped writable");
	if (!(pmd ? folio->anon_exclusive : entry_has(entry, ENTRY_EXCLUSIVE)))
		world_failed("a page that is not exclusive is mapped writable");
	if (entry_has(entry, ENTRY_UFFD_WP) && userfaultfd_wp(vma))
		world_failed("a page marked for uffd-wp is mapped writable");
	if (vma_soft_dirty_enabled(vma) && !entry_has(entry, ENTRY_SOFT_DIRTY))
		world_failed("a page under soft-dirty tracking is mapped writable unseen");
}

static void check_region(const struct region *region, struct recount *recount, unsigned int *slots)
{
	if (!entry_has(region->pmd, ENTRY_TABLE)) {
		recount_entry(recount, slots, region->pmd, world->pmd_nr);
		check_mapping(region, region->pmd, 0, true);
	}
	for (unsigned int i = 0; i < world->pmd_nr; i++) {
		pmd_t entry = region->pmd;

		if (entry_has(region->pmd, ENTRY_TABLE)) {
			entry = region->pte[i];
			recount_entry(recount, slots, entry, 1);
			check_mapping(region, entry, i, false);
		}
		check_bits(region, entry, i);
	}
}

static void check_process(const struct mm_struct *mm, unsigned int *slots)
{
	struct recount recount = { 0 };

	for (size_t i = 0; i <= world->regions_mask; i++)
		if (world->regions[i] && world->regions[i]->mm == mm)
			check_region(world->regions[i], &recount, slots);
	if (recount.anon_pages != mm->anon_pages)
		world_failed("ANON of process %u is %ld, but %ld pages are mapped", mm->pid,
			     (long)mm->anon_pages, (long)recount.anon_pages);
	if (recount.swap_entries != mm->swap_entries)
		world_failed("SWAPENTS of process %u is %ld, but it has %ld entries", mm->pid,
			     (long)mm->swap_entries, (long)recount.swap_entries);
}

static void check_page_tables(void)
{
	unsigned int slots[MAX_SLOTS] = { 0 };

	for (const struct mm_struct *mm = world->mms; mm; mm = mm->next)
		check_process(mm, slots);
	for (uint64_t i = 0; i < world->si.nr_slots && i < MAX_SLOTS; i++)
		if (swap_count(i) != slots[i])
			world_failed("slot %u has count %u, but %u entries name it",
				     (unsigned int)i, swap_count(i), slots[i]);
}

/* No slot may have lost the folio that believes to be cached for it (R23). */
static void check_cache(const struct folio *folio)
{
	for (unsigned int i = 0; folio->swapcache && i < folio->nr_pages; i++)
		if (swap_slot_cached(folio->swap + i) != folio)
			world_failed("slot %u has lost its folio in the swap cache",
				     (unsigned int)folio->swap + i);
}

static void check_references(bool exactly)
{
	struct list *lists[] = { &world->lru, &world->writeback };

	for (size_t i = 0; i < 2; i++) {
		for (struct list *entry = lists[i]->next; entry != lists[i]; entry = entry->next) {
			const struct folio *folio = lru_entry(entry);
			const unsigned int known = known_references(folio);

			check_cache(folio);
			if (folio->anon_exclusive && page_tables_at_rest() && mappings(folio) == 0)
				world_failed(
					"a folio that nobody maps is marked AnonExclusive (R25)");
			if (folio->ref_count < known || (exactly && folio->ref_count != known))
				world_failed("a folio has %u references, but %u owners",
					     folio->ref_count, known);
		}
	}
}

void check_step(void)
{
	check_references(false);
	if (page_tables_at_rest())
		check_page_tables();
}

/* Pages that no list knows are lost. */
static void check_memory(void)
{
	const struct list *lists[] = { &world->lru, &world->writeback };
	uint64_t pages = 0;

	for (size_t i = 0; i < 2; i++)
		for (struct list *entry = lists[i]->next; entry != lists[i]; entry = entry->next)
			pages += lru_entry(entry)->nr_pages;
	if (pages != world->nr_pages)
		world_failed("%u pages of memory are lost",
			     (unsigned int)(world->nr_pages - pages));
}

static bool any_user(const struct folio *folio)
{
	for (unsigned int i = 0; i < folio->nr_pages; i++)
		if (swap_count(folio->swap + i) > 0)
			return true;
	return false;
}

/* Slots, memory and the copy on the device, kept for nobody until reclaim comes along (D12). */
static void check_idle_cache(void)
{
	for (struct list *entry = world->lru.next; entry != &world->lru; entry = entry->next) {
		const struct folio *folio = lru_entry(entry);

		if (folio->swapcache && mappings(folio) == 0 && !any_user(folio) &&
		    !folio->left_behind)
			world_failed("a folio is in the swap cache for nobody");
	}
}

static void check_unlocked(const struct list *list)
{
	for (struct list *entry = list->next; entry != list; entry = entry->next)
		if (lru_entry(entry)->locked)
			world_failed("a folio is still locked");
}

/* A PMD mapping must not hide a page that went bad before it was made (R20). */
static void check_poison(void)
{
	for (size_t i = 0; i <= world->regions_mask; i++) {
		const struct region *region = world->regions[i];

		if (region && entry_has(region->pmd, ENTRY_PRESENT) &&
		    entry_folio(region->pmd)->poisoned)
			world_failed("a PMD maps a folio with a poisoned page");
	}
}

void check_end(void)
{
	if (!page_tables_at_rest())
		world_failed("a PMD lock is still held");
	check_page_tables();
	check_references(true);
	check_poison();
	if (world->si.pins > 0)
		world_failed("the swap device is still pinned");
	check_memory();
	check_unlocked(&world->lru);
	check_unlocked(&world->writeback);
	check_idle_cache();
}

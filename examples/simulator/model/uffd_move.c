// SPDX-License-Identifier: GPL-2.0-only
/*
 * UFFDIO_MOVE: what is swapped out goes to another address of the same process.
 *
 * As in Linux 7.3: a PMD swap entry is split first; a single page that is cached takes its
 * rmap along, under its lock (R30); a page of a larger folio is not moved; and what was not
 * cached is looked up once more under both page table locks. No scenario needs the last one: a
 * folio that is read meanwhile has no address yet, or finds the PMD split and goes (D14).
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "uffd_move.h"
#include "alloc.h"
#include "expect.h"
#include "folio.h"
#include "mmap_lock.h"
#include "page_table.h"
#include "primitives.h"
#include "slots.h"

static void split_source(struct region *from)
{
	spinlock_t *ptl = pmd_lock(from->mm, &from->pmd);

	if (entry_has(from->pmd, ENTRY_SWAP))
		split_region(from);
	spin_unlock(ptl);
}

static void make_room_at(struct region *to)
{
	spinlock_t *ptl = pmd_lock(to->mm, &to->pmd);

	if (to->pmd.val == 0) {
		to->pte = sim_alloc(world->pmd_nr * sizeof(*to->pte));
		to->pmd = (pmd_t){ ENTRY_TABLE };
	}
	spin_unlock(ptl);
}

/* Under both page table locks, and the folio lock if there is a folio. */
static bool move_entry(struct region *from, struct region *to, unsigned int page, pmd_t old,
		       struct folio *folio)
{
	if (!entry_has(from->pmd, ENTRY_TABLE) || !entry_has(to->pmd, ENTRY_TABLE))
		return false;
	if (from->pte[page].val != old.val || to->pte[page].val != 0)
		return false;
	if (swap_slot_cached(entry_offset(old)) != folio)
		return false;
	if (folio)
		folio->index = (to->number << world->pmd_shift) + page;
	to->pte[page] = old;
	from->pte[page] = (pmd_t){ 0 };
	expect_moved(to, from, page);
	return true;
}

static bool move_locked(struct region *from, struct region *to, unsigned int page, pmd_t old,
			struct folio *folio)
{
	spinlock_t *from_ptl = pmd_lock(from->mm, &from->pmd);
	spinlock_t *to_ptl = pmd_lock(to->mm, &to->pmd);
	const bool moved = move_entry(from, to, page, old, folio);

	spin_unlock(to_ptl);
	spin_unlock(from_ptl);
	return moved;
}

static bool move_page(struct region *from, struct region *to, unsigned int page)
{
	const pmd_t old = entry_has(from->pmd, ENTRY_TABLE) ? from->pte[page] : (pmd_t){ 0 };
	struct folio *folio;
	bool moved = false;

	if (!entry_has(old, ENTRY_SWAP))
		return false;
	folio = swap_cache_get_folio(softleaf_from_pmd(old));
	if (!folio)
		return move_locked(from, to, page, old, NULL);
	if (folio->nr_pages == 1 && folio_trylock(folio)) {
		moved = move_locked(from, to, page, old, folio);
		folio_unlock(folio);
	}
	folio_put(folio);
	return moved;
}

void uffd_move_swapped(struct region *from, struct region *to)
{
	struct swap_info_struct *si;

	step("mmap_read_lock");
	mmap_read_lock(from->mm);
	si = get_swap_device((swp_entry_t){ 0 });
	split_source(from);
	make_room_at(to);
	for (unsigned int page = 0; si && page < world->pmd_nr; page++)
		if (!move_page(from, to, page))
			break;
	if (si)
		put_swap_device(si);
	mmap_read_unlock(from->mm);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Folios: allocation, references, the lock, the LRU. */
#include "folio.h"
#include "alloc.h"
#include "step.h"

static void list_insert(struct list *after, struct list *entry)
{
	entry->prev = after;
	entry->next = after->next;
	after->next->prev = entry;
	after->next = entry;
}

void lru_add(struct folio *folio)
{
	struct list *head = folio->writeback ? &world->writeback : &world->lru;

	list_insert(head, &folio->lru);
	folio->on_lru = true;
}

void lru_add_oldest(struct folio *folio)
{
	list_insert(world->lru.prev, &folio->lru);
	folio->on_lru = true;
}

void lru_del(struct folio *folio)
{
	if (!folio->on_lru)
		return;
	folio->lru.prev->next = folio->lru.next;
	folio->lru.next->prev = folio->lru.prev;
	folio->on_lru = false;
}

struct folio *lru_oldest(void)
{
	step("isolate");
	return world->lru.prev == &world->lru ? NULL : lru_entry(world->lru.prev);
}

struct folio *folio_alloc(unsigned int nr_pages, uint64_t index)
{
	struct folio *folio = sim_alloc(sizeof(*folio) + nr_pages * sizeof(folio->version[0]));

	folio->nr_pages = nr_pages;
	folio->index = index;
	folio->ref_count = 1;
	world->nr_pages += nr_pages;
	return folio;
}

static void folio_release(struct folio *folio)
{
	if (folio->locked)
		world_failed("a folio was freed while it was locked");
	if (folio->swapcache)
		world_failed("a folio was freed while it was in the swap cache");
	if (folio->writeback)
		world_failed("a folio was freed while it was under writeback");
	lru_del(folio);
	world->nr_pages -= folio->nr_pages;
	folio->freed = true;
	sim_release(folio);
}

void folio_get(struct folio *folio)
{
	check_live(folio, "folio_get");
	folio->ref_count++;
}

void folio_put_many(struct folio *folio, unsigned int refs)
{
	check_live(folio, "folio_put");
	if (folio->ref_count < refs) {
		world_failed("a folio lost more references than it had");
		return;
	}
	folio->ref_count -= refs;
	if (folio->ref_count == 0)
		folio_release(folio);
}

void folio_put(struct folio *folio)
{
	step("folio_put");
	folio_put_many(folio, 1);
}

void folio_lock(struct folio *folio)
{
	step("folio_lock");
	check_live(folio, "folio_lock");
	wait_while(&folio->locked, "folio_lock");
	check_live(folio, "folio_lock");
	folio->locked = true;
}

void folio_lock_for_swapin(struct folio *folio)
{
	folio_lock(folio);
	folio->locked_by_swapin = true;
	folio->left_behind = false;
}

bool folio_trylock(struct folio *folio)
{
	step("folio_trylock");
	check_live(folio, "folio_trylock");
	if (folio->locked)
		return false;
	folio->locked = true;
	return true;
}

void folio_unlock(struct folio *folio)
{
	step("folio_unlock");
	check_live(folio, "folio_unlock");
	if (!folio->locked)
		world_failed("an unlocked folio was unlocked");
	folio->locked = false;
	folio->locked_by_swapin = false;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Folios: allocation, references, the lock, the LRU. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

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

struct folio *folio_alloc(unsigned int nr_pages, uint64_t index)
{
	struct folio *folio = calloc(1, sizeof(*folio) + nr_pages * sizeof(folio->version[0]));

	if (!folio)
		abort();
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
	lru_del(folio);
	world->nr_pages -= folio->nr_pages;
	free(folio);
}

void folio_get(struct folio *folio)
{
	folio->ref_count++;
}

void folio_put_many(struct folio *folio, unsigned int refs)
{
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
	folio_put_many(folio, 1);
}

void folio_lock(struct folio *folio)
{
	if (folio->locked)
		world_failed("a folio was locked twice");
	folio->locked = true;
}

void folio_unlock(struct folio *folio)
{
	if (!folio->locked)
		world_failed("an unlocked folio was unlocked");
	folio->locked = false;
}

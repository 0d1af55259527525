/* SPDX-License-Identifier: GPL-2.0-only */
/* Folios: allocation, references, the lock, the lists they are on. */
#ifndef THPSWAP_SIM_FOLIO_H
#define THPSWAP_SIM_FOLIO_H

#include "model.h"

/* One reference, not uptodate, on no list. */
struct folio *folio_alloc(unsigned int nr_pages, uint64_t index);
void folio_get(struct folio *folio);
void folio_put(struct folio *folio);
void folio_put_many(struct folio *folio, unsigned int refs);
void folio_lock(struct folio *folio);

/* By a fault: whoever wants to free the swap cache meanwhile relies on it to do so (D12). */
void folio_lock_for_swapin(struct folio *folio);
bool folio_trylock(struct folio *folio);
void folio_unlock(struct folio *folio);

/* As the youngest, or among those under writeback. */
void lru_add(struct folio *folio);
void lru_add_oldest(struct folio *folio);
void lru_del(struct folio *folio);

/* The folio that reclaim would look at first; NULL when there is none. */
struct folio *lru_oldest(void);

static inline struct folio *lru_entry(struct list *entry)
{
	return (struct folio *)((char *)entry - offsetof(struct folio, lru));
}

#endif

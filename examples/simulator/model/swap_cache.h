/* SPDX-License-Identifier: GPL-2.0-only */
/* The swap cache: which folio holds what a slot holds. */
#ifndef THPSWAP_SIM_SWAP_CACHE_H
#define THPSWAP_SIM_SWAP_CACHE_H

#include "model.h"

/* Give a folio slots, and put it into the swap cache for them. Return: false when there are none. */
bool swap_alloc(struct folio *folio);

/* Return: false when a slot of the range is cached already. */
bool swap_cache_add(struct folio *folio, uint64_t offset);
void swap_cache_delete(struct folio *folio);

/* One slot of a folio that is being cut goes to the new small folio. */
void swap_cache_replace(uint64_t offset, struct folio *folio);

/* With a reference; NULL when there is none. */
struct folio *swap_cache_get_folio(swp_entry_t entry);
const struct folio *swap_slot_cached(uint64_t offset);
bool swap_any_unused(uint64_t offset, unsigned int nr);
bool folio_free_swap(struct folio *folio);

/* Whoever gives up the last user of slots, or the last mapping, tries to free the cache too. */
void swap_reclaim_cached(uint64_t offset, unsigned int nr);
void free_swap_cache(struct folio *folio);
void folio_put_swap(struct folio *folio, struct page *subpage);

#endif

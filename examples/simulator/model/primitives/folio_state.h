/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
/*
 * Modelled: what the kernel can ask a folio. A question whose answer may change at any
 * time is a step of its own.
 */
#ifndef THPSWAP_SIM_FOLIO_STATE_H
#define THPSWAP_SIM_FOLIO_STATE_H

#include "step.h"

static inline unsigned int folio_nr_pages(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->nr_pages;
}

static inline unsigned int folio_ref_count(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	if (world->exploring && folio->ref_count <= folio->nr_pages) /* D2 */
		world_failed("a folio in the swap cache has only %u references", folio->ref_count);
	return folio->ref_count;
}

static inline bool folio_test_uptodate(const struct folio *folio)
{
	check_live(folio, __func__);
	if (world->exploring && !folio->uptodate)
		world->unread_unlocked[schedule_actor()] =
			!world->faulting_on[schedule_actor()]->ptl.locked;
	return folio->uptodate;
}

static inline bool folio_test_writeback(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	return folio->writeback;
}

static inline bool folio_test_swapcache(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->swapcache;
}

static inline bool folio_test_anon(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->anon;
}

static inline bool folio_test_lru(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->on_lru;
}

static inline bool folio_contain_hwpoisoned_page(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	return folio->poisoned != 0;
}

static inline struct page *folio_page(struct folio *folio, unsigned int index)
{
	(void)index;
	return (struct page *)folio;
}

static inline bool folio_matches_swap_entry(const struct folio *folio, swp_entry_t entry)
{
	check_live(folio, __func__);
	return folio->swapcache && entry.offset - folio->swap < folio->nr_pages;
}

static inline swp_entry_t folio_swap(swp_entry_t entry, const struct folio *folio)
{
	(void)entry;
	return (swp_entry_t){ folio->swap };
}

static inline void arch_swap_restore(swp_entry_t entry, struct folio *folio)
{
	(void)entry;
	step("arch_swap_restore");
	check_locked(folio, __func__);
	folio->restored = true;
}

#endif

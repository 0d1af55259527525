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

/* Remembers that this fault may now be failed for an entry that is gone (D11). */
static inline bool good_data(bool good)
{
	if (world->exploring && !good)
		world->bad_unlocked[schedule_actor()] =
			!world->faulting_on[schedule_actor()]->ptl.locked;
	return good;
}

static inline bool folio_test_uptodate(const struct folio *folio)
{
	check_live(folio, __func__);
	return good_data(folio->uptodate);
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
	static struct page pages[MAX_ACTORS];
	struct page *page = &pages[schedule_actor()];

	check_live(folio, __func__);
	if (index >= folio->nr_pages)
		world_failed("a folio of %u pages has no page %u", folio->nr_pages, index);
	*page = (struct page){ folio, index };
	return page;
}

/* Poison is for small N, while exploring. */
static inline bool PageHWPoison(const struct page *page)
{
	step(__func__);
	check_live(page->folio, __func__);
	return !good_data(!(page->folio->poisoned >> (page->index & 31) & 1));
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

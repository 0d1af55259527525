// SPDX-License-Identifier: GPL-2.0-only
/* Swap-in of a whole range: what is known of its slots, and a folio for it. */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap_cgroup.h>
#include <linux/thpswap.h>

#include "../internal.h"
#include "../swap.h"
#include "primitives.h"

static bool slot_in_zswap(struct swap_info_struct *si, unsigned long offset)
{
#ifdef CONFIG_FRONTSWAP
	return si->frontswap_map && test_bit(offset, si->frontswap_map);
#else
	return false;
#endif
}

static enum thpswap_cached cached_as(swp_entry_t entry)
{
	struct folio *folio = filemap_get_folio(swap_address_space(entry), swp_offset(entry));
	enum thpswap_cached cached;

	if (!folio)
		return THPSWAP_CACHED_NOTHING;
	cached = folio_nr_pages(folio) == HPAGE_PMD_NR ? THPSWAP_CACHED_PMD_FOLIO
						       : THPSWAP_CACHED_OTHER;
	folio_put(folio);
	return cached;
}

static struct thpswap_slots look_at(struct swap_info_struct *si, swp_entry_t entry)
{
	unsigned long offset = swp_offset(entry);

	return (struct thpswap_slots){
		.nr = 1,
		.memcg_id = mem_cgroup_disabled() ? 0 : lookup_swap_cgroup_id(entry),
		.cached = cached_as(entry),
		.in_use = READ_ONCE(si->swap_map[offset]) & ~SWAP_HAS_CACHE,
		.zswap = slot_in_zswap(si, offset),
		.zeromap = false, /* not in 6.1 */
	};
}

static bool slots_alike(struct thpswap_slots a, struct thpswap_slots b)
{
	return a.memcg_id == b.memcg_id && a.cached == b.cached && a.in_use == b.in_use &&
	       a.zswap == b.zswap;
}

/**
 * swap_slots_batch() - The slots of @entry from the @skip'th on that are alike.
 *
 * Without a lock: what is decided on it is checked again where it matters.
 */
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip)
{
	struct thpswap_slots slots = look_at(si, swp_entry(si->type, swp_offset(entry) + skip));
	struct thpswap_slots next;
	bool again = false;

	while (skip + slots.nr < HPAGE_PMD_NR) {
		next = look_at(si, swp_entry(si->type, swp_offset(entry) + skip + slots.nr));
		if (slots_alike(slots, next)) {
			slots.nr++;
		} else if (!skip && !again && next.cached == THPSWAP_CACHED_PMD_FOLIO) {
			/* Another fault has just added its folio: it has the first slot, too. */
			slots = look_at(si, entry);
			again = true;
		} else {
			break;
		}
	}
	return slots;
}

/*
 * A read of the whole range takes what is on the device, also for a page that
 * is in zswap (D5). Asked again after the slots are reserved: from then on,
 * nobody can write to one.
 */
static bool any_slot_in_zswap(swp_entry_t entry)
{
	struct swap_info_struct *si = swp_swap_info(entry);
	int i;

	for (i = 0; i < HPAGE_PMD_NR; i++)
		if (slot_in_zswap(si, swp_offset(entry) + i))
			return true;
	return false;
}

static struct folio *alloc_charged_folio(swp_entry_t entry, struct vm_area_struct *vma,
					 unsigned long haddr, enum thpswap_no_folio *cause)
{
	gfp_t gfp = vma_thp_gfp_mask(vma);
	struct folio *folio;

	*cause = THPSWAP_NO_FOLIO_MEMORY;
	folio = vma_alloc_folio(gfp, HPAGE_PMD_ORDER, vma, haddr, true);
	if (!folio)
		return NULL;

	*cause = THPSWAP_NO_FOLIO_CHARGE;
	if (mem_cgroup_swapin_charge_folio(folio, vma->vm_mm, gfp, entry)) {
		folio_put(folio);
		return NULL;
	}
	return folio;
}

/*
 * Until they are reserved, the slots can change hands (R04): the entry is mapped by
 * another thread, freed, and used again for somebody else, whose anon_vma is not ours.
 * The entry is there as long as its slots are: it is replaced before they are freed.
 */
static bool entry_still_there(struct vm_area_struct *vma, unsigned long haddr, swp_entry_t entry)
{
	pmd_t *pmdp = mm_find_pmd(vma->vm_mm, haddr);
	pmd_t pmd = pmdp ? READ_ONCE(*pmdp) : __pmd(0);

	return pmd_is_swap_entry(pmd) && pmd_to_swp_entry(pmd).val == entry.val;
}

/* The slots are reserved: fill them, or give them back. */
static bool add_to_reserved_slots(struct folio *folio, swp_entry_t entry,
				  struct vm_area_struct *vma, unsigned long haddr)
{
	void *shadow = NULL;
	int i;

	if (THPSWAP_SWAPIN_REVISION == THPSWAP_REVIEWED &&
	    (any_slot_in_zswap(entry) || !entry_still_there(vma, haddr, entry)))
		goto give_back;
	if (add_to_swap_cache(folio, entry, GFP_KERNEL | __GFP_NOWARN, &shadow))
		goto give_back;

	for (i = 0; i < HPAGE_PMD_NR; i++)
		mem_cgroup_swapin_uncharge_swap(swp_entry(swp_type(entry), swp_offset(entry) + i));
	if (shadow)
		workingset_refault(folio, shadow);
	return true;

give_back:
	put_swap_folio(folio, entry);
	return false;
}

/* Two threads fault on one entry: the loser waits for the folio of the winner. */
static struct folio *folio_of_the_winner(swp_entry_t entry)
{
	struct folio *folio;
	int tries;

	for (tries = 0; tries < 3; tries++) {
		folio = filemap_get_folio(swap_address_space(entry), swp_offset(entry));
		if (folio && folio_nr_pages(folio) == HPAGE_PMD_NR)
			return folio;
		if (folio)
			folio_put(folio);
		schedule_timeout_uninterruptible(1); /* reserved, but not added yet */
	}
	return NULL;
}

static struct folio *cache_and_read(struct folio *folio, swp_entry_t entry,
				    struct vm_area_struct *vma, unsigned long haddr,
				    enum thpswap_no_folio *cause)
{
	int err;

	__folio_set_locked(folio);
	__folio_set_swapbacked(folio);
	err = swapcache_prepare_range(entry);
	if (err || !add_to_reserved_slots(folio, entry, vma, haddr)) {
		*cause = err ? THPSWAP_NO_FOLIO_RACED : THPSWAP_NO_FOLIO_BUSY;
		folio_unlock(folio);
		folio_put(folio);
		return err == -EEXIST ? folio_of_the_winner(entry) : NULL;
	}

	if (THPSWAP_SWAPIN_REVISION == THPSWAP_REVIEWED)
		folio_set_anon_for_swapin(folio, vma, haddr);
	folio_add_lru(folio);
	swap_readpage(&folio->page, false, NULL);
	count_vm_events(PSWPIN, HPAGE_PMD_NR - 1); /* one was counted for the folio */
	return folio;
}

/**
 * swapin_alloc_pmd_folio() - A folio for the range of @entry, charged, in the swap
 *	cache, being read.
 *
 * Return: the folio, locked until it is read; NULL, and why, in @cause.
 */
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long haddr, enum thpswap_no_folio *cause)
{
	struct folio *folio = alloc_charged_folio(entry, vma, haddr, cause);

	return folio ? cache_and_read(folio, entry, vma, haddr, cause) : NULL;
}

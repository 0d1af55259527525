// SPDX-License-Identifier: GPL-2.0-only
/* Swap-in of a whole range: what is known of its slots, and a folio for it. */
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap_ops.h>
#include <linux/thpswap.h>
#include <linux/zswap.h>

#include "primitives.h"
#include "../swap_table.h"

static enum thpswap_cached cached_as(unsigned long swp_tb)
{
	if (!swp_tb_is_folio(swp_tb))
		return THPSWAP_CACHED_NOTHING;
	return folio_nr_pages(swp_tb_to_folio(swp_tb)) == HPAGE_PMD_NR ? THPSWAP_CACHED_PMD_FOLIO
								       : THPSWAP_CACHED_OTHER;
}

/* Under the cluster lock: what is cached can be neither split nor removed. */
static struct thpswap_slots look_at(struct swap_cluster_info *ci, unsigned int index)
{
	const unsigned long swp_tb = __swap_table_get(ci, index);

	return (struct thpswap_slots){
		.nr = 1,
		.memcg_id = __swap_cgroup_get(ci, index),
		.cached = cached_as(swp_tb),
		.in_use = swp_tb_get_count(swp_tb) > 0,
		/* Once zswap was switched on, it refuses to read a folio of more than one page. */
		.zswap = !zswap_never_enabled(),
		.zeromap = __swap_table_test_zero(ci, index),
	};
}

static bool slots_alike(struct thpswap_slots a, struct thpswap_slots b)
{
	return a.memcg_id == b.memcg_id && a.cached == b.cached && a.in_use == b.in_use &&
	       a.zswap == b.zswap && a.zeromap == b.zeromap;
}

/**
 * swap_slots_batch() - The slots of @entry from the @skip'th on that are alike.
 *
 * A hint once the lock is gone: swap_cache_alloc_folio() looks again.
 */
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip)
{
	struct swap_cluster_info *ci = swap_cluster_lock(si, swp_offset(entry));
	/* If the entry, and all others of the cluster, are gone. */
	struct thpswap_slots slots = {
		.nr = HPAGE_PMD_NR - skip,
		.memcg_id = 0,
		.cached = THPSWAP_CACHED_NOTHING,
		.in_use = false,
		.zswap = false,
		.zeromap = false,
	};

	if (ci->table) {
		slots = look_at(ci, skip);
		while (skip + slots.nr < HPAGE_PMD_NR &&
		       slots_alike(slots, look_at(ci, skip + slots.nr)))
			slots.nr++;
	}
	swap_cluster_unlock(ci);
	return slots;
}

/*
 * Until the folio has the slots, they can change hands (R04): the entry is mapped by
 * another thread, freed, and used again for somebody else, whose anon_vma is not ours.
 * The entry is there as long as its slots are: it is replaced before they are freed.
 */
static bool entry_still_there(struct vm_area_struct *vma, unsigned long haddr, swp_entry_t entry)
{
	pmd_t *pmdp = mm_find_pmd(vma->vm_mm, haddr);
	pmd_t pmd = pmdp ? pmdp_get_lockless(pmdp) : __pmd(0);

	return pmd_is_swap_entry(pmd) && softleaf_from_pmd(pmd).val == entry.val;
}

/* Memory for the deferred-split list is a lack of memory as any other to 7.3. */
static enum thpswap_no_folio cause_of(long err)
{
	switch (err) {
	case -ENOMEM:
		return THPSWAP_NO_FOLIO_MEMORY;
	case -EDQUOT:
		return THPSWAP_NO_FOLIO_CHARGE;
	case -EEXIST:
		return THPSWAP_NO_FOLIO_EXISTS;
	case -ENOENT:
		return THPSWAP_NO_FOLIO_GONE;
	default:
		return THPSWAP_NO_FOLIO_BUSY;
	}
}

/*
 * The slots are the folio's: what zswap has not got by now, it will not get. It may be switched
 * on before the read, which is for the device all the same (D5).
 */
static bool still_wanted(struct vm_area_struct *vma, unsigned long haddr, swp_entry_t entry,
			 enum thpswap_no_folio *cause)
{
	if (!entry_still_there(vma, haddr, entry))
		*cause = THPSWAP_NO_FOLIO_GONE;
	else if (!zswap_never_enabled())
		*cause = THPSWAP_NO_FOLIO_ZSWAP_CHANGED;
	else
		return true;
	return false;
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
	struct vm_fault vmf = { .vma = vma, .address = haddr };
	struct swap_io_ctx ctx = {};
	struct folio *folio;

	folio = swap_cache_alloc_folio(entry, GFP_HIGHUSER_MOVABLE, BIT(HPAGE_PMD_ORDER), &vmf,
				       NULL, 0);
	if (IS_ERR(folio)) {
		*cause = cause_of(PTR_ERR(folio));
		return NULL;
	}
	if (IS_ENABLED(CONFIG_THPSWAP_REVIEWED)) {
		if (!still_wanted(vma, haddr, entry, cause)) {
			swap_cache_del_folio(folio);
			folio_unlock(folio);
			folio_put(folio);
			return NULL;
		}
		folio_set_anon_for_swapin(folio, vma, haddr);
	}
	swap_read_folio(&ctx, folio);
	swap_read_submit(&ctx);
	return folio;
}

/* MADV_WILLNEED: begin to read the range, if it can be read whole. A fault will map it. */
void read_swap_pmd_ahead(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long haddr)
{
	const pmd_t pmd = pmdp_get_lockless(pmdp);
	const swp_entry_t entry = softleaf_from_pmd(pmd);
	const bool allowed =
		thp_vma_allowable_order(vma, vma->vm_flags, TVA_PAGEFAULT, HPAGE_PMD_ORDER);
	struct thpswap_range range = { 0 };
	struct thpswap_verdict verdict;
	struct swap_info_struct *si;
	enum thpswap_no_folio cause;
	struct folio *folio;

	if (!pmd_is_swap_entry(pmd))
		return;
	si = get_swap_device(entry);
	if (!si)
		return;
	do {
		thpswap_range_add(&range, swap_slots_batch(si, entry, range.nr));
		verdict = thpswap_choose_source(THPSWAP_REVIEWED, range, HPAGE_PMD_NR, allowed);
	} while (verdict.action == THPSWAP_LOOK_ON);
	if (verdict.action == THPSWAP_READ) {
		folio = swapin_alloc_pmd_folio(entry, vma, haddr, &cause);
		if (folio)
			folio_put(folio);
	}
	put_swap_device(si);
}

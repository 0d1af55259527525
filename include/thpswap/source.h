/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 1. Where do the N pages come from?
 *
 * A PMD swap entry stands for N slots. Either one folio in the swap cache holds all of them
 * and can be mapped, or nothing is cached and all of them can be read at once, or the entry
 * has to be split into N single ones. Describe the slots run by run with
 * thpswap_range_add(), and ask thpswap_choose_source() after each.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_SOURCE_H
#define THPSWAP_SOURCE_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

/**
 * enum thpswap_cached - What the swap cache holds for a slot
 * @THPSWAP_CACHED_NOTHING: no folio
 * @THPSWAP_CACHED_PMD_FOLIO: the N-page folio that begins at the first slot
 * @THPSWAP_CACHED_OTHER: any other folio; so does any other value
 * @THPSWAP_NR_CACHED: how many there are
 */
enum thpswap_cached {
	THPSWAP_CACHED_NOTHING,
	THPSWAP_CACHED_PMD_FOLIO,
	THPSWAP_CACHED_OTHER,
	THPSWAP_NR_CACHED
};

/**
 * struct thpswap_slots - A run of consecutive slots that are alike
 * @nr: slots in the run
 * @memcg_id: memcg they are charged to
 * @cached: what the swap cache holds for them
 * @in_use: their swap count is above zero
 * @zswap: they are in zswap, or zswap would refuse to read them as a whole
 * @zeromap: they are zero-filled and were never written
 */
struct thpswap_slots {
	unsigned int nr;
	unsigned int memcg_id;
	enum thpswap_cached cached;
	bool in_use;
	bool zswap;
	bool zeromap;
};

/**
 * struct thpswap_range - What is known so far of the N slots of an entry
 * @nr: slots looked at so far, saturating
 * @memcg_id: memcg of the first slot
 * @cached: what the swap cache holds for the first slot
 * @zeromap: the first slot is zero-filled
 * @zswap: the first slot is, or may be, in zswap
 * @first_free: the first slot has no user
 * @mixed_cached: the swap cache holds something else for another slot
 * @mixed_memcg: another slot is charged elsewhere
 * @mixed_zeromap: another slot differs in that
 * @mixed_zswap: another slot differs in that
 * @free_slot: a slot has no user, the first or another
 *
 * Start with {0} and add the slots in order with thpswap_range_add().
 */
struct thpswap_range {
	unsigned int nr;
	unsigned int memcg_id;
	enum thpswap_cached cached;
	bool zeromap;
	bool zswap;
	bool first_free;
	bool mixed_cached;
	bool mixed_memcg;
	bool mixed_zeromap;
	bool mixed_zswap;
	bool free_slot;
};

/*@ predicate SeenBefore(struct thpswap_range range) = range.nr > 0;

    predicate Mixed(struct thpswap_range range) =
      range.mixed_cached || range.mixed_memcg || range.mixed_zeromap || range.mixed_zswap;
*/

/* A count stops at the largest unsigned int instead of wrapping. */
/*@ logic integer MostSlots = 4294967295;
*/

/*@ requires  range_valid:    \valid(range);
    terminates \true;
    exits     \false;
    assigns   *range;

    behavior empty_run:
      assumes run.nr == 0;
      ensures unchanged:      *range == \old(*range);

    behavior first_run:
      assumes run.nr > 0 && range->nr == 0;
      ensures counted:        range->nr == run.nr;
      ensures first_cached:   range->cached == run.cached;
      ensures first_memcg:    range->memcg_id == run.memcg_id;
      ensures first_zeromap:  range->zeromap == run.zeromap;
      ensures first_zswap:    range->zswap == run.zswap;
      ensures first_free:     range->first_free <==> !run.in_use;
      ensures not_mixed:      !Mixed(*range);
      ensures free_slot:      range->free_slot <==> !run.in_use;

    behavior next_run:
      assumes run.nr > 0 && range->nr > 0;
      ensures counted:        range->nr == \min(\old(range->nr) + run.nr, MostSlots);
      ensures same_cached:    range->cached == \old(range->cached);
      ensures same_memcg:     range->memcg_id == \old(range->memcg_id);
      ensures same_zeromap:   range->zeromap == \old(range->zeromap);
      ensures same_zswap:     range->zswap == \old(range->zswap);
      ensures same_first:     range->first_free == \old(range->first_free);
      ensures mixed_cached:   range->mixed_cached <==>
                                \old(range->mixed_cached) || run.cached != \old(range->cached);
      ensures mixed_memcg:    range->mixed_memcg <==>
                                \old(range->mixed_memcg) || run.memcg_id != \old(range->memcg_id);
      ensures mixed_zeromap:  range->mixed_zeromap <==>
                                \old(range->mixed_zeromap) || run.zeromap != \old(range->zeromap);
      ensures mixed_zswap:    range->mixed_zswap <==>
                                \old(range->mixed_zswap) || run.zswap != \old(range->zswap);
      ensures free_slot:      range->free_slot <==> \old(range->free_slot) || !run.in_use;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_range_add() - What is known of the range after the next slots?
 * @range: what was known so far; {0} at the start
 * @run: the slots that follow the ones added before, alike in every fact
 *
 * Part of S3. A range may be handled whole only for what *all* its slots are,
 * not for what the first one is (R21, R22, R23).
 */
void thpswap_range_add(struct thpswap_range *range, struct thpswap_slots run);

/*@ predicate WholeFolioCached(struct thpswap_range range) =
      range.cached == THPSWAP_CACHED_PMD_FOLIO && !range.mixed_cached;

    predicate PartlyCached(struct thpswap_range range) =
      range.mixed_cached || (range.cached != THPSWAP_CACHED_NOTHING &&
                             range.cached != THPSWAP_CACHED_PMD_FOLIO);

    predicate NothingCached(struct thpswap_range range) =
      range.cached == THPSWAP_CACHED_NOTHING && !range.mixed_cached;

    predicate OneBackend(struct thpswap_range range) =
      !range.free_slot && !range.mixed_zswap && !range.zswap && !range.mixed_zeromap &&
      !range.mixed_memcg;

    predicate EntryGone(struct thpswap_range range) =
      NothingCached(range) && range.first_free;
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;

    behavior unseen:
      assumes range.nr == 0;
      ensures look_on:        \result.action == THPSWAP_LOOK_ON;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior posted_cached:
      assumes range.nr > 0 && revision == THPSWAP_POSTED;
      assumes range.cached != THPSWAP_CACHED_NOTHING;
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior posted_missing:
      assumes range.nr > 0 && revision == THPSWAP_POSTED;
      assumes range.cached == THPSWAP_CACHED_NOTHING;
      ensures read:           \result.action == THPSWAP_READ;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior whole_folio:
      assumes range.nr > 0 && revision != THPSWAP_POSTED && WholeFolioCached(range);
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior partly_cached:
      assumes range.nr > 0 && revision != THPSWAP_POSTED && PartlyCached(range);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason == THPSWAP_REASON_PARTLY_CACHED;

    behavior gone:
      assumes range.nr > 0 && revision != THPSWAP_POSTED && EntryGone(range);
      ensures refault:        \result.action == THPSWAP_REFAULT;
      ensures why:            \result.reason == THPSWAP_REASON_GONE;

    behavior not_one_read:
      assumes range.nr > 0 && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && !EntryGone(range);
      assumes !thp_allowed || !OneBackend(range);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason ==
                                (range.free_slot ? THPSWAP_REASON_FREE_SLOT :
                                 !thp_allowed ? THPSWAP_REASON_NOT_ALLOWED :
                                 range.mixed_zswap ? THPSWAP_REASON_MIXED_ZSWAP :
                                 range.zswap ? THPSWAP_REASON_ZSWAP :
                                 range.mixed_zeromap ? THPSWAP_REASON_MIXED_ZEROMAP :
                                 THPSWAP_REASON_MIXED_MEMCG);

    behavior unfinished:
      assumes 0 < range.nr < pmd_nr_pages && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && !EntryGone(range) && thp_allowed && OneBackend(range);
      ensures look_on:        \result.action == THPSWAP_LOOK_ON;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior uniform:
      assumes range.nr > 0 && range.nr >= pmd_nr_pages && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && !EntryGone(range) && thp_allowed && OneBackend(range);
      ensures read:           \result.action == THPSWAP_READ;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_choose_source() - Map what is cached, read the range whole, or split?
 * @revision: the policy that decides
 * @range: what is known of the slots so far
 * @pmd_nr_pages: N, in base pages
 * @thp_allowed: the THP policy of today allows a folio of N pages at this address; whether
 *	it did at the swap-out does not matter
 *
 * Step S3. A PMD swap entry is only a compact encoding of N ordinary slots, and
 * slots go their own ways: some cached, some in zswap, some freed. Ask after
 * each thpswap_range_add(). The verdict is LOOK_ON as long as the next slots
 * could still change it, so that a caller cannot read a range that it knows by
 * slot 0 alone (R23, D6), nor pays for slots that no longer matter: one reason
 * to split is enough, a folio of N pages that begins at the first slot answers for
 * all of them, and so does a first slot without a user: the entry is gone.
 *
 * A folio that is cached is mapped whatever the THP policy says: it is there.
 *
 * The posted revision does decide on slot 0 alone, and does not ask for the THP policy.
 *
 * Return: MAP, READ or LOOK_ON without a reason; REFAULT (GONE); SPLIT with the first reason
 * that holds for the slots looked at: PARTLY_CACHED, FREE_SLOT, NOT_ALLOWED, MIXED_ZSWAP (R22),
 * ZSWAP, MIXED_ZEROMAP (R21) or MIXED_MEMCG.
 */
struct thpswap_verdict thpswap_choose_source(enum thpswap_revision revision,
					     struct thpswap_range range, unsigned int pmd_nr_pages,
					     bool thp_allowed);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libthpswap: the policy of a swap-in fault on a PMD swap entry.
 *
 * A fault handler asks six questions, in this order, and does what the answers
 * say. Each answer is a pure, total function of the facts passed in:
 *
 *   thpswap_choose_source()    map the cached folio, read the range, or split?
 *   thpswap_explain_fallback() no PMD-sized folio could be had: what now?
 *   thpswap_validate()         is the locked folio the one to map?
 *   thpswap_decide_mapping()   exclusive, writable, dirty, ...?
 *   thpswap_should_free_swap() drop the swap cache now?
 *   thpswap_fold_result()      what does the fault return?
 *
 * S1..S17 are the steps of do_huge_pmd_swap_page(), R01..R29 the known bugs of
 * this logic that a rule prevents (tests/BUGS.md). N is the number of base pages that one PMD
 * maps. Facts left out of an initialiser are false or zero.
 */
#ifndef THPSWAP_THPSWAP_H
#define THPSWAP_THPSWAP_H

#include <thpswap/env.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum thpswap_revision - Which policy decides?
 * @THPSWAP_POSTED: the handler as posted on 27 April 2026
 * @THPSWAP_REVIEWED: what the review and the later versions settled on
 *
 * Chosen by the caller for each call; any other value decides as
 * THPSWAP_REVIEWED does.
 */
enum thpswap_revision { THPSWAP_POSTED, THPSWAP_REVIEWED, THPSWAP_NR_REVISIONS };

/**
 * enum thpswap_action - What the handler does next
 * @THPSWAP_MAP: go on with this folio towards a PMD mapping
 * @THPSWAP_READ: allocate one PMD-sized folio and read the whole range into it
 * @THPSWAP_LOOK_ON: the answer depends on slots that were not looked at yet
 * @THPSWAP_SPLIT: replace the PMD swap entry by N PTE swap entries, and refault
 * @THPSWAP_REFAULT: give everything back and let the fault happen again
 * @THPSWAP_SIGBUS: the data is lost
 * @THPSWAP_FREE: try to free the swap cache of the folio
 * @THPSWAP_FREE_IF_MEMCG_SWAP_FULL: as THPSWAP_FREE if mem_cgroup_swap_full(),
 *	else as THPSWAP_KEEP; only now is that walk worth its price
 * @THPSWAP_KEEP: leave the swap cache alone
 */
enum thpswap_action {
	THPSWAP_MAP,
	THPSWAP_READ,
	THPSWAP_LOOK_ON,
	THPSWAP_SPLIT,
	THPSWAP_REFAULT,
	THPSWAP_SIGBUS,
	THPSWAP_FREE,
	THPSWAP_FREE_IF_MEMCG_SWAP_FULL,
	THPSWAP_KEEP,
	THPSWAP_NR_ACTIONS
};

/**
 * enum thpswap_reason - Why not simply go on
 * @THPSWAP_REASON_NONE: nothing stands in the way
 * @THPSWAP_REASON_PARTLY_CACHED: a slot is cached, but not all in one PMD folio
 * @THPSWAP_REASON_FREE_SLOT: a slot has no user any more
 * @THPSWAP_REASON_ZSWAP: a slot is, or may be, in zswap
 * @THPSWAP_REASON_MIXED_ZEROMAP: some slots are zero-filled, others are not
 * @THPSWAP_REASON_MIXED_MEMCG: the slots are charged to different memcgs
 * @THPSWAP_REASON_NO_MEMORY: no free PMD-sized block
 * @THPSWAP_REASON_NO_CHARGE: the memcg refused a PMD-sized charge
 * @THPSWAP_REASON_RACED: somebody else is bringing part of the range in
 * @THPSWAP_REASON_BUSY: the swap cache could not take the folio now
 * @THPSWAP_REASON_STALE: the folio does not belong to the entry any more
 * @THPSWAP_REASON_NOT_PMD_SIZED: the folio is not N pages
 * @THPSWAP_REASON_POISONED: a page of the folio is hardware-poisoned
 * @THPSWAP_REASON_READ_ERROR: the folio is not uptodate
 * @THPSWAP_REASON_NOT_CACHED: there is no swap cache to free
 * @THPSWAP_REASON_SYNCHRONOUS_IO: reading again is cheap, a pinned slot is not
 * @THPSWAP_REASON_MLOCKED: the memory will not be swapped out again
 * @THPSWAP_REASON_WRITE: the writer will change the page, the slot gets stale
 * @THPSWAP_REASON_NO_HURRY: none of these; only a full swap asks for the slots
 */
enum thpswap_reason {
	THPSWAP_REASON_NONE,
	THPSWAP_REASON_PARTLY_CACHED,
	THPSWAP_REASON_FREE_SLOT,
	THPSWAP_REASON_ZSWAP,
	THPSWAP_REASON_MIXED_ZEROMAP,
	THPSWAP_REASON_MIXED_MEMCG,
	THPSWAP_REASON_NO_MEMORY,
	THPSWAP_REASON_NO_CHARGE,
	THPSWAP_REASON_RACED,
	THPSWAP_REASON_BUSY,
	THPSWAP_REASON_STALE,
	THPSWAP_REASON_NOT_PMD_SIZED,
	THPSWAP_REASON_POISONED,
	THPSWAP_REASON_READ_ERROR,
	THPSWAP_REASON_NOT_CACHED,
	THPSWAP_REASON_SYNCHRONOUS_IO,
	THPSWAP_REASON_MLOCKED,
	THPSWAP_REASON_WRITE,
	THPSWAP_REASON_NO_HURRY,
	THPSWAP_NR_REASONS
};

/**
 * struct thpswap_verdict - An answer: what to do, and why
 * @action: what the handler does next
 * @reason: why, for counters and traces; THPSWAP_REASON_NONE for MAP and READ,
 *	and for LOOK_ON, which only asks for more facts
 */
struct thpswap_verdict {
	enum thpswap_action action;
	enum thpswap_reason reason;
};

/*
 * 1. Where do the N pages come from?
 */

/**
 * enum thpswap_cached - What the swap cache holds for a slot
 * @THPSWAP_CACHED_NOTHING: no folio
 * @THPSWAP_CACHED_PMD_FOLIO: the N-page folio that begins at the first slot
 * @THPSWAP_CACHED_OTHER: any other folio; so does any other value
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
 * @mixed_cached: the swap cache holds something else for another slot
 * @mixed_memcg: another slot is charged elsewhere
 * @mixed_zeromap: another slot differs in that
 * @free_slot: a slot has no user
 * @zswap: a slot is, or may be, in zswap
 *
 * Start with {0} and add the slots in order with thpswap_range_add().
 */
struct thpswap_range {
	unsigned int nr;
	unsigned int memcg_id;
	enum thpswap_cached cached;
	bool zeromap;
	bool mixed_cached;
	bool mixed_memcg;
	bool mixed_zeromap;
	bool free_slot;
	bool zswap;
};

/*@ predicate SeenBefore(struct thpswap_range range) = range.nr > 0;

    predicate Mixed(struct thpswap_range range) =
      range.mixed_cached || range.mixed_memcg || range.mixed_zeromap;
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
      ensures not_mixed:      !Mixed(*range);
      ensures free_slot:      range->free_slot <==> !run.in_use;
      ensures zswap:          range->zswap <==> run.zswap;

    behavior next_run:
      assumes run.nr > 0 && range->nr > 0;
      ensures counted:        range->nr == \min(\old(range->nr) + run.nr, 4294967295);
      ensures same_cached:    range->cached == \old(range->cached);
      ensures same_memcg:     range->memcg_id == \old(range->memcg_id);
      ensures same_zeromap:   range->zeromap == \old(range->zeromap);
      ensures mixed_cached:   range->mixed_cached <==>
                                \old(range->mixed_cached) || run.cached != \old(range->cached);
      ensures mixed_memcg:    range->mixed_memcg <==>
                                \old(range->mixed_memcg) || run.memcg_id != \old(range->memcg_id);
      ensures mixed_zeromap:  range->mixed_zeromap <==>
                                \old(range->mixed_zeromap) || run.zeromap != \old(range->zeromap);
      ensures free_slot:      range->free_slot <==> \old(range->free_slot) || !run.in_use;
      ensures zswap:          range->zswap <==> \old(range->zswap) || run.zswap;

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
      !range.free_slot && !range.zswap && !range.mixed_zeromap && !range.mixed_memcg;
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

    behavior per_page_backend:
      assumes range.nr > 0 && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && !OneBackend(range);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason ==
                                (range.free_slot ? THPSWAP_REASON_FREE_SLOT :
                                 range.zswap ? THPSWAP_REASON_ZSWAP :
                                 range.mixed_zeromap ? THPSWAP_REASON_MIXED_ZEROMAP :
                                 THPSWAP_REASON_MIXED_MEMCG);

    behavior unfinished:
      assumes 0 < range.nr < pmd_nr_pages && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && OneBackend(range);
      ensures look_on:        \result.action == THPSWAP_LOOK_ON;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    behavior uniform:
      assumes range.nr > 0 && range.nr >= pmd_nr_pages && revision != THPSWAP_POSTED;
      assumes NothingCached(range) && OneBackend(range);
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
 *
 * Step S3. A PMD swap entry is only a compact encoding of N ordinary slots, and
 * slots go their own ways: some cached, some in zswap, some freed. Ask after
 * each thpswap_range_add(). The verdict is LOOK_ON as long as the next slots
 * could still change it, so that a caller cannot read a range that it knows by
 * slot 0 alone (R23, D6), nor pays for slots that no longer matter: one reason
 * to split is enough, and a folio of N pages that begins at the first slot
 * answers for all of them.
 *
 * The posted revision does decide on slot 0 alone.
 *
 * Return: MAP, READ or LOOK_ON without a reason, SPLIT with one: PARTLY_CACHED,
 * FREE_SLOT, ZSWAP (R22), MIXED_ZEROMAP (R21) or MIXED_MEMCG, the first that
 * holds for the slots looked at.
 */
struct thpswap_verdict thpswap_choose_source(enum thpswap_revision revision,
					     struct thpswap_range range, unsigned int pmd_nr_pages);

/*
 * 2. No PMD-sized folio could be had.
 */

/**
 * enum thpswap_no_folio - Why allocating, charging or reading gave no folio
 * @THPSWAP_NO_FOLIO_MEMORY: no free PMD-sized block
 * @THPSWAP_NO_FOLIO_CHARGE: the memcg refused the charge
 * @THPSWAP_NO_FOLIO_RACED: a slot of the range entered the swap cache meanwhile
 * @THPSWAP_NO_FOLIO_BUSY: the swap cache could not take the folio now
 */
enum thpswap_no_folio {
	THPSWAP_NO_FOLIO_MEMORY,
	THPSWAP_NO_FOLIO_CHARGE,
	THPSWAP_NO_FOLIO_RACED,
	THPSWAP_NO_FOLIO_BUSY,
	THPSWAP_NR_NO_FOLIO
};

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   split:          \result.action == THPSWAP_SPLIT;

    behavior no_memory:
      assumes cause == THPSWAP_NO_FOLIO_MEMORY;
      ensures why:            \result.reason == THPSWAP_REASON_NO_MEMORY;

    behavior no_charge:
      assumes cause == THPSWAP_NO_FOLIO_CHARGE;
      ensures why:            \result.reason == THPSWAP_REASON_NO_CHARGE;

    behavior raced:
      assumes cause == THPSWAP_NO_FOLIO_RACED;
      ensures why:            \result.reason == THPSWAP_REASON_RACED;

    behavior busy:
      assumes cause != THPSWAP_NO_FOLIO_MEMORY && cause != THPSWAP_NO_FOLIO_CHARGE &&
              cause != THPSWAP_NO_FOLIO_RACED;
      ensures why:            \result.reason == THPSWAP_REASON_BUSY;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_explain_fallback() - No PMD-sized folio could be had: what now?
 * @cause: what failed; an unknown value counts as THPSWAP_NO_FOLIO_BUSY
 *
 * Step S4, a miss. Both revisions agree: N single pages are easier to find than
 * one block of N, so a shortage at PMD order is never an out-of-memory
 * condition, and nothing is tried again at the same order (R14).
 *
 * Return: SPLIT, with the reason NO_MEMORY, NO_CHARGE, RACED or BUSY.
 */
struct thpswap_verdict thpswap_explain_fallback(enum thpswap_no_folio cause);

/*
 * 3. Is the locked folio the one to map?
 */

/**
 * struct thpswap_validation_facts - The folio, read under its lock
 * @nr_pages: its size in base pages
 * @pmd_nr_pages: N, in base pages
 * @matches_entry: it is in the swap cache, for the slots of the entry
 * @uptodate: its data has been read
 * @poisoned: at least one of its pages is hardware-poisoned
 */
struct thpswap_validation_facts {
	unsigned int nr_pages;
	unsigned int pmd_nr_pages;
	bool matches_entry;
	bool uptodate;
	bool poisoned;
};

/*@ predicate PmdSized(struct thpswap_validation_facts facts) =
      facts.nr_pages == facts.pmd_nr_pages;

    predicate HiddenPoison(enum thpswap_revision revision,
                           struct thpswap_validation_facts facts) =
      revision != THPSWAP_POSTED && facts.poisoned;
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;

    behavior stale:
      assumes !facts.matches_entry;
      ensures refault:        \result.action == THPSWAP_REFAULT;
      ensures why:            \result.reason == THPSWAP_REASON_STALE;

    behavior not_pmd_sized:
      assumes facts.matches_entry && !PmdSized(facts);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_PMD_SIZED;

    behavior poisoned:
      assumes facts.matches_entry && PmdSized(facts) && HiddenPoison(revision, facts);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason == THPSWAP_REASON_POISONED;

    behavior read_error:
      assumes facts.matches_entry && PmdSized(facts) && !HiddenPoison(revision, facts);
      assumes !facts.uptodate;
      ensures sigbus:         \result.action == THPSWAP_SIGBUS;
      ensures why:            \result.reason == THPSWAP_REASON_READ_ERROR;

    behavior good:
      assumes facts.matches_entry && PmdSized(facts) && !HiddenPoison(revision, facts);
      assumes facts.uptodate;
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_validate() - Is the locked folio the one to map?
 * @revision: the policy that decides
 * @facts: the folio, read under its lock
 *
 * Steps S6 to S8. Before the lock was taken the folio may have left the swap
 * cache, been reused for other slots, or been split (R04). An unread folio is
 * never mapped (R15). One poisoned page must not hide behind a PMD: the PTE
 * path reports just that page (R20); the posted revision does not look.
 *
 * Return: MAP without a reason; REFAULT (STALE), SPLIT (NOT_PMD_SIZED, POISONED)
 * or SIGBUS (READ_ERROR), first match.
 */
struct thpswap_verdict thpswap_validate(enum thpswap_revision revision,
					struct thpswap_validation_facts facts);

/*
 * 4. How is the folio mapped?
 */

/**
 * struct thpswap_mapping_facts - Entry, VMA, folio, device and fault, read under
 *	the folio lock and the PMD lock
 * @ref_count: references to the folio, all of them
 * @entry_exclusive: the swap PMD carries the exclusive marker
 * @entry_soft_dirty: the swap PMD carries the soft-dirty bit
 * @entry_uffd_wp: the swap PMD carries the uffd-wp bit
 * @vma_write: VM_WRITE
 * @vma_uffd_wp: the VMA is registered for userfaultfd write protection
 * @vma_uffd_rwp: the VMA is registered for userfaultfd read-write protection
 * @vma_soft_dirty: soft-dirty tracking is on for the VMA
 * @writeback: the folio is under writeback
 * @stable_writes: the swap device needs pages that stay stable under writeback
 * @write_fault: the fault is a write
 */
struct thpswap_mapping_facts {
	unsigned int ref_count;
	bool entry_exclusive;
	bool entry_soft_dirty;
	bool entry_uffd_wp;
	bool vma_write;
	bool vma_uffd_wp;
	bool vma_uffd_rwp;
	bool vma_soft_dirty;
	bool writeback;
	bool stable_writes;
	bool write_fault;
};

/**
 * struct thpswap_mapping - The new PMD, and what is left to do for the fault
 * @exclusive: rmap gets RMAP_EXCLUSIVE
 * @writable: pmd_mkwrite()
 * @dirty: pmd_mkdirty()
 * @soft_dirty: pmd_mksoft_dirty()
 * @uffd_wp: pmd_mkuffd_wp()
 * @no_access: the PMD denies reads too
 * @consume_write: drop FAULT_FLAG_WRITE, also for what is decided next
 * @follow_up: the write is still owed: call wp_huge_pmd()
 */
struct thpswap_mapping {
	bool exclusive;
	bool writable;
	bool dirty;
	bool soft_dirty;
	bool uffd_wp;
	bool no_access;
	bool consume_write;
	bool follow_up;
};

/*@ predicate WriteWouldTearIo(struct thpswap_mapping_facts facts) =
      facts.writeback && facts.stable_writes;

    predicate MarkerCounts(struct thpswap_mapping_facts facts) =
      facts.entry_exclusive && !WriteWouldTearIo(facts);

    predicate LooksSoleOwned(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      revision == THPSWAP_POSTED && facts.ref_count == 1;

    predicate MapsExclusive(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      MarkerCounts(facts) || LooksSoleOwned(revision, facts);

    predicate WriteProtectedByUffd(struct thpswap_mapping_facts facts) =
      facts.vma_uffd_wp && facts.entry_uffd_wp;

    predicate WriteProtectedBySoftDirty(struct thpswap_mapping_facts facts) =
      facts.vma_soft_dirty && !facts.entry_soft_dirty;

    predicate ReadWriteProtected(enum thpswap_revision revision,
                                 struct thpswap_mapping_facts facts) =
      revision != THPSWAP_POSTED && facts.vma_uffd_rwp && facts.entry_uffd_wp;

    predicate MapsWritable(enum thpswap_revision revision, struct thpswap_mapping_facts facts) =
      MapsExclusive(revision, facts) && facts.vma_write &&
      !WriteProtectedByUffd(facts) && !WriteProtectedBySoftDirty(facts) &&
      !ReadWriteProtected(revision, facts);
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   kept:           \result <==> MarkerCounts(facts);
*/
/**
 * thpswap_keeps_exclusive() - Does the swap entry's exclusive marker still count?
 * @facts: only entry_exclusive, writeback and stable_writes are looked at
 *
 * Step S11. A device that needs stable pages must not see them change while it
 * writes them (R03); every other exclusive page stays exclusive, whatever its
 * reference count (R02). The PTE path asks the same.
 *
 * Return: true when the mapping may be exclusive on the marker alone.
 */
bool thpswap_keeps_exclusive(struct thpswap_mapping_facts facts);

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   exclusive:      \result.exclusive <==> MapsExclusive(revision, facts);
    ensures   writable:       \result.writable <==> MapsWritable(revision, facts);
    ensures   dirty:          \result.dirty <==> MapsWritable(revision, facts) && facts.write_fault;
    ensures   soft_dirty:     \result.soft_dirty <==> facts.entry_soft_dirty;
    ensures   uffd_wp:        \result.uffd_wp <==> facts.entry_uffd_wp;
    ensures   no_access:      \result.no_access <==> ReadWriteProtected(revision, facts);
    ensures   consume_write:  \result.consume_write <==>
                                revision == THPSWAP_POSTED &&
                                MapsWritable(revision, facts) && facts.write_fault;
    ensures   follow_up:      \result.follow_up <==>
                                facts.write_fault && !MapsWritable(revision, facts) &&
                                !ReadWriteProtected(revision, facts);
*/
/**
 * thpswap_decide_mapping() - How is the folio mapped, and is a write still owed?
 * @revision: the policy that decides
 * @facts: entry, VMA, folio, device and fault
 *
 * Steps S11 to S13 and the question of S17. Writable only when exclusive (R01),
 * never because of a dirty bit (R29), never past userfaultfd (R18) or soft-dirty
 * tracking (R17); both bits of the entry go on to the PMD (R16).
 *
 * The posted revision also takes a reference count of 1 for exclusive, which a
 * folio in the swap cache cannot have (D2), does not know read-write protection
 * (R19), and consumes the write flag (R07).
 *
 * Return: the new PMD and what is left to do. Total; nothing can go wrong.
 */
struct thpswap_mapping thpswap_decide_mapping(enum thpswap_revision revision,
					      struct thpswap_mapping_facts facts);

/*
 * 5. Is the swap cache freed now?
 */

/**
 * struct thpswap_free_swap_facts - The folio after it has been mapped
 * @ref_count: references to the folio, all of them
 * @nr_pages: its size in base pages; the swap cache holds one reference a page
 * @extra_refs: references the caller accounts for: 1 for a PMD mapping
 * @swapcache: the folio is in the swap cache
 * @synchronous_io: the swap device is SWP_SYNCHRONOUS_IO
 * @vma_locked: VM_LOCKED
 * @mlocked: the folio is mlocked
 * @ksm: it is a KSM folio
 * @write_fault: FAULT_FLAG_WRITE as it stands now
 * @exclusive: it has been mapped exclusive
 */
struct thpswap_free_swap_facts {
	unsigned int ref_count;
	unsigned int nr_pages;
	unsigned int extra_refs;
	bool swapcache;
	bool synchronous_io;
	bool vma_locked;
	bool mlocked;
	bool ksm;
	bool write_fault;
	bool exclusive;
};

/*@ predicate NoOtherReference(struct thpswap_free_swap_facts facts) =
      facts.ref_count == facts.extra_refs + facts.nr_pages;

    predicate SlotGoesStale(enum thpswap_revision revision, struct thpswap_free_swap_facts facts) =
      facts.write_fault &&
      (revision == THPSWAP_POSTED ? !facts.ksm && NoOtherReference(facts) : facts.exclusive);
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;

    behavior not_cached:
      assumes !facts.swapcache;
      ensures keep:           \result.action == THPSWAP_KEEP;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_CACHED;

    behavior synchronous_io:
      assumes facts.swapcache && facts.synchronous_io;
      ensures free:           \result.action == THPSWAP_FREE;
      ensures why:            \result.reason == THPSWAP_REASON_SYNCHRONOUS_IO;

    behavior mlocked:
      assumes facts.swapcache && !facts.synchronous_io;
      assumes facts.vma_locked || facts.mlocked;
      ensures free:           \result.action == THPSWAP_FREE;
      ensures why:            \result.reason == THPSWAP_REASON_MLOCKED;

    behavior write:
      assumes facts.swapcache && !facts.synchronous_io;
      assumes !facts.vma_locked && !facts.mlocked && SlotGoesStale(revision, facts);
      ensures free:           \result.action == THPSWAP_FREE;
      ensures why:            \result.reason == THPSWAP_REASON_WRITE;

    behavior no_hurry:
      assumes facts.swapcache && !facts.synchronous_io;
      assumes !facts.vma_locked && !facts.mlocked && !SlotGoesStale(revision, facts);
      ensures ask:            \result.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL;
      ensures why:            \result.reason == THPSWAP_REASON_NO_HURRY;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_should_free_swap() - Should the swap cache be dropped now?
 * @revision: the policy that decides
 * @facts: the folio after it has been mapped, still locked
 *
 * Step S15. Slots whose data goes stale, or that cost nothing to give up, should
 * not stay pinned. The posted revision guesses exclusivity from the reference
 * count, so one stray reference keeps N slots (R08), and it asks after the write
 * flag has been consumed, so the guess is never made for the exclusive writer
 * (R06, R07); the reviewed one is told.
 *
 * Whether the memcg's swap is full is not a fact to collect in advance: the walk
 * up the hierarchy is owed only if the verdict says so.
 *
 * Return: FREE (SYNCHRONOUS_IO, MLOCKED, WRITE), FREE_IF_MEMCG_SWAP_FULL
 * (NO_HURRY) or KEEP (NOT_CACHED).
 */
struct thpswap_verdict thpswap_should_free_swap(enum thpswap_revision revision,
						struct thpswap_free_swap_facts facts);

/*
 * 6. What does the fault return?
 */

/**
 * struct thpswap_result_facts - Two results, and which bits mean what
 * @fault: VM_FAULT_* bits of the fault up to the mapping
 * @follow_up: VM_FAULT_* bits that wp_huge_pmd() returned
 * @fallback_bit: VM_FAULT_FALLBACK of this kernel
 * @error_bits: VM_FAULT_ERROR of this kernel; contains VM_FAULT_FALLBACK
 */
struct thpswap_result_facts {
	unsigned int fault;
	unsigned int follow_up;
	unsigned int fallback_bit;
	unsigned int error_bits;
};

/*@ predicate Bit(unsigned int word, integer i) = (word & (1 << i)) != 0;

    predicate FallbackMasked(enum thpswap_revision revision, struct thpswap_result_facts facts,
                             integer i) =
      revision == THPSWAP_POSTED ?
        Bit(facts.fault, i) || (Bit(facts.follow_up, i) && !Bit(facts.fallback_bit, i)) :
        (Bit(facts.fault, i) || Bit(facts.follow_up, i)) && !Bit(facts.fallback_bit, i);
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   nothing_new:    \forall integer i; 0 <= i < 32 ==>
                                Bit(\result, i) ==> FallbackMasked(revision, facts, i);
    ensures   every_error:    \forall integer i; 0 <= i < 32 ==>
                                FallbackMasked(revision, facts, i) && Bit(facts.error_bits, i) ==>
                                Bit(\result, i);
    ensures   only_errors:    \forall integer i, j; 0 <= i < 32 && 0 <= j < 32 ==>
                                Bit(\result, i) && Bit(facts.error_bits, i) &&
                                Bit(\result, j) ==> Bit(facts.error_bits, j);
    ensures   else_all:       (\result & facts.error_bits) == 0 ==>
                                \forall integer i; 0 <= i < 32 ==>
                                FallbackMasked(revision, facts, i) ==> Bit(\result, i);
*/
/**
 * thpswap_fold_result() - What does the fault return after its write follow-up?
 * @revision: the policy that decides
 * @facts: both results, and which bits mean what
 *
 * Step S17. VM_FAULT_FALLBACK from the follow-up only says that it split the
 * PMD; it counts as an error, and fault handlers BUG() on it, so it never
 * escapes (R12). Bits of success beside bits of failure mean nothing (R11).
 * The reviewed revision masks FALLBACK in both results, the posted one in the
 * follow-up's alone.
 *
 * Return: VM_FAULT_* bits.
 */
unsigned int thpswap_fold_result(enum thpswap_revision revision, struct thpswap_result_facts facts);

/*
 * Names, for traces and tables.
 */

/*@ terminates \true;
    exits     \false;
    assigns   \result \from revision;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_revision_name() - What is this revision called?
 * @revision: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_revision_name(enum thpswap_revision revision);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from action;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_action_name() - What is this action called?
 * @action: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_action_name(enum thpswap_action action);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from reason;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_reason_name() - What is this reason called?
 * @reason: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_reason_name(enum thpswap_reason reason);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from cached;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_cached_name() - What is this state of the swap cache called?
 * @cached: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_cached_name(enum thpswap_cached cached);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from cause;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_no_folio_name() - What is this cause called?
 * @cause: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_no_folio_name(enum thpswap_no_folio cause);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 5. Is the swap cache freed now?
 *
 * After the mapping the slots of the folio have lost a user, often the last one. Should they
 * be given back at once, or is the clean copy worth keeping? And what if the fault ends
 * without a mapping?
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_FREE_SWAP_H
#define THPSWAP_FREE_SWAP_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

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
 * (R06, R07); the reviewed one knows it.
 *
 * Whether the memcg's swap is full is not a fact to collect in advance: the walk
 * up the hierarchy is owed only if the verdict says so.
 *
 * Return: FREE (SYNCHRONOUS_IO, MLOCKED, WRITE), FREE_IF_MEMCG_SWAP_FULL
 * (NO_HURRY) or KEEP (NOT_CACHED).
 */
struct thpswap_verdict thpswap_should_free_swap(enum thpswap_revision revision,
						struct thpswap_free_swap_facts facts);

/**
 * struct thpswap_unmapped_facts - The folio of a fault that ends without mapping it
 * @swapcache: the folio is in the swap cache
 */
struct thpswap_unmapped_facts {
	bool swapcache;
};

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;

    behavior not_cached:
      assumes !facts.swapcache;
      ensures keep:           \result.action == THPSWAP_KEEP;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_CACHED;

    behavior nobody_else:
      assumes facts.swapcache && revision != THPSWAP_POSTED;
      ensures free:           \result.action == THPSWAP_FREE;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_MAPPED;

    behavior not_asked:
      assumes facts.swapcache && revision == THPSWAP_POSTED;
      ensures keep:           \result.action == THPSWAP_KEEP;
      ensures why:            \result.reason == THPSWAP_REASON_NO_HURRY;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_should_free_unmapped() - Should the swap cache be dropped on the way out?
 * @revision: the policy that decides
 * @facts: the folio, still locked, which this fault does not map
 *
 * No step of the posted handler. While the fault held the folio lock, who gave up the slots
 * could not free the swap cache: zap only tries that lock. So whoever leaves with the lock
 * tries again, or N slots and N pages are kept for nobody until reclaim (D12). do_swap_page()
 * of Linux 7.3 does it on each such exit.
 *
 * Return: FREE (NOT_MAPPED) or KEEP (NOT_CACHED; NO_HURRY for the posted revision, which
 * leaves it to reclaim). FREE is a try: folio_free_swap() refuses while a slot has a user.
 */
struct thpswap_verdict thpswap_should_free_unmapped(enum thpswap_revision revision,
						    struct thpswap_unmapped_facts facts);

#endif

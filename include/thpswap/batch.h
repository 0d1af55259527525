/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 7. How many PTEs are mapped at once?
 *
 * After a split the PTE path meets the same large folio in the swap cache, and may map all
 * of it in one fault. Which of its pages are good, and may it be mapped at all?
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_BATCH_H
#define THPSWAP_BATCH_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

/**
 * struct thpswap_batch_facts - The folio, under its lock and the PTE lock
 * @nr_pages: its size in base pages
 * @whole: all @nr_pages PTEs are swap entries of this folio, alike in every bit, in one
 *	VMA and one page table
 * @anon: it is anon
 * @dirty: it is dirty: what it holds is nowhere else
 * @poisoned: at least one of its pages is hardware-poisoned
 * @page_poisoned: the page that faulted is; then @poisoned is true as well
 */
struct thpswap_batch_facts {
	unsigned int nr_pages;
	bool whole;
	bool anon;
	bool dirty;
	bool poisoned;
	bool page_poisoned;
};

/**
 * struct thpswap_batch - What to do, and with how many pages
 * @action: MAP, HWPOISON, DROP or REFAULT
 * @reason: why; THPSWAP_REASON_NONE for MAP
 * @nr_pages: how many pages MAP maps: all of the folio, or the one that faulted; else 0
 */
struct thpswap_batch {
	enum thpswap_action action;
	enum thpswap_reason reason;
	unsigned int nr_pages;
};

/*@ predicate LargeFolio(struct thpswap_batch_facts facts) = facts.nr_pages > 1;

    // Linux 7.3 looks at the page that faulted, and maps the bad one beside it.
    predicate PoisonHidden(enum thpswap_revision revision, struct thpswap_batch_facts facts) =
      revision != THPSWAP_POSTED && facts.poisoned;

    predicate MapsWhole(enum thpswap_revision revision, struct thpswap_batch_facts facts) =
      LargeFolio(facts) && facts.whole && !PoisonHidden(revision, facts);

    predicate MapsOne(enum thpswap_revision revision, struct thpswap_batch_facts facts) =
      !LargeFolio(facts) || (facts.anon && !MapsWhole(revision, facts));
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;

    behavior bad_page:
      assumes facts.page_poisoned;
      ensures report:         \result.action == THPSWAP_HWPOISON;
      ensures why:            \result.reason == THPSWAP_REASON_POISONED;
      ensures none:           \result.nr_pages == 0;

    behavior whole:
      assumes !facts.page_poisoned && MapsWhole(revision, facts);
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;
      ensures all:            \result.nr_pages == facts.nr_pages;

    behavior one:
      assumes !facts.page_poisoned && MapsOne(revision, facts);
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;
      ensures single:         \result.nr_pages == 1;

    behavior only_copy:
      assumes !facts.page_poisoned && !MapsWhole(revision, facts) && !MapsOne(revision, facts);
      assumes facts.dirty;
      ensures refault:        \result.action == THPSWAP_REFAULT;
      ensures why:            \result.reason == THPSWAP_REASON_DIRTY;
      ensures none:           \result.nr_pages == 0;

    behavior nobodys:
      assumes !facts.page_poisoned && !MapsWhole(revision, facts) && !MapsOne(revision, facts);
      assumes !facts.dirty;
      ensures drop:           \result.action == THPSWAP_DROP;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_ANON;
      ensures none:           \result.nr_pages == 0;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_decide_batch() - How many PTEs are mapped at once?
 * @revision: the policy that decides; THPSWAP_POSTED is the tree of the posting, which leaves
 *	do_swap_page() of Linux 7.3 as it is
 * @facts: the folio, under its lock and the PTE lock
 *
 * The PTE path's question, after a PMD swap entry has been split. A large folio whose entries
 * are all there and alike is mapped whole; otherwise one page is. A page of a large folio
 * that is not anon yet can be made anon only with all the others (D10), so such a folio is
 * dropped, unless it holds the only copy (R37).
 *
 * A folio of PMD size has to be anon by then: folio_add_new_anon_rmap() accounts one as mapped
 * by a PMD, whatever maps it (D10). The reviewed handler makes it anon before it is unlocked.
 *
 * A poisoned page must not come along with its neighbours: SPLIT for POISONED (validation.h)
 * is an answer only if the PTE path then maps the good pages one by one (D13). Linux 7.3
 * looks at the page that faulted alone.
 *
 * Return: MAP with the number of pages, HWPOISON (POISONED), DROP (NOT_ANON) or
 * REFAULT (DIRTY).
 */
struct thpswap_batch thpswap_decide_batch(enum thpswap_revision revision,
					  struct thpswap_batch_facts facts);

#endif

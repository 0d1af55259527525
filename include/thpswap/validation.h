/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 3. Is the locked folio the one to map?
 *
 * It was found or read without its lock, and the PMD was looked at without its own. Meanwhile
 * the folio may have left the swap cache, been reused, split or poisoned, its read may have
 * failed, and the entry may have gone.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_VALIDATION_H
#define THPSWAP_VALIDATION_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

/**
 * struct thpswap_validation_facts - The folio and the PMD, read under both locks
 * @nr_pages: its size in base pages
 * @pmd_nr_pages: N, in base pages
 * @matches_entry: it is in the swap cache, for the slots of the entry
 * @entry_unchanged: the PMD is still the one that faulted
 * @uptodate: its data has been read
 * @poisoned: at least one of its pages is hardware-poisoned
 * @page_poisoned: the page that faulted is; then @poisoned is true as well
 */
struct thpswap_validation_facts {
	unsigned int nr_pages;
	unsigned int pmd_nr_pages;
	bool matches_entry;
	bool entry_unchanged;
	bool uptodate;
	bool poisoned;
	bool page_poisoned;
};

/*@ predicate PmdSized(struct thpswap_validation_facts facts) =
      facts.nr_pages == facts.pmd_nr_pages;

    // The posted handler asks before it takes the PMD lock.
    predicate EntryChanged(enum thpswap_revision revision,
                           struct thpswap_validation_facts facts) =
      revision != THPSWAP_POSTED && !facts.entry_unchanged;

    predicate RightFolio(enum thpswap_revision revision, struct thpswap_validation_facts facts) =
      facts.matches_entry && !EntryChanged(revision, facts) && PmdSized(facts);

    predicate BadPage(enum thpswap_revision revision, struct thpswap_validation_facts facts) =
      revision != THPSWAP_POSTED && facts.page_poisoned;

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

    behavior changed:
      assumes facts.matches_entry && EntryChanged(revision, facts);
      ensures refault:        \result.action == THPSWAP_REFAULT;
      ensures why:            \result.reason == THPSWAP_REASON_CHANGED;

    behavior not_pmd_sized:
      assumes facts.matches_entry && !EntryChanged(revision, facts) && !PmdSized(facts);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason == THPSWAP_REASON_NOT_PMD_SIZED;

    behavior bad_page:
      assumes RightFolio(revision, facts) && BadPage(revision, facts);
      ensures report:         \result.action == THPSWAP_HWPOISON;
      ensures why:            \result.reason == THPSWAP_REASON_POISONED;

    behavior poisoned:
      assumes RightFolio(revision, facts) && !BadPage(revision, facts);
      assumes HiddenPoison(revision, facts);
      ensures split:          \result.action == THPSWAP_SPLIT;
      ensures why:            \result.reason == THPSWAP_REASON_POISONED;

    behavior read_error:
      assumes RightFolio(revision, facts) && !BadPage(revision, facts);
      assumes !HiddenPoison(revision, facts) && !facts.uptodate;
      ensures sigbus:         \result.action == THPSWAP_SIGBUS;
      ensures why:            \result.reason == THPSWAP_REASON_READ_ERROR;

    behavior good:
      assumes RightFolio(revision, facts) && !BadPage(revision, facts);
      assumes !HiddenPoison(revision, facts) && facts.uptodate;
      ensures map:            \result.action == THPSWAP_MAP;
      ensures no_reason:      \result.reason == THPSWAP_REASON_NONE;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_validate() - Is the locked folio the one to map?
 * @revision: the policy that decides
 * @facts: the folio and the PMD, read under both locks
 *
 * Steps S6 to S8 and S10. Before its lock was taken the folio may have left the swap cache,
 * been reused for other slots, or been split (R04); before the PMD lock was, the entry may
 * have been mapped or zapped by somebody else, and then nothing that is wrong with the folio
 * may be held against this fault (D11). An unread folio is never mapped (R15). A poisoned
 * page that faulted is reported; one that did not must not hide behind a PMD (R20).
 *
 * The order is that of do_swap_page() of Linux 7.3, but that it looks at the page that
 * faulted before it looks at the entry again. The posted revision asks before it takes the
 * PMD lock, and does not look for poison.
 *
 * Return: MAP without a reason; REFAULT (STALE, CHANGED), SPLIT (NOT_PMD_SIZED, POISONED),
 * HWPOISON (POISONED) or SIGBUS (READ_ERROR), first match.
 */
struct thpswap_verdict thpswap_validate(enum thpswap_revision revision,
					struct thpswap_validation_facts facts);

#endif

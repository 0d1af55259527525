/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 3. Is the locked folio the one to map?
 *
 * It was found or read without its lock. Meanwhile it may have left the swap cache, been
 * reused, split or poisoned, or its read may have failed.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_VALIDATION_H
#define THPSWAP_VALIDATION_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

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

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 2. No PMD-sized folio could be had: what now?
 *
 * Allocation, charge or the swap cache refused a folio of N pages. That is no reason to
 * fail the fault, nor to try again at the same size; but if somebody else has just brought
 * the range in, his folio is as good as ours.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_FALLBACK_H
#define THPSWAP_FALLBACK_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

/**
 * enum thpswap_no_folio - Why allocating, charging or reading gave no folio
 * @THPSWAP_NO_FOLIO_MEMORY: no free PMD-sized block
 * @THPSWAP_NO_FOLIO_CHARGE: the memcg refused the charge
 * @THPSWAP_NO_FOLIO_DEFERRED: no memory for the deferred-split list
 * @THPSWAP_NO_FOLIO_EXISTS: the first slot has a folio in the swap cache by now
 * @THPSWAP_NO_FOLIO_GONE: the first slot has no user any more
 * @THPSWAP_NO_FOLIO_ZSWAP_CHANGED: zswap has been switched on, it would refuse the read
 * @THPSWAP_NO_FOLIO_BUSY: another slot changed, or the swap cache could not take the folio
 * @THPSWAP_NR_NO_FOLIO: how many there are
 */
enum thpswap_no_folio {
	THPSWAP_NO_FOLIO_MEMORY,
	THPSWAP_NO_FOLIO_CHARGE,
	THPSWAP_NO_FOLIO_DEFERRED,
	THPSWAP_NO_FOLIO_EXISTS,
	THPSWAP_NO_FOLIO_GONE,
	THPSWAP_NO_FOLIO_ZSWAP_CHANGED,
	THPSWAP_NO_FOLIO_BUSY,
	THPSWAP_NR_NO_FOLIO
};

/* How often one fault looks again before it gives the CPU back and faults anew (R26). */
#define THPSWAP_MAX_LOOKS 3u

/**
 * struct thpswap_fallback_facts - What failed, and how often it was tried
 * @cause: what failed; an unknown value counts as THPSWAP_NO_FOLIO_BUSY
 * @looks: how often this fault has looked again already
 */
struct thpswap_fallback_facts {
	unsigned int looks;
	enum thpswap_no_folio cause;
};

/*@ predicate LooksAgain(enum thpswap_revision revision, struct thpswap_fallback_facts facts) =
      revision != THPSWAP_POSTED && facts.cause == THPSWAP_NO_FOLIO_EXISTS &&
      facts.looks < THPSWAP_MAX_LOOKS;

    predicate FaultsAnew(enum thpswap_revision revision, struct thpswap_fallback_facts facts) =
      revision != THPSWAP_POSTED &&
      (facts.cause == THPSWAP_NO_FOLIO_GONE ||
       (facts.cause == THPSWAP_NO_FOLIO_EXISTS && facts.looks >= THPSWAP_MAX_LOOKS));
*/

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   why:            \result.reason ==
                                (facts.cause == THPSWAP_NO_FOLIO_MEMORY ? THPSWAP_REASON_NO_MEMORY :
                                 facts.cause == THPSWAP_NO_FOLIO_CHARGE ? THPSWAP_REASON_NO_CHARGE :
                                 facts.cause == THPSWAP_NO_FOLIO_DEFERRED ?
                                   THPSWAP_REASON_DEFERRED :
                                 facts.cause == THPSWAP_NO_FOLIO_EXISTS ? THPSWAP_REASON_EXISTS :
                                 facts.cause == THPSWAP_NO_FOLIO_GONE ? THPSWAP_REASON_GONE :
                                 facts.cause == THPSWAP_NO_FOLIO_ZSWAP_CHANGED ?
                                   THPSWAP_REASON_ZSWAP_CHANGED :
                                 THPSWAP_REASON_BUSY);

    behavior look_again:
      assumes LooksAgain(revision, facts);
      ensures look_again:     \result.action == THPSWAP_LOOK_AGAIN;

    behavior refault:
      assumes FaultsAnew(revision, facts);
      ensures refault:        \result.action == THPSWAP_REFAULT;

    behavior split:
      assumes !LooksAgain(revision, facts) && !FaultsAnew(revision, facts);
      ensures split:          \result.action == THPSWAP_SPLIT;

    complete behaviors;
    disjoint behaviors;
*/
/**
 * thpswap_explain_fallback() - No PMD-sized folio could be had: what now?
 * @revision: the policy that decides
 * @facts: what failed, and how often this fault has looked again
 *
 * Step S4, a miss. Both revisions agree on a shortage: N single pages are easier to find
 * than one block of N, so it is never an out-of-memory condition, and nothing is tried
 * again at the same order (R14).
 *
 * They differ where somebody else was faster. The posted revision splits the entry, and
 * with it the THP that the winner is about to map. The reviewed one looks again when the
 * folio of the winner is there to be found, at most THPSWAP_MAX_LOOKS times in one fault
 * (R26), and faults anew when the entry is gone. swap_cache_alloc_folio() of Linux 7.3 does
 * the same (mm/swap_state.c).
 *
 * Return: LOOK_AGAIN (EXISTS), REFAULT (EXISTS, GONE) or SPLIT; the reason names the cause:
 * NO_MEMORY, NO_CHARGE, DEFERRED, EXISTS, GONE, ZSWAP_CHANGED or BUSY.
 */
struct thpswap_verdict thpswap_explain_fallback(enum thpswap_revision revision,
						struct thpswap_fallback_facts facts);

#endif

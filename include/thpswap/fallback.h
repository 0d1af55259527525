/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 2. No PMD-sized folio could be had: what now?
 *
 * Allocation, charge or the swap cache refused a folio of N pages. That is no reason to
 * fail the fault, nor to try again at the same size.
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
 * @THPSWAP_NO_FOLIO_RACED: a slot of the range entered the swap cache meanwhile
 * @THPSWAP_NO_FOLIO_BUSY: the swap cache could not take the folio now
 * @THPSWAP_NR_NO_FOLIO: how many there are
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

#endif

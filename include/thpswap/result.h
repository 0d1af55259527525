/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 6. What does the fault return?
 *
 * The write follow-up has a result of its own. Both have to become one that the fault
 * handlers of all architectures accept.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_RESULT_H
#define THPSWAP_RESULT_H

#include <thpswap/env.h>
#include <thpswap/verdict.h>

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

#endif

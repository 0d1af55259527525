/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VMA, the process, the counters.
 */
#ifndef THPSWAP_VERIFY_PROCESS_H
#define THPSWAP_VERIFY_PROCESS_H

#include <thpswap/thpswap.h>

#include "state.h"
#include "types.h"

/*@ check requires vma:             vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   \result, armed_wp;
    ensures   seen:           armed_wp == (\result ? 1 : 0);
*/
bool userfaultfd_wp(const struct vm_area_struct *vma);

/*@ check requires vma:             vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   \result, armed_rwp;
    ensures   seen:           armed_rwp == (\result ? 1 : 0);
*/
bool userfaultfd_rwp(const struct vm_area_struct *vma);

/*@ check requires vma:             vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   \result, tracked;
    ensures   seen:           tracked == (\result ? 1 : 0);
*/
bool vma_soft_dirty_enabled(const struct vm_area_struct *vma);

// A hint: the policy may change at any time.
/*@ check requires vma:             vma_pins == 1;
    check requires at_a_fault:      type == TVA_PAGEFAULT && order == HPAGE_PMD_ORDER;
    terminates \true;
    exits     \false;
    assigns   \result, thp_allowed;
    ensures   seen:           thp_allowed == (\result ? 1 : 0);
*/
bool thp_vma_allowable_order(struct vm_area_struct *vma, unsigned long vm_flags, enum tva_type type,
			     unsigned int order);

/*@ check requires where:           address == fault_address;
    terminates \true;
    exits     \false;
    assigns   \result \from address;
    ensures   within:         \result == fault_index && \result < HPAGE_PMD_NR;
*/
unsigned int pte_index(unsigned long address);

/*@ check requires mm:              vma_pins == 1;
    check requires with_the_pmd:    FaultedUnderLock;
    terminates \true;
    exits     \false;
    assigns   anon_pages, swap_entries;
    ensures   anon:           anon_pages == \old(anon_pages) +
                                (counter == MM_ANONPAGES ? pages : 0);
    ensures   swap:           swap_entries == \old(swap_entries) +
                                (counter == MM_SWAPENTS ? pages : 0);
*/
void add_mm_counter(struct mm_struct *mm, enum mm_counter counter, long pages);

/*@ terminates \true;
    exits     \false;
    assigns   majors;
    ensures   counted:        majors == \old(majors) + 1;
*/
void count_vm_event(enum vm_event event);

/*@ check requires mm:              vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   memcg_majors;
    ensures   counted:        memcg_majors == \old(memcg_majors) + 1;
*/
void count_memcg_event_mm(struct mm_struct *mm, enum vm_event event);

/*@ check requires may_sleep:       MaySleep;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void lru_add_drain(void);

/*@ check requires vma:             vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void count_thp_swpin_pmd(const struct vm_fault *vmf, struct thpswap_verdict verdict);

#endif

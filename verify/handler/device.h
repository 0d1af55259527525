/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The swap device and the swap cache.
 */
#ifndef THPSWAP_VERIFY_DEVICE_H
#define THPSWAP_VERIFY_DEVICE_H

#include <thpswap/thpswap.h>

#include "state.h"
#include "types.h"

/* The device is read without a lock, but never without a pin. */
#define data_race(expression) (swap_device_is_read(), (expression))

/*@ check requires not_yet:         device_pins == 0;
    check requires the_entry:       SameEntry(entry);
    terminates \true;
    exits     \false;
    assigns   \result \from entry;
    assigns   the_device \from entry;
    assigns   device_pins, device_refused;
    ensures   refused:        \result == \null ==> device_pins == 0 && device_refused == 1;
    ensures   pinned:         \result != \null ==> device_pins == 1 && device_refused == 0;
    ensures   which:          the_device == \result;
    ensures   readable:       \result != \null ==> \valid_read(\result);
*/
struct swap_info_struct *get_swap_device(swp_entry_t entry);

/*@ check requires pinned:          device_pins == 1 && si == the_device;
    terminates \true;
    exits     \false;
    assigns   device_pins;
    ensures   given_back:     device_pins == \old(device_pins) - 1;
*/
void put_swap_device(struct swap_info_struct *si);

/*@ check requires pinned:          device_pins == 1;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void swap_device_is_read(void);

/*
 * The swap cache. Whether a slot is cached may change from one call to the next.
 */

/*@ check requires pinned:          device_pins == 1;
    check requires the_entry:       SameEntry(entry);
    check requires one_at_a_time:   private_refs == 0;
    check requires may_sleep:       MaySleep;
    terminates \true;
    exits     \false;
    assigns   \result \from entry;
    assigns   the_folio \from entry;
    assigns   private_refs, fit_slots, range_taken, lookups;
    ensures   counted:        lookups == \old(lookups) + 1;
    ensures   which:          the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
    ensures   new_look:       fit_slots == 0 && range_taken == 0;
*/
struct folio *swap_cache_get_folio(swp_entry_t entry);

/*@ predicate FitForOneRead(struct thpswap_slots run) =
      run.cached != THPSWAP_CACHED_PMD_FOLIO && run.cached != THPSWAP_CACHED_OTHER &&
      run.in_use && !run.zswap;

    // Of the first slots: the whole folio is there by now, or the entry has no user any more.
    predicate SomebodyWasFaster(struct thpswap_slots run) =
      run.cached == THPSWAP_CACHED_PMD_FOLIO ||
      (run.cached == THPSWAP_CACHED_NOTHING && !run.in_use);
*/

/*@ check requires pinned:          device_pins == 1 && si == the_device;
    check requires the_entry:       SameEntry(entry);
    check requires within:          skip < HPAGE_PMD_NR;
    terminates \true;
    exits     \false;
    assigns   \result, fit_slots, range_taken;
    ensures   some:           0 < \result.nr <= HPAGE_PMD_NR - skip;
    ensures   fit:            FitForOneRead(\result) && \old(fit_slots) == skip ==>
                                fit_slots == skip + \result.nr;
    ensures   unfit:          !(FitForOneRead(\result) && \old(fit_slots) == skip) ==>
                                fit_slots == \old(fit_slots);
    ensures   taken:          skip == 0 ==> 0 <= range_taken <= 1 &&
                                (range_taken == 1 <==> SomebodyWasFaster(\result));
    ensures   later_slots:    skip != 0 ==> range_taken == \old(range_taken);
*/
struct thpswap_slots swap_slots_batch(struct swap_info_struct *si, swp_entry_t entry,
				      unsigned int skip);

/*@ check requires pinned:          device_pins == 1;
    check requires the_entry:       SameEntry(entry);
    check requires one_at_a_time:   private_refs == 0;
    check requires may_sleep:       MaySleep;
    check requires whole_range_fit: fit_slots >= HPAGE_PMD_NR;
    check requires vma:             vma_pins == 1;
    check requires where:           address == the_address;
    requires  cause_valid:    \valid(cause);
    terminates \true;
    exits     \false;
    assigns   \result \from entry;
    assigns   the_folio \from entry;
    assigns   *cause, private_refs, range_taken;
    ensures   which:          the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
    ensures   taken:          range_taken == (\result == \null &&
                                              (*cause == THPSWAP_NO_FOLIO_EXISTS ||
                                               *cause == THPSWAP_NO_FOLIO_GONE) ? 1 : 0);
*/
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long address, enum thpswap_no_folio *cause);

#endif

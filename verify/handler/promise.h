/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handler promises, whatever its primitives and other threads do. One
 * contract for both revisions; where the posted one breaks it, that is the
 * finding.
 */
#ifndef THPSWAP_VERIFY_PROMISE_H
#define THPSWAP_VERIFY_PROMISE_H

/*@ predicate NothingHeld =
      device_pins == 0 && private_refs == 0 && folio_locks == 0 && pmd_locks == 0;

    predicate NothingDone =
      mapping_refs == 0 && lookups == 0 && majors == 0 && memcg_majors == 0 && restores == 0 &&
      rmaps == 0 && swap_puts == 0 && maps == 0 && swap_frees == 0 && splits == 0 &&
      follow_ups == 0 && anon_pages == 0 && swap_entries == 0 && fit_slots == 0 &&
      folio_stale == 0 && folio_unread == 0 && page_bad == 0 && seen_uncached == 0 &&
      lock_refused == 0 && device_refused == 0 && range_taken == 0 && entry_left == 0 &&
      entry_kept == 0;

    logic integer KilledOnce(vm_fault_t result) =
      follow_ups == 0 && (result == VM_FAULT_SIGBUS || result == VM_FAULT_HWPOISON) ? 1 : 0;

    predicate Killed(vm_fault_t result) =
      KilledOnce(result) == 1;
*/

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  fault:          vmf->orig_pmd.val == the_fault && vmf->pmd == the_pmdp;
    requires  address:        the_address == (vmf->address & HPAGE_PMD_MASK) &&
                              fault_address == vmf->address;
    requires  bits:           0 <= fault_swap <= 1 && 0 <= fault_uffd_wp <= 1;
    requires  distinct_bits:  DistinctBits;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    requires  start:          NothingHeld && NothingDone && vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   *vmf \from *vmf;
    assigns   the_device, the_folio, the_page, the_ptl \from *vmf;
    assigns   \result, device_pins, private_refs, mapping_refs, folio_locks, pmd_locks, vma_pins,
              the_new, pmd_now, folio_pages, folio_matches, folio_uptodate, folio_anon, page_index,
              new_young, new_soft_dirty, new_uffd_wp, new_write, new_dirty, new_no_access,
              poison_excluded, page_bad, seen_uncached, thp_allowed, writeback_seen, armed_wp,
              armed_rwp, tracked, fit_slots, lookups, majors, memcg_majors, restores, rmaps,
              rmap_exclusive, swap_puts, maps, swap_frees, splits, follow_ups, anon_pages,
              swap_entries, folio_stale, folio_unread, lock_refused, device_refused,
              range_taken, entry_left, entry_kept;
    ensures   all_given_back: NothingHeld;
    ensures   all_or_nothing: maps == 0 || maps == 1;
    ensures   mapped:         maps == 1 ==>
                                anon_pages == HPAGE_PMD_NR && swap_entries == -HPAGE_PMD_NR &&
                                swap_puts == 1 && rmaps == 1 && restores == 1;
    ensures   not_mapped:     maps == 0 ==>
                                anon_pages == 0 && swap_entries == 0 && swap_puts == 0 &&
                                rmaps == 0 && follow_ups == 0;
    ensures   slots_freed:    maps == 1 && rmap_exclusive == 1 &&
                              (\old(vmf->flags) & FAULT_FLAG_WRITE) != 0 ==> swap_frees == 1;
    ensures   result:         follow_ups == 0 ==>
                                \result == (lock_refused == 1 ? VM_FAULT_RETRY : 0) ||
                                \result == (VM_FAULT_MAJOR |
                                            (lock_refused == 1 ? VM_FAULT_RETRY : 0)) ||
                                Killed(\result);
    ensures   own_entry:      Killed(\result) ==> entry_kept == 1;
    ensures   bad_page:       follow_ups == 0 && \result == VM_FAULT_HWPOISON ==> page_bad == 1;
    ensures   lost_data:      follow_ups == 0 && \result == VM_FAULT_SIGBUS ==> folio_unread == 1;
    ensures   one_outcome:    maps + splits +
                              (entry_left == 1 && maps == 0 && splits == 0 && folio_stale == 0 ?
                                 1 : 0) +
                              lock_refused + device_refused +
                              (range_taken == 1 && splits == 0 ? 1 : 0) + folio_stale +
                              KilledOnce(\result) + (1 - fault_swap) == 1;
    ensures   few_looks:      lookups <= THPSWAP_MAX_LOOKS + 1;
    ensures   major_once:     majors == memcg_majors <= 1;
    ensures   major_reported: majors == 1 && follow_ups == 0 ==>
                                \result == VM_FAULT_MAJOR ||
                                \result == (VM_FAULT_MAJOR | VM_FAULT_RETRY) ||
                                Killed(\result);
    ensures   major_kept:     majors == 1 && follow_ups == 1 && !Error(\result) ==>
                                KeepsMajor(\result);
    ensures   errors_alone:   follow_ups == 1 ==> ErrorsAlone(\result);
    ensures   no_fallback:    follow_ups == 1 ==> NoFallback(\result);
*/
vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf);

#endif

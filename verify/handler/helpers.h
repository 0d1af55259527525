/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the larger helpers in steps.h promise to the handler. They are proved like the
 * handler itself; the smaller ones are inlined into their callers. Those that only one
 * handler has are in helpers_reviewed.h and helpers_posted.h.
 */
#ifndef THPSWAP_VERIFY_HELPERS_H
#define THPSWAP_VERIFY_HELPERS_H

/*@ predicate ErrorBit(integer i) = (VM_FAULT_ERROR & (1 << i)) != 0;

    predicate FallbackBit(integer i) = Bit((unsigned int)VM_FAULT_FALLBACK, i);

    predicate MajorBit(integer i) = Bit((unsigned int)VM_FAULT_MAJOR, i);

    // True of the constants, but no prover computes Bit().
    predicate DistinctBits =
      \forall integer i; 0 <= i < 32 ==>
        !Bit((unsigned int)0, i) && !(MajorBit(i) && FallbackBit(i));

    predicate NoFallback(vm_fault_t result) =
      \forall integer i; 0 <= i < 32 ==> !(Bit(result, i) && FallbackBit(i));

    predicate KeepsMajor(vm_fault_t result) =
      \forall integer i; 0 <= i < 32 && MajorBit(i) ==> Bit(result, i);

    predicate Error(vm_fault_t result) = (result & VM_FAULT_ERROR) != 0;

    predicate ErrorsAlone(vm_fault_t result) =
      \forall integer i, j; 0 <= i < 32 && 0 <= j < 32 ==>
        Bit(result, i) && ErrorBit(i) && Bit(result, j) ==> ErrorBit(j);
*/

// That no page is poisoned is demanded here, not of set_pmd_at(), and only checked: the posted
// handler never asks (D4), and what it was believed to know would contradict that.
/*@ check requires poison:          poison_excluded == 1;
    requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  fault:          vmf->orig_pmd.val == the_fault && vmf->pmd == the_pmdp &&
                              fault_swap == 1;
    requires  address:        haddr == the_address;
    requires  pinned:         device_pins == 1 && si == the_device && \valid_read(si);
    requires  vma:            vma_pins == 1;
    requires  unchanged:      FaultedUnderLock;
    requires  folio:          Locked(folio) && private_refs == 1;
    requires  validated:      folio_matches == 1 && folio_pages == HPAGE_PMD_NR &&
                              folio_uptodate == 1 && 0 <= folio_anon <= 1;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    requires  bits:           0 <= fault_uffd_wp <= 1;
    requires  restored:       restores == 1;
    requires  start:          rmaps == 0 && maps == 0 && swap_puts == 0 && swap_frees == 0 &&
                              mapping_refs == 0 && anon_pages == 0 && swap_entries == 0;
    terminates \true;
    exits     \false;
    assigns   the_page \from folio;
    assigns   vmf->flags, vmf->orig_pmd, private_refs, mapping_refs, pmd_now, folio_matches,
              folio_anon, page_index, seen_uncached, writeback_seen, armed_wp, armed_rwp, tracked,
              rmaps, rmap_exclusive, the_new, new_young, new_soft_dirty, new_uffd_wp, new_write,
              new_dirty, new_no_access, swap_puts, maps, swap_frees, anon_pages, swap_entries;
    ensures   mapped:         maps == 1 && rmaps == 1 && pmd_now != the_fault;
    ensures   counted:        anon_pages == HPAGE_PMD_NR && swap_entries == -HPAGE_PMD_NR;
    ensures   put:            swap_puts == 1;
    ensures   handed_over:    private_refs == 0 && mapping_refs == 1;
    ensures   freed:          swap_frees == 0 || swap_frees == 1;
    ensures   slots_freed:    rmap_exclusive == 1 &&
                              (\old(vmf->flags) & FAULT_FLAG_WRITE) != 0 ==> swap_frees == 1;
*/
static struct thpswap_mapping map_folio(struct vm_fault *vmf, struct folio *folio,
					struct swap_info_struct *si, unsigned long haddr);

/*@ requires  fault:          fault == 0 || fault == VM_FAULT_MAJOR;
    requires  distinct_bits:  DistinctBits;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   errors_alone:   ErrorsAlone(\result);
    ensures   no_fallback:    NoFallback(\result);
    ensures   major_kept:     fault == VM_FAULT_MAJOR && !Error(\result) ==> KeepsMajor(\result);
*/
static vm_fault_t fold_result(vm_fault_t fault, vm_fault_t follow_up);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the larger helpers of huge_pmd_swap.c promise to the handler. They are
 * proved like the handler itself; the smaller ones are inlined into their callers.
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

/*@ requires  pinned:         device_pins == 1 && si == the_device && SameEntry(entry);
    requires  accessible:     folio == the_folio && (folio == \null || private_refs == 1);
    requires  start:          fit_slots == 0 && cache_filled == 0;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    terminates \true;
    exits     \false;
    assigns   \result, fit_slots, cache_filled;
    ensures   answers:        \result.action == THPSWAP_MAP || \result.action == THPSWAP_READ ||
                              \result.action == THPSWAP_SPLIT;
    ensures   read_missing:   \result.action == THPSWAP_READ ==> folio == \null;
    ensures   read_fit:       \result.action == THPSWAP_READ ==> fit_slots >= HPAGE_PMD_NR;
    ensures   filled:         cache_filled == (\result.action == THPSWAP_MAP && folio == \null ?
                                                       1 :
                                                       0);
*/
static struct thpswap_verdict choose_source(struct swap_info_struct *si, swp_entry_t entry,
					    struct folio *folio);

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  fault:          vmf->orig_pmd.val == the_fault && vmf->pmd == the_pmdp &&
                              fault_swap == 1;
    requires  address:        haddr == the_address;
    requires  start:          pmd_locks == 0 && splits == 0 && vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   vmf->ptl \from vmf->pmd;
    assigns   the_ptl \from vmf->pmd;
    assigns   pmd_locks, pmd_now, mapping_refs, entry_left, splits;
    ensures   unlocked:       pmd_locks == 0;
    ensures   left:           entry_left == 1;
    ensures   once:           splits == 0 || splits == 1;
*/
static void split_swap_pmd(struct vm_fault *vmf, unsigned long haddr);

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  fault:          vmf->orig_pmd.val == the_fault && vmf->pmd == the_pmdp &&
                              fault_swap == 1;
    requires  address:        haddr == the_address;
    requires  pinned:         device_pins == 1 && si == the_device && \valid_read(si);
    requires  vma:            vma_pins == 1;
    requires  unchanged:      FaultedUnderLock;
    requires  folio:          Locked(folio) && private_refs == 1;
    requires  validated:      folio_matches == 1 && folio_pages == HPAGE_PMD_NR &&
                              folio_uptodate == 1 && 0 <= folio_anon <= 1;
    requires  poison:         poison_excluded == 1;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    requires  bits:           0 <= fault_uffd_wp <= 1;
    requires  restored:       restores == 1;
    requires  start:          rmaps == 0 && maps == 0 && swap_puts == 0 && swap_frees == 0 &&
                              mapping_refs == 0 && anon_pages == 0 && swap_entries == 0;
    terminates \true;
    exits     \false;
    assigns   vmf->flags, vmf->orig_pmd, private_refs, mapping_refs, pmd_now, folio_matches,
              folio_anon, writeback_seen, armed_wp, armed_rwp, tracked, rmaps, rmap_exclusive,
              the_new, new_young, new_soft_dirty, new_uffd_wp, new_write, new_dirty, new_no_access,
              swap_puts, maps, swap_frees, anon_pages, swap_entries;
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

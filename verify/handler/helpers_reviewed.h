/* SPDX-License-Identifier: GPL-2.0-only */
/* What the helpers of reviewed.c alone promise to the handler. */
#ifndef THPSWAP_VERIFY_HELPERS_REVIEWED_H
#define THPSWAP_VERIFY_HELPERS_REVIEWED_H

/*@ requires  pinned:         device_pins == 1 && si == the_device && SameEntry(entry);
    requires  accessible:     folio == the_folio && (folio == \null || private_refs == 1);
    requires  start:          fit_slots == 0 && range_taken == 0;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    terminates \true;
    exits     \false;
    assigns   \result, fit_slots, range_taken;
    ensures   found:          folio != \null ==>
                                \result.action == THPSWAP_MAP || \result.action == THPSWAP_SPLIT;
    ensures   missed:         folio == \null ==>
                                \result.action == THPSWAP_MAP || \result.action == THPSWAP_READ ||
                                \result.action == THPSWAP_SPLIT ||
                                \result.action == THPSWAP_REFAULT;
    ensures   read_fit:       \result.action == THPSWAP_READ ==> fit_slots >= HPAGE_PMD_NR;
    ensures   read_allowed:   \result.action == THPSWAP_READ ==> thp_allowed;
    ensures   taken:          range_taken == (folio == \null &&
                                              (\result.action == THPSWAP_MAP ||
                                               \result.action == THPSWAP_REFAULT) ? 1 : 0);
*/
static struct thpswap_verdict choose_source(struct swap_info_struct *si, swp_entry_t entry,
					    struct folio *folio, bool thp_allowed);

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  cause_valid:    \valid(cause) && \separated(cause, vmf);
    requires  pinned:         device_pins == 1 && SameEntry(entry);
    requires  address:        haddr == the_address;
    requires  vma:            vma_pins == 1;
    requires  may_sleep:      MaySleep && private_refs == 0;
    requires  fit:            fit_slots >= HPAGE_PMD_NR;
    requires  allowed:        thp_allowed == 1;
    requires  start:          majors == 0 && memcg_majors == 0;
    terminates \true;
    exits     \false;
    assigns   \result \from entry;
    assigns   the_folio \from entry;
    assigns   *cause, private_refs, range_taken, majors, memcg_majors;
    ensures   which:          the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
    ensures   counted:        majors == memcg_majors == (\result == \null ? 0 : 1);
    ensures   taken:          range_taken == (\result == \null &&
                                              (*cause == THPSWAP_NO_FOLIO_EXISTS ||
                                               *cause == THPSWAP_NO_FOLIO_GONE) ? 1 : 0);
*/
static struct folio *read_range(struct vm_fault *vmf, swp_entry_t entry, unsigned long haddr,
				enum thpswap_no_folio *cause);

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  answers_valid:  \valid(verdict) && \valid(ret) && \separated(verdict, ret, vmf) &&
                              \separated(verdict, vmf->vma) && \separated(ret, vmf->vma);
    requires  pinned:         device_pins == 1 && si == the_device && SameEntry(entry);
    requires  address:        haddr == the_address;
    requires  vma:            vma_pins == 1;
    requires  size:           2 <= HPAGE_PMD_NR <= 65536;
    requires  may_sleep:      MaySleep && folio_locks == 0 && private_refs == 0;
    requires  start:          majors == 0 && memcg_majors == 0 && *ret == 0 && lookups == 0;
    terminates \true;
    exits     \false;
    assigns   \result \from entry;
    assigns   the_folio \from entry;
    assigns   *verdict, *ret, private_refs, thp_allowed, fit_slots, range_taken, majors,
              memcg_majors, lookups;
    ensures   few_looks:      lookups <= THPSWAP_MAX_LOOKS + 1;
    ensures   which:          \result != \null ==> the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
    ensures   found:          \result != \null ==> range_taken == 0;
    ensures   missed:         \result == \null ==>
                                (verdict->action == THPSWAP_SPLIT && range_taken == 0) ||
                                (verdict->action == THPSWAP_REFAULT && range_taken == 1);
    ensures   not_counted:    \result == \null ==> majors == 0;
    ensures   major:          majors == memcg_majors &&
                              ((majors == 0 && *ret == 0) ||
                               (majors == 1 && *ret == VM_FAULT_MAJOR));
*/
static struct folio *find_or_read(struct vm_fault *vmf, struct swap_info_struct *si,
				  swp_entry_t entry, unsigned long haddr,
				  struct thpswap_verdict *verdict, vm_fault_t *ret);

/*@ requires  vmf_valid:      \valid(vmf) && \valid_read(vmf->vma);
    requires  fault:          vmf->orig_pmd.val == the_fault && vmf->pmd == the_pmdp &&
                              fault_swap == 1;
    requires  address:        haddr == the_address;
    requires  nobody_else:    range_taken == 0;
    requires  start:          pmd_locks == 0 && splits == 0 && vma_pins == 1;
    terminates \true;
    exits     \false;
    assigns   vmf->ptl \from vmf->pmd;
    assigns   the_ptl \from vmf->pmd;
    assigns   pmd_locks, pmd_now, mapping_refs, entry_left, entry_kept, splits;
    ensures   unlocked:       pmd_locks == 0;
    ensures   left:           entry_left == 1 && entry_kept == 0;
    ensures   once:           splits == 0 || splits == 1;
*/
static void split_swap_pmd(struct vm_fault *vmf, unsigned long haddr);

/*@ requires  pinned:         device_pins == 1;
    requires  folio:          Locked(folio);
    requires  not_mapped:     maps == 0 && rmaps == 0 && swap_puts == 0 && swap_frees == 0;
    terminates \true;
    exits     \false;
    assigns   seen_uncached, swap_frees, folio_matches;
    ensures   let_go:         swap_frees == 1 || (swap_frees == 0 && seen_uncached == 1);
*/
static void free_unmapped(struct folio *folio);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PMD: the one that faulted, the one that is being made, the one in its table.
 */
#ifndef THPSWAP_VERIFY_PMD_H
#define THPSWAP_VERIFY_PMD_H

#include "state.h"
#include "types.h"

/*
 * The PMD that faulted.
 */

/*@ check requires the_fault:       pmd.val == the_fault;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, fault_swap;
    ensures   swap:           \result <==> fault_swap == 1;
*/
bool pmd_is_swap_entry(pmd_t pmd);

/*@ check requires the_fault:       pmd.val == the_fault && fault_swap == 1;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, the_entry;
    ensures   entry:          \result.val == the_entry;
*/
swp_entry_t softleaf_from_pmd(pmd_t pmd);

/*@ check requires the_fault:       pmd.val == the_fault && fault_swap == 1;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, fault_exclusive;
    ensures   exclusive:      \result <==> fault_exclusive == 1;
*/
bool pmd_swp_exclusive(pmd_t pmd);

/*@ check requires the_fault:       pmd.val == the_fault && fault_swap == 1;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, fault_soft_dirty;
    ensures   soft_dirty:     \result <==> fault_soft_dirty == 1;
*/
bool pmd_swp_soft_dirty(pmd_t pmd);

/*@ check requires the_fault:       pmd.val == the_fault && fault_swap == 1;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, fault_uffd_wp;
    ensures   uffd_wp:        \result <==> fault_uffd_wp == 1;
*/
bool pmd_swp_uffd_wp(pmd_t pmd);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from a, b;
    ensures   same:           \result <==> a.val == b.val;
*/
bool pmd_same(pmd_t a, pmd_t b);

/*
 * The PMD that is being made. A present PMD is never a swap PMD.
 */

/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_young, new_soft_dirty, new_uffd_wp, new_write, new_dirty,
              new_no_access;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   plain:          new_young == new_soft_dirty == new_uffd_wp == new_write ==
                              new_dirty == 0;
    ensures   access:         new_no_access == (prot == PAGE_NONE ? 1 : 0);
*/
pmd_t folio_mk_pmd(struct folio *folio, pgprot_t prot);

/*@ check requires new:             pmd.val == the_new;
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_young;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   young:          new_young == 1;
*/
pmd_t pmd_mkyoung(pmd_t pmd);

/*@ check requires new:             pmd.val == the_new;
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_soft_dirty;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   soft_dirty:     new_soft_dirty == 1;
*/
pmd_t pmd_mksoft_dirty(pmd_t pmd);

/*@ check requires new:             pmd.val == the_new;
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_uffd_wp;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   uffd_wp:        new_uffd_wp == 1;
*/
pmd_t pmd_mkuffd_wp(pmd_t pmd);

/*@ check requires new:             pmd.val == the_new;
    check requires vma:             vma_pins == 1;
    check requires allowed:         (vma->vm_flags & VM_WRITE) != 0;
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_write;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   write:          new_write == 1;
*/
pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma);

// As on x86, where dirty implies soft-dirty.
/*@ check requires new:             pmd.val == the_new;
    terminates \true;
    exits     \false;
    assigns   \result, the_new, new_dirty, new_soft_dirty;
    ensures   new:            \result.val == the_new && the_new != the_fault;
    ensures   dirty:          new_dirty == 1 && new_soft_dirty == 1;
*/
pmd_t pmd_mkdirty(pmd_t pmd);

/*
 * The PMD in its table.
 */

// Until now anybody may have changed it.
/*@ check requires not_yet:         pmd_locks == 0;
    check requires vma:             vma_pins == 1;
    check requires the_pmd:         pmd == the_pmdp;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd;
    assigns   the_ptl \from pmd;
    assigns   pmd_locks, pmd_now;
    ensures   locked:         pmd_locks == 1;
    ensures   which:          the_ptl == \result;
*/
spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd);

// From now on anybody may change it, and zap what has been mapped.
/*@ check requires locked:          pmd_locks == 1 && ptl == the_ptl;
    terminates \true;
    exits     \false;
    assigns   pmd_locks, pmd_now, mapping_refs, entry_left, entry_kept;
    ensures   given_back:     pmd_locks == \old(pmd_locks) - 1;
    ensures   zap:            mapping_refs == 0;
    ensures   left:           entry_left == (\old(pmd_now) != the_fault ? 1 : 0);
    ensures   kept:           entry_kept == 1 - entry_left;
*/
void spin_unlock(spinlock_t *ptl);

/*@ check requires locked:          pmd_locks == 1;
    check requires the_pmd:         pmd == the_pmdp;
    terminates \true;
    exits     \false;
    assigns   \result \from pmd, pmd_now;
    ensures   current:        \result.val == pmd_now;
*/
pmd_t pmdp_get(const pmd_t *pmd);

/*@ check requires unchanged:       FaultedUnderLock;
    check requires where:           pmdp == the_pmdp && address == the_address;
    check requires new:             pmd.val == the_new && new_young == 1;
    check requires folio_locked:    Locked(the_folio);
    check requires matching:        folio_matches == 1;
    check requires pmd_sized:       folio_pages == HPAGE_PMD_NR;
    check requires uptodate:        folio_uptodate == 1;
    check requires restored:        restores == 1;
    check requires accounted:       rmaps == 1 && anon_pages == HPAGE_PMD_NR &&
                                    swap_entries == -HPAGE_PMD_NR;
    check requires once:            maps == 0;
    check requires own_reference:   private_refs == 1;
    check requires marker:          rmap_exclusive == 1 ==> fault_exclusive == 1;
    check requires stable_writes:   writeback_seen == 1 &&
                                    (the_device->flags & SWP_STABLE_WRITES) != 0 ==>
                                      rmap_exclusive == 0;
    check requires write_exclusive: new_write == 1 ==> rmap_exclusive == 1;
    check requires write_uffd:      new_write == 1 ==> !(armed_wp == 1 && fault_uffd_wp == 1);
    check requires write_tracked:   new_write == 1 ==> !(tracked == 1 && fault_soft_dirty == 0);
    check requires dirty:           new_dirty == 1 ==> new_write == 1;
    check requires soft_dirty_kept: fault_soft_dirty == 1 ==> new_soft_dirty == 1;
    check requires soft_dirty_true: new_soft_dirty == 1 ==>
                                      fault_soft_dirty == 1 || new_dirty == 1;
    check requires uffd_kept:       new_uffd_wp == fault_uffd_wp;
    check requires rwp:             armed_rwp == 1 && fault_uffd_wp == 1 ==>
                                      new_no_access == 1 && new_write == 0;
    terminates \true;
    exits     \false;
    assigns   pmd_now, maps, private_refs, mapping_refs;
    ensures   set:            pmd_now == pmd.val;
    ensures   mapped:         maps == \old(maps) + 1;
    ensures   handed_over:    private_refs == \old(private_refs) - 1 &&
                              mapping_refs == \old(mapping_refs) + 1;
*/
void set_pmd_at(struct mm_struct *mm, unsigned long address, pmd_t *pmdp, pmd_t pmd);

/*@ check requires locked:          pmd_locks == 1;
    check requires where:           pmd == the_pmdp && address == the_address;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void update_mmu_cache_pmd(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd);

/*@ check requires accessible:      Accessible(the_folio);
    check requires before:          maps == 0;
    check requires whole:           page == the_page && page_index == 0 && nr == HPAGE_PMD_NR;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void flush_icache_pages(struct vm_area_struct *vma, struct page *page, unsigned int nr);

/*@ check requires faulted:         FaultedUnderLock;
    check requires where:           pmd == the_pmdp && address == the_address;
    check requires thaw:            !freeze;
    terminates \true;
    exits     \false;
    assigns   pmd_now, splits;
    ensures   table:          pmd_now != the_fault;
    ensures   split:          splits == \old(splits) + 1;
*/
void split_huge_pmd_locked(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd,
			   bool freeze);

// Takes the PMD lock itself, and splits whatever huge entry it finds then (D7).
/*@ check requires not_locked:      pmd_locks == 0;
    check requires vma:             vma_pins == 1;
    check requires faulted:         pmd_now == the_fault;
    check requires where:           pmd == the_pmdp && address == the_address;
    check requires thaw:            !freeze;
    terminates \true;
    exits     \false;
    assigns   pmd_now, splits, entry_left, entry_kept;
    ensures   table:          entry_left == 1 && entry_kept == 0;
    ensures   split:          splits == \old(splits) + 1;
*/
void __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address, bool freeze);

// May sleep, takes the PMD lock and the folio lock, may give up the VMA.
/*@ check requires may_sleep:       MaySleep;
    check requires folio_unlocked:  folio_locks == 0;
    check requires vma:             vma_pins == 1;
    check requires mapped:          maps == 1 && entry_left == 1;
    check requires once:            follow_ups == 0;
    requires  vmf_valid:      \valid(vmf);
    terminates \true;
    exits     \false;
    assigns   *vmf \from *vmf;
    assigns   \result, pmd_now, vma_pins, follow_ups;
    ensures   done:           follow_ups == \old(follow_ups) + 1;
*/
vm_fault_t wp_huge_pmd(struct vm_fault *vmf);

#endif

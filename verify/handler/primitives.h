/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The prover as a world for huge_pmd_swap.c: the kernel's names, each a contract
 * over resources.h. Nothing here has a body, so nothing here is proved: these
 * contracts are the model of the kernel, and what they demand of a caller is what
 * the proof shows.
 *
 * A demand is "check requires": a demand that is not met is reported, and nothing
 * after it becomes true because of it.
 */
#ifndef THPSWAP_VERIFY_PRIMITIVES_H
#define THPSWAP_VERIFY_PRIMITIVES_H

#include <stddef.h>

/*
 * Types, as simple as the handler can bear.
 */

struct folio;
struct page;
struct mm_struct;

typedef unsigned int vm_fault_t;
typedef unsigned int rmap_t;
typedef unsigned long pgprot_t;

typedef struct {
	int taken;
} spinlock_t;

typedef struct {
	unsigned long val;
} swp_entry_t;

typedef struct {
	unsigned long val;
} pmd_t;

struct swap_info_struct {
	unsigned long flags;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	pgprot_t vm_page_prot;
};

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned int flags;
	pmd_t *pmd;
	pmd_t orig_pmd;
	spinlock_t *ptl;
};

/*
 * Constants. N and the mask are any; the bits of a result are Linux's.
 */

extern const unsigned int hpage_pmd_nr;
extern const unsigned long hpage_pmd_mask;

#define HPAGE_PMD_NR hpage_pmd_nr
#define HPAGE_PMD_MASK hpage_pmd_mask
#define PAGE_NONE 0ul
#define GFP_KERNEL 0u
#define FAULT_FLAG_WRITE 1u
#define RMAP_NONE 0u
#define RMAP_EXCLUSIVE 1u
#define VM_WRITE 0x2ul
#define VM_LOCKED 0x2000ul
#define SWP_STABLE_WRITES 0x400ul
#define SWP_SYNCHRONOUS_IO 0x1000ul
#define VM_FAULT_SIGBUS 0x2u
#define VM_FAULT_MAJOR 0x4u
#define VM_FAULT_RETRY 0x400u
#define VM_FAULT_FALLBACK 0x800u
#define VM_FAULT_ERROR 0x873u

enum mm_counter { MM_ANONPAGES, MM_SWAPENTS };
enum vm_event { PGMAJFAULT };

/* The device is read without a lock, but never without a pin. */
#define data_race(expression) (swap_device_is_read(), (expression))

#include "resources.h"

/*@ predicate Accessible(struct folio *folio) =
      folio == the_folio && folio != \null &&
      (private_refs > 0 || (mapping_refs > 0 && pmd_locks == 1));

    predicate Locked(struct folio *folio) =
      Accessible(folio) && folio_locks == 1;

    predicate MaySleep =
      pmd_locks == 0;

    predicate FaultedUnderLock =
      pmd_locks == 1 && pmd_now == the_fault;

    // No prover computes bits: what the handler does with these two, in numbers.
    // bits.c proves it for all values that occur.
    predicate InNumbers(integer fault, integer lock) =
      (fault | lock) == fault + lock && (fault & VM_FAULT_RETRY) == 0 &&
      (lock == 0 || (lock & VM_FAULT_RETRY) != 0);

    predicate SameEntry(swp_entry_t entry) =
      entry.val == the_entry;
*/

/*
 * The device.
 */

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
    assigns   private_refs;
    ensures   which:          the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
*/
struct folio *swap_cache_get_folio(swp_entry_t entry);

/*@ predicate FitForOneRead(struct thpswap_slots run) =
      run.cached != THPSWAP_CACHED_PMD_FOLIO && run.cached != THPSWAP_CACHED_OTHER &&
      run.in_use && !run.zswap;
*/

/*@ check requires pinned:          device_pins == 1 && si == the_device;
    check requires the_entry:       SameEntry(entry);
    check requires within:          skip < HPAGE_PMD_NR;
    terminates \true;
    exits     \false;
    assigns   \result, fit_slots, cache_filled;
    ensures   some:           0 < \result.nr <= HPAGE_PMD_NR - skip;
    ensures   fit:            FitForOneRead(\result) && \old(fit_slots) == skip ==>
                                fit_slots == skip + \result.nr;
    ensures   unfit:          !(FitForOneRead(\result) && \old(fit_slots) == skip) ==>
                                fit_slots == \old(fit_slots);
    ensures   filled:         cache_filled == (skip == 0 &&
                                \result.cached == THPSWAP_CACHED_PMD_FOLIO ? 1 :
                                                                             \old(cache_filled));
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
    assigns   *cause, private_refs;
    ensures   which:          the_folio == \result;
    ensures   reference:      private_refs == (\result == \null ? 0 : 1);
*/
struct folio *swapin_alloc_pmd_folio(swp_entry_t entry, struct vm_area_struct *vma,
				     unsigned long address, enum thpswap_no_folio *cause);

/*
 * The folio: its reference and its lock.
 */

/*@ check requires reference:       folio == the_folio && private_refs > 0;
    check requires never_locked:    folio_locks == 0;
    terminates \true;
    exits     \false;
    assigns   private_refs;
    ensures   given_back:     private_refs == \old(private_refs) - 1;
*/
void folio_put(struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    check requires not_yet:         folio_locks == 0;
    check requires may_sleep:       MaySleep;
    check requires vma:             vma_pins == 1;
    requires  the_flags:      \valid_read(vmf);
    terminates \true;
    exits     \false;
    assigns   \result, folio_locks, folio_pages, folio_matches, folio_uptodate, folio_anon,
              poison_excluded, vma_pins, lock_refused;
    ensures   or_retry:       \result == 0 || \result == VM_FAULT_RETRY;
    ensures   in_numbers:     \forall integer fault; fault == 0 || fault == VM_FAULT_MAJOR ==>
                                InNumbers(fault, \result);
    ensures   locked:         \result == 0 ==>
                                folio_locks == 1 && vma_pins == 1 && lock_refused == 0;
    ensures   refused:        \result != 0 ==>
                                folio_locks == 0 && vma_pins == 0 && lock_refused == 1;
    ensures   poison_unknown: poison_excluded == 0;
    ensures   flags:          0 <= folio_matches <= 1 && 0 <= folio_uptodate <= 1 &&
                              0 <= folio_anon <= 1;
*/
vm_fault_t folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf);

/*@ check requires locked:          folio_locks == 1;
    check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   folio_locks, folio_pages, folio_matches, folio_uptodate, folio_anon, poison_excluded;
    ensures   given_back:     folio_locks == \old(folio_locks) - 1;
*/
void folio_unlock(struct folio *folio);

/*
 * The folio: what it is.
 */

/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio, folio_pages;
    ensures   stable:         folio_locks == 1 ==> \result == folio_pages;
*/
unsigned int folio_nr_pages(const struct folio *folio);

// The swap cache holds one reference for each page; whoever looks holds one more (D2).
/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio, folio_pages, folio_matches;
    ensures   some:           \result >= 1;
    ensures   cache_and_ours: folio_locks == 1 && folio_matches == 1 ==> \result > folio_pages;
*/
unsigned int folio_ref_count(const struct folio *folio);

/*@ check requires locked:          Locked(folio);
    check requires the_entry:       SameEntry(entry);
    terminates \true;
    exits     \false;
    assigns   \result, folio_stale;
    ensures   stable:         \result <==> folio_matches == 1;
    ensures   stale:          folio_stale == 1 - folio_matches;
*/
bool folio_matches_swap_entry(const struct folio *folio, swp_entry_t entry);

/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result, folio_unread;
    ensures   stable:         \result <==> folio_uptodate == 1;
    ensures   unread:         folio_unread == 1 - folio_uptodate;
*/
bool folio_test_uptodate(const struct folio *folio);

// Memory can fail at any time; what can be excluded is poison that was there to be seen.
/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result, poison_excluded;
    ensures   seen:           poison_excluded == (\result ? 0 : 1);
*/
bool folio_contain_hwpoisoned_page(const struct folio *folio);

// Writeback needs the folio lock to begin, but not to end: seen off, it stays off.
/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result, writeback_seen;
    ensures   seen:           writeback_seen == (\result ? 1 : 0);
*/
bool folio_test_writeback(const struct folio *folio);

/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio, folio_matches;
    ensures   matching:       folio_matches == 1 ==> \result;
*/
bool folio_test_swapcache(const struct folio *folio);

/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio, folio_anon;
    ensures   stable:         \result <==> folio_anon == 1;
*/
bool folio_test_anon(const struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio;
*/
bool folio_test_lru(const struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio;
*/
bool folio_test_mlocked(const struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio;
*/
bool folio_test_ksm(const struct folio *folio);

/*@ check requires locked:          Locked(folio);
    terminates \true;
    exits     \false;
    assigns   \result \from folio;
*/
bool mem_cgroup_swap_full(const struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    check requires first:           index == 0;
    terminates \true;
    exits     \false;
    assigns   \result \from folio;
*/
struct page *folio_page(struct folio *folio, unsigned int index);

/*@ check requires locked:          Locked(folio) && folio_matches == 1;
    check requires the_entry:       SameEntry(entry);
    terminates \true;
    exits     \false;
    assigns   \result \from entry, folio;
    ensures   first_slot:     SameEntry(\result);
*/
swp_entry_t folio_swap(swp_entry_t entry, const struct folio *folio);

/*
 * The folio: what is done to it.
 */

/*@ check requires pinned:          device_pins == 1;
    check requires locked:          Locked(folio) && folio_matches == 1;
    check requires the_entry:       SameEntry(entry);
    terminates \true;
    exits     \false;
    assigns   restores;
    ensures   restored:       restores == \old(restores) + 1;
*/
void arch_swap_restore(swp_entry_t entry, struct folio *folio);

/*@ check requires accessible:      Accessible(folio);
    check requires may_sleep:       MaySleep;
    terminates \true;
    exits     \false;
    assigns   \nothing;
*/
void folio_throttle_swaprate(struct folio *folio, unsigned int gfp);

/*@ check requires locked:          Locked(folio) && pmd_locks == 1;
    check requires once:            rmaps == 0;
    check requires not_yet_anon:    folio_anon == 0;
    check requires where:           address == the_address;
    terminates \true;
    exits     \false;
    assigns   rmaps, rmap_exclusive, folio_anon;
    ensures   mapped:         rmaps == \old(rmaps) + 1;
    ensures   exclusive:      rmap_exclusive == (flags == RMAP_EXCLUSIVE ? 1 : 0);
    ensures   anon:           folio_anon == 1;
*/
void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma, unsigned long address,
			     rmap_t flags);

/*@ check requires locked:          Locked(folio) && pmd_locks == 1;
    check requires once:            rmaps == 0;
    check requires anon:            folio_anon == 1;
    check requires where:           address == the_address;
    terminates \true;
    exits     \false;
    assigns   rmaps, rmap_exclusive;
    ensures   mapped:         rmaps == \old(rmaps) + 1;
    ensures   exclusive:      rmap_exclusive == (flags == RMAP_EXCLUSIVE ? 1 : 0);
*/
void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page, struct vm_area_struct *vma,
			     unsigned long address, rmap_t flags);

/*@ check requires pinned:          device_pins == 1;
    check requires locked:          Locked(folio) && folio_matches == 1;
    check requires restored:        restores == 1;
    check requires once:            swap_puts == 0;
    check requires replaced:        rmaps == 1;
    check requires whole:           subpage == \null;
    terminates \true;
    exits     \false;
    assigns   swap_puts;
    ensures   put:            swap_puts == \old(swap_puts) + 1;
*/
void folio_put_swap(struct folio *folio, struct page *subpage);

// The slots, and the swap cache's references with them, may be gone afterwards.
/*@ check requires pinned:          device_pins == 1;
    check requires locked:          Locked(folio);
    check requires restored:        restores == 1;
    check requires mapped:          maps == 1 && swap_puts == 1;
    check requires once:            swap_frees == 0;
    terminates \true;
    exits     \false;
    assigns   \result, swap_frees, folio_matches;
    ensures   tried:          swap_frees == \old(swap_frees) + 1;
*/
bool folio_free_swap(struct folio *folio);

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
    assigns   pmd_locks, pmd_now, mapping_refs, entry_left;
    ensures   given_back:     pmd_locks == \old(pmd_locks) - 1;
    ensures   zap:            mapping_refs == 0;
    ensures   left:           entry_left == (\old(pmd_now) != the_fault ? 1 : 0);
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
    check requires not_poisoned:    poison_excluded == 1;
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
    check requires whole:           nr == HPAGE_PMD_NR;
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
    assigns   pmd_now, splits, entry_left;
    ensures   table:          entry_left == 1;
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

/*
 * The VMA, the process, the counters.
 */

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

#include "helpers.h"
#include "promise.h"

#endif

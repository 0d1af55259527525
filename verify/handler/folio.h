/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folio.
 */
#ifndef THPSWAP_VERIFY_FOLIO_H
#define THPSWAP_VERIFY_FOLIO_H

#include "state.h"
#include "types.h"

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
    ensures   some_pages:     folio_pages >= 1;
    ensures   flags:          0 <= folio_matches <= 1 && 0 <= folio_uptodate <= 1 &&
                              0 <= folio_anon <= 1;
*/
vm_fault_t folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf);

// Whoever zaps the entry tries the folio lock and, if it is taken, leaves the swap cache to who
// holds it. Without a mapping the holder lets go of it, and unlocks under the PMD lock: then a
// zap comes before both or after both (D12).
/*@ check requires locked:          folio_locks == 1;
    check requires accessible:      Accessible(folio);
    check requires cache_let_go:    maps == 1 || swap_frees == 1 || seen_uncached == 1;
    check requires pmd_locked:      maps == 1 || pmd_locks == 1;
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
    assigns   \result, seen_uncached;
    ensures   matching:       folio_matches == 1 ==> \result;
    ensures   seen:           seen_uncached == (\result ? 0 : 1);
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
    check requires within:          folio_locks == 1 && index < folio_pages;
    terminates \true;
    exits     \false;
    assigns   \result \from folio, index;
    assigns   the_page \from folio, index;
    assigns   page_index;
    ensures   which:          the_page == \result && page_index == index;
*/
struct page *folio_page(struct folio *folio, unsigned int index);

// Of a folio of another size, which is not mapped, any page may be asked.
/*@ check requires locked:          Locked(the_folio);
    check requires the_page:        page == the_page;
    check requires faulted:         folio_pages == HPAGE_PMD_NR ==> page_index == fault_index;
    terminates \true;
    exits     \false;
    assigns   \result, page_bad;
    ensures   seen:           page_bad == (\result ? 1 : 0);
*/
bool PageHWPoison(const struct page *page);

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
    check requires first_page:      page == the_page && page_index == 0;
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

// The slots, and the swap cache's references with them, may be gone afterwards: after all of
// a mapping, or instead of it.
/*@ check requires pinned:          device_pins == 1;
    check requires locked:          Locked(folio);
    check requires restored:        maps == 1 ==> restores == 1;
    check requires mapped:          maps == swap_puts == rmaps;
    check requires once:            swap_frees == 0;
    terminates \true;
    exits     \false;
    assigns   \result, swap_frees, folio_matches;
    ensures   tried:          swap_frees == \old(swap_frees) + 1;
*/
bool folio_free_swap(struct folio *folio);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one fault holds, has done and has learnt, as ghost variables: the
 * contracts of primitives.h change them, promise.h says how they must end.
 *
 * Other threads are modelled by what a contract leaves open: a value that nobody
 * protects is arbitrary again after the lock that protected it has been dropped.
 *
 * All flags are int, 0 or 1. promise.h adds them up (one_outcome), and in the logic
 * a C _Bool is neither a number nor a truth value without a comparison at each place.
 * They stay 0 or 1 because the contracts set them so; where the proof needs that of
 * something it starts with, a precondition says it.
 *
 * WP frames by name: what a contract changes, its assigns clause lists, and so do those
 * of its callers in helpers.h and promise.h. What is left out there is an unproved goal.
 */
#ifndef THPSWAP_VERIFY_RESOURCES_H
#define THPSWAP_VERIFY_RESOURCES_H

#include "types.h"

/* Held now. */
/*@ ghost
    int device_pins;
    int private_refs;  // to the folio: the lookup's, until the mapping takes it over
    int mapping_refs;  // the mapping's; ours to rely on only while the PMD is locked
    int folio_locks;
    int pmd_locks;
    int vma_pins;      // the mmap or VMA lock, which RETRY may drop
*/

/* Which ones. */
/*@ ghost
    struct swap_info_struct *the_device;
    struct folio *the_folio;
    struct page *the_page;      // of the folio, looked up last
    spinlock_t *the_ptl;
    unsigned long the_entry;
    unsigned long the_fault; // the PMD that faulted
    unsigned long the_new;   // the PMD that is being made
    unsigned long pmd_now;   // the PMD in its table; stable while it is locked
    unsigned long the_address;
    unsigned long fault_address;
    pmd_t *the_pmdp;
*/

/* The folio; stable while it is locked. */
/*@ ghost
    unsigned int folio_pages;
    int folio_matches; // in the swap cache, for the entry that faulted
    int folio_uptodate;
    int folio_anon;
    unsigned int page_index;  // where the_page is in it
    unsigned int fault_index; // where the page that faulted is
*/

/* The bits of the PMD that faulted, and of the one that is being made. */
/*@ ghost
    int fault_swap;
    int fault_exclusive;
    int fault_soft_dirty;
    int fault_uffd_wp;
    int new_young;
    int new_soft_dirty;
    int new_uffd_wp;
    int new_write;
    int new_dirty;
    int new_no_access;
*/

/* What has been asked, and the answer. */
/*@ ghost
    int poison_excluded;
    int page_bad;           // the page that faulted is poisoned
    int seen_uncached;      // the folio is not in the swap cache
    int thp_allowed;
    int writeback_seen;
    int armed_wp;
    int armed_rwp;
    int tracked;
    unsigned int fit_slots; // slots, from the first on without a gap, good for one read
*/

/* Done so far. */
/*@ ghost
    int lookups;        // of the entry in the swap cache
    int majors;
    int memcg_majors;
    int restores;
    int rmaps;
    int rmap_exclusive;
    int swap_puts;
    int maps;
    int swap_frees;
    int splits;
    int follow_ups;
    long anon_pages;
    long swap_entries;
    int folio_stale;    // validated and found to belong to something else
    int folio_unread;   // matches the entry, but holds no data
    int lock_refused;   // the folio lock
    int device_refused;
    int range_taken;    // seen last: somebody else brought the range in, or used the entry up
    int entry_left;     // when the PMD was locked last, it was not the one that faulted
    int entry_kept;     // when the PMD was locked last, it was the one that faulted
*/

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do_swap_page() of Linux 7.3.4 decides, written down from its source and not from the
 * library's: the laws of laws.c hold the one against the other. The lines are those of
 * mm/memory.c, unpatched. Not here: KSM, which the library leaves to its caller, and what
 * readahead, allocation and locking do.
 *
 * Of a private VMA vm_page_prot does not allow writes, so pte_write() says whether
 * pte_mkwrite() was called.
 */
#ifndef THPSWAP_VERIFY_LINUX_7_3_H
#define THPSWAP_VERIFY_LINUX_7_3_H

/*@ // 5121, then 5130 to 5151: exclusive = pte_swp_exclusive(), unless writeback would tear it
    predicate Linux73_exclusive(struct thpswap_mapping_facts facts) =
      facts.entry_exclusive &&
      !(facts.entry_exclusive && facts.writeback && facts.stable_writes);

    // 5165 and 5166: pte_mksoft_dirty()
    predicate Linux73_soft_dirty(struct thpswap_mapping_facts facts) = facts.entry_soft_dirty;

    // 5167 and 5168: pte_mkuffd()
    predicate Linux73_uffd(struct thpswap_mapping_facts facts) = facts.entry_uffd_wp;

    // 5175 to 5178: rwp_restore, pte_modify(PAGE_NONE)
    predicate Linux73_rwp_restore(struct thpswap_mapping_facts facts) =
      facts.entry_uffd_wp && facts.vma_uffd_rwp;

    // include/linux/userfaultfd_k.h 241: userfaultfd_pte_wp(), of the new PTE
    predicate Linux73_userfaultfd_pte_wp(struct thpswap_mapping_facts facts) =
      facts.vma_uffd_wp && Linux73_uffd(facts);

    // mm/internal.h 1427: pte_needs_soft_dirty_wp(), of the new PTE
    predicate Linux73_needs_soft_dirty_wp(struct thpswap_mapping_facts facts) =
      facts.vma_soft_dirty && !Linux73_soft_dirty(facts);

    // 5188 to 5192: pte_mkwrite()
    predicate Linux73_write(struct thpswap_mapping_facts facts) =
      Linux73_exclusive(facts) &&
      (!Linux73_rwp_restore(facts) && facts.vma_write && !Linux73_userfaultfd_pte_wp(facts) &&
       !Linux73_needs_soft_dirty_wp(facts));

    // 5193 and 5194: pte_mkdirty()
    predicate Linux73_dirty(struct thpswap_mapping_facts facts) =
      Linux73_write(facts) && facts.write_fault;

    // 5256: do_wp_page()
    predicate Linux73_follow_up(struct thpswap_mapping_facts facts) =
      facts.write_fault && !Linux73_write(facts) && !Linux73_rwp_restore(facts);

    // 4649 to 4674: should_try_to_free_swap()
    predicate Linux73_frees(struct thpswap_free_swap_facts facts, boolean memcg_swap_full) =
      facts.swapcache &&
      (facts.synchronous_io ||
       (memcg_swap_full || facts.vma_locked || facts.mlocked) ||
       (facts.write_fault && facts.exclusive));

    // 5272 to 5277, out_nomap and out_page: if (folio_test_swapcache()) folio_free_swap()
    predicate Linux73_frees_unmapped(struct thpswap_unmapped_facts facts) = facts.swapcache;

    // 5007 to 5049 of a folio that is neither split nor copied: its match, the page that
    // faulted, the entry, the read
    logic integer Linux73_exit(struct thpswap_validation_facts facts) =
      !facts.matches_entry ? THPSWAP_REFAULT :
      facts.page_poisoned ? THPSWAP_HWPOISON :
      !facts.entry_unchanged ? THPSWAP_REFAULT :
      !facts.uptodate ? THPSWAP_SIGBUS :
      THPSWAP_MAP;

    // 5051 to 5080: nr_pages
    logic integer Linux73_nr_pages(struct thpswap_batch_facts facts) =
      facts.nr_pages > 1 && facts.whole ? facts.nr_pages : 1;

    // 5010 and 5106 to 5111
    logic integer Linux73_batch(struct thpswap_batch_facts facts) =
      facts.page_poisoned ? THPSWAP_HWPOISON :
      !facts.anon && facts.nr_pages > 1 && Linux73_nr_pages(facts) != facts.nr_pages ?
        (facts.dirty ? THPSWAP_REFAULT : THPSWAP_DROP) :
      THPSWAP_MAP;
*/

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the handlers of both orders do alike: find out the facts that the library asks for,
 * and map a folio as it says.
 *
 * HANDLER_REVISION, the policy that decides, is set by the handler that includes this.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects; all of them are
 * listed in include/thpswap/NUMBERS.md.
 */
#ifndef THPSWAP_HANDLER_STEPS_H
#define THPSWAP_HANDLER_STEPS_H

/*
 * Facts: what the library wants to know, in the words of the kernel.
 */

static struct thpswap_slots first_slot(struct folio *folio)
{
	/* Where it is stored has not been looked at: what is cached decides here. */
	struct thpswap_slots slot = {
		.nr = 1,
		.memcg_id = 0,
		.cached = THPSWAP_CACHED_NOTHING,
		.in_use = true,
		.zswap = false,
		.zeromap = false,
	};

	if (!folio)
		return slot;
	if (folio_nr_pages(folio) == HPAGE_PMD_NR)
		slot.cached = THPSWAP_CACHED_PMD_FOLIO;
	else
		slot.cached = THPSWAP_CACHED_OTHER;
	return slot;
}

static struct thpswap_mapping_facts mapping_facts(struct vm_fault *vmf, struct folio *folio,
						  struct swap_info_struct *si)
{
	struct vm_area_struct *vma = vmf->vma;

	return (struct thpswap_mapping_facts){
		.ref_count = folio_ref_count(folio),
		.entry_exclusive = pmd_swp_exclusive(vmf->orig_pmd),
		.entry_soft_dirty = pmd_swp_soft_dirty(vmf->orig_pmd),
		.entry_uffd_wp = pmd_swp_uffd_wp(vmf->orig_pmd),
		.vma_write = vma->vm_flags & VM_WRITE,
		.vma_uffd_wp = userfaultfd_wp(vma),
		.vma_uffd_rwp = userfaultfd_rwp(vma),
		.vma_soft_dirty = vma_soft_dirty_enabled(vma),
		.writeback = folio_test_writeback(folio),
		.stable_writes = data_race(si->flags & SWP_STABLE_WRITES),
		.write_fault = vmf->flags & FAULT_FLAG_WRITE,
	};
}

static struct thpswap_free_swap_facts free_swap_facts(struct vm_fault *vmf, struct folio *folio,
						      struct swap_info_struct *si, bool exclusive)
{
	return (struct thpswap_free_swap_facts){
		.ref_count = folio_ref_count(folio),
		.nr_pages = folio_nr_pages(folio),
		.extra_refs = 1, /* a PMD mapping holds one reference, not one a page */
		.swapcache = folio_test_swapcache(folio),
		.synchronous_io = data_race(si->flags & SWP_SYNCHRONOUS_IO),
		.vma_locked = vmf->vma->vm_flags & VM_LOCKED,
		.mlocked = folio_test_mlocked(folio),
		.ksm = folio_test_ksm(folio),
		.write_fault = vmf->flags & FAULT_FLAG_WRITE,
		.exclusive = exclusive,
	};
}

/*
 * Verdicts: what the kernel does when the library has answered.
 */

static pmd_t make_pmd(struct vm_area_struct *vma, struct folio *folio,
		      struct thpswap_mapping mapping)
{
	pmd_t pmd = folio_mk_pmd(folio, mapping.no_access ? PAGE_NONE : vma->vm_page_prot);

	pmd = pmd_mkyoung(pmd);
	if (mapping.soft_dirty)
		pmd = pmd_mksoft_dirty(pmd);
	if (mapping.uffd_wp)
		pmd = pmd_mkuffd_wp(pmd);
	if (mapping.writable)
		pmd = pmd_mkwrite(pmd, vma);
	if (mapping.dirty)
		pmd = pmd_mkdirty(pmd);
	return pmd;
}

static bool should_free_swap(struct vm_fault *vmf, struct folio *folio, struct swap_info_struct *si,
			     bool exclusive)
{
	struct thpswap_verdict verdict;

	verdict = thpswap_should_free_swap(HANDLER_REVISION,
					   free_swap_facts(vmf, folio, si, exclusive));
	if (verdict.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		return mem_cgroup_swap_full(folio);
	return verdict.action == THPSWAP_FREE;
}

/* Map the locked folio, under the PMD lock, over the entry that faulted. */
static struct thpswap_mapping map_folio(struct vm_fault *vmf, struct folio *folio,
					struct swap_info_struct *si, unsigned long haddr)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = folio_page(folio, 0);
	struct thpswap_mapping mapping;
	rmap_t rmap_flags;
	pmd_t pmd;

	mapping = thpswap_decide_mapping(HANDLER_REVISION, mapping_facts(vmf, folio, si));
	pmd = make_pmd(vma, folio, mapping);
	if (mapping.consume_write)
		vmf->flags &= ~FAULT_FLAG_WRITE;
	rmap_flags = mapping.exclusive ? RMAP_EXCLUSIVE : RMAP_NONE;

	add_mm_counter(vma->vm_mm, MM_ANONPAGES, HPAGE_PMD_NR);
	add_mm_counter(vma->vm_mm, MM_SWAPENTS, -(long)HPAGE_PMD_NR);

	flush_icache_pages(vma, page, HPAGE_PMD_NR);
	if (!folio_test_anon(folio))
		folio_add_new_anon_rmap(folio, vma, haddr, rmap_flags);
	else
		folio_add_anon_rmap_pmd(folio, page, vma, haddr, rmap_flags);

	folio_put_swap(folio, NULL);
	set_pmd_at(vma->vm_mm, haddr, vmf->pmd, pmd);
	update_mmu_cache_pmd(vma, haddr, vmf->pmd);
	vmf->orig_pmd = pmd;

	/*
	 * After the mapping, not before: another thread that faults on the same entry still
	 * finds the folio in the swap cache then, and waits for its lock instead of reading again.
	 */
	if (should_free_swap(vmf, folio, si, mapping.exclusive))
		folio_free_swap(folio);
	return mapping;
}

static vm_fault_t fold_result(vm_fault_t fault, vm_fault_t follow_up)
{
	return thpswap_fold_result(HANDLER_REVISION, (struct thpswap_result_facts){
							     .fault = fault,
							     .follow_up = follow_up,
							     .fallback_bit = VM_FAULT_FALLBACK,
							     .error_bits = VM_FAULT_ERROR,
						     });
}

#endif

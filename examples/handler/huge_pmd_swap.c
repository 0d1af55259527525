// SPDX-License-Identifier: GPL-2.0-only
/*
 * do_huge_pmd_swap_page(): resolve a fault on a PMD swap entry in one go.
 *
 * The handler finds things out, asks libthpswap what they mean, and does what
 * the verdict says. It is written once: "primitives.h" is the simulator's, the
 * prover's or the kernel's, whichever is in the include path; the names are Linux's,
 * and primitives.md lists them.
 *
 * The prover reads what stands in comments that begin with an @. What it shows of every
 * path through the handler stands in verify/handler/promise.h.
 *
 * THPSWAP_SWAPIN_REVISION is the policy of that world. Where the posted handler
 * does things in another order than the reviewed one, both orders stand here.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are listed in include/thpswap/NUMBERS.md.
 */
#include <thpswap/thpswap.h>

#include "primitives.h"

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

static struct thpswap_validation_facts validation_facts(struct folio *folio, swp_entry_t entry)
{
	return (struct thpswap_validation_facts){
		.nr_pages = folio_nr_pages(folio),
		.pmd_nr_pages = HPAGE_PMD_NR,
		.matches_entry = folio_matches_swap_entry(folio, entry),
		.uptodate = folio_test_uptodate(folio),
		/* The posted revision does not ask for it. */
		.poisoned = folio_contain_hwpoisoned_page(folio),
	};
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

static struct thpswap_verdict choose_source(struct swap_info_struct *si, swp_entry_t entry,
					    struct folio *folio)
{
	const enum thpswap_revision revision = THPSWAP_SWAPIN_REVISION;
	struct thpswap_range range = { 0 };
	struct thpswap_verdict verdict;

	if (folio || revision == THPSWAP_POSTED) {
		thpswap_range_add(&range, first_slot(folio));
		return thpswap_choose_source(revision, range, HPAGE_PMD_NR);
	}

	/*@ loop invariant fit_so_far: NothingCached(range) && OneBackend(range);
	    loop invariant counted:    range.nr == fit_slots < HPAGE_PMD_NR && cache_filled == 0;
	    loop assigns   range, verdict, fit_slots, cache_filled;
	    loop variant   HPAGE_PMD_NR - range.nr;
	*/
	do {
		thpswap_range_add(&range, swap_slots_batch(si, entry, range.nr));
		verdict = thpswap_choose_source(revision, range, HPAGE_PMD_NR);
	} while (verdict.action == THPSWAP_LOOK_ON);
	return verdict;
}

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

	verdict = thpswap_should_free_swap(THPSWAP_SWAPIN_REVISION,
					   free_swap_facts(vmf, folio, si, exclusive));
	if (verdict.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		return mem_cgroup_swap_full(folio);
	return verdict.action == THPSWAP_FREE;
}

/*
 * The loser of a race for the same entry must not split the THP that the winner
 * has mapped (D7): split only what faulted, and only under the lock.
 */
static void split_swap_pmd(struct vm_fault *vmf, unsigned long haddr)
{
	if (THPSWAP_SWAPIN_REVISION == THPSWAP_POSTED) {
		__split_huge_pmd(vmf->vma, vmf->pmd, haddr, false);
		return;
	}

	/* No MMU notifier: a swap entry maps nothing. */
	vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
	if (pmd_same(vmf->orig_pmd, pmdp_get(vmf->pmd)))
		split_huge_pmd_locked(vmf->vma, haddr, vmf->pmd, false);
	spin_unlock(vmf->ptl);
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

	mapping = thpswap_decide_mapping(THPSWAP_SWAPIN_REVISION, mapping_facts(vmf, folio, si));
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
	return thpswap_fold_result(THPSWAP_SWAPIN_REVISION,
				   (struct thpswap_result_facts){
					   .fault = fault,
					   .follow_up = follow_up,
					   .fallback_bit = VM_FAULT_FALLBACK,
					   .error_bits = VM_FAULT_ERROR,
				   });
}

/**
 * do_huge_pmd_swap_page() - Resolve a fault on a PMD swap entry.
 * @vmf: the fault; @vmf->orig_pmd is the swap PMD as it was when it faulted
 *
 * Context: Process context, may sleep. The mmap lock or the VMA lock is held for reading at
 * entry, no page table lock is. The lock is still held on return, but for VM_FAULT_RETRY:
 * then it is gone, and the VMA must not be looked at any more.
 *
 * Return: VM_FAULT_* bits. 0 or VM_FAULT_MAJOR without a mapping means that the
 * fault will happen again, on something that has changed meanwhile.
 */
vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf)
{
	const enum thpswap_revision revision = THPSWAP_SWAPIN_REVISION;
	const unsigned long haddr = vmf->address & HPAGE_PMD_MASK;
	struct vm_area_struct *vma = vmf->vma;
	struct thpswap_mapping mapping;
	struct thpswap_verdict verdict;
	enum thpswap_no_folio cause;
	struct swap_info_struct *si;
	struct folio *folio;
	swp_entry_t entry;
	vm_fault_t ret = 0;

	if (!pmd_is_swap_entry(vmf->orig_pmd)) /* S1 */
		return 0;
	entry = softleaf_from_pmd(vmf->orig_pmd);

	si = get_swap_device(entry); /* S2; everything below needs the pin (R28) */
	if (!si)
		return 0;

	folio = swap_cache_get_folio(entry); /* S3 */
	verdict = choose_source(si, entry, folio);
	if (verdict.action == THPSWAP_SPLIT) {
		if (folio)
			folio_put(folio);
		goto split;
	}
	if (verdict.action == THPSWAP_READ) { /* S4 */
		/* The folio is anon already (D10). There is none if zswap would refuse the read (D5). */
		folio = swapin_alloc_pmd_folio(entry, vma, haddr, &cause);
		if (!folio) {
			verdict = thpswap_explain_fallback(cause);
			goto split;
		}
		ret = VM_FAULT_MAJOR;
		count_vm_event(PGMAJFAULT);
		count_memcg_event_mm(vma->vm_mm, PGMAJFAULT);
	}
	if (!folio) /* it came into the cache after the lookup: the refault finds it */
		goto out_device;

	ret |= folio_lock_or_retry(folio, vmf); /* S5 */
	if (ret & VM_FAULT_RETRY)
		goto out_put;

	verdict = thpswap_validate(revision, validation_facts(folio, entry)); /* S6 to S8 */
	if (verdict.action == THPSWAP_SPLIT) {
		folio_unlock(folio);
		folio_put(folio);
		if (revision == THPSWAP_POSTED)
			ret = 0; /* D8: the major fault has been counted all the same */
		goto split;
	}
	if (verdict.action != THPSWAP_MAP) {
		count_thp_swpin_pmd(vmf, verdict);
		if (verdict.action == THPSWAP_SIGBUS)
			ret = VM_FAULT_SIGBUS;
		goto out_unlock;
	}

	arch_swap_restore(folio_swap(entry, folio), folio); /* S9; before the slot can go (R05) */
	if (revision == THPSWAP_POSTED && (vmf->flags & FAULT_FLAG_WRITE) && !folio_test_lru(folio))
		lru_add_drain();
	folio_throttle_swaprate(folio, GFP_KERNEL);

	vmf->ptl = pmd_lock(vma->vm_mm, vmf->pmd); /* S10 */
	if (!pmd_same(vmf->orig_pmd, pmdp_get(vmf->pmd))) {
		spin_unlock(vmf->ptl);
		goto out_unlock;
	}

	mapping = map_folio(vmf, folio, si, haddr); /* S11 to S15 */
	count_thp_swpin_pmd(vmf, verdict);

	/*
	 * S16. The mapping owns the last reference now. Once the PMD lock is gone
	 * anybody may zap it, so the folio has to be unlocked before (R10, D1).
	 */
	if (revision == THPSWAP_POSTED) {
		spin_unlock(vmf->ptl);
		folio_unlock(folio);
	} else {
		folio_unlock(folio);
		spin_unlock(vmf->ptl);
	}
	put_swap_device(si);

	if (mapping.follow_up) /* S17 */
		ret = fold_result(ret, wp_huge_pmd(vmf));
	return ret;

split:
	count_thp_swpin_pmd(vmf, verdict);
	split_swap_pmd(vmf, haddr);
out_device:
	put_swap_device(si);
	return ret;

out_unlock:
	folio_unlock(folio);
out_put:
	folio_put(folio);
	put_swap_device(si);
	return ret;
}

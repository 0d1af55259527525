// SPDX-License-Identifier: GPL-2.0-only
/*
 * do_huge_pmd_swap_page(): resolve a fault on a PMD swap entry in one go, in the order that
 * this project would have it. The order of the patch as posted is in posted.c.
 *
 * The handler finds things out, asks libthpswap what they mean, and does what the verdict
 * says. It is written once: "primitives.h" is the simulator's, the prover's or the kernel's,
 * whichever is in the include path; the names are Linux's, and primitives.md lists them.
 *
 * The prover reads what stands in comments that begin with an @. What it shows of every
 * path through the handler stands in verify/handler/promise.h.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects; all of them are
 * listed in include/thpswap/NUMBERS.md.
 */
#include <thpswap/thpswap.h>

#include "primitives.h"

#define HANDLER_REVISION THPSWAP_REVIEWED
#include "steps.h"

static struct thpswap_validation_facts validation_facts(struct vm_fault *vmf, struct folio *folio,
							swp_entry_t entry)
{
	const unsigned int nr_pages = folio_nr_pages(folio);
	struct page *page =
		folio_page(folio, nr_pages == HPAGE_PMD_NR ? pte_index(vmf->address) : 0);

	return (struct thpswap_validation_facts){
		.nr_pages = nr_pages,
		.pmd_nr_pages = HPAGE_PMD_NR,
		.matches_entry = folio_matches_swap_entry(folio, entry),
		.entry_unchanged = pmd_same(vmf->orig_pmd, pmdp_get(vmf->pmd)),
		.uptodate = folio_test_uptodate(folio),
		.poisoned = folio_contain_hwpoisoned_page(folio),
		.page_poisoned = PageHWPoison(page),
	};
}

/* Map what is cached, read the range, or neither? Slots are looked at until that is known. */
static struct thpswap_verdict choose_source(struct swap_info_struct *si, swp_entry_t entry,
					    struct folio *folio, bool thp_allowed)
{
	struct thpswap_range range = { 0 };
	struct thpswap_verdict verdict;

	if (folio) {
		thpswap_range_add(&range, first_slot(folio));
		return thpswap_choose_source(HANDLER_REVISION, range, HPAGE_PMD_NR, thp_allowed);
	}

	/*@ loop invariant fit_so_far: NothingCached(range) && OneBackend(range) && !range.first_free;
	    loop invariant counted:    range.nr == fit_slots < HPAGE_PMD_NR && range_taken == 0;
	    loop assigns   range, verdict, fit_slots, range_taken;
	    loop variant   HPAGE_PMD_NR - range.nr;
	*/
	do {
		thpswap_range_add(&range, swap_slots_batch(si, entry, range.nr));
		verdict = thpswap_choose_source(HANDLER_REVISION, range, HPAGE_PMD_NR, thp_allowed);
	} while (verdict.action == THPSWAP_LOOK_ON);
	return verdict;
}

/* S4: a folio that is being read, or none and why. */
static struct folio *read_range(struct vm_fault *vmf, swp_entry_t entry, unsigned long haddr,
				enum thpswap_no_folio *cause)
{
	/* The folio is anon already (D10). There is none if zswap would refuse the read (D5). */
	struct folio *folio = swapin_alloc_pmd_folio(entry, vmf->vma, haddr, cause);

	if (folio) {
		count_vm_event(PGMAJFAULT);
		count_memcg_event_mm(vmf->vma->vm_mm, PGMAJFAULT);
	}
	return folio;
}

/*
 * S3 and S4: the folio of the range, not locked yet and maybe still being read; or NULL, and
 * what to do without one. Who loses a race for the same entry looks again, and finds the folio
 * of the winner; not for ever (R26).
 */
static struct folio *find_or_read(struct vm_fault *vmf, struct swap_info_struct *si,
				  swp_entry_t entry, unsigned long haddr,
				  struct thpswap_verdict *verdict, vm_fault_t *ret)
{
	struct vm_area_struct *vma = vmf->vma;
	const bool thp_allowed =
		thp_vma_allowable_order(vma, vma->vm_flags, TVA_PAGEFAULT, HPAGE_PMD_ORDER);
	enum thpswap_no_folio cause;
	unsigned int looks = 0;
	struct folio *folio;

	/*@ loop invariant bounded:       0 <= looks <= THPSWAP_MAX_LOOKS;
	    loop invariant looks_counted: lookups == looks;
	    loop invariant nothing_held:  private_refs == 0;
	    loop invariant not_read:      majors == 0 && memcg_majors == 0 && *ret == 0;
	    loop assigns   folio, cause, looks, *verdict, *ret, the_folio, private_refs, fit_slots,
	                   range_taken, majors, memcg_majors, lookups;
	    loop variant   THPSWAP_MAX_LOOKS - looks;
	*/
	do {
		folio = swap_cache_get_folio(entry);
		*verdict = choose_source(si, entry, folio, thp_allowed);
		if (folio) {
			if (verdict->action == THPSWAP_MAP)
				return folio;
			folio_put(folio);
			return NULL;
		}
		if (verdict->action == THPSWAP_SPLIT || verdict->action == THPSWAP_REFAULT)
			return NULL;

		/* MAP without a folio: it came into the cache after the lookup. */
		cause = THPSWAP_NO_FOLIO_EXISTS;
		if (verdict->action == THPSWAP_READ) {
			folio = read_range(vmf, entry, haddr, &cause);
			if (folio) {
				*ret = VM_FAULT_MAJOR;
				return folio;
			}
		}
		*verdict =
			thpswap_explain_fallback(HANDLER_REVISION, (struct thpswap_fallback_facts){
									   .looks = looks++,
									   .cause = cause,
								   });
	} while (verdict->action == THPSWAP_LOOK_AGAIN);
	return NULL;
}

/*
 * The loser of a race for the same entry must not split the THP that the winner
 * has mapped (D7): split only what faulted, and only under the lock.
 */
static void split_swap_pmd(struct vm_fault *vmf, unsigned long haddr)
{
	/* No MMU notifier: a swap entry maps nothing. */
	vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
	if (pmd_same(vmf->orig_pmd, pmdp_get(vmf->pmd)))
		split_huge_pmd_locked(vmf->vma, haddr, vmf->pmd, false);
	spin_unlock(vmf->ptl);
}

/*
 * While this fault held the folio lock, nobody else could free the swap cache: zap only tries
 * that lock. Whoever leaves without a mapping does it, or N slots stay for nobody (D12).
 */
static void free_unmapped(struct folio *folio)
{
	const struct thpswap_verdict verdict = thpswap_should_free_unmapped(
		HANDLER_REVISION, (struct thpswap_unmapped_facts){
					  .swapcache = folio_test_swapcache(folio),
				  });

	if (verdict.action == THPSWAP_FREE)
		folio_free_swap(folio);
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
	const unsigned long haddr = vmf->address & HPAGE_PMD_MASK;
	struct vm_area_struct *vma = vmf->vma;
	struct thpswap_mapping mapping;
	struct thpswap_verdict verdict;
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

	folio = find_or_read(vmf, si, entry, haddr, &verdict, &ret); /* S3, S4 */
	if (!folio) {
		count_thp_swpin_pmd(vmf, verdict);
		if (verdict.action == THPSWAP_SPLIT)
			split_swap_pmd(vmf, haddr);
		goto out_device;
	}

	ret |= folio_lock_or_retry(folio, vmf); /* S5 */
	if (ret & VM_FAULT_RETRY)
		goto out_put;
	folio_throttle_swaprate(folio, GFP_KERNEL);

	/* S10 before S6 to S8: a folio is held against nobody whose entry is gone (D11). */
	vmf->ptl = pmd_lock(vma->vm_mm, vmf->pmd);
	verdict = thpswap_validate(HANDLER_REVISION, validation_facts(vmf, folio, entry));
	count_thp_swpin_pmd(vmf, verdict);
	if (verdict.action != THPSWAP_MAP)
		goto out_unlock;

	arch_swap_restore(folio_swap(entry, folio), folio); /* S9; before the slot can go (R05) */
	mapping = map_folio(vmf, folio, si, haddr);	    /* S11 to S15 */

	/*
	 * S16. The mapping owns the last reference now. Once the PMD lock is gone
	 * anybody may zap it, so the folio has to be unlocked before (R10, D1).
	 */
	folio_unlock(folio);
	spin_unlock(vmf->ptl);
	put_swap_device(si);

	if (mapping.follow_up) /* S17 */
		ret = fold_result(ret, wp_huge_pmd(vmf));
	return ret;

out_unlock:
	/* The PMD lock last: whoever zaps the entry next must find the folio unlocked (D12). */
	free_unmapped(folio);
	folio_unlock(folio);
	if (verdict.action == THPSWAP_SPLIT)
		split_huge_pmd_locked(vma, haddr, vmf->pmd, false);
	else if (verdict.action == THPSWAP_HWPOISON)
		ret = VM_FAULT_HWPOISON;
	else if (verdict.action == THPSWAP_SIGBUS)
		ret = VM_FAULT_SIGBUS;
	spin_unlock(vmf->ptl);
out_put:
	folio_put(folio);
out_device:
	put_swap_device(si);
	return ret;
}

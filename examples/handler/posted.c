// SPDX-License-Identifier: GPL-2.0-only
/*
 * do_huge_pmd_swap_page() in the order of the patch as posted on 27 April 2026, step by step
 * (S1 to S17), with its defects (D): it is what the reviewed order is held against. The
 * differences in what is decided are the library's; those in when stand here.
 *
 * How it is compiled and proved: see reviewed.c.
 */
#include <thpswap/thpswap.h>

#include "primitives.h"

#define HANDLER_REVISION THPSWAP_POSTED
#include "steps.h"

static struct thpswap_validation_facts validation_facts(struct folio *folio, swp_entry_t entry)
{
	return (struct thpswap_validation_facts){
		.nr_pages = folio_nr_pages(folio),
		.pmd_nr_pages = HPAGE_PMD_NR,
		.matches_entry = folio_matches_swap_entry(folio, entry),
		.uptodate = folio_test_uptodate(folio),
		/* Asked later (D11), or not at all (D4). */
		.entry_unchanged = true,
		.poisoned = false,
		.page_poisoned = false,
	};
}

/* The first slot alone decides (D6). */
static struct thpswap_verdict choose_source(struct folio *folio)
{
	struct thpswap_range range = { 0 };

	thpswap_range_add(&range, first_slot(folio));
	return thpswap_choose_source(HANDLER_REVISION, range, HPAGE_PMD_NR, true);
}

/* It is meant to promise what reviewed.c says above its own. */
vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf)
{
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

	si = get_swap_device(entry); /* S2 */
	if (!si)
		return 0;

	folio = swap_cache_get_folio(entry); /* S3 */
	verdict = choose_source(folio);
	if (verdict.action == THPSWAP_READ) { /* S4 */
		folio = swapin_alloc_pmd_folio(entry, vma, haddr, &cause);
		if (!folio) {
			verdict = thpswap_explain_fallback(HANDLER_REVISION,
							   (struct thpswap_fallback_facts){
								   .looks = 0,
								   .cause = cause,
							   });
			goto split;
		}
		ret = VM_FAULT_MAJOR;
		count_vm_event(PGMAJFAULT);
		count_memcg_event_mm(vma->vm_mm, PGMAJFAULT);
	}

	ret |= folio_lock_or_retry(folio, vmf); /* S5 */
	if (ret & VM_FAULT_RETRY)
		goto out_put;

	verdict = thpswap_validate(HANDLER_REVISION, validation_facts(folio, entry)); /* S6 to S8 */
	if (verdict.action == THPSWAP_SPLIT) {
		folio_unlock(folio);
		folio_put(folio);
		ret = 0; /* D8: the major fault has been counted all the same */
		goto split;
	}
	if (verdict.action != THPSWAP_MAP) {
		count_thp_swpin_pmd(vmf, verdict);
		if (verdict.action == THPSWAP_SIGBUS) /* D11: the entry may be gone by now */
			ret = VM_FAULT_SIGBUS;
		goto out_unlock;
	}

	arch_swap_restore(folio_swap(entry, folio), folio); /* S9 */
	if ((vmf->flags & FAULT_FLAG_WRITE) && !folio_test_lru(folio))
		lru_add_drain();
	folio_throttle_swaprate(folio, GFP_KERNEL);

	vmf->ptl = pmd_lock(vma->vm_mm, vmf->pmd); /* S10 */
	if (!pmd_same(vmf->orig_pmd, pmdp_get(vmf->pmd))) {
		spin_unlock(vmf->ptl);
		goto out_unlock;
	}

	mapping = map_folio(vmf, folio, si, haddr); /* S11 to S15 */
	count_thp_swpin_pmd(vmf, verdict);

	spin_unlock(vmf->ptl); /* S16 */
	folio_unlock(folio);   /* D1: the mapping, and with it the folio, may be gone */
	put_swap_device(si);

	if (mapping.follow_up) /* S17 */
		ret = fold_result(ret, wp_huge_pmd(vmf));
	return ret;

split:
	count_thp_swpin_pmd(vmf, verdict);
	__split_huge_pmd(vma, vmf->pmd, haddr, false); /* D7: of whatever is there by now */
	put_swap_device(si);
	return ret;

out_unlock:
	folio_unlock(folio); /* D12: whoever waited for the lock to free the swap cache has gone */
out_put:
	folio_put(folio);
	put_swap_device(si);
	return ret;
}

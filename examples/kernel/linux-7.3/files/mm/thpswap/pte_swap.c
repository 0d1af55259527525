// SPDX-License-Identifier: GPL-2.0-only
/*
 * The swap-in by PTEs, decided by the library.
 *
 * The policy is the reviewed one, which is that of 7.3 but for poison. Where the handler
 * of PMD swap entries is the posted one, 7.3 is left as it is: so does the posting.
 */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "counts.h"
#include "pte_swap.h"

/*
 * Exclusive: three cases of 7.3, one question of the library.
 */

static struct thpswap_mapping_facts exclusive_facts(struct folio *folio, bool fresh,
						    struct swap_info_struct *si, pte_t entry)
{
	return (struct thpswap_mapping_facts){
		/* Nobody has met a fresh folio yet: as good as marked. A KSM page has many owners. */
		.entry_exclusive = !folio_test_ksm(folio) && (fresh || pte_swp_exclusive(entry)),
		.writeback = folio_test_writeback(folio),
		.stable_writes = data_race(si->flags & SWP_STABLE_WRITES),
		/* do_swap_page() decides the rest by itself. */
		.ref_count = 0,
		.entry_soft_dirty = false,
		.entry_uffd_wp = false,
		.vma_write = false,
		.vma_uffd_wp = false,
		.vma_uffd_rwp = false,
		.vma_soft_dirty = false,
		.write_fault = false,
	};
}

/* Writeback may have ended since the tree looked; then it had been right to say "shared". */
static bool really_differs(bool tree_says, struct thpswap_mapping_facts facts)
{
	if (thpswap_keeps_exclusive(facts) == tree_says)
		return false;
	if (!tree_says)
		facts.writeback = true;
	return thpswap_keeps_exclusive(facts) != tree_says;
}

bool thpswap_pte_exclusive(bool tree_says, struct folio *folio, bool fresh,
			   struct swap_info_struct *si, pte_t entry)
{
	const struct thpswap_mapping_facts facts = exclusive_facts(folio, fresh, si, entry);
	const bool exclusive = thpswap_keeps_exclusive(facts);

	if (exclusive)
		thpswap_count(THPSWAP_PTE_EXCLUSIVE + THPSWAP_MARKER_KEPT);
	else if (facts.entry_exclusive)
		thpswap_count(THPSWAP_PTE_EXCLUSIVE + THPSWAP_MARKER_DROPPED);
	else
		thpswap_count(THPSWAP_PTE_EXCLUSIVE + THPSWAP_UNMARKED);

	if (!IS_ENABLED(CONFIG_THPSWAP_SHADOW))
		return exclusive;
	if (really_differs(tree_says, facts))
		thpswap_count(THPSWAP_PTE_EXCLUSIVE_DIFFERS + tree_says);
	return tree_says;
}

/*
 * Free the swap cache?
 */

struct free_swap_answer {
	bool free;
	enum thpswap_reason reason;
};

static struct free_swap_answer ask_free_swap(struct swap_info_struct *si, struct folio *folio,
					     struct vm_area_struct *vma, bool exclusive,
					     unsigned int fault_flags)
{
	const struct thpswap_free_swap_facts facts = {
		/* Only the posted policy asks for references. */
		.ref_count = 0,
		.nr_pages = 0,
		.extra_refs = 0,
		.swapcache = folio_test_swapcache(folio),
		.synchronous_io = data_race(si->flags & SWP_SYNCHRONOUS_IO),
		.vma_locked = vma->vm_flags & VM_LOCKED,
		.mlocked = folio_test_mlocked(folio),
		.ksm = folio_test_ksm(folio),
		.write_fault = fault_flags & FAULT_FLAG_WRITE,
		.exclusive = exclusive,
	};
	const struct thpswap_verdict verdict = thpswap_should_free_swap(THPSWAP_REVIEWED, facts);
	struct free_swap_answer answer = {
		.free = verdict.action == THPSWAP_FREE,
		.reason = verdict.reason,
	};

	if (verdict.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		answer.free = mem_cgroup_swap_full(folio);
	return answer;
}

bool thpswap_pte_should_free_swap(struct swap_info_struct *si, struct folio *folio,
				  struct vm_area_struct *vma, bool exclusive,
				  unsigned int fault_flags, tree_free_swap_t tree)
{
	struct free_swap_answer library = ask_free_swap(si, folio, vma, exclusive, fault_flags);
	struct free_swap_answer again;
	bool tree_says;

	thpswap_count_free_swap(THPSWAP_PTE_FREE_SWAP, library.free, library.reason);
	if (!IS_ENABLED(CONFIG_THPSWAP_SHADOW))
		return library.free;

	tree_says = tree(si, folio, vma, exclusive, fault_flags);
	/* Swap fills up meanwhile: no difference unless the answer is the same before and after. */
	again = ask_free_swap(si, folio, vma, exclusive, fault_flags);
	if (again.free == library.free && again.free != tree_says)
		thpswap_count_free_swap(THPSWAP_PTE_FREE_SWAP_DIFFERS, tree_says, again.reason);
	return tree_says;
}

/*
 * All PTEs at once?
 */

static bool ask_batch(struct folio *folio, struct page *page)
{
	const enum thpswap_revision revision =
		IS_ENABLED(CONFIG_THPSWAP_POSTED) ? THPSWAP_POSTED : THPSWAP_REVIEWED;
	const struct thpswap_batch_facts facts = {
		.nr_pages = folio_nr_pages(folio),
		.whole = true,
		.anon = folio_test_anon(folio),
		.dirty = folio_test_dirty(folio),
		.poisoned = folio_contain_hwpoisoned_page(folio),
		.page_poisoned = PageHWPoison(page),
	};

	/* What becomes of a single page, 7.3 decides as the library would. */
	return thpswap_decide_batch(revision, facts).nr_pages == facts.nr_pages;
}

bool thpswap_pte_maps_whole(struct folio *folio, struct page *page)
{
	const bool whole = ask_batch(folio, page);

	if (whole)
		thpswap_count(THPSWAP_PTE_BATCH + THPSWAP_MAPPED_WHOLE);
	else
		thpswap_count(THPSWAP_PTE_BATCH + THPSWAP_NOT_MAPPED_WHOLE);

	if (!IS_ENABLED(CONFIG_THPSWAP_SHADOW))
		return whole;
	if (!whole)
		thpswap_count(THPSWAP_PTE_BATCH_DIFFERS);
	return true;
}

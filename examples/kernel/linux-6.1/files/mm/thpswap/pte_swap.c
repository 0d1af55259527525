// SPDX-License-Identifier: GPL-2.0-only
/*
 * The swap-in of a single page, decided by the library.
 *
 * The facts are those that 6.1 looks at, so that a single page is treated as 6.1
 * treats it, whatever the revision; only a large folio is not (see sole_user()).
 */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "counts.h"
#include "pte_swap.h"

static const enum thpswap_revision revision =
	IS_ENABLED(CONFIG_THPSWAP_POSTED) ? THPSWAP_POSTED : THPSWAP_REVIEWED;

/*
 * Exclusive: three cases of 6.1, one question of the library.
 */

static struct thpswap_mapping_facts exclusive_facts(struct folio *folio, bool fresh,
						    struct swap_info_struct *si, pte_t entry)
{
	return (struct thpswap_mapping_facts){
		/* Nobody has met a fresh folio yet: as good as marked. A KSM page has many owners. */
		.entry_exclusive = !folio_test_ksm(folio) && (fresh || pte_swp_exclusive(entry)),
		.writeback = folio_test_writeback(folio),
		.stable_writes = data_race(si->flags & SWP_STABLE_WRITES),
		/* do_swap_page() decides the rest by itself in 6.1. */
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
	bool sole_user;
	enum thpswap_reason reason;
};

/*
 * 6.1 asks before the page is mapped, so nobody can tell yet how it has been mapped.
 * Its stand-in: no reference but the swap cache's and the one of this fault, hence
 * the mapping will be exclusive. 6.1 writes "== 2", which is never true of a large
 * folio: the cache holds one reference for each page. Counted as large_folio in the
 * differences, where it is the one that is expected.
 */
static bool sole_user(struct thpswap_free_swap_facts facts)
{
	return !facts.ksm && facts.ref_count == facts.extra_refs + facts.nr_pages;
}

static struct thpswap_free_swap_facts
free_swap_facts(struct folio *folio, struct vm_area_struct *vma, unsigned int fault_flags)
{
	struct thpswap_free_swap_facts facts = {
		.ref_count = folio_ref_count(folio),
		.nr_pages = folio_nr_pages(folio),
		.extra_refs = 1, /* of the lookup */
		.swapcache = folio_test_swapcache(folio),
		.synchronous_io = false, /* 6.1 has no rule for it here */
		.vma_locked = vma->vm_flags & VM_LOCKED,
		.mlocked = folio_test_mlocked(folio),
		.ksm = folio_test_ksm(folio),
		.write_fault = fault_flags & FAULT_FLAG_WRITE,
		.exclusive = false,
	};

	facts.exclusive = sole_user(facts);
	return facts;
}

static struct free_swap_answer ask_free_swap(struct folio *folio, struct vm_area_struct *vma,
					     unsigned int fault_flags)
{
	const struct thpswap_free_swap_facts facts = free_swap_facts(folio, vma, fault_flags);
	const struct thpswap_verdict verdict = thpswap_should_free_swap(revision, facts);
	struct free_swap_answer answer = {
		.free = verdict.action == THPSWAP_FREE,
		.sole_user = facts.exclusive,
		.reason = verdict.reason,
	};

	if (verdict.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		answer.free = mem_cgroup_swap_full(folio);
	return answer;
}

static void count_difference(struct folio *folio, bool tree_says, struct free_swap_answer library)
{
	unsigned int reason = library.reason;

	if (reason == THPSWAP_REASON_WRITE && library.sole_user && folio_test_large(folio))
		reason = THPSWAP_REASON_LARGE_FOLIO;
	thpswap_count(THPSWAP_PTE_FREE_SWAP_DIFFERS + tree_says * (THPSWAP_NR_REASONS + 1) +
		      reason);
}

bool thpswap_pte_should_free_swap(struct folio *folio, struct vm_area_struct *vma,
				  unsigned int fault_flags, tree_free_swap_t tree)
{
	struct free_swap_answer library = ask_free_swap(folio, vma, fault_flags);
	struct free_swap_answer again;
	bool tree_says;

	thpswap_count_free_swap(THPSWAP_PTE_FREE_SWAP, library.free, library.reason);
	if (!IS_ENABLED(CONFIG_THPSWAP_SHADOW))
		return library.free;

	tree_says = tree(folio, vma, fault_flags);
	/* References come and go: no difference unless the answer is the same before and after. */
	again = ask_free_swap(folio, vma, fault_flags);
	if (again.free == library.free && again.free != tree_says)
		count_difference(folio, tree_says, again);
	return tree_says;
}

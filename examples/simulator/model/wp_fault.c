// SPDX-License-Identifier: GPL-2.0-only
/*
 * A write to what is mapped read-only: reuse it or copy it.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "wp_fault.h"
#include "anonymous.h"
#include "folio.h"
#include "page_table.h"
#include "primitives.h"
#include "reclaim.h"
#include "userfault.h"

/* Nobody else has a use for the folio: no reference, no slot (R01). */
static bool reuse_folio(struct folio *folio)
{
	if (folio->anon_exclusive)
		return true;
	if (!folio_trylock(folio))
		return false;
	if (folio->ref_count == 1 + (folio->swapcache ? folio->nr_pages : 0))
		folio_free_swap(folio);
	folio->anon_exclusive = folio->ref_count == 1;
	folio_unlock(folio);
	return folio->anon_exclusive;
}

/* A write to a PMD that is mapped read-only. */
vm_fault_t wp_huge_pmd(struct vm_fault *vmf)
{
	vm_fault_t ret = 0;

	if (userfault_owed(vmf, vmf->orig_pmd))
		return handle_userfault(vmf, vmf->pmd, vmf->orig_pmd);
	vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
	if (!pmd_same(vmf->orig_pmd, *vmf->pmd)) {
		spin_unlock(vmf->ptl);
		return 0;
	}
	if (reuse_folio(entry_folio(vmf->orig_pmd))) {
		*vmf->pmd = pmd_mkdirty(pmd_mkyoung(pmd_mkwrite(vmf->orig_pmd, vmf->vma)));
	} else {
		split_region(vmf->region);
		ret = VM_FAULT_FALLBACK;
	}
	spin_unlock(vmf->ptl);
	return ret;
}

/* Nobody else has a use for the page: no reference, no slot (R01). */
static bool reuse_page(pmd_t *pte)
{
	struct folio *folio = entry_folio(*pte);

	if (entry_has(*pte, ENTRY_EXCLUSIVE))
		return true;
	if (folio->nr_pages > 1 || !folio_trylock(folio))
		return false;
	if (folio->ref_count == 1u + folio->swapcache)
		folio_free_swap(folio);
	if (folio->ref_count == 1)
		pte->val |= ENTRY_EXCLUSIVE;
	folio_unlock(folio);
	return entry_has(*pte, ENTRY_EXCLUSIVE);
}

/* What the copy leaves behind must not stay cached for nobody (R09). */
static void drop_copied(struct folio *folio)
{
	if (folio_trylock(folio)) {
		folio_free_swap(folio);
		folio_unlock(folio);
	}
	folio_put_many(folio, 2); /* of the old mapping, and the one held while copying */
}

static vm_fault_t copy_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old, struct folio *from)
{
	struct folio *to;

	if (!make_room(1)) {
		folio_put(from);
		return VM_FAULT_OOM;
	}
	to = new_anon_folio(1, vmf->address >> PAGE_SHIFT);
	to->version[0] = from->version[page_in_folio(from, page_in_region(to->index))];
	if (!lock_unchanged(vmf, pte, old)) {
		folio_put(to);
		folio_put(from);
		return 0;
	}
	*pte = make_present(to, ENTRY_WRITE | ENTRY_DIRTY | ENTRY_YOUNG | ENTRY_SOFT_DIRTY |
					ENTRY_EXCLUSIVE | (old.val & ENTRY_UFFD_WP));
	lru_add(to);
	spin_unlock(vmf->ptl);
	drop_copied(from);
	world->stats.cow_copies++;
	world->now_ns += COPY_PAGE_NS;
	return 0;
}

/* do_wp_page(): reuse what is ours alone, copy the rest. */
vm_fault_t do_wp_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
{
	struct folio *folio = entry_folio(old);

	world->now_ns += MINOR_FAULT_NS;
	if (!lock_unchanged(vmf, pte, old))
		return 0;
	if (reuse_page(pte)) {
		*pte = pmd_mkdirty(pmd_mkyoung(pmd_mkwrite(*pte, vmf->vma)));
		spin_unlock(vmf->ptl);
		return 0;
	}
	folio_get(folio);
	spin_unlock(vmf->ptl);
	return copy_page(vmf, pte, old, folio);
}

// SPDX-License-Identifier: GPL-2.0-only
/* do_swap_page(): a fault on the swap entry of one page. */
#include "swap_fault.h"
#include "anonymous.h"
#include "page_table.h"
#include "primitives.h"
#include "slots.h"
#include "swapin.h"

static struct thpswap_mapping_facts pte_facts(struct vm_fault *vmf, struct folio *folio, pmd_t pte)
{
	return (struct thpswap_mapping_facts){
		.ref_count = folio->ref_count,
		.entry_exclusive = entry_has(pte, ENTRY_EXCLUSIVE),
		.entry_soft_dirty = entry_has(pte, ENTRY_SOFT_DIRTY),
		.entry_uffd_wp = entry_has(pte, ENTRY_UFFD_WP),
		.vma_write = vmf->vma->vm_flags & VM_WRITE,
		.vma_uffd_wp = userfaultfd_wp(vmf->vma),
		.vma_uffd_rwp = userfaultfd_rwp(vmf->vma),
		.vma_soft_dirty = vma_soft_dirty_enabled(vmf->vma),
		.writeback = folio->writeback,
		.stable_writes = world->si.flags & SWP_STABLE_WRITES,
		.write_fault = vmf->flags & FAULT_FLAG_WRITE,
	};
}

static bool pte_frees_swap(struct vm_fault *vmf, const struct folio *folio, unsigned int nr_mapped,
			   bool exclusive)
{
	const struct thpswap_verdict verdict = thpswap_should_free_swap(
		THPSWAP_REVIEWED, (struct thpswap_free_swap_facts){
					  .ref_count = folio->ref_count,
					  .nr_pages = folio->nr_pages,
					  .extra_refs = nr_mapped,
					  .swapcache = folio->swapcache,
					  .synchronous_io = world->si.flags & SWP_SYNCHRONOUS_IO,
					  .vma_locked = vmf->vma->vm_flags & VM_LOCKED,
					  .mlocked = folio_test_mlocked(folio),
					  .ksm = folio_test_ksm(folio),
					  .write_fault = vmf->flags & FAULT_FLAG_WRITE,
					  .exclusive = exclusive,
				  });

	if (verdict.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL)
		return mem_cgroup_swap_full(folio);
	return verdict.action == THPSWAP_FREE;
}

static uint64_t mapping_bits(struct thpswap_mapping mapping)
{
	return ENTRY_YOUNG | (mapping.writable ? ENTRY_WRITE : 0) |
	       (mapping.dirty ? ENTRY_DIRTY | ENTRY_SOFT_DIRTY : 0) |
	       (mapping.soft_dirty ? ENTRY_SOFT_DIRTY : 0) | (mapping.uffd_wp ? ENTRY_UFFD_WP : 0) |
	       (mapping.no_access ? ENTRY_NO_ACCESS : 0) |
	       (mapping.exclusive ? ENTRY_EXCLUSIVE : 0);
}

/* What one fault maps: the PTEs of @nr pages from the @first of the region on. */
struct batch {
	unsigned int first;
	unsigned int nr;
};

/* All N entries are there, are those of the folio, and say the same of their pages. */
static bool whole_folio(const struct region *region, const struct folio *folio, pmd_t old)
{
	const uint64_t bits = old.val & ((1u << ENTRY_SHIFT) - 1);

	if (folio->nr_pages != world->pmd_nr)
		return false;
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		if (region->pte[i].val != make_entry(bits, folio->swap + i).val)
			return false;
	return true;
}

static struct thpswap_batch_facts batch_facts(struct vm_fault *vmf, struct folio *folio, pmd_t old)
{
	const unsigned int page = (unsigned int)(entry_offset(old) - folio->swap);

	return (struct thpswap_batch_facts){
		.nr_pages = folio->nr_pages,
		.whole = whole_folio(vmf->region, folio, old),
		.anon = folio->anon,
		.dirty = folio->dirty,
		.poisoned = folio->poisoned != 0,
		.page_poisoned = PageHWPoison(folio_page(folio, page)),
	};
}

/*
 * A folio that nobody has mapped yet. One of PMD size becomes anon by a PMD mapping only:
 * Linux counts it as one, whatever maps it.
 */
static void make_anon(struct vm_fault *vmf, struct folio *folio)
{
	if (folio->anon)
		return;
	if (folio->nr_pages > 1)
		world_failed("a PMD-sized folio that is not anon yet was mapped by PTEs (D10)");
	folio->anon = true;
	folio->index = vmf->address >> PAGE_SHIFT;
}

static void check_mapped(const struct folio *folio, struct batch batch)
{
	for (unsigned int i = batch.first; i < batch.first + batch.nr; i++)
		if (folio->poisoned >> (page_in_folio(folio, i) & 31) & 1)
			world_failed("a PTE maps a poisoned page");
}

static void map_swap_ptes(struct vm_fault *vmf, struct batch batch, struct folio *folio, pmd_t old)
{
	pmd_t *pte = vmf->region->pte + batch.first;
	const swp_entry_t first = softleaf_from_pmd(*pte);
	const struct thpswap_mapping mapping =
		thpswap_decide_mapping(THPSWAP_REVIEWED, pte_facts(vmf, folio, old));

	make_anon(vmf, folio);
	check_mapped(folio, batch);
	folio->ref_count += batch.nr - 1;
	for (unsigned int i = 0; i < batch.nr; i++)
		install(vmf, &pte[i], folio, mapping_bits(mapping));
	vmf->vma->vm_mm->swap_entries -= batch.nr;
	swap_free(first.offset, batch.nr);
	if (pte_frees_swap(vmf, folio, batch.nr, mapping.exclusive))
		folio_free_swap(folio);
}

/* Under both locks. Returns an error, or 0 with the page mapped or the fault to come again. */
static vm_fault_t map_locked(struct vm_fault *vmf, pmd_t *pte, pmd_t old, struct folio *folio,
			     bool *mapped)
{
	struct batch batch = { .first = (unsigned int)(pte - vmf->region->pte), .nr = 1 };
	struct thpswap_batch verdict;

	/*
	 * All of this after the entry: who has lost the race for it must not be killed (D11).
	 * The posting leaves do_swap_page() as it is.
	 */
	verdict = thpswap_decide_batch(world->revision, batch_facts(vmf, folio, old));
	if (verdict.action == THPSWAP_HWPOISON)
		return VM_FAULT_HWPOISON;
	if (!folio_test_uptodate(folio))
		return VM_FAULT_SIGBUS;
	if (verdict.action == THPSWAP_DROP)
		swap_cache_delete(folio);
	if (verdict.action != THPSWAP_MAP)
		return 0;
	arch_swap_restore(softleaf_from_pmd(old), folio);
	if (verdict.nr_pages > 1)
		batch = (struct batch){ .first = 0, .nr = verdict.nr_pages };
	map_swap_ptes(vmf, batch, folio, old);
	*mapped = true;
	return 0;
}

static vm_fault_t swap_page_from(struct vm_fault *vmf, pmd_t *pte, pmd_t old, struct folio *folio)
{
	bool mapped = false;
	vm_fault_t ret = 0;

	folio_lock_for_swapin(folio);
	if (folio_matches_swap_entry(folio, softleaf_from_pmd(old)) &&
	    lock_unchanged(vmf, pte, old)) {
		ret = map_locked(vmf, pte, old, folio, &mapped);
		if (mapped)
			folio_unlock(folio);
		spin_unlock(vmf->ptl);
		if (mapped)
			return 0;
	}
	/*
	 * Nobody else could, while it was locked (D12). Linux has let the page table lock go by
	 * now: who gives up the slot between this and the unlock leaves the folio behind.
	 */
	folio_free_swap(folio);
	folio->locked_by_swapin = false;
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/* do_swap_page(): a page is read alone, what is cached is mapped whole if it can be. */
vm_fault_t do_swap_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
{
	const swp_entry_t entry = softleaf_from_pmd(old);
	struct swap_info_struct *si = get_swap_device(entry);
	struct folio *folio;
	vm_fault_t major = 0;
	vm_fault_t ret = 0;

	if (!si)
		return 0;
	world->now_ns += SWAP_FAULT_NS;
	folio = swap_cache_get_folio(entry);
	if (!folio) {
		folio = swapin_alloc_page(entry, &ret);
		major = folio ? VM_FAULT_MAJOR : 0;
	}
	if (folio)
		ret = swap_page_from(vmf, pte, old, folio);
	if (!(ret & VM_FAULT_ERROR))
		ret |= major;
	put_swap_device(si);
	return ret;
}

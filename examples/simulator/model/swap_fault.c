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

static bool pte_frees_swap(struct vm_fault *vmf, const struct folio *folio, bool exclusive)
{
	const struct thpswap_verdict verdict = thpswap_should_free_swap(
		THPSWAP_REVIEWED, (struct thpswap_free_swap_facts){
					  .ref_count = folio->ref_count,
					  .nr_pages = folio->nr_pages,
					  .extra_refs = 1,
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

/* The PTE path may find a large folio in the cache, and maps one page of it. */
static void make_anon(struct vm_fault *vmf, struct folio *folio)
{
	if (folio->anon)
		return;
	if (folio->nr_pages > 1)
		world_failed("a page of a large folio that is not anon yet was mapped by a PTE");
	folio->anon = true;
	folio->index = vmf->address >> PAGE_SHIFT;
}

static void map_swap_pte(struct vm_fault *vmf, pmd_t *pte, struct folio *folio)
{
	const pmd_t old = *pte;
	const struct thpswap_mapping mapping =
		thpswap_decide_mapping(THPSWAP_REVIEWED, pte_facts(vmf, folio, old));

	make_anon(vmf, folio);
	install(vmf, pte, folio, mapping_bits(mapping));
	vmf->vma->vm_mm->swap_entries--;
	swap_free(entry_offset(old), 1);
	if (pte_frees_swap(vmf, folio, mapping.exclusive))
		folio_free_swap(folio);
}

static bool page_poisoned(const struct folio *folio, swp_entry_t entry)
{
	return folio->poisoned & 1u << ((entry.offset - folio->swap) & 31);
}

static vm_fault_t swap_page_from(struct vm_fault *vmf, pmd_t *pte, pmd_t old, struct folio *folio)
{
	const swp_entry_t entry = softleaf_from_pmd(old);
	vm_fault_t ret = 0;

	folio_lock(folio);
	if (!folio_matches_swap_entry(folio, entry))
		goto out;
	if (page_poisoned(folio, entry)) {
		ret = VM_FAULT_HWPOISON;
		goto out;
	}
	if (!lock_unchanged(vmf, pte, old))
		goto out;
	/* After the entry: who has lost the race for it must not be killed (D11). */
	if (!folio->uptodate) {
		spin_unlock(vmf->ptl);
		ret = VM_FAULT_SIGBUS;
		goto out;
	}
	arch_swap_restore(entry, folio);
	map_swap_pte(vmf, pte, folio);
	folio_unlock(folio);
	spin_unlock(vmf->ptl);
	return 0;
out:
	folio_unlock(folio);
	folio_put(folio);
	return ret;
}

/* do_swap_page(): one PTE, order 0. */
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

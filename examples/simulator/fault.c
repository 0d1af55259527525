// SPDX-License-Identifier: GPL-2.0-only
/* Page faults outside huge_pmd_swap.c: first touch, PTE swap-in, copy on write. */
#include <stdlib.h>

#include "primitives.h"

static void map_pte(struct region *region, pmd_t *pte, struct folio *folio, uint64_t bits)
{
	*pte = make_present(folio, bits);
	region->mm->anon_pages++;
}

static bool anonymous_huge(struct region *region, bool write)
{
	struct folio *folio;

	if (world_chance(world->thp_fail_percent) || !make_room(world->pmd_nr))
		return false;
	folio = folio_alloc(world->pmd_nr, region->number << world->pmd_shift);
	folio->uptodate = true;
	folio->dirty = true;
	folio->anon = true;
	folio->anon_exclusive = true;
	lru_add(folio);
	region->pmd = make_present(folio, ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY |
						  (write ? ENTRY_DIRTY : 0));
	region->mm->anon_pages += world->pmd_nr;
	world->now_ns += MINOR_FAULT_NS + (uint64_t)world->pmd_nr * ZERO_PAGE_NS;
	return true;
}

static void add_page_table(struct region *region)
{
	region->pte = calloc(world->pmd_nr, sizeof(*region->pte));
	if (!region->pte)
		abort();
	region->pmd = (pmd_t){ ENTRY_TABLE };
}

static vm_fault_t anonymous_page(struct region *region, unsigned int i)
{
	struct folio *folio;

	if (!make_room(1))
		return VM_FAULT_OOM;
	folio = folio_alloc(1, (region->number << world->pmd_shift) + i);
	folio->uptodate = true;
	folio->dirty = true;
	folio->anon = true;
	lru_add(folio);
	map_pte(region, &region->pte[i], folio,
		ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY | ENTRY_EXCLUSIVE);
	world->now_ns += MINOR_FAULT_NS + ZERO_PAGE_NS;
	return 0;
}

static struct folio *swapin_page(uint64_t offset)
{
	struct folio *folio;

	if (!make_room(1))
		return NULL;
	folio = folio_alloc(1, 0);
	if (!swap_cache_add(folio, offset)) {
		folio_put(folio);
		return NULL;
	}
	swap_read_folio(folio);
	lru_add(folio);
	world->stats.major++;
	return folio;
}

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

/* do_swap_page(): one PTE, order 0. */
static vm_fault_t do_swap_page(struct vm_fault *vmf, unsigned int i)
{
	struct region *region = vmf->region;
	const pmd_t old = region->pte[i];
	struct folio *folio = swap_cache_get_folio((swp_entry_t){ entry_offset(old) });
	struct thpswap_mapping mapping;

	world->now_ns += SWAP_FAULT_NS;
	if (!folio)
		folio = swapin_page(entry_offset(old));
	if (!folio)
		return VM_FAULT_OOM;
	folio_lock(folio);
	if (!folio->anon) {
		folio->anon = true;
		folio->index =
			(region->number << world->pmd_shift) + (folio->nr_pages == 1 ? i : 0);
	}
	mapping = thpswap_decide_mapping(THPSWAP_REVIEWED, pte_facts(vmf, folio, old));
	map_pte(region, &region->pte[i], folio, mapping_bits(mapping));
	region->mm->swap_entries--;
	swap_free(entry_offset(old), 1);
	if (pte_frees_swap(vmf, folio, mapping.exclusive))
		folio_free_swap(folio);
	folio_unlock(folio);
	return 0;
}

static vm_fault_t copy_page(struct region *region, unsigned int i)
{
	const pmd_t old = region->pte[i];
	struct folio *from = entry_folio(old);
	struct folio *to;

	from->locked = true; /* keeps reclaim away from it */
	if (!make_room(1)) {
		from->locked = false;
		return VM_FAULT_OOM;
	}
	from->locked = false;
	to = folio_alloc(1, (region->number << world->pmd_shift) + i);
	to->version[0] = from->version[page_in_folio(from, i)];
	to->uptodate = true;
	to->dirty = true;
	to->anon = true;
	lru_add(to);
	region->pte[i] =
		make_present(to, ENTRY_WRITE | ENTRY_DIRTY | ENTRY_YOUNG | ENTRY_SOFT_DIRTY |
					 ENTRY_EXCLUSIVE | (old.val & ENTRY_UFFD_WP));
	folio_put(from);
	world->stats.cow_copies++;
	world->now_ns += COPY_PAGE_NS;
	return 0;
}

/* do_wp_page(): reuse what is ours alone, copy the rest (R01). */
static vm_fault_t do_wp_page(struct region *region, unsigned int i)
{
	pmd_t *pte = &region->pte[i];
	struct folio *folio = entry_folio(*pte);

	world->now_ns += MINOR_FAULT_NS;
	if (!entry_has(*pte, ENTRY_EXCLUSIVE) && folio->nr_pages == 1 && !folio->locked) {
		folio_lock(folio);
		if (folio->ref_count == 1u + folio->swapcache)
			folio_free_swap(folio);
		if (folio->ref_count == 1)
			pte->val |= ENTRY_EXCLUSIVE;
		folio_unlock(folio);
	}
	if (!entry_has(*pte, ENTRY_EXCLUSIVE))
		return copy_page(region, i);
	*pte = pmd_mkdirty(pmd_mkyoung(pmd_mkwrite(*pte, region->mm->vma)));
	return 0;
}

static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	const unsigned int i = page_in_region(vmf->address >> PAGE_SHIFT);
	const pmd_t pte = vmf->region->pte[i];

	if (pte.val == 0)
		return anonymous_page(vmf->region, i);
	if (entry_has(pte, ENTRY_SWAP))
		return do_swap_page(vmf, i);
	return do_wp_page(vmf->region, i);
}

vm_fault_t handle_mm_fault(struct region *region, uint64_t address, bool write)
{
	struct vm_fault vmf = {
		.vma = region->mm->vma,
		.address = address,
		.flags = write ? FAULT_FLAG_WRITE : 0,
		.pmd = &region->pmd,
		.orig_pmd = region->pmd,
		.region = region,
	};

	world->stats.faults++;
	if (region->pmd.val == 0) {
		if (anonymous_huge(region, write))
			return 0;
		add_page_table(region);
	}
	if (entry_has(region->pmd, ENTRY_SWAP)) {
		world->stats.pmd_faults++;
		world->now_ns += PMD_FAULT_NS;
		return do_huge_pmd_swap_page(&vmf);
	}
	if (entry_has(region->pmd, ENTRY_PRESENT)) {
		world->now_ns += MINOR_FAULT_NS;
		return wp_huge_pmd(&vmf) & ~(vm_fault_t)VM_FAULT_FALLBACK;
	}
	return handle_pte_fault(&vmf);
}

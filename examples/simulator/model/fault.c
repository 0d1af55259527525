// SPDX-License-Identifier: GPL-2.0-only
/* Page faults outside huge_pmd_swap.c: first touch, PTE swap-in, copy on write. */
#include "primitives.h"

/* One lock serves the PMD and the page table below it. */
static bool lock_unchanged(struct vm_fault *vmf, pmd_t *entry, pmd_t old)
{
	vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
	if (entry->val == old.val && (entry == vmf->pmd || entry_has(*vmf->pmd, ENTRY_TABLE)))
		return true;
	spin_unlock(vmf->ptl);
	return false;
}

static void install(struct vm_fault *vmf, pmd_t *entry, struct folio *folio, uint64_t bits)
{
	*entry = make_present(folio, bits);
	vmf->vma->vm_mm->anon_pages += entry == vmf->pmd ? folio->nr_pages : 1;
}

static struct folio *new_anon_folio(unsigned int nr_pages, uint64_t index)
{
	struct folio *folio = folio_alloc(nr_pages, index);

	folio->uptodate = true;
	folio->dirty = true;
	folio->anon = true;
	lru_add(folio);
	return folio;
}

static bool anonymous_huge(struct vm_fault *vmf)
{
	struct region *region = vmf->region;
	struct folio *folio;

	if (world_fragmented(vmf->vma->vm_mm, vmf->address >> PAGE_SHIFT) ||
	    !make_room(world->pmd_nr))
		return false;
	folio = new_anon_folio(world->pmd_nr, region->number << world->pmd_shift);
	if (!lock_unchanged(vmf, vmf->pmd, vmf->orig_pmd)) {
		folio_put(folio);
		return true;
	}
	folio->anon_exclusive = true;
	install(vmf, vmf->pmd, folio,
		ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY |
			(vmf->flags & FAULT_FLAG_WRITE ? ENTRY_DIRTY : 0));
	spin_unlock(vmf->ptl);
	world->now_ns += MINOR_FAULT_NS + (uint64_t)world->pmd_nr * ZERO_PAGE_NS;
	return true;
}

static void add_page_table(struct vm_fault *vmf)
{
	if (!lock_unchanged(vmf, vmf->pmd, vmf->orig_pmd))
		return;
	vmf->region->pte = sim_alloc(world->pmd_nr * sizeof(*vmf->region->pte));
	*vmf->pmd = (pmd_t){ ENTRY_TABLE };
	spin_unlock(vmf->ptl);
}

static vm_fault_t anonymous_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
{
	struct folio *folio;

	if (!make_room(1))
		return VM_FAULT_OOM;
	folio = new_anon_folio(1, vmf->address >> PAGE_SHIFT);
	if (!lock_unchanged(vmf, pte, old)) {
		folio_put(folio);
		return 0;
	}
	install(vmf, pte, folio, ENTRY_WRITE | ENTRY_YOUNG | ENTRY_SOFT_DIRTY | ENTRY_EXCLUSIVE);
	spin_unlock(vmf->ptl);
	world->now_ns += MINOR_FAULT_NS + ZERO_PAGE_NS;
	return 0;
}

static struct thpswap_mapping_facts pte_facts(struct vm_fault *vmf, struct folio *folio, pmd_t pte)
{
	return (struct thpswap_mapping_facts){
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

static vm_fault_t validate_pte(const struct folio *folio, swp_entry_t entry)
{
	if (folio->poisoned & 1u << ((entry.offset - folio->swap) & 31))
		return VM_FAULT_HWPOISON;
	return folio->uptodate ? 0 : VM_FAULT_SIGBUS;
}

static vm_fault_t swap_page_from(struct vm_fault *vmf, pmd_t *pte, pmd_t old, struct folio *folio)
{
	const swp_entry_t entry = softleaf_from_pmd(old);
	vm_fault_t ret = 0;

	folio_lock(folio);
	if (!folio_matches_swap_entry(folio, entry))
		goto out;
	ret = validate_pte(folio, entry);
	if (ret)
		goto out;
	arch_swap_restore(entry, folio);
	if (!lock_unchanged(vmf, pte, old))
		goto out;
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
static vm_fault_t do_swap_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
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
	spin_unlock(vmf->ptl);
	drop_copied(from);
	world->stats.cow_copies++;
	world->now_ns += COPY_PAGE_NS;
	return 0;
}

/* do_wp_page(): reuse what is ours alone, copy the rest. */
static vm_fault_t do_wp_page(struct vm_fault *vmf, pmd_t *pte, pmd_t old)
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

/* Tell the monitor, who lets the access happen: clear the mark and try again. */
vm_fault_t handle_userfault(struct vm_fault *vmf, pmd_t *entry, pmd_t old)
{
	if (!lock_unchanged(vmf, entry, old))
		return 0;
	entry->val &= ~(uint64_t)(ENTRY_UFFD_WP | ENTRY_NO_ACCESS);
	expect_uffd_wp(vmf->region, entry, false);
	spin_unlock(vmf->ptl);
	return 0;
}

/* The monitor is owed every write to a marked page, and every access under RWP (R18, R19). */
bool userfault_owed(const struct vm_fault *vmf, pmd_t entry)
{
	if (!entry_has(entry, ENTRY_PRESENT | ENTRY_UFFD_WP))
		return false;
	return userfaultfd_rwp(vmf->vma) ||
	       (userfaultfd_wp(vmf->vma) && (vmf->flags & FAULT_FLAG_WRITE));
}

static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	pmd_t *pte = &vmf->region->pte[page_in_region(vmf->address >> PAGE_SHIFT)];
	const pmd_t old = *pte;

	if (old.val == 0)
		return anonymous_page(vmf, pte, old);
	if (entry_has(old, ENTRY_SWAP))
		return do_swap_page(vmf, pte, old);
	if (userfault_owed(vmf, old))
		return handle_userfault(vmf, pte, old);
	if ((vmf->flags & FAULT_FLAG_WRITE) && !entry_has(old, ENTRY_WRITE))
		return do_wp_page(vmf, pte, old);
	return 0;
}

static vm_fault_t handle_pmd_fault(struct vm_fault *vmf)
{
	if (userfault_owed(vmf, vmf->orig_pmd))
		return handle_userfault(vmf, vmf->pmd, vmf->orig_pmd);
	if (!(vmf->flags & FAULT_FLAG_WRITE) || entry_has(vmf->orig_pmd, ENTRY_WRITE))
		return 0;
	world->now_ns += MINOR_FAULT_NS;
	return wp_huge_pmd(vmf) & ~(vm_fault_t)VM_FAULT_FALLBACK;
}

static vm_fault_t handle_fault(struct region *region, uint64_t address, unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = region->mm->vma,
		.address = address,
		.flags = flags,
		.pmd = &region->pmd,
		.orig_pmd = region->pmd,
		.region = region,
	};

	if (region->pmd.val == 0) {
		if (anonymous_huge(&vmf))
			return 0;
		add_page_table(&vmf);
		return handle_fault(region, address, flags);
	}
	if (entry_has(vmf.orig_pmd, ENTRY_SWAP)) {
		world->stats.pmd_faults++;
		world->now_ns += PMD_FAULT_NS;
		return do_huge_pmd_swap_page(&vmf);
	}
	if (entry_has(vmf.orig_pmd, ENTRY_PRESENT))
		return handle_pmd_fault(&vmf);
	return handle_pte_fault(&vmf);
}

vm_fault_t handle_mm_fault(struct region *region, uint64_t address, unsigned int flags)
{
	world->stats.faults++;
	return handle_fault(region, address, flags);
}

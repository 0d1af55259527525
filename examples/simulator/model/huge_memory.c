// SPDX-License-Identifier: GPL-2.0-only
/* PMD mappings: installing, splitting, writing to a read-only one. */
#include "primitives.h"

static struct region *region_of_lock(spinlock_t *ptl)
{
	return (struct region *)((char *)ptl - offsetof(struct region, ptl));
}

spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	struct region *region = region_of_pmd(pmd);

	step("pmd_lock");
	if (region->mm != mm)
		world_failed("the PMD lock of another process was taken");
	wait_while(&region->ptl.locked, "pmd_lock");
	region->ptl.locked = true;
	return &region->ptl;
}

void spin_unlock(spinlock_t *ptl)
{
	step("spin_unlock");
	if (!region_of_lock(ptl)->ptl.locked)
		world_failed("an unlocked PMD lock was unlocked");
	ptl->locked = false;
}

void set_pmd_at(struct mm_struct *mm, unsigned long address, pmd_t *pmdp, pmd_t pmd)
{
	struct region *region = region_of_pmd(pmdp);

	step("set_pmd_at");
	if (region->mm != mm || !region->ptl.locked)
		world_failed("PMD at %#lx was set without its lock", address);
	*pmdp = pmd;
	world->stats.pmd_maps++;
}

void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma, unsigned long address,
			     rmap_t flags)
{
	(void)vma;
	check_locked(folio, __func__);
	if (world->exploring && folio->anon)
		world_failed("a folio became anon twice");
	folio->anon = true;
	folio->index = address >> PAGE_SHIFT;
	folio->anon_exclusive = flags & RMAP_EXCLUSIVE;
}

void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page, struct vm_area_struct *vma,
			     unsigned long address, rmap_t flags)
{
	(void)page;
	(void)vma;
	(void)address;
	check_locked(folio, __func__);
	if (world->exploring && !folio->anon)
		world_failed("a folio that is not anon was mapped as one");
	if (flags & RMAP_EXCLUSIVE)
		folio->anon_exclusive = true;
}

/* How many references to the folio this region's page tables hold. */
unsigned int region_maps(const struct region *region, const struct folio *folio)
{
	unsigned int maps = 0;

	if (entry_has(region->pmd, ENTRY_PRESENT))
		return entry_folio(region->pmd) == folio;
	for (unsigned int i = 0; entry_has(region->pmd, ENTRY_TABLE) && i < world->pmd_nr; i++)
		maps += entry_has(region->pte[i], ENTRY_PRESENT) &&
			entry_folio(region->pte[i]) == folio;
	return maps;
}

/* Every bit of the PMD goes to each of the N PTEs (R16). */
void split_region(struct region *region)
{
	const pmd_t old = region->pmd;
	const uint64_t bits = old.val & ((1u << ENTRY_SHIFT) - 1);
	pmd_t *pte;

	if (!entry_has(old, ENTRY_PRESENT) && !entry_has(old, ENTRY_SWAP))
		return;
	pte = sim_alloc(world->pmd_nr * sizeof(*pte));
	if (entry_has(old, ENTRY_PRESENT)) {
		struct folio *folio = entry_folio(old);
		const uint64_t exclusive = folio->anon_exclusive ? ENTRY_EXCLUSIVE : 0;

		for (unsigned int i = 0; i < world->pmd_nr; i++)
			pte[i] = make_present(folio, bits | exclusive);
		folio->ref_count += world->pmd_nr - 1;
		folio->anon_exclusive = false;
	} else {
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			pte[i] = make_entry(bits, entry_offset(old) + i);
	}
	region->pte = pte;
	region->pmd = (pmd_t){ ENTRY_TABLE };
}

void split_huge_pmd_locked(struct vm_area_struct *vma, unsigned long address, pmd_t *pmd,
			   bool freeze)
{
	(void)vma;
	(void)address;
	(void)freeze;
	/* Only the handler calls this, and means to split a swap entry (D7). */
	if (world->exploring && entry_has(*pmd, ENTRY_PRESENT))
		world_failed("a THP that another fault has just mapped was split");
	split_region(region_of_pmd(pmd));
}

void __split_huge_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address, bool freeze)
{
	spinlock_t *ptl = pmd_lock(vma->vm_mm, pmd);

	split_huge_pmd_locked(vma, address, pmd, freeze);
	spin_unlock(ptl);
}

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

/*
 * Cutting a folio: each page becomes a folio of its own and takes along its
 * mappings and its place in the swap cache.
 */

static void split_mapping(const struct folio *folio, struct region *region)
{
	if (region && entry_has(region->pmd, ENTRY_PRESENT) && entry_folio(region->pmd) == folio)
		split_region(region);
}

static void move_mappings(struct folio *large, struct folio *small)
{
	const unsigned int page = page_in_region(small->index);

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = world_find_region(mm, large->index >> world->pmd_shift);
		pmd_t *pte;

		if (!region || !entry_has(region->pmd, ENTRY_TABLE))
			continue;
		pte = &region->pte[page];
		if (!entry_has(*pte, ENTRY_PRESENT) || entry_folio(*pte) != large)
			continue;
		*pte = make_present(small, pte->val & ((1u << ENTRY_SHIFT) - 1));
		large->ref_count--;
		small->ref_count++;
	}
}

static void cut_page(struct folio *large, unsigned int i)
{
	struct folio *small = folio_alloc(1, large->index + i);

	small->version[0] = large->version[i];
	small->uptodate = large->uptodate;
	small->dirty = large->dirty;
	small->anon = large->anon;
	small->restored = large->restored;
	small->poisoned = large->poisoned >> (i & 31) & 1;
	move_mappings(large, small);
	if (large->swapcache) {
		small->swapcache = true;
		small->swap = large->swap + i;
		swap_cache_replace(small->swap, small);
		large->ref_count--;
		small->ref_count++;
	}
	lru_add_oldest(small);
	folio_put_many(small, 1);
}

static unsigned int references_explained(const struct folio *folio)
{
	unsigned int references = 1 + (folio->swapcache ? folio->nr_pages : 0);

	for (struct mm_struct *mm = world->mms; mm; mm = mm->next) {
		struct region *region = world_find_region(mm, folio->index >> world->pmd_shift);

		if (region)
			references += region_maps(region, folio);
	}
	return references;
}

/*
 * Only when the caller's is the one reference that nobody else can explain. The folio
 * becomes its own first page, and stays what the caller has locked.
 */
bool split_folio(struct folio *folio)
{
	if (folio->nr_pages == 1 || folio->writeback)
		return false;
	if (folio->ref_count != references_explained(folio))
		return false;
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next)
		split_mapping(folio, world_find_region(mm, folio->index >> world->pmd_shift));
	lru_del(folio);
	lru_add_oldest(folio);
	for (unsigned int i = 1; i < folio->nr_pages; i++)
		cut_page(folio, i);
	world->nr_pages -= folio->nr_pages - 1;
	folio->poisoned &= 1;
	folio->nr_pages = 1;
	return true;
}

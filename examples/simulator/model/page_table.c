// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PMD of a region, the page table below it, and the one lock of both.
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
#include "page_table.h"
#include "alloc.h"
#include "step.h"

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

bool lock_unchanged(struct vm_fault *vmf, pmd_t *entry, pmd_t old)
{
	vmf->ptl = pmd_lock(vmf->vma->vm_mm, vmf->pmd);
	if (entry->val == old.val && (entry == vmf->pmd || entry_has(*vmf->pmd, ENTRY_TABLE)))
		return true;
	spin_unlock(vmf->ptl);
	return false;
}

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

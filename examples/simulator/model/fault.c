// SPDX-License-Identifier: GPL-2.0-only
/* A page fault finds its handler. */
#include "fault.h"
#include "anonymous.h"
#include "primitives.h"
#include "swap_fault.h"
#include "userfault.h"
#include "wp_fault.h"

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

static vm_fault_t pmd_swap_fault(struct vm_fault *vmf)
{
	bool *in_handler = &world->in_pmd_swap_fault[schedule_actor()];
	vm_fault_t ret;

	world->stats.pmd_faults++;
	world->now_ns += PMD_FAULT_NS;
	*in_handler = true;
	ret = world->revision == THPSWAP_POSTED ? do_huge_pmd_swap_page_posted(vmf)
						: do_huge_pmd_swap_page_reviewed(vmf);
	*in_handler = false;
	return ret;
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
	if (entry_has(vmf.orig_pmd, ENTRY_SWAP))
		return pmd_swap_fault(&vmf);
	if (entry_has(vmf.orig_pmd, ENTRY_PRESENT))
		return handle_pmd_fault(&vmf);
	return handle_pte_fault(&vmf);
}

vm_fault_t handle_mm_fault(struct region *region, uint64_t address, unsigned int flags)
{
	world->stats.faults++;
	/* Here and not in access.c: swapoff faults too. */
	world->faulting_on[schedule_actor()] = region;
	world->bad_unlocked[schedule_actor()] = false;
	return handle_fault(region, address, flags);
}

/*
 * SPDX-License-Identifier: GPL-2.0-only
 *
 * S, R and D numbers: include/thpswap/NUMBERS.md.
 */
/*
 * Modelled: the VMA, the process and its counters, and how a fault waits for a folio.
 */
#ifndef THPSWAP_SIM_PROCESS_H
#define THPSWAP_SIM_PROCESS_H

#include "dup.h"
#include "exits.h"
#include "folio.h"
#include "mmap_lock.h"

static inline vm_fault_t folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
{
	step("folio_trylock");
	if (world->exploring && (vmf->flags & FAULT_FLAG_ALLOW_RETRY) && folio->locked) {
		handler_exits.retries++;
		mmap_read_unlock(vmf->vma->vm_mm); /* before waiting, as the kernel does */
		wait_while(&folio->locked, "folio_lock_or_retry"); /* never without (R26) */
		return VM_FAULT_RETRY;
	}
	folio_lock_for_swapin(folio);
	return 0;
}

enum tva_type { TVA_PAGEFAULT };

static inline bool thp_vma_allowable_order(const struct vm_area_struct *vma, unsigned long vm_flags,
					   enum tva_type type, unsigned int order)
{
	(void)vma;
	(void)vm_flags;
	(void)type;
	(void)order;
	return !world->thp_forbidden;
}

static inline bool userfaultfd_wp(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_WP;
}

static inline bool userfaultfd_rwp(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_RWP;
}

static inline bool vma_soft_dirty_enabled(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & VM_SOFTDIRTY);
}

static inline bool mem_cgroup_swap_full(const struct folio *folio)
{
	(void)folio;
	return world->si.nr_used * 2 > world->si.nr_slots;
}

static inline void add_mm_counter(struct mm_struct *mm, enum mm_counter counter, long pages)
{
	*(counter == MM_ANONPAGES ? &mm->anon_pages : &mm->swap_entries) += pages;
}

static inline void count_vm_event(enum vm_event event)
{
	(void)event; /* counted where the read is */
}

static inline void count_thp_swpin_pmd(const struct vm_fault *vmf, struct thpswap_verdict verdict)
{
	world_event(thpswap_action_name(verdict.action), vmf->region->mm, vmf->region->number);
	world->stats.by_action[verdict.action]++;
	handler_exits.by_verdict[verdict.action][verdict.reason]++;
	if (verdict.action == THPSWAP_SPLIT)
		world->stats.split_by_reason[verdict.reason]++;
}

#endif

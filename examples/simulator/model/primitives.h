/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulator as a world for huge_pmd_swap.c: the kernel's names, over model.h.
 * What the model needs nothing of is in stubs.h.
 */
#ifndef THPSWAP_SIM_PRIMITIVES_H
#define THPSWAP_SIM_PRIMITIVES_H

#include "model.h"
#include "stubs.h"

#define THPSWAP_SWAPIN_REVISION (world->revision)
#define HPAGE_PMD_NR (world->pmd_nr)
#define HPAGE_PMD_MASK (~(unsigned long)0 << (world->pmd_shift + PAGE_SHIFT))
#define PAGE_SHIFT 12
#define PAGE_NONE ((uint64_t)ENTRY_NO_ACCESS)
#define FAULT_FLAG_WRITE 1u
#define FAULT_FLAG_ALLOW_RETRY 4u
#define RMAP_NONE 0u
#define RMAP_EXCLUSIVE 1u
#define data_race(expression) (expression)

enum { VM_WRITE = 1 << 1, VM_LOCKED = 1 << 13, VM_UFFD_WP = 1 << 14, VM_UFFD_RWP = 1 << 15 };
enum { VM_SOFTDIRTY = 1 << 27 };
enum {
	VM_FAULT_OOM = 1 << 0,
	VM_FAULT_SIGBUS = 1 << 1,
	VM_FAULT_MAJOR = 1 << 2,
	VM_FAULT_HWPOISON = 1 << 4,
	VM_FAULT_RETRY = 1 << 10,
	VM_FAULT_FALLBACK = 1 << 11,
	VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_HWPOISON | VM_FAULT_FALLBACK,
};

enum mm_counter { MM_ANONPAGES, MM_SWAPENTS };
enum vm_event { PGMAJFAULT };

vm_fault_t do_huge_pmd_swap_page(struct vm_fault *vmf);

/* The PMD and its lock. */

static inline bool pmd_is_swap_entry(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_SWAP);
}

static inline swp_entry_t softleaf_from_pmd(pmd_t pmd)
{
	return (swp_entry_t){ entry_offset(pmd) };
}

static inline bool pmd_swp_exclusive(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_EXCLUSIVE);
}

static inline bool pmd_swp_soft_dirty(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_SOFT_DIRTY);
}

static inline bool pmd_swp_uffd_wp(pmd_t pmd)
{
	return entry_has(pmd, ENTRY_UFFD_WP);
}

static inline bool pmd_same(pmd_t a, pmd_t b)
{
	return a.val == b.val;
}

static inline pmd_t pmdp_get(const pmd_t *pmd)
{
	step("pmdp_get");
	return *pmd;
}

static inline pmd_t folio_mk_pmd(struct folio *folio, uint64_t prot)
{
	return make_present(folio, prot);
}

static inline pmd_t pmd_mkyoung(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_YOUNG };
}

static inline pmd_t pmd_mksoft_dirty(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_SOFT_DIRTY };
}

static inline pmd_t pmd_mkuffd_wp(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_UFFD_WP };
}

static inline pmd_t pmd_mkwrite(pmd_t pmd, struct vm_area_struct *vma)
{
	(void)vma;
	return (pmd_t){ pmd.val | ENTRY_WRITE };
}

/* As on x86, where dirty implies soft-dirty. */
static inline pmd_t pmd_mkdirty(pmd_t pmd)
{
	return (pmd_t){ pmd.val | ENTRY_DIRTY | ENTRY_SOFT_DIRTY };
}

spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd);
void spin_unlock(spinlock_t *ptl);
void set_pmd_at(struct mm_struct *mm, unsigned long address, pmd_t *pmdp, pmd_t pmd);

/* The folio. */

static inline unsigned int folio_nr_pages(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->nr_pages;
}

static inline unsigned int folio_ref_count(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	if (world->exploring && folio->ref_count <= folio->nr_pages) /* D2 */
		world_failed("a folio in the swap cache has only %u references", folio->ref_count);
	return folio->ref_count;
}

static inline bool folio_test_uptodate(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->uptodate;
}

static inline bool folio_test_writeback(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	return folio->writeback;
}

static inline bool folio_test_swapcache(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->swapcache;
}

static inline bool folio_test_anon(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->anon;
}

static inline bool folio_test_lru(const struct folio *folio)
{
	check_live(folio, __func__);
	return folio->on_lru;
}

static inline struct page *folio_page(struct folio *folio, unsigned int index)
{
	(void)index;
	return (struct page *)folio;
}

static inline bool folio_matches_swap_entry(const struct folio *folio, swp_entry_t entry)
{
	check_live(folio, __func__);
	return folio->swapcache && entry.offset - folio->swap < folio->nr_pages;
}

static inline swp_entry_t folio_swap(swp_entry_t entry, const struct folio *folio)
{
	(void)entry;
	return (swp_entry_t){ folio->swap };
}

/* Taken for every fault; the handler gives it up when it tells the caller to retry. */
static inline void mmap_read_lock(struct mm_struct *mm)
{
	wait_while(&mm->mmap_writer, "mmap_read_lock");
	mm->mmap_readers++;
	mm->mmap_read = true;
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	mm->mmap_readers--;
	mm->mmap_read = mm->mmap_readers > 0;
}

static inline vm_fault_t folio_lock_or_retry(struct folio *folio, struct vm_fault *vmf)
{
	if (world->exploring && (vmf->flags & FAULT_FLAG_ALLOW_RETRY) && folio->locked) {
		mmap_read_unlock(vmf->vma->vm_mm); /* before waiting, as the kernel does */
		wait_while(&folio->locked, "folio_lock_or_retry"); /* never without (R26) */
		return VM_FAULT_RETRY;
	}
	folio_lock(folio);
	return 0;
}

void folio_add_new_anon_rmap(struct folio *folio, struct vm_area_struct *vma, unsigned long address,
			     rmap_t flags);
void folio_add_anon_rmap_pmd(struct folio *folio, struct page *page, struct vm_area_struct *vma,
			     unsigned long address, rmap_t flags);

/* The VMA, the process, the counters. */

static inline bool folio_contain_hwpoisoned_page(const struct folio *folio)
{
	step(__func__);
	check_live(folio, __func__);
	return folio->poisoned != 0;
}

static inline void arch_swap_restore(swp_entry_t entry, struct folio *folio)
{
	(void)entry;
	step("arch_swap_restore");
	check_locked(folio, __func__);
	folio->restored = true;
}

/* While exploring, the bits that got lost or invented on the way are looked for. */
static inline void expect_uffd_wp(struct region *region, const pmd_t *entry, bool expected)
{
	const bool all = entry == &region->pmd;

	for (unsigned int i = 0; region->bits && i < world->pmd_nr; i++)
		if (all || entry == &region->pte[i])
			region->bits[i].uffd_wp = expected;
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

static inline void add_mm_counter(struct mm_struct *mm, enum mm_counter counter, int64_t pages)
{
	*(counter == MM_ANONPAGES ? &mm->anon_pages : &mm->swap_entries) += pages;
}

static inline void count_vm_event(enum vm_event event)
{
	(void)event; /* counted where the read is */
}

static inline void trace_thp_swpin_pmd(const struct vm_fault *vmf, struct thpswap_verdict verdict)
{
	world_event(thpswap_action_name(verdict.action), vmf->region->mm, vmf->region->number);
	world->stats.by_action[verdict.action]++;
	if (verdict.action == THPSWAP_SPLIT)
		world->stats.split_by_reason[verdict.reason]++;
}

#endif

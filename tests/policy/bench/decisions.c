// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do the decisions of one mapped write fault cost? The same questions are
 * asked of the same structures twice: through the library, and written inline.
 *
 *   decisions check    do both decide alike, over every combination of facts?
 *   decisions one N    N times the same write fault, for callgrind
 *   decisions all      once each write fault that ends in a mapping, for callgrind
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <thpswap/thpswap.h>

#define N 512u
#define BIT(n) (1ul << (n))
#define TEST(word, nr) (((word)&BIT(nr)) != 0)
/* callgrind finds a function by its name, and main() must not see through it. */
#define MEASURED __attribute__((noipa))

/* The kernel's structures, as far as a swap-in fault reads them. */
enum { PG_locked, PG_writeback, PG_uptodate = 3, PG_swapcache = 9, PG_mlocked = 21 };
enum { PG_has_hwpoisoned = 10, PG_hwpoison = 22 };
enum { PMD_SWP_SOFT_DIRTY = 1, PMD_SWP_UFFD_WP, PMD_SWP_EXCLUSIVE };
enum { VM_WRITE = 1, VM_UFFD_WP = 12, VM_LOCKED, VM_SOFTDIRTY = 27, VM_UFFD_RWP = 42 };
enum { SWP_STABLE_WRITES = 11, SWP_SYNCHRONOUS_IO };
enum { FAULT_FLAG_WRITE };

struct folio {
	unsigned long flags;
	unsigned long swap;
	unsigned long flags_1;
	unsigned int nr_pages;
};

struct page {
	unsigned long flags;
};

struct vm_area_struct {
	unsigned long vm_flags;
};

struct swap_info_struct {
	unsigned long flags;
};

struct vm_fault {
	const struct vm_area_struct *vma;
	const struct folio *folio;
	const struct page *page;
	const struct swap_info_struct *si;
	const unsigned long *pmd;
	unsigned long orig_pmd;
	unsigned long entry;
	unsigned int flags;
};

/* What the handler does: bits of the new PMD, and above them what it calls. */
enum {
	PMD_PRESENT = 1u << 0,
	PMD_RW = 1u << 1,
	PMD_DIRTY = 1u << 6,
	PMD_PROT_NONE = 1u << 8,
	PMD_UFFD_WP = 1u << 10,
	PMD_SOFT_DIRTY = 1u << 11,
	RMAP_EXCLUSIVE = 1u << 16,
	CALL_WP_HUGE_PMD = 1u << 17,
	CALL_FREE_SWAP = 1u << 18,
	CALL_SWAP_FULL = 1u << 19,
};

MEASURED unsigned long ask_library(const struct vm_fault *vmf)
{
	const struct folio *folio = vmf->folio;
	const unsigned long vm_flags = vmf->vma->vm_flags;
	struct thpswap_slots slot = {
		.nr = 1,
		.memcg_id = 0,
		.cached = THPSWAP_CACHED_NOTHING,
		.in_use = true,
		.zswap = false,
		.zeromap = false,
	};
	struct thpswap_range range = { 0 };
	struct thpswap_validation_facts folio_facts = {
		.nr_pages = 0,
		.pmd_nr_pages = N,
		.matches_entry = false,
		.entry_unchanged = false,
		.uptodate = false,
		.poisoned = false,
		.page_poisoned = false,
	};
	struct thpswap_mapping_facts facts = {
		.ref_count = 0,
		.entry_exclusive = false,
		.entry_soft_dirty = false,
		.entry_uffd_wp = false,
		.vma_write = false,
		.vma_uffd_wp = false,
		.vma_uffd_rwp = false,
		.vma_soft_dirty = false,
		.writeback = false,
		.stable_writes = false,
		.write_fault = false,
	};
	struct thpswap_free_swap_facts cache_facts = {
		.ref_count = 0,
		.nr_pages = N,
		.extra_refs = 1,
		.swapcache = true,
		.synchronous_io = false,
		.vma_locked = false,
		.mlocked = false,
		.ksm = false,
		.write_fault = false,
		.exclusive = false,
	};
	struct thpswap_mapping mapping;
	struct thpswap_verdict verdict;
	unsigned long todo = PMD_PRESENT;

	if (folio)
		slot.cached =
			folio->nr_pages == N ? THPSWAP_CACHED_PMD_FOLIO : THPSWAP_CACHED_OTHER;
	thpswap_range_add(&range, slot);
	/* What is cached is mapped whatever the THP policy says, so nobody asks for it here. */
	verdict = thpswap_choose_source(THPSWAP_REVIEWED, range, N, true);
	if (verdict.action != THPSWAP_MAP)
		return 0;

	folio_facts.nr_pages = folio->nr_pages;
	if (TEST(folio->flags, PG_swapcache) && folio->swap == vmf->entry)
		folio_facts.matches_entry = true;
	if (*vmf->pmd == vmf->orig_pmd)
		folio_facts.entry_unchanged = true;
	if (TEST(folio->flags, PG_uptodate))
		folio_facts.uptodate = true;
	if (TEST(folio->flags_1, PG_has_hwpoisoned))
		folio_facts.poisoned = true;
	if (TEST(vmf->page->flags, PG_hwpoison))
		folio_facts.page_poisoned = true;
	verdict = thpswap_validate(THPSWAP_REVIEWED, folio_facts);
	if (verdict.action != THPSWAP_MAP)
		return 0;

	if (TEST(vmf->orig_pmd, PMD_SWP_EXCLUSIVE))
		facts.entry_exclusive = true;
	if (TEST(vmf->orig_pmd, PMD_SWP_SOFT_DIRTY))
		facts.entry_soft_dirty = true;
	if (TEST(vmf->orig_pmd, PMD_SWP_UFFD_WP))
		facts.entry_uffd_wp = true;
	if (TEST(vm_flags, VM_WRITE))
		facts.vma_write = true;
	if (TEST(vm_flags, VM_UFFD_WP))
		facts.vma_uffd_wp = true;
	if (TEST(vm_flags, VM_UFFD_RWP))
		facts.vma_uffd_rwp = true;
	if (!TEST(vm_flags, VM_SOFTDIRTY))
		facts.vma_soft_dirty = true;
	if (TEST(folio->flags, PG_writeback))
		facts.writeback = true;
	if (TEST(vmf->si->flags, SWP_STABLE_WRITES))
		facts.stable_writes = true;
	if (TEST(vmf->flags, FAULT_FLAG_WRITE))
		facts.write_fault = true;
	mapping = thpswap_decide_mapping(THPSWAP_REVIEWED, facts);

	if (mapping.exclusive)
		todo |= RMAP_EXCLUSIVE;
	if (mapping.soft_dirty)
		todo |= PMD_SOFT_DIRTY;
	if (mapping.uffd_wp) {
		todo |= PMD_UFFD_WP;
		if (mapping.no_access)
			todo |= PMD_PROT_NONE;
	}
	if (mapping.writable) {
		todo |= PMD_RW;
		if (mapping.dirty)
			todo |= PMD_DIRTY;
	} else if (mapping.follow_up) {
		todo |= CALL_WP_HUGE_PMD;
	}

	if (TEST(vmf->si->flags, SWP_SYNCHRONOUS_IO))
		cache_facts.synchronous_io = true;
	if (TEST(vm_flags, VM_LOCKED))
		cache_facts.vma_locked = true;
	if (TEST(folio->flags, PG_mlocked))
		cache_facts.mlocked = true;
	cache_facts.write_fault = facts.write_fault;
	cache_facts.exclusive = mapping.exclusive;
	verdict = thpswap_should_free_swap(THPSWAP_REVIEWED, cache_facts);
	if (verdict.action == THPSWAP_FREE)
		return todo | CALL_FREE_SWAP;
	return todo | CALL_SWAP_FULL;
}

MEASURED unsigned long ask_inline(const struct vm_fault *vmf)
{
	const struct folio *folio = vmf->folio;
	const unsigned long vm_flags = vmf->vma->vm_flags;
	const bool write = TEST(vmf->flags, FAULT_FLAG_WRITE);
	bool soft_dirty, uffd_wp, exclusive, no_access, writable;
	unsigned long todo = PMD_PRESENT;

	if (!folio || folio->nr_pages != N)
		return 0;
	if (!TEST(folio->flags, PG_swapcache) || folio->swap != vmf->entry)
		return 0;
	if (*vmf->pmd != vmf->orig_pmd)
		return 0;
	if (folio->nr_pages != N || TEST(vmf->page->flags, PG_hwpoison))
		return 0;
	if (TEST(folio->flags_1, PG_has_hwpoisoned))
		return 0;
	if (!TEST(folio->flags, PG_uptodate))
		return 0;

	soft_dirty = TEST(vmf->orig_pmd, PMD_SWP_SOFT_DIRTY);
	uffd_wp = TEST(vmf->orig_pmd, PMD_SWP_UFFD_WP);
	exclusive = TEST(vmf->orig_pmd, PMD_SWP_EXCLUSIVE);
	if (exclusive && TEST(folio->flags, PG_writeback) &&
	    TEST(vmf->si->flags, SWP_STABLE_WRITES))
		exclusive = false;
	no_access = uffd_wp && TEST(vm_flags, VM_UFFD_RWP);
	writable = exclusive && TEST(vm_flags, VM_WRITE) && !no_access &&
		   !(uffd_wp && TEST(vm_flags, VM_UFFD_WP)) &&
		   (soft_dirty || TEST(vm_flags, VM_SOFTDIRTY));

	if (exclusive)
		todo |= RMAP_EXCLUSIVE;
	if (soft_dirty)
		todo |= PMD_SOFT_DIRTY;
	if (uffd_wp)
		todo |= PMD_UFFD_WP;
	if (no_access)
		todo |= PMD_PROT_NONE;
	if (writable) {
		todo |= PMD_RW;
		if (write)
			todo |= PMD_DIRTY;
	} else if (write && !no_access) {
		todo |= CALL_WP_HUGE_PMD;
	}

	if (TEST(vmf->si->flags, SWP_SYNCHRONOUS_IO) || TEST(vm_flags, VM_LOCKED) ||
	    TEST(folio->flags, PG_mlocked) || (write && exclusive))
		return todo | CALL_FREE_SWAP;
	return todo | CALL_SWAP_FULL;
}

/* A fault that lives nowhere else than here, with all that it points to. */
struct scene {
	struct vm_area_struct vma;
	struct swap_info_struct si;
	struct folio folio;
	struct page page;
	unsigned long pmd;
	struct vm_fault vmf;
};

static unsigned long take(unsigned long *choices, int nr)
{
	const bool chosen = *choices & 1;

	*choices >>= 1;
	return chosen ? BIT(nr) : 0;
}

#define NR_SCENES BIT(21)

/* One bit of choices for each fact that a decision looks at. */
static void set_scene(struct scene *scene, unsigned long choices)
{
	unsigned long *c = &choices;

	scene->folio.flags = BIT(PG_locked);
	scene->folio.flags |= take(c, PG_uptodate) | take(c, PG_swapcache);
	scene->folio.flags |= take(c, PG_mlocked) | take(c, PG_writeback);
	scene->folio.flags_1 = take(c, PG_has_hwpoisoned);
	scene->page.flags = take(c, PG_hwpoison);
	scene->folio.nr_pages = take(c, 0) ? 1 : N;
	scene->folio.swap = 42;
	scene->vma.vm_flags = take(c, VM_WRITE) | take(c, VM_LOCKED) | take(c, VM_SOFTDIRTY);
	scene->vma.vm_flags |= take(c, VM_UFFD_RWP) | take(c, VM_UFFD_WP);
	scene->si.flags = take(c, SWP_STABLE_WRITES) | take(c, SWP_SYNCHRONOUS_IO);
	scene->vmf = (struct vm_fault){
		.vma = &scene->vma,
		.folio = take(c, 0) ? &scene->folio : NULL,
		.page = &scene->page,
		.si = &scene->si,
		.pmd = &scene->pmd,
		.entry = take(c, 0) ? 42 : 41,
	};
	scene->vmf.orig_pmd = take(c, PMD_SWP_EXCLUSIVE) | take(c, PMD_SWP_UFFD_WP);
	scene->vmf.orig_pmd |= take(c, PMD_SWP_SOFT_DIRTY);
	scene->vmf.flags = take(c, 0) ? BIT(FAULT_FLAG_WRITE) : 0;
	scene->pmd = take(c, 0) ? scene->vmf.orig_pmd : 0;
}

static int check(void)
{
	unsigned long i, mapped = 0;
	struct scene scene;

	for (i = 0; i < NR_SCENES; i++) {
		unsigned long library, inlined;

		set_scene(&scene, i);
		library = ask_library(&scene.vmf);
		inlined = ask_inline(&scene.vmf);
		if (library != inlined) {
			fprintf(stderr, "bench: scene %lu: the library says %lx, inline %lx\n", i,
				library, inlined);
			return 1;
		}
		mapped += library != 0;
	}
	if (mapped == 0 || mapped == NR_SCENES) {
		fprintf(stderr, "bench: %lu of %lu scenes mapped\n", mapped, NR_SCENES);
		return 1;
	}
	return 0;
}

/* The everyday write fault: private, written before, nothing special about it. */
static int ask_one(long times)
{
	const struct vm_area_struct vma = { BIT(VM_WRITE) | BIT(VM_SOFTDIRTY) };
	const struct swap_info_struct si = { BIT(SWP_STABLE_WRITES) };
	const struct folio folio = {
		.flags = BIT(PG_locked) | BIT(PG_uptodate) | BIT(PG_swapcache),
		.swap = 42,
		.nr_pages = N,
	};
	const struct page page = { 0 };
	const unsigned long pmd = BIT(PMD_SWP_EXCLUSIVE) | BIT(PMD_SWP_SOFT_DIRTY);
	const struct vm_fault vmf = {
		.vma = &vma,
		.folio = &folio,
		.page = &page,
		.si = &si,
		.pmd = &pmd,
		.orig_pmd = pmd,
		.entry = 42,
		.flags = BIT(FAULT_FLAG_WRITE),
	};
	const unsigned long wanted =
		PMD_PRESENT | PMD_RW | PMD_DIRTY | PMD_SOFT_DIRTY | RMAP_EXCLUSIVE | CALL_FREE_SWAP;

	for (long i = 0; i < times; i++) {
		if (ask_library(&vmf) != wanted || ask_inline(&vmf) != wanted) {
			fprintf(stderr, "bench: the write fault was not mapped writable\n");
			return 1;
		}
	}
	return 0;
}

static int ask_all(void)
{
	unsigned long asked = 0;
	struct scene scene;

	for (unsigned long i = 0; i < NR_SCENES; i++) {
		set_scene(&scene, i);
		/* Only what passes every check on the way to a mapping. */
		if (!scene.vmf.folio || scene.vmf.entry != 42 || scene.folio.nr_pages != N ||
		    scene.folio.flags_1 || scene.page.flags || scene.pmd != scene.vmf.orig_pmd ||
		    !TEST(scene.folio.flags, PG_uptodate) ||
		    !TEST(scene.folio.flags, PG_swapcache) || !scene.vmf.flags)
			continue;
		if (ask_library(&scene.vmf) != ask_inline(&scene.vmf))
			return 1;
		asked++;
	}
	printf("%lu\n", asked);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "check") == 0)
		return check();
	if (argc == 2 && strcmp(argv[1], "all") == 0)
		return ask_all();
	if (argc == 3 && strcmp(argv[1], "one") == 0)
		return ask_one(strtol(argv[2], NULL, 10));
	fprintf(stderr, "usage: %s check | one N | all\n", argv[0]);
	return 2;
}

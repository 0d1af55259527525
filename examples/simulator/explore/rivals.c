// SPDX-License-Identifier: GPL-2.0-only
/* What may happen while a fault is being handled, in the kernel's own steps. */
#include <string.h>

#include "scenario.h"
#include "primitives.h"

static uint64_t address_of(unsigned int page)
{
	return (stage.region->number << (world->pmd_shift + PAGE_SHIFT)) | (uint64_t)page
										   << PAGE_SHIFT;
}

void read_first(void)
{
	sim_access(stage.mm, address_of(0), 1, false);
}

void read_second(void)
{
	sim_access(stage.mm, address_of(1), 1, false);
}

void write_first(void)
{
	sim_access(stage.mm, address_of(0), 1, true);
}

void write_second(void)
{
	sim_access(stage.mm, address_of(1), 1, true);
}

void write_both(void)
{
	write_first();
	write_second();
}

void child_reads_second(void)
{
	sim_access(stage.child, address_of(1), 1, false);
}

void child_writes(void)
{
	sim_access(stage.child, address_of(0), 1, true);
}

static void mmap_write_lock(struct mm_struct *mm)
{
	step("mmap_write_lock");
	wait_while(&mm->mmap_read, "mmap_write_lock");
	mm->mmap_writer = true;
}

/*
 * Unmapping.
 */

/* What was mapped there must be put once the lock is gone. */
static struct folio *zap_entry(struct mm_struct *mm, pmd_t *entry, unsigned int nr)
{
	const pmd_t old = *entry;

	*entry = (pmd_t){ 0 };
	if (entry_has(old, ENTRY_PRESENT)) {
		mm->anon_pages -= nr;
		if (nr > 1)
			entry_folio(old)->anon_exclusive = false;
		return entry_folio(old);
	}
	if (entry_has(old, ENTRY_SWAP)) {
		mm->swap_entries -= nr;
		swap_free(entry_offset(old), nr);
	}
	return NULL;
}

static void forget(struct region *region, unsigned int page)
{
	region->expected[page] = 0;
	region->bits[page] = (struct expected_bits){ 0 };
}

/* Soft-dirty as a fresh mapping has it comes with the next fault. */
static void zap_region(struct region *region, unsigned int first)
{
	struct folio *zapped[8] = { NULL };
	spinlock_t *ptl = pmd_lock(region->mm, &region->pmd);

	if (first > 0)
		split_region(region);
	if (entry_has(region->pmd, ENTRY_TABLE)) {
		for (unsigned int i = first; i < world->pmd_nr; i++)
			zapped[i] = zap_entry(region->mm, &region->pte[i], 1);
	} else {
		zapped[0] = zap_entry(region->mm, &region->pmd, world->pmd_nr);
	}
	for (unsigned int i = first; i < world->pmd_nr; i++)
		forget(region, i);
	spin_unlock(ptl);
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		if (zapped[i])
			folio_put(zapped[i]);
}

void madvise_dontneed(void)
{
	step("mmap_read_lock");
	mmap_read_lock(stage.mm);
	zap_region(stage.region, 0);
	mmap_read_unlock(stage.mm);
}

void madvise_dontneed_part(void)
{
	step("mmap_read_lock");
	mmap_read_lock(stage.mm);
	zap_region(stage.region, 1);
	mmap_read_unlock(stage.mm);
}

void munmap_part(void)
{
	mmap_write_lock(stage.mm);
	zap_region(stage.region, 1);
	stage.mm->mmap_writer = false;
}

void exit_process(void)
{
	mmap_write_lock(stage.mm);
	zap_region(stage.region, 0);
	stage.mm->mmap_writer = false;
}

void exit_child(void)
{
	mmap_write_lock(stage.child);
	zap_region(world_region(stage.child, stage.region->number), 0);
	stage.child->mmap_writer = false;
}

void mprotect_part(void)
{
	spinlock_t *ptl;

	mmap_write_lock(stage.mm);
	ptl = pmd_lock(stage.mm, &stage.region->pmd);
	split_region(stage.region);
	spin_unlock(ptl);
	stage.mm->mmap_writer = false;
}

/*
 * fork(): the marker goes in both processes (R24).
 */

static pmd_t share_entry(struct mm_struct *child, pmd_t *entry, unsigned int nr)
{
	if (entry_has(*entry, ENTRY_PRESENT)) {
		entry->val &= ~(uint64_t)(ENTRY_WRITE | ENTRY_EXCLUSIVE);
		if (nr > 1)
			entry_folio(*entry)->anon_exclusive = false;
		folio_get(entry_folio(*entry));
		child->anon_pages += nr;
	} else if (entry_has(*entry, ENTRY_SWAP)) {
		entry->val &= ~(uint64_t)ENTRY_EXCLUSIVE;
		swap_dup(entry_offset(*entry), nr);
		child->swap_entries += nr;
	}
	return *entry;
}

void fork_process(void)
{
	struct region *parent = stage.region;
	struct mm_struct *mm = world_mm(2);
	struct region *child = world_region(mm, parent->number);
	spinlock_t *ptl;

	mmap_write_lock(stage.mm);
	ptl = pmd_lock(stage.mm, &parent->pmd);
	if (entry_has(parent->pmd, ENTRY_TABLE)) {
		child->pte = sim_alloc(world->pmd_nr * sizeof(*child->pte));
		child->pmd = parent->pmd;
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			child->pte[i] = share_entry(mm, &parent->pte[i], 1);
	} else {
		child->pmd = share_entry(mm, &parent->pmd, world->pmd_nr);
	}
	if (!child->bits)
		child->bits = sim_alloc(world->pmd_nr * sizeof(*child->bits));
	memcpy(child->expected, parent->expected, world->pmd_nr * sizeof(*child->expected));
	memcpy(child->bits, parent->bits, world->pmd_nr * sizeof(*child->bits));
	stage.child = mm;
	spin_unlock(ptl);
	stage.mm->mmap_writer = false;
}

/*
 * Reclaim, and what else happens to a folio behind its users' backs.
 */

static struct folio *oldest(void)
{
	step("isolate");
	return world->lru.prev == &world->lru ? NULL : lru_entry(world->lru.prev);
}

void reclaim(void)
{
	struct folio *folio = oldest();

	if (folio)
		reclaim_folio(folio);
}

/* The second time, what has been written can be dropped from the cache. */
void reclaim_twice(void)
{
	reclaim();
	reclaim();
}

void finish_writeback(void)
{
	step("end_writeback");
	if (world->writeback.prev != &world->writeback)
		swap_end_writeback(lru_entry(world->writeback.prev));
}

void deferred_split(void)
{
	struct folio *folio = oldest();

	if (!folio)
		return;
	folio_get(folio);
	if (folio_trylock(folio)) {
		split_folio(folio);
		folio_unlock(folio);
	}
	folio_put(folio);
}

/* The second page goes bad. Whoever maps the folio by a PMD has to let go of it. */
void memory_failure(void)
{
	struct folio *folio = oldest();

	if (!folio || folio->nr_pages == 1)
		return;
	folio_get(folio);
	folio->poisoned = 1 << 1;
	folio_lock(folio);
	if (folio->index >> world->pmd_shift == stage.region->number) {
		spinlock_t *ptl = pmd_lock(stage.mm, &stage.region->pmd);

		if (entry_has(stage.region->pmd, ENTRY_PRESENT) &&
		    entry_folio(stage.region->pmd) == folio)
			split_region(stage.region);
		spin_unlock(ptl);
	}
	folio_unlock(folio);
	folio_put(folio);
}

void enable_zswap(void)
{
	step("enable zswap");
	world->zswap_enabled = true;
}

void exhaust_memory(void)
{
	step("exhaust memory");
	world->no_pmd_folio = true;
}

void fill_memcg(void)
{
	step("fill memcg");
	world->no_pmd_charge = true;
}

/* The slots are given back, and at once hold something else of the same process (R04). */
void reuse_slots(void)
{
	madvise_dontneed();
	write_first();
	reclaim_twice();
}

static void reclaim_mapped(void)
{
	step("isolate");
	if (entry_has(stage.region->pmd, ENTRY_PRESENT))
		reclaim_folio(entry_folio(stage.region->pmd));
}

/* The same when the folio is cached, so that it must leave the cache first. */
void map_and_reuse_slots(void)
{
	write_first();
	madvise_dontneed();
	write_first();
	reclaim_mapped();
}

/* What a fault leaves behind that has read the range, and lost the race for the entry. */
void fill_swap_cache(void)
{
	const swp_entry_t entry = softleaf_from_pmd(stage.region->pmd);
	enum thpswap_no_folio cause;

	struct folio *folio = swapin_alloc_pmd_folio(entry, stage.mm->vma, address_of(0), &cause);

	if (folio)
		folio_put(folio);
}

/* The first slot's folio leaves the cache, whatever its age. */
void reclaim_first_slot(void)
{
	for (struct list *entry = world->lru.next; entry != &world->lru; entry = entry->next) {
		struct folio *folio = lru_entry(entry);

		if (folio == swap_slot_cached(entry_offset(stage.region->pmd))) {
			reclaim_folio(folio);
			return;
		}
	}
}

/*
 * Marks on the entries.
 */

static void mark_entry(pmd_t *entry)
{
	if (!entry_has(*entry, ENTRY_PRESENT) && !entry_has(*entry, ENTRY_SWAP))
		return;
	entry->val |= ENTRY_UFFD_WP;
	if (entry_has(*entry, ENTRY_PRESENT)) {
		entry->val &= ~(uint64_t)ENTRY_WRITE;
		if (userfaultfd_rwp(stage.mm->vma))
			entry->val |= ENTRY_NO_ACCESS;
	}
	expect_uffd_wp(stage.region, entry, true);
}

void uffd_write_protect(void)
{
	struct region *region = stage.region;
	spinlock_t *ptl;

	step("mmap_read_lock");
	mmap_read_lock(stage.mm);
	ptl = pmd_lock(stage.mm, &region->pmd);
	if (entry_has(region->pmd, ENTRY_TABLE))
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			mark_entry(&region->pte[i]);
	else
		mark_entry(&region->pmd);
	spin_unlock(ptl);
	mmap_read_unlock(stage.mm);
}

static void clean_entry(pmd_t *entry)
{
	entry->val &= ~(uint64_t)ENTRY_SOFT_DIRTY;
	if (entry_has(*entry, ENTRY_PRESENT))
		entry->val &= ~(uint64_t)ENTRY_WRITE;
}

void clear_soft_dirty(void)
{
	struct region *region = stage.region;
	spinlock_t *ptl;

	mmap_write_lock(stage.mm);
	ptl = pmd_lock(stage.mm, &region->pmd);
	if (entry_has(region->pmd, ENTRY_TABLE))
		for (unsigned int i = 0; i < world->pmd_nr; i++)
			clean_entry(&region->pte[i]);
	else
		clean_entry(&region->pmd);
	for (unsigned int i = 0; i < world->pmd_nr; i++)
		region->bits[i].soft_dirty = false;
	spin_unlock(ptl);
	stage.mm->mmap_writer = false;
}

/* get_user_pages(), and its end. */
void gup_reference(void)
{
	struct folio *folio = NULL;
	spinlock_t *ptl;

	step("mmap_read_lock");
	mmap_read_lock(stage.mm);
	ptl = pmd_lock(stage.mm, &stage.region->pmd);
	if (entry_has(stage.region->pmd, ENTRY_PRESENT)) {
		folio = entry_folio(stage.region->pmd);
		folio_get(folio);
	}
	spin_unlock(ptl);
	mmap_read_unlock(stage.mm);
	if (folio)
		folio_put(folio);
}

/* Reclaim that finds the folio clean and unmapped, and drops it if nobody holds it. */
void drop_from_cache(void)
{
	struct folio *folio = oldest();

	if (!folio || region_maps(stage.region, folio) > 0)
		return;
	reclaim_folio(folio);
}

/*
 * swapoff: bring everything in, then wait for the last pin and free the device.
 */

static bool swapped_page(struct region *region, unsigned int *page)
{
	if (entry_has(region->pmd, ENTRY_SWAP)) {
		*page = 0;
		return true;
	}
	for (*page = 0; entry_has(region->pmd, ENTRY_TABLE) && *page < world->pmd_nr; ++*page)
		if (entry_has(region->pte[*page], ENTRY_SWAP))
			return true;
	return false;
}

static void unuse(struct mm_struct *mm)
{
	struct region *region = world_find_region(mm, stage.region->number);
	unsigned int page;

	for (int round = 0; round < 8 && region && swapped_page(region, &page); round++) {
		step("mmap_read_lock");
		mmap_read_lock(mm);
		handle_mm_fault(region, address_of(page), 0);
		mmap_read_unlock(mm);
	}
}

static void drop_swap_cache(void)
{
	struct folio *folio = oldest();

	if (!folio || !folio->swapcache)
		return;
	folio_get(folio);
	folio_lock(folio);
	folio_free_swap(folio);
	folio_unlock(folio);
	folio_put(folio);
}

void swapoff(void)
{
	for (struct mm_struct *mm = world->mms; mm; mm = mm->next)
		unuse(mm);
	drop_swap_cache();
	if (world->si.nr_used > 0)
		return; /* interrupted: the device stays */
	step("swapoff: kill the device");
	world->si.dying = true;
	wait_while(&world->si.pinned, "swapoff: wait for the last pin");
	world->si.freed = true;
}

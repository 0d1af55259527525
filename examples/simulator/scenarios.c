// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scenarios. Each is named after the defect (d..) or the historical bug (r..)
 * that some order of its steps would bring back.
 */
#include "explore.h"
#include "primitives.h"

struct stage stage;

/* No time passes while exploring. */
static const struct device_model fast = { "synchronous", SWP_SYNCHRONOUS_IO, 0, 0, 0 };
static const struct device_model disk = { "asynchronous", 0, 0, 0, 0 };
static const struct device_model stable = { "asynchronous, stable writes", SWP_STABLE_WRITES, 0, 0,
					    0 };

static void give_bits(struct region *region)
{
	region->bits = sim_alloc(world->pmd_nr * sizeof(*region->bits));
}

/* A process with one THP, both pages written. */
static void thp(void)
{
	stage.mm = world_mm(1);
	stage.region = world_region(stage.mm, 1);
	give_bits(stage.region);
	write_first();
	write_second();
}

static struct folio *the_folio(void)
{
	return lru_entry(world->lru.prev);
}

/* Swapped out; on an asynchronous device, still in the cache and under writeback. */
static void swapped_out(void)
{
	thp();
	entry_folio(stage.region->pmd)->restored = true;
	stage.region->pmd.val &= ~(uint64_t)ENTRY_YOUNG;
	reclaim_folio(the_folio());
}

static void cached(void)
{
	swapped_out();
	finish_writeback();
}

static void uncached(void)
{
	cached();
	if (world->lru.next != &world->lru)
		reclaim_folio(the_folio());
}

static void forked(void)
{
	thp();
	entry_folio(stage.region->pmd)->restored = true;
	fork_process();
	reclaim_folio(the_folio());
	finish_writeback();
}

static void forked_uncached(void)
{
	forked();
	if (world->lru.next != &world->lru)
		reclaim_folio(the_folio());
}

/* Slot 1 alone is in the cache: the child has read it, by a PTE. */
static void second_page_cached(void)
{
	forked_uncached();
	split_region(world_region(stage.child, 1));
	child_reads_second();
}

static void uffd_registered(void)
{
	uncached();
	stage.mm->vma->vm_flags |= VM_UFFD_WP;
}

static void uffd_marked(void)
{
	uffd_registered();
	uffd_write_protect();
}

static void rwp_registered(void)
{
	uncached();
	stage.mm->vma->vm_flags |= VM_UFFD_RWP;
}

static void rwp_marked(void)
{
	rwp_registered();
	uffd_write_protect();
}

static void soft_dirty_tracked(void)
{
	uncached();
	stage.mm->vma->vm_flags &= ~(unsigned long)VM_SOFTDIRTY;
}

static void zswap_enabled(void)
{
	uncached();
	world->zswap_enabled = true;
}

static void no_pmd_folio(void)
{
	uncached();
	world->no_pmd_folio = true;
}

/* A GUP reference was taken before the swap-out, and is still held. */
static void pinned_and_cached(void)
{
	thp();
	stage.pinned = entry_folio(stage.region->pmd);
	stage.pinned->restored = true;
	folio_get(stage.pinned);
	stage.region->pmd.val &= ~(uint64_t)ENTRY_YOUNG;
	reclaim_folio(the_folio());
	finish_writeback();
}

/*
 * Checks at the end.
 */

static void still_the_pinned_folio(void)
{
	const pmd_t pmd = stage.region->pmd;
	const struct folio *folio = entry_has(pmd, ENTRY_PRESENT) ? entry_folio(pmd)
				    : entry_has(pmd, ENTRY_SWAP)
					    ? swap_slot_cached(entry_offset(pmd))
					    : NULL;

	if (folio != stage.pinned)
		world_failed("the write went to a copy, the GUP reference sees old data");
}

static void no_slot_in_use(void)
{
	if (world->si.nr_used > 0)
		world_failed("an exclusive writer left %u slots in use",
			     (unsigned int)world->si.nr_used);
}

static void major_faults_told(void)
{
	if (world->stats.major_told < world->stats.major)
		world_failed("%u major faults were counted, but %u were told to the caller",
			     (unsigned int)world->stats.major,
			     (unsigned int)world->stats.major_told);
}

/* The folio that everybody has copied must be reclaimable, its slots with it. */
static void no_idle_swap_cache(void)
{
	struct list *entry = world->lru.next;

	while (entry != &world->lru) {
		struct folio *folio = lru_entry(entry);

		entry = entry->next;
		if (region_maps(stage.region, folio) == 0)
			reclaim_folio(folio);
	}
	finish_writeback();
	for (uint64_t i = 0; i < world->si.nr_slots; i++)
		if (swap_count(i) == 0 && swap_slot_cached(i))
			world_failed("slot %u is cached for nobody", (unsigned int)i);
}

const struct scenario scenarios[] = {
	{ "two_faults",
	  "two threads fault on the same entry",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "write", write_second } },
	  NULL,
	  "D7" },
	{ "two_faults_cached",
	  "the same, but the folio is in the swap cache",
	  &disk,
	  cached,
	  { { "write", write_first }, { "write", write_second } },
	  NULL,
	  NULL },
	{ "three_faults",
	  "three threads fault on the same entry",
	  &fast,
	  uncached,
	  { { "read", read_first }, { "write", write_second }, { "write", write_first } },
	  NULL,
	  "D10" },
	{ "d01_r10_unlock_after_zap",
	  "MADV_DONTNEED as soon as the PMD lock is free",
	  &disk,
	  cached,
	  { { "write", write_first }, { "dontneed", madvise_dontneed } },
	  NULL,
	  NULL },
	{ "d01_r10_unlock_after_zap_sync",
	  "the same on a synchronous device",
	  &fast,
	  uncached,
	  { { "read", read_first }, { "dontneed", madvise_dontneed } },
	  NULL,
	  "D1" },
	{ "d03_r07_exclusive_writer",
	  "the only user writes",
	  &disk,
	  cached,
	  { { "write", write_first } },
	  no_slot_in_use,
	  "D3" },
	{ "d04_r20_memory_failure",
	  "a page goes bad in the swap cache",
	  &disk,
	  cached,
	  { { "read", read_first }, { "poison", memory_failure } },
	  NULL,
	  "D4" },
	{ "d05_zswap_was_enabled",
	  "zswap has been enabled since the swap-out",
	  &disk,
	  zswap_enabled,
	  { { "read", read_first } },
	  NULL,
	  "D5" },
	{ "d05_zswap_enabled_meanwhile",
	  "zswap is enabled while the fault is handled",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "zswap", enable_zswap } },
	  NULL,
	  "D5" },
	{ "d06_r23_partly_cached",
	  "the other process has brought in slot 1 alone",
	  &disk,
	  second_page_cached,
	  { { "write", write_first }, { "child", child_writes } },
	  NULL,
	  NULL },
	{ "d07_split_by_the_loser",
	  "no memory for the second of two faults",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "write", write_second }, { "memory", exhaust_memory } },
	  NULL,
	  "D7" },
	{ "d08_split_after_read",
	  "the folio is split between its read and its lock",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "split", deferred_split } },
	  major_faults_told,
	  NULL },
	{ "d09_r03_stable_writes",
	  "a write fault while the folio is under writeback",
	  &stable,
	  swapped_out,
	  { { "write", write_first }, { "writeback", finish_writeback } },
	  NULL,
	  NULL },
	{ "d10_partial_dontneed",
	  "half of the range is zapped before the folio is mapped",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "dontneed", madvise_dontneed_part } },
	  NULL,
	  "D10" },
	{ "r02_gup_lost_write",
	  "a GUP reference was taken before the swap-out",
	  &disk,
	  pinned_and_cached,
	  { { "write", write_first }, { "reclaim", drop_from_cache } },
	  still_the_pinned_folio,
	  NULL },
	{ "r04_slots_reused",
	  "the slots are freed, and hold other data when the fault goes on",
	  &fast,
	  uncached,
	  { { "read", read_second }, { "reuse", reuse_slots } },
	  NULL,
	  "D1" },
	{ "r01_r24_forked_writers",
	  "parent and child write after a fork",
	  &disk,
	  forked,
	  { { "write", write_first }, { "child", child_writes } },
	  NULL,
	  NULL },
	{ "r24_forked_uncached",
	  "the same, and the folio has to be read",
	  &fast,
	  forked_uncached,
	  { { "write", write_first }, { "child", child_writes } },
	  NULL,
	  "D10" },
	{ "r24_fork_meanwhile",
	  "the process forks between fault and refault",
	  &disk,
	  uncached,
	  { { "write", write_first }, { "fork", fork_process } },
	  NULL,
	  NULL },
	{ "r09_idle_swap_cache",
	  "the last user of the slots exits after a copy",
	  &disk,
	  forked,
	  { { "write", write_first }, { "exit", exit_child } },
	  no_idle_swap_cache,
	  NULL },
	{ "r13_r14_no_memory",
	  "no PMD-sized folio, ever",
	  &disk,
	  no_pmd_folio,
	  { { "write", write_first }, { "read", read_second } },
	  NULL,
	  NULL },
	{ "r27_memcg_limit",
	  "memory runs out while the fault is handled",
	  &disk,
	  uncached,
	  { { "write", write_first }, { "memory", exhaust_memory } },
	  NULL,
	  NULL },
	{ "r16_munmap_part",
	  "half of the range is unmapped",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "munmap", munmap_part } },
	  NULL,
	  NULL },
	{ "r16_mprotect_part",
	  "half of the range is protected, the entry is split",
	  &disk,
	  cached,
	  { { "write", write_first }, { "mprotect", mprotect_part } },
	  NULL,
	  NULL },
	{ "r17_soft_dirty",
	  "soft-dirty bits are cleared",
	  &disk,
	  soft_dirty_tracked,
	  { { "write", write_first }, { "clear", clear_soft_dirty } },
	  NULL,
	  NULL },
	{ "r18_uffd_wp_arming",
	  "userfaultfd write-protects the range",
	  &disk,
	  uffd_registered,
	  { { "write", write_first }, { "protect", uffd_write_protect } },
	  NULL,
	  NULL },
	{ "r18_uffd_wp_marked",
	  "the range was write-protected before",
	  &disk,
	  uffd_marked,
	  { { "write", write_first }, { "read", read_second } },
	  NULL,
	  "D7" },
	{ "r19_rwp_arming",
	  "userfaultfd read-write-protects the range",
	  &disk,
	  rwp_registered,
	  { { "read", read_first }, { "protect", uffd_write_protect } },
	  NULL,
	  "R19" },
	{ "r19_rwp_marked",
	  "the range was read-write-protected before",
	  &disk,
	  rwp_marked,
	  { { "write", write_first } },
	  NULL,
	  "R19" },
	{ "r28_swapoff",
	  "swapoff while the fault is handled",
	  &disk,
	  uncached,
	  { { "read", read_first }, { "swapoff", swapoff } },
	  NULL,
	  "D7" },
	{ "reclaim_again",
	  "reclaim takes the folio out as soon as it is mapped",
	  &fast,
	  uncached,
	  { { "write", write_first }, { "reclaim", reclaim_twice } },
	  NULL,
	  NULL },
	{ "reclaim_drops_cache",
	  "reclaim drops the folio from the cache",
	  &disk,
	  cached,
	  { { "write", write_first }, { "reclaim", reclaim } },
	  NULL,
	  NULL },
	{ "gup_after_mapping",
	  "a GUP reference comes and goes",
	  &disk,
	  cached,
	  { { "write", write_first }, { "gup", gup_reference } },
	  NULL,
	  NULL },
	{ "exit_meanwhile",
	  "the other process exits",
	  &disk,
	  forked,
	  { { "write", write_first }, { "exit", exit_child } },
	  NULL,
	  NULL },
};

const size_t nr_scenarios = sizeof(scenarios) / sizeof(scenarios[0]);

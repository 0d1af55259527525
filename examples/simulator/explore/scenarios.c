// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scenarios. Each is named after the defect (d..) or the historical bug (r..)
 * that some order of its steps would bring back.
 */
#include "primitives.h"
#include "actors.h"
#include "reclaim.h"
#include "slots.h"
#include "stages.h"
#include "swapoff.h"

/* No time passes while exploring. */
static const struct device_model fast = { "synchronous", SWP_SYNCHRONOUS_IO, 0, 0, 0 };
static const struct device_model disk = { "asynchronous", 0, 0, 0, 0 };
static const struct device_model stable = { "asynchronous, stable writes", SWP_STABLE_WRITES, 0, 0,
					    0 };

/* How the defects of the posted handler show themselves: what invariants and model say. */
static const struct failure freed_while_locked = { "D1", "freed while it was locked" };
static const struct failure slots_left_in_use = { "D3", "slots in use" };
static const struct failure poison_mapped = { "D4", "poisoned page" };
static const struct failure good_data_killed = { "D5", "SIGBUS" };
static const struct failure winner_split = { "D7", "just mapped was split" };
static const struct failure killed_for_nothing = { "D11", "SIGBUS for an entry that is gone" };
static const struct failure cached_for_nobody = { "D12", "in the swap cache for nobody" };
static const struct failure not_anon_mapped = { "D10", "not anon yet" };
static const struct failure rwp_dropped = { "R19", "read-write protection was dropped" };

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

static void major_faults_reported(void)
{
	if (world->stats.major_reported < world->stats.major)
		world_failed("%u major faults were counted, but %u were reported to the caller",
			     (unsigned int)world->stats.major,
			     (unsigned int)world->stats.major_reported);
}

static void no_soft_dirty_bit(void)
{
	if (entry_has(stage.region->pmd, ENTRY_SOFT_DIRTY))
		world_failed("the soft-dirty bit was invented");
}

static void read_errors_are_reported(void)
{
	if (world->stats.read_errors_reported == 0)
		world_failed("the read error was not reported");
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

static void one_fault(void)
{
	const uint64_t faults = world->stats.faults - world->stats.retries;

	if (faults != 1)
		world_failed("the write took %u faults", (unsigned int)faults);
}

static void poison_reported(void)
{
	if (world->stats.poison_reported == 0)
		world_failed("the poisoned page was not reported");
}

const struct scenario scenarios[] = {
	{
		.name = "two_faults",
		.question = "two threads fault on the same entry",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "write", write_second } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "two_faults_cached",
		.question = "the same, but the folio is in the swap cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "write", write_second } },
	},
	{
		.name = "three_faults",
		.question = "three threads fault on the same entry",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first },
			   { "write", write_second },
			   { "write", write_first } },
		.posted_failure = &winner_split,
	},
	{
		.name = "d01_r10_unlock_after_zap",
		.question = "MADV_DONTNEED as soon as the PMD lock is free",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "dontneed", dontneed_all } },
	},
	{
		.name = "d01_r10_unlock_after_zap_sync",
		.question = "the same on a synchronous device",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "d03_r07_exclusive_writer",
		.question = "the only user writes",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first } },
		.check = no_slot_in_use,
		.posted_failure = &slots_left_in_use,
	},
	{
		.name = "d04_r20_memory_failure",
		.question = "a page goes bad in the swap cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "read", read_first }, { "poison", poison_second } },
		.posted_failure = &poison_mapped,
	},
	{
		.name = "d04_r20_poisoned_before",
		.question = "a page had gone bad before",
		.device = &disk,
		.set_up = poisoned_and_cached,
		.roles = { { "read", read_first }, { "read", read_second } },
		.check = poison_reported,
		.posted_failure = &poison_mapped,
	},
	{
		.name = "d05_r22_mixed_zswap",
		.question = "the second slot alone is in zswap",
		.device = &disk,
		.set_up = second_slot_in_zswap,
		.roles = { { "read", read_first } },
		.posted_failure = &good_data_killed,
	},
	{
		.name = "one_fault_with_follow_up",
		.question = "a write under soft-dirty tracking is followed up in the same fault",
		.device = &disk,
		.set_up = soft_dirty_cleared,
		.roles = { { "write", write_first } },
		.check = one_fault,
	},
	{
		.name = "d05_zswap_was_enabled",
		.question = "zswap has been enabled since the swap-out",
		.device = &disk,
		.set_up = zswap_enabled,
		.roles = { { "read", read_first } },
		.posted_failure = &good_data_killed,
	},
	{
		.name = "d05_zswap_enabled_meanwhile",
		.question = "zswap is enabled while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "zswap", enable_zswap } },
		.posted_failure = &good_data_killed,
	},
	{
		.name = "d06_r23_partly_cached",
		.question = "the other process has brought in slot 1 alone",
		.device = &disk,
		.set_up = second_page_cached,
		.roles = { { "write", write_first }, { "child", child_writes } },
	},
	{
		.name = "d06_r23_split_folio",
		.question = "the folio was split, and slot 0 has left the cache",
		.device = &disk,
		.set_up = split_and_cached,
		.roles = { { "write", write_first }, { "reclaim", reclaim } },
	},
	{
		.name = "d07_split_by_the_loser",
		.question = "no memory for the second of two faults",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first },
			   { "write", write_second },
			   { "memory", exhaust_memory } },
		.posted_failure = &winner_split,
	},
	{
		.name = "d08_split_after_read",
		.question = "the folio is split between its read and its lock",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "split", deferred_split } },
		.check = major_faults_reported,
	},
	{
		.name = "d09_r03_stable_writes",
		.question = "a write fault while the folio is under writeback",
		.device = &stable,
		.set_up = swapped_out,
		.roles = { { "write", write_first }, { "writeback", finish_writeback } },
	},
	{
		.name = "d10_partial_dontneed",
		.question = "half of the range is zapped before the folio is mapped",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_part } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r02_gup_lost_write",
		.question = "a GUP reference was taken before the swap-out",
		.device = &disk,
		.set_up = pinned_and_cached,
		.roles = { { "write", write_first }, { "reclaim", drop_from_cache } },
		.check = still_the_pinned_folio,
	},
	{
		.name = "r04_slots_reused",
		.question = "the slots are freed, and hold other data when the fault goes on",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_second }, { "reuse", reuse_slots } },
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "r04_folio_left_cache",
		.question = "the folio that was found leaves the cache, another takes its slots",
		.device = &fast,
		.set_up = cached_fast,
		.roles = { { "read", read_second }, { "reuse", map_and_reuse_slots } },
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "r15_read_error",
		.question = "the device fails",
		.device = &disk,
		.set_up = broken_device,
		.roles = { { "read", read_first }, { "write", write_second } },
		.check = read_errors_are_reported,
	},
	{
		.name = "d11_read_error_after_zap",
		.question = "the device fails while the range is zapped",
		.device = &disk,
		.set_up = broken_device,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.posted_failure = &killed_for_nothing,
		.reviewed_failure = &killed_for_nothing,
	},
	{
		.name = "d12_zap_of_a_locked_folio",
		.question = "the range is zapped while a fault holds the folio lock",
		.device = &disk,
		.set_up = cached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.check = check_idle_cache,
		.posted_failure = &cached_for_nobody,
		.reviewed_failure = &cached_for_nobody,
	},
	{
		.name = "r01_r24_forked_writers",
		.question = "parent and child write after a fork",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_first }, { "child", child_writes } },
	},
	{
		.name = "r24_forked_uncached",
		.question = "the same, and the folio has to be read",
		.device = &fast,
		.set_up = forked_uncached,
		.roles = { { "write", write_first }, { "child", child_writes } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r24_fork_meanwhile",
		.question = "the process forks between fault and refault",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "fork", fork_process } },
	},
	{
		.name = "r09_idle_swap_cache",
		.question = "the last user of the slots exits after a copy",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_both }, { "exit", exit_child } },
		.check = no_idle_swap_cache,
	},
	{
		.name = "r13_r14_no_memory",
		.question = "no PMD-sized folio, ever",
		.device = &disk,
		.set_up = no_pmd_folio,
		.roles = { { "write", write_first }, { "read", read_second } },
	},
	{
		.name = "r27_memcg_limit",
		.question = "the memcg reaches its limit while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "memcg", fill_memcg } },
	},
	{
		.name = "r16_munmap_part",
		.question = "half of the range is unmapped",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "munmap", munmap_part } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r16_mprotect_part",
		.question = "half of the range is protected, the entry is split",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "mprotect", mprotect_second } },
	},
	{
		.name = "r17_soft_dirty",
		.question = "soft-dirty bits are cleared",
		.device = &disk,
		.set_up = soft_dirty_tracked,
		.roles = { { "write", write_first }, { "clear", track_soft_dirty } },
	},
	{
		.name = "r17_soft_dirty_read",
		.question = "soft-dirty bits are cleared, and nobody writes after that",
		.device = &disk,
		.set_up = soft_dirty_tracked,
		.roles = { { "read", read_first }, { "clear", track_soft_dirty } },
		.check = no_soft_dirty_bit,
	},
	{
		.name = "r18_uffd_wp_arming",
		.question = "userfaultfd write-protects the range",
		.device = &disk,
		.set_up = uffd_registered,
		.roles = { { "write", write_first }, { "protect", write_protect } },
	},
	{
		.name = "r18_uffd_wp_marked",
		.question = "the range was write-protected before",
		.device = &disk,
		.set_up = uffd_marked,
		.roles = { { "write", write_first }, { "read", read_second } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r16_reclaim_marked",
		.question = "reclaim takes out what userfaultfd has marked",
		.device = &fast,
		.set_up = uffd_marked,
		.roles = { { "read", read_first }, { "reclaim", reclaim_twice } },
	},
	{
		.name = "r19_rwp_arming",
		.question = "userfaultfd read-write-protects the range",
		.device = &disk,
		.set_up = rwp_registered,
		.roles = { { "read", read_first }, { "protect", write_protect } },
		.posted_failure = &rwp_dropped,
	},
	{
		.name = "r19_rwp_marked",
		.question = "the range was read-write-protected before",
		.device = &disk,
		.set_up = rwp_marked,
		.roles = { { "write", write_first } },
		.posted_failure = &rwp_dropped,
	},
	{
		.name = "r26_retry_while_unmapped",
		.question = "a fault retries while a writer waits for the mmap lock",
		.device = &disk,
		.set_up = cached,
		.roles = { { "read", read_first },
			   { "write", write_second },
			   { "munmap", munmap_part } },
	},
	{
		.name = "r28_swapoff",
		.question = "swapoff while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "swapoff", swapoff } },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r17_follow_up_after_zap",
		.question = "MADV_DONTNEED before the write follow-up",
		.device = &disk,
		.set_up = soft_dirty_cleared,
		.roles = { { "write", write_first }, { "dontneed", dontneed_all } },
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "r01_read_only_area",
		.question = "nobody may write, though the entry is exclusive",
		.device = &disk,
		.set_up = read_only,
		.roles = { { "read", read_first } },
	},
	{
		.name = "reclaim_again",
		.question = "reclaim takes the folio out as soon as it is mapped",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "reclaim", reclaim_twice } },
	},
	{
		.name = "reclaim_drops_cache",
		.question = "reclaim drops the folio from the cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "reclaim", reclaim } },
	},
	{
		.name = "gup_after_mapping",
		.question = "a GUP reference comes and goes",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "gup", gup_reference } },
	},
	{
		.name = "exit_before_refault",
		.question = "the process itself exits, or unmaps everything",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "exit", exit_process } },
	},
	{
		.name = "exit_meanwhile",
		.question = "the other process exits",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_first }, { "exit", exit_child } },
	},
};

const size_t nr_scenarios = sizeof(scenarios) / sizeof(scenarios[0]);

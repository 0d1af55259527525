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
static const struct failure freed_while_locked = { "D1", "freed while it was locked", NULL };
static const struct failure slots_left_in_use = { "D3", "slots in use", NULL };
static const struct failure poison_mapped = { "D4", "poisoned page", NULL };
static const struct failure good_data_killed = { "D5", "SIGBUS", NULL };
/* Whichever comes first. */
static const struct failure zapped_under_lock = { "D1, D12", "freed while it was locked",
						  "in the swap cache for nobody" };
static const struct failure mixed_read_killed = { "R21", "SIGBUS", NULL };
static const struct failure winner_split = { "D7", "just mapped was split", NULL };
static const struct failure killed_for_nothing = { "D11", "SIGBUS for an entry that is gone",
						   NULL };
static const struct failure cached_for_nobody = { "D12", "in the swap cache for nobody", NULL };
static const struct failure not_anon_mapped = { "D10", "not anon yet", NULL };
static const struct failure thp_made = { "N3", "against the THP policy", NULL };
static const struct failure rwp_dropped = { "R19", "read-write protection was dropped", NULL };

#define LEAVES_BY(action, reason)                                                                  \
	{                                                                                          \
		EXIT_VERDICT,                                                                      \
		{                                                                                  \
			THPSWAP_##action, THPSWAP_REASON_##reason                                  \
		}                                                                                  \
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

static void mapped_by_a_pmd(void)
{
	if (!entry_has(stage.region->pmd, ENTRY_PRESENT))
		world_failed("the THP was lost");
}

static void not_mapped_by_a_pmd(void)
{
	if (entry_has(stage.region->pmd, ENTRY_PRESENT))
		world_failed("a THP was made against the THP policy");
}

static void good_page_mapped_alone(void)
{
	if (!entry_has(stage.region->pmd, ENTRY_TABLE) ||
	    !entry_has(stage.region->pte[0], ENTRY_PRESENT))
		world_failed("the good page was not mapped by a PTE");
	if (entry_has(stage.region->pte[1], ENTRY_PRESENT))
		world_failed("the bad page was mapped with it");
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
		.reaches = { .kind = EXIT_RETRY },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "two_faults_cached",
		.question = "the same, but the folio is in the swap cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "write", write_second } },
		.reaches = LEAVES_BY(REFAULT, STALE),
	},
	{
		.name = "three_faults",
		.question = "three threads fault on the same entry",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first },
			   { "write", write_second },
			   { "write", write_first } },
		.reaches = LEAVES_BY(REFAULT, GONE),
		.posted_failure = &winner_split,
	},
	{
		.name = "two_readers_keep_the_thp",
		.question = "two threads read the same entry, and nobody is short of anything",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "read", read_second } },
		.check = mapped_by_a_pmd,
		.reaches = { .kind = EXIT_RETRY },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "thp_forbidden",
		.question = "THP has been switched off since the swap-out",
		.device = &disk,
		.set_up = thp_forbidden,
		.roles = { { "write", write_first } },
		.check = not_mapped_by_a_pmd,
		.reaches = LEAVES_BY(SPLIT, NOT_ALLOWED),
		.posted_failure = &thp_made,
	},
	{
		.name = "thp_forbidden_meanwhile",
		.question = "THP is switched off while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "never", forbid_thp } },
		.reaches = LEAVES_BY(SPLIT, NOT_ALLOWED),
	},
	{
		.name = "r30_r31_uffdio_move",
		.question = "UFFDIO_MOVE takes the range to another address",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "move", move_and_read } },
		.reaches = LEAVES_BY(REFAULT, GONE),
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r30_r31_uffdio_move_sync",
		.question = "the same on a synchronous device",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "move", move_and_read } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r30_uffdio_move_cached",
		.question = "the same, and the range is in the swap cache",
		.device = &disk,
		.set_up = split_and_cached,
		.roles = { { "read", read_first }, { "move", move_and_read } },
		.reaches = LEAVES_BY(SPLIT, PARTLY_CACHED),
	},
	{
		.name = "d01_r10_unlock_after_zap",
		.question = "MADV_DONTNEED as soon as the PMD lock is free",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "dontneed", dontneed_all } },
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &cached_for_nobody,
	},
	{
		.name = "d01_r10_unlock_after_zap_sync",
		.question = "the same on a synchronous device",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "d03_r07_exclusive_writer",
		.question = "the only user writes",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first } },
		.check = no_slot_in_use,
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &slots_left_in_use,
	},
	{
		.name = "d04_r20_memory_failure",
		.question = "a page goes bad in the swap cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "read", read_first }, { "poison", poison_second } },
		.reaches = LEAVES_BY(SPLIT, POISONED),
		.posted_failure = &poison_mapped,
	},
	{
		.name = "d04_r20_poisoned_before",
		.question = "a page had gone bad before",
		.device = &disk,
		.set_up = poisoned_and_cached,
		.roles = { { "read", read_first }, { "read", read_second } },
		.check = poison_reported,
		.reaches = LEAVES_BY(HWPOISON, POISONED),
		.posted_failure = &poison_mapped,
	},
	{
		.name = "d13_poisoned_neighbour",
		.question = "a page had gone bad, and only the good one beside it is read",
		.device = &disk,
		.set_up = poisoned_and_cached,
		.roles = { { "read", read_first } },
		.check = good_page_mapped_alone,
		.reaches = LEAVES_BY(SPLIT, POISONED),
		.posted_failure = &poison_mapped,
	},
	{
		.name = "d05_r22_mixed_zswap",
		.question = "the second slot alone is in zswap",
		.device = &disk,
		.set_up = second_slot_in_zswap,
		.roles = { { "read", read_first } },
		.reaches = LEAVES_BY(SPLIT, MIXED_ZSWAP),
		.posted_failure = &good_data_killed,
	},
	{
		.name = "r22_all_in_zswap",
		.question = "all slots are in zswap",
		.device = &disk,
		.set_up = all_slots_in_zswap,
		.roles = { { "read", read_first } },
		.reaches = LEAVES_BY(SPLIT, ZSWAP),
		.posted_failure = &good_data_killed,
	},
	{
		.name = "r21_partial_zeromap",
		.question = "the second page alone was never stored to",
		.device = &disk,
		.set_up = second_slot_zero_filled,
		.roles = { { "read", read_second } },
		.reaches = LEAVES_BY(SPLIT, MIXED_ZEROMAP),
		.posted_failure = &mixed_read_killed,
	},
	{
		.name = "mixed_memcg",
		.question = "the second slot alone is charged to another memcg",
		.device = &disk,
		.set_up = second_slot_elsewhere,
		.roles = { { "read", read_first } },
		.reaches = LEAVES_BY(SPLIT, MIXED_MEMCG),
	},
	{
		.name = "no_deferred_list",
		.question = "no memory for the deferred-split list",
		.device = &disk,
		.set_up = no_deferred_list,
		.roles = { { "write", write_first }, { "read", read_second } },
		.reaches = LEAVES_BY(SPLIT, DEFERRED),
	},
	{
		.name = "one_fault_with_follow_up",
		.question = "a write under soft-dirty tracking is followed up in the same fault",
		.device = &disk,
		.set_up = soft_dirty_cleared,
		.roles = { { "write", write_first } },
		.check = one_fault,
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "d05_zswap_was_enabled",
		.question = "zswap has been enabled since the swap-out",
		.device = &disk,
		.set_up = zswap_enabled,
		.roles = { { "read", read_first } },
		.reaches = LEAVES_BY(SPLIT, ZSWAP),
		.posted_failure = &good_data_killed,
	},
	{
		.name = "d05_zswap_enabled_meanwhile",
		.question = "zswap is enabled while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "zswap", enable_zswap } },
		.reaches = LEAVES_BY(SPLIT, ZSWAP_CHANGED),
		.posted_failure = &good_data_killed,
	},
	{
		.name = "d06_r23_partly_cached",
		.question = "the other process has brought in slot 1 alone",
		.device = &disk,
		.set_up = second_page_cached,
		.roles = { { "write", write_first }, { "child", child_writes } },
		.reaches = LEAVES_BY(SPLIT, PARTLY_CACHED),
	},
	{
		.name = "d06_r23_split_folio",
		.question = "the folio was split, and slot 0 has left the cache",
		.device = &disk,
		.set_up = split_and_cached,
		.roles = { { "write", write_first }, { "reclaim", reclaim } },
		.reaches = LEAVES_BY(SPLIT, PARTLY_CACHED),
	},
	{
		.name = "d07_split_by_the_loser",
		.question = "no memory for the second of two faults",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_first },
			   { "write", write_second },
			   { "memory", exhaust_memory } },
		.reaches = LEAVES_BY(SPLIT, NO_MEMORY),
		.posted_failure = &winner_split,
	},
	{
		.name = "d08_split_after_read",
		.question = "the folio is split after its read; the reference of the reader keeps "
			    "it whole until the refault",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "split", deferred_split } },
		.check = major_faults_reported,
		.reaches = LEAVES_BY(SPLIT, PARTLY_CACHED),
	},
	{
		.name = "d09_r03_stable_writes",
		.question = "a write fault while the folio is under writeback",
		.device = &stable,
		.set_up = swapped_out,
		.roles = { { "write", write_first }, { "writeback", finish_writeback } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "d10_partial_dontneed",
		.question = "half of the range is zapped before the folio is mapped",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_part } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
	},
	{
		.name = "r02_gup_lost_write",
		.question = "a GUP reference was taken before the swap-out",
		.device = &disk,
		.set_up = pinned_and_cached,
		.roles = { { "write", write_first }, { "reclaim", drop_from_cache } },
		.check = still_the_pinned_folio,
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "r04_slots_reused",
		.question = "the slots are freed, and hold other data when the fault goes on",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "read", read_second }, { "reuse", reuse_slots } },
		.reaches = LEAVES_BY(REFAULT, STALE),
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "r04_folio_left_cache",
		.question = "the folio that was found leaves the cache, another takes its slots",
		.device = &fast,
		.set_up = cached_fast,
		.roles = { { "read", read_second }, { "reuse", map_and_reuse_slots } },
		.reaches = LEAVES_BY(REFAULT, STALE),
		.posted_failure = &freed_while_locked,
	},
	{
		.name = "r15_read_error",
		.question = "the device fails",
		.device = &disk,
		.set_up = broken_device,
		.roles = { { "read", read_first }, { "write", write_second } },
		.check = read_errors_are_reported,
		.reaches = LEAVES_BY(SIGBUS, READ_ERROR),
	},
	{
		.name = "d11_read_error_after_zap",
		.question = "the device fails while the range is zapped",
		.device = &disk,
		.set_up = broken_device,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
		.posted_failure = &killed_for_nothing,
	},
	{
		.name = "d12_zap_of_a_locked_folio",
		.question = "the range is zapped while a fault holds the folio lock",
		.device = &disk,
		.set_up = cached,
		.roles = { { "read", read_first }, { "dontneed", dontneed_all } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
		.posted_failure = &cached_for_nobody,
	},
	{
		.name = "r01_r24_forked_writers",
		.question = "parent and child write after a fork",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_first }, { "child", child_writes } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "r24_forked_uncached",
		.question = "the same, and the folio has to be read",
		.device = &fast,
		.set_up = forked_uncached,
		.roles = { { "write", write_first }, { "child", child_writes } },
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r24_fork_meanwhile",
		.question = "the process forks between fault and refault",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "fork", fork_process } },
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "r09_idle_swap_cache",
		.question = "the last user of the slots exits after a copy",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_all }, { "exit", exit_child } },
		.check = no_idle_swap_cache,
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "r13_r14_no_memory",
		.question = "no PMD-sized folio, ever",
		.device = &disk,
		.set_up = no_pmd_folio,
		.roles = { { "write", write_first }, { "read", read_second } },
		.reaches = LEAVES_BY(SPLIT, NO_MEMORY),
	},
	{
		.name = "r27_memcg_limit",
		.question = "the memcg reaches its limit while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "memcg", fill_memcg } },
		.reaches = LEAVES_BY(SPLIT, NO_CHARGE),
	},
	{
		.name = "r16_munmap_part",
		.question = "half of the range is unmapped",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "munmap", munmap_part } },
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "r16_mprotect_part",
		.question = "half of the range is protected, the entry is split",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "mprotect", mprotect_second } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "r17_soft_dirty",
		.question = "soft-dirty bits are cleared",
		.device = &disk,
		.set_up = soft_dirty_tracked,
		.roles = { { "write", write_first }, { "clear", track_soft_dirty } },
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "r17_soft_dirty_read",
		.question = "soft-dirty bits are cleared, and nobody writes after that",
		.device = &disk,
		.set_up = soft_dirty_tracked,
		.roles = { { "read", read_first }, { "clear", track_soft_dirty } },
		.check = no_soft_dirty_bit,
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "r18_uffd_wp_arming",
		.question = "userfaultfd write-protects the range",
		.device = &disk,
		.set_up = uffd_registered,
		.roles = { { "write", write_first }, { "protect", write_protect } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
	},
	{
		.name = "r18_uffd_wp_marked",
		.question = "the range was write-protected before",
		.device = &disk,
		.set_up = uffd_marked,
		.roles = { { "write", write_first }, { "read", read_second } },
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r16_r43_split_marked",
		.question = "the entry is split after the range was write-protected",
		.device = &disk,
		.set_up = uffd_marked_no_memory,
		.roles = { { "read", read_first }, { "write", write_second } },
		.reaches = LEAVES_BY(SPLIT, NO_MEMORY),
	},
	{
		.name = "r16_reclaim_marked",
		.question = "reclaim takes out what userfaultfd has marked",
		.device = &fast,
		.set_up = uffd_marked,
		.roles = { { "read", read_first }, { "reclaim", reclaim_twice } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "r19_rwp_arming",
		.question = "userfaultfd read-write-protects the range",
		.device = &disk,
		.set_up = rwp_registered,
		.roles = { { "read", read_first }, { "protect", write_protect } },
		.reaches = LEAVES_BY(REFAULT, CHANGED),
		.posted_failure = &rwp_dropped,
	},
	{
		.name = "r19_rwp_marked",
		.question = "the range was read-write-protected before",
		.device = &disk,
		.set_up = rwp_marked,
		.roles = { { "write", write_first } },
		.reaches = LEAVES_BY(MAP, NONE),
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
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "r28_swapoff",
		.question = "swapoff while the fault is handled",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "read", read_first }, { "swapoff", swapoff } },
		.reaches = { .kind = EXIT_NO_DEVICE },
		.posted_failure = &not_anon_mapped,
	},
	{
		.name = "r17_follow_up_after_zap",
		.question = "MADV_DONTNEED before the write follow-up",
		.device = &disk,
		.set_up = soft_dirty_cleared,
		.roles = { { "write", write_first }, { "dontneed", dontneed_all } },
		.reaches = LEAVES_BY(MAP, NONE),
		.posted_failure = &zapped_under_lock,
	},
	{
		.name = "r01_read_only_area",
		.question = "nobody may write, though the entry is exclusive",
		.device = &disk,
		.set_up = read_only,
		.roles = { { "read", read_first } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "reclaim_again",
		.question = "reclaim takes the folio out as soon as it is mapped",
		.device = &fast,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "reclaim", reclaim_twice } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "reclaim_drops_cache",
		.question = "reclaim drops the folio from the cache",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "reclaim", reclaim } },
		.reaches = { .kind = EXIT_RETRY },
	},
	{
		.name = "gup_after_mapping",
		.question = "a GUP reference comes and goes",
		.device = &disk,
		.set_up = cached,
		.roles = { { "write", write_first }, { "gup", gup_reference } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "exit_before_refault",
		.question = "the process itself exits, or unmaps everything",
		.device = &disk,
		.set_up = uncached,
		.roles = { { "write", write_first }, { "exit", exit_process } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
	{
		.name = "exit_meanwhile",
		.question = "the other process exits",
		.device = &disk,
		.set_up = forked,
		.roles = { { "write", write_first }, { "exit", exit_child } },
		.reaches = LEAVES_BY(MAP, NONE),
	},
};

const size_t nr_scenarios = sizeof(scenarios) / sizeof(scenarios[0]);

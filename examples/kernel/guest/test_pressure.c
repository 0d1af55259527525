// SPDX-License-Identifier: GPL-2.0-only
/* No memory for a THP, no room in the memcg, no swap left, or memory that is locked. */
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CGROUP "/sys/fs/cgroup/test/"
#define NEIGHBOUR "/sys/fs/cgroup/neighbour/"

enum { THPS = 4, MIB = 1024 * 1024 };

/* Every fault on a PMD entry splits it, without an error; every page then has its own. */
TEST(no_memory, .on = ON_UNCACHED)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	fail_huge_allocations(100, false);
	mark();
	for (size_t thp = 0; thp < THPS; thp++)
		touch_read(&region, thp * HUGE_PAGES);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", THPS);
	expect_grew("thp_swpin_pmd_fallback_no_memory", THPS);
	expect_decided("pmd_source:read", THPS);
	expect_faults(2 * THPS);
	expect_equal("major faults", major_faults(), THPS);
	expect_pages(&region, 0, nr_pages(&region), 0);
	expect_grew("thp_swpin_pmd_fallback", THPS);
	expect_equal("major faults", major_faults(), (long)nr_pages(&region));
	fail_huge_allocations(0, false);
	fill_pages(&region, 0, nr_pages(&region), 1);
	expect_pages(&region, 0, nr_pages(&region), 1);
}

TEST(no_memory_write, .on = ON_UNCACHED)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	fail_huge_allocations(100, false);
	mark();
	fill_pages(&region, 0, nr_pages(&region), 1);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_no_memory", THPS);
	if (pmd_mode())
		expect_decided("pte_exclusive:kept", (long)nr_pages(&region));
	fail_huge_allocations(0, false);
	expect_pages(&region, 0, nr_pages(&region), 1);
}

/* What is in the swap cache needs no memory. */
TEST(no_memory_needed, .on = ON_CACHED)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	fail_huge_allocations(100, false);
	mark();
	expect_pages(&region, 0, nr_pages(&region), 0);
	expect_grew("thp_swpin_pmd", THPS);
	expect_grew("thp_swpin_pmd_fallback", 0);
	fail_huge_allocations(0, false);
}

/* A read fault by somebody else's hand; the split is seen by its owner. */
static void read_without_memory(void *region)
{
	fail_huge_allocations(100, false);
	expect_pages(region, 0, HUGE_PAGES, 0);
	fill_pages(region, 0, 100, 1);
	expect_pages(region, 0, 100, 1);
	fail_huge_allocations(0, false);
}

TEST(no_memory_forked, .on = ON_UNCACHED)
{
	struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	join_child(start_child(read_without_memory, &region));
	expect_grew("thp_swpin_pmd_fallback_no_memory", 1);
	expect_slots(backend, HUGE_PAGES);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

/* Page by page, and all of it. */
TEST(no_memory_swapoff, .seconds = 40)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	fail_huge_allocations(100, false);
	mark();
	must(backend_swapoff(backend));
	fail_huge_allocations(0, false);
	expect_grew("thp_swpin_pmd_fallback_no_memory", backend->cached ? 0 : THPS);
	expect_bit_only(&region, 0, nr_pages(&region), PAGEMAP_PRESENT);
	expect_pages(&region, 0, nr_pages(&region), 0);
	must(backend_swapon(backend));
}

static void set_limit(const char *file, long bytes)
{
	char path[80], text[24];

	snprintf(path, sizeof(path), CGROUP "%s", file);
	snprintf(text, sizeof(text), "%ld", bytes);
	expect(write_file(path, bytes < 0 ? "max" : text), "%s: %s", path, strerror(errno));
}

static long memory_of(const char *cgroup)
{
	char path[80];

	snprintf(path, sizeof(path), "%smemory.current", cgroup);
	return read_number(path);
}

static long killed(void)
{
	char *const text = read_file(CGROUP "memory.events");
	const long kills = find_number(text, "oom_kill");

	free(text);
	return kills;
}

/* A page finds room, a THP does not: never an out-of-memory condition. */
TEST(no_charge, .on = ON_UNCACHED)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	set_limit("memory.max", memory_of(CGROUP) + MIB);
	mark();
	touch_read(&region, 0);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", 1);
	expect_grew("thp_swpin_pmd_fallback_no_charge", 1);
	expect_equal("major faults", major_faults(), 1);
	for (int round = 0; round < 2; round++)
		expect_pages(&region, 0, HUGE_PAGES, 0);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
	expect_grew("thp_swpin_pmd_fallback", 1);
	expect_equal("oom_kill", killed(), 0);
	set_limit("memory.max", -1);
}

/* The limit lets in half of the region at a time: out, in, out, ... */
TEST(memcg_at_limit, .seconds = 60)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	if (backend->cached)
		drop_swap_cache();
	set_limit("memory.max", memory_of(CGROUP) + THPS * HUGE_BYTES / 2 + MIB);
	mark();
	for (unsigned int round = 0; round < 4; round++) {
		expect_pages(&region, 0, nr_pages(&region), round);
		fill_pages(&region, 0, nr_pages(&region), round + 1);
	}
	expect_pages(&region, 0, nr_pages(&region), 4);
	expect_pmd(grew("thp_swpin_pmd") > 0, "no THP came back whole");
	expect_equal("oom_kill", killed(), 0);
	set_limit("memory.max", -1);
}

static void read_with_swap_limit(const struct region *region, long bytes)
{
	set_limit("memory.swap.max", bytes);
	mark();
	touch_read(region, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_free_swap:free:no_hurry", bytes == THPS * HUGE_BYTES);
	expect_decided("pmd_free_swap:keep:no_hurry", bytes != THPS * HUGE_BYTES);
	set_limit("memory.swap.max", -1);
	expect_pages(region, 0, nr_pages(region), 0);
}

/* Half of what the memcg may swap is used: slots that only save a write are given back. */
TEST(memcg_swap_half_full, .on = ON_DISK | ON_COLD_DISK)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	read_with_swap_limit(&region, THPS * HUGE_BYTES);
	if (pmd_mode())
		expect_slots(backend, (THPS - 1) * HUGE_PAGES);
}

TEST(memcg_swap_not_half_full, .on = ON_DISK | ON_COLD_DISK)
{
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	read_with_swap_limit(&region, 3 * THPS * HUGE_BYTES);
	if (pmd_mode())
		expect_slots(backend, THPS * HUGE_PAGES);
}

static void read_in_neighbour(void *argument)
{
	struct family *const family = argument;

	expect(write_file(NEIGHBOUR "cgroup.procs", "0"), "cgroup.procs: %s", strerror(errno));
	const long before = memory_of(CGROUP);

	expect_pages(&family->region, 0, HUGE_PAGES, 0);
	/* Charged to who swapped it out, with some pages of slack for the counting by batches. */
	expect_pmd(memory_of(CGROUP) - before >= HUGE_BYTES / 2, "charged to who reads it");
	baton_give_parent(&family->baton);
	baton_await_parent(&family->baton);
	fill_pages(&family->region, 0, HUGE_PAGES, 1);
	expect_pages(&family->region, 0, HUGE_PAGES, 1);
	/* The cgroup is to be removed. */
	expect(write_file(CGROUP "cgroup.procs", "0"), "cgroup.procs: %s", strerror(errno));
}

/* Two memcgs share the slots; all slots of a swap-out are one memcg's, so it is not a mix. */
TEST(memcg_two, .on = ON_UNCACHED)
{
	struct family family = { make_region(1), baton_make() };

	swap_out(backend, &family.region);
	expect(!mkdir(NEIGHBOUR, 0755) || errno == EEXIST, "mkdir: %s", strerror(errno));
	mark();
	const pid_t child = start_child(read_in_neighbour, &family);

	baton_await_child(&family.baton);
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback_mixed_memcg", 0);
	expect_decided("pmd_mapping:shared", 1);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	baton_give_child(&family.baton);
	join_child(child);
	expect_pages(&family.region, 0, HUGE_PAGES, 0);
	must(rmdir(NEIGHBOUR));
}

/* Locked as it is touched: what is locked keeps no slots. */
TEST(mlock_on_fault_frees)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	must(mlock2(region.start, region.bytes, MLOCK_ONFAULT));
	expect_bit_only(&region, 0, nr_pages(&region), PAGEMAP_SWAP);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_free_swap:free:mlocked", !backend->synchronous);
	expect_decided("pmd_free_swap:free:synchronous_io", backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, HUGE_PAGES);
	must(madvise(region.start, region.bytes, MADV_WILLNEED));
	reclaim(HUGE_BYTES);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	must(munlock(region.start, region.bytes));
	expect_pages(&region, 0, nr_pages(&region), 0);
}

/* All of a process, what it has now and what it gets. */
TEST(mlockall_frees)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	must(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	touch_read(&region, 0);
	expect_decided("pmd_free_swap:free:mlocked", !backend->synchronous);
	must(mlockall(MCL_CURRENT | MCL_FUTURE));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	if (pmd_mode())
		expect_slots(backend, 0);
	must(munlockall());
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

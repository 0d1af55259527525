// SPDX-License-Identifier: GPL-2.0-only
/* What was swapped out comes back, in one fault, and gives its slots back. */
#include "guest.h"

#include <sys/mman.h>
#include <unistd.h>

/* One fault mapped all of a THP that nobody else uses. */
static void expect_one_exclusive_map(const struct backend *backend)
{
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_grew("pgmajfault", !backend->cached);
	/* Waiting for the disk can drop the lock: then it is asked again, and finds it cached. */
	if (backend->cached || backend->synchronous)
		expect_decided("pmd_source:map", backend->cached);
	expect_decided("pmd_source:read", !backend->cached);
	expect_decided("pmd_source:split", 0);
	expect_decided("pmd_validate:map", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:shared", 0);
	expect_decided("pmd_mapping:writable", 1);
	expect_decided("pmd_mapping:follow_up", 0);
}

TEST(read_back)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	expect_slots(backend, HUGE_PAGES);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_faults(1);
	expect_one_exclusive_map(backend);
	expect_decided("pmd_mapping:dirty", 0);
	expect_decided("pmd_free_swap:free:synchronous_io", backend->synchronous);
	expect_decided("pmd_free_swap:keep:no_hurry", !backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, backend->synchronous ? 0 : HUGE_PAGES);
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
}

TEST(write)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	fill_pages(&region, 100, 1, 1);
	expect_faults(1);
	expect_one_exclusive_map(backend);
	expect_decided("pmd_mapping:dirty", 1);
	expect_decided("pmd_free_swap:free:synchronous_io", backend->synchronous);
	expect_decided("pmd_free_swap:free:write", !backend->synchronous);
	if (pmd_mode())
		expect_slots(backend, 0);
	expect_pages(&region, 0, 100, 0);
	expect_pages(&region, 100, 1, 1);
	expect_pages(&region, 101, HUGE_PAGES - 101, 0);
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
}

/* A write after a read needs neither a fault nor a copy: nobody else has the page. */
TEST(read_then_write)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	touch_read(&region, 0);
	const uint64_t frame = page_frame(region.start);

	mark();
	fill_pages(&region, 0, 1, 1);
	expect_faults(0);
	expect(page_frame(region.start) == frame, "the page was copied");
	expect_pages(&region, 0, 1, 1);
	expect_pages(&region, 1, HUGE_PAGES - 1, 0);
}

TEST(read_only_area)
{
	const struct region region = make_region(1);

	must(mprotect(region.start, region.bytes, PROT_READ));
	swap_out(backend, &region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_faults(1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 0);
	const uint64_t frame = page_frame(region.start);

	must(mprotect(region.start, region.bytes, PROT_READ | PROT_WRITE));
	/* mprotect() makes an exclusive PMD writable at once. */
	mark();
	fill_pages(&region, 0, 1, 1);
	expect_faults(0);
	expect(page_frame(region.start) == frame, "the page was copied");
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
	expect_pages(&region, 0, 1, 1);
	expect_pages(&region, 1, HUGE_PAGES - 1, 0);
}

/* The second time the swap cache may hold the first time's copy. */
TEST(again_and_again)
{
	const struct region region = make_region(1);

	for (unsigned int round = 0; round < 4; round++) {
		swap_out(backend, &region);
		expect_slots(backend, HUGE_PAGES);
		mark();
		expect_pages(&region, 0, HUGE_PAGES, round);
		fill_pages(&region, 0, HUGE_PAGES, round + 1);
		expect_faults(1);
		expect_grew("thp_swpin_pmd", 1);
	}
	expect_pages(&region, 0, HUGE_PAGES, 4);
}

/* Clean and still in the swap cache: swapped out again without a write, or with one, but right. */
TEST(read_only_rounds)
{
	const struct region region = make_region(1);

	for (unsigned int round = 0; round < 4; round++) {
		swap_out(backend, &region);
		expect_slots(backend, HUGE_PAGES);
		expect_pages(&region, 0, HUGE_PAGES, 0);
	}
}

TEST(bulk, .seconds = 60)
{
	enum { THPS = 16 };
	const struct region region = make_region(THPS);

	swap_out(backend, &region);
	expect_slots(backend, THPS * HUGE_PAGES);
	mark();
	expect_pages(&region, 0, nr_pages(&region), 0);
	expect_faults(THPS);
	expect_grew("thp_swpin_pmd", THPS);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_decided("pmd_mapping:exclusive", THPS);
	expect_pmd(huge_bytes(&region) == region.bytes, "not all mapped by PMDs");
	if (pmd_mode())
		expect_slots(backend, backend->synchronous ? 0 : THPS * HUGE_PAGES);
}

TEST(munmap_frees)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	expect_slots(backend, 2 * HUGE_PAGES);
	mark();
	must(munmap(region.start, region.bytes));
	expect_grew("thp_swpin_pmd", 0);
	expect_slots(backend, 0);
}

struct swapped_region {
	const struct backend *backend;
	struct region region;
};

static void make_swapped(const struct swapped_region *swapped)
{
	populate_region(&swapped->region);
	swap_out(swapped->backend, &swapped->region);
	expect_slots(swapped->backend, HUGE_PAGES);
}

static void leave_swapped(void *swapped)
{
	make_swapped(swapped);
}

static void execute_over_swapped(void *swapped)
{
	static char *const arguments[] = { "init", NULL };

	make_swapped(swapped);
	must(execv("/proc/self/exe", arguments));
}

TEST(exit_frees)
{
	struct swapped_region swapped = { backend, map_region(1) };

	join_child(start_child(leave_swapped, &swapped));
	expect_slots(backend, 0);
}

TEST(exec_frees)
{
	struct swapped_region swapped = { backend, map_region(1) };

	join_child(start_child(execute_over_swapped, &swapped));
	expect_slots(backend, 0);
}

TEST(swapoff)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	must(backend_swapoff(backend));
	expect_bit_only(&region, 0, nr_pages(&region), PAGEMAP_PRESENT);
	expect_pmd(huge_bytes(&region) == region.bytes,
		   "not mapped by PMDs before the first touch");
	mark();
	expect_pages(&region, 0, nr_pages(&region), 0);
	expect_faults(0);
	fill_pages(&region, 0, nr_pages(&region), 1);
	expect_pages(&region, 0, nr_pages(&region), 1);
	must(backend_swapon(backend));
}

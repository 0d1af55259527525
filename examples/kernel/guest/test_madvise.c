// SPDX-License-Identifier: GPL-2.0-only
/* madvise() of what is younger than PMD-mapped THPs, or asks for a swapped one. */
#include "guest.h"
#include "uffd.h"

#include <unistd.h>

enum { FIRST = 100, NR = 50, AFTER = FIRST + NR };

TEST(madvise_guard)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(madvise(page_address(&region, FIRST), NR * PAGE_BYTES, MADV_GUARD_INSTALL));
	expect(!can_read(page_address(&region, FIRST)), "a guard page can be read");
	expect(!can_read(page_address(&region, AFTER - 1)), "the last guard page can be read");
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
	must(madvise(page_address(&region, FIRST), NR * PAGE_BYTES, MADV_GUARD_REMOVE));
	expect_zeroes(&region, FIRST, NR);
}

TEST(madvise_collapse, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, region.bytes, MADV_COLLAPSE));
	expect_grew("thp_swpin_pmd", 1);
	expect(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

/* Where there is no THP to be had, it is collapsed when there is one again. */
TEST(madvise_collapse_no_memory, .on = ON_SYNCHRONOUS, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	fail_huge_allocations(100, false);
	expect(madvise(region.start, region.bytes, MADV_COLLAPSE) < 0, "a THP without memory");
	fail_huge_allocations(0, false);
	/* Pages that are on their way to the LRU lists cannot be collapsed yet. */
	for (int tries = 0; madvise(region.start, region.bytes, MADV_COLLAPSE); tries++) {
		expect(errno == EAGAIN && tries < 100, "MADV_COLLAPSE: %s", strerror(errno));
		usleep(10000);
	}
	expect(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

/* By the THP policy of today no THP is read; one that is cached is there. */
TEST(madvise_nohugepage)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(madvise(region.start, region.bytes, MADV_NOHUGEPAGE));
	mark();
	must(madvise(region.start, region.bytes, MADV_WILLNEED));
	expect_pmd(!grew("pswpin"), "%ld pages were read ahead", grew("pswpin"));
	touch_read(&region, FIRST);
	expect_grew("thp_swpin_pmd", backend->cached);
	expect_grew("thp_swpin_pmd_fallback_not_allowed", !backend->cached);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

TEST(madvise_willneed, .on = ON_UNCACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);
	unsigned char cached[HUGE_PAGES];

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, region.bytes, MADV_WILLNEED));
	for (int tries = 0; grew("pswpin") < HUGE_PAGES; tries++) {
		expect(tries < 500, "%ld pages were read ahead", grew("pswpin"));
		usleep(10000);
	}
	must(mincore(region.start, region.bytes, cached));
	for (size_t page = 0; page < HUGE_PAGES; page++)
		expect(cached[page], "page %zu is not in memory", page);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_equal("pages read again", grew("pswpin"), 0);
	expect_grew("thp_swpin_pmd", 1);
}

#define MTHP_64K "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/"

/* What is not mapped by a PMD any more comes back in pieces of 64 KiB, the other THP whole. */
TEST(mthp_beside, .on = ON_SYNCHRONOUS, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(2);
	const long before = read_number(MTHP_64K "stats/swpin");

	expect(write_file(MTHP_64K "enabled", "inherit"), "64 KiB: %s", strerror(errno));
	swap_out(backend, &region);
	must(madvise(page_address(&region, HUGE_PAGES), PAGE_BYTES, MADV_DONTNEED));
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_zeroes(&region, HUGE_PAGES, 1);
	expect_pages(&region, HUGE_PAGES + 1, HUGE_PAGES - 1, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_equal("swap-ins of 64 KiB", read_number(MTHP_64K "stats/swpin") - before,
		     HUGE_PAGES / 16 - 1);
	expect(write_file(MTHP_64K "enabled", "never"), "64 KiB: %s", strerror(errno));
}

// SPDX-License-Identifier: GPL-2.0-only
/* Folios that were split in the swap cache, or not written: in zswap, or lost by MADV_FREE. */
#include "guest.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 300 };

/*
 * A PMD entry for a dirty folio of the swap cache, generation 1: it is unmapped, but not written
 * out for the reference that the pipe has.
 */
static struct region make_unwritten(const struct backend *backend)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	touch_read(&region, 0);
	const int held = hold_page(&region, PAGE);

	fill_pages(&region, 0, HUGE_PAGES, 1);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	must(close(held));
	return region;
}

/* Only a folio that is mapped can be split: the child's mapping does it, and goes. */
static void split_folios(void *argument)
{
	const struct region *const region = argument;
	const long before = counter("thp_split_page");

	touch_read(region, PAGE);
	expect(write_file("/sys/kernel/debug/split_huge_pages", "1"), "split_huge_pages: %s",
	       strerror(errno));
	expect(counter("thp_split_page") > before, "no folio was split");
}

TEST(pieces_in_swap_cache, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	struct region region = make_unwritten(backend);

	join_child(start_child(split_folios, &region));
	mark();
	touch_read(&region, PAGE);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_partly_cached", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

static void read_and_free(void *argument)
{
	const struct region *const region = argument;

	touch_read(region, PAGE);
	must(madvise(region->start, region->bytes, MADV_FREE));
}

/* What a child does not want any more, the parent does: the slots have not got it yet. */
TEST(madvise_free_by_child, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	struct region region = make_unwritten(backend);

	join_child(start_child(read_and_free, &region));
	drop_swap_cache();
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

static void set_zswap(bool enabled)
{
	if (!write_file("/sys/module/zswap/parameters/enabled", enabled ? "Y" : "N"))
		skip_test("zswap: %s", strerror(errno));
}

/* zswap takes the whole THP; the PMD entry is installed all the same. */
static struct region make_zswapped(const struct backend *backend)
{
	const struct region region = make_region(1);

	set_zswap(true);
	mark();
	page_out(&region);
	expect_equal("zswpout", grew("zswpout"), HUGE_PAGES);
	set_zswap(false);
	if (!backend->synchronous)
		drop_swap_cache();
	return region;
}

/* zswap reads page by page only: a read of the whole range would be a SIGBUS over good data (D5). */
TEST(zswap_has_it, .flags = TEST_PMD_ONLY | TEST_ZSWAP)
{
	const struct region region = make_zswapped(backend);

	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_zswap", 1);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

TEST(zswap_has_it_swapoff, .flags = TEST_PMD_ONLY | TEST_ZSWAP)
{
	const struct region region = make_zswapped(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	must(backend_swapon(backend));
}

/* A folio whose first pages are in zswap, whatever the device has of them (R22). */
TEST(zswap_has_newer, .on = ON_CACHED, .flags = TEST_PMD_ONLY | TEST_ZSWAP)
{
	struct region region = make_unwritten(backend);
	const long before = counter("zswpout");

	set_zswap(true);
	join_child(start_child(split_folios, &region));
	drop_swap_cache();
	expect(counter("zswpout") - before > HUGE_PAGES / 2, "zswap took only %ld pages",
	       counter("zswpout") - before);
	mark();
	touch_read(&region, PAGE);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_zswap", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

/* Once it was switched on, zswap refuses what it never had; what is in the swap cache is mapped. */
TEST(zswap_was_on, .flags = TEST_PMD_ONLY | TEST_ZSWAP)
{
	const struct region region = make_region(1);

	set_zswap(true);
	set_zswap(false);
	swap_out(backend, &region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", backend->cached);
	expect_grew("thp_swpin_pmd_fallback_zswap", !backend->cached);
}

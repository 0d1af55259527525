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

/* Swapped out in pieces, to zswap; on the device is what was there before. */
static struct region make_zswapped(const struct backend *backend)
{
	set_zswap(true);
	struct region region = make_unwritten(backend);
	const long before = counter("zswpout");

	join_child(start_child(split_folios, &region));
	drop_swap_cache();
	expect(counter("zswpout") - before > HUGE_PAGES / 2, "zswap took only %ld pages",
	       counter("zswpout") - before);
	set_zswap(false);
	return region;
}

/* D5, R22: what is in zswap is not on the device, and a read of it all would find old data. */
TEST(zswap_has_newer, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_zswapped(backend);

	mark();
	touch_read(&region, PAGE);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback_zswap", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
	fill_pages(&region, 0, HUGE_PAGES, 2);
	must(madvise(region.start, region.bytes, MADV_PAGEOUT));
	expect_pages(&region, 0, HUGE_PAGES, 2);
}

TEST(zswap_swapoff, .on = ON_CACHED, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_zswapped(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&region, 0, HUGE_PAGES, 1);
	must(backend_swapon(backend));
}

/* Switched on, with nothing in it, zswap stands in nobody's way. */
TEST(zswap_is_empty)
{
	const struct region region = make_region(1);

	set_zswap(true);
	swap_out(backend, &region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_grew("thp_swpin_pmd_fallback", 0);
	set_zswap(false);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Soft-dirty through swap: what was clean stays clean, what was dirty stays dirty, page by page.
 * Where a THP is split before it is swapped out, x86 marks all of it dirty: there, tracking is
 * started after the swap-out.
 */
#include "guest.h"

#include <sys/mman.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR };

static void start_tracking(void)
{
	expect(write_file("/proc/self/clear_refs", "4"), "clear_refs: %s", strerror(errno));
}

#define expect_clean(region) expect_bit_only(region, 0, 0, PAGEMAP_SOFT_DIRTY)
#define expect_dirty(region, first, nr) expect_bit_only(region, first, nr, PAGEMAP_SOFT_DIRTY)

static struct region make_clean(const struct backend *backend)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	expect_dirty(&region, 0, HUGE_PAGES);
	start_tracking();
	expect_clean(&region);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	return region;
}

/* Dirty since tracking was started, and swapped out. */
static struct region make_dirty(const struct backend *backend)
{
	const struct region region = make_region(1);

	start_tracking();
	fill_pages(&region, 0, HUGE_PAGES, 0);
	swap_out(backend, &region);
	expect_dirty(&region, 0, HUGE_PAGES);
	return region;
}

/* A clean page may not become writable behind the tracker's back (R17). */
TEST(soft_dirty_clean_read)
{
	const struct region region = make_clean(backend);

	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 0);
	expect_clean(&region);
	fill_pages(&region, FIRST, 1, 1);
	/* A PMD has one bit for all. */
	expect_bit_only(&region, pmd_mode() ? 0 : FIRST, pmd_mode() ? HUGE_PAGES : 1,
			PAGEMAP_SOFT_DIRTY);
}

TEST(soft_dirty_clean_write)
{
	const struct region region = make_clean(backend);

	mark();
	fill_pages(&region, FIRST, 1, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_mapping:follow_up", 1);
	expect_bit_only(&region, pmd_mode() ? 0 : FIRST, pmd_mode() ? HUGE_PAGES : 1,
			PAGEMAP_SOFT_DIRTY);
	expect_pages(&region, FIRST, 1, 1);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
}

TEST(soft_dirty_clean_swap_out, .flags = TEST_PMD_ONLY)
{
	const struct region region = make_region(1);

	start_tracking();
	expect_clean(&region);
	swap_out(backend, &region);
	expect_clean(&region);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_clean(&region);
}

TEST(soft_dirty_dirty_read)
{
	const struct region region = make_dirty(backend);

	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:writable", 1);
	expect_dirty(&region, 0, HUGE_PAGES);
}

TEST(soft_dirty_clean_split)
{
	const struct region region = make_clean(backend);

	must(mprotect(page_address(&region, FIRST), NR * PAGE_BYTES, PROT_READ));
	expect_clean(&region);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_clean(&region);
	fill_pages(&region, AFTER, 1, 1);
	expect_dirty(&region, AFTER, 1);
}

TEST(soft_dirty_dirty_split)
{
	const struct region region = make_dirty(backend);

	must(mprotect(page_address(&region, FIRST), NR * PAGE_BYTES, PROT_READ));
	expect_dirty(&region, 0, HUGE_PAGES);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_dirty(&region, 0, HUGE_PAGES);
}

TEST(soft_dirty_munmap_part)
{
	const struct region clean = make_clean(backend);

	must(munmap(page_address(&clean, FIRST), NR * PAGE_BYTES));
	expect_clean(&clean);
	expect_pages(&clean, 0, FIRST, 0);
	expect_clean(&clean);
	fill_pages(&clean, AFTER, 1, 1);
	expect_dirty(&clean, AFTER, 1);
}

TEST(soft_dirty_munmap_part_dirty)
{
	const struct region dirty = make_dirty(backend);

	must(munmap(page_address(&dirty, FIRST), NR * PAGE_BYTES));
	expect_equal("dirty", (long)count_pages(&dirty, 0, FIRST, PAGEMAP_SOFT_DIRTY), FIRST);
	expect_equal("dirty",
		     (long)count_pages(&dirty, AFTER, HUGE_PAGES - AFTER, PAGEMAP_SOFT_DIRTY),
		     HUGE_PAGES - AFTER);
	expect_pages(&dirty, 0, FIRST, 0);
}

/* What has moved counts as changed; only a whole page table that moves does not tell. */
TEST(soft_dirty_mremap, .flags = TEST_PMD_ONLY)
{
	struct region region = make_clean(backend);
	const struct region place = map_region(1);

	must(munmap(place.start, HUGE_BYTES));
	region.start = mremap(region.start, HUGE_BYTES, HUGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
			      place.start);
	expect(region.start == place.start, "mremap: %s", strerror(errno));
	expect_dirty(&region, 0, HUGE_PAGES);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_dirty(&region, 0, HUGE_PAGES);
}

/* R16 */
TEST(soft_dirty_swapoff)
{
	const struct region clean = make_clean(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&clean, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_clean(&clean);
	expect_pages(&clean, 0, HUGE_PAGES, 0);
	expect_clean(&clean);
	must(backend_swapon(backend));
}

TEST(soft_dirty_swapoff_dirty)
{
	const struct region dirty = make_dirty(backend);

	must(backend_swapoff(backend));
	expect_bit_only(&dirty, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_dirty(&dirty, 0, HUGE_PAGES);
	expect_pages(&dirty, 0, HUGE_PAGES, 0);
	must(backend_swapon(backend));
}

static void expect_clean_in_child(void *region)
{
	expect_clean((struct region *)region);
	expect_pages(region, 0, HUGE_PAGES, 0);
	expect_clean((struct region *)region);
}

TEST(soft_dirty_fork)
{
	struct region region = make_clean(backend);

	join_child(start_child(expect_clean_in_child, &region));
	expect_clean(&region);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_clean(&region);
}

// SPDX-License-Identifier: GPL-2.0-only
/* A fault on a THP that is still being written to a slow disk. */
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { QUEUED_BEFORE = 6, FIRST = 100, NR = 20 };

static char copy[HUGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

/* The area takes over at swapon whether pages must be stable while they are written. */
static void swapon_with(const struct backend *backend, bool stable_writes)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/block/%s/queue/stable_writes", backend->disk);
	must(backend_swapoff(backend));
	expect(write_file(path, stable_writes ? "1" : "0"), "%s: %s", path, strerror(errno));
	must(backend_swapon(backend));
}

static void expect_still_written(void)
{
	expect(level("nr_writeback") >= HUGE_PAGES, "writeback is over: the disk is not slow");
}

/* A swapped-out THP, under writeback: some others are written before it. */
static struct region make_written(void)
{
	const struct region before = make_region(QUEUED_BEFORE);
	const struct region region = make_region(1);

	page_out(&before);
	page_out(&region);
	expect_still_written();
	return region;
}

/* As above, by PTEs. */
static struct region make_written_ptes(void)
{
	const struct region region = make_written();

	must(mprotect(page_address(&region, HUGE_PAGES - 1), PAGE_BYTES, PROT_READ));
	return region;
}

static void expect_on_device(const struct backend *backend, const struct region *region,
			     uint64_t first_slot, unsigned int generation)
{
	char path[40];

	snprintf(path, sizeof(path), "/dev/%s", backend->disk);
	const int fd = must(open(path, O_RDONLY | O_DIRECT | O_CLOEXEC));

	expect(pread(fd, copy, HUGE_BYTES, (off_t)(first_slot * PAGE_BYTES)) == HUGE_BYTES,
	       "pread: %s", strerror(errno));
	must(close(fd));
	expect_copy(region, copy, 0, HUGE_PAGES, generation);
}

/* What was written survives the next swap-out, and the loss of the swap cache. */
static void expect_not_lost(const struct region *region, size_t first, size_t nr)
{
	for (int round = 0; round < 2; round++) {
		expect_pages(region, 0, first, 0);
		expect_pages(region, first, nr, 1);
		expect_pages(region, first + nr, HUGE_PAGES - first - nr, 0);
		settle();
		page_out(region);
		drop_swap_cache();
	}
}

static void expect_shared_for_stable_writes(void)
{
	expect_still_written();
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:dropped_stable_writes", 1);
	expect_decided("pmd_mapping:shared", 1);
	expect_decided("pmd_mapping:exclusive", 0);
	expect_decided("pmd_mapping:writable", 0);
	expect_decided("pmd_mapping:dirty", 0);
}

/* The writer gets copies: the device gets the pages as they were. */
TEST(stable_writes, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, true);
	const struct region region = make_written();
	const uint64_t first_slot = swap_offset(region.start);

	mark();
	touch_write(&region, 0);
	expect_shared_for_stable_writes();
	expect_decided("pmd_mapping:follow_up", 1);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	settle();
	expect_on_device(backend, &region, first_slot, 0);
	expect_not_lost(&region, 0, HUGE_PAGES);
	swapon_with(backend, false);
}

/* D9: mapped by a PMD, read-only, and in the swap cache: the write may not take it over. */
TEST(stable_writes_read_first, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, true);
	const struct region region = make_written();
	const uint64_t first_slot = swap_offset(region.start);

	mark();
	touch_read(&region, 0);
	expect_shared_for_stable_writes();
	expect_decided("pmd_mapping:follow_up", 0);
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
	fill_pages(&region, FIRST, NR, 1);
	expect_still_written();
	settle();
	expect_on_device(backend, &region, first_slot, 0);
	expect_not_lost(&region, FIRST, NR);
	swapon_with(backend, false);
}

TEST(stable_writes_ptes, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, true);
	const struct region region = make_written_ptes();
	const uint64_t first_slot = swap_offset(region.start);

	mark();
	fill_pages(&region, FIRST, NR, 1);
	expect_still_written();
	expect_grew("thp_swpin_pmd", 0);
	expect_decided("pte_exclusive:dropped_stable_writes", NR);
	expect_decided("pte_exclusive:kept", 0);
	settle();
	expect_on_device(backend, &region, first_slot, 0);
	expect_not_lost(&region, FIRST, NR);
	swapon_with(backend, false);
}

/* A disk that does not mind: written to in place, and written out once more. */
TEST(unstable_writes, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, false);
	const struct region region = make_written();

	mark();
	touch_write(&region, 0);
	expect_still_written();
	const uint64_t frame = page_frame(region.start);

	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:dropped_stable_writes", 0);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_decided("pmd_mapping:follow_up", 0);
	fill_pages(&region, FIRST, NR, 1);
	expect_faults(1);
	expect_still_written();
	expect(page_frame(region.start) == frame, "the page was copied");
	expect_pmd(huge_bytes(&region) == HUGE_BYTES, "not mapped by a PMD");
	expect_not_lost(&region, FIRST, NR);
}

TEST(unstable_writes_ptes, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, false);
	const struct region region = make_written_ptes();

	mark();
	fill_pages(&region, FIRST, NR, 1);
	expect_still_written();
	expect_decided("pte_exclusive:dropped_stable_writes", 0);
	expect_decided("pte_exclusive:kept", NR);
	expect_not_lost(&region, FIRST, NR);
}

/* Only a page under writeback is to be left alone. */
TEST(stable_writes_after_writeback, .on = ON_SLOW_DISK, .seconds = 60)
{
	swapon_with(backend, true);
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	fill_pages(&region, FIRST, NR, 1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:dropped_stable_writes", 0);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_faults(1);
	expect_not_lost(&region, FIRST, NR);
	swapon_with(backend, false);
}

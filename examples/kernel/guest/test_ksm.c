// SPDX-License-Identifier: GPL-2.0-only
/* KSM beside it. */
#include "guest.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST = 100 };

static void set_ksm(const char *file, const char *text)
{
	char path[60];

	snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", file);
	expect(write_file(path, text), "%s: %s", path, strerror(errno));
}

static void start_ksm(void)
{
	set_ksm("sleep_millisecs", "1");
	set_ksm("pages_to_scan", "4096");
	set_ksm("run", "1");
}

static void stop_ksm(void)
{
	set_ksm("run", "2"); /* and give everybody his own page again */
	set_ksm("run", "0");
}

static void await_ksm_scans(long scans)
{
	const char *const path = "/sys/kernel/mm/ksm/full_scans";
	const long until = read_number(path) + scans;

	for (int tries = 0; read_number(path) < until; tries++) {
		expect(tries < 1000, "ksmd does not scan");
		usleep(10000);
	}
}

static long ksm_sharing(void)
{
	return read_number("/sys/kernel/mm/ksm/pages_sharing");
}

/* Equal, page by page. */
static struct region make_twin(const struct region *region)
{
	struct region twin = map_region(1);

	twin.seed = region->seed;
	populate_region(&twin);
	return twin;
}

static void make_mergeable(const struct region *region)
{
	must(madvise(region->start, region->bytes, MADV_MERGEABLE));
}

TEST(ksm_looks_only, .seconds = 40)
{
	const struct region one = make_region(1);
	const struct region other = make_twin(&one);

	make_mergeable(&one);
	make_mergeable(&other);
	swap_out(backend, &one);
	swap_out(backend, &other);
	mark();
	start_ksm();
	await_ksm_scans(3);
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_bit_only(&one, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_bit_only(&other, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&one, 0, HUGE_PAGES, 0);
	fill_pages(&other, 0, HUGE_PAGES, 1);
	stop_ksm();
	expect_pages(&one, 0, HUGE_PAGES, 0);
	expect_pages(&other, 0, HUGE_PAGES, 1);
}

/* What came back from swap is merged, swapped out again, written to, and taken apart. */
TEST(ksm_merges_read_back, .seconds = 60)
{
	const struct region one = make_region(1);
	const struct region other = make_twin(&one);

	swap_out(backend, &one);
	swap_out(backend, &other);
	expect_pages(&one, 0, HUGE_PAGES, 0);
	expect_pages(&other, 0, HUGE_PAGES, 0);
	make_mergeable(&one);
	make_mergeable(&other);
	start_ksm();
	for (int tries = 0; ksm_sharing() < HUGE_PAGES / 2; tries++) {
		expect(tries < 50, "only %ld pages are shared", ksm_sharing());
		await_ksm_scans(1);
	}
	for (unsigned int generation = 0; generation < 3; generation++) {
		must(madvise(one.start, one.bytes, MADV_PAGEOUT));
		must(madvise(other.start, other.bytes, MADV_PAGEOUT));
		expect_pages(&one, 0, FIRST, generation);
		expect_pages(&other, 0, HUGE_PAGES, 0);
		fill_pages(&one, 0, FIRST, generation + 1);
		await_ksm_scans(1);
	}
	stop_ksm();
	expect_pages(&one, 0, FIRST, 3);
	expect_pages(&one, FIRST, HUGE_PAGES - FIRST, 0);
	expect_pages(&other, 0, HUGE_PAGES, 0);
}

/* One process swaps out and reads back; ksmd merges and splits meanwhile. */
TEST(ksm_meanwhile, .flags = TEST_ANY_CPU, .seconds = 60)
{
	struct region one = make_region(1);
	const struct region other = make_twin(&one);

	make_mergeable(&one);
	make_mergeable(&other);
	start_ksm();
	for (unsigned int round = 0; round < 20; round++) {
		must(madvise(one.start, one.bytes, MADV_PAGEOUT));
		must(madvise(other.start, other.bytes, MADV_PAGEOUT));
		expect_pages(&one, 0, HUGE_PAGES, round);
		expect_pages(&other, 0, HUGE_PAGES, round);
		must(madvise(one.start, one.bytes, MADV_DONTNEED));
		must(madvise(other.start, other.bytes, MADV_DONTNEED));
		fill_pages(&one, 0, HUGE_PAGES, round + 1);
		fill_pages(&other, 0, HUGE_PAGES, round + 1);
	}
	stop_ksm();
	expect_pages(&one, 0, HUGE_PAGES, 20);
	expect_pages(&other, 0, HUGE_PAGES, 20);
}

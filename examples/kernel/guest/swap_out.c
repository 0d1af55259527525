// SPDX-License-Identifier: GPL-2.0-only
/* Getting memory swapped out, in a known state. */
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static bool all_swapped(const struct region *region)
{
	return count_pages(region, 0, nr_pages(region), PAGEMAP_SWAP) == nr_pages(region);
}

void settle(void)
{
	for (int tries = 0; level("nr_writeback") > 0; tries++) {
		expect(tries < 500, "writeback does not end");
		usleep(10000);
	}
}

void reclaim(size_t bytes)
{
	char text[24];

	/*
	 * Whether to look at the active list at all, reclaim decides by counts that are up to two
	 * seconds old. Whoever reads them brings them up to date.
	 */
	free(read_file("/sys/fs/cgroup/test/memory.stat"));
	snprintf(text, sizeof(text), "%zu", bytes);
	write_file("/sys/fs/cgroup/test/memory.reclaim", text);
}

void drop_swap_cache(void)
{
	settle();
	for (int tries = 0; level("nr_swapcached") > 0; tries++) {
		expect(tries < 50, "%ld pages stay in the swap cache", level("nr_swapcached"));
		reclaim((size_t)level("nr_swapcached") * PAGE_BYTES);
		/* It may have begun to write what was dirty. */
		settle();
	}
}

/* What counts of swap-outs depend on, and what they were. */
struct before {
	long thps; /* mapped by PMDs */
	bool cached;
	long written;
	long unmapped;
};

static struct before look_before(const struct region *region)
{
	return (struct before){ .thps = (long)(huge_bytes(region) / HUGE_BYTES),
				.cached = level("nr_swapcached") > 0,
				.written = counter("thp_swpout"),
				.unmapped = counter("thp_swpout_pmd") };
}

static void expect_unmapped(const struct region *region, struct before before, long mappings)
{
	expect(all_swapped(region), "%zu of %zu pages are swapped out",
	       count_pages(region, 0, nr_pages(region), PAGEMAP_SWAP), nr_pages(region));
	if (pmd_mode())
		expect_equal("thp_swpout_pmd", counter("thp_swpout_pmd") - before.unmapped,
			     before.thps * mappings);
}

static void expect_written(const struct backend *backend, const struct region *region,
			   struct before before)
{
	if (!before.cached && before.thps * HUGE_BYTES == (long)region->bytes)
		expect_equal("thp_swpout", counter("thp_swpout") - before.written, before.thps);
	settle();
	if (!backend->synchronous && !backend->cached)
		drop_swap_cache();
}

void page_out(const struct region *region)
{
	const struct before before = look_before(region);

	for (int tries = 0; tries < 20 && !all_swapped(region); tries++) {
		if (tries)
			usleep(10000);
		must(madvise(region->start, region->bytes, MADV_PAGEOUT));
	}
	expect_unmapped(region, before, 1);
}

void swap_out(const struct backend *backend, const struct region *region)
{
	const struct before before = look_before(region);

	page_out(region);
	expect_written(backend, region, before);
}

void swap_out_shared(const struct backend *backend, const struct region *region, long mappings)
{
	const struct before before = look_before(region);

	for (int tries = 0; tries < 20 && !all_swapped(region); tries++)
		reclaim(region->bytes);
	expect_unmapped(region, before, mappings);
	expect_written(backend, region, before);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Getting memory swapped out, in a known state. */
#include "guest.h"

#include <stdio.h>
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

	snprintf(text, sizeof(text), "%zu", bytes);
	write_file("/sys/fs/cgroup/test/memory.reclaim", text);
}

void drop_swap_cache(void)
{
	settle();
	for (int tries = 0; level("nr_swapcached") > 0; tries++) {
		expect(tries < 50, "%ld pages stay in the swap cache", level("nr_swapcached"));
		reclaim((size_t)level("nr_swapcached") * PAGE_BYTES);
	}
}

struct swapped {
	bool to_be_written;
	long whole;
	long pmds;
};

static struct swapped count_swapped(const struct region *region)
{
	return (struct swapped){ .to_be_written = huge_bytes(region) == region->bytes &&
						  level("nr_swapcached") == 0,
				 .whole = counter("thp_swpout"),
				 .pmds = counter("thp_swpout_pmd") };
}

static void expect_swapped(const struct backend *backend, const struct region *region,
			   struct swapped before, long mappings)
{
	const struct swapped now = count_swapped(region);
	const long thps = (long)(region->bytes / HUGE_BYTES);

	expect(all_swapped(region), "%zu of %zu pages are swapped out",
	       count_pages(region, 0, nr_pages(region), PAGEMAP_SWAP), nr_pages(region));
	if (before.to_be_written)
		expect_equal("thp_swpout", now.whole - before.whole, thps);
	if (pmd_mode())
		expect_equal("thp_swpout_pmd", now.pmds - before.pmds, thps * mappings);
	settle();
	if (!backend->synchronous && !backend->cached)
		drop_swap_cache();
}

void swap_out(const struct backend *backend, const struct region *region)
{
	const struct swapped before = count_swapped(region);

	for (int tries = 0; tries < 20 && !all_swapped(region); tries++) {
		if (tries)
			usleep(10000);
		must(madvise(region->start, region->bytes, MADV_PAGEOUT));
	}
	expect_swapped(backend, region, before, 1);
}

void swap_out_shared(const struct backend *backend, const struct region *region, long mappings)
{
	const struct swapped before = count_swapped(region);

	for (int tries = 0; tries < 20 && !all_swapped(region); tries++)
		reclaim(region->bytes);
	expect_swapped(backend, region, before, mappings);
}

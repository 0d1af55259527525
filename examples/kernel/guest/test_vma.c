// SPDX-License-Identifier: GPL-2.0-only
/* The mapping changes while it is swapped out, as a whole or in part. */
#include "guest.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST = 100, NR = 100, AFTER = FIRST + NR };

static char *part(const struct region *region)
{
	return page_address(region, FIRST);
}

/* The kernel is asked to write there, and must refuse. */
static void expect_no_write(char *address)
{
	int ends[2];

	must(pipe(ends));
	expect(write(ends[1], "x", 1) == 1, "pipe: %s", strerror(errno));
	expect(read(ends[0], address, 1) < 0 && errno == EFAULT, "a protected page was written");
	close(ends[0]);
	close(ends[1]);
}

/* No page has moved, none has come in, none was lost. */
static void expect_same_slots(const struct region *region, uint64_t first_offset)
{
	expect_bit_only(region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	for (size_t page = 0; page < HUGE_PAGES; page++)
		expect(swap_offset(page_address(region, page)) == first_offset + page,
		       "page %zu is in slot %llu, not %llu", page,
		       (unsigned long long)swap_offset(page_address(region, page)),
		       (unsigned long long)first_offset + page);
}

/* N entries of one slot each, all of them exclusive: no PMD mapping, and nothing to copy. */
static void expect_pages_one_by_one(const struct backend *backend, long touched)
{
	expect_grew("thp_swpin_pmd", 0);
	expect_grew("thp_swpin_pmd_fallback", 0);
	expect_decided("pte_exclusive:unmarked", 0);
	expect_decided("pte_exclusive:dropped_stable_writes", 0);
	if (!backend->synchronous)
		expect_decided("pte_exclusive:kept", touched);
}

TEST(mprotect_whole)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	const uint64_t first_offset = swap_offset(region.start);

	must(mprotect(region.start, region.bytes, PROT_NONE));
	expect(!can_read(region.start), "a protected page can be read");
	must(mprotect(region.start, region.bytes, PROT_READ));
	expect_same_slots(&region, first_offset);
	mark();
	expect_no_write(part(&region));
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	expect_decided("pmd_mapping:writable", 0);
	must(mprotect(region.start, region.bytes, PROT_READ | PROT_WRITE));
	fill_pages(&region, FIRST, NR, 1);
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, FIRST, NR, 1);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
}

TEST(mprotect_part)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	const uint64_t first_offset = swap_offset(region.start);

	mark();
	must(mprotect(part(&region), NR * PAGE_BYTES, PROT_READ));
	expect_same_slots(&region, first_offset);
	expect_slots(backend, HUGE_PAGES);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_no_write(part(&region));
	expect_pages_one_by_one(backend, HUGE_PAGES);
	fill_pages(&region, 0, FIRST, 1);
	fill_pages(&region, AFTER, HUGE_PAGES - AFTER, 1);
	must(mprotect(part(&region), NR * PAGE_BYTES, PROT_READ | PROT_WRITE));
	expect_pages(&region, FIRST, NR, 0);
	fill_pages(&region, FIRST, NR, 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

/* D10: the entry is split before any page of it was mapped, and written to at once. */
TEST(mprotect_part_then_write)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(mprotect(part(&region), NR * PAGE_BYTES, PROT_READ));
	mark();
	fill_pages(&region, 0, FIRST, 1);
	fill_pages(&region, AFTER, HUGE_PAGES - AFTER, 1);
	expect_pages_one_by_one(backend, HUGE_PAGES - NR);
	expect_pages(&region, 0, FIRST, 1);
	expect_pages(&region, FIRST, NR, 0);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 1);
}

TEST(munmap_part)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	must(munmap(part(&region), NR * PAGE_BYTES));
	/* A folio keeps its slots for as long as one of them is in use. */
	expect_slots(backend, backend->cached ? HUGE_PAGES : HUGE_PAGES - NR);
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
	expect_pages_one_by_one(backend, HUGE_PAGES - NR);
	expect(!can_read(part(&region)), "a protected page can be read");
}

TEST(munmap_ends)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(munmap(region.start, FIRST * PAGE_BYTES));
	must(munmap(page_address(&region, AFTER), (HUGE_PAGES - AFTER) * PAGE_BYTES));
	expect_pages(&region, FIRST, NR, 0);
	must(munmap(part(&region), NR * PAGE_BYTES));
	expect(slots_shrink_to(backend, slots_slack()), "%ld slots stay in use",
	       slots_used(backend));
}

TEST(dontneed_whole)
{
	const struct region region = make_region(2);

	swap_out(backend, &region);
	mark();
	must(madvise(region.start, HUGE_BYTES, MADV_DONTNEED));
	expect_slots(backend, HUGE_PAGES);
	expect_zeroes(&region, 0, HUGE_PAGES);
	expect_grew("thp_swpin_pmd", 0);
	expect_pages(&region, HUGE_PAGES, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
}

TEST(dontneed_part)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	must(madvise(part(&region), NR * PAGE_BYTES, MADV_DONTNEED));
	expect_zeroes(&region, FIRST, NR);
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
	expect_pages_one_by_one(backend, HUGE_PAGES - NR);
}

static char *empty_place(size_t bytes)
{
	const struct region place = map_region((unsigned int)(bytes / HUGE_BYTES));

	return place.start;
}

static struct region move(struct region region, char *to)
{
	must(munmap(to, region.bytes));
	char *const now =
		mremap(region.start, region.bytes, region.bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);

	expect(now == to, "mremap: %s", strerror(errno));
	expect(!can_read(region.start), "a protected page can be read");
	region.start = to;
	return region;
}

TEST(mremap_whole)
{
	struct region region = make_region(1);

	swap_out(backend, &region);
	const uint64_t first_offset = swap_offset(region.start);

	region = move(region, empty_place(HUGE_BYTES));
	expect_same_slots(&region, first_offset);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_faults(1);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:exclusive", 1);
	fill_pages(&region, 0, HUGE_PAGES, 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

TEST(mremap_unaligned)
{
	struct region region = make_region(1);

	swap_out(backend, &region);
	const uint64_t first_offset = swap_offset(region.start);

	region = move(region, empty_place(2 * HUGE_BYTES) + FIRST * PAGE_BYTES);
	expect_same_slots(&region, first_offset);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_pages_one_by_one(backend, HUGE_PAGES);
}

TEST(mremap_part)
{
	const struct region region = make_region(1);
	char *const to = empty_place(HUGE_BYTES);

	swap_out(backend, &region);
	mark();
	must(munmap(to, HUGE_BYTES));
	char *const now = mremap(part(&region), NR * PAGE_BYTES, NR * PAGE_BYTES,
				 MREMAP_MAYMOVE | MREMAP_FIXED, to);

	expect(now == to, "mremap: %s", strerror(errno));
	expect_slots(backend, HUGE_PAGES);
	expect_copy(&region, now, FIRST, NR, 0);
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, AFTER, HUGE_PAGES - AFTER, 0);
	expect_pages_one_by_one(backend, HUGE_PAGES);
}

/* The entry moves, its old place stays mapped and is empty. */
TEST(mremap_dontunmap)
{
	struct region region = make_region(1);
	const struct region old = region;
	char *const to = empty_place(HUGE_BYTES);

	swap_out(backend, &region);
	must(munmap(to, HUGE_BYTES));
	region.start =
		mremap(old.start, HUGE_BYTES, HUGE_BYTES, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, to);
	expect(region.start == to, "mremap: %s", strerror(errno));
	expect_zeroes(&old, 0, HUGE_PAGES);
	mark();
	expect_pages(&region, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	fill_pages(&old, 0, HUGE_PAGES, 1);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

/* From the middle of one THP to the middle of the next. */
TEST(munmap_across)
{
	const struct region region = make_region(3);

	swap_out(backend, &region);
	mark();
	must(munmap(part(&region), 2 * HUGE_BYTES));
	expect_pages(&region, 0, FIRST, 0);
	expect_pages(&region, 2 * HUGE_PAGES + FIRST, HUGE_PAGES - FIRST, 0);
	expect_pages_one_by_one(backend, HUGE_PAGES);
}

TEST(swapoff_split)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	must(mprotect(part(&region), NR * PAGE_BYTES, PROT_READ));
	must(backend_swapoff(backend));
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_PRESENT);
	expect_pages(&region, 0, HUGE_PAGES, 0);
	must(backend_swapon(backend));
}

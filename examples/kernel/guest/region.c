// SPDX-License-Identifier: GPL-2.0-only
/* Memory in whole THPs, with a pattern that tells pages and generations apart. */
#include "guest.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WORDS = PAGE_BYTES / sizeof(uint64_t) };

static uint64_t pattern(const struct region *region, size_t page, unsigned int generation)
{
	uint64_t word = region->seed << 48 | (uint64_t)generation << 32 | page;

	word *= 0x9e3779b97f4a7c15;
	word ^= word >> 29;
	return word * 0xbf58476d1ce4e5b9;
}

char *page_address(const struct region *region, size_t page)
{
	return region->start + page * PAGE_BYTES;
}

size_t nr_pages(const struct region *region)
{
	return region->bytes / PAGE_BYTES;
}

struct region map_region(unsigned int nr_thps)
{
	static uint64_t seed;
	struct region region = { .bytes = (size_t)nr_thps * HUGE_BYTES, .seed = ++seed };
	const size_t reserved = region.bytes + 2 * HUGE_BYTES;
	char *const raw =
		mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	expect(raw != MAP_FAILED, "mmap: %s", strerror(errno));
	region.start = (char *)(((uintptr_t)raw + HUGE_BYTES) & -(uintptr_t)HUGE_BYTES);
	must(mprotect(region.start, region.bytes, PROT_READ | PROT_WRITE));
	must(madvise(region.start, region.bytes, MADV_HUGEPAGE));
	return region;
}

void populate_region(const struct region *region)
{
	fill_pages(region, 0, nr_pages(region), 0);
	expect(huge_bytes(region) == region->bytes, "only %zu of %zu bytes are THPs",
	       huge_bytes(region), region->bytes);
}

struct region make_region(unsigned int nr_thps)
{
	const struct region region = map_region(nr_thps);

	populate_region(&region);
	return region;
}

void fill_pages(const struct region *region, size_t first, size_t nr, unsigned int generation)
{
	for (size_t page = first; page < first + nr; page++) {
		volatile uint64_t *const words = (uint64_t *)page_address(region, page);
		const uint64_t word = pattern(region, page, generation);

		for (size_t i = 0; i < WORDS; i++)
			words[i] = word + i;
	}
}

bool pages_match(const struct region *region, const void *copy, size_t first, size_t nr,
		 unsigned int generation)
{
	const volatile uint64_t *words = copy;

	for (size_t page = first; page < first + nr; page++, words += WORDS) {
		const uint64_t word = pattern(region, page, generation);

		for (size_t i = 0; i < WORDS; i++)
			if (words[i] != word + i)
				return false;
	}
	return true;
}

void expect_copy(const struct region *region, const void *copy, size_t first, size_t nr,
		 unsigned int generation)
{
	const char *bytes = copy;

	for (size_t page = first; page < first + nr; page++, bytes += PAGE_BYTES)
		expect(pages_match(region, bytes, page, 1, generation),
		       "page %zu of region %d does not hold generation %u, but %#llx", page,
		       (int)region->seed, generation, *(const unsigned long long *)bytes);
}

void expect_pages(const struct region *region, size_t first, size_t nr, unsigned int generation)
{
	expect_copy(region, page_address(region, first), first, nr, generation);
}

bool is_zeroes(const struct region *region, size_t page)
{
	const volatile uint64_t *const words = (uint64_t *)page_address(region, page);

	for (size_t i = 0; i < WORDS; i++)
		if (words[i])
			return false;
	return true;
}

void expect_zeroes(const struct region *region, size_t first, size_t nr)
{
	for (size_t page = first; page < first + nr; page++)
		expect(is_zeroes(region, page), "page %zu is not zeroes", page);
}

void touch_read(const struct region *region, size_t page)
{
	(void)*(volatile char *)page_address(region, page);
}

void touch_write(const struct region *region, size_t page)
{
	*(volatile uint64_t *)page_address(region, page) = pattern(region, page, 0);
}

struct family make_family(struct region region)
{
	return (struct family){ region, baton_make() };
}

bool can_read(const char *address)
{
	int ends[2];

	must(pipe(ends));
	const bool read = write(ends[1], address, 1) == 1;

	expect(read || errno == EFAULT, "write: %s", strerror(errno));
	must(close(ends[0]));
	must(close(ends[1]));
	return read;
}

int hold_page(const struct region *region, size_t page)
{
	struct iovec piece = { page_address(region, page), PAGE_BYTES };
	int ends[2];

	must(pipe(ends));
	expect(vmsplice(ends[1], &piece, 1, 0) == PAGE_BYTES, "vmsplice: %s", strerror(errno));
	must(close(ends[1]));
	return ends[0];
}

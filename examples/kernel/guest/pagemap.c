// SPDX-License-Identifier: GPL-2.0-only
/* What /proc says about the mapping of an address. */
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void read_pagemap(const void *start, uint64_t *entries, size_t nr)
{
	const size_t bytes = nr * sizeof(*entries);
	const off_t offset = (off_t)((uintptr_t)start / PAGE_BYTES * sizeof(*entries));
	const int fd = must(open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
	const ssize_t got = must(pread(fd, entries, bytes, offset));

	expect(got == (ssize_t)bytes, "pagemap gives %zd bytes of %zu", got, bytes);
	close(fd);
}

uint64_t pagemap(const void *address)
{
	uint64_t entry;

	read_pagemap(address, &entry, 1);
	return entry;
}

size_t count_pages(const struct region *region, size_t first, size_t nr, enum pagemap_bit bit)
{
	static uint64_t entries[HUGE_PAGES];
	size_t count = 0;

	while (nr) {
		const size_t some = nr < HUGE_PAGES ? nr : HUGE_PAGES;

		read_pagemap(page_address(region, first), entries, some);
		for (size_t i = 0; i < some; i++)
			count += entries[i] >> bit & 1;
		first += some;
		nr -= some;
	}
	return count;
}

void expect_bit_only_at(const char *file, int line, const struct region *region, size_t first,
			size_t nr, enum pagemap_bit bit)
{
	const size_t inside = count_pages(region, first, nr, bit);
	const size_t all = count_pages(region, 0, nr_pages(region), bit);

	if (inside != nr || all != nr)
		fail_at(file, line, "bit %d: %zu of %zu pages have it, and %zu others", bit, inside,
			nr, all - inside);
}

static uint64_t low_bits(const void *address, enum pagemap_bit wanted)
{
	const uint64_t entry = pagemap(address);

	expect(entry >> wanted & 1, "pagemap of %p is %#llx", address, (unsigned long long)entry);
	return entry & ((1ULL << PAGEMAP_SOFT_DIRTY) - 1);
}

uint64_t page_frame(const void *address)
{
	return low_bits(address, PAGEMAP_PRESENT);
}

uint64_t swap_offset(const void *address)
{
	enum { TYPE_BITS = 5 };

	return low_bits(address, PAGEMAP_SWAP) >> TYPE_BITS;
}

long region_smaps(const struct region *region, const char *field)
{
	const uintptr_t from = (uintptr_t)region->start;
	char *const text = read_file("/proc/self/smaps");
	bool wanted = false;
	long sum = 0;

	expect(text, "smaps: %s", strerror(errno));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		unsigned long vma_start, vma_end;

		if (sscanf(line, "%lx-%lx ", &vma_start, &vma_end) == 2)
			wanted = vma_start < from + region->bytes && from < vma_end;
		else if (wanted && find_number(line, field) > 0)
			sum += find_number(line, field);
	}
	free(text);
	return sum;
}

size_t huge_bytes(const struct region *region)
{
	return (size_t)region_smaps(region, "AnonHugePages") * 1024;
}

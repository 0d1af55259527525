// SPDX-License-Identifier: GPL-2.0-only
/* A device reads and writes swapped-out memory through HMM: lib/test_hmm.c pretends to be one. */
#include "guest.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The interface of that driver, which no header in user space has. */
struct dmirror_command {
	uint64_t address;
	uint64_t buffer;
	uint64_t nr_pages;
	uint64_t copied_pages; /* out */
	uint64_t faults;       /* out */
};

#define DMIRROR_READ _IOWR('H', 0, struct dmirror_command)
#define DMIRROR_WRITE _IOWR('H', 1, struct dmirror_command)
#define DMIRROR_SNAPSHOT _IOWR('H', 4, struct dmirror_command)

enum { NOT_MAPPED = 0 };

static char buffer[HUGE_BYTES];

static void command_device(unsigned long request, const struct region *region)
{
	struct dmirror_command command = { .address = (uintptr_t)region->start,
					   .buffer = (uintptr_t)buffer,
					   .nr_pages = HUGE_PAGES };
	const int device = must(open("/dev/hmm_dmirror0", O_RDWR));

	must(ioctl(device, request, &command));
	expect_equal("pages", (long)command.copied_pages, HUGE_PAGES);
	must(close(device));
}

TEST(hmm_snapshot_faults_nothing_in)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	memset(buffer, 1, sizeof(buffer));
	command_device(DMIRROR_SNAPSHOT, &region);
	for (size_t page = 0; page < HUGE_PAGES; page++)
		expect(buffer[page] == NOT_MAPPED, "page %zu is mapped: %#x", page, buffer[page]);
	expect_grew("thp_swpin_pmd", 0);
	expect_bit_only(&region, 0, HUGE_PAGES, PAGEMAP_SWAP);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

TEST(hmm_read)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	mark();
	command_device(DMIRROR_READ, &region);
	expect_copy(&region, buffer, 0, HUGE_PAGES, 0);
	expect_grew("thp_swpin_pmd", 1);
	expect_pages(&region, 0, HUGE_PAGES, 0);
}

TEST(hmm_write)
{
	const struct region region = make_region(1);

	fill_pages(&region, 0, HUGE_PAGES, 1);
	memcpy(buffer, region.start, sizeof(buffer));
	fill_pages(&region, 0, HUGE_PAGES, 0);
	swap_out(backend, &region);
	mark();
	command_device(DMIRROR_WRITE, &region);
	expect_grew("thp_swpin_pmd", 1);
	expect_decided("pmd_mapping:dirty", 1);
	expect_pages(&region, 0, HUGE_PAGES, 1);
}

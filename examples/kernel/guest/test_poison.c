// SPDX-License-Identifier: GPL-2.0-only
/* A page of a THP that comes back from swap goes bad: that page may be lost, and no other. */
#include "guest.h"

#include <sys/mman.h>
#include <unistd.h>

enum { BAD = 100 };

static bool is_readable(const char *address)
{
	int ends[2];

	must(pipe(ends));
	const bool readable = write(ends[1], address, 1) == 1;

	close(ends[0]);
	close(ends[1]);
	return readable;
}

TEST(poison_swapped)
{
	const struct region region = make_region(1);

	swap_out(backend, &region);
	if (madvise(page_address(&region, BAD), PAGE_BYTES, MADV_HWPOISON) && errno == EINVAL)
		skip_test("needs CONFIG_MEMORY_FAILURE");
	/* As long as the device has it, it is not lost. */
	if (is_readable(page_address(&region, BAD)))
		expect_pages(&region, BAD, 1, 0);
	expect_pages(&region, 0, BAD, 0);
	expect_pages(&region, BAD + 1, HUGE_PAGES - BAD - 1, 0);
}

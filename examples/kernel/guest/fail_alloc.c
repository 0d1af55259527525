// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection: no free block for a THP. */
#include "guest.h"

#include <stdio.h>

#define FAIL_PAGE_ALLOC "/sys/kernel/debug/fail_page_alloc/"

static bool set(const char *file, const char *text)
{
	char path[80];

	snprintf(path, sizeof(path), FAIL_PAGE_ALLOC "%s", file);
	return write_file(path, text);
}

static void inject(const char *percent, const char *times, bool of_everybody)
{
	expect(set("probability", "0") && set("verbose", "0") && set("min-order", "9") &&
		       set("ignore-gfp-wait", "0") && set("ignore-gfp-highmem", "0") &&
		       set("interval", "1") && set("times", times) &&
		       set("task-filter", of_everybody ? "0" : "1") && set("probability", percent),
	       "fail_page_alloc: %s", strerror(errno));
}

void fail_huge_allocations(unsigned int percent, bool of_everybody)
{
	char text[12];

	if (!of_everybody && !write_file("/proc/self/make-it-fail", percent ? "1" : "0"))
		fail("make-it-fail: %s", strerror(errno));
	snprintf(text, sizeof(text), "%u", percent);
	inject(text, "-1", of_everybody);
}

enum { ENOUGH = 1000 };

void fail_huge_allocations_of_next_fault(void)
{
	inject("100", "1000", true);
}

bool huge_allocations_have_failed(void)
{
	const bool have = read_number(FAIL_PAGE_ALLOC "times") < ENOUGH;

	fail_huge_allocations(0, true);
	return have;
}

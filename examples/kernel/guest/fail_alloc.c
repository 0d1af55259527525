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

static bool set_number(const char *file, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	return set(file, text);
}

static void inject(unsigned int percent, long times, bool of_everybody)
{
	expect(set("probability", "0") && set("verbose", "0") && set("min-order", "9") &&
		       set("ignore-gfp-wait", "0") && set("ignore-gfp-highmem", "0") &&
		       set("interval", "1") && set_number("times", times) &&
		       set("task-filter", of_everybody ? "0" : "1") &&
		       set_number("probability", percent),
	       "fail_page_alloc: %s", strerror(errno));
}

void fail_huge_allocations(unsigned int percent, bool of_everybody)
{
	if (!of_everybody && !write_file("/proc/self/make-it-fail", percent ? "1" : "0"))
		fail("make-it-fail: %s", strerror(errno));
	inject(percent, -1, of_everybody);
}

enum { ENOUGH = 1000 };

void fail_huge_allocations_of_next_fault(void)
{
	inject(100, ENOUGH, true);
}

bool huge_allocations_have_failed(void)
{
	const long left = read_number(FAIL_PAGE_ALLOC "times");

	fail_huge_allocations(0, true);
	return left >= 0 && left < ENOUGH;
}

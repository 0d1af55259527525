// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection: no free block for a THP. */
#include "guest.h"

#include <stdio.h>

static bool set(const char *file, const char *text)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/kernel/debug/fail_page_alloc/%s", file);
	return write_file(path, text);
}

void fail_huge_allocations(unsigned int percent, bool of_everybody)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", percent);
	expect(set("probability", "0") && set("verbose", "0") && set("min-order", "9") &&
		       set("ignore-gfp-wait", "0") && set("ignore-gfp-highmem", "0") &&
		       set("times", "-1") && set("task-filter", of_everybody ? "0" : "1"),
	       "fail_page_alloc: %s", strerror(errno));
	if (!of_everybody && !write_file("/proc/self/make-it-fail", percent ? "1" : "0"))
		fail("make-it-fail: %s", strerror(errno));
	expect(set("probability", text), "fail_page_alloc: %s", strerror(errno));
}

// SPDX-License-Identifier: GPL-2.0-only
/* In shadow mode: where would the library have decided otherwise than the kernel did? */
#include "guest.h"

#include <stdlib.h>
#include <unistd.h>

#define DIFFERENCES "/sys/kernel/debug/thpswap/differences"

/* Linux 7.3 maps a poisoned page with its neighbours. The tests of D13 say how often. */
#define MAPPED_BAD_PAGE "pte_batch:tree_whole:library_not_whole"

bool tree_decides(void)
{
	return !access(DIFFERENCES, R_OK);
}

long tree_mapped_bad_pages(void)
{
	char *const text = read_file(DIFFERENCES);
	const long count = text ? find_number(text, MAPPED_BAD_PAGE) : -1;

	free(text);
	return count;
}

/* By all tests together; some of them alone may not. */
static bool library_was_asked;

static void expect_no_differences(const struct backend *backend __attribute__((unused)))
{
	char *const text = read_file(DIFFERENCES);
	unsigned int nr_keys = 0;

	expect(text, "cannot read " DIFFERENCES);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		const long count = strtol(line + strcspn(line, " "), NULL, 10);

		nr_keys++;
		if (count)
			say("shadow: %s", line);
		if (strncmp(line, MAPPED_BAD_PAGE, strlen(MAPPED_BAD_PAGE)))
			expect(!count, "the library differs: %s", line);
	}
	expect(nr_keys > 0, "no differences are counted");
	expect(!library_was_asked || decisions_like("pte_") > 0, "the library was not asked");
	free(text);
}

void run_shadow_test(bool asked)
{
	static const struct test test = { .name = "differences", .run = expect_no_differences };

	library_was_asked = asked;
	if (tree_decides())
		run_one(&test, find_backend("none"));
}

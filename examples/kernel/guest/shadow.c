// SPDX-License-Identifier: GPL-2.0-only
/* In shadow mode: where would the library have decided otherwise than the kernel did? */
#include "guest.h"

#include <stdlib.h>
#include <unistd.h>

#define DIFFERENCES "/sys/kernel/debug/thpswap/differences"

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
	if (!access(DIFFERENCES, R_OK))
		run_one(&test, find_backend("none"));
}

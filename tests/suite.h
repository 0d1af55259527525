/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THPSWAP_TESTS_SUITE_H
#define THPSWAP_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* The names of the tests are the report, so they are printed unless told otherwise. */
static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, getenv("CK_VERBOSITY") ? CK_ENV : CK_VERBOSE);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif

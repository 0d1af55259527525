// SPDX-License-Identifier: GPL-2.0-only
/* Every enum value has a name of its own; a value without one is called "?". */
#include "space.h"
#include "suite.h"

#include <limits.h>
#include <string.h>

#define NAMES_OF(kind)                                                                             \
	static const char *name_of_##kind(unsigned int value)                                      \
	{                                                                                          \
		return thpswap_##kind##_name((enum thpswap_##kind)value);                          \
	}

NAMES_OF(revision)
NAMES_OF(action)
NAMES_OF(reason)
NAMES_OF(cached)
NAMES_OF(no_folio)

/* Tables are split at commas and read back by name. */
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz_"

static void expect_names(const char *(*name_of)(unsigned int value), unsigned int nr)
{
	ck_assert_uint_gt(nr, 1);
	for (unsigned int a = 0; a < nr; a++) {
		const char *name = name_of(a);

		ck_assert_uint_gt(strlen(name), 0);
		ck_assert_msg(strspn(name, NAME_CHARACTERS) == strlen(name),
			      "value %u is called '%s'", a, name);
		for (unsigned int b = 0; b < a; b++)
			ck_assert_str_ne(name, name_of(b));
	}
	ck_assert_str_eq(name_of(nr), "?");
	ck_assert_str_eq(name_of(UNKNOWN_VALUE), "?");
	ck_assert_str_eq(name_of(INT_MAX), "?");
	ck_assert_str_eq(name_of(UINT_MAX), "?");
}

START_TEST(every_revision_has_a_name)
{
	expect_names(name_of_revision, THPSWAP_NR_REVISIONS);
}
END_TEST

START_TEST(every_action_has_a_name)
{
	expect_names(name_of_action, THPSWAP_NR_ACTIONS);
}
END_TEST

START_TEST(every_reason_has_a_name)
{
	expect_names(name_of_reason, THPSWAP_NR_REASONS);
}
END_TEST

START_TEST(every_state_of_the_swap_cache_has_a_name)
{
	expect_names(name_of_cached, THPSWAP_NR_CACHED);
}
END_TEST

START_TEST(every_cause_has_a_name)
{
	expect_names(name_of_no_folio, THPSWAP_NR_NO_FOLIO);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("names of enum values");
	TCase *tcase = tcase_create("names");

	tcase_add_test(tcase, every_revision_has_a_name);
	tcase_add_test(tcase, every_action_has_a_name);
	tcase_add_test(tcase, every_reason_has_a_name);
	tcase_add_test(tcase, every_state_of_the_swap_cache_has_a_name);
	tcase_add_test(tcase, every_cause_has_a_name);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}

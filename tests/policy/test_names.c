// SPDX-License-Identifier: GPL-2.0-only
/* Every enum value is called as its identifier ends; a value without a name is called "?". */
#include "space.h"
#include "suite.h"

#include <ctype.h>
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

/* The end of its identifier in lower case, by which people search for it. */
struct expected {
	unsigned int value;
	const char *identifier;
};

#define EXPECT(prefix, value)                                                                      \
	{                                                                                          \
		prefix##value, #value                                                              \
	}

static const struct expected revision_names[] = {
	EXPECT(THPSWAP_, POSTED),
	EXPECT(THPSWAP_, REVIEWED),
};

_Static_assert(sizeof(revision_names) / sizeof(revision_names[0]) == THPSWAP_NR_REVISIONS,
	       "a revision is missing");

static const struct expected action_names[] = {
	EXPECT(THPSWAP_, MAP),
	EXPECT(THPSWAP_, READ),
	EXPECT(THPSWAP_, LOOK_ON),
	EXPECT(THPSWAP_, LOOK_AGAIN),
	EXPECT(THPSWAP_, SPLIT),
	EXPECT(THPSWAP_, REFAULT),
	EXPECT(THPSWAP_, DROP),
	EXPECT(THPSWAP_, SIGBUS),
	EXPECT(THPSWAP_, HWPOISON),
	EXPECT(THPSWAP_, FREE),
	EXPECT(THPSWAP_, FREE_IF_MEMCG_SWAP_FULL),
	EXPECT(THPSWAP_, KEEP),
};

_Static_assert(sizeof(action_names) / sizeof(action_names[0]) == THPSWAP_NR_ACTIONS,
	       "a action is missing");

static const struct expected reason_names[] = {
	EXPECT(THPSWAP_REASON_, NONE),		 EXPECT(THPSWAP_REASON_, PARTLY_CACHED),
	EXPECT(THPSWAP_REASON_, GONE),		 EXPECT(THPSWAP_REASON_, FREE_SLOT),
	EXPECT(THPSWAP_REASON_, NOT_ALLOWED),	 EXPECT(THPSWAP_REASON_, ZSWAP),
	EXPECT(THPSWAP_REASON_, MIXED_ZSWAP),	 EXPECT(THPSWAP_REASON_, MIXED_ZEROMAP),
	EXPECT(THPSWAP_REASON_, MIXED_MEMCG),	 EXPECT(THPSWAP_REASON_, NO_MEMORY),
	EXPECT(THPSWAP_REASON_, NO_CHARGE),	 EXPECT(THPSWAP_REASON_, DEFERRED),
	EXPECT(THPSWAP_REASON_, EXISTS),	 EXPECT(THPSWAP_REASON_, ZSWAP_CHANGED),
	EXPECT(THPSWAP_REASON_, BUSY),		 EXPECT(THPSWAP_REASON_, STALE),
	EXPECT(THPSWAP_REASON_, CHANGED),	 EXPECT(THPSWAP_REASON_, NOT_PMD_SIZED),
	EXPECT(THPSWAP_REASON_, POISONED),	 EXPECT(THPSWAP_REASON_, READ_ERROR),
	EXPECT(THPSWAP_REASON_, NOT_ANON),	 EXPECT(THPSWAP_REASON_, DIRTY),
	EXPECT(THPSWAP_REASON_, NOT_CACHED),	 EXPECT(THPSWAP_REASON_, NOT_MAPPED),
	EXPECT(THPSWAP_REASON_, SYNCHRONOUS_IO), EXPECT(THPSWAP_REASON_, MLOCKED),
	EXPECT(THPSWAP_REASON_, WRITE),		 EXPECT(THPSWAP_REASON_, NO_HURRY),
};

_Static_assert(sizeof(reason_names) / sizeof(reason_names[0]) == THPSWAP_NR_REASONS,
	       "a reason is missing");

static const struct expected cached_names[] = {
	EXPECT(THPSWAP_CACHED_, NOTHING),
	EXPECT(THPSWAP_CACHED_, PMD_FOLIO),
	EXPECT(THPSWAP_CACHED_, OTHER),
};

_Static_assert(sizeof(cached_names) / sizeof(cached_names[0]) == THPSWAP_NR_CACHED,
	       "a cached is missing");

static const struct expected no_folio_names[] = {
	EXPECT(THPSWAP_NO_FOLIO_, MEMORY),   EXPECT(THPSWAP_NO_FOLIO_, CHARGE),
	EXPECT(THPSWAP_NO_FOLIO_, DEFERRED), EXPECT(THPSWAP_NO_FOLIO_, EXISTS),
	EXPECT(THPSWAP_NO_FOLIO_, GONE),     EXPECT(THPSWAP_NO_FOLIO_, ZSWAP_CHANGED),
	EXPECT(THPSWAP_NO_FOLIO_, BUSY),
};

_Static_assert(sizeof(no_folio_names) / sizeof(no_folio_names[0]) == THPSWAP_NR_NO_FOLIO,
	       "a no_folio is missing");

static void expect_names(const char *(*name_of)(unsigned int value), unsigned int nr,
			 const struct expected *expected)
{
	ck_assert_uint_gt(nr, 1);
	for (unsigned int i = 0; i < nr; i++) {
		const char *name = name_of(expected[i].value);
		size_t length = strlen(expected[i].identifier);

		ck_assert_uint_eq(expected[i].value, i);
		ck_assert_uint_eq(strlen(name), length);
		while (length-- > 0)
			ck_assert_int_eq(toupper(name[length]), expected[i].identifier[length]);
	}
	ck_assert_str_eq(name_of(nr), "?");
	ck_assert_str_eq(name_of(UNKNOWN_VALUE), "?");
	ck_assert_str_eq(name_of(INT_MAX), "?");
	ck_assert_str_eq(name_of(UINT_MAX), "?");
}

START_TEST(every_revision_has_a_name)
{
	expect_names(name_of_revision, THPSWAP_NR_REVISIONS, revision_names);
}
END_TEST

START_TEST(every_action_has_a_name)
{
	expect_names(name_of_action, THPSWAP_NR_ACTIONS, action_names);
}
END_TEST

START_TEST(every_reason_has_a_name)
{
	expect_names(name_of_reason, THPSWAP_NR_REASONS, reason_names);
}
END_TEST

START_TEST(every_state_of_the_swap_cache_has_a_name)
{
	expect_names(name_of_cached, THPSWAP_NR_CACHED, cached_names);
}
END_TEST

START_TEST(every_cause_has_a_name)
{
	expect_names(name_of_no_folio, THPSWAP_NR_NO_FOLIO, no_folio_names);
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

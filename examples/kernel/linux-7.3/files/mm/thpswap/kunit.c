// SPDX-License-Identifier: GPL-2.0-only
/*
 * The golden tables of the user-space tests, held against the library as it is
 * built into this kernel. The rows are generated from the same files, see
 * golden-tables.sh; golden/tables.h lists them, so that a table without a test
 * does not compile.
 */
#include <kunit/test.h>
#include <linux/string.h>
#include <thpswap/thpswap.h>

#include "golden/tables.h"

/* Members that a row names directly, and that are passed or compared as a whole. */
#define COLUMNS(type, whole)                                                                       \
	union {                                                                                    \
		type;                                                                              \
		type whole;                                                                        \
	}

struct source_row {
	unsigned int line;
	enum thpswap_revision revision;
	unsigned int pmd_nr_pages;
	bool thp_allowed;
	COLUMNS(struct thpswap_range, range);
	COLUMNS(struct thpswap_verdict, want);
};

struct fallback_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_fallback_facts, facts);
	COLUMNS(struct thpswap_verdict, want);
};

struct validation_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_validation_facts, facts);
	COLUMNS(struct thpswap_verdict, want);
};

struct keeps_exclusive_row {
	unsigned int line;
	COLUMNS(struct thpswap_mapping_facts, facts);
	union {
		bool keeps_exclusive;
		bool want;
	};
};

struct mapping_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_mapping_facts, facts);
	COLUMNS(struct thpswap_mapping, want);
};

struct free_swap_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_free_swap_facts, facts);
	COLUMNS(struct thpswap_verdict, want);
};

struct unmapped_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_unmapped_facts, facts);
	COLUMNS(struct thpswap_verdict, want);
};

/* The answer has an nr_pages, as the facts have: its members are named here once more. */
struct batch_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_batch_facts, facts);
	union {
		struct {
			enum thpswap_action action;
			enum thpswap_reason reason;
			unsigned int mapped_pages;
		};
		struct thpswap_batch want;
	};
};

static_assert(offsetof(struct batch_row, action) == offsetof(struct batch_row, want.action));
static_assert(offsetof(struct batch_row, reason) == offsetof(struct batch_row, want.reason));
static_assert(offsetof(struct batch_row, mapped_pages) ==
	      offsetof(struct batch_row, want.nr_pages));

struct result_row {
	unsigned int line;
	enum thpswap_revision revision;
	COLUMNS(struct thpswap_result_facts, facts);
	union {
		unsigned int result;
		unsigned int want;
	};
};

static const struct source_row source_rows[] = {
#include "golden/source.h"
};

static const struct fallback_row fallback_rows[] = {
#include "golden/fallback.h"
};

static const struct validation_row validation_rows[] = {
#include "golden/validation.h"
};

static const struct keeps_exclusive_row keeps_exclusive_rows[] = {
#include "golden/keeps_exclusive.h"
};

static const struct mapping_row mapping_rows[] = {
#include "golden/mapping.h"
};

static const struct free_swap_row free_swap_rows[] = {
#include "golden/free_swap.h"
};

static const struct unmapped_row unmapped_rows[] = {
#include "golden/unmapped.h"
};

static const struct batch_row batch_rows[] = {
#include "golden/batch.h"
};

static const struct result_row result_rows[] = {
#include "golden/result.h"
};

/* Compared as bytes; no answer has a gap between its members. */
static void expect_answer(struct kunit *test, const char *table, unsigned int line,
			  const void *want, const void *got, size_t size)
{
	KUNIT_ASSERT_TRUE_MSG(test, memcmp(want, got, size) == 0,
			      "tests/policy/golden/%s.csv, line %u: want %*ph, got %*ph", table,
			      line, (int)size, want, (int)size, got);
}

/* Stops at the first row that fails. Line 1 of the file is the header, no row. */
#define TEST_TABLE(table, ask)                                                                     \
	static void test_##table(struct kunit *test)                                               \
	{                                                                                          \
		const struct table##_row *row = table##_rows;                                      \
		unsigned int lines = 1;                                                            \
                                                                                                   \
		for (; row < table##_rows + ARRAY_SIZE(table##_rows); row++) {                     \
			const typeof(row->want) got = (ask);                                       \
                                                                                                   \
			expect_answer(test, #table, row->line, &row->want, &got, sizeof(got));     \
			lines++;                                                                   \
			KUNIT_ASSERT_EQ(test, row->line, lines);                                   \
		}                                                                                  \
		KUNIT_EXPECT_EQ(test, lines, table##_csv_lines);                                   \
	}

TEST_TABLE(source,
	   thpswap_choose_source(row->revision, row->range, row->pmd_nr_pages, row->thp_allowed))
TEST_TABLE(fallback, thpswap_explain_fallback(row->revision, row->facts))
TEST_TABLE(validation, thpswap_validate(row->revision, row->facts))
TEST_TABLE(keeps_exclusive, thpswap_keeps_exclusive(row->facts))
TEST_TABLE(mapping, thpswap_decide_mapping(row->revision, row->facts))
TEST_TABLE(free_swap, thpswap_should_free_swap(row->revision, row->facts))
TEST_TABLE(unmapped, thpswap_should_free_unmapped(row->revision, row->facts))
TEST_TABLE(batch, thpswap_decide_batch(row->revision, row->facts))
TEST_TABLE(result, thpswap_fold_result(row->revision, row->facts))

#define TABLE_CASE(table) { .run_case = test_##table, .name = #table },

static struct kunit_case cases[] = { GOLDEN_TABLES(TABLE_CASE){} };

static struct kunit_suite suite = {
	.name = "thpswap",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0-only
/* Each decision over every combination of flags and enums, counts at boundaries, against the oracle. */
#include "ask.h"
#include "oracle.h"
#include "suite.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

/* Under sanitizers, on a busy machine; without this a test may take 4 s. */
#define TIMEOUT_S 120

static void report(const char *decision, uint64_t combinations)
{
	printf("%-14s %9" PRIu64 " combinations\n", decision, combinations);
	fflush(stdout);
}

static bool same_verdict(struct thpswap_verdict a, struct thpswap_verdict b)
{
	return a.action == b.action && a.reason == b.reason;
}

static void expect_verdict(const char *decision, size_t number, enum thpswap_revision revision,
			   struct thpswap_verdict got, struct thpswap_verdict want)
{
	if (same_verdict(got, want))
		return;
	ck_abort_msg("%s case %zu, revision %d: the library says %s (%s), the oracle %s (%s)",
		     decision, number, (int)revision, thpswap_action_name(got.action),
		     thpswap_reason_name(got.reason), thpswap_action_name(want.action),
		     thpswap_reason_name(want.reason));
}

START_TEST(source_of_every_range)
{
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		expect_verdict("source", i, c.revision, ask_source(c),
			       oracle_source(c.revision, &c.range, c.pmd_nr_pages, c.thp_allowed));
	}
	report("source", nr_source_cases());
}
END_TEST

/*
 * Slots as they are found one after the other. The final verdict is a function of
 * the whole range; on the way the verdict may be given only when every way to go
 * on leads to the same action, and must be LOOK_ON otherwise. But an entry whose first
 * slot nobody uses is gone, whatever the later slots are: that is known at once.
 */
#define MAX_SLOTS 4u

struct walk {
	unsigned int nr_slots;
	unsigned int first;
	uint64_t kinds;
	unsigned int nr;
	struct thpswap_range range;
};

static uint64_t nr_walks;

static void expect_range(const struct walk *walk)
{
	const struct thpswap_range want = oracle_range(walk->first, walk->kinds, walk->nr);

	if (same_range(&walk->range, &want))
		return;
	ck_abort_msg("wrong range after %u of %u slots: first kind %u, kinds %#" PRIx64, walk->nr,
		     walk->nr_slots, walk->first, walk->kinds);
}

static const struct policy {
	enum thpswap_revision revision;
	bool thp_allowed;
} policies[] = {
	{ THPSWAP_POSTED, false },
	{ THPSWAP_REVIEWED, true },
	{ THPSWAP_REVIEWED, false },
};

#define NR_POLICIES (sizeof(policies) / sizeof(policies[0]))

static struct thpswap_verdict final_verdict(struct policy policy, const struct walk *walk)
{
	return oracle_source_of_kinds(policy.revision, walk->first, walk->kinds,
				      policy.thp_allowed);
}

static void expect_source(struct policy policy, const struct walk *walk,
			  unsigned int reachable_actions)
{
	const struct thpswap_verdict got = ask_source((struct source_case){
		.revision = policy.revision,
		.range = walk->range,
		.pmd_nr_pages = walk->nr_slots,
		.thp_allowed = policy.thp_allowed,
	});
	const bool open = (reachable_actions & (reachable_actions - 1)) != 0;
	struct thpswap_verdict want = { THPSWAP_LOOK_ON, THPSWAP_REASON_NONE };

	if (walk->nr > 0) {
		const struct thpswap_verdict final = final_verdict(policy, walk);

		if (!open || final.reason == THPSWAP_REASON_GONE)
			want = final;
	}
	if (same_verdict(got, want))
		return;
	ck_abort_msg("%s, THP allowed: %d, after %u of %u slots, first kind %u, kinds %#" PRIx64
		     ": the library says %s (%s), the oracle %s (%s)",
		     thpswap_revision_name(policy.revision), policy.thp_allowed, walk->nr,
		     walk->nr_slots, walk->first, walk->kinds, thpswap_action_name(got.action),
		     thpswap_reason_name(got.reason), thpswap_action_name(want.action),
		     thpswap_reason_name(want.reason));
}

/* A folio of N pages that begins at the first slot is in every slot. */
static bool coherent(const struct walk *walk, const struct walk *longer)
{
	return walk->nr == 0 || (walk->kinds & ~ORACLE_IN_PMD_FOLIO) != 0 ||
	       (longer->kinds & ~ORACLE_IN_PMD_FOLIO) == 0;
}

static struct walk go_further(const struct walk *walk, unsigned int kind, unsigned int nr)
{
	struct walk longer = *walk;

	if (walk->nr == 0)
		longer.first = kind;
	longer.kinds |= UINT64_C(1) << kind;
	longer.nr += nr;
	ask_range_add(&longer.range, oracle_slots_of_kind(kind, nr));
	return longer;
}

/* Bits of the actions that a range can still end in, by policy. */
struct actions {
	unsigned int of[NR_POLICIES];
};

/* Returns them after checking all ways there. */
static struct actions walk_on(const struct walk *walk)
{
	struct actions ends = { { 0 } };

	for (unsigned int nr = 1; nr <= walk->nr_slots - walk->nr; nr++) {
		for (unsigned int kind = 0; kind < ORACLE_NR_KINDS; kind++) {
			const struct walk longer = go_further(walk, kind, nr);
			const struct actions further = walk_on(&longer);

			if (!coherent(walk, &longer))
				continue;
			for (unsigned int i = 0; i < NR_POLICIES; i++)
				ends.of[i] |= further.of[i];
		}
	}
	if (walk->nr > 0)
		expect_range(walk);
	for (unsigned int i = 0; i < NR_POLICIES; i++) {
		if (walk->nr == walk->nr_slots)
			ends.of[i] = 1u << final_verdict(policies[i], walk).action;
		expect_source(policies[i], walk, ends.of[i]);
	}
	nr_walks++;
	return ends;
}

START_TEST(source_of_every_sequence)
{
	for (unsigned int nr_slots = 1; nr_slots <= MAX_SLOTS; nr_slots++) {
		const struct walk start = { .nr_slots = nr_slots };

		walk_on(&start);
	}
	report("source walk", nr_walks);
}
END_TEST

START_TEST(range_counts_saturate)
{
	static const unsigned int counts[] = { 0, 1, 2, 512, INT_MAX, UINT_MAX - 1, UINT_MAX };
	const unsigned int nr_counts = sizeof(counts) / sizeof(counts[0]);

	for (unsigned int i = 0; i < nr_counts * nr_counts; i++) {
		const uint64_t a = counts[i % nr_counts];
		const uint64_t b = counts[i / nr_counts];
		struct thpswap_range range = { 0 };

		ask_range_add(&range, oracle_slots_of_kind(8, (unsigned int)a));
		ask_range_add(&range, oracle_slots_of_kind(8, (unsigned int)b));
		ck_assert_uint_eq(range.nr, a + b > UINT_MAX ? UINT_MAX : a + b);
	}
	report("range count", nr_counts * nr_counts);
}
END_TEST

START_TEST(an_empty_run_changes_nothing)
{
	for (unsigned int first = 0; first < ORACLE_NR_KINDS; first++) {
		for (unsigned int kind = 0; kind < ORACLE_NR_KINDS; kind++) {
			const struct thpswap_range nothing = { 0 };
			struct thpswap_range range = { 0 };
			struct thpswap_range before;

			ask_range_add(&range, oracle_slots_of_kind(kind, 0));
			ck_assert(same_range(&range, &nothing));
			ask_range_add(&range, oracle_slots_of_kind(first, 1));
			before = range;
			ask_range_add(&range, oracle_slots_of_kind(kind, 0));
			ck_assert(same_range(&range, &before));
		}
	}
	report("empty run", ORACLE_NR_KINDS * ORACLE_NR_KINDS);
}
END_TEST

/* The first run sets every fact of the range, whatever stood there before. */
START_TEST(the_first_run_forgets_what_was_there)
{
	for (unsigned int kind = 0; kind < ORACLE_NR_KINDS; kind++) {
		struct thpswap_range full = {
			.memcg_id = 99,
			.cached = (enum thpswap_cached)UNKNOWN_VALUE,
			.zeromap = true,
			.zswap = true,
			.first_free = true,
			.mixed_cached = true,
			.mixed_memcg = true,
			.mixed_zeromap = true,
			.mixed_zswap = true,
			.free_slot = true,
		};
		struct thpswap_range empty = { 0 };

		ask_range_add(&full, oracle_slots_of_kind(kind, 1));
		ask_range_add(&empty, oracle_slots_of_kind(kind, 1));
		ck_assert(same_range(&full, &empty));
	}
	report("first run", ORACLE_NR_KINDS);
}
END_TEST

/* Sizes that only differ above 16 bits are different sizes. */
START_TEST(counts_are_compared_whole)
{
	const struct thpswap_validation_facts wide = { .nr_pages = 512 + 65536,
						       .pmd_nr_pages = 512,
						       .matches_entry = true,
						       .entry_unchanged = true,
						       .uptodate = true };
	const struct validation_case c = { .revision = THPSWAP_REVIEWED, .facts = wide };

	expect_verdict("validation", 0, c.revision, ask_validation(c),
		       oracle_validate(c.revision, &wide));
	ck_assert_int_eq(ask_validation(c).action, THPSWAP_SPLIT);
}
END_TEST

START_TEST(fallback_of_every_cause)
{
	for (size_t i = 0; i < nr_fallback_cases(); i++) {
		const struct fallback_case c = fallback_case(i);

		expect_verdict("fallback", i, c.revision, ask_fallback(c),
			       oracle_fallback(c.revision, &c.facts));
	}
	report("fallback", nr_fallback_cases());
}
END_TEST

START_TEST(validation_of_every_folio)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);

		expect_verdict("validation", i, c.revision, ask_validation(c),
			       oracle_validate(c.revision, &c.facts));
	}
	report("validation", nr_validation_cases());
}
END_TEST

START_TEST(keeps_exclusive_for_every_folio)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);

		if (ask_keeps_exclusive(c) != oracle_keeps_exclusive(&c.facts))
			ck_abort_msg("keeps_exclusive case %zu: the library says %d", i,
				     ask_keeps_exclusive(c));
	}
	report("keeps marker", nr_mapping_cases());
}
END_TEST

START_TEST(mapping_of_every_folio)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const unsigned int got = mapping_word(ask_mapping(c));
		const unsigned int want = mapping_word(oracle_mapping(c.revision, &c.facts));

		if (got != want)
			ck_abort_msg("mapping case %zu, revision %d: the library says %#x, "
				     "the oracle %#x (bit 0 is the first field)",
				     i, (int)c.revision, got, want);
	}
	report("mapping", nr_mapping_cases());
}
END_TEST

START_TEST(free_swap_for_every_folio)
{
	for (size_t i = 0; i < nr_free_swap_cases(); i++) {
		const struct free_swap_case c = free_swap_case(i);

		expect_verdict("free_swap", i, c.revision, ask_free_swap(c),
			       oracle_free_swap(c.revision, &c.facts));
	}
	report("free swap", nr_free_swap_cases());
}
END_TEST

START_TEST(unmapped_for_every_folio)
{
	for (size_t i = 0; i < nr_unmapped_cases(); i++) {
		const struct unmapped_case c = unmapped_case(i);

		expect_verdict("unmapped", i, c.revision, ask_unmapped(c),
			       oracle_unmapped(c.revision, &c.facts));
	}
	report("unmapped", nr_unmapped_cases());
}
END_TEST

START_TEST(batch_of_every_folio)
{
	for (size_t i = 0; i < nr_batch_cases(); i++) {
		const struct batch_case c = batch_case(i);
		const struct thpswap_batch got = ask_batch(c);
		const struct thpswap_batch want = oracle_batch(c.revision, &c.facts);

		expect_verdict("batch", i, c.revision,
			       (struct thpswap_verdict){ got.action, got.reason },
			       (struct thpswap_verdict){ want.action, want.reason });
		if (got.nr_pages != want.nr_pages)
			ck_abort_msg("batch case %zu, revision %d: the library maps %u pages, "
				     "the oracle %u",
				     i, (int)c.revision, got.nr_pages, want.nr_pages);
	}
	report("batch", nr_batch_cases());
}
END_TEST

START_TEST(result_of_every_pair)
{
	for (size_t i = 0; i < nr_result_cases(); i++) {
		const struct result_case c = result_case(i);
		const unsigned int got = ask_result(c);
		const unsigned int want = oracle_result(c.revision, &c.facts);

		if (got != want)
			ck_abort_msg(
				"result case %zu, revision %d: fault %#x, follow-up %#x, "
				"fallback %#x, errors %#x: the library says %#x, the oracle %#x",
				i, (int)c.revision, c.facts.fault, c.facts.follow_up,
				c.facts.fallback_bit, c.facts.error_bits, got, want);
	}
	report("result", nr_result_cases());
}
END_TEST

/* One case for each file of lib/, so that CK_RUN_CASE can ask for the one that changed. */
static TCase *add_case(Suite *suite, const char *decision)
{
	TCase *tcase = tcase_create(decision);

	tcase_set_timeout(tcase, TIMEOUT_S);
	suite_add_tcase(suite, tcase);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("every decision, all flags and enums, counts at boundaries");
	TCase *source = add_case(suite, "source");
	TCase *validation, *mapping, *free_swap;

	tcase_add_test(source, source_of_every_range);
	tcase_add_test(source, source_of_every_sequence);
	tcase_add_test(source, range_counts_saturate);
	tcase_add_test(source, an_empty_run_changes_nothing);
	tcase_add_test(source, the_first_run_forgets_what_was_there);
	tcase_add_test(add_case(suite, "fallback"), fallback_of_every_cause);
	validation = add_case(suite, "validation");
	tcase_add_test(validation, validation_of_every_folio);
	tcase_add_test(validation, counts_are_compared_whole);
	mapping = add_case(suite, "mapping");
	tcase_add_test(mapping, keeps_exclusive_for_every_folio);
	tcase_add_test(mapping, mapping_of_every_folio);
	free_swap = add_case(suite, "free_swap");
	tcase_add_test(free_swap, free_swap_for_every_folio);
	tcase_add_test(free_swap, unmapped_for_every_folio);
	tcase_add_test(add_case(suite, "batch"), batch_of_every_folio);
	tcase_add_test(add_case(suite, "result"), result_of_every_pair);
	return run_suite(suite);
}

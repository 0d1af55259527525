// SPDX-License-Identifier: GPL-2.0-only
/*
 * The known bugs of this logic, one test each, named after the bug it rules out.
 * Each states an invariant over the input space of space.h; the suite on the posted
 * revision shows inputs on which that revision still has the defect.
 */
#include "ask.h"
#include "suite.h"

#include <limits.h>

#define TIMEOUT_S 120

/* An assertion of Check leaves a mark each time it holds, which is slow for millions of cases. */
#define require(number, condition)                                                                 \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg("case %zu: not so: %s", (size_t)(number), #condition);        \
	} while (0)

#define implies(a, b) (!(a) || (b))

/* A folio in the swap cache has one reference a page, and the one of the fault. */
static bool can_be_cached(struct mapping_case c)
{
	return c.facts.ref_count >= 2;
}

static bool reviewed(enum thpswap_revision revision)
{
	return revision != THPSWAP_POSTED;
}

static bool tears_io(struct mapping_case c)
{
	return c.facts.writeback && c.facts.stable_writes;
}

static bool armed_and_marked(struct mapping_case c)
{
	return c.facts.vma_uffd_wp && c.facts.entry_uffd_wp;
}

static bool read_write_protected(struct mapping_case c)
{
	return c.facts.vma_uffd_rwp && c.facts.entry_uffd_wp;
}

/* What the handler asks about the swap cache once it has mapped the folio as told. */
static struct free_swap_case after_mapping(struct mapping_case c, struct thpswap_mapping m)
{
	return (struct free_swap_case){
		.revision = c.revision,
		.facts.ref_count = c.facts.ref_count,
		.facts.nr_pages = 512,
		.facts.extra_refs = 1,
		.facts.swapcache = true,
		.facts.write_fault = c.facts.write_fault && !m.consume_write,
		.facts.exclusive = m.exclusive,
	};
}

/* Slots in the order in which the handler looks at them, until it is told to act. */
static const struct thpswap_slots plain_slot = { .nr = 1, .in_use = true };

static struct thpswap_verdict walk_slots(enum thpswap_revision revision, unsigned int nr_slots,
					 unsigned int odd_at, struct thpswap_slots odd,
					 unsigned int *looked_at)
{
	struct source_case c = { .revision = revision, .pmd_nr_pages = nr_slots };
	struct thpswap_verdict verdict = ask_source(c);

	for (*looked_at = 0; verdict.action == THPSWAP_LOOK_ON; (*looked_at)++) {
		if (*looked_at >= nr_slots)
			ck_abort_msg("still LOOK_ON after all %u slots", nr_slots);
		ask_range_add(&c.range, *looked_at == odd_at ? odd : plain_slot);
		verdict = ask_source(c);
	}
	return verdict;
}

static void expect_split_at(unsigned int at, unsigned int nr_slots, struct thpswap_slots odd,
			    enum thpswap_reason reason)
{
	unsigned int looked_at;
	const struct thpswap_verdict verdict =
		walk_slots(THPSWAP_REVIEWED, nr_slots, at, odd, &looked_at);

	if (verdict.action != THPSWAP_SPLIT || verdict.reason != reason || looked_at != at + 1)
		ck_abort_msg("slot %u of %u is odd: %s (%s) after %u slots", at, nr_slots,
			     thpswap_action_name(verdict.action),
			     thpswap_reason_name(verdict.reason), looked_at);
}

/* Wherever the odd slot is, the range is split when it is reached, for that reason. */
static void expect_split_at_odd_slot(struct thpswap_slots odd, enum thpswap_reason reason)
{
	for (unsigned int size = 0; size < NR_PMD_SIZES; size++) {
		const unsigned int nr_slots = pmd_sizes[size];

		for (unsigned int at = 1; at < nr_slots && at < 512; at++)
			expect_split_at(at, nr_slots, odd, reason);
		if (nr_slots > 512)
			expect_split_at(nr_slots - 1, nr_slots, odd, reason);
	}
}

START_TEST(r01_cow_leak)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		require(i, implies(m.writable, m.exclusive));
		require(i, implies(m.exclusive && (reviewed(c.revision) || can_be_cached(c)),
				   c.facts.entry_exclusive));
	}
}
END_TEST

START_TEST(r02_gup_lost_write)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);

		if (!c.facts.entry_exclusive || tears_io(c))
			continue;
		require(i, ask_keeps_exclusive(c));
		require(i, ask_mapping(c).exclusive);
	}
}
END_TEST

START_TEST(r03_stable_writes_polarity)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		if (reviewed(c.revision) || can_be_cached(c))
			require(i, implies(m.writable, !tears_io(c)));
		require(i, implies(c.facts.entry_exclusive && c.facts.writeback &&
					   !c.facts.stable_writes,
				   m.exclusive));
	}
}
END_TEST

START_TEST(r04_stale_read)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);
		const struct thpswap_verdict verdict = ask_validation(c);

		require(i, implies(verdict.action == THPSWAP_MAP, c.facts.matches_entry));
		require(i, implies(!c.facts.matches_entry, verdict.action == THPSWAP_REFAULT));
	}
}
END_TEST

/* Each clause frees a folio with the references that the swap cache and the mapping hold. */
START_TEST(r06_dead_clause)
{
	bool freed_for[THPSWAP_NR_REASONS] = { false };
	bool writer_freed = false;

	for (size_t i = 0; i < nr_free_swap_cases(); i++) {
		const struct free_swap_case c = free_swap_case(i);
		const struct thpswap_verdict verdict = ask_free_swap(c);

		if (reviewed(c.revision) && c.facts.ref_count > c.facts.nr_pages &&
		    verdict.action == THPSWAP_FREE)
			freed_for[verdict.reason] = true;
	}
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);

		if (reviewed(c.revision) && c.facts.ref_count > 512 &&
		    ask_free_swap(after_mapping(c, ask_mapping(c))).reason == THPSWAP_REASON_WRITE)
			writer_freed = true;
	}
	ck_assert(freed_for[THPSWAP_REASON_SYNCHRONOUS_IO]);
	ck_assert(freed_for[THPSWAP_REASON_MLOCKED]);
	ck_assert(freed_for[THPSWAP_REASON_WRITE]);
	ck_assert_msg(writer_freed, "no mapping decision leads to the clause of the writer");
}
END_TEST

START_TEST(r07_write_flag_consumed)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		if (!reviewed(c.revision))
			continue;
		require(i, !m.consume_write);
		if (m.exclusive && c.facts.write_fault)
			require(i, ask_free_swap(after_mapping(c, m)).action == THPSWAP_FREE);
	}
}
END_TEST

START_TEST(r08_lru_reference)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		struct mapping_case more = c;

		if (c.facts.ref_count == UINT_MAX || (!reviewed(c.revision) && !can_be_cached(c)))
			continue;
		more.facts.ref_count++;
		require(i, mapping_word(ask_mapping(c)) == mapping_word(ask_mapping(more)));
	}
	for (size_t i = 0; i < nr_free_swap_cases(); i++) {
		const struct free_swap_case c = free_swap_case(i);
		struct free_swap_case more = c;

		if (!reviewed(c.revision) || c.facts.ref_count == UINT_MAX)
			continue;
		more.facts.ref_count++;
		require(i, ask_free_swap(c).action == ask_free_swap(more).action);
	}
}
END_TEST

START_TEST(r11_major_plus_error)
{
	for (size_t i = 0; i < nr_result_cases(); i++) {
		const struct result_case c = result_case(i);
		const unsigned int result = ask_result(c);

		require(i, implies(result & c.facts.error_bits, !(result & ~c.facts.error_bits)));
		require(i, implies(c.facts.fault & c.facts.error_bits & ~c.facts.fallback_bit,
				   result & c.facts.error_bits));
	}
}
END_TEST

START_TEST(r12_fallback_escapes)
{
	for (size_t i = 0; i < nr_result_cases(); i++) {
		const struct result_case c = result_case(i);
		struct result_case without = c;

		without.facts.follow_up &= ~c.facts.fallback_bit;
		if (reviewed(c.revision))
			without.facts.fault &= ~c.facts.fallback_bit;
		if (!(without.facts.fault & c.facts.fallback_bit))
			require(i, (ask_result(c) & c.facts.fallback_bit) == 0);
		/* Masked before folding, so that it does not push a success out either. */
		require(i, ask_result(c) == ask_result(without));
	}
}
END_TEST

/* Only somebody else's progress lets the fault repeat as it was; all else ends the PMD entry. */
START_TEST(r13_fallback_livelock)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);

		require(i, implies(ask_validation(c).action == THPSWAP_REFAULT,
				   !c.facts.matches_entry));
	}
}
END_TEST

START_TEST(r14_same_order_retry)
{
	for (unsigned int cause = 0; cause <= UNKNOWN_VALUE; cause++)
		ck_assert_int_eq(thpswap_explain_fallback((enum thpswap_no_folio)cause).action,
				 THPSWAP_SPLIT);
	ck_assert_int_eq(thpswap_explain_fallback(THPSWAP_NO_FOLIO_BUSY).reason,
			 THPSWAP_REASON_BUSY);
}
END_TEST

START_TEST(r15_map_garbage)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);

		require(i, implies(ask_validation(c).action == THPSWAP_MAP, c.facts.uptodate));
	}
}
END_TEST

START_TEST(r16_lost_swap_bits)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		require(i, m.soft_dirty == c.facts.entry_soft_dirty);
		require(i, m.uffd_wp == c.facts.entry_uffd_wp);
	}
}
END_TEST

START_TEST(r17_soft_dirty_overprotect)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);
		const bool nothing_else =
			m.exclusive && c.facts.vma_write && !c.facts.entry_uffd_wp;
		const bool bit_clear = c.facts.vma_soft_dirty && !c.facts.entry_soft_dirty;

		require(i, implies(bit_clear, !m.writable));
		require(i, implies(nothing_else, m.writable == !bit_clear));
	}
}
END_TEST

START_TEST(r18_uffd_wp_bypass)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		if (!armed_and_marked(c))
			continue;
		require(i, !m.writable);
		require(i, !m.dirty);
	}
}
END_TEST

START_TEST(r19_rwp_dropped)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		if (!reviewed(c.revision))
			continue;
		require(i, m.no_access == read_write_protected(c));
		if (!m.no_access)
			continue;
		require(i, m.uffd_wp);
		require(i, !m.writable);
		require(i, !m.dirty);
		require(i, !m.follow_up);
	}
}
END_TEST

START_TEST(r20_poisoned_subpage)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);
		const struct thpswap_verdict verdict = ask_validation(c);

		if (!reviewed(c.revision) || !c.facts.poisoned)
			continue;
		require(i, verdict.action != THPSWAP_MAP);
		/* The process does not die for the good pages around the bad one. */
		require(i, verdict.action != THPSWAP_SIGBUS);
	}
}
END_TEST

START_TEST(r21_partial_zeromap)
{
	const struct thpswap_slots zero_filled = { .nr = 1, .in_use = true, .zeromap = true };

	expect_split_at_odd_slot(zero_filled, THPSWAP_REASON_MIXED_ZEROMAP);
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		require(i, implies(reviewed(c.revision) && c.range.mixed_zeromap,
				   ask_source(c).action != THPSWAP_READ));
	}
}
END_TEST

START_TEST(r22_mixed_zswap)
{
	const struct thpswap_slots compressed = { .nr = 1, .in_use = true, .zswap = true };

	expect_split_at_odd_slot(compressed, THPSWAP_REASON_ZSWAP);
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		require(i, implies(reviewed(c.revision) && c.range.zswap,
				   ask_source(c).action != THPSWAP_READ));
	}
}
END_TEST

START_TEST(r23_slot0_only)
{
	const struct thpswap_slots cached = { .nr = 1,
					      .in_use = true,
					      .cached = THPSWAP_CACHED_OTHER };
	const struct thpswap_slots unused = { .nr = 1 };
	const struct thpswap_slots elsewhere = { .nr = 1, .in_use = true, .memcg_id = 1 };

	expect_split_at_odd_slot(cached, THPSWAP_REASON_PARTLY_CACHED);
	expect_split_at_odd_slot(unused, THPSWAP_REASON_FREE_SLOT);
	expect_split_at_odd_slot(elsewhere, THPSWAP_REASON_MIXED_MEMCG);
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		require(i, implies(reviewed(c.revision) && ask_source(c).action == THPSWAP_READ,
				   c.range.nr >= c.pmd_nr_pages));
	}
}
END_TEST

START_TEST(r29_dirty_cow)
{
	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		struct mapping_case other = c;
		const struct thpswap_mapping m = ask_mapping(c);

		other.facts.write_fault = !c.facts.write_fault;
		other.facts.entry_soft_dirty = true;
		require(i, implies(m.dirty, m.writable && c.facts.write_fault));
		require(i, implies(m.writable, ask_mapping(other).writable));
	}
}
END_TEST

/* Without the clause on the reference count nothing that can happen is decided otherwise. */
START_TEST(d02_posted_sole_owner_is_unreachable)
{
	bool clause_exists = false;

	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);

		if (reviewed(c.revision))
			continue;
		if (can_be_cached(c))
			require(i, ask_mapping(c).exclusive == ask_keeps_exclusive(c));
		else if (ask_mapping(c).exclusive && !ask_keeps_exclusive(c))
			clause_exists = true;
	}
	ck_assert(clause_exists);
}
END_TEST

START_TEST(d03_posted_keeps_slots_of_exclusive_writer)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < nr_mapping_cases(); i++) {
		const struct mapping_case c = mapping_case(i);
		const struct thpswap_mapping m = ask_mapping(c);

		if (reviewed(c.revision) || !m.writable || !c.facts.write_fault)
			continue;
		require(i, m.consume_write);
		require(i, ask_free_swap(after_mapping(c, m)).action != THPSWAP_FREE);
		nr++;
	}
	ck_assert_uint_gt(nr, 0);
}
END_TEST

START_TEST(d04_posted_maps_poisoned_page)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);
		const bool sound = c.facts.matches_entry && c.facts.uptodate &&
				   c.facts.nr_pages == c.facts.pmd_nr_pages;

		if (reviewed(c.revision) || !sound || !c.facts.poisoned)
			continue;
		require(i, ask_validation(c).action == THPSWAP_MAP);
		nr++;
	}
	ck_assert_uint_gt(nr, 0);
}
END_TEST

static void expect_posted_reads_over(struct thpswap_slots odd)
{
	struct source_case c = { .revision = THPSWAP_POSTED, .pmd_nr_pages = 512 };
	unsigned int looked_at;

	ck_assert_int_eq(walk_slots(THPSWAP_POSTED, 512, 1, odd, &looked_at).action, THPSWAP_READ);
	ck_assert_uint_eq(looked_at, 1);
	/* Not even when it is told. */
	ask_range_add(&c.range, plain_slot);
	ask_range_add(&c.range, odd);
	ck_assert_int_eq(ask_source(c).action, THPSWAP_READ);
	c.revision = THPSWAP_REVIEWED;
	ck_assert_int_eq(ask_source(c).action, THPSWAP_SPLIT);
}

START_TEST(d05_posted_reads_zswap_range)
{
	expect_posted_reads_over(
		(struct thpswap_slots){ .nr = 511, .in_use = true, .zswap = true });
}
END_TEST

START_TEST(d06_posted_reads_over_cached_slots)
{
	expect_posted_reads_over((struct thpswap_slots){
		.nr = 511, .in_use = true, .cached = THPSWAP_CACHED_OTHER });
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("the bugs that the policy rules out, and those it shows");
	TCase *ruled_out = tcase_create("ruled out");
	TCase *shown = tcase_create("shown in the posted revision");

	tcase_set_timeout(ruled_out, TIMEOUT_S);
	tcase_add_test(ruled_out, r01_cow_leak);
	tcase_add_test(ruled_out, r02_gup_lost_write);
	tcase_add_test(ruled_out, r03_stable_writes_polarity);
	tcase_add_test(ruled_out, r04_stale_read);
	tcase_add_test(ruled_out, r06_dead_clause);
	tcase_add_test(ruled_out, r07_write_flag_consumed);
	tcase_add_test(ruled_out, r08_lru_reference);
	tcase_add_test(ruled_out, r11_major_plus_error);
	tcase_add_test(ruled_out, r12_fallback_escapes);
	tcase_add_test(ruled_out, r13_fallback_livelock);
	tcase_add_test(ruled_out, r14_same_order_retry);
	tcase_add_test(ruled_out, r15_map_garbage);
	tcase_add_test(ruled_out, r16_lost_swap_bits);
	tcase_add_test(ruled_out, r17_soft_dirty_overprotect);
	tcase_add_test(ruled_out, r18_uffd_wp_bypass);
	tcase_add_test(ruled_out, r19_rwp_dropped);
	tcase_add_test(ruled_out, r20_poisoned_subpage);
	tcase_add_test(ruled_out, r21_partial_zeromap);
	tcase_add_test(ruled_out, r22_mixed_zswap);
	tcase_add_test(ruled_out, r23_slot0_only);
	tcase_add_test(ruled_out, r29_dirty_cow);
	suite_add_tcase(suite, ruled_out);

	tcase_set_timeout(shown, TIMEOUT_S);
	tcase_add_test(shown, d02_posted_sole_owner_is_unreachable);
	tcase_add_test(shown, d03_posted_keeps_slots_of_exclusive_writer);
	tcase_add_test(shown, d04_posted_maps_poisoned_page);
	tcase_add_test(shown, d05_posted_reads_zswap_range);
	tcase_add_test(shown, d06_posted_reads_over_cached_slots);
	suite_add_tcase(suite, shown);
	return run_suite(suite);
}

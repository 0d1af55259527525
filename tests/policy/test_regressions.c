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

/* Without an entry a validation of the reviewed revision does not go on. */
static bool entry_is_there(struct validation_case c)
{
	return c.facts.matches_entry && (!reviewed(c.revision) || c.facts.entry_unchanged);
}

/* No shortage: somebody else has the range, or has given it up. */
static bool lost_a_race(struct fallback_case c)
{
	return c.facts.cause == THPSWAP_NO_FOLIO_EXISTS || c.facts.cause == THPSWAP_NO_FOLIO_GONE;
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
	struct source_case c = {
		.revision = revision,
		.pmd_nr_pages = nr_slots,
		.thp_allowed = true,
	};
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

		require(i, implies(verdict.action == THPSWAP_MAP, entry_is_there(c)));
		require(i, implies(!entry_is_there(c), verdict.action == THPSWAP_REFAULT));
	}
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		require(i, implies(reviewed(c.revision) && c.range.first_free,
				   ask_source(c).action != THPSWAP_READ));
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

		require(i,
			implies(ask_validation(c).action == THPSWAP_REFAULT, !entry_is_there(c)));
	}
	for (size_t i = 0; i < nr_fallback_cases(); i++) {
		const struct fallback_case c = fallback_case(i);

		require(i, implies(ask_fallback(c).action == THPSWAP_REFAULT, lost_a_race(c)));
	}
}
END_TEST

START_TEST(r14_same_order_retry)
{
	for (size_t i = 0; i < nr_fallback_cases(); i++) {
		const struct fallback_case c = fallback_case(i);

		if (!reviewed(c.revision) || !lost_a_race(c))
			require(i, ask_fallback(c).action == THPSWAP_SPLIT);
		if (c.facts.cause == THPSWAP_NO_FOLIO_BUSY)
			require(i, ask_fallback(c).reason == THPSWAP_REASON_BUSY);
	}
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

		if (verdict.action == THPSWAP_HWPOISON)
			require(i, c.facts.page_poisoned && reviewed(c.revision));
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

	expect_split_at_odd_slot(compressed, THPSWAP_REASON_MIXED_ZSWAP);
	expect_split_at(0, 512, compressed, THPSWAP_REASON_ZSWAP);
	for (size_t i = 0; i < nr_source_cases(); i++) {
		const struct source_case c = source_case(i);

		require(i, implies(reviewed(c.revision) && (c.range.zswap || c.range.mixed_zswap),
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

/* As the handler does it: a look is counted when it is over. */
START_TEST(r26_looking_again_ends)
{
	for (size_t i = 0; i < nr_fallback_cases(); i++) {
		struct fallback_case c = fallback_case(i);
		unsigned int nr = 0;

		for (c.facts.looks = 0; ask_fallback(c).action == THPSWAP_LOOK_AGAIN; nr++)
			require(i, c.facts.looks++ < THPSWAP_MAX_LOOKS);
		if (reviewed(c.revision) && c.facts.cause == THPSWAP_NO_FOLIO_EXISTS)
			require(i, nr == THPSWAP_MAX_LOOKS);
		else
			require(i, nr == 0);
		/* Whoever has not counted from 0 does not look for ever either. */
		c = fallback_case(i);
		require(i, implies(c.facts.looks >= THPSWAP_MAX_LOOKS,
				   ask_fallback(c).action != THPSWAP_LOOK_AGAIN));
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

START_TEST(r37_dirty_is_never_dropped)
{
	bool kept = false;

	for (size_t i = 0; i < nr_batch_cases(); i++) {
		const struct batch_case c = batch_case(i);
		const enum thpswap_action action = ask_batch(c).action;

		require(i, implies(action == THPSWAP_DROP, !c.facts.dirty));
		kept |= action == THPSWAP_REFAULT && c.facts.dirty;
	}
	ck_assert(kept);
}
END_TEST

START_TEST(d10_no_part_of_a_folio_that_is_not_anon)
{
	for (size_t i = 0; i < nr_batch_cases(); i++) {
		const struct batch_case c = batch_case(i);
		const struct thpswap_batch batch = ask_batch(c);

		if (batch.action == THPSWAP_MAP && c.facts.nr_pages > 1 && !c.facts.anon)
			require(i, batch.nr_pages == c.facts.nr_pages);
	}
}
END_TEST

START_TEST(d11_changed_entry_beats_read_error)
{
	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);

		if (reviewed(c.revision) && !c.facts.entry_unchanged)
			require(i, ask_validation(c).action == THPSWAP_REFAULT);
	}
}
END_TEST

START_TEST(d12_exit_frees_the_slots)
{
	for (size_t i = 0; i < nr_unmapped_cases(); i++) {
		const struct unmapped_case c = unmapped_case(i);

		if (reviewed(c.revision))
			require(i, (ask_unmapped(c).action == THPSWAP_FREE) == c.facts.swapcache);
	}
}
END_TEST

START_TEST(d13_batch_maps_no_poisoned_neighbour)
{
	for (size_t i = 0; i < nr_batch_cases(); i++) {
		const struct batch_case c = batch_case(i);
		const struct thpswap_batch batch = ask_batch(c);

		if (reviewed(c.revision) && c.facts.poisoned)
			require(i, batch.nr_pages <= 1);
		require(i, implies(c.facts.page_poisoned, batch.nr_pages == 0));
	}
}
END_TEST

/* Who was faster has a THP, or gave the range up: neither is a reason to split it. */
START_TEST(a_lost_race_keeps_the_thp)
{
	const struct thpswap_slots unused = { .nr = 1 };
	unsigned int looked_at;

	for (size_t i = 0; i < nr_fallback_cases(); i++) {
		const struct fallback_case c = fallback_case(i);

		if (reviewed(c.revision) && lost_a_race(c))
			require(i, ask_fallback(c).action != THPSWAP_SPLIT);
	}
	ck_assert_int_eq(walk_slots(THPSWAP_REVIEWED, 512, 0, unused, &looked_at).action,
			 THPSWAP_REFAULT);
	ck_assert_uint_eq(looked_at, 1);
}
END_TEST

START_TEST(not_allowed_is_read_page_by_page)
{
	for (size_t i = 0; i < nr_source_cases(); i++) {
		struct source_case c = source_case(i);
		enum thpswap_action allowed, forbidden;

		c.thp_allowed = true;
		allowed = ask_source(c).action;
		c.thp_allowed = false;
		forbidden = ask_source(c).action;
		/* A folio that is there is mapped, and no slot more is looked at than needed. */
		if (reviewed(c.revision) && c.range.nr > 0 &&
		    (allowed == THPSWAP_READ || allowed == THPSWAP_LOOK_ON))
			require(i, forbidden == THPSWAP_SPLIT);
		else
			require(i, forbidden == allowed);
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

START_TEST(d11_posted_kills_for_a_changed_entry)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < nr_validation_cases(); i++) {
		const struct validation_case c = validation_case(i);

		if (reviewed(c.revision) || c.facts.entry_unchanged)
			continue;
		if (ask_validation(c).action == THPSWAP_SIGBUS)
			nr++;
	}
	ck_assert_uint_gt(nr, 0);
}
END_TEST

START_TEST(d12_posted_exit_keeps_the_slots)
{
	const struct unmapped_case c = { .revision = THPSWAP_POSTED, .facts.swapcache = true };

	ck_assert_int_eq(ask_unmapped(c).action, THPSWAP_KEEP);
}
END_TEST

START_TEST(d13_posted_batch_maps_poisoned_neighbour)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < nr_batch_cases(); i++) {
		const struct batch_case c = batch_case(i);

		if (reviewed(c.revision) || c.facts.nr_pages < 2 || !c.facts.whole ||
		    !c.facts.poisoned || c.facts.page_poisoned)
			continue;
		require(i, ask_batch(c).nr_pages == c.facts.nr_pages);
		nr++;
	}
	ck_assert_uint_gt(nr, 0);
}
END_TEST

static void expect_posted_reads_over(struct thpswap_slots odd)
{
	struct source_case c = {
		.revision = THPSWAP_POSTED,
		.pmd_nr_pages = 512,
		.thp_allowed = true,
	};
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
	const struct thpswap_slots compressed = { .nr = 512, .in_use = true, .zswap = true };
	unsigned int looked_at;

	expect_posted_reads_over(
		(struct thpswap_slots){ .nr = 511, .in_use = true, .zswap = true });
	ck_assert_int_eq(walk_slots(THPSWAP_POSTED, 512, 0, compressed, &looked_at).action,
			 THPSWAP_READ);
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
	tcase_add_test(ruled_out, r26_looking_again_ends);
	tcase_add_test(ruled_out, r29_dirty_cow);
	tcase_add_test(ruled_out, r37_dirty_is_never_dropped);
	tcase_add_test(ruled_out, d10_no_part_of_a_folio_that_is_not_anon);
	tcase_add_test(ruled_out, d11_changed_entry_beats_read_error);
	tcase_add_test(ruled_out, d12_exit_frees_the_slots);
	tcase_add_test(ruled_out, d13_batch_maps_no_poisoned_neighbour);
	tcase_add_test(ruled_out, a_lost_race_keeps_the_thp);
	tcase_add_test(ruled_out, not_allowed_is_read_page_by_page);
	suite_add_tcase(suite, ruled_out);

	tcase_set_timeout(shown, TIMEOUT_S);
	tcase_add_test(shown, d02_posted_sole_owner_is_unreachable);
	tcase_add_test(shown, d03_posted_keeps_slots_of_exclusive_writer);
	tcase_add_test(shown, d04_posted_maps_poisoned_page);
	tcase_add_test(shown, d05_posted_reads_zswap_range);
	tcase_add_test(shown, d06_posted_reads_over_cached_slots);
	tcase_add_test(shown, d11_posted_kills_for_a_changed_entry);
	tcase_add_test(shown, d12_posted_exit_keeps_the_slots);
	tcase_add_test(shown, d13_posted_batch_maps_poisoned_neighbour);
	suite_add_tcase(suite, shown);
	return run_suite(suite);
}

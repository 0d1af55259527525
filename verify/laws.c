// SPDX-License-Identifier: GPL-2.0-only
/*
 * Laws of the policy. Each function below only calls the library; its contract
 * is the law, and is proved from the contracts of what it calls. claims.txt has
 * every law as an English sentence. "Reviewed" is every revision but the posted
 * one, as in the library.
 */
#include <thpswap/thpswap.h>

#include "facts.h" /* SAME_*: made of the headers by tests/policy/facts.awk */
#include "linux-7.3.h"

struct mappings {
	struct thpswap_mapping one, other;
};

struct ranges {
	struct thpswap_range one, other;
};

struct verdicts {
	struct thpswap_verdict one, other;
};

struct results {
	unsigned int one, other;
};

struct batches {
	struct thpswap_batch one, other;
};

/*@ predicate SameRange(struct thpswap_range a, struct thpswap_range b) = SAME_range(a, b);

    predicate SameMapping(struct thpswap_mapping a, struct thpswap_mapping b) = SAME_mapping(a, b);

    predicate SameVerdict(struct thpswap_verdict a, struct thpswap_verdict b) = SAME_verdict(a, b);

    predicate SameBatch(struct thpswap_batch a, struct thpswap_batch b) = SAME_batch(a, b);

    predicate SameBits(unsigned int a, unsigned int b) =
      \forall integer i; 0 <= i < 32 ==> (Bit(a, i) <==> Bit(b, i));

    predicate Overlap(unsigned int a, unsigned int b) =
      \exists integer i; 0 <= i < 32 && Bit(a, i) && Bit(b, i);

    // The swap cache holds one reference for each of the N pages, the lookup one more.
    predicate SwapCachedAndLookedUp(struct thpswap_mapping_facts facts, integer n) =
      n >= 1 && facts.ref_count >= n + 1;
*/

/*
 * Source: the range is a function of all N slots.
 */

/*@ predicate Uncached(struct thpswap_slots *slots, integer n) =
      \forall integer i; 0 <= i < n ==> slots[i].cached == THPSWAP_CACHED_NOTHING;

    predicate AllInUse(struct thpswap_slots *slots, integer n) =
      \forall integer i; 0 <= i < n ==> slots[i].in_use;

    predicate NoneInZswap(struct thpswap_slots *slots, integer n) =
      \forall integer i; 0 <= i < n ==> !slots[i].zswap;

    predicate OneZswap(struct thpswap_slots *slots, integer n, integer zswap) =
      \forall integer i; 0 <= i < n ==> (slots[i].zswap != 0 <==> zswap != 0);

    predicate OneMemcg(struct thpswap_slots *slots, integer n, integer memcg_id) =
      \forall integer i; 0 <= i < n ==> slots[i].memcg_id == memcg_id;

    predicate OneZeromap(struct thpswap_slots *slots, integer n, integer zeromap) =
      \forall integer i; 0 <= i < n ==> (slots[i].zeromap != 0 <==> zeromap != 0);

    predicate SameCached(struct thpswap_slots *slots, integer n, integer cached) =
      \forall integer i; 0 <= i < n ==> slots[i].cached == cached;
*/

/*@ requires  some_slots:     n >= 1;
    requires  slots_readable: \valid_read(slots + (0 .. n - 1));
    requires  one_by_one:     \forall integer i; 0 <= i < n ==> slots[i].nr == 1;
    requires  enum_values:    \forall integer i; 0 <= i < n ==>
                                slots[i].cached < THPSWAP_NR_CACHED;
    requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   read_iff:       \result.action == THPSWAP_READ <==>
                                thp_allowed && Uncached(slots, n) && AllInUse(slots, n) &&
                                NoneInZswap(slots, n) &&
                                OneMemcg(slots, n, slots[0].memcg_id) &&
                                OneZeromap(slots, n, slots[0].zeromap);
    ensures   map_iff:        \result.action == THPSWAP_MAP <==>
                                slots[0].cached == THPSWAP_CACHED_PMD_FOLIO &&
                                SameCached(slots, n, slots[0].cached);
    ensures   refault_iff:    \result.action == THPSWAP_REFAULT <==>
                                Uncached(slots, n) && !slots[0].in_use;
    ensures   else_split:     \result.action == THPSWAP_READ || \result.action == THPSWAP_MAP ||
                                \result.action == THPSWAP_REFAULT ||
                                \result.action == THPSWAP_SPLIT;
*/
struct thpswap_verdict whole_read_iff_all_slots_are_alike(enum thpswap_revision revision,
							  const struct thpswap_slots *slots,
							  unsigned int n, bool thp_allowed)
{
	struct thpswap_range range = { 0 };

	/*@ loop invariant bounds:  0 <= i <= n;
	    loop invariant counted: range.nr == i;
	    loop invariant first:   i > 0 ==> range.cached == slots[0].cached &&
	                              range.memcg_id == slots[0].memcg_id &&
	                              (range.zeromap <==> slots[0].zeromap) &&
	                              (range.zswap <==> slots[0].zswap) &&
	                              (range.first_free <==> !slots[0].in_use);
	    loop invariant cached:  i > 0 ==> (!range.mixed_cached <==>
	                              SameCached(slots, i, range.cached));
	    loop invariant memcg:   i > 0 ==> (!range.mixed_memcg <==>
	                              OneMemcg(slots, i, range.memcg_id));
	    loop invariant zeromap: i > 0 ==> (!range.mixed_zeromap <==>
	                              OneZeromap(slots, i, range.zeromap));
	    loop invariant in_use:  i > 0 ==> (!range.free_slot <==> AllInUse(slots, i));
	    loop invariant zswap:   i > 0 ==> (!range.mixed_zswap <==>
	                              OneZswap(slots, i, range.zswap));
	    loop assigns i, range;
	    loop variant n - i;
	*/
	for (unsigned int i = 0; i < n; i++)
		thpswap_range_add(&range, slots[i]);

	return thpswap_choose_source(revision, range, n, thp_allowed);
}

/*@ requires  no_wrap:        run.nr + more <= 4294967295;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   same_range:     SameRange(\result.one, \result.other);
*/
struct ranges a_run_may_be_added_in_parts(struct thpswap_range range, struct thpswap_slots run,
					  unsigned int more)
{
	struct ranges ranges = { range, range };
	struct thpswap_slots part = run;

	thpswap_range_add(&ranges.one, part);
	part.nr = more;
	thpswap_range_add(&ranges.one, part);
	part.nr = run.nr + more;
	thpswap_range_add(&ranges.other, part);
	return ranges;
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   stays_split:    \result.one.action == THPSWAP_SPLIT ==>
                                \result.other.action == THPSWAP_SPLIT;
*/
struct verdicts more_slots_never_undo_a_split(enum thpswap_revision revision,
					      struct thpswap_range range, struct thpswap_slots run,
					      unsigned int n, bool thp_allowed)
{
	struct thpswap_range longer = range;

	thpswap_range_add(&longer, run);
	return (struct verdicts){ thpswap_choose_source(revision, range, n, thp_allowed),
				  thpswap_choose_source(revision, longer, n, thp_allowed) };
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   all_seen:       \result.action == THPSWAP_READ ==> range.nr >= n;
    ensures   uniform:        \result.action == THPSWAP_READ ==>
                                !range.mixed_zeromap && !range.mixed_memcg && !range.zswap &&
                                !range.mixed_zswap && !range.free_slot && !range.mixed_cached;
    ensures   allowed:        \result.action == THPSWAP_READ ==> thp_allowed;
*/
struct thpswap_verdict no_read_before_all_slots_were_seen(enum thpswap_revision revision,
							  struct thpswap_range range,
							  unsigned int n, bool thp_allowed)
{
	return thpswap_choose_source(revision, range, n, thp_allowed);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   same_iff:       SameVerdict(\result.one, \result.other) <==>
                                range.nr == 0 ||
                                WholeFolioCached(range) ||
                                (NothingCached(range) && !range.first_free && thp_allowed &&
                                 OneBackend(range) && range.nr >= n);
*/
struct verdicts source_differs_exactly_when(struct thpswap_range range, unsigned int n,
					    bool thp_allowed)
{
	return (struct verdicts){
		thpswap_choose_source(THPSWAP_POSTED, range, n, thp_allowed),
		thpswap_choose_source(THPSWAP_REVIEWED, range, n, thp_allowed),
	};
}

/*
 * Fallback.
 */

/*@ requires  shortage:       facts.cause != THPSWAP_NO_FOLIO_EXISTS &&
                              facts.cause != THPSWAP_NO_FOLIO_GONE;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   split:          \result.action == THPSWAP_SPLIT;
    ensures   counted:        \result.reason != THPSWAP_REASON_NONE;
*/
struct thpswap_verdict a_shortage_always_splits(enum thpswap_revision revision,
						struct thpswap_fallback_facts facts)
{
	return thpswap_explain_fallback(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   bounded:        \result.action == THPSWAP_LOOK_AGAIN ==>
                                facts.looks < THPSWAP_MAX_LOOKS;
    ensures   found:          \result.action == THPSWAP_LOOK_AGAIN ==>
                                revision != THPSWAP_POSTED &&
                                facts.cause == THPSWAP_NO_FOLIO_EXISTS;
    ensures   not_read:       \result.action != THPSWAP_READ;
*/
struct thpswap_verdict nobody_looks_again_for_ever(enum thpswap_revision revision,
						   struct thpswap_fallback_facts facts)
{
	return thpswap_explain_fallback(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  lost:           facts.cause == THPSWAP_NO_FOLIO_EXISTS ||
                              facts.cause == THPSWAP_NO_FOLIO_GONE;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   not_split:      \result.action != THPSWAP_SPLIT;
*/
struct thpswap_verdict the_loser_of_a_race_splits_nothing(enum thpswap_revision revision,
							  struct thpswap_fallback_facts facts)
{
	return thpswap_explain_fallback(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   same_reason:    \result.one.reason == \result.other.reason;
    ensures   differ_iff:     !SameVerdict(\result.one, \result.other) <==>
                                facts.cause == THPSWAP_NO_FOLIO_EXISTS ||
                                facts.cause == THPSWAP_NO_FOLIO_GONE;
*/
struct verdicts fallback_differs_exactly_when(struct thpswap_fallback_facts facts)
{
	return (struct verdicts){ thpswap_explain_fallback(THPSWAP_POSTED, facts),
				  thpswap_explain_fallback(THPSWAP_REVIEWED, facts) };
}

/*
 * Validation.
 */

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   good:           \result.action == THPSWAP_MAP ==>
                                facts.uptodate && facts.matches_entry && PmdSized(facts);
    ensures   no_poison:      \result.action == THPSWAP_MAP && revision != THPSWAP_POSTED ==>
                                !facts.poisoned && !facts.page_poisoned;
    ensures   unchanged:      \result.action == THPSWAP_MAP && revision != THPSWAP_POSTED ==>
                                facts.entry_unchanged;
*/
struct thpswap_verdict only_a_good_folio_is_mapped(enum thpswap_revision revision,
						   struct thpswap_validation_facts facts)
{
	return thpswap_validate(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   lost:           \result.action == THPSWAP_SIGBUS ==>
                                facts.matches_entry && PmdSized(facts) && !facts.uptodate;
    ensures   not_poison:     \result.action == THPSWAP_SIGBUS && revision != THPSWAP_POSTED ==>
                                !facts.poisoned;
*/
struct thpswap_verdict only_a_failed_read_kills(enum thpswap_revision revision,
						struct thpswap_validation_facts facts)
{
	return thpswap_validate(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  changed:        !facts.entry_unchanged;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   refault:        \result.action == THPSWAP_REFAULT;
*/
struct thpswap_verdict a_changed_entry_kills_nobody(enum thpswap_revision revision,
						    struct thpswap_validation_facts facts)
{
	return thpswap_validate(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   this_page:      \result.action == THPSWAP_HWPOISON ==>
                                revision != THPSWAP_POSTED && facts.page_poisoned &&
                                facts.matches_entry && facts.entry_unchanged;
    ensures   other_pages:    revision != THPSWAP_POSTED && facts.poisoned &&
                              !facts.page_poisoned ==>
                                \result.action == THPSWAP_SPLIT ||
                                \result.action == THPSWAP_REFAULT;
*/
struct thpswap_verdict only_the_bad_page_is_reported(enum thpswap_revision revision,
						     struct thpswap_validation_facts facts)
{
	return thpswap_validate(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     !SameVerdict(\result.one, \result.other) <==>
                                facts.matches_entry &&
                                (!facts.entry_unchanged ||
                                 (PmdSized(facts) && (facts.poisoned || facts.page_poisoned)));
*/
struct verdicts validation_differs_exactly_when(struct thpswap_validation_facts facts)
{
	return (struct verdicts){ thpswap_validate(THPSWAP_POSTED, facts),
				  thpswap_validate(THPSWAP_REVIEWED, facts) };
}

/*
 * Mapping.
 */

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   exclusive:      \result.writable ==> \result.exclusive;
    ensures   vma_write:      \result.writable ==> facts.vma_write;
    ensures   uffd:           \result.writable ==> !(facts.vma_uffd_wp && facts.entry_uffd_wp);
    ensures   soft_dirty:     \result.writable ==>
                                !(facts.vma_soft_dirty && !facts.entry_soft_dirty);
*/
struct thpswap_mapping writable_only_when_allowed(enum thpswap_revision revision,
						  struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ requires  in_context:     revision != THPSWAP_POSTED || SwapCachedAndLookedUp(facts, n);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   stable:         facts.writeback && facts.stable_writes ==>
                                !\result.writable && !\result.exclusive;
*/
struct thpswap_mapping never_writable_under_stable_writeback(enum thpswap_revision revision,
							     struct thpswap_mapping_facts facts,
							     unsigned int n)
{
	(void)n;
	return thpswap_decide_mapping(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   survives:       facts.entry_exclusive && !(facts.writeback && facts.stable_writes) ==>
                                \result.exclusive;
    ensures   only_source:    revision != THPSWAP_POSTED && \result.exclusive ==>
                                facts.entry_exclusive;
*/
struct thpswap_mapping only_stable_writes_drops_the_marker(enum thpswap_revision revision,
							   struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ requires  tracked:        facts.vma_soft_dirty && facts.entry_soft_dirty;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   no_effect:      SameMapping(\result.one, \result.other);
*/
struct mappings tracking_alone_protects_nothing(enum thpswap_revision revision,
						struct thpswap_mapping_facts facts)
{
	struct thpswap_mapping_facts other = facts;

	other.vma_soft_dirty = false;
	return (struct mappings){ thpswap_decide_mapping(revision, facts),
				  thpswap_decide_mapping(revision, other) };
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   soft_dirty:     \result.soft_dirty <==> facts.entry_soft_dirty;
    ensures   uffd_wp:        \result.uffd_wp <==> facts.entry_uffd_wp;
*/
struct thpswap_mapping swap_bits_are_preserved(enum thpswap_revision revision,
					       struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   dirty:          \result.dirty ==> \result.writable && facts.write_fault;
*/
struct thpswap_mapping dirty_only_for_a_satisfied_write(enum thpswap_revision revision,
							struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   same_writable:  \result.one.writable <==> \result.other.writable;
    ensures   same_exclusive: \result.one.exclusive <==> \result.other.exclusive;
    ensures   clean:          !\result.one.dirty;
*/
struct mappings writable_is_not_derived_from_dirty(enum thpswap_revision revision,
						   struct thpswap_mapping_facts facts)
{
	struct thpswap_mapping_facts read = facts;
	struct thpswap_mapping_facts write = facts;

	read.write_fault = false;
	write.write_fault = true;
	return (struct mappings){ thpswap_decide_mapping(revision, read),
				  thpswap_decide_mapping(revision, write) };
}

/*@ requires  referenced:     1 <= facts.ref_count <= more;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   not_gained:     \result.other.exclusive ==> \result.one.exclusive;
    ensures   reviewed:       revision != THPSWAP_POSTED ==>
                                SameMapping(\result.one, \result.other);
    ensures   posted:         facts.ref_count > 1 ==> SameMapping(\result.one, \result.other);
*/
struct mappings more_references_never_make_exclusive(enum thpswap_revision revision,
						     struct thpswap_mapping_facts facts,
						     unsigned int more)
{
	struct thpswap_mapping_facts later = facts;

	later.ref_count = more;
	return (struct mappings){ thpswap_decide_mapping(revision, facts),
				  thpswap_decide_mapping(revision, later) };
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   irrelevant:     revision != THPSWAP_POSTED ==>
                                SameMapping(\result.one, \result.other);
*/
struct mappings reviewed_mapping_ignores_the_count(enum thpswap_revision revision,
						   struct thpswap_mapping_facts facts,
						   unsigned int any)
{
	struct thpswap_mapping_facts other = facts;

	other.ref_count = any;
	return (struct mappings){ thpswap_decide_mapping(revision, facts),
				  thpswap_decide_mapping(revision, other) };
}

/*@ requires  cached:         SwapCachedAndLookedUp(facts, n);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   marker_only:    \result.exclusive <==> MarkerCounts(facts);
*/
struct thpswap_mapping a_swap_cached_folio_is_never_sole_owned(enum thpswap_revision revision,
							       struct thpswap_mapping_facts facts,
							       unsigned int n)
{
	(void)n;
	return thpswap_decide_mapping(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  rwp:            facts.vma_uffd_rwp && facts.entry_uffd_wp;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   no_access:      \result.no_access;
    ensures   marked:         \result.uffd_wp;
    ensures   no_upgrade:     !\result.writable && !\result.dirty;
    ensures   no_follow_up:   !\result.follow_up;
*/
struct thpswap_mapping
rwp_means_no_access_no_upgrade_no_follow_up(enum thpswap_revision revision,
					    struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   owed:           facts.write_fault ==>
                                \result.dirty || \result.follow_up || \result.no_access;
    ensures   once:           !(\result.dirty && \result.follow_up);
    ensures   reads_owe_none: !facts.write_fault ==>
                                !\result.dirty && !\result.follow_up && !\result.consume_write;
    ensures   kept:           revision != THPSWAP_POSTED ==> !\result.consume_write;
*/
struct thpswap_mapping a_write_is_satisfied_or_owed_never_both(enum thpswap_revision revision,
							       struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     !SameMapping(\result.one, \result.other) <==>
                                (facts.ref_count == 1 && !MarkerCounts(facts)) ||
                                (facts.vma_uffd_rwp && facts.entry_uffd_wp) ||
                                (facts.write_fault && MapsWritable(THPSWAP_POSTED, facts));
*/
struct mappings mapping_differs_exactly_when(struct thpswap_mapping_facts facts)
{
	return (struct mappings){ thpswap_decide_mapping(THPSWAP_POSTED, facts),
				  thpswap_decide_mapping(THPSWAP_REVIEWED, facts) };
}

/*
 * Free swap.
 */

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  stale_soon:     facts.swapcache && facts.write_fault && facts.exclusive;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   free:           \result.action == THPSWAP_FREE;
*/
struct thpswap_verdict an_exclusive_writer_frees_the_slots(enum thpswap_revision revision,
							   struct thpswap_free_swap_facts facts)
{
	return thpswap_should_free_swap(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   irrelevant:     SameVerdict(\result.one, \result.other);
*/
struct verdicts a_stray_reference_pins_nothing(enum thpswap_revision revision,
					       struct thpswap_free_swap_facts facts,
					       unsigned int any)
{
	struct thpswap_free_swap_facts other = facts;

	other.ref_count = any;
	return (struct verdicts){ thpswap_should_free_swap(revision, facts),
				  thpswap_should_free_swap(revision, other) };
}

/*@ requires  consumed:       mapping.write_fault && MapsWritable(THPSWAP_POSTED, mapping);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   not_for_write:  \result.reason != THPSWAP_REASON_WRITE;
    ensures   stays_pinned:   free.swapcache && !free.synchronous_io && !free.vma_locked &&
                              !free.mlocked ==> \result.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL;
*/
struct thpswap_verdict
posted_exclusive_writer_never_frees_for_the_write(struct thpswap_mapping_facts mapping,
						  struct thpswap_free_swap_facts free)
{
	const struct thpswap_mapping mapped = thpswap_decide_mapping(THPSWAP_POSTED, mapping);

	free.exclusive = mapped.exclusive;
	free.write_fault = mapping.write_fault;
	if (mapped.consume_write)
		free.write_fault = false;
	return thpswap_should_free_swap(THPSWAP_POSTED, free);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  writer:         mapping.write_fault && MarkerCounts(mapping) && free.swapcache;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   free:           \result.action == THPSWAP_FREE;
*/
struct thpswap_verdict
reviewed_exclusive_writer_frees_after_mapping(enum thpswap_revision revision,
					      struct thpswap_mapping_facts mapping,
					      struct thpswap_free_swap_facts free)
{
	const struct thpswap_mapping mapped = thpswap_decide_mapping(revision, mapping);

	free.exclusive = mapped.exclusive;
	free.write_fault = mapping.write_fault;
	return thpswap_should_free_swap(revision, free);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     !SameVerdict(\result.one, \result.other) <==>
                                facts.swapcache && !facts.synchronous_io && !facts.vma_locked &&
                                !facts.mlocked && facts.write_fault &&
                                !((!facts.ksm && NoOtherReference(facts)) <==>
                                  (facts.exclusive != 0));
*/
struct verdicts free_swap_differs_exactly_when(struct thpswap_free_swap_facts facts)
{
	return (struct verdicts){ thpswap_should_free_swap(THPSWAP_POSTED, facts),
				  thpswap_should_free_swap(THPSWAP_REVIEWED, facts) };
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   free_iff:       \result.action == THPSWAP_FREE <==> facts.swapcache;
*/
struct thpswap_verdict who_leaves_unmapped_frees(enum thpswap_revision revision,
						 struct thpswap_unmapped_facts facts)
{
	return thpswap_should_free_unmapped(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     !SameVerdict(\result.one, \result.other) <==> facts.swapcache;
*/
struct verdicts leaving_differs_exactly_when(struct thpswap_unmapped_facts facts)
{
	return (struct verdicts){ thpswap_should_free_unmapped(THPSWAP_POSTED, facts),
				  thpswap_should_free_unmapped(THPSWAP_REVIEWED, facts) };
}

/*
 * Batch.
 */

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   not_this_page:  \result.nr_pages >= 1 ==> !facts.page_poisoned;
    ensures   no_other_page:  \result.nr_pages > 1 ==> !facts.poisoned;
*/
struct thpswap_batch a_batch_maps_no_poisoned_page(enum thpswap_revision revision,
						   struct thpswap_batch_facts facts)
{
	return thpswap_decide_batch(revision, facts);
}

/*@ requires  some_pages:     facts.nr_pages >= 1;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   mapped:         \result.action == THPSWAP_MAP <==> \result.nr_pages >= 1;
    ensures   one_or_all:     \result.nr_pages > 1 ==>
                                \result.nr_pages == facts.nr_pages && facts.whole;
    ensures   made_anon:      \result.action == THPSWAP_MAP && !facts.anon ==>
                                \result.nr_pages == facts.nr_pages;
*/
struct thpswap_batch one_page_is_mapped_or_all(enum thpswap_revision revision,
					       struct thpswap_batch_facts facts)
{
	return thpswap_decide_batch(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   clean:          \result.action == THPSWAP_DROP ==> !facts.dirty && !facts.anon;
*/
struct thpswap_batch the_only_copy_is_not_dropped(enum thpswap_revision revision,
						  struct thpswap_batch_facts facts)
{
	return thpswap_decide_batch(revision, facts);
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     !SameBatch(\result.one, \result.other) <==>
                                LargeFolio(facts) && facts.whole && facts.poisoned &&
                                !facts.page_poisoned;
*/
struct batches batch_differs_exactly_when(struct thpswap_batch_facts facts)
{
	return (struct batches){ thpswap_decide_batch(THPSWAP_POSTED, facts),
				 thpswap_decide_batch(THPSWAP_REVIEWED, facts) };
}

/*
 * Result.
 */

/*@ requires  success_bits:   !Overlap(success, facts.error_bits);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   errors_alone:   Overlap(\result, facts.error_bits) ==> !Overlap(\result, success);
*/
unsigned int an_error_excludes_major_and_retry(enum thpswap_revision revision,
					       struct thpswap_result_facts facts,
					       unsigned int success)
{
	(void)success;
	return thpswap_fold_result(revision, facts);
}

/*@ requires  in_context:     revision != THPSWAP_POSTED ||
                                !Overlap(facts.fault, facts.fallback_bit);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   masked:         !Overlap(\result, facts.fallback_bit);
*/
unsigned int fallback_never_escapes(enum thpswap_revision revision,
				    struct thpswap_result_facts facts)
{
	return thpswap_fold_result(revision, facts);
}

/*@ requires  is_an_error:    \forall integer i; 0 <= i < 32 ==>
                                Bit(facts.fallback_bit, i) ==> Bit(facts.error_bits, i);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   escapes:        \forall integer i; 0 <= i < 32 ==>
                                Bit(facts.fault, i) && Bit(facts.fallback_bit, i) ==>
                                Bit(\result.one, i) && !Bit(\result.other, i);
    ensures   same_errors:    !Overlap(facts.fault, facts.fallback_bit) ==>
                                \forall integer i; 0 <= i < 32 && Bit(facts.error_bits, i) ==>
                                (Bit(\result.one, i) <==> Bit(\result.other, i));
    ensures   same_success:   !Overlap(facts.fault, facts.fallback_bit) &&
                              (\result.one & facts.error_bits) == 0 &&
                              (\result.other & facts.error_bits) == 0 ==>
                                SameBits(\result.one, \result.other);
*/
struct results result_differs_exactly_when(struct thpswap_result_facts facts)
{
	return (struct results){ thpswap_fold_result(THPSWAP_POSTED, facts),
				 thpswap_fold_result(THPSWAP_REVIEWED, facts) };
}

/*
 * Linux 7.3: the reviewed revision decides as do_swap_page(), and where it does not is said.
 */

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   exclusive:      \result.exclusive <==> Linux73_exclusive(facts);
    ensures   writable:       \result.writable <==> Linux73_write(facts);
    ensures   dirty:          \result.dirty <==> Linux73_dirty(facts);
    ensures   soft_dirty:     \result.soft_dirty <==> Linux73_soft_dirty(facts);
    ensures   uffd:           \result.uffd_wp <==> Linux73_uffd(facts);
    ensures   no_access:      \result.no_access <==> Linux73_rwp_restore(facts);
    ensures   follow_up:      \result.follow_up <==> Linux73_follow_up(facts);
    ensures   flags_kept:     !\result.consume_write;
*/
struct thpswap_mapping maps_as_linux_7_3(enum thpswap_revision revision,
					 struct thpswap_mapping_facts facts)
{
	return thpswap_decide_mapping(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   full:           \result.action == THPSWAP_FREE ||
                              \result.action == THPSWAP_FREE_IF_MEMCG_SWAP_FULL <==>
                                Linux73_frees(facts, \true);
    ensures   not_full:       \result.action == THPSWAP_FREE <==> Linux73_frees(facts, \false);
*/
struct thpswap_verdict frees_as_linux_7_3(enum thpswap_revision revision,
					  struct thpswap_free_swap_facts facts)
{
	return thpswap_should_free_swap(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   free:           \result.action == THPSWAP_FREE <==> Linux73_frees_unmapped(facts);
*/
struct thpswap_verdict leaves_as_linux_7_3(enum thpswap_revision revision,
					   struct thpswap_unmapped_facts facts)
{
	return thpswap_should_free_unmapped(revision, facts);
}

/*@ requires  reviewed:       revision != THPSWAP_POSTED;
    requires  pmd_sized:      PmdSized(facts) || !facts.matches_entry;
    requires  one_of_them:    facts.page_poisoned ==> facts.poisoned;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   differ_iff:     \result.action != Linux73_exit(facts) <==>
                                facts.matches_entry && facts.poisoned &&
                                (facts.page_poisoned <==> !facts.entry_unchanged);
*/
struct thpswap_verdict validates_as_linux_7_3_but_for_poison(enum thpswap_revision revision,
							     struct thpswap_validation_facts facts)
{
	return thpswap_validate(revision, facts);
}

/*@ requires  some_pages:     facts.nr_pages >= 1;
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   action:         \result.action == Linux73_batch(facts);
    ensures   nr_pages:       \result.action == THPSWAP_MAP ==>
                                \result.nr_pages == Linux73_nr_pages(facts);
*/
struct thpswap_batch the_posted_batch_is_linux_7_3(struct thpswap_batch_facts facts)
{
	return thpswap_decide_batch(THPSWAP_POSTED, facts);
}

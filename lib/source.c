// SPDX-License-Identifier: GPL-2.0-only
/* Decision 1: where do the N pages come from? */
#include <thpswap/source.h>

void thpswap_range_add(struct thpswap_range *range, struct thpswap_slots run)
{
	unsigned int room = ~0u - range->nr;

	if (run.nr == 0)
		return;

	if (range->nr == 0) {
		range->memcg_id = run.memcg_id;
		range->cached = run.cached;
		range->zeromap = run.zeromap;
		range->mixed_cached = false;
		range->mixed_memcg = false;
		range->mixed_zeromap = false;
		range->mixed_zswap = false;
		range->first_free = !run.in_use;
		range->free_slot = !run.in_use;
		range->zswap = run.zswap;
		range->nr = run.nr;
		return;
	}

	range->mixed_cached = range->mixed_cached || run.cached != range->cached;
	range->mixed_memcg = range->mixed_memcg || run.memcg_id != range->memcg_id;
	range->mixed_zeromap = range->mixed_zeromap || run.zeromap != range->zeromap;
	range->mixed_zswap = range->mixed_zswap || run.zswap != range->zswap;
	range->free_slot = range->free_slot || !run.in_use;
	range->nr += run.nr < room ? run.nr : room;
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   action:         \result.action == action;
    ensures   no_reason:      \result.reason == THPSWAP_REASON_NONE;
*/
static struct thpswap_verdict go_on(enum thpswap_action action)
{
	return (struct thpswap_verdict){ action, THPSWAP_REASON_NONE };
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   split:          \result.action == THPSWAP_SPLIT;
    ensures   why:            \result.reason == reason;
*/
static struct thpswap_verdict split(enum thpswap_reason reason)
{
	return (struct thpswap_verdict){ THPSWAP_SPLIT, reason };
}

struct thpswap_verdict thpswap_choose_source(enum thpswap_revision revision,
					     struct thpswap_range range, unsigned int pmd_nr_pages,
					     bool thp_allowed)
{
	if (range.nr == 0)
		return go_on(THPSWAP_LOOK_ON);

	if (revision == THPSWAP_POSTED)
		return go_on(range.cached == THPSWAP_CACHED_NOTHING ? THPSWAP_READ : THPSWAP_MAP);

	/* R23: a folio in one slot says nothing of the others. */
	if (range.mixed_cached)
		return split(THPSWAP_REASON_PARTLY_CACHED);
	if (range.cached == THPSWAP_CACHED_PMD_FOLIO)
		return go_on(THPSWAP_MAP);
	if (range.cached != THPSWAP_CACHED_NOTHING)
		return split(THPSWAP_REASON_PARTLY_CACHED);

	if (range.first_free) /* R04 */
		return (struct thpswap_verdict){ THPSWAP_REFAULT, THPSWAP_REASON_GONE };
	if (range.free_slot)
		return split(THPSWAP_REASON_FREE_SLOT);
	if (!thp_allowed)
		return split(THPSWAP_REASON_NOT_ALLOWED);
	if (range.mixed_zswap) /* R22 */
		return split(THPSWAP_REASON_MIXED_ZSWAP);
	if (range.zswap)
		return split(THPSWAP_REASON_ZSWAP);
	if (range.mixed_zeromap) /* R21 */
		return split(THPSWAP_REASON_MIXED_ZEROMAP);
	if (range.mixed_memcg)
		return split(THPSWAP_REASON_MIXED_MEMCG);

	return go_on(range.nr < pmd_nr_pages ? THPSWAP_LOOK_ON : THPSWAP_READ);
}

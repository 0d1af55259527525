// SPDX-License-Identifier: GPL-2.0-only
/* Decision 5: is the swap cache freed now? */
#include <thpswap/free_swap.h>

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   alone:          \result <==> NoOtherReference(facts);
*/
/* Wide enough for the sum: a wrapped one could match a count by accident. */
static bool no_other_reference(struct thpswap_free_swap_facts facts)
{
	return facts.ref_count == (unsigned long long)facts.extra_refs + facts.nr_pages;
}

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   stale:          \result <==> SlotGoesStale(revision, facts);
*/
static bool slot_goes_stale(enum thpswap_revision revision, struct thpswap_free_swap_facts facts)
{
	if (!facts.write_fault)
		return false;
	if (revision == THPSWAP_POSTED)
		return !facts.ksm && no_other_reference(facts);
	/* R08: a reference too many, say of an LRU batch, must not matter. */
	return facts.exclusive;
}

struct thpswap_verdict thpswap_should_free_swap(enum thpswap_revision revision,
						struct thpswap_free_swap_facts facts)
{
	if (!facts.swapcache)
		return (struct thpswap_verdict){ THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED };
	if (facts.synchronous_io)
		return (struct thpswap_verdict){ THPSWAP_FREE, THPSWAP_REASON_SYNCHRONOUS_IO };
	if (facts.vma_locked || facts.mlocked)
		return (struct thpswap_verdict){ THPSWAP_FREE, THPSWAP_REASON_MLOCKED };
	if (slot_goes_stale(revision, facts))
		return (struct thpswap_verdict){ THPSWAP_FREE, THPSWAP_REASON_WRITE };
	return (struct thpswap_verdict){ THPSWAP_FREE_IF_MEMCG_SWAP_FULL, THPSWAP_REASON_NO_HURRY };
}

struct thpswap_verdict thpswap_should_free_unmapped(enum thpswap_revision revision,
						    struct thpswap_unmapped_facts facts)
{
	if (!facts.swapcache)
		return (struct thpswap_verdict){ THPSWAP_KEEP, THPSWAP_REASON_NOT_CACHED };
	if (revision == THPSWAP_POSTED)
		return (struct thpswap_verdict){ THPSWAP_KEEP, THPSWAP_REASON_NO_HURRY };
	return (struct thpswap_verdict){ THPSWAP_FREE, THPSWAP_REASON_NOT_MAPPED }; /* D12 */
}

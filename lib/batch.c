// SPDX-License-Identifier: GPL-2.0-only
/* Decision 7: how many PTEs are mapped at once? */
#include <thpswap/batch.h>

/*@ terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   whole:          \result <==> MapsWhole(revision, facts);
*/
static bool maps_whole(enum thpswap_revision revision, struct thpswap_batch_facts facts)
{
	if (facts.nr_pages <= 1 || !facts.whole)
		return false;
	return revision == THPSWAP_POSTED || !facts.poisoned; /* D13 */
}

struct thpswap_batch thpswap_decide_batch(enum thpswap_revision revision,
					  struct thpswap_batch_facts facts)
{
	if (facts.page_poisoned)
		return (struct thpswap_batch){ THPSWAP_HWPOISON, THPSWAP_REASON_POISONED, 0 };
	if (maps_whole(revision, facts))
		return (struct thpswap_batch){ THPSWAP_MAP, THPSWAP_REASON_NONE, facts.nr_pages };
	if (facts.nr_pages <= 1 || facts.anon)
		return (struct thpswap_batch){ THPSWAP_MAP, THPSWAP_REASON_NONE, 1 };
	if (facts.dirty) /* R37 */
		return (struct thpswap_batch){ THPSWAP_REFAULT, THPSWAP_REASON_DIRTY, 0 };
	return (struct thpswap_batch){ THPSWAP_DROP, THPSWAP_REASON_NOT_ANON, 0 };
}

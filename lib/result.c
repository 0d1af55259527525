// SPDX-License-Identifier: GPL-2.0-only
/* Decision 6: what does the fault return? */
#include <thpswap/result.h>

unsigned int thpswap_fold_result(enum thpswap_revision revision, struct thpswap_result_facts facts)
{
	unsigned int result;

	/* R12: mask FALLBACK before folding, it is one of the error bits. */
	if (revision == THPSWAP_POSTED)
		result = facts.fault | (facts.follow_up & ~facts.fallback_bit);
	else
		result = (facts.fault | facts.follow_up) & ~facts.fallback_bit;

	if (result & facts.error_bits) /* R11 */
		return result & facts.error_bits;
	return result;
}

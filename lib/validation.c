// SPDX-License-Identifier: GPL-2.0-only
/* Decision 3: is the locked folio the one to map? */
#include <thpswap/validation.h>

struct thpswap_verdict thpswap_validate(enum thpswap_revision revision,
					struct thpswap_validation_facts facts)
{
	if (!facts.matches_entry) /* R04 */
		return (struct thpswap_verdict){ THPSWAP_REFAULT, THPSWAP_REASON_STALE };

	/* D11. Before whatever may be wrong with a folio that is no business of ours. */
	if (revision != THPSWAP_POSTED && !facts.entry_unchanged)
		return (struct thpswap_verdict){ THPSWAP_REFAULT, THPSWAP_REASON_CHANGED };

	if (facts.nr_pages != facts.pmd_nr_pages)
		return (struct thpswap_verdict){ THPSWAP_SPLIT, THPSWAP_REASON_NOT_PMD_SIZED };

	if (revision != THPSWAP_POSTED && facts.page_poisoned)
		return (struct thpswap_verdict){ THPSWAP_HWPOISON, THPSWAP_REASON_POISONED };

	/* R20. Before uptodate: the PTE path can tell the bad page from the good ones. */
	if (revision != THPSWAP_POSTED && facts.poisoned)
		return (struct thpswap_verdict){ THPSWAP_SPLIT, THPSWAP_REASON_POISONED };

	if (!facts.uptodate) /* R15 */
		return (struct thpswap_verdict){ THPSWAP_SIGBUS, THPSWAP_REASON_READ_ERROR };

	return (struct thpswap_verdict){ THPSWAP_MAP, THPSWAP_REASON_NONE };
}

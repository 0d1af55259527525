// SPDX-License-Identifier: GPL-2.0-only
/* Decision 2: no PMD-sized folio could be had. */
#include <thpswap/fallback.h>

struct thpswap_verdict thpswap_explain_fallback(enum thpswap_revision revision,
						struct thpswap_fallback_facts facts)
{
	struct thpswap_verdict verdict = { THPSWAP_SPLIT, THPSWAP_REASON_BUSY };

	switch (facts.cause) {
	case THPSWAP_NO_FOLIO_MEMORY:
		verdict.reason = THPSWAP_REASON_NO_MEMORY;
		break;
	case THPSWAP_NO_FOLIO_CHARGE:
		verdict.reason = THPSWAP_REASON_NO_CHARGE;
		break;
	case THPSWAP_NO_FOLIO_DEFERRED:
		verdict.reason = THPSWAP_REASON_DEFERRED;
		break;
	case THPSWAP_NO_FOLIO_EXISTS:
		verdict.reason = THPSWAP_REASON_EXISTS;
		if (revision != THPSWAP_POSTED) /* R26: not for ever */
			verdict.action = facts.looks < THPSWAP_MAX_LOOKS ? THPSWAP_LOOK_AGAIN
									 : THPSWAP_REFAULT;
		break;
	case THPSWAP_NO_FOLIO_GONE:
		verdict.reason = THPSWAP_REASON_GONE;
		if (revision != THPSWAP_POSTED)
			verdict.action = THPSWAP_REFAULT;
		break;
	case THPSWAP_NO_FOLIO_ZSWAP_CHANGED:
		verdict.reason = THPSWAP_REASON_ZSWAP_CHANGED;
		break;
	default:
		break;
	}
	return verdict;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Decision 2: no PMD-sized folio could be had. */
#include <thpswap/fallback.h>

struct thpswap_verdict thpswap_explain_fallback(enum thpswap_no_folio cause)
{
	struct thpswap_verdict verdict = { THPSWAP_SPLIT, THPSWAP_REASON_BUSY };

	switch (cause) {
	case THPSWAP_NO_FOLIO_MEMORY:
		verdict.reason = THPSWAP_REASON_NO_MEMORY;
		break;
	case THPSWAP_NO_FOLIO_CHARGE:
		verdict.reason = THPSWAP_REASON_NO_CHARGE;
		break;
	case THPSWAP_NO_FOLIO_RACED:
		verdict.reason = THPSWAP_REASON_RACED;
		break;
	default:
		break;
	}
	return verdict;
}

// SPDX-License-Identifier: GPL-2.0-only
/* A project in C++: asks one question, and checks the answer. */
#include <cstdio>
#include <cstring>

#include <thpswap/thpswap.h>

int main()
{
	const struct thpswap_fallback_facts facts = { 0, THPSWAP_NO_FOLIO_CHARGE };
	const struct thpswap_verdict verdict = thpswap_explain_fallback(THPSWAP_REVIEWED, facts);

	if (verdict.action != THPSWAP_SPLIT || verdict.reason != THPSWAP_REASON_NO_CHARGE) {
		std::fprintf(stderr, "a refused charge gave %s (%s), expected split (no_charge)\n",
			     thpswap_action_name(verdict.action),
			     thpswap_reason_name(verdict.reason));
		return 1;
	}
	if (std::strcmp(thpswap_reason_name(verdict.reason), "no_charge") != 0) {
		std::fprintf(stderr, "the name of no_charge is wrong\n");
		return 1;
	}
	return 0;
}

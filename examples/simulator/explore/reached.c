// SPDX-License-Identifier: GPL-2.0-only
/* Does a scenario reach what it is there for, and all of them together every exit? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "exits.h"
#include "reached.h"

/* Every exit of examples/handler/reviewed.c but three. */
static const struct handler_exit all_exits[] = {
	{ .kind = EXIT_RETRY },
	{ .kind = EXIT_NO_DEVICE },
	LEAVES_BY(MAP, NONE),
	LEAVES_BY(SPLIT, PARTLY_CACHED),
	LEAVES_BY(SPLIT, FREE_SLOT),
	LEAVES_BY(SPLIT, NOT_ALLOWED),
	LEAVES_BY(SPLIT, ZSWAP),
	LEAVES_BY(SPLIT, MIXED_ZSWAP),
	LEAVES_BY(SPLIT, MIXED_ZEROMAP),
	LEAVES_BY(SPLIT, MIXED_MEMCG),
	LEAVES_BY(SPLIT, NO_MEMORY),
	LEAVES_BY(SPLIT, NO_CHARGE),
	LEAVES_BY(SPLIT, DEFERRED),
	LEAVES_BY(SPLIT, ZSWAP_CHANGED),
	LEAVES_BY(SPLIT, BUSY),
	LEAVES_BY(SPLIT, POISONED),
	LEAVES_BY(REFAULT, GONE),
	LEAVES_BY(REFAULT, STALE),
	LEAVES_BY(REFAULT, CHANGED),
	LEAVES_BY(HWPOISON, POISONED),
	LEAVES_BY(SIGBUS, READ_ERROR),
	/*
	 * Not S1, no swap entry: the caller has looked. Not SPLIT for NOT_PMD_SIZED: what was
	 * found was PMD-sized, and the reference keeps it from being split. Not REFAULT for
	 * EXISTS: the range would have to leave the cache and come back before each of
	 * THPSWAP_MAX_LOOKS looks.
	 */
};

#define NR_EXITS (sizeof(all_exits) / sizeof(all_exits[0]))

static uint64_t totals[NR_EXITS];

static uint64_t times(const struct handler_exit *exit)
{
	switch (exit->kind) {
	case EXIT_RETRY:
		return handler_exits.retries;
	case EXIT_NO_DEVICE:
		return handler_exits.no_device;
	default:
		return handler_exits.by_verdict[exit->verdict.action][exit->verdict.reason];
	}
}

static const char *name_of(const struct handler_exit *exit)
{
	static char name[64];

	switch (exit->kind) {
	case EXIT_RETRY:
		return "retry";
	case EXIT_NO_DEVICE:
		return "no_device";
	default:
		snprintf(name, sizeof(name), "%s:%s", thpswap_action_name(exit->verdict.action),
			 thpswap_reason_name(exit->verdict.reason));
		return name;
	}
}

void reached_begin(void)
{
	memset(&handler_exits, 0, sizeof(handler_exits));
}

bool reached_by(const struct scenario *scenario, bool print, bool demanded)
{
	for (size_t i = 0; i < NR_EXITS; i++) {
		const uint64_t reached = times(&all_exits[i]);

		totals[i] += reached;
		if (print && reached > 0)
			printf("      %-28s%12" PRIu64 "\n", name_of(&all_exits[i]), reached);
	}
	if (!demanded || times(&scenario->reaches) > 0)
		return true;
	fprintf(stderr,
		"thpswap-sim: %s: no schedule reaches %s, which the scenario is there for\n",
		scenario->name, name_of(&scenario->reaches));
	return false;
}

bool reached_all(void)
{
	bool all = true;

	for (size_t i = 0; i < NR_EXITS; i++) {
		if (totals[i] > 0)
			continue;
		fprintf(stderr, "thpswap-sim: no scenario reaches the exit %s of the handler\n",
			name_of(&all_exits[i]));
		all = false;
	}
	return all;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Whether a PMD-sized block of memory is free: a matter of luck. */
#include "fragmentation.h"
#include "operations.h"

/* splitmix64: small, and the same everywhere. */
static bool chance(unsigned int percent)
{
	uint64_t x = world->random += 0x9e3779b97f4a7c15;

	if (percent == 0)
		return false;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % 100 < percent;
}

/* Is no PMD-sized block free for this fault? */
bool world_fragmented(const struct mm_struct *mm, uint64_t page)
{
	if (!chance(world->thp_fail_percent))
		return false;
	world_operation(OPERATION_NO_BLOCK, mm, page, 1);
	return true;
}

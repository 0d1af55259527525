// SPDX-License-Identifier: GPL-2.0-only
#include "thin.h"

#include <string.h>

void thin_init(struct shared *shared)
{
	for (unsigned int i = 0; i < MAX_REGIONS; i++)
		shared->order[i] = i;
}

static bool is_region(const struct region *region, uint32_t pid, uint64_t number)
{
	return region->stay && region->number == number && region->pid == pid;
}

static void begin_stay(struct shared *shared, struct region *region, uint32_t pid, uint64_t number)
{
	region->number = number;
	region->pid = pid;
	region->stay = ++shared->last_stay;
	memset(region->listed, 0, sizeof(region->listed));
	memset(region->written, 0, sizeof(region->written));
}

struct region *thin_touch(struct shared *shared, uint32_t pid, uint64_t page)
{
	uint64_t number = page >> (REGION_SHIFT - PAGE_SHIFT);
	unsigned int last = shared->nr_regions - 1;
	struct region *region;
	unsigned int index;
	unsigned int i = 0;

	while (i < last && !is_region(&shared->regions[shared->order[i]], pid, number))
		i++;
	index = shared->order[i];
	region = &shared->regions[index];
	if (!is_region(region, pid, number))
		begin_stay(shared, region, pid, number);
	memmove(&shared->order[1], &shared->order[0], i * sizeof(shared->order[0]));
	shared->order[0] = index;
	atomic_store_explicit(&shared->recent_stay, region->stay, memory_order_release);
	return region;
}

bool thin_list(struct region *region, uint64_t page, bool write)
{
	unsigned int index = page % PAGES_PER_REGION;
	uint64_t bit = 1ULL << index % 64;
	uint64_t *listed = &region->listed[index / 64];
	uint64_t *written = &region->written[index / 64];

	if (*written & bit || (*listed & bit && !write))
		return false;
	*listed |= bit;
	if (write)
		*written |= bit;
	return true;
}

bool thin_is_written(const struct region *region, uint64_t page)
{
	unsigned int index = page % PAGES_PER_REGION;

	return region->written[index / 64] >> index % 64 & 1;
}

static void forget_in(struct region *region, uint64_t first, uint64_t last)
{
	for (unsigned int i = 0; i < PAGES_PER_REGION; i++) {
		uint64_t page = region->number * PAGES_PER_REGION + i;

		if (page < first || page > last)
			continue;
		region->listed[i / 64] &= ~(1ULL << i % 64);
		region->written[i / 64] &= ~(1ULL << i % 64);
	}
}

void thin_forget(struct shared *shared, uint32_t pid, uint64_t address, uint64_t size)
{
	uint64_t first = address >> PAGE_SHIFT;
	uint64_t last = (address + size - 1) >> PAGE_SHIFT;

	for (unsigned int i = 0; i < shared->nr_regions; i++) {
		struct region *region = &shared->regions[i];
		uint64_t begin = region->number * PAGES_PER_REGION;

		if (!region->stay || region->pid != pid || begin > last ||
		    begin + PAGES_PER_REGION <= first)
			continue;
		forget_in(region, first, last);
		/* Who remembers the old number may not rely on what was listed under it. */
		region->stay = ++shared->last_stay;
	}
	atomic_store_explicit(&shared->recent_stay, shared->regions[shared->order[0]].stay,
			      memory_order_release);
}

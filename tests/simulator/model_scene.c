// SPDX-License-Identifier: GPL-2.0-only
#include "model_scene.h"

#include <stdio.h>
#include <string.h>

#include <check.h>

#include "access.h"
#include "devices.h"
#include "world.h"

enum { FIRST_PAGE = 1 << 20 };

/* Needs stable pages and writes in the background: none of the named devices does both. */
static const struct device_model stable_and_slow = { "stable-and-slow", SWP_STABLE_WRITES, 90000,
						     15000, 25000 };

const struct device_model *device(int i)
{
	return i == 0 ? device_by_name("zram") : i == 1 ? device_by_name("nvme") : &stable_and_slow;
}

char scene[128];
uint32_t stored[NR_PROCESSES][MAX_PAGES];
uint64_t accesses;

void new_world(enum sim_policy policy, const struct device_model *model, const struct size *size,
	       unsigned int fragmentation, uint64_t swap_pages)
{
	const struct world_config config = {
		.pmd_nr = size->pmd_nr,
		.policy = policy,
		.limit_pages = size->limit,
		.swap_pages = swap_pages,
		.device = model,
		.thp_fail_percent = fragmentation,
		.seed = 1,
	};

	snprintf(scene, sizeof(scene),
		 "%s on %s, N %u, memory %" PRIu64 " pages, fragmentation %u %%",
		 sim_policy_names[policy], model->name, size->pmd_nr, size->limit, fragmentation);
	world = world_new(&config);
	memset(stored, 0, sizeof(stored));
	accesses = 0;
}

struct mm_struct *process(int i)
{
	return world_mm((uint32_t)i + 1);
}

static uint64_t address_of(uint64_t page)
{
	return (FIRST_PAGE + page) << PAGE_SHIFT;
}

bool access_one(int i, uint64_t page, bool write)
{
	accesses++;
	if (!sim_access(process(i), address_of(page), 8, write))
		return false;
	if (write)
		stored[i][page] = world->last_store;
	return true;
}

void must_access(int i, uint64_t page, bool write)
{
	const bool done = access_one(i, page, write);

	require(done && !world->error[0], "%s: %s", scene, world->error);
}

struct region *find_region(int i, uint64_t page)
{
	return world_find_region(process(i), (FIRST_PAGE + page) >> world->pmd_shift);
}

pmd_t *find_entry(int i, uint64_t page)
{
	struct region *region = find_region(i, page);

	if (!region)
		return NULL;
	return entry_has(region->pmd, ENTRY_TABLE) ? &region->pte[page_in_region(page)]
						   : &region->pmd;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model under the simulator: no store is lost and nothing leaks, whatever the
 * policy, the device, the memory and the luck.
 */
#include <string.h>

#include "folio.h"
#include "fork.h"
#include "model_checks.h"
#include "model_scene.h"
#include "suite.h"
#include "swap_cache.h"
#include "swap_io.h"
#include "world.h"
#include "zap.h"

static const struct size sizes[] = {
	{ 4, 3, 24, 600 },				    /* less than one PMD */
	{ 4, 4, 24, 600 },				    /* exactly one */
	{ 4, 34, 100, 3000 },				    /* not a multiple of N */
	{ 16, 64, 256, 3000 },	   { 512, 512, 2048, 600 }, /* exactly one */
	{ 512, 1536, 3072, 4000 },
};

enum { NR_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static const unsigned int fragmentations[] = { 0, 50, 100 };

enum { NR_FRAGMENTATIONS = sizeof(fragmentations) / sizeof(fragmentations[0]) };

static uint64_t random_state;

static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

/* All pages of a region read as zero afterwards. */
static void unmap(int i, uint64_t first)
{
	struct region *region = find_region(i, first);

	if (!region)
		return;
	munmap_region(region, 0);
	memset(&stored[i][first], 0, world->pmd_nr * sizeof(stored[i][first]));
}

/* Process 2 gets what process 1 has there, as after a fork(). */
static void share(uint64_t first)
{
	struct region *parent = find_region(0, first);

	if (!parent)
		return;
	unmap(1, first);
	fork_region(parent, process(1));
	memcpy(&stored[1][first], &stored[0][first], world->pmd_nr * sizeof(stored[0][first]));
}

static void run_of_accesses(const struct size *size)
{
	const int i = random_below(4) == 0;
	const bool write = random_below(2);
	const uint64_t length = 1 + random_below(random_below(2) ? 3 : world->pmd_nr);
	uint64_t page = random_below(size->touched);

	for (uint64_t n = 0; n < length && page < size->touched; n++)
		must_access(i, page++, write);
}

static void play(const struct size *size, bool forks)
{
	for (int round = 1; accesses < (uint64_t)size->accesses; round++) {
		run_of_accesses(size);
		if (forks && round % 8 == 0)
			share(random_below(size->touched / size->pmd_nr) * size->pmd_nr);
		if (forks && round % 32 == 0)
			unmap(round % 64 == 0,
			      random_below(size->touched / size->pmd_nr) * size->pmd_nr);
		if (round % 256 == 0)
			check_all(size->touched);
	}
	check_all(size->touched);
}

static void drop_swap_caches(void)
{
	struct list *next;

	while (world->writeback.next != &world->writeback)
		swap_end_writeback(lru_entry(world->writeback.next));
	for (struct list *entry = world->lru.next; entry != &world->lru; entry = next) {
		struct folio *folio = lru_entry(entry);

		next = entry->next; /* the folio may be the last one to know it */
		folio_lock(folio);
		folio_get(folio);
		folio_free_swap(folio);
		folio_unlock(folio);
		folio_put(folio);
	}
}

/* With memory enough nothing has to stay on the device; unmapped, nothing anywhere. */
static void take_all_back(const struct size *size)
{
	world->limit_pages = 4 * NR_PROCESSES * (size->touched + world->pmd_nr);
	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < size->touched; page++)
			must_access(i, page, false);
	check_all(size->touched);
	drop_swap_caches();
	check_all(size->touched);
	require(world->si.nr_used == 0, "%s: %" PRIu64 " slots leaked", scene, world->si.nr_used);

	for (int i = 0; i < NR_PROCESSES; i++)
		for (uint64_t page = 0; page < size->touched; page += world->pmd_nr)
			unmap(i, page);
	check_all(size->touched);
	require(world->nr_pages == 0, "%s: %" PRIu64 " pages leaked", scene, world->nr_pages);
}

static void try_all_sizes(int scenario, bool forks)
{
	const enum sim_policy policy = (enum sim_policy)(scenario / NR_DEVICES);
	uint64_t swapped_in = 0;
	uint64_t copied = 0;

	for (int i = 0; i < NR_SIZES * NR_FRAGMENTATIONS; i++) {
		struct size size = sizes[i / NR_FRAGMENTATIONS];

		/* A copy needs a page beside the THP that it is made from. */
		if (forks && size.limit <= size.pmd_nr)
			size.limit = size.pmd_nr + 1;
		random_state = 42;
		new_world(policy, device(scenario % NR_DEVICES), &size,
			  fragmentations[i % NR_FRAGMENTATIONS], 8 * size.touched);
		play(&size, forks);
		swapped_in += world->stats.major;
		copied += world->stats.cow_copies;
		take_all_back(&size);
		world_free();
	}
	/* Or nothing has been tested. */
	ck_assert_uint_gt(swapped_in, 1000);
	ck_assert(!forks || copied > 100);
}

START_TEST(keeps_every_store)
{
	try_all_sizes(_i, false);
}
END_TEST

START_TEST(keeps_every_store_of_processes_that_share)
{
	try_all_sizes(_i, true);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model");
	TCase *data = tcase_create("data");

	tcase_set_timeout(data, 120);
	tcase_add_loop_test(data, keeps_every_store, 0, SIM_NR_POLICIES * NR_DEVICES);
	tcase_add_loop_test(data, keeps_every_store_of_processes_that_share, 0,
			    SIM_NR_POLICIES * NR_DEVICES);
	suite_add_tcase(suite, data);
	return run_suite(suite);
}

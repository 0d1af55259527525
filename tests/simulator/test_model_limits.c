// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model when there is too little of something, and the controls of its tests: what
 * is wrong must be noticed.
 */
#include <string.h>

#include "folio.h"
#include "model_checks.h"
#include "model_scene.h"
#include "reclaim.h"
#include "slots.h"
#include "suite.h"
#include "swap_cache.h"
#include "world.h"

static void touch_at_random(const struct size *size)
{
	uint64_t state = 42;

	for (int n = 0; n < size->accesses; n++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		must_access(0, (state >> 33) % size->touched, state >> 63);
	}
	check_all(size->touched);
}

START_TEST(memory_below_one_pmd_holds_small_pages)
{
	const struct size size = { 512, 511, 1024, 4000 };
	uint64_t pages, by_pmd;

	new_world((enum sim_policy)_i, device(0), &size, 0, 8 * size.touched);
	touch_at_random(&size);
	world_residents(&pages, &by_pmd);
	ck_assert_uint_eq(by_pmd, 0);
	ck_assert_uint_gt(pages, 400);
	ck_assert_uint_eq(world->stats.pmd_faults, 0);
	ck_assert_uint_gt(world->stats.major, 0);
	world_free();
}
END_TEST

/* Two clusters of four slots, five of them taken by single pages of the first two regions. */
static void no_free_cluster(enum sim_policy policy, const struct size *size)
{
	new_world(policy, device(0), size, 100, 8);
	for (uint64_t page = 0; page < 5; page++)
		must_access(0, page, true);
	for (int i = 0; i < 5; i++)
		ck_assert(reclaim_folio(lru_entry(world->lru.prev)));
	ck_assert_uint_eq(world->si.nr_used, 5);
	ck_assert_uint_eq(world->si.nr_free_clusters, 0);
	world->thp_fail_percent = 0;
	for (uint64_t page = 8; page < 16; page++)
		must_access(0, page, true);
	ck_assert(entry_has(find_region(0, 8)->pmd, ENTRY_PRESENT));
}

START_TEST(a_thp_is_split_when_no_cluster_is_free)
{
	const struct size size = { 4, 8, 24, 0 };

	no_free_cluster((enum sim_policy)_i, &size);
	must_access(0, 16, true);
	ck_assert(entry_has(find_region(0, 8)->pmd, ENTRY_TABLE));
	ck_assert_uint_eq(world->si.nr_used, world->si.nr_slots);
	ck_assert_int_eq(process(0)->swap_entries, 8);
	check_all(size.touched);
	world_free();
}
END_TEST

START_TEST(full_swap_is_reported)
{
	const struct size size = { 4, 8, 24, 0 };
	uint64_t page = 16;

	no_free_cluster((enum sim_policy)_i, &size);
	while (page < 24 && access_one(0, page, true))
		page++;
	/* Eight pages of memory and eight slots, of which 13 were taken. */
	ck_assert_uint_eq(page, 19);
	ck_assert_str_eq(world->error, "the fault at 0x100013000 of process 1 failed: "
				       "out of memory and swap; raise --memory or --swap");
	world_free();
}
END_TEST

/*
 * What is wrong must be noticed: the controls of all of the above.
 */

static const struct size small = { 4, 8, 24, 0 };

/* Page 0 is swapped out and nowhere else. */
static void swapped_out(enum sim_policy policy)
{
	new_world(policy, device(0), &small, 0, 64);
	for (uint64_t page = 0; page < small.touched; page++)
		must_access(0, page, true);
	ck_assert(entry_has(*find_entry(0, 0), ENTRY_SWAP));
	ck_assert_ptr_null(swap_slot_cached(entry_offset(*find_entry(0, 0))));
	check_all(small.touched);
}

START_TEST(a_damaged_slot_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	world->si.version[entry_offset(*find_entry(0, 0))] = 77;
	ck_assert(!access_one(0, 0, false));
	ck_assert_str_eq(world->error, "process 1 read store 77 at 0x100000000, "
				       "but the last one was 1");
	ck_assert_uint_gt(world->nr_events, 0);
	world_free();
}
END_TEST

START_TEST(a_damaged_page_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	ck_assert(entry_has(*find_entry(0, 23), ENTRY_PRESENT));
	entry_folio(*find_entry(0, 23))
		->version[page_in_folio(entry_folio(*find_entry(0, 23)), 3)]--;
	ck_assert(!access_one(0, 23, true));
	ck_assert_str_eq(world->error, "process 1 read store 23 at 0x100017000, "
				       "but the last one was 24");
	world_free();
}
END_TEST

START_TEST(a_slot_given_up_twice_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	swap_free(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_eq(world->error, "");
	swap_free(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_ptr_nonnull(strstr(world->error, "was freed twice"));
	world_free();
}
END_TEST

START_TEST(more_users_of_a_slot_than_it_can_count_are_noticed)
{
	swapped_out((enum sim_policy)_i);
	for (int users = 1; users < 255; users++)
		swap_dup(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_eq(world->error, "");
	ck_assert_uint_eq(swap_count(entry_offset(*find_entry(0, 0))), 255);
	swap_dup(entry_offset(*find_entry(0, 0)), 1);
	ck_assert_str_ne(world->error, "");
	ck_assert_uint_eq(swap_count(entry_offset(*find_entry(0, 0))), 255);
	world_free();
}
END_TEST

START_TEST(a_lost_reference_is_noticed)
{
	swapped_out((enum sim_policy)_i);
	folio_put_many(entry_folio(*find_entry(0, 23)), 9);
	ck_assert_str_eq(world->error, "a folio lost more references than it had");
	world_free();
}
END_TEST

/*
 * Rules that no schedule of a correct handler can break: here they are broken by hand.
 */

/* Page 0 is in the swap cache of a device that is written to in the background. */
static struct folio *cached_folio(enum sim_policy policy)
{
	struct folio *folio;

	new_world(policy, device(1), &small, 0, 64);
	must_access(0, 0, true);
	folio = entry_folio(*find_entry(0, 0));
	folio_get(folio);
	ck_assert(reclaim_folio(folio));
	ck_assert(folio->swapcache);
	return folio;
}

START_TEST(r05_tags_after_free)
{
	struct folio *folio = cached_folio((enum sim_policy)_i);

	world->exploring = true;
	folio_lock(folio);
	folio->restored = true;
	folio_put_swap(folio, NULL);
	ck_assert_str_eq(world->error, "");
	folio->restored = false;
	folio_put_swap(folio, NULL);
	ck_assert_str_eq(world->error, "a slot was given up before its memory tags were restored");
}
END_TEST

START_TEST(r25_anon_exclusive_in_cache)
{
	const struct folio *folio = cached_folio((enum sim_policy)_i);
	const pmd_t entry = *find_entry(0, 0);

	ck_assert(entry_has(entry, ENTRY_SWAP | ENTRY_EXCLUSIVE));
	ck_assert(!folio->anon_exclusive);
	world_free();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("model_limits");
	TCase *shortage = tcase_create("shortage");
	TCase *control = tcase_create("control");

	tcase_set_timeout(shortage, 60);
	tcase_add_loop_test(shortage, memory_below_one_pmd_holds_small_pages, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(shortage, a_thp_is_split_when_no_cluster_is_free, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(shortage, full_swap_is_reported, 0, SIM_NR_POLICIES);
	suite_add_tcase(suite, shortage);

	tcase_add_loop_test(control, a_damaged_slot_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_damaged_page_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_slot_given_up_twice_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, more_users_of_a_slot_than_it_can_count_are_noticed, 0,
			    SIM_NR_POLICIES);
	tcase_add_loop_test(control, a_lost_reference_is_noticed, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, r05_tags_after_free, 0, SIM_NR_POLICIES);
	tcase_add_loop_test(control, r25_anon_exclusive_in_cache, 0, SIM_NR_POLICIES);
	suite_add_tcase(suite, control);
	return run_suite(suite);
}
